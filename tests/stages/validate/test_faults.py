"""Check that what reading stumbled over becomes a finding, whatever its code."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.receive import FAULTS, Fault, Place
from tidewaiter.stages.validate import RULES, Checker

Make = Callable[..., AnyRecord]

EXAMPLES: dict[str, Fault] = {
    "SYN-002": Fault(rule="SYN-002", code="encoding", params={"expected": "UTF-8"}),
    "SYN-003": Fault(rule="SYN-003", code="unclosed-quote"),
    "SYN-007": Fault(rule="SYN-007", code="formula", path="/lrn"),
    "SYN-009": Fault(rule="SYN-009", code="row-too-long", params={"found": 9, "expected": 8}),
    "SYN-010": Fault(rule="SYN-010", code="duplicate-key", params={"found": "lrn"}),
    "STR-006": Fault(rule="STR-006", code="unknown-kind", params={"expected": "Declaration", "found": "X"}),
}
"""Rule id → what reading stumbled over; these rules only word it."""


@pytest.mark.parametrize("rule_id", EXAMPLES)
def a_fault_of_reading_becomes_a_finding(rule_id: str, make: Make, checker: Checker) -> None:
    fault = EXAMPLES[rule_id]
    findings = checker.check(make("declaration"), (fault,))
    rule = next(one for one in RULES if one.id == rule_id)
    assert [(one.rule, one.code, one.path) for one in findings] == [(rule_id, fault.code, fault.path)]
    assert findings[0].message.startswith(rule.law.removesuffix(".") + ": ")
    assert "{" not in findings[0].message
    assert findings[0].severity == "error"


@pytest.mark.parametrize("code", FAULTS)
def every_code_of_reading_has_a_rule_and_its_severity(code: str, make: Make, checker: Checker) -> None:
    kind = FAULTS[code]
    assert kind.rule in {rule.id for rule in RULES}
    params: dict[str, str | int] = dict.fromkeys(re.findall(r"{([a-z]+)}", kind.sentence), "something")
    found = checker.check(make("declaration"), (Fault(rule=kind.rule, code=code, params=params),))
    assert [(one.rule, one.code, one.severity) for one in found] == [(kind.rule, code, kind.severity)]
    assert "{" not in found[0].message


def a_fault_keeps_its_place_and_a_code_that_nobody_listed_gets_a_sentence(make: Make, checker: Checker) -> None:
    place = Place(line=7, column="Net Mass")
    faults = (
        Fault(
            rule="STR-005", code="not-a-number", path="/grossMass", place=place, params={"expected": "a", "found": "b"}
        ),
        Fault(rule="SYN-099", code="never-heard-of", params={"depth": 3}),
        Fault(rule="SYN-007", code="some-oddity"),
        Fault(rule="XXX", code=""),
    )
    findings = checker.check(make("declaration"), faults)
    assert [one.severity for one in findings] == ["error", "error", "warning", "error"]
    assert findings[0].place == place
    assert findings[0].message.endswith(": Expected a, found b.")
    assert findings[1].message == "The source is read as it was meant: never heard of (depth 3)."
    assert findings[1].standard is None
    assert findings[3].message.endswith("something is wrong.")

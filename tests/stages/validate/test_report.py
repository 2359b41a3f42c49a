"""Check what is made of findings: problem details, JSON lines, the manual's page of rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.validate import RULES, Checker, Finding, json_lines, problem, rules_markdown

Make = Callable[..., AnyRecord]
MANUAL = Path(__file__).parents[3] / "docs" / "reference" / "rules.md"


def the_manual_is_what_the_docstrings_say() -> None:
    assert MANUAL.read_text(encoding="utf-8") == rules_markdown(), "run: make docs"
    for rule in RULES:
        assert f"| {rule.id} |" in rules_markdown()


def a_problem_has_the_members_of_rfc_9457(make: Make, bare: Checker) -> None:
    edits = {"goodsShipment/items/0/origin": "ZZ", "goodsShipment/items/0/customsValue/value": "0"}
    findings = bare.check(make("declaration", edits))
    told = problem(findings, instance="/records/LRN-1")
    assert {"type", "title", "status", "detail", "instance"} < set(told)
    assert told["status"] == 422
    assert told["detail"] == "1 error and 1 warning were found."
    assert told["instance"] == "/records/LRN-1"
    assert json.loads(json.dumps(told)) == told
    assert [msgspec.convert(one, Finding) for one in told["findings"]] == list(findings)


def a_record_with_warnings_alone_was_taken(make: Make, bare: Checker) -> None:
    findings = bare.check(make("declaration", {"goodsShipment/items/0/customsValue/value": "0"}))
    assert problem(findings, instance="/x")["status"] == 200
    assert problem((), instance="/x")["title"] == "The record keeps every rule."


def a_line_of_json_is_a_finding(make: Make, bare: Checker) -> None:
    findings = bare.check(make("declaration", {"goodsShipment/items/0/origin": "ZZ"}))
    lines = json_lines(findings)
    assert lines.endswith(b"\n")
    assert [msgspec.json.decode(line, type=Finding) for line in lines.splitlines()] == list(findings)
    assert json_lines(()) == b""

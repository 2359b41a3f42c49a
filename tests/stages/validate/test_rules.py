"""Show for every rule what keeps it, what breaks it and what nearly does, from the table that ships."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.validate import RULES, Checker, Finding, Rule
from tidewaiter.stages.validate.cases import Case, cases, mapping_text, source_of
from tidewaiter.stages.validate.cases.table import base_source

Make = Callable[..., AnyRecord]
Find = Callable[[Case, Mapping[str, Any]], tuple[Finding, ...]]

LAWS = {rule.law: rule for rule in RULES}


@pytest.fixture
def find(make: Make, checker: Checker) -> Find:
    """Return a function that finds what is wrong with a case's record or source after edits."""

    def found(case: Case, edits: Mapping[str, Any]) -> tuple[Finding, ...]:
        if case.of_source:
            return tuple(_in_source(case, edits, checker))
        record = make(case.base, edits)
        if case.beside is None:
            return checker.check(record)
        known = make(case.beside)
        return (*checker.check_amendment(record, known), *checker.check_together(record, [known]))

    return found


def _in_source(case: Case, edits: Mapping[str, str], checker: Checker) -> list[Finding]:
    raw, settings = source_of(case.base, edits), Settings(**case.settings)
    mapping = receive.read_mapping(mapping_text(), "rows.toml") if case.base.endswith(".csv") else None
    opened = receive.open_source(io.BytesIO(raw), name=case.base, settings=settings, mapping=mapping)
    return [one for reading in opened.readings() for one in checker.check(reading.record, reading.faults)]


def _of(rule: type[Rule], findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if one.rule == rule.id]


def every_rule_has_its_cases_in_the_order_of_the_manual() -> None:
    assert list(cases()) == [rule.id for rule in RULES]
    assert len(RULES) == 67


@pytest.mark.parametrize("law", LAWS, ids=str)
def what_keeps_it_has_no_finding(law: str, find: Find) -> None:
    case = cases()[LAWS[law].id]
    assert _of(LAWS[law], find(case, case.keeps)) == []


@pytest.mark.parametrize("law", LAWS, ids=str)
def what_breaks_it_has_the_finding(law: str, find: Find) -> None:
    rule, case = LAWS[law], cases()[LAWS[law].id]
    found = _of(rule, find(case, case.breaks))
    assert [(one.code, one.path) for one in found] == [(case.code, case.found_at)]
    assert found[0].severity in {
        rule.severity_of(case.code),
        receive.FAULTS[case.code].severity if case.of_source else "",
    }
    assert found[0].level == rule.level
    assert found[0].message.startswith(law.removesuffix(".") + ": ")
    assert "{" not in found[0].message
    assert found[0].standard == rule.standard


@pytest.mark.parametrize("law", LAWS, ids=str)
def what_nearly_breaks_it_has_no_finding(law: str, find: Find) -> None:
    case = cases()[LAWS[law].id]
    assert _of(LAWS[law], find(case, case.nearly)) == []
    assert case.why
    assert not case.why.endswith(".")


@pytest.mark.parametrize("base", sorted({case.base for case in cases().values()}))
def a_base_is_clean_before_it_is_edited(base: str, find: Find) -> None:
    case = next(one for one in cases().values() if one.base == base and one.beside is None and not one.settings)
    assert [(one.rule, one.code) for one in find(case, {})] == []


def an_edit_of_a_source_names_a_piece_that_it_has_once() -> None:
    assert source_of("rows.csv", {"LRN-1": "LRN-9"}) == base_source("rows.csv").replace("LRN-1", "LRN-9").encode(
        "latin-1"
    )
    for piece in ("LRN-", "nowhere"):
        with pytest.raises(ValueError, match="not once"):
            source_of("rows.csv", {piece: "x"})


def every_law_is_one_sentence_that_ends_in_a_full_stop() -> None:
    assert len({rule.law for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.law.endswith(".")
        assert len(rule.law) <= 120
        assert rule.severity in {"error", "warning"}
        assert rule.warns <= set(rule.cases)
        assert rule.standard

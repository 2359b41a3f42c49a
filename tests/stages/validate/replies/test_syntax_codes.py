"""Check that faults are said in the codes of UN/EDIFACT and of NCTS."""

from __future__ import annotations

import pytest

from tidewaiter.stages.receive import FAULTS
from tidewaiter.stages.validate import RULES, Finding, replies_markdown
from tidewaiter.stages.validate.replies import REPLIES
from tidewaiter.stages.validate.replies.syntax_codes import (
    FUNCTIONAL_ERRORS,
    REASONS,
    SYNTAX_ERRORS,
    functional_reason,
    is_syntax,
    syntax_reason,
)

INTERCHANGE = ("SYN-001", "SYN-004", "SYN-005", "SYN-006", "STR-001", "STR-002")
"""Rules that are about interchanges alone."""


def found(rule: str, code: str, level: str = "syntax", severity: str = "error") -> Finding:
    """Return a finding."""
    return Finding(rule=rule, severity=severity, level=level, code=code, message="Something.")


def every_reason_is_a_code_and_stands_for_a_fault_that_there_is() -> None:
    assert set(REASONS.values()) <= set(SYNTAX_ERRORS)
    assert set(REASONS) <= set(FAULTS)


def every_error_of_an_interchange_has_a_reason_of_its_own() -> None:
    for code, kind in FAULTS.items():
        if kind.rule in INTERCHANGE and kind.severity == "error":
            assert code in REASONS, code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("count", "29"),
        ("reference", "28"),
        ("repeated-reference", "26"),
        ("missing-segment", "13"),
        ("not-numeric", "37"),
        ("too-long-element", "39"),
        ("too-short-element", "40"),
        ("stray-segment", "33"),
        ("empty-envelope", "32"),
        ("una", "20"),
    ],
)
def a_fault_of_an_interchange_is_said_in_0085(code: str, reason: str) -> None:
    finding = found(FAULTS[code].rule, code)
    assert is_syntax(finding)
    assert syntax_reason(finding) == reason


def a_fault_without_a_code_is_an_unspecified_error() -> None:
    assert syntax_reason(found("SYN-009", "never-heard-of")) == "18"


def no_warning_and_no_error_of_content_is_one_of_syntax() -> None:
    assert not is_syntax(found("SYN-007", "wrapped", severity="warning"))
    assert not is_syntax(found("COD-001", "unknown", level="code"))
    assert not is_syntax(found("STR-003", "no-items", level="structure"))
    assert is_syntax(found("STR-005", "not-a-date", level="structure"))


@pytest.mark.parametrize(
    ("rule", "code", "level", "reason"),
    [
        ("COD-001", "unknown", "code", "12"),
        ("STR-003", "no-items", "structure", "13"),
        ("STR-003", "too-long", "structure", "14"),
        ("ARI-001", "net-above-gross", "arithmetic", "14"),
        ("XDO-003", "unknown", "document", "90"),
        ("XDO-003", "identity", "document", "14"),
        ("FMT-005", "check-digit", "format", "93"),
    ],
)
def a_finding_is_said_as_a_functional_error(rule: str, code: str, level: str, reason: str) -> None:
    assert functional_reason(found(rule, code, level)) == reason


def every_rule_has_a_functional_error_that_the_manual_names() -> None:
    for rule in RULES:
        assert functional_reason(found(rule.id, "any", rule.level)) in FUNCTIONAL_ERRORS


def the_manual_names_every_reply_and_every_code() -> None:
    page = replies_markdown()
    for name in REPLIES:
        assert f"| `{name}` |" in page
    for code in (*SYNTAX_ERRORS, *FUNCTIONAL_ERRORS):
        assert f"\n| {code} | " in page

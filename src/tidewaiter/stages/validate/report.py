"""Report findings: as RFC 9457 problem details, as JSON lines, and the rules themselves as a manual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import msgspec

from tidewaiter.kernel.words import count, say
from tidewaiter.stages.receive import FAULTS
from tidewaiter.stages.validate.cases import cases_markdown
from tidewaiter.stages.validate.model import Finding
from tidewaiter.stages.validate.rule import Rule
from tidewaiter.stages.validate.rules import RULES

PROBLEM_TYPE = "urn:tidewaiter:problem:record-has-findings"
"""Type URI of the problem (RFC 9457, 3.1.1)."""

_encoder = msgspec.json.Encoder(order="deterministic")

_TITLES = {
    "syntax": "Syntax",
    "structure": "Structure",
    "code": "Codes",
    "format": "Formats",
    "arithmetic": "Arithmetic",
    "date": "Dates",
    "field": "Across fields",
    "document": "Across documents",
    "privacy": "Privacy",
}


def _codes(rule: type[Rule]) -> str:
    """Return the codes of a rule, those of reading first; a star marks what is milder or graver than the rule."""
    severities = {code: kind.severity for code, kind in FAULTS.items() if kind.rule == rule.id}
    severities |= {code: rule.severity_of(code) for code in rule.cases}
    return " ".join(f"`{code}`" + ("" if found == rule.severity else "\\*") for code, found in severities.items())


def problem(findings: Sequence[Finding], *, instance: str) -> dict[str, Any]:
    """Return problem details (RFC 9457) of a record's findings.

    `instance` is a URI reference that names the record. `status` is 422 where a finding is an error, else 200: the
    record was taken as it is. The extension `findings` holds each as JSON-ready data.
    """
    errors = sum(one.severity == "error" for one in findings)
    warnings = len(findings) - errors
    detail = say(
        "{errors} and {warnings} were found.",
        errors=count(errors, "error", "errors"),
        warnings=count(warnings, "warning", "warnings"),
    )
    return {
        "type": PROBLEM_TYPE,
        "title": say("The record does not keep every rule.") if findings else say("The record keeps every rule."),
        "status": 422 if errors else 200,
        "detail": detail,
        "instance": instance,
        "findings": [msgspec.to_builtins(one) for one in findings],
    }


def json_lines(findings: Iterable[Finding]) -> bytes:
    """Return the findings as JSON lines in UTF-8, each ended by a line feed."""
    return _encoder.encode_lines(list(findings))


def rules_markdown() -> str:
    """Return the manual's page of rules, from their docstrings: `docs/reference/rules.md`."""
    lines = [
        "# Rules",
        "",
        "<!-- Made from the rules' docstrings and cases by tidewaiter.stages.validate.rules_markdown. -->",
        "",
    ]
    lines += [
        f"{len(RULES)} rules say what a record must be. A finding names the rule, what was found and where. An *error*",
        "sends the record to the repair queue; a *warning* stays with it. A code with a star is the other of the two.",
        "",
        "For each rule the second table has what keeps it, what just breaks it, with the code of the finding, and what",
        "nearly does and why it does not: the last names of the fields with their values, or a piece of a source. The",
        "tests run the same table, `stages/validate/cases/cases.toml`, on the clean records and sources beside it.",
    ]
    for level, group in groupby(RULES, key=lambda rule: rule.level):
        rules = list(group)
        lines += ["", f"## {_TITLES[level]}", "", "| rule | severity | law | codes | source |", "|---|---|---|---|---|"]
        for rule in rules:
            lines.append(f"| {rule.id} | {rule.severity} | {rule.law} | {_codes(rule)} | {rule.standard} |")
        lines += ["", *cases_markdown(rule.id for rule in rules)]
    return "\n".join(lines) + "\n"

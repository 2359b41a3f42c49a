"""Say each fault of an interchange in the words of UN/EDIFACT 0085, and each finding in those of NCTS."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tidewaiter.stages.validate.model import Finding

SYNTAX_ERRORS: Mapping[str, str] = MappingProxyType(
    {
        "2": "syntax version or level not supported",
        "7": "the recipient of the interchange is another",
        "12": "invalid value",
        "13": "missing",
        "14": "value not supported in this position",
        "15": "not supported in this position",
        "16": "too many constituents",
        "17": "no agreement",
        "18": "unspecified error",
        "19": "invalid decimal notation",
        "20": "character invalid as service character",
        "21": "invalid character",
        "22": "invalid service character",
        "23": "unknown sender of the interchange",
        "24": "too old",
        "25": "test indicator not supported",
        "26": "duplicate detected",
        "27": "security function not supported",
        "28": "references do not match",
        "29": "control count does not match what was received",
        "30": "groups and messages mixed",
        "31": "more than one type of message in a group",
        "32": "lower level empty",
        "33": "invalid occurrence outside a message, package or group",
        "34": "nesting indicator not allowed",
        "35": "too many repetitions of an element or a segment",
        "36": "too many repetitions of a group of segments",
        "37": "invalid type of character",
        "38": "digit missing in front of the decimal sign",
        "39": "element too long",
        "40": "element too short",
        "41": "permanent error of the communication network",
        "42": "temporary error of the communication network",
        "43": "unknown recipient of the interchange",
        "45": "trailing separator",
        "46": "character set not supported",
        "47": "structure of the envelope not supported",
        "48": "dependency between elements or segments not kept",
    }
)
"""UN/EDIFACT 0085 → what it means (ISO 9735-10), in our words; those that a reply or a partner may use."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "una": "20",
        "charset": "2",
        "charset-character": "21",
        "encoding": "21",
        "nul-byte": "21",
        "unterminated": "13",
        "cut-off": "13",
        "no-envelope": "13",
        "no-end": "13",
        "stray-segment": "33",
        "empty-envelope": "32",
        "count": "29",
        "mixed": "13",
        "reference": "28",
        "repeated-reference": "26",
        "segment-too-long": "39",
        "too-many-segments": "35",
        "too-many-faults": "18",
        "unexpected-segment": "15",
        "segment-order": "15",
        "too-many": "35",
        "missing-segment": "13",
        "missing-group": "13",
        "missing-element": "13",
        "missing-component": "13",
        "too-many-elements": "16",
        "too-many-components": "16",
        "too-long-element": "39",
        "too-short-element": "40",
        "not-numeric": "37",
        "not-alphabetic": "37",
        "unknown-message": "14",
        "not-a-number": "37",
        "not-an-integer": "37",
        "decimal-comma": "19",
        "not-a-date": "12",
        "ambiguous-date": "12",
        "not-a-bool": "12",
        "not-in-list": "12",
        "type": "12",
    }
)
"""Code of a fault of reading → UN/EDIFACT 0085. What stands in neither table is said as 18."""

UNSPECIFIED = "18"

TRAILERS: Mapping[str, str] = MappingProxyType({"UNB": "UNZ", "UNG": "UNE", "UNH": "UNT"})
"""Segment that begins an envelope → the one that ends it, which is what is missing where there is no end."""

_SYNTAX_LEVELS = frozenset(("syntax", "structure"))


def is_syntax(finding: Finding) -> bool:
    """Say whether a finding is an error of syntax, which CONTRL reports, and not one of content."""
    return (
        finding.severity == "error"
        and finding.level in _SYNTAX_LEVELS
        and (finding.rule.startswith("SYN") or finding.code in REASONS)
    )


def syntax_reason(finding: Finding) -> str:
    """Return the UN/EDIFACT 0085 code of an error of syntax."""
    return REASONS.get(finding.code, UNSPECIFIED)


FUNCTIONAL_ERRORS: Mapping[str, str] = MappingProxyType(
    {
        "12": "value not in the code list",
        "13": "missing",
        "14": "rule not kept",
        "15": "not supported in this position",
        "26": "duplicate detected",
        "90": "movement reference number unknown",
        "92": "message out of sequence",
        "93": "movement reference number invalid",
    }
)
"""NCTS functional error (CL180) → what it means, in our words; those that a reply uses."""

_BY_CASE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("XDO-003", "unknown"): "90",
        ("XDO-003", "second-original"): "26",
        ("XDO-003", "cancelled"): "92",
        ("XDO-003", "closed"): "92",
        ("XDO-004", "twice"): "92",
        ("XDO-004", "after"): "92",
        ("STR-003", "unknown-member"): "15",
        ("STR-003", "too-long"): "14",
    }
)
_BY_RULE: Mapping[str, str] = MappingProxyType({"FMT-005": "93", "STR-003": "13", "STR-005": "12", "SYN-006": "26"})
_RULE_BROKEN = "14"
_CODE_LIST = "12"


def functional_reason(finding: Finding) -> str:
    """Return the NCTS functional error of a finding: of its case, else of its rule, else of its level."""
    by_level = _CODE_LIST if finding.level == "code" else _RULE_BROKEN
    by_rule = _BY_RULE.get(finding.rule, by_level)
    return _BY_CASE.get((finding.rule, finding.code), by_rule)


def functional_cases(reason: str) -> tuple[str, ...]:
    """Return the cases and rules that an NCTS functional error is said for."""
    by_case = [f"{rule} {code}" for (rule, code), one in _BY_CASE.items() if one == reason]
    return (*by_case, *(rule for rule, one in _BY_RULE.items() if one == reason))

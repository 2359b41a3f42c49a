"""Name every way in which reading can stumble: code, rule broken, sentence, severity."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from tidewaiter.stages.receive.model import Fault, Place


class FaultKind(msgspec.Struct, frozen=True):
    """One way in which reading stumbles.

    `rule` is the SYN or STR rule broken; `severity` is error (the record is not as sent) or warning (it is complete);
    `sentence` says it, with the names of the fault's parameters in braces.
    """

    rule: str
    severity: str
    sentence: str


FAULTS: Mapping[str, FaultKind] = MappingProxyType(
    {
        "encoding": FaultKind("SYN-002", "error", "These bytes are not {expected}; the text was read with gaps."),
        "nul-byte": FaultKind("SYN-002", "error", "The row holds {found} NUL bytes; they were left out."),
        "cell-count": FaultKind("SYN-003", "error", "The row has {found} cells where the header has {expected}."),
        "unclosed-quote": FaultKind("SYN-003", "error", "A quotation mark is opened and never closed."),
        "stray-quote": FaultKind("SYN-003", "error", "Text follows a closing quotation mark; the cell may be wrong."),
        "malformed-json": FaultKind("SYN-003", "error", "The line is not valid JSON: {found}."),
        "cut-off": FaultKind("SYN-003", "error", "The source breaks off or is damaged here: {found}."),
        "formula": FaultKind("SYN-007", "error", "The cell holds a formula; save the workbook with values and resend."),
        "error-cell": FaultKind("SYN-007", "error", "The cell holds a spreadsheet error, {found}."),
        "row-too-long": FaultKind("SYN-009", "error", "The row has {found} bytes; the most is {expected}."),
        "too-deep": FaultKind("SYN-009", "error", "The JSON is nested deeper than {expected} levels."),
        "too-many-items": FaultKind("SYN-009", "error", "The record has more than {expected} items; it was split."),
        "record-too-long": FaultKind("SYN-009", "error", "The record has more than {expected} bytes; it was split."),
        "too-many-values": FaultKind(
            "SYN-009", "error", "The document has more than {expected} objects and lists; it was kept unread."
        ),
        "document-too-long": FaultKind("SYN-009", "error", "The document has {found} bytes; the most is {expected}."),
        "too-many-faults": FaultKind(
            "SYN-009", "error", "The record has more than {expected} faults; no more are said."
        ),
        "duplicate-key": FaultKind("SYN-010", "error", "The JSON names {found} more than once; the last one was read."),
        "una": FaultKind(
            "SYN-001", "error", "The service string advice {found} is no use: its signs must be six different ones."
        ),
        "charset": FaultKind("SYN-002", "error", "{found} is no character set of UN/EDIFACT; it was read as UTF-8."),
        "charset-character": FaultKind(
            "SYN-002", "error", "Segment {tag} has a character that {expected} does not hold."
        ),
        "unterminated": FaultKind("SYN-003", "error", "Segment {tag} has no terminator; the source breaks off in it."),
        "no-envelope": FaultKind("SYN-003", "error", "There is no {expected} before segment {tag}."),
        "no-end": FaultKind("SYN-003", "error", "It begins with {what} and has no {expected}."),
        "stray-segment": FaultKind("SYN-003", "error", "Segment {tag} stands outside a message; it was left out."),
        "empty-envelope": FaultKind("SYN-003", "error", "There is no message between {what} and {expected}."),
        "count": FaultKind("SYN-004", "error", "{what} says {found}, and there are {expected}."),
        "reference": FaultKind("SYN-005", "error", "{what} says {found}, and its beginning says {expected}."),
        "mixed": FaultKind(
            "SYN-005", "error", "Segment {tag} breaks off, and another message begins in it; that one was left out."
        ),
        "repeated-reference": FaultKind("SYN-006", "error", "{what} {found} was used before in this source."),
        "wrapped": FaultKind("SYN-007", "warning", "Segment {tag} is broken by line ends; they were left out."),
        "line-ends": FaultKind(
            "SYN-007", "warning", "Segments stand on lines of their own; the line ends were left out."
        ),
        "tag-case": FaultKind("SYN-007", "warning", "The segment's tag {tag} is not in capitals; it was read as if."),
        "xml-dtd": FaultKind("SYN-008", "error", "The document has a document type; it was not read."),
        "xml-malformed": FaultKind("SYN-008", "error", "The document is not well-formed: {found}."),
        "xml-limit": FaultKind("SYN-009", "error", "The document has more than {expected} {what}; it was not read."),
        "segment-too-long": FaultKind(
            "SYN-009", "error", "Segment {tag} has {found} bytes; the most is {expected}; its end was left out."
        ),
        "too-many-segments": FaultKind(
            "SYN-009", "error", "The message has more than {expected} segments; it was kept unread."
        ),
        "unexpected-segment": FaultKind("STR-001", "error", "A {type} has no segment {tag}; it was left out."),
        "segment-order": FaultKind("STR-001", "error", "Segment {tag} does not belong here in a {type}."),
        "too-many": FaultKind("STR-001", "error", "Segment {tag} is there more than {expected} times."),
        "missing-segment": FaultKind("STR-001", "error", "Segment {tag} is missing here."),
        "missing-group": FaultKind("STR-001", "error", "The group that begins with {tag} is missing here."),
        "missing-element": FaultKind("STR-002", "error", "Segment {tag} lacks its element {element}."),
        "missing-component": FaultKind("STR-002", "error", "Segment {tag} lacks component {element} of {what}."),
        "too-many-elements": FaultKind(
            "STR-002", "error", "Segment {tag} has {found} elements; the most is {expected}."
        ),
        "too-many-components": FaultKind(
            "STR-002", "error", "Element {element} of {tag} has {found} components; the most is {expected}."
        ),
        "too-long-element": FaultKind(
            "STR-002", "error", "Element {element} of {tag} has {found} characters; the most is {expected}."
        ),
        "too-short-element": FaultKind(
            "STR-002", "error", "Element {element} of {tag} has {found} characters; the least is {expected}."
        ),
        "not-numeric": FaultKind("STR-002", "error", "Element {element} of {tag} is not a number."),
        "not-alphabetic": FaultKind("STR-002", "error", "Element {element} of {tag} holds more than letters."),
        "unknown-directory": FaultKind(
            "STR-006", "warning", "There is no table of {type} in {found}; it was read by that of {expected}."
        ),
        "header-differs": FaultKind(
            "SYN-007", "warning", "A later row of the same record says something else here; the first row counts."
        ),
        "unknown-member": FaultKind("STR-003", "error", "There is no field of this name; it was left out."),
        "type": FaultKind("STR-005", "error", "Expected {expected}, found {found}."),
        "not-a-number": FaultKind("STR-005", "error", "Expected {expected}, found {found}."),
        "decimal-comma": FaultKind(
            "STR-005", "error", "Expected {expected}, found {found}: which mark is the decimal?"
        ),
        "not-an-integer": FaultKind("STR-005", "error", "Expected {expected}, found {found}."),
        "not-a-date": FaultKind("STR-005", "error", "Expected a date as {expected}, found {found}."),
        "ambiguous-date": FaultKind("STR-005", "error", "{found} is a different day as each of {expected}."),
        "not-a-bool": FaultKind("STR-005", "error", "Expected {expected}, found {found}."),
        "not-in-list": FaultKind("STR-005", "error", "Expected one of {expected}, found {found}."),
        "nothing-left": FaultKind("STR-005", "error", "Nothing is left of {found} after {expected}."),
        "schema": FaultKind("STR-004", "error", "Expected {what} at {where}."),
        "unknown-message": FaultKind("STR-006", "error", "This is no message of a kind that can be read: {found}."),
        "unknown-kind": FaultKind("STR-006", "error", "Expected the kind to be one of {expected}, found {found}."),
    }
)
"""Fault code → what it is. The manual's table is made from this."""

FOUND_CHARACTERS_MAX = 80
"""Longest value repeated in a fault, in characters."""


class CellFault(ValueError):
    """A cell's text cannot become the field's value; `code` is one of `FAULTS`, `expected` says what would do."""

    def __init__(self, code: str, expected: str) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected


def fault(code: str, *, path: str | None = None, place: Place | None = None, **params: str | int) -> Fault:
    """Return the fault of the code, with the rule that `FAULTS` says it breaks."""
    return Fault(rule=FAULTS[code].rule, code=code, path=path, place=place, params=params)


def shown(text: str) -> str:
    """Return the text as a fault may repeat it: printable and not too long."""
    clean = "".join(
        one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text[: FOUND_CHARACTERS_MAX + 1]
    )
    return clean if len(clean) <= FOUND_CHARACTERS_MAX else clean[: FOUND_CHARACTERS_MAX - 1] + "…"

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
        "document-too-long": FaultKind("SYN-009", "error", "The document has {found} bytes; the most is {expected}."),
        "too-many-faults": FaultKind(
            "SYN-009", "error", "The record has more than {expected} faults; no more are said."
        ),
        "duplicate-key": FaultKind("SYN-010", "error", "The JSON names {found} more than once; the last one was read."),
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

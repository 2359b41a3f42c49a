"""Word what reading stumbled over in the bytes: characters, rows, quotes, JSON, limits."""

from __future__ import annotations

from typing import ClassVar

from tidewaiter.stages.validate.rule import Rule


class SYN002(Rule):
    """Text is in the character set that the message names, UTF-8 where it names none, and holds no NUL."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "RFC 3629; RFC 4180; UN/EDIFACT ISO 9735-1, 5"


class SYN003(Rule):
    """Rows, cells, quotes and brackets are closed where the format says, and every row has the header's cells."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "RFC 4180, 2; RFC 8259"


class SYN007(Rule):
    """A message is written without oddities that a reader has to forgive, and a cell holds its value."""

    level: ClassVar[str] = "syntax"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "RFC 4180; RFC 8259, 8.1; ECMA-376"


class SYN009(Rule):
    """A message stays within the limits of this node."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "settings of this node"
    cases: ClassVar[dict[str, str]] = {
        "too-many-findings": "{count} more findings, {errors} of them errors, are not listed; mend these first.",
    }


class SYN010(Rule):
    """A JSON object names each of its members once."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "RFC 8259, 4"

"""Word what reading stumbled over in the bytes: characters, rows, segments, envelopes, limits."""

from __future__ import annotations

from typing import ClassVar

from tidewaiter.stages.validate.rule import Rule


class SYN001(Rule):
    """A service string advice stands at the very start, and its service characters are signs that differ."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "ISO 9735-1, 7.1 and annex B (UNA)"


class SYN002(Rule):
    """Text is in the character set that the message names, UTF-8 where it names none, and holds no NUL."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "RFC 3629; RFC 4180; ISO 9735-1, 5 and annex A"


class SYN003(Rule):
    """What is opened is closed where the format says: rows, quotes, brackets, segments, envelopes."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "RFC 4180, 2; RFC 8259; ISO 9735-1, 7 and 8"


class SYN004(Rule):
    """The count at the end of a message, a group or an interchange is the count of what is in it."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "ISO 9735-1, UNT 0074, UNE 0060, UNZ 0036"


class SYN005(Rule):
    """The reference at the end of a message, a group or an interchange is the one at its beginning."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "ISO 9735-1, 0062, 0048, 0020"


class SYN006(Rule):
    """The reference of an interchange, and of a message within it, is used once."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "ISO 9735-1, 0020 and 0062"


class SYN007(Rule):
    """A message is written without oddities that a reader has to forgive, and a cell holds its value."""

    level: ClassVar[str] = "syntax"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "RFC 4180; RFC 8259, 8.1; ECMA-376; ISO 9735-1, 7"


class SYN008(Rule):
    """An XML document is well-formed, and has neither a document type nor entities of its own."""

    level: ClassVar[str] = "syntax"
    standard: ClassVar[str] = "XML 1.0, 2.1 and 4.1"


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

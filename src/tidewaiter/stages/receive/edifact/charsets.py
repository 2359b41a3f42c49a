"""Name the character sets that UNB may announce: how their bytes are read, what they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_LEVEL_A = r"A-Z0-9 .,\-()/=!\"%&*;<>'+:?"
"""ISO 9735, annex A: level A, with the characters that only some media carry, and the service characters."""


class Charset(NamedTuple):
    """A repertoire: its name, the codec of its bytes, and what finds a character that it does not hold.

    `wide`: one character may be several bytes.
    """

    name: str
    codec: str
    outside: re.Pattern[str] | None
    wide: bool = False


def _set(name: str, codec: str, inside: str | None = None, *, wide: bool = False) -> Charset:
    """Return a character set; controls are in none of them."""
    outside = rf"[^{inside}]" if inside is not None else r"[\x00-\x1f\x7f-\x9f\ufffd]"
    return Charset(name, codec, re.compile(outside), wide)


CHARSETS: Mapping[str, Charset] = MappingProxyType(
    {
        "UNOA": _set("ISO 646 level A: capitals, digits and some signs", "ascii", _LEVEL_A),
        "UNOB": _set("ISO 646 level B: letters, digits and some signs", "ascii", _LEVEL_A + "a-z"),
        "UNOC": _set("ISO 8859-1, Latin 1", "iso8859-1"),
        "UNOD": _set("ISO 8859-2, Latin 2", "iso8859-2"),
        "UNOE": _set("ISO 8859-5, Cyrillic", "iso8859-5"),
        "UNOF": _set("ISO 8859-7, Greek", "iso8859-7"),
        "UNOG": _set("ISO 8859-3, Latin 3", "iso8859-3"),
        "UNOH": _set("ISO 8859-4, Latin 4", "iso8859-4"),
        "UNOI": _set("ISO 8859-6, Arabic", "iso8859-6"),
        "UNOJ": _set("ISO 8859-8, Hebrew", "iso8859-8"),
        "UNOK": _set("ISO 8859-9, Latin 5", "iso8859-9"),
        "UNOL": _set("ISO 8859-15, Latin 9", "iso8859-15"),
        "UNOW": _set("ISO 10646, UTF-8", "utf-8", wide=True),
        "UNOX": _set("ISO 2022, code extension", "iso2022_jp_2", wide=True),
        "UNOY": _set("ISO 10646, without code extension, as UTF-8", "utf-8", wide=True),
        "KECA": _set("KS C 5601, Korean", "euc_kr", wide=True),
        "IATA": _set("IATA and ATA interchange", "iso8859-1"),
        "IATB": _set("IATA and ATA interchange, level B", "iso8859-1"),
    }
)
"""UN/EDIFACT 0001 → character set."""

UNKNOWN = Charset("no known character set, read as UTF-8", "utf-8", None, wide=True)


def charset_of(identifier: str) -> Charset:
    """Return the character set of a syntax identifier (0001)."""
    return CHARSETS.get(identifier.upper(), UNKNOWN)


def decoded(text: str, charset: Charset) -> tuple[str, bool]:
    """Return the text of bytes that were read one character a byte, and whether every byte could be read.

    A level that holds only ASCII is read as Latin 1 where it holds more, so that nothing is lost.
    """
    raw = text.encode("latin-1")
    codec = "iso8859-1" if charset.codec == "ascii" else charset.codec
    try:
        return raw.decode(codec), charset.codec != "ascii"
    except UnicodeDecodeError:
        return raw.decode(codec, "replace"), False

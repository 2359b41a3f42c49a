"""Tell what a column holds from its values: goods, countries, currencies, days, numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import cache
from itertools import pairwise

import msgspec
import pycountry
from stdnum import iso6346

from tidewaiter.stages.receive.faults import CellFault
from tidewaiter.stages.receive.tables.values import ISO, NO, YES, Conventions, moment

SHARE_MIN = 0.95
"""Share of a column's values that must be of a kind for the column to be of it."""

DATE_FORMATS = (
    ISO, "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y", "%d-%b-%Y",
    "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y/%m/%d",
)  # fmt: skip
"""Date formats that are tried, the likeliest first."""


class Kind(Enum):
    """What the values of a column are."""

    CONTAINER = "container numbers (ISO 6346)"
    HS = "tariff numbers"
    COUNTRY = "countries (ISO 3166-1)"
    CURRENCY = "currencies (ISO 4217)"
    LOCODE = "places (UN/LOCODE)"
    DAY = "days"
    YES_NO = "yes or no"
    INTEGER = "whole numbers"
    NUMBER = "numbers"
    CODE = "codes"
    TEXT = "text"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a column's values.

    `dates` are the fewest formats that read every day, and `twin` the format that reads them as well but differently;
    `decimal` and `grouping` are the marks that its numbers show, empty where they show none.
    """

    kinds: frozenset[Kind] = frozenset()
    filled: int = 0
    different: int = 0
    dates: tuple[str, ...] = ()
    twin: str | None = None
    decimal: str = ""
    grouping: str = ""
    lengths: tuple[int, ...] = ()
    punctuated: bool = False
    repeats: bool = False


_HS = re.compile(r"[0-9]{2}(?:[. ]?[0-9]{2}){1,4}\Z|[0-9]{5}\Z|[0-9]{7}\Z|[0-9]{9}\Z")
_LOCODE = re.compile(r"([A-Z]{2}) ?[A-Z2-9]{3}\Z")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z")
_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?\Z")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+\Z")
_POINT_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+\Z")
_COMMA_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+\Z")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ '\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?\Z")
_CHAPTERS = 97
_FIRST = 12


def profile(texts: Sequence[str]) -> Profile:
    """Return what the column's values are; blank ones are left out of account."""
    values = [one for one in (text.strip() for text in texts) if one]
    if not values:
        return Profile()
    decimal, grouping = _marks(values)
    dates = _formats(values)
    kinds = {kind for kind, test in _TESTS if _share(values, test) >= SHARE_MIN}
    if dates:
        kinds.add(Kind.DAY)
    if _share(values, lambda one: _is_number(one, decimal)) >= SHARE_MIN:
        kinds.add(Kind.NUMBER)
    kinds.add(Kind.TEXT if _share(values, lambda one: " " in one or len(one) > 24) > 0.3 else Kind.CODE)  # noqa: PLR2004 - words
    return Profile(
        kinds=frozenset(kinds),
        filled=len(values),
        different=len(set(values)),
        dates=dates,
        twin=_twin(values, dates),
        decimal=decimal,
        grouping=grouping,
        lengths=tuple(sorted({len(_digits(one)) for one in values})),
        punctuated=any(not one.isdigit() for one in values),
        repeats=any(one == other for one, other in pairwise(values)),
    )


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    """Return the share of the values that pass."""
    return sum(1 for one in values if test(one)) / len(values)


def _marks(values: Iterable[str]) -> tuple[str, str]:
    """Return the decimal mark and the mark between thousands that the numbers show."""
    found: Counter[str] = Counter()
    for one in values:
        if _POINT_GROUPED.match(one):
            found["point, grouped"] += 1
        elif _COMMA_GROUPED.match(one):
            found["comma, grouped"] += 1
        elif _COMMA.match(one):
            found["comma" if len(one.rsplit(",", 1)[1]) != 3 else "unsure"] += 1  # noqa: PLR2004 - may be thousands
        elif _POINT.match(one):
            found["point"] += 1
    if found["point, grouped"]:
        return ".", ","
    if found["comma, grouped"]:
        return ",", "."
    if found["comma"] > found["point"]:
        return ",", ""
    return ("." if found["point"] else "," if found["unsure"] else ""), ""


def _is_number(text: str, decimal: str) -> bool:
    """Say whether the text is a number written with that decimal mark."""
    if _INTEGER.match(text) or _SPACED.match(text):
        return True
    if decimal == ",":
        return bool(_COMMA.match(text) or _COMMA_GROUPED.match(text))
    return bool(_POINT.match(text) or _POINT_GROUPED.match(text))


def _digits(text: str) -> str:
    """Return the digits of the text."""
    return "".join(one for one in text if one.isdigit())


def _formats(values: Sequence[str]) -> tuple[str, ...]:
    """Return the fewest date formats that read nearly every value, or none."""
    left = list(dict.fromkeys(values))
    if not any(_reads(each, one) for each in DATE_FORMATS for one in left[:_FIRST]):
        return ()
    total = len(left)
    chosen: list[str] = []
    while left and len(chosen) < 3:  # noqa: PLR2004 - more formats than that are not a column of days
        scores = {each: sum(1 for one in left if _reads(each, one)) for each in DATE_FORMATS if each not in chosen}
        best = max(scores, key=lambda each: scores[each])
        if not scores[best]:
            break
        chosen.append(best)
        left = [one for one in left if not _reads(best, one)]
    return tuple(chosen) if len(left) <= (1 - SHARE_MIN) * total else ()


def _twin(values: Sequence[str], dates: Sequence[str]) -> str | None:
    """Return a second format that reads every day too, but as another day: month and day cannot be told apart."""
    if len(dates) != 1 or dates[0] == ISO:
        return None
    others = [each for each in DATE_FORMATS if each not in dates and all(_reads(each, one) for one in values)]
    return others[0] if others else None


@cache
def _reader(pattern: str) -> Callable[[str], object]:
    """Return the reader of one date format."""
    return moment(Conventions(dates=(pattern,)))


def _reads(pattern: str, text: str) -> bool:
    """Say whether the text is a believable day in the format."""
    if pattern == "%Y%m%d" and not (len(text) == 8 and text[:2] in {"19", "20"}):  # noqa: PLR2004 - YYYYMMDD
        return False
    try:
        _reader(pattern)(text)
    except CellFault:
        return False
    return True


@cache
def _countries() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes, with those that customs use beside them."""
    return frozenset(one.alpha_2 for one in pycountry.countries) | {"XI", "XK", "EU"}


@cache
def _currencies() -> frozenset[str]:
    """Return the ISO 4217 codes."""
    return frozenset(one.alpha_3 for one in pycountry.currencies)


def _is_place(text: str) -> bool:
    """Say whether the text has the form of a UN/LOCODE of a country that there is."""
    found = _LOCODE.match(text)
    return found is not None and found[1] in _countries()


def _is_tariff(text: str) -> bool:
    """Say whether the text has the form of a tariff number in a chapter that there is."""
    if not _HS.match(text):
        return False
    digits = _digits(text)
    chapter = int((digits if len(digits) % 2 == 0 else f"0{digits}")[:2])
    return 1 <= chapter <= _CHAPTERS


_TESTS: tuple[tuple[Kind, Callable[[str], bool]], ...] = (
    (Kind.CONTAINER, iso6346.is_valid),
    (Kind.HS, _is_tariff),
    (Kind.COUNTRY, lambda one: one in _countries()),
    (Kind.CURRENCY, lambda one: one in _currencies()),
    (Kind.LOCODE, _is_place),
    (Kind.YES_NO, lambda one: one.casefold() in YES or one.casefold() in NO),
    (Kind.INTEGER, lambda one: bool(_INTEGER.match(one))),
)

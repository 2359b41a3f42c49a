"""Turn a cell's text into a field's value: numbers, days, moments, yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from tidewaiter.stages.receive.faults import CellFault

Convert = Callable[[str], object]

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?\Z")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+\Z|[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*\Z")
_GROUPED = {mark: re.compile(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+(?:[.,][0-9]*)?\Z") for mark in " .,'"}
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ISO_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\Z"
)
_NUMBER_CHARACTERS_MAX = 40
_DAYS_REMEMBERED_MAX = 4_096

ISO = "iso"
"""Name of the date formats of ISO 8601: 2026-11-23, 2026-11-23T09:30, with seconds and an offset where there is one."""

YES = frozenset({"1", "true", "yes", "y", "oui", "o", "si", "sí", "s", "x"})
NO = frozenset({"0", "false", "no", "n", "non"})


class Conventions(msgspec.Struct, frozen=True, kw_only=True):
    """How a table writes numbers and days: the decimal mark, the mark between thousands, the date formats."""

    decimal: str = "."
    grouping: str = ""
    dates: tuple[str, ...] = (ISO,)


def number(conventions: Conventions) -> Callable[[str], Decimal]:
    """Return the reader of numbers; raises CellFault (not-a-number, decimal-comma)."""
    mark, grouping = conventions.decimal, conventions.grouping
    match = _PLAIN.match

    def read(text: str) -> Decimal:
        if mark == "." and match(text) and len(text) <= _NUMBER_CHARACTERS_MAX:
            return Decimal(text)
        return awkward(text)

    def awkward(text: str) -> Decimal:
        plain = _SPACES.sub(" ", text)
        for one in (grouping, " ", "'"):
            if one and one in plain and _GROUPED[one].match(plain):
                plain = plain.replace(one, "")
        if mark == ",":
            if "." in plain:
                raise CellFault(_NUMBER, _expected_number(mark))
            plain = plain.replace(",", ".")
        if len(plain) <= _NUMBER_CHARACTERS_MAX and match(plain):
            return Decimal(plain)
        code = "decimal-comma" if mark == "." and _COMMA.match(text) else _NUMBER
        raise CellFault(code, _expected_number(mark))

    return read


_NUMBER = "not-a-number"


def _expected_number(mark: str) -> str:
    """Say how a number is written."""
    return "a number with a decimal point" if mark == "." else "a number with a decimal comma"


def integer(conventions: Conventions) -> Callable[[str], int]:
    """Return the reader of whole numbers: 12, 12.0 and 1.2E1 are, 12.5 is not; raises CellFault."""
    read_number = number(conventions)

    def read(text: str) -> int:
        if text.isdecimal() and text.isascii() and len(text) <= _NUMBER_CHARACTERS_MAX:
            return int(text)
        value = read_number(text)
        if value != value.to_integral_value() or abs(value) >= 10**18:
            code = "not-an-integer"
            raise CellFault(code, "a whole number")
        return int(value)

    return read


def floating(conventions: Conventions) -> Callable[[str], float]:
    """Return the reader of binary floating-point numbers (degrees); raises CellFault."""
    read_number = number(conventions)
    return lambda text: float(read_number(text))


def moment(conventions: Conventions) -> Callable[[str], datetime]:
    """Return the reader of moments; a day is its midnight and a time without an offset is UTC; raises CellFault."""
    formats = conventions.dates
    remembered: dict[str, datetime] = {}

    def read(text: str) -> datetime:
        known = remembered.get(text)
        if known is not None:
            return known
        value = _dated(text, formats)
        if len(remembered) >= _DAYS_REMEMBERED_MAX:
            remembered.clear()
        remembered[text] = value
        return value

    return read


def day(conventions: Conventions) -> Callable[[str], date]:
    """Return the reader of days; raises CellFault (not-a-date, ambiguous-date)."""
    read_moment = moment(conventions)
    return lambda text: read_moment(text).date()


def _dated(text: str, formats: Iterable[str]) -> datetime:
    """Read the text by every format; it must fit at least one, and those that fit must agree."""
    found: dict[datetime, str] = {}
    for each in formats:
        value = _by_iso(text) if each == ISO else _by_format(text, each)
        if value is not None:
            found.setdefault(value, each)
    wanted = " or ".join("YYYY-MM-DD" if each == ISO else each for each in (found.values() or formats))
    if not found:
        code = "not-a-date"
        raise CellFault(code, wanted)
    if len(found) > 1:
        code = "ambiguous-date"
        raise CellFault(code, wanted.replace(" or ", " and "))
    return next(iter(found))


def _by_iso(text: str) -> datetime | None:
    """Read an ISO 8601 day or moment in its extended form."""
    if not (_ISO_DAY.match(text) or _ISO_MOMENT.match(text)):
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _in_utc_where_silent(value)


def _by_format(text: str, pattern: str) -> datetime | None:
    """Read by a strptime pattern."""
    try:
        value = datetime.strptime(text, pattern)  # noqa: DTZ007 - the next line says UTC where the text says nothing
    except ValueError:
        return None
    return _in_utc_where_silent(value)


def _in_utc_where_silent(value: datetime) -> datetime | None:
    """Take a moment without an offset as UTC; refuse the two years whose days have no neighbours."""
    if not 1 < value.year < 9999:  # noqa: PLR2004 - an offset must not push the moment out of the calendar
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def format_works(pattern: str) -> bool:
    """Say whether the pattern can read a day: it round-trips one, and names the year, the month and the day."""
    if pattern == ISO:
        return True
    sample = datetime(2003, 2, 28, 13, 45, 6, tzinfo=UTC)
    try:
        text = sample.strftime(pattern)
        return datetime.strptime(text, pattern).date() == sample.date()  # noqa: DTZ007 - only the day is compared
    except (ValueError, re.error):
        return False


def boolean(_conventions: Conventions) -> Callable[[str], bool]:
    """Return the reader of yes and no in English, French and Spanish; raises CellFault."""

    def read(text: str) -> bool:
        word = text.casefold()
        if word in YES:
            return True
        if word in NO:
            return False
        code = "not-a-bool"
        raise CellFault(code, "yes or no, true or false, 1 or 0")

    return read


READERS: dict[type, Callable[[Conventions], Convert]] = {
    Decimal: number,
    int: integer,
    float: floating,
    datetime: moment,
    date: day,
    bool: boolean,
}
"""Type of a field → the maker of its reader. Text needs none."""

"""Read points in time by their format (C507, 2379), and write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from tidewaiter.stages.receive.lens import BadValue
from tidewaiter.stages.receive.lens.node import Node

PIVOT = 70
"""Years of two digits below it are of this century, the others of the last (ISO 9735 leaves it to the partners)."""

_LAYOUTS: Mapping[str, str] = {
    "2": "DDMMYY",
    "3": "MMDDYY",
    "101": "YYMMDD",
    "102": "CCYYMMDD",
    "103": "YYWWD",
    "105": "YYDDD",
    "201": "YYMMDDhhmm",
    "202": "YYMMDDhhmmss",
    "203": "CCYYMMDDhhmm",
    "204": "CCYYMMDDhhmmss",
    "205": "CCYYMMDDhhmmZZZZZ",
    "301": "YYMMDDhhmmZZZ",
    "302": "YYMMDDhhmmssZZZ",
    "303": "CCYYMMDDhhmmZZZ",
    "304": "CCYYMMDDhhmmssZZZ",
    "602": "CCYY",
    "609": "YYMM",
    "610": "CCYYMM",
    "616": "CCYYWW",
    "711": "CCYYMMDD-CCYYMMDD",
    "713": "YYMMDDhhmm-YYMMDDhhmm",
    "717": "YYMMDD-YYMMDD",
    "718": "CCYYMMDD-CCYYMMDD",
    "719": "CCYYMMDDhhmm-CCYYMMDDhhmm",
}
"""Format of a point in time or a period (2379) → its layout; of a period the beginning is read."""

_BY_LENGTH: Mapping[int, str] = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204"}
"""Length of a text without a format → the format it is taken for."""

_ZONES: Mapping[str, int] = {
    "UTC": 0,
    "GMT": 0,
    "UCT": 0,
    "WET": 0,
    "BST": 60,
    "CET": 60,
    "MET": 60,
    "CES": 120,
    "EET": 120,
}
"""Name of a zone → minutes east of Greenwich."""

_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})?", re.ASCII)
_MINUTES_MAX = 14 * 60
_WEEK_DAYS = 7


class At:
    """A moment in the composite C507, by its format (2379); in UTC where it names no zone, and written in UTC.

    A day alone is its midnight. `writes` is the format written; one without seconds gives way to one with them where
    there are some.
    """

    def __init__(self, writes: str = "203", *, pivot: int = PIVOT) -> None:
        self._writes, self._pivot = writes, pivot

    def read(self, node: Node) -> datetime | None:
        """Return the moment."""
        text = node.value(("2380",))
        if text is None:
            return None
        return moment_of(text, node.value(("2379",)), pivot=self._pivot)

    def write(self, node: Node, value: datetime) -> None:
        """Put the moment and its format."""
        day = value.astimezone(UTC)
        form = _WITH_SECONDS.get(self._writes, self._writes) if day.second else self._writes
        node.make("2380").put(day.strftime(_WRITTEN[form]))
        node.make("2379").put(form)


class On:
    """A day in the composite C507, by its format (2379); 102 is written."""

    def __init__(self, *, pivot: int = PIVOT) -> None:
        self._pivot = pivot

    def read(self, node: Node) -> date | None:
        """Return the day; of a moment with a zone, the day there."""
        text = node.value(("2380",))
        if text is None:
            return None
        return moment_of(text, node.value(("2379",)), pivot=self._pivot).date()

    def write(self, node: Node, value: date) -> None:
        """Put the day and its format."""
        node.make("2380").put(value.strftime("%Y%m%d"))
        node.make("2379").put("102")


_WRITTEN: Mapping[str, str] = {
    "101": "%y%m%d",
    "102": "%Y%m%d",
    "201": "%y%m%d%H%M",
    "203": "%Y%m%d%H%M",
    "204": "%Y%m%d%H%M%S",
    "303": "%Y%m%d%H%MUTC",
    "304": "%Y%m%d%H%M%SUTC",
}
_WITH_SECONDS: Mapping[str, str] = {"203": "204", "303": "304"}


def moment_of(text: str, form: str | None, *, pivot: int = PIVOT) -> datetime:
    """Return the moment that a text is by a format (2379); raises BadValue where it is none.

    Without a format, or with one that nobody knows, its length decides.
    """
    layout = _LAYOUTS.get(form or "") or _LAYOUTS.get(_BY_LENGTH.get(len(text), ""))
    if layout is None:
        raise BadValue(code="not-a-date", expected="a date by its format", found=text)
    layout, beginning = layout.partition("-")[0], text
    if "Z" not in layout:
        beginning = text.partition("-")[0]
    found = _fields(layout, beginning)
    if found is None:
        raise BadValue(code="not-a-date", expected=layout, found=text)
    try:
        return _moment(found, pivot)
    except (ValueError, OverflowError) as error:
        raise BadValue(code="not-a-date", expected=layout, found=text) from error


def _fields(layout: str, text: str) -> dict[str, str] | None:
    """Return field of the layout → its text; None where the text is not laid out so."""
    clock = layout.rstrip("Z")
    digits, zone = text[: len(clock)], text[len(clock) :]
    if len(digits) != len(clock) or not (digits.isascii() and digits.isdigit()):
        return None
    if bool(zone) is not ("Z" in layout):
        return None
    found: dict[str, str] = {"Z": zone}
    for sign, digit in zip(clock, digits, strict=True):
        found[sign] = found.get(sign, "") + digit
    return found


def _moment(found: Mapping[str, str], pivot: int) -> datetime:
    """Return the moment of a layout's fields; raises ValueError where there is no such moment."""
    year = int(found["Y"])
    if "C" in found:
        year += int(found["C"]) * 100
    else:
        year += 2000 if year < pivot else 1900
    if "W" in found:
        day = date.fromisocalendar(year, int(found["W"]), int(found.get("D", "1")) or _WEEK_DAYS)
    elif len(found.get("D", "")) > 2:  # noqa: PLR2004 - a day of the year has three digits
        day = date(year, 1, 1) + timedelta(days=int(found["D"]) - 1)
    else:
        day = date(year, int(found.get("M", "1")), int(found.get("D", "1")))
    zone = _zone(found["Z"]) if found["Z"] else UTC
    hour, minute, second = (int(found.get(sign, "0")) for sign in "hms")
    if hour == 24 and not minute and not second:  # noqa: PLR2004 - ISO 8601 ends a day so
        return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)


def _zone(text: str) -> timezone:
    """Return the zone of a name or an offset; raises ValueError for another."""
    if text in _ZONES:
        return timezone(timedelta(minutes=_ZONES[text]))
    found = _OFFSET.fullmatch(text)
    minutes = int(found[2]) * 60 + int(found[3] or "0") if found else _MINUTES_MAX + 1
    if found is None or minutes > _MINUTES_MAX:
        raise ValueError(text)
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


AT = At()
AT_ZONE = At("303")
ON = On()


def prepared(day: str, time: str) -> datetime | None:
    """Return the moment of UNB's S004, two or four digits of the year; UTC, since it names no zone."""
    century = "19" if day[:2] >= f"{PIVOT}" else "20"
    text = f"{century}{day}" if len(day) == len("YYMMDD") else day
    try:
        return datetime.strptime(f"{text}{time[:4] or '0000'}", "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None

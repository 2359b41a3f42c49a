"""Read what airlines write of bookings (PADIS), and write it: moments, documents, contacts, tags."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tidewaiter.stages.receive.lens import BadValue, Codec
from tidewaiter.stages.receive.lens.lines import Leaf, Sighting, Values
from tidewaiter.stages.receive.lens.node import Node, make, select

CENTURY = 2000
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAY = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII)
_HOUR = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})?", re.ASCII)
_NAMED_DAY = re.compile(r"([0-9]{1,2})([A-Z]{3})([0-9]{2}(?:[0-9]{2})?)", re.ASCII)
_EXPECTED = "DDMMYY and HHMM"
_BORN = 5
"""Where a travel document's text says the day of birth."""


class At:
    """A moment in two components of a composite, the day and the hour; in UTC, since the places' zones are not said."""

    def __init__(self, day: str, hour: str) -> None:
        self._day, self._hour = day, hour

    def read(self, node: Node) -> datetime | None:
        """Return the moment; a day alone is its midnight."""
        day = node.value((self._day,))
        return None if day is None else moment_of(day, node.value((self._hour,)))

    def write(self, node: Node, value: datetime) -> None:
        """Put the day and the hour."""
        at = value.astimezone(UTC)
        node.make(self._day).put(at.strftime("%d%m%y"))
        node.make(self._hour).put(at.strftime("%H%M%S" if at.second else "%H%M"))


class Arrival(At):
    """A second moment, whose day may be left out where it is the first one's, or be said in days after it (9954)."""

    def __init__(self) -> None:
        super().__init__("9920", "9922")

    def read(self, node: Node) -> datetime | None:
        """Return the moment."""
        day, hour = node.value((self._day,)), node.value((self._hour,))
        if hour is None and day is not None and len(day) == len("HHMM"):
            day, hour = None, day
        if day is not None or hour is None:
            return None if day is None else moment_of(day, hour)
        first = node.value(("9916",))
        if first is None:
            return None
        later = node.value(("9954",)) or "0"
        return moment_of(first, hour) + timedelta(days=int(later) if len(later) == 1 and later.isdigit() else 0)


def moment_of(day: str, hour: str | None) -> datetime:
    """Return the moment of a day and an hour; raises BadValue where there is no such moment."""
    days, hours = _DAY.fullmatch(day), _HOUR.fullmatch(hour or "0000")
    if days is not None and hours is not None:
        try:
            on = date(CENTURY + int(days[3]), int(days[2]), int(days[1]))
            clock = time(int(hours[1]), int(hours[2]), int(hours[3] or 0), tzinfo=UTC)
        except ValueError:
            pass
        else:
            return datetime.combine(on, clock)
    raise BadValue(code="not-a-date", expected=_EXPECTED, found=f"{day}:{hour or ''}")


class Field:
    """One of the parts, divided by strokes, of a text such as /P/GBR/123456789/GBR/12JUL64/M/23AUG19/SMITH/JOHN.

    `rest` takes the parts after it too.
    """

    def __init__(self, number: int, *, rest: bool = False) -> None:
        self._number, self._rest = number, rest

    def read(self, node: Node) -> str | None:
        """Return the part."""
        parts = (node.text() or "").split("/")
        if self._rest:
            return "/".join(parts[self._number :]).strip("/ ") or None
        return (parts[self._number].strip() or None) if self._number < len(parts) else None

    def write(self, node: Node, value: str) -> None:
        """Put the part in its place, with its strokes as blanks unless it is the rest."""
        parts = (node.text() or "").split("/")
        parts += [""] * (self._number + 1 - len(parts))
        parts[self._number] = value if self._rest else value.replace("/", " ")
        node.put("/".join(parts))


class DayField(Field):
    """A day among the parts, such as 12JUL64; `born` says that it is a birth's, which is not after the journey."""

    def __init__(self, number: int, *, born: bool = False) -> None:
        super().__init__(number)
        self._born = born

    def read(self, node: Node) -> date | None:  # type: ignore[override]  # the part as a day
        """Return the day."""
        text = super().read(node)
        if text is None:
            return None
        found = _NAMED_DAY.fullmatch(text.upper())
        if found is not None and found[2] in _MONTHS:
            year = int(found[3])
            if len(found[3]) == len("YY"):
                year += CENTURY if not self._born or year < pivot_of(node) else CENTURY - 100
            try:
                return date(year, _MONTHS.index(found[2]) + 1, int(found[1]))
            except ValueError:
                pass
        raise BadValue(code="not-a-date", expected="DDMMMYY", found=text)

    def write(self, node: Node, value: date) -> None:  # type: ignore[override]  # as above
        """Put the day."""
        year = f"{value.year % 100:02}" if self._fits(value, node) else f"{value.year}"
        super().write(node, f"{value.day:02}{_MONTHS[value.month - 1]}{year}")

    def _fits(self, value: date, node: Node) -> bool:
        """Say whether two digits of the year are read again as this year."""
        short = value.year % 100
        return value.year == short + (CENTURY if not self._born or short < pivot_of(node) else CENTURY - 100)


def pivot_of(node: Node) -> int:
    """Return the first year of two digits that a birth cannot be of in this century: that after the flight's."""
    day = _DAY.fullmatch(node.root().value(("TVL", "C310", "9916")) or "")
    return int(day[3]) + 1 if day is not None else _PIVOT


_PIVOT = 30
_INFANT = re.compile(r"[MF]I")


class SexField(Field):
    """The sex among the parts; that of an infant has an I after it."""

    def read(self, node: Node) -> str | None:
        """Return F, M or another letter."""
        text = super().read(node)
        return text[0] if text is not None and _INFANT.fullmatch(text) else text


class Phone:
    """A telephone number in a remark for the airline, such as CTCM 491701234567."""

    def read(self, node: Node) -> str | None:
        """Return the number, if the remark is of one."""
        found = _PHONE.fullmatch(node.text() or "")
        return found[1].strip() or None if found is not None else None

    def write(self, node: Node, value: str) -> None:
        """Put the remark."""
        node.put(f"CTCM {value}")


class Mail:
    """A mail address in a remark for the airline, such as CTCE JOHN..SMITH//EXAMPLE.COM for john_smith@example.com."""

    def read(self, node: Node) -> str | None:
        """Return the address, if the remark is of one."""
        found = _MAIL.fullmatch(node.text() or "")
        return mail_of(found[1]) if found is not None else None

    def write(self, node: Node, value: str) -> None:
        """Put the remark."""
        node.put(f"CTCE {value.replace('_', '..').replace('-', './').replace('@', '//')}")


class PlainMail:
    """A mail address in a request of its own."""

    def read(self, node: Node) -> str | None:
        """Return the address."""
        text = node.text()
        return None if text is None else mail_of(text)

    def write(self, node: Node, value: str) -> None:
        """Write nothing: a remark says it."""


def mail_of(text: str) -> str:
    """Return a mail address whose signs that telegrams lack are written by others (IATA Resolution 830d)."""
    return text.strip().replace("//", "@").replace("..", "_").replace("./", "-")


_PHONE = re.compile(r"(?:[A-Z0-9]{2} )?CTC ?[ABHMPRT]?[ /-]+(.*[0-9].*)", re.ASCII | re.IGNORECASE)
_MAIL = re.compile(r"(?:[A-Z0-9]{2} )?CTC ?E[ /-]+(.*//.*)", re.ASCII | re.IGNORECASE)


class Pair:
    """Two components as one text, the first and the second, with what is put between them.

    `form` tells them apart in writing, by its groups 1 and 2; what has another form is the component `alone`.
    """

    def __init__(self, first: str, second: str, between: str, form: str, *, alone: str) -> None:
        self._both, self._between, self._alone = (first, second), between, alone
        self._form = re.compile(form, re.ASCII)

    def read(self, node: Node) -> str | None:
        """Return both, or the one that is there."""
        found = [node.value((name,)) for name in self._both]
        return self._between.join(one for one in found if one is not None) or None

    def write(self, node: Node, value: str) -> None:
        """Put both, or the one."""
        found = self._form.fullmatch(value)
        parts = zip(self._both, found.groups(), strict=True) if found is not None else ((self._alone, value),)
        for name, part in parts:
            node.make(name).put(part)


class Anywhere(Leaf):
    """One value that stands in the first of several nodes that can be read as one; written into a node of its own."""

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the first value, where no earlier line had one."""
        if self.name in values:
            return
        for one in select(node, self.address):
            try:
                value = self.codec.read(one)
            except BadValue as bad:
                sighting.stumbles.append((f"{pointer}/{self.json}", one, bad))
                continue
            if value is not None:
                values[self.name] = value
                if sighting.places is not None:
                    sighting.places[f"{pointer}/{self.json}"] = one
                return

    def write(self, struct: Any, node: Node) -> None:
        """Write the value."""
        value = getattr(struct, self.name)
        if value is not None and not self.read_only:
            self.codec.write(make(node, self.address, again=True), value)


def anywhere(name: str, address: str, codec: Codec, *, read_only: bool = False) -> Anywhere:
    """Say in which nodes one value may stand."""
    return Anywhere(name, address, codec, read_only=read_only)


def is_of_infant(document: Node) -> bool:
    """Say whether a travel document's text is of an infant."""
    return _INFANT.fullmatch(Field(_BORN + 1).read(document) or "") is not None


def family_of(document: Node) -> str:
    """Return the family name in a travel document's text."""
    return Field(_BORN + 3).read(document) or ""


def is_named(document: Node, given: str | None) -> bool:
    """Say whether the given names in a travel document's text begin with those given."""
    return bool(given) and (Field(_BORN + 4).read(document) or "").startswith(given or "")


LOYALTY = Pair("9906", "9948", " ", r"([A-Z0-9]{2,3}) (.+)", alone="9948")
TAG = Pair("9906", "1154", "", r"([A-Z][A-Z0-9]|[0-9][A-Z]|[0-9]{3})(.{4,})", alone="1154")
PAYMENT = Pair("9888", "9906", " ", r"([A-Z0-9]+) ([A-Z0-9]+)", alone="9888")
"""A form of payment and the card's issuer; the card's number is not read."""

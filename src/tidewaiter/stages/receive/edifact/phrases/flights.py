"""Read what airlines write of flights and travellers, and write it: numbers, names, days of birth."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

from tidewaiter.stages.receive.edifact.phrases.codecs import Pieces, raw_of
from tidewaiter.stages.receive.edifact.phrases.moments import On, moment_of
from tidewaiter.stages.receive.lens import BadValue
from tidewaiter.stages.receive.lens.node import Node

_NUMBER = re.compile(r"[0-9]{1,4}[A-Z]?", re.ASCII)
_DESIGNATED = re.compile(
    r"(?P<airline>[A-Z][A-Z0-9]|[0-9][A-Z]|[A-Z]{3})(?P<number>[0-9]{1,4}[A-Z]?)",
    re.ASCII,
)
_AIR = (None, "4")
"""Modes of transport (8067) that a flight number is looked for in: air, and none said."""

_SAYS_NOW = ("TDT#1/LOC#1/DTM#1/C507", "TDT#1/DTM#1/C507", "DTM#1/C507")
"""Where a message says when it was made or what it is about, so that nobody on it was born later."""

_PIVOT = 30


def segment_of(node: Node) -> Node:
    """Return the segment that an element or a component is of."""
    return cast("Node", getattr(node, "owner", node))


class _FlightNumber:
    """The number of a flight (8028) without the airline's designator, or the number of a voyage as it is."""

    def read(self, node: Node) -> str | None:
        """Return the number."""
        text = node.text()
        if text is None:
            return None
        carrier = segment_of(node).value(("C040", "3127"))
        if carrier is not None:
            rest = text.removeprefix(carrier)
            return rest if _NUMBER.fullmatch(rest) else text
        found = _designated(node, text)
        return found["number"] if found else text

    def write(self, node: Node, value: str) -> None:
        """Put the number, after the airline's designator if it is a flight's."""
        carrier = segment_of(node).value(("C040", "3127"))
        node.put(f"{carrier}{value}" if carrier is not None and _NUMBER.fullmatch(value) else value)


class _Airline:
    """The airline that a flight number begins with, where it is not said by itself."""

    def read(self, node: Node) -> str | None:
        """Return the designator."""
        found = _designated(node, node.text() or "")
        return found["airline"] if found else None

    def write(self, node: Node, value: str) -> None:
        """Write nothing: the flight number says it."""


def _designated(node: Node, text: str) -> re.Match[str] | None:
    """Return the parts of a flight number with a designator, where the means of transport may be an aircraft."""
    mode = segment_of(node).value(("C220", "8067"))
    return _DESIGNATED.fullmatch(text) if mode in _AIR else None


class _GivenNames(Pieces):
    """The names after the family name (C080, from its second component): one each, or all in one."""

    def read(self, node: Node) -> str | None:
        """Return them with blanks between."""
        return self.joined([(one.text() or "", raw_of(one)) for one in _later(node)])

    def write(self, node: Node, value: str) -> None:
        """Put them, in as many components as they need."""
        for at, piece in zip(_later(node), self.cut(value), strict=False):
            at.put(piece)


def _later(node: Node) -> tuple[Node, ...]:
    """Return the components of a name after its first."""
    return tuple(segment_of(node).select("C080/3036")[1:])


class _Birth(On):
    """A day of birth (C507): two digits of a year are of the century in which nobody is born after the journey."""

    def read(self, node: Node) -> date | None:
        """Return the day."""
        text = node.value(("2380",))
        if text is None:
            return None
        return moment_of(text, node.value(("2379",)), pivot=pivot_of(node)).date()


def pivot_of(node: Node) -> int:
    """Return the first year of two digits that a birth cannot be of in this century."""
    for address in _SAYS_NOW:
        for one in node.root().select(address):
            text = one.value(("2380",))
            if text is not None:
                try:
                    return moment_of(text, one.value(("2379",))).year % 100 + 1
                except BadValue:
                    continue
    return _PIVOT


FLIGHT_NUMBER = _FlightNumber()
AIRLINE = _Airline()
GIVEN_NAMES = _GivenNames("3036", 35, 4, full=(70,))
BIRTH = _Birth()
EXPIRY = On(pivot=100)
"""The last day of a travel document: always of this century."""

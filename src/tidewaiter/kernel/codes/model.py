"""Define a versioned code list: its edition, where it comes from, its codes with their days in force."""

from __future__ import annotations

import bisect
import hashlib
from datetime import date
from typing import Any

import msgspec

from tidewaiter.kernel.errors import CodeListFault


class Period(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A span of days in which a code is in force, both ends included; None is an open end."""

    start: date | None = None
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the day lies within."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What a list says of one code: its name, when it is in force (no period: always), and further facts."""

    name: str
    periods: tuple[Period, ...] = ()
    facts: dict[str, str] = {}

    def in_force(self, day: date | None) -> bool:
        """Say whether the code is in force on the day; on any day where none is given."""
        return day is None or not self.periods or any(period.covers(day) for period in self.periods)


class CodeList(msgspec.Struct, frozen=True, kw_only=True, dict=True, rename="camel"):
    """One edition of a code list.

    `valid_from` and `valid_to` say when the edition as a whole is in force (None: open). `sha256` is the hash of
    the entries' canonical JSON, so that a finding's edition can be proven later. `complete` is False where the
    list is known to leave codes out; a code that it lacks is then a warning and no error.
    """

    id: str
    edition: str
    valid_from: date | None = None
    valid_to: date | None = None
    source: str
    licence: str
    sha256: str
    complete: bool = True
    entries: dict[str, Entry]

    def get(self, code: str) -> Entry | None:
        """Return the entry of a code, or None."""
        return self.entries.get(code)

    def count(self) -> int:
        """Return the number of codes."""
        return len(self.entries)

    def covers(self, day: date) -> bool:
        """Say whether the edition is in force on the day."""
        return Period(self.valid_from, self.valid_to).covers(day)

    def members(self, day: date | None = None) -> frozenset[str]:
        """Return the codes in force on the day, remembered per span of days between two changes of the list."""
        if day is None:
            return self._spans(None)
        edges = self._edges()
        return self._spans(bisect.bisect_right(edges, day), day)

    def _edges(self) -> list[date]:
        """Return the days from which some code's standing differs from the day before."""
        memory: dict[str, Any] = self.__dict__
        if "edges" not in memory:
            days: set[date] = set()
            for entry in self.entries.values():
                for period in entry.periods:
                    if period.start is not None:
                        days.add(period.start)
                    if period.end is not None and period.end < date.max:
                        days.add(date.fromordinal(period.end.toordinal() + 1))
            memory["edges"] = sorted(days)
        edges: list[date] = memory["edges"]
        return edges

    def _spans(self, span: int | None, day: date | None = None) -> frozenset[str]:
        """Return the codes in force in a span, worked out once."""
        memory: dict[int | None, frozenset[str]] = self.__dict__.setdefault("spans", {})
        if span not in memory:
            memory[span] = frozenset(code for code, entry in self.entries.items() if entry.in_force(day))
        return memory[span]


class Summary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A line of `tidewaiter codes list`. `count` is the number of codes."""

    id: str
    edition: str
    valid_from: date | None
    valid_to: date | None
    source: str
    licence: str
    sha256: str
    count: int
    complete: bool
    loaded_by: str


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(CodeList)


def fingerprint(entries: dict[str, Entry]) -> str:
    """Return the SHA-256 of the entries' canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(_encoder.encode(entries)).hexdigest()


def to_json(codes: CodeList) -> bytes:
    """Return the list as JSON with sorted keys; the same list always gives the same bytes."""
    return _encoder.encode(codes)


def from_json(data: bytes) -> CodeList:
    """Return the list of its JSON; raises CodeListFault where it is not one or its hash does not fit its entries."""
    try:
        codes = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"This is not a stored code list: {error}."
        raise CodeListFault(message, "Load the list again with `tidewaiter codes load`.") from error
    if fingerprint(codes.entries) != codes.sha256:
        message = f"The stored code list {codes.id}, edition {codes.edition}, was changed: its hash does not fit."
        raise CodeListFault(message, "Load the list again with `tidewaiter codes load`.")
    return codes

"""Keep the playground's time: move clocks forward, and say what is due next."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime
from typing import Generic, TypeVar

from tidewaiter.kernel.clock import SetClock

_Item = TypeVar("_Item")


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without an offset is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def move_to(clock: SetClock, moment: datetime) -> None:
    """Move a clock forward to a moment; one that is there or beyond stays as it is."""
    if moment > clock.now():
        clock.move(moment - clock.now())


class Agenda(Generic[_Item]):
    """What is to happen when; what is noted for one moment comes out in the order in which it was noted."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, _Item]] = []
        self._noted = 0

    def note(self, at: datetime, item: _Item) -> None:
        """Note something for a moment."""
        heapq.heappush(self._entries, (at, self._noted, item))
        self._noted += 1

    def due(self, until: datetime) -> list[tuple[datetime, _Item]]:
        """Take out, in order, what is noted for up to and at a moment."""
        found = []
        while self._entries and self._entries[0][0] <= until:
            at, _, item = heapq.heappop(self._entries)
            found.append((at, item))
        return found

    @property
    def next_at(self) -> datetime | None:
        """When the next is due, or None where nothing is noted."""
        return self._entries[0][0] if self._entries else None

    def __len__(self) -> int:
        return len(self._entries)

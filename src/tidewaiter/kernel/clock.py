"""Tell the time: one port, so that tests and playgrounds can set it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> datetime:
        """Return the current time, with UTC offset zero."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the set time."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Move the clock forward by `by`."""
        self._at += by


def instant(moment: datetime) -> str:
    """Return the moment as text that sorts: RFC 3339 in UTC with microseconds and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def today(clock: Clock) -> date:
    """Return the current day in UTC."""
    return clock.now().date()

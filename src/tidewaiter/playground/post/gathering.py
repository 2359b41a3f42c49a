"""Gather letters by country and form in windows of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from tidewaiter.playground.post.model import Batch
from tidewaiter.world.model import Letter

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def batches(letters: Iterable[Letter], window: timedelta) -> Iterator[Batch]:
    """Yield the batches of letters that come in time order, in order of their end, country and form.

    Windows are of one length and begin at midnight UTC; they take the moment at which they begin, and not that at which
    they end. Holds the letters of one window. Raises ValueError for a window that does not divide the day, and for
    letters that are not in time order by more than their window.
    """
    if window <= timedelta() or _DAY % window:
        message = f"a window of {window} does not divide the day"
        raise ValueError(message)
    opened: dict[tuple[str, str], list[Letter]] = {}
    current: int | None = None
    for letter in letters:
        number = (letter.at - _EPOCH) // window
        if current is not None and number != current:
            if number < current:
                message = f"a letter of {letter.at} comes after others of a later window"
                raise ValueError(message)
            yield from _closed(opened, _EPOCH + (current + 1) * window)
            opened = {}
        current = number
        opened.setdefault((letter.country, letter.form), []).append(letter)
    if current is not None:
        yield from _closed(opened, _EPOCH + (current + 1) * window)


def _closed(opened: dict[tuple[str, str], list[Letter]], end: datetime) -> Iterator[Batch]:
    """Yield the batches of a window, in order of country and form."""
    for country, form in sorted(opened):
        yield Batch(end, country, form, opened[country, form])

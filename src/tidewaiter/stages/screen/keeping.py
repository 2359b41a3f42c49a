"""Keep screenings, the newest of each record, and answer them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tidewaiter.stages.screen import _store
from tidewaiter.stages.screen.model import Screening

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Work


def keep(work: Work, screened: Sequence[Screening]) -> list[Screening]:
    """Keep screenings in place of older ones of the same records, and return those that were kept.

    A screening of an older version than the one that is kept is left out.
    """
    return _store.put(work.connection, screened, work.now)


def forget(work: Work, keys: Sequence[bytes]) -> list[date]:
    """Drop the screenings of records that were cancelled; return the days they were of."""
    return _store.drop(work.connection, keys)


def scored_on(connection: Connection, day: date) -> list[tuple[bytes, float, float | None]]:
    """Return (record key, probability, value) of every screened record of a day."""
    return _store.of_day(connection, day)


def screening_of(connection: Connection, key: bytes) -> Screening | None:
    """Return the newest screening of a record, or None."""
    return _store.read_many(connection, [key]).get(key)


def screenings(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, Screening]:
    """Return record key → its newest screening."""
    return _store.read_many(connection, keys)


def references(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, str]:
    """Return record key → reference of the records that were screened."""
    return _store.references(connection, keys)


def scores(connection: Connection, references: Sequence[str]) -> dict[str, float]:
    """Return reference → probability of the records that were screened."""
    return _store.scores(connection, references)

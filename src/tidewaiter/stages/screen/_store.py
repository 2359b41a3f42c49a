"""Hold the table of screenings and its queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, Float, Index, Integer, LargeBinary, String, Table, Text

from tidewaiter.kernel.db import Instant, metadata
from tidewaiter.stages.screen.model import Screening

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

screening = Table(
    "screen_screening",
    metadata,
    Column("record_key", LargeBinary(16), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("reference", Text, nullable=False),
    Column("day", String(10), nullable=False),
    Column("probability", Float, nullable=False),
    Column("value", Float),
    Column("body", Text, nullable=False),
    Column("screened_at", Instant, nullable=False),
    Index("ix_screen_screening_day", "day"),
    Index("ix_screen_screening_reference", "reference"),
)
"""The newest screening of each record; one of an older version never replaces one of a newer."""

_IN_MAX = 5_000
_Key = TypeVar("_Key", bytes, str)
_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Screening)


def put(connection: Connection, screened: Sequence[Screening], at: datetime) -> list[Screening]:
    """Keep screenings in place of older ones of the same records; return those that were kept."""
    newest: dict[bytes, Screening] = {}
    for one in screened:
        if one.record_key not in newest or newest[one.record_key].version <= one.version:
            newest[one.record_key] = one
    for some in _slices(list(newest)):
        query = sa.select(screening.c.record_key, screening.c.version).where(screening.c.record_key.in_(some))
        for key, version in connection.execute(query).all():
            if version > newest[bytes(key)].version:
                del newest[bytes(key)]
        going = [key for key in some if key in newest]
        connection.execute(screening.delete().where(screening.c.record_key.in_(going)))
    rows = [
        {
            "record_key": key,
            "version": one.version,
            "reference": one.reference,
            "day": one.day.isoformat(),
            "probability": one.probability,
            "value": one.value,
            "body": _encode(one).decode(),
            "screened_at": at,
        }
        for key, one in newest.items()
    ]
    if rows:
        connection.execute(screening.insert(), rows)
    return list(newest.values())


def drop(connection: Connection, keys: Sequence[bytes]) -> list[date]:
    """Delete the screenings of the records; return the days they were of."""
    days: set[date] = set()
    for some in _slices(keys):
        mine = screening.c.record_key.in_(some)
        days.update(date.fromisoformat(day) for (day,) in connection.execute(sa.select(screening.c.day).where(mine)))
        connection.execute(screening.delete().where(mine))
    return sorted(days)


def read_many(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, Screening]:
    """Return record key → its newest screening."""
    found: dict[bytes, Screening] = {}
    for some in _slices(keys):
        query = sa.select(screening.c.record_key, screening.c.body).where(screening.c.record_key.in_(some))
        for key, body in connection.execute(query):
            found[bytes(key)] = _decoder.decode(body)
    return found


def of_day(connection: Connection, day: date) -> list[tuple[bytes, float, float | None]]:
    """Return (record key, probability, value) of every record of a day."""
    columns = (screening.c.record_key, screening.c.probability, screening.c.value)
    query = sa.select(*columns).where(screening.c.day == day.isoformat())
    return [(bytes(key), probability, value) for key, probability, value in connection.execute(query)]


def scores(connection: Connection, references: Sequence[str]) -> dict[str, float]:
    """Return reference → probability of the records that were screened; the greatest where several share it."""
    found: dict[str, float] = {}
    for some in _slices(references):
        query = sa.select(screening.c.reference, sa.func.max(screening.c.probability))
        query = query.where(screening.c.reference.in_(some)).group_by(screening.c.reference)
        found.update((row.reference, row[1]) for row in connection.execute(query))
    return found


def references(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, str]:
    """Return record key → what an officer calls the record."""
    found: dict[bytes, str] = {}
    for some in _slices(keys):
        query = sa.select(screening.c.record_key, screening.c.reference).where(screening.c.record_key.in_(some))
        found.update((bytes(key), reference) for key, reference in connection.execute(query))
    return found


def _slices(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    """Yield the keys in pieces that fit one statement."""
    for start in range(0, len(keys), _IN_MAX):
        yield keys[start : start + _IN_MAX]

"""Hold the table of screenings and its queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

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
    Column("day", String(10)),
    Column("probability", Float, nullable=False),
    Column("value", Float),
    Column("body", Text, nullable=False),
    Column("screened_at", Instant, nullable=False),
    Index("ix_screen_screening_day", "day"),
    Index("ix_screen_screening_probability", "probability"),
)
"""The newest screening of each record; a screening of an older version never replaces one of a newer."""

_IN_MAX = 5_000
_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Screening)


def put(connection: Connection, screened: Sequence[Screening], at: datetime) -> list[Screening]:
    """Keep screenings in place of older ones of the same records; return those that were kept."""
    newest: dict[bytes, Screening] = {}
    for one in screened:
        key = bytes.fromhex(one.record_key)
        if key not in newest or newest[key].version <= one.version:
            newest[key] = one
    keys = list(newest)
    for start in range(0, len(keys), _IN_MAX):
        some = keys[start : start + _IN_MAX]
        query = sa.select(screening.c.record_key, screening.c.version).where(screening.c.record_key.in_(some))
        for key, version in connection.execute(query).all():
            if version > newest[bytes(key)].version:
                del newest[bytes(key)]
        connection.execute(screening.delete().where(screening.c.record_key.in_([key for key in some if key in newest])))
    rows = [
        {
            "record_key": key,
            "version": one.version,
            "reference": one.reference,
            "day": None if one.day is None else one.day.isoformat(),
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


def read(connection: Connection, key: bytes) -> Screening | None:
    """Return the newest screening of a record."""
    body = connection.execute(sa.select(screening.c.body).where(screening.c.record_key == key)).scalar()
    return None if body is None else _decoder.decode(body)


def read_many(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, Screening]:
    """Return record key → its newest screening."""
    found: dict[bytes, Screening] = {}
    for start in range(0, len(keys), _IN_MAX):
        some = keys[start : start + _IN_MAX]
        query = sa.select(screening.c.record_key, screening.c.body).where(screening.c.record_key.in_(some))
        for key, body in connection.execute(query):
            found[bytes(key)] = _decoder.decode(body)
    return found


def of_day(connection: Connection, day: date | None) -> list[tuple[bytes, float, float | None]]:
    """Return (record key, probability, value) of every record of a day."""
    same = screening.c.day.is_(None) if day is None else screening.c.day == day.isoformat()
    query = sa.select(screening.c.record_key, screening.c.probability, screening.c.value).where(same)
    return [(bytes(key), probability, value) for key, probability, value in connection.execute(query)]


def scores(connection: Connection, references: Iterable[str]) -> dict[str, tuple[float, date | None]]:
    """Return reference → (probability, day) of the records that were screened."""
    wanted, found = list(references), {}
    for start in range(0, len(wanted), _IN_MAX):
        some = wanted[start : start + _IN_MAX]
        query = sa.select(screening.c.reference, screening.c.probability, screening.c.day)
        for reference, probability, day in connection.execute(query.where(screening.c.reference.in_(some))):
            found[reference] = (probability, None if day is None else date.fromisoformat(day))
    return found

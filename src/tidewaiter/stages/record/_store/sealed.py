"""Query what is sealed of records, by whom it can be found, and what holds its destruction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tidewaiter.kernel.db import insert_many
from tidewaiter.stages.record._tables import hold, identifier, part, raw, version

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping


def insert_parts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert parts that have keys of their own."""
    insert_many(connection, part, rows)


def insert_identifiers(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of the blind index."""
    insert_many(connection, identifier, rows)


def read_sealed(connection: Connection, key: bytes, number: int) -> Iterator[tuple[int, int, bytes | None, bytes]]:
    """Yield (part, its key's number, ciphertext, public body) of a version, the version's own part first."""
    own = sa.select(version.c.key, version.c.sealed, version.c.body)
    row = connection.execute(own.where(version.c.record_key == key, version.c.version == number)).one()
    body = bytes(row.body)
    if row.key is not None:
        yield 0, row.key, _octets(row.sealed), body
    query = sa.select(part.c.part, part.c.key, part.c.sealed)
    query = query.where(part.c.record_key == key, part.c.version == number).order_by(part.c.part)
    for at, numbered, sealed in connection.execute(query):
        yield at, numbered, bytes(sealed), body


def keys_of_record(connection: Connection, key: bytes) -> list[int]:
    """Return the numbers of all keys of a record: its versions', and those of their parts."""
    own = sa.select(version.c.key).where(version.c.record_key == key, version.c.key.is_not(None))
    more = sa.select(part.c.key).where(part.c.record_key == key)
    return [number for query in (own, more) for (number,) in connection.execute(query)]


def find_identified(connection: Connection, digest: bytes) -> list[RowMapping]:
    """Return the rows of the blind index for a digest."""
    query = sa.select(identifier).where(identifier.c.digest == digest)
    return list(connection.execute(query.order_by(identifier.c.record_key, identifier.c.version)).mappings())


def part_key(connection: Connection, key: bytes, number: int, at: int) -> int | None:
    """Return the number of the key of a part."""
    query = sa.select(part.c.key).where(part.c.record_key == key, part.c.version == number, part.c.part == at)
    return connection.execute(query).scalar()


def forget_sealed(connection: Connection, key: bytes) -> None:
    """Delete what is sealed of a record, and by what it could be found; the public body stays."""
    connection.execute(version.update().where(version.c.record_key == key).values(sealed=None, key=None))
    connection.execute(part.delete().where(part.c.record_key == key))
    connection.execute(identifier.delete().where(identifier.c.record_key == key))


def forget_part(connection: Connection, key: bytes, number: int, at: int) -> None:
    """Delete by what the person of a part could be found; the ciphertext stays, for the leaf of the whole record."""
    mine = (identifier.c.record_key == key) & (identifier.c.version == number) & (identifier.c.part == at)
    connection.execute(identifier.delete().where(mine))


def identified_before(connection: Connection, epoch: int, most: int) -> list[bytes]:
    """Return keys of records whose rows of the blind index are of another epoch than this."""
    query = sa.select(identifier.c.record_key).where(identifier.c.epoch != epoch).distinct()
    return [bytes(key) for (key,) in connection.execute(query.order_by(identifier.c.record_key).limit(most))]


def forget_identifiers(connection: Connection, keys: Sequence[bytes]) -> None:
    """Delete the rows of the blind index of records."""
    connection.execute(identifier.delete().where(identifier.c.record_key.in_(keys)))


def raw_keys(connection: Connection, message_id: int) -> list[int]:
    """Return the numbers of the keys of a source's pieces."""
    query = sa.select(raw.c.key).where(raw.c.message_id == message_id, raw.c.key.is_not(None))
    return [number for (number,) in connection.execute(query)]


def raw_rows(connection: Connection, message_id: int, start: int, end: int) -> list[RowMapping]:
    """Return the pieces of a source that hold bytes from `start` up to `end`."""
    held = (raw.c.offset < end) & (raw.c.offset + raw.c.octets > start)
    return list(
        connection.execute(sa.select(raw).where(raw.c.message_id == message_id, held).order_by(raw.c.offset)).mappings()
    )


def replace_raw(connection: Connection, message_id: int, offset: int, key: int, packed: bytes) -> None:
    """Put another ciphertext in the place of a piece's."""
    mine = (raw.c.message_id == message_id) & (raw.c.offset == offset)
    connection.execute(raw.update().where(mine).values(key=key, packed=packed))


def holds(connection: Connection, key: bytes | None = None) -> list[RowMapping]:
    """Return the holds that are in force, on one record or on all."""
    query = sa.select(hold).where(hold.c.lifted_at.is_(None)).order_by(hold.c.id)
    return list(connection.execute(query if key is None else query.where(hold.c.record_key == key)).mappings())


def insert_hold(connection: Connection, key: bytes, reason: str, officer: str, at: datetime) -> int:
    """Hold a record, and return the hold's number."""
    row = {"record_key": key, "reason": reason, "officer": officer, "placed_at": at, "lifted_at": None}
    return int(connection.execute(hold.insert().returning(hold.c.id), row).scalar_one())


def lift_hold(connection: Connection, number: int, at: datetime) -> RowMapping | None:
    """Lift a hold that is in force and return it; None where there is none."""
    change = hold.update().where(hold.c.id == number, hold.c.lifted_at.is_(None)).values(lifted_at=at)
    return connection.execute(change.returning(hold)).mappings().first()


def _octets(value: Any) -> bytes | None:
    """Return bytes, or None."""
    return None if value is None else bytes(value)

"""Query versions of records, and what repeated them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from tidewaiter.kernel.db import insert_many
from tidewaiter.kernel.records import decode
from tidewaiter.stages.record._tables import batch, duplicate, version
from tidewaiter.stages.record.model import Version

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

IN_MAX = 5_000
"""Most values in one condition of a query."""


def latest(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes, str]]:
    """Return record key → (version, content hash, state) of the newest version of each known key."""
    found: dict[bytes, tuple[int, bytes, str]] = {}
    columns = (version.c.record_key, version.c.version, version.c.content_sha256, version.c.state)
    for start in range(0, len(keys), IN_MAX):
        some = keys[start : start + IN_MAX]
        query = sa.select(*columns).where(version.c.record_key.in_(some)).order_by(version.c.version)
        for key, number, digest, state in connection.execute(query):
            found[bytes(key)] = (number, bytes(digest), state)
    return found


def insert_versions(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert versions."""
    insert_many(connection, version, rows)


def insert_duplicates(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert duplicates."""
    insert_many(connection, duplicate, rows)


def settle(connection: Connection, rows: Sequence[tuple[bytes, int]]) -> None:
    """Take versions out of the repair queue, because a later one came."""
    for key, number in rows:
        connection.execute(
            version.update()
            .where(version.c.record_key == key, version.c.version == number, version.c.state == "repair")
            .values(state="settled")
        )


def _versions_query() -> sa.Select[Any]:
    """Select versions with their batch."""
    return sa.select(version, batch.c.message_id, batch.c.received_at, batch.c.officer, batch.c.reason).join_from(
        version, batch, version.c.batch_id == batch.c.id
    )


def read_version(connection: Connection, key: bytes, number: int | None) -> Version | None:
    """Return a version of the record, the newest where no number is given."""
    query = _versions_query().where(version.c.record_key == key).order_by(version.c.version.desc())
    if number is not None:
        query = query.where(version.c.version == number)
    row = connection.execute(query.limit(1)).mappings().first()
    return None if row is None else _version(row)


def versions_of(connection: Connection, key: bytes) -> list[Version]:
    """Return every version of a record, oldest first."""
    query = _versions_query().where(version.c.record_key == key).order_by(version.c.version)
    return [_version(row) for row in connection.execute(query).mappings()]


def find_versions(connection: Connection, reference: str, kind: str | None) -> list[Version]:
    """Return every version whose record has the reference, oldest first."""
    query = _versions_query().where(version.c.reference == reference).order_by(version.c.id)
    if kind is not None:
        query = query.where(version.c.kind == kind)
    return [_version(row) for row in connection.execute(query).mappings()]


def keys_of(connection: Connection, references: Sequence[str], kind: str) -> dict[str, list[bytes]]:
    """Return reference → record keys of the kind."""
    found: dict[str, list[bytes]] = {}
    for start in range(0, len(references), IN_MAX):
        some = references[start : start + IN_MAX]
        query = sa.select(version.c.reference, version.c.record_key).distinct()
        query = query.where(version.c.reference.in_(some), version.c.kind == kind).order_by(version.c.record_key)
        for reference, key in connection.execute(query):
            found.setdefault(reference, []).append(bytes(key))
    return found


def batch_versions(connection: Connection, number: int, kind: str) -> list[Version]:
    """Return the versions of the kind that the batch kept, in order."""
    query = _versions_query().where(version.c.batch_id == number, version.c.kind == kind).order_by(version.c.id)
    return [_version(row) for row in connection.execute(query).mappings()]


def count_states(connection: Connection) -> dict[tuple[str, str], int]:
    """Return (kind, state) → how many versions."""
    query = sa.select(version.c.kind, version.c.state, sa.func.count()).group_by(version.c.kind, version.c.state)
    return {(kind, state): count for kind, state, count in connection.execute(query)}


def _version(row: RowMapping) -> Version:
    """Read a version's row."""
    return Version(
        record_key=bytes(row["record_key"]),
        version=row["version"],
        kind=row["kind"],
        reference=row["reference"],
        state=row["state"],
        day=None if row["day"] is None else date.fromisoformat(row["day"]),
        function=row["function"],
        record=decode(bytes(row["body"])),
        batch=row["batch_id"],
        message=row["message_id"],
        number=row["number"],
        offset=row["offset"],
        length=row["length"],
        line=row["line"],
        row=row["row"],
        form=row["form"],
        hidden={} if row["hidden"] is None else msgspec.json.decode(row["hidden"]),
        personal="none" if row["hidden"] is None else "destroyed" if row["key"] is None else "sealed",
        received_at=row["received_at"],
        officer=row["officer"],
        reason=row["reason"],
        errors=row["errors"],
        warnings=row["warnings"],
    )

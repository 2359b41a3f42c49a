"""Query the tables of recording."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from tidewaiter.kernel.db import insert_many
from tidewaiter.kernel.records import decode
from tidewaiter.stages.receive import Layout
from tidewaiter.stages.record._tables import batch, duplicate, finding, message, raw, version
from tidewaiter.stages.record.model import Arrival, Counts, RepairEntry, Version
from tidewaiter.stages.validate import Finding

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

_encode = msgspec.json.Encoder().encode
_IN_MAX = 5_000


def insert_message(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a message and return its id."""
    values = dict(values)
    layout = values.get("layout")
    values["layout"] = None if layout is None else _encode(layout).decode()
    values["counts"] = "{}"
    return int(connection.execute(message.insert().returning(message.c.id), values).scalar_one())


def find_messages(connection: Connection, sha256: str, mapping_sha256: str | None) -> list[Arrival]:
    """Return the messages with the hash that were read through the mapping, oldest first."""
    same = (message.c.sha256 == sha256) & (message.c.mapping_sha256.is_not_distinct_from(mapping_sha256))
    rows = connection.execute(sa.select(message).where(same).order_by(message.c.id)).mappings()
    return [_arrival(row) for row in rows]


def read_message(connection: Connection, number: int) -> Arrival | None:
    """Return the message of the id."""
    row = connection.execute(sa.select(message).where(message.c.id == number)).mappings().first()
    return None if row is None else _arrival(row)


def list_messages(connection: Connection, limit: int) -> list[Arrival]:
    """Return the newest messages first."""
    rows = connection.execute(sa.select(message).order_by(message.c.id.desc()).limit(limit)).mappings()
    return [_arrival(row) for row in rows]


def update_message(connection: Connection, number: int, values: dict[str, Any]) -> None:
    """Change a message's row."""
    connection.execute(message.update().where(message.c.id == number).values(**values))


def insert_batch(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a batch and return its id."""
    return int(connection.execute(batch.insert().returning(batch.c.id), values).scalar_one())


def insert_raw(connection: Connection, message_id: int, offset: int, data: bytes) -> None:
    """Keep a piece of the source."""
    packed = zlib.compress(data, 1)
    connection.execute(
        raw.insert(), {"message_id": message_id, "offset": offset, "octets": len(data), "packed": packed}
    )


def read_raw(connection: Connection, message_id: int, offset: int, length: int) -> bytes:
    """Return the bytes of the source in the stretch, as far as they are kept."""
    query = (
        sa.select(raw.c.offset, raw.c.packed)
        .where(raw.c.message_id == message_id, raw.c.offset < offset + length, raw.c.offset + raw.c.octets > offset)
        .order_by(raw.c.offset)
    )
    found = bytearray()
    for start, packed in connection.execute(query):
        piece = zlib.decompress(packed)
        found += piece[max(0, offset - start) : max(0, offset + length - start)]
    return bytes(found)


def raw_pieces(connection: Connection, message_id: int) -> Iterable[bytes]:
    """Yield the kept bytes of a message, in order."""
    query = sa.select(raw.c.packed).where(raw.c.message_id == message_id).order_by(raw.c.offset)
    for (packed,) in connection.execute(query):
        yield zlib.decompress(packed)


def latest(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes, str]]:
    """Return record key → (version, content hash, state) of the newest version of each known key."""
    found: dict[bytes, tuple[int, bytes, str]] = {}
    columns = (version.c.record_key, version.c.version, version.c.content_sha256, version.c.state)
    for start in range(0, len(keys), _IN_MAX):
        some = keys[start : start + _IN_MAX]
        query = sa.select(*columns).where(version.c.record_key.in_(some)).order_by(version.c.version)
        for key, number, digest, state in connection.execute(query):
            found[bytes(key)] = (number, bytes(digest), state)
    return found


def insert_versions(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert versions."""
    insert_many(connection, version, rows)


def insert_findings(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert findings."""
    insert_many(connection, finding, rows)


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
    for start in range(0, len(references), _IN_MAX):
        some = references[start : start + _IN_MAX]
        query = sa.select(version.c.reference, version.c.record_key).distinct()
        query = query.where(version.c.reference.in_(some), version.c.kind == kind).order_by(version.c.record_key)
        for reference, key in connection.execute(query):
            found.setdefault(reference, []).append(bytes(key))
    return found


def batch_versions(connection: Connection, number: int, kind: str) -> list[Version]:
    """Return the versions of the kind that the batch kept, in order."""
    query = _versions_query().where(version.c.batch_id == number, version.c.kind == kind).order_by(version.c.id)
    return [_version(row) for row in connection.execute(query).mappings()]


def read_findings(connection: Connection, key: bytes, number: int) -> list[Finding]:
    """Return the findings of a version, in order."""
    query = sa.select(finding.c.body).where(finding.c.record_key == key, finding.c.version == number)
    rows = connection.execute(query.order_by(finding.c.sequence))
    return [msgspec.json.decode(body, type=Finding) for (body,) in rows]


def message_findings(connection: Connection, message_id: int | None) -> list[tuple[str, str, int]]:
    """Return (rule, severity, count) of a message's findings, or of all, most frequent first."""
    number = sa.func.count().label("number")
    query = sa.select(finding.c.rule, finding.c.severity, number).group_by(finding.c.rule, finding.c.severity)
    if message_id is not None:
        query = query.join_from(finding, batch, finding.c.batch_id == batch.c.id)
        query = query.where(batch.c.message_id == message_id)
    rows = connection.execute(query.order_by(number.desc(), finding.c.rule))
    return [(rule, severity, count) for rule, severity, count in rows]


def repair_entries(connection: Connection, *, limit: int, after: int, rule: str | None) -> list[RepairEntry]:
    """Return the records that wait for repair, oldest first."""
    joined = version.join(batch, version.c.batch_id == batch.c.id).outerjoin(
        message, batch.c.message_id == message.c.id
    )
    query = (
        sa.select(version, batch.c.received_at, message.c.name.label("message_name"))
        .select_from(joined)
        .where(version.c.state == "repair", version.c.id > after)
        .order_by(version.c.id)
        .limit(limit)
    )
    if rule is not None:
        held = sa.exists().where(
            finding.c.record_key == version.c.record_key,
            finding.c.version == version.c.version,
            finding.c.rule == rule,
        )
        query = query.where(held)
    rows = connection.execute(query).mappings().all()
    return [_entry(connection, row) for row in rows]


def count_states(connection: Connection) -> dict[tuple[str, str], int]:
    """Return (kind, state) → how many versions."""
    query = sa.select(version.c.kind, version.c.state, sa.func.count()).group_by(version.c.kind, version.c.state)
    return {(kind, state): count for kind, state, count in connection.execute(query)}


def _entry(connection: Connection, row: RowMapping) -> RepairEntry:
    """Read an entry of the repair queue."""
    rules = connection.execute(
        sa.select(finding.c.rule)
        .where(finding.c.record_key == row["record_key"], finding.c.version == row["version"])
        .where(finding.c.severity == "error")
        .distinct()
        .order_by(finding.c.rule)
    )
    return RepairEntry(
        id=row["id"],
        record_key=bytes(row["record_key"]),
        version=row["version"],
        kind=row["kind"],
        reference=row["reference"],
        message_name=row["message_name"],
        line=row["line"],
        row=row["row"],
        received_at=row["received_at"],
        errors=row["errors"],
        rules=tuple(rule for (rule,) in rules),
    )


def _arrival(row: RowMapping) -> Arrival:
    """Read a message's row."""
    layout = row["layout"]
    return Arrival(
        id=row["id"],
        sha256=row["sha256"],
        name=row["name"],
        format=row["format"],
        sender=row["sender"],
        mapping=row["mapping"],
        octets=row["octets"],
        state=row["state"],
        readings=row["readings"],
        next_offset=row["next_offset"],
        counts=msgspec.json.decode(row["counts"], type=Counts),
        received_at=row["received_at"],
        layout=None if layout is None else msgspec.json.decode(layout, type=Layout),
        reason=row["reason"],
    )


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
        received_at=row["received_at"],
        officer=row["officer"],
        reason=row["reason"],
        errors=row["errors"],
        warnings=row["warnings"],
    )

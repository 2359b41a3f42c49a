"""Query findings, and the queue of records that they keep waiting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from tidewaiter.kernel.db import insert_many
from tidewaiter.stages.record._tables import batch, duplicate, finding, message, version
from tidewaiter.stages.record.model import RepairEntry
from tidewaiter.stages.validate import Finding

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping


def insert_findings(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert findings."""
    insert_many(connection, finding, rows)


def read_findings(connection: Connection, key: bytes, number: int) -> list[Finding]:
    """Return the findings of a version, in order."""
    query = sa.select(finding.c.body).where(finding.c.record_key == key, finding.c.version == number)
    rows = connection.execute(query.order_by(finding.c.sequence))
    return [msgspec.json.decode(body, type=Finding) for (body,) in rows]


def numbered_findings(connection: Connection, message_id: int) -> dict[int, tuple[Finding, ...]]:
    """Return number of a message's record → its findings; a repetition has those of the version that it repeats."""
    own = sa.select(version.c.number, finding.c.body, finding.c.sequence).select_from(
        finding.join(
            version, (version.c.record_key == finding.c.record_key) & (version.c.version == finding.c.version)
        ).join(batch, version.c.batch_id == batch.c.id)
    )
    repeated = sa.select(duplicate.c.number, finding.c.body, finding.c.sequence).select_from(
        finding.join(
            duplicate, (duplicate.c.record_key == finding.c.record_key) & (duplicate.c.version == finding.c.version)
        ).join(batch, duplicate.c.batch_id == batch.c.id)
    )
    found: dict[int, list[Finding]] = {}
    for query in (own, repeated):
        rows = connection.execute(query.where(batch.c.message_id == message_id).order_by(finding.c.sequence))
        for number, body, _ in rows:
            found.setdefault(number, []).append(msgspec.json.decode(body, type=Finding))
    return {number: tuple(some) for number, some in found.items()}


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

"""Query messages, their bytes and the batches they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from tidewaiter.stages.receive import Layout
from tidewaiter.stages.record._tables import batch, message, raw
from tidewaiter.stages.record.model import Arrival, Counts

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

_encode = msgspec.json.Encoder().encode


def insert_message(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a message and return its id."""
    values = dict(values)
    layout = values.get("layout")
    values["layout"] = None if layout is None else _encode(layout).decode()
    values["counts"] = "{}"
    return int(connection.execute(message.insert().returning(message.c.id), values).scalar_one())


def find_messages(connection: Connection, digest: str, mapping_sha256: str | None) -> list[Arrival]:
    """Return the messages with the keyed digest that were read through the mapping, oldest first."""
    same = (message.c.sha256 == digest) & (message.c.mapping_sha256.is_not_distinct_from(mapping_sha256))
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


def insert_raw(connection: Connection, message_id: int, offset: int, octets: int, key: int, packed: bytes) -> None:  # noqa: PLR0917 - a row
    """Keep a piece of the source, packed and sealed."""
    row = {"message_id": message_id, "offset": offset, "octets": octets, "packed": packed, "key": key}
    connection.execute(raw.insert(), row)


def _arrival(row: RowMapping) -> Arrival:
    """Read a message's row."""
    layout = row["layout"]
    return Arrival(
        id=row["id"],
        digest=row["sha256"],
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

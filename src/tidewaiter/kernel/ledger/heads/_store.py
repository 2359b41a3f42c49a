"""Hold the table of the heads of witnessed logs and its queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, LargeBinary, String, Table
from sqlalchemy.dialects import postgresql, sqlite

from tidewaiter.kernel.db import metadata

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

head = Table(
    "kernel_witness_head",
    metadata,
    Column("origin", String(255), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)
"""Of each log that is witnessed: the size and the root that were cosigned last."""


def read(connection: Connection, origin: str) -> tuple[int, bytes] | None:
    """Return size and root of a log, or None where it was never cosigned."""
    found = connection.execute(sa.select(head.c.size, head.c.root).where(head.c.origin == origin)).first()
    return None if found is None else (int(found.size), bytes(found.root))


def read_all(connection: Connection) -> list[tuple[str, int, bytes]]:
    """Return (origin, size, root) of every log, by origin."""
    rows = connection.execute(sa.select(head).order_by(head.c.origin))
    return [(row.origin, int(row.size), bytes(row.root)) for row in rows]


def replace(connection: Connection, origin: str, known: tuple[int, bytes], made: tuple[int, bytes]) -> bool:
    """Put size and root in place of those that are known; say whether they were still there."""
    change = head.update().where(head.c.origin == origin, head.c.size == known[0], head.c.root == known[1])
    return connection.execute(change.values(size=made[0], root=made[1])).rowcount == 1


def insert(connection: Connection, origin: str, size: int, root: bytes) -> bool:
    """Note a log that is cosigned for the first time; say whether nobody else has."""
    made = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(head)
    row = {"origin": origin, "size": size, "root": root}
    answered = connection.execute(made.values(row).on_conflict_do_nothing().returning(head.c.origin))
    return answered.first() is not None  # a count of rows is not told for such an insert on every engine

"""Hold the tables of the ledger and its queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from tidewaiter.kernel.db import insert_many, metadata

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

head = Table(
    "kernel_log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("origin", String(255), nullable=False),
    Column("next_position", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)
"""One row: how many leaves were given a position, and the size and root that were signed last."""

queue = Table(
    "kernel_log_queue",
    metadata,
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("leaves", LargeBinary, nullable=False),
)
"""Leaves on their way into the log: the position of the first, and all of them with their lengths before them."""

event = Table(
    "kernel_event",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(24), nullable=False),
    Column("about", LargeBinary(16)),
    Column("key", BigInteger, nullable=False),
    Column("statement", LargeBinary, nullable=False),
    Index("ix_kernel_event_about", "about"),
)
"""What each leaf commits to, and by which key's salt."""

actor = Table(
    "kernel_actor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("pseudonym", LargeBinary(16), nullable=False),
)
"""Who acts, and the random bytes that stand for them in leaves."""

_ONLY = 1


def read_head(connection: Connection) -> RowMapping | None:
    """Return the head, or None where the log was not begun."""
    return connection.execute(sa.select(head)).mappings().first()


def insert_head(connection: Connection, origin: str, root: bytes) -> None:
    """Begin."""
    connection.execute(head.insert(), {"id": _ONLY, "origin": origin, "next_position": 0, "size": 0, "root": root})


def reserve(connection: Connection, count: int) -> int:
    """Give positions to leaves and return the first; others wait until this transaction has ended."""
    change = head.update().where(head.c.id == _ONLY).values(next_position=head.c.next_position + count)
    return int(connection.execute(change.returning(head.c.next_position)).scalar_one()) - count


def advance(connection: Connection, known: tuple[int, bytes], size: int, root: bytes) -> bool:
    """Note what is about to be signed if what was signed last is still `known`; drop what the log has already."""
    change = head.update().where(head.c.id == _ONLY, head.c.size == known[0], head.c.root == known[1])
    if connection.execute(change.values(size=size, root=root)).rowcount != 1:
        return False
    connection.execute(queue.delete().where(queue.c.first < known[0]))
    return True


def insert_leaves(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue leaves."""
    insert_many(connection, queue, rows)


def insert_events(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what leaves commit to."""
    insert_many(connection, event, rows)


def queued(connection: Connection, first: int, most: int) -> list[tuple[int, bytes]]:
    """Return (first position, leaves) from a position on, in order; at most so many rows."""
    query = sa.select(queue).where(queue.c.first >= first).order_by(queue.c.first).limit(most)
    return [(one, bytes(leaves)) for one, leaves in connection.execute(query)]


def event_at(connection: Connection, position: int) -> RowMapping | None:
    """Return what a leaf commits to."""
    return connection.execute(sa.select(event).where(event.c.position == position)).mappings().first()


def events_about(connection: Connection, about: bytes) -> list[RowMapping]:
    """Return what leaves about a record commit to, in order."""
    return list(
        connection.execute(sa.select(event).where(event.c.about == about).order_by(event.c.position)).mappings()
    )


def events_by_kind(connection: Connection) -> dict[str, int]:
    """Return kind → how many leaves of it have a position."""
    query = sa.select(event.c.kind, sa.func.count()).group_by(event.c.kind).order_by(event.c.kind)
    return {kind: number for kind, number in connection.execute(query)}  # noqa: C416 - rows are not pairs to mypy


def pseudonym(connection: Connection, name: str) -> bytes | None:
    """Return what stands for an actor in leaves."""
    found = connection.execute(sa.select(actor.c.pseudonym).where(actor.c.name == name)).scalar()
    return None if found is None else bytes(found)


def insert_actor(connection: Connection, name: str, made: bytes) -> None:
    """Note what stands for an actor."""
    connection.execute(actor.insert(), {"name": name, "pseudonym": made})

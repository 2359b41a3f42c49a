"""Hold the table of decisions and its queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, String, Table, Text

from tidewaiter.kernel.db import Instant, metadata

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

decision = Table(
    "decide_decision",
    metadata,
    Column("record_key", LargeBinary(16), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("action", String(10), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("probability", Float, nullable=False),
    Column("drawn", Boolean, nullable=False),
    Column("control_probability", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index("ix_decide_decision_queue", "state", "action", "probability"),
    Index("ix_decide_decision_day", "day"),
)
"""What is planned for each record. State: planned, or done once its outcome is known; a done one stays as it was."""

_IN_MAX = 5_000


def done_of_day(connection: Connection, day: date) -> list[RowMapping]:
    """Return the decisions of a day that were carried out."""
    query = sa.select(decision).where(_on(day), decision.c.state == "done")
    return list(connection.execute(query).mappings())


def done_among(connection: Connection, keys: Sequence[bytes]) -> set[bytes]:
    """Return those of the records whose control was carried out; an amendment may have moved one to another day."""
    found: set[bytes] = set()
    for start in range(0, len(keys), _IN_MAX):
        mine = decision.c.record_key.in_(keys[start : start + _IN_MAX]) & (decision.c.state == "done")
        found.update(bytes(key) for (key,) in connection.execute(sa.select(decision.c.record_key).where(mine)))
    return found


def planned_of_day(connection: Connection, day: date) -> dict[bytes, str]:
    """Return record key → action of what is planned for a day."""
    query = sa.select(decision.c.record_key, decision.c.action).where(_on(day), decision.c.state == "planned")
    return {bytes(key): action for key, action in connection.execute(query)}


def replace_day(connection: Connection, day: date, rows: Sequence[dict[str, Any]], at: datetime) -> None:
    """Put a day's plan in place of the one before; what was carried out stays."""
    connection.execute(decision.delete().where(_on(day), decision.c.state == "planned"))
    drop(connection, [row["record_key"] for row in rows])  # a record whose day changed leaves its old day
    if rows:
        connection.execute(decision.insert(), [row | {"state": "planned", "decided_at": at} for row in rows])


def drop(connection: Connection, keys: Sequence[bytes]) -> list[bytes]:
    """Delete what is planned for the records; return the keys of those for which something was."""
    dropped = []
    for start in range(0, len(keys), _IN_MAX):
        mine = decision.c.record_key.in_(keys[start : start + _IN_MAX]) & (decision.c.state == "planned")
        dropped += [bytes(key) for (key,) in connection.execute(sa.select(decision.c.record_key).where(mine))]
        connection.execute(decision.delete().where(mine))
    return sorted(dropped)


def mark_done(connection: Connection, keys: Sequence[bytes]) -> list[bytes]:
    """Note that the controls of the records were carried out; return the keys of those that were not done before."""
    done = []
    for start in range(0, len(keys), _IN_MAX):
        open_ones = decision.c.record_key.in_(keys[start : start + _IN_MAX]) & (decision.c.state == "planned")
        change = decision.update().where(open_ones).values(state="done").returning(decision.c.record_key)
        done += [bytes(key) for (key,) in connection.execute(change)]
    return sorted(done)


def read(connection: Connection, key: bytes) -> RowMapping | None:
    """Return the decision about a record."""
    return connection.execute(sa.select(decision).where(decision.c.record_key == key)).mappings().first()


def queue(
    connection: Connection, *, actions: Sequence[str], since: date | None, until: date | None, limit: int
) -> list[RowMapping]:
    """Return planned decisions, the riskiest first."""
    query = sa.select(decision).where(decision.c.state == "planned", decision.c.action.in_(actions))
    if since is not None:
        query = query.where(decision.c.day >= since.isoformat())
    if until is not None:
        query = query.where(decision.c.day <= until.isoformat())
    ranked = query.order_by(decision.c.probability.desc(), decision.c.rank, decision.c.record_key)
    return list(connection.execute(ranked.limit(limit)).mappings())


def all_of(connection: Connection, *, since: date | None, until: date | None) -> list[RowMapping]:
    """Return every decision of the days, carried out or not, by day and rank."""
    columns = ("record_key", "day", "action", "rank", "probability", "state")
    query = sa.select(*(decision.c[name] for name in columns))
    if since is not None:
        query = query.where(decision.c.day >= since.isoformat())
    if until is not None:
        query = query.where(decision.c.day <= until.isoformat())
    ordered = query.order_by(decision.c.day, decision.c.rank, decision.c.record_key)
    return list(connection.execute(ordered).mappings())


def count(connection: Connection, *, since: date | None, until: date | None) -> dict[tuple[str, str], int]:
    """Return (action, state) → how many decisions."""
    query = sa.select(decision.c.action, decision.c.state, sa.func.count())
    if since is not None:
        query = query.where(decision.c.day >= since.isoformat())
    if until is not None:
        query = query.where(decision.c.day <= until.isoformat())
    rows = connection.execute(query.group_by(decision.c.action, decision.c.state))
    return {(action, state): number for action, state, number in rows}


def _on(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a decision is of the day."""
    return decision.c.day == day.isoformat()

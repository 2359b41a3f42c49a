"""Query approvals; every step compares the state and swaps it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from tidewaiter.kernel.access._store.tables import approval
from tidewaiter.kernel.access.model import Approval

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

OPEN = ("asked", "given")


class Kept(msgspec.Struct, frozen=True):
    """An approval with what ties it to its request, for as long as it is open."""

    approval: Approval
    salt: bytes | None
    commitment: bytes
    sealed: bytes | None


def insert(connection: Connection, row: dict[str, Any]) -> int:
    """Keep what is asked, and return its number."""
    return int(connection.execute(approval.insert().values(row).returning(approval.c.id)).scalar_one())


def read(connection: Connection, number: int) -> Kept | None:
    """Return an approval."""
    found = connection.execute(sa.select(approval).where(approval.c.id == number)).mappings().first()
    return None if found is None else _kept(found)


def open_ones(connection: Connection, now: datetime, *, asked_by: str | None = None) -> list[Kept]:
    """Return what is asked or given and has not expired, oldest first."""
    query = sa.select(approval).where(approval.c.state.in_(OPEN), approval.c.expires_at > now)
    if asked_by is not None:
        query = query.where(approval.c.asked_by == asked_by)
    return [_kept(one) for one in connection.execute(query.order_by(approval.c.id)).mappings()]


def newest(connection: Connection, most: int) -> list[Kept]:
    """Return the newest approvals in whatever state, newest first."""
    query = sa.select(approval).order_by(approval.c.id.desc()).limit(most)
    return [_kept(one) for one in connection.execute(query).mappings()]


def give(connection: Connection, number: int, by: str, now: datetime) -> bool:
    """Give it where it is asked and in time; say whether it was."""
    change = approval.update().where(
        approval.c.id == number,
        approval.c.state == "asked",
        approval.c.expires_at > now,
        approval.c.asked_by != by,
    )
    return connection.execute(change.values(state="given", answered_by=by, answered_at=now)).rowcount == 1


def close(  # the state it is in, and the one it goes to
    connection: Connection, number: int, *, was: Collection[str], becomes: str, now: datetime, by: str | None = None
) -> bool:
    """Close it where it is in one of these states and in time; say whether it was. What it asked for is forgotten."""
    values: dict[str, Any] = {"state": becomes, "salt": None, "sealed": None, "closed_at": now}
    if by is not None:
        values |= {"answered_by": by, "answered_at": now}
    change = approval.update().where(approval.c.id == number, approval.c.state.in_(was), approval.c.expires_at > now)
    return connection.execute(change.values(values)).rowcount == 1


def expire(connection: Connection, now: datetime) -> int:
    """Close what has expired; return how many."""
    change = approval.update().where(approval.c.state.in_(OPEN), approval.c.expires_at <= now)
    values = {"state": "expired", "salt": None, "sealed": None, "closed_at": now}
    return connection.execute(change.values(values)).rowcount


def _kept(row: RowMapping) -> Kept:
    """Read a row."""
    values = {name: row[name] for name in Approval.__struct_fields__ if name != "request"}
    salt, sealed = row["salt"], row["sealed"]
    return Kept(
        Approval(request=None, **values),
        None if salt is None else bytes(salt),
        bytes(row["commitment"]),
        None if sealed is None else bytes(sealed),
    )

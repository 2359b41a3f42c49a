"""Query sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tidewaiter.kernel.access._store.tables import session
from tidewaiter.kernel.access.model import Session

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping


def read(connection: Connection, digest: bytes) -> Session | None:
    """Return the session of a token's SHA-256."""
    found = connection.execute(sa.select(session).where(session.c.digest == digest)).mappings().first()
    return None if found is None else _session(found)


def of(connection: Connection, officer: str | None = None) -> list[Session]:
    """Return the sessions of an officer, or all, newest first."""
    query = sa.select(session)
    if officer is not None:
        query = query.where(session.c.officer == officer)
    return [_session(one) for one in connection.execute(query.order_by(session.c.begun_at.desc())).mappings()]


def insert(connection: Connection, made: Session) -> None:
    """Keep a session."""
    connection.execute(session.insert(), {name: getattr(made, name) for name in made.__struct_fields__})


def touch(connection: Connection, digest: bytes, now: datetime) -> None:
    """Note that a session was used."""
    change = session.update().where(session.c.digest == digest, session.c.seen_at < now)
    connection.execute(change.values(seen_at=now))


def end(connection: Connection, digest: bytes) -> bool:
    """End a session; say whether there was one."""
    return connection.execute(session.delete().where(session.c.digest == digest)).rowcount == 1


def end_all(connection: Connection, officer: str, *, but: bytes | None = None) -> list[Session]:
    """End the sessions of an officer, one perhaps excepted; return them."""
    return [one for one in of(connection, officer) if one.digest != but and end(connection, one.digest)]


def stale(connection: Connection, *, seen_by: datetime, begun_by: datetime) -> list[Session]:
    """Return the sessions that were not used since, or were begun before, in the order of their digests."""
    query = sa.select(session).where((session.c.seen_at <= seen_by) | (session.c.begun_at <= begun_by))
    return [_session(one) for one in connection.execute(query.order_by(session.c.digest)).mappings()]


def _session(row: RowMapping) -> Session:
    """Read a row."""
    return Session(**dict(row) | {"digest": bytes(row["digest"])})

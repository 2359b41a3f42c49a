"""Query tries to sign in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tidewaiter.kernel.access._store.tables import wait

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def lock(connection: Connection, subject: str, now: datetime) -> tuple[int, datetime, datetime]:
    """Return tries, since when and until when; others wait for the row until this transaction has ended."""
    made = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(wait)
    row = {"subject": subject, "tries": 0, "since": now, "until": now}
    connection.execute(made.values(row).on_conflict_do_nothing())
    query = sa.select(wait).where(wait.c.subject == subject).with_for_update()
    found = connection.execute(query).one()
    return int(found.tries), found.since, found.until


def write(connection: Connection, subject: str, tries: int, since: datetime, until: datetime) -> None:
    """Write what is known of a subject's tries."""
    change = wait.update().where(wait.c.subject == subject)
    connection.execute(change.values(tries=tries, since=since, until=until))


def forget(connection: Connection, subject: str) -> None:
    """Forget a subject's tries; the row stays, because others may wait for it."""
    change = wait.update().where(wait.c.subject == subject)
    connection.execute(change.values(tries=0, until=wait.c.since))


def give_back(connection: Connection, subject: str) -> None:
    """Take one try back."""
    change = wait.update().where(wait.c.subject == subject, wait.c.tries > 0)
    connection.execute(change.values(tries=wait.c.tries - 1))

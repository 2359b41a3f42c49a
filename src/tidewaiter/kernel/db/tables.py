"""Hold the one catalogue of tables and the column types that every engine reads alike."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

from tidewaiter.kernel.clock import instant

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment, kept as RFC 3339 text in UTC: it sorts, and every engine and every person can read it."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - its signature
        """Write the moment."""
        return None if value is None else instant(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        """Read the moment."""
        return None if value is None else _moment(value)


@lru_cache(maxsize=4_096)
def _moment(text: str) -> datetime:
    """Read a moment; many rows of a batch have the same."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


outbox_step = Table(
    "kernel_step",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(40), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("reason", Text),
    Index("ix_kernel_step_due", "state", "name", "due_at"),
    sqlite_autoincrement=True,
)
"""Steps to run after a commit, at least once. State: queued, or aside after too many attempts; done rows go."""

lake_file = Table(
    "kernel_lake_file",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("path", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("octets", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("written_at", Instant, nullable=False),
)
"""The catalogue of history files: a file counts once its row is committed, and no sooner."""

fact = Table(
    "kernel_fact",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Single facts about the node, such as its id and the seed of its random draw."""

"""Hold one unit of work: a transaction, its time, its officer, and the steps that follow its commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.db.outbox import queue

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Work:
    """One transaction. Everything done through it is kept together or not at all."""

    def __init__(self, connection: Connection, *, now: datetime, officer: str) -> None:
        self.connection = connection
        self.now = now
        self.officer = officer

    def later(self, name: str, payload: Mapping[str, Any]) -> None:
        """Run the named step after this work is committed, at least once."""
        queue(self.connection, name, payload, self.now)

"""Hold one unit of work: a transaction, who acts, what happened, and what follows its commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.db.outbox import queue
from tidewaiter.kernel.log.happening import Happening, Salt, happening

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.seal import Vault

EVIDENCE = "evidence"
"""Purpose of the keys that salt leaves about nothing that has a key of its own."""


class Work:
    """One transaction. Everything done through it is kept together or not at all, with its leaves in the log.

    `vault` gives the keys of personal data; `happened` is what goes into the log when the work is committed.
    """

    def __init__(self, connection: Connection, *, now: datetime, officer: str, vault: Vault) -> None:
        self.connection = connection
        self.now = now
        self.officer = officer
        self.vault = vault
        self.happened: list[Happening] = []
        self._key: Salt | None = None

    def later(self, name: str, payload: Mapping[str, Any]) -> None:
        """Run the named step after this work is committed, at least once."""
        queue(self.connection, name, payload, self.now)

    def leave(
        self, kind: str, statement: Mapping[str, Any], *, about: bytes | None = None, key: Salt | None = None
    ) -> None:
        """Leave a leaf in the log with this work: what happened, the record that it is about (16 bytes), what salts it.

        A statement is plain values without floats, and no personal data; without a key, the work's own salts it.
        """
        if key is None:
            key = self._key = self._key or self.vault.fresh(EVIDENCE, 1)[0]
        self.happened.append(happening(kind, statement, key, about))

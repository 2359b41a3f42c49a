"""Keep what this node, as a witness, cosigned last of each log, so that no crash lets it go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidewaiter.kernel.ledger.heads import _store
from tidewaiter.kernel.log.witness import Head

if TYPE_CHECKING:
    from tidewaiter.kernel.db import Database

__all__ = ["WitnessHeads"]


class WitnessHeads:
    """The heads of witnessed logs in the node's database. Threads and processes may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, origin: str) -> Head:
        """Return what is known of a log; `Head()` where nothing is."""
        with self._database.reading() as connection:
            found = _store.read(connection, origin)
        return Head() if found is None else Head(*found)

    def swap(self, origin: str, known: Head, head: Head) -> bool:
        """Keep `head` if what is kept is still `known`; say whether it was. It is committed before this returns."""
        with self._database.writing() as connection:
            if _store.replace(connection, origin, (known.size, known.root), (head.size, head.root)):
                return True
            return known == Head() and _store.insert(connection, origin, head.size, head.root)

    def all(self) -> dict[str, Head]:
        """Return origin → head of every log that was ever witnessed."""
        with self._database.reading() as connection:
            return {origin: Head(size, root) for origin, size, root in _store.read_all(connection)}

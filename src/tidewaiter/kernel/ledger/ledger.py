"""Give leaves their positions with what they are about, integrate them in order, and sign.

1. In the transaction of the state change, leaves get the next positions and are queued. Positions have no gaps: the row
   that counts them is part of the same transaction.
2. After its commit, one process at a time takes what is queued from the log's size on. What it is about to sign is
   noted in the database first, by comparing and swapping, so that two instances never sign two logs.
3. The log's files are written and synced; then the caller is told.

A crash between any two of these is healed by the next one that integrates: the same queue gives the same tree.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel.errors import LogFault, LogStopped, NotFound, StorageFault
from tidewaiter.kernel.ledger import _store
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import files as log_files
from tidewaiter.kernel.log import notes, proof, store, tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.files import CHECKPOINT_FILE, WITNESSED_FILE, DiskFiles
from tidewaiter.kernel.log.happening import Happening, salted
from tidewaiter.kernel.log.notes import ED25519, Ed25519Verifier, Key, Sign
from tidewaiter.kernel.log.proof import Proof
from tidewaiter.kernel.log.store import COMMIT_ENTRIES_MAX, LogStore
from tidewaiter.kernel.log.tiles import TileReader, bundle, unbundle

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

    from tidewaiter.kernel.db import Database

ROW_LEAVES_MAX = 4_096
"""Most leaves in one row of the queue; a commit of the log takes whole rows."""

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT))

_RESTORE = "Restore the database and the log from the same, newest backup; `tidewaiter log status` compares them."


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf with what it commits to, as the database keeps it."""

    position: int
    kind: str
    about: bytes | None
    key: int
    statement: bytes


class Ledger:
    """The log of a node, and the queue before it. Threads may share one; processes wait for each other."""

    def __init__(
        self, database: Database, folder: Path, *, origin: str, public: bytes, sign: Sign, wait_seconds_max: float
    ) -> None:
        self.origin = origin
        self.key = Key(origin, ED25519, public)
        self.folder = folder
        self.before_signing: Callable[[LogStore], None] | None = None
        self._database = database
        self._sign_with = sign
        self._wait = wait_seconds_max
        self._thread = threading.Lock()
        self._log: LogStore | None = None
        self._signed = (0, tree.EMPTY_ROOT)
        self._done = 0
        self._asked = False

    @property
    def verifier(self) -> Ed25519Verifier:
        """What verifies the log's own signatures."""
        return Ed25519Verifier(self.key)

    # --- 1. with the state change ---------------------------------------------------------------------------------

    def queue(self, connection: Connection, happened: Sequence[Happening], *, at: datetime, actor: str) -> int:
        """Queue the leaves of what happened, last in the caller's transaction; return the position after the last."""
        made = salted(happened, at=at, actor=self.pseudonym(connection, actor))
        if _store.read_head(connection) is None:
            _store.insert_head(connection, self.origin, tree.EMPTY_ROOT)
        first = _store.reserve(connection, len(made))
        starts = range(0, len(made), ROW_LEAVES_MAX)
        _store.insert_leaves(
            connection, [{"first": first + at, "leaves": bundle(made[at : at + ROW_LEAVES_MAX])} for at in starts]
        )
        _store.insert_events(
            connection,
            [
                {"position": place, "kind": one.kind, "about": one.about, "key": one.key.id, "statement": one.statement}
                for place, one in enumerate(happened, start=first)
            ],
        )
        return first + len(made)

    def pseudonym(self, connection: Connection, name: str) -> bytes:
        """Return the 16 random bytes that stand for an actor in leaves, making them where there are none."""
        found = _store.pseudonym(connection, name)
        if found is None:
            found = os.urandom(16)
            _store.insert_actor(connection, name, found)
        return found

    # --- 2. and 3. after its commit -------------------------------------------------------------------------------

    def integrate(self, upto: int | None = None) -> int:
        """Bring what is queued into the log, at least up to a position, and return the log's size.

        Whoever comes first integrates for all who wait, so that many callers share one sync of the disk. Raises
        LogFault where the database and the log do not belong together, and LogStopped where the disk failed.
        """
        if upto is not None and self._done >= upto:
            return self._done
        with self._thread:
            if upto is not None and self._done >= upto:
                return self._done
            with log_files.holding(self.folder, self._wait):
                try:
                    log = self._current()
                    self._drain(log)
                except LogStopped as stopped:
                    self._let_go()
                    if getattr(stopped.__cause__, "errno", None) in _FULL:
                        message = f"The disk that holds {self.folder} is full; what was acknowledged before is kept."
                        remedy = "Free some space and run the same command again: it goes on where it stopped."
                        raise StorageFault(message, remedy) from stopped
                    raise
                self._done = log.size
        return self._done

    def _drain(self, log: LogStore) -> None:
        """Append what is queued from the log's size on, commit by commit."""
        while True:
            entries = self._next(log.size)
            if not entries:
                break
            if self.before_signing is not None and not self._asked:
                self.before_signing(log)
                self._asked = True
            log.append(entries)
        if log.size < self._signed[0]:
            message = f"The log has {log.size:,} entries; {self._signed[0]:,} were signed: it is an older copy."
            raise LogFault(message, _RESTORE)

    def _next(self, size: int) -> list[bytes]:
        """Return the leaves of the next commit: those that were about to be signed before a crash, else what fits."""
        with self._database.reading() as connection:
            rows = _store.queued(connection, size, COMMIT_ENTRIES_MAX // ROW_LEAVES_MAX)
        entries: list[bytes] = []
        for first, packed in rows:
            if first != size + len(entries):
                message = f"The queue goes on at {first:,}; the log has {size + len(entries):,} entries."
                raise LogFault(message, _RESTORE)
            if entries and size + len(entries) == self._signed[0]:
                break  # this much was about to be signed, and is signed again as it was
            entries += unbundle(packed)
        return entries

    def _sign(self, checkpoint: Checkpoint) -> bytes:
        """Sign a checkpoint once the database has noted it; raises LogFault where somebody else signed meanwhile."""
        made = (checkpoint.size, checkpoint.root)
        if made != self._signed:
            if made[0] <= self._signed[0]:
                message = f"Another log of {made[0]:,} entries was signed before."
                raise LogFault(message, _RESTORE)
            with self._database.writing() as connection:
                advanced = _store.advance(connection, self._signed, *made)
            if not advanced:
                message = "Another instance of this node has signed meanwhile."
                raise LogFault(message, "Stop one of the two; a node has one log.")
            self._signed = made
        return checkpoints.write(checkpoint, [notes.sign(checkpoint.text, self.key, self._sign_with)])

    def _current(self) -> LogStore:
        """Return the log as it stands on the disk; the one that is open, where nobody else has written since."""
        path = self.folder / CHECKPOINT_FILE
        if self._log is not None and path.exists() and path.read_bytes() == self._log.signed:
            return self._log
        self._let_go()
        with self._database.writing() as connection:
            known = _store.read_head(connection)
            if known is None:
                _store.insert_head(connection, self.origin, tree.EMPTY_ROOT)
        if known is not None and known["origin"] != self.origin:
            message = f"The database is of the log {known['origin']}, not of {self.origin}."
            raise LogFault(message, _RESTORE)
        self._signed = (0, tree.EMPTY_ROOT) if known is None else (int(known["size"]), bytes(known["root"]))
        files = DiskFiles(self.folder, locked=False)
        if not path.exists() and self._signed[0] == 0:
            log = store.create(files, self.origin, self._sign)
        else:
            log = store.open_log(files, self.origin, [self.verifier], self._sign)
        self._check_together(log.checkpoint)
        self._log = log
        return log

    def _check_together(self, found: Checkpoint) -> None:
        """Refuse a log that is newer than the database, or another one than it knows."""
        size, root = self._signed
        if found.size > size:
            message = f"The log has {found.size:,} entries; the database knows of {size:,}: it is an older copy."
            raise LogFault(message, _RESTORE)
        if found.size == size and found.root != root:
            message = f"The log and the database know two different logs of {size:,} entries."
            raise LogFault(message, _RESTORE)

    def _let_go(self) -> None:
        """Close the log's files."""
        if self._log is not None:
            self._log.close()
        self._log = None

    # --- asked of the log -----------------------------------------------------------------------------------------

    def checkpoint(self) -> bytes:
        """Return the newest signed checkpoint; raises LogFault where there is none yet."""
        return self._read(CHECKPOINT_FILE)

    def witnessed(self) -> bytes | None:
        """Return the newest checkpoint with its quorum of cosignatures, or None."""
        return self._read(WITNESSED_FILE) if (self.folder / WITNESSED_FILE).exists() else None

    def files(self) -> DiskFiles:
        """Return the log's files, for reading beside whoever writes."""
        self._read(CHECKPOINT_FILE)
        return DiskFiles(self.folder, writing=False)

    def keep_witnessed(self, note: notes.Note) -> bool:
        """Keep a checkpoint that has its quorum of cosignatures."""
        with self._thread, log_files.holding(self.folder, self._wait):
            return self._current().keep_witnessed(note)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Prove that the log of `size` entries grew from that of `old`."""
        files = self.files()
        try:
            return tree.consistency_proof(_hashes(files, size), old, size)
        finally:
            files.close()

    def prove(self, positions: Sequence[int], signed: bytes) -> list[tuple[bytes, Proof]]:
        """Return the leaf at each position with its proof under a signed checkpoint."""
        size = checkpoints.parse(signed)[0].size
        files = self.files()
        try:
            hashes, found = _hashes(files, size), []
            for position in positions:
                if not 0 <= position < size:
                    message = f"There is no entry {position:,} in the log of {size:,} entries."
                    raise NotFound(message)
                leaf = unbundle(log_files.entries_between(files, position, position + 1))[0]
                found.append((leaf, proof.prove(hashes, position, signed)))
            return found
        finally:
            files.close()

    def about(self, connection: Connection, about: bytes) -> list[Entry]:
        """Return what leaves about a record commit to, in order."""
        return [_entry(row) for row in _store.events_about(connection, about)]

    def entry(self, connection: Connection, position: int) -> Entry:
        """Return what a leaf commits to; raises NotFound."""
        found = _store.event_at(connection, position)
        if found is None:
            message = f"There is no entry {position:,}."
            raise NotFound(message)
        return _entry(found)

    def counts(self, connection: Connection) -> dict[str, int]:
        """Return kind → how many entries."""
        return _store.events_by_kind(connection)

    def known(self, connection: Connection) -> tuple[int, int, bytes]:
        """Return (next position, size signed last, its root) as the database has them."""
        found = _store.read_head(connection)
        if found is None:
            return 0, 0, tree.EMPTY_ROOT
        return int(found["next_position"]), int(found["size"]), bytes(found["root"])

    def close(self) -> None:
        """Let go of the files."""
        with self._thread:
            self._let_go()

    def _read(self, name: str) -> bytes:
        """Return a small file of the log."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            message = f"There is no log in {self.folder} yet, or its checkpoint is gone."
            raise LogFault(message, "Run `tidewaiter init`; where there was a log, restore a backup.") from None


def _hashes(files: DiskFiles, size: int) -> tree.Hashes:
    """Return the hashes of the log at a size, from its files."""
    return TileReader(log_files.tile_source(files)).at(size)


def _entry(row: RowMapping) -> Entry:
    """Read an entry's row."""
    about = row["about"]
    return Entry(
        position=int(row["position"]),
        kind=row["kind"],
        about=None if about is None else bytes(about),
        key=int(row["key"]),
        statement=bytes(row["statement"]),
    )

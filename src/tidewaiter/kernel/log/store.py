"""Keep a log in append-only files: commit so that no crash loses what was acknowledged, and recover.

One process writes, one caller at a time: the sequencer. The checkpoint says how much of the files counts. What stands
behind it was never acknowledged: a crash left it, and it is cut off when the log is opened; the queue that it came from
still has it. Files that are shorter than the checkpoint says are damage, and are refused.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

import msgspec

from tidewaiter.kernel.errors import LogFault, LogStopped
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.files import (
    CHECKPOINT_FILE,
    ENTRIES_FILE,
    OFFSET_BYTES,
    OFFSETS_FILE,
    WITNESSED_FILE,
    Files,
    entries_between,
    entry_end,
    level_file,
    level_files,
    replace,
    tile_source,
)
from tidewaiter.kernel.log.notes import NOTE_BYTES_MAX, Note, Verifier
from tidewaiter.kernel.log.tiles import TILE_WIDTH, TileReader, bundle, rows_at, unbundle
from tidewaiter.kernel.log.tree import HASH_BYTES, Hashes, Peaks

COMMIT_ENTRIES_MAX = 65_536
"""Most entries of one commit, so also the most that a crash can leave behind the checkpoint."""

SignCheckpoint = Callable[[Checkpoint], bytes]
"""Returns a checkpoint with the log's signatures."""


class Committed(msgspec.Struct, frozen=True):
    """What a commit acknowledges: the entries have the indexes from `first` on, under this signed checkpoint."""

    first: int
    size: int
    checkpoint: bytes


class Recovered(msgspec.Struct, frozen=True):
    """What opening found behind the checkpoint and cut off: bytes by file."""

    cut: dict[str, int]


class LogStore:
    """A log that is open for writing. Made by `create` or `open_log`."""

    def __init__(self, files: Files, signed: bytes, peaks: Peaks, sign: SignCheckpoint, recovered: Recovered) -> None:
        self._files = files
        self._sign = sign
        self._checkpoint = checkpoints.parse(signed)[0]
        self._peaks = peaks
        self._end = entry_end(files, peaks.size - 1)
        self._names = files.names()
        self._tiles = TileReader(tile_source(files))
        self._stopped = ""
        self.signed = signed
        self.recovered = recovered

    @property
    def checkpoint(self) -> Checkpoint:
        """The last checkpoint that counts."""
        return self._checkpoint

    @property
    def size(self) -> int:
        """How many entries are acknowledged."""
        return self._peaks.size

    def append(self, entries: Sequence[bytes]) -> Committed:
        """Commit entries in their order and return once they are on the disk.

        Raises LogStopped where the disk failed: whether the entries are kept is then known only after a new start.
        """
        self._check_running()
        if not 0 < len(entries) <= COMMIT_ENTRIES_MAX:
            message = f"A commit has 1 to {COMMIT_ENTRIES_MAX:,} entries, not {len(entries):,}."
            raise LogFault(message)
        # 1. Everything that can be refused comes first: lengths, hashes, the signature.
        data = bundle(entries)
        grown = tree.grow(self._peaks, tree.leaf_hashes(entries))
        made = Checkpoint(self._checkpoint.origin, grown.peaks.size, grown.peaks.root())
        signed = self._sign(made)
        if checkpoints.parse(signed)[0] != made:
            message = "What was signed is not the checkpoint that should be."
            raise LogFault(message)
        first = self._peaks.size
        ends = list(accumulate((len(one) + 2 for one in entries), initial=self._end))
        writes = [
            (ENTRIES_FILE, self._end, data),
            (OFFSETS_FILE, first * OFFSET_BYTES, struct.pack(f">{len(entries)}Q", *ends[1:])),
        ]
        rows = rows_at(first)
        for level, row in enumerate(grown.rows):
            done = rows[level] if level < len(rows) else 0
            writes.append((level_file(level), done * HASH_BYTES, b"".join(row)))
        try:
            self._commit(writes, signed)
        except OSError as failed:
            raise self._stop(failed) from failed
        self._checkpoint, self.signed, self._peaks, self._end = made, signed, grown.peaks, ends[-1]
        # 6. Acknowledge.
        return Committed(first, grown.peaks.size, signed)

    def _commit(self, writes: Sequence[tuple[str, int, bytes]], signed: bytes) -> None:
        """Bring a commit to the disk in the order that a crash at any point is harmless in."""
        # 2. Write behind what counts.
        for name, at, data in writes:
            self._files.write(name, at, data)
        # 3. Wait until it is on the disk.
        for name, _, _ in writes:
            self._files.sync(name)
        # 4. Wait for the names of files that are new.
        names = {name for name, _, _ in writes}
        if not names <= self._names:
            self._files.sync_folder()
            self._names |= names
        # 5. Only now let it count: temporary file, sync, rename, sync of the folder.
        replace(self._files, CHECKPOINT_FILE, signed)

    def keep_witnessed(self, note: Note) -> bool:
        """Keep the newest checkpoint that has its quorum of cosignatures, for those who ask for proofs.

        Returns False for one that is older than what is kept: witnesses answer in any order.
        """
        self._check_running()
        found = checkpoints.parse_text(note.text)
        if found.origin != self._checkpoint.origin or found.root != tree.root_hash(self.hashes(found.size), found.size):
            message = "A checkpoint that was witnessed is not one of this log."
            raise LogFault(message)
        kept = self.witnessed()
        if kept is not None and checkpoints.parse(kept)[0].size > found.size:
            return False
        try:
            replace(self._files, WITNESSED_FILE, note.data)
        except OSError as failed:
            raise self._stop(failed) from failed
        return True

    def witnessed(self) -> bytes | None:
        """Return the newest checkpoint that was witnessed, or None."""
        self._check_running()
        try:
            return self._files.read(WITNESSED_FILE, 0, NOTE_BYTES_MAX)
        except FileNotFoundError:
            return None

    def hashes(self, size: int) -> Hashes:
        """Return the hashes of the tree at a size that the log has had."""
        self._check_running()
        if not 0 <= size <= self.size:
            message = f"The log has {self.size:,} entries, not {size:,}."
            raise LogFault(message)
        return self._tiles.at(size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Prove that the log of `size` entries grew from that of `old`."""
        return tree.consistency_proof(self.hashes(size), old, size)

    def entry(self, index: int) -> bytes:
        """Return one entry."""
        self._check_running()
        if not 0 <= index < self.size:
            message = f"The log has {self.size:,} entries; there is no entry {index:,}."
            raise LogFault(message)
        return entries_between(self._files, index, index + 1)[2:]

    def close(self) -> None:
        """Let go of the files."""
        self._files.close()
        self._stopped = self._stopped or "it was closed"

    def _stop(self, failed: OSError) -> LogStopped:
        """Close the log after a failure: what the disk then holds cannot be known from here, and is not asked again."""
        self._stopped = f"{type(failed).__name__}: {failed.strerror or failed}"
        self._files.close()
        message = f"Writing the log failed ({self._stopped}); nothing more is written."
        return LogStopped(message, "Look at the disk, then start again: what was acknowledged is kept.")

    def _check_running(self) -> None:
        """Refuse to go on with a log that has stopped."""
        if self._stopped:
            message = f"The log is no longer open ({self._stopped})."
            raise LogStopped(message, "Start again.")


def create(files: Files, origin: str, sign: SignCheckpoint) -> LogStore:
    """Make a log without entries; raises LogFault where there are files of one already."""
    if CHECKPOINT_FILE in files.names() or any(files.length(name) for name in _data_files(files)):
        message = "There is a log in this place already."
        raise LogFault(message)
    signed = sign(Checkpoint(origin, 0, tree.EMPTY_ROOT))
    replace(files, CHECKPOINT_FILE, signed)
    return LogStore(files, signed, Peaks(), sign, Recovered({}))


def open_log(files: Files, origin: str, keys: Iterable[Verifier], sign: SignCheckpoint) -> LogStore:
    """Open a log, cut off what a crash left behind its checkpoint, and check that the rest is what was signed.

    Raises LogFault where files are missing, too short, far too long, or do not have the root that was signed, and
    NotProven where the checkpoint is not signed by one of the keys.
    """
    # 1. The checkpoint is ours.
    try:
        signed = files.read(CHECKPOINT_FILE, 0, NOTE_BYTES_MAX)
    except FileNotFoundError:
        message = "There is no checkpoint, so there is no log here, or it was damaged."
        raise LogFault(message, "Restore the folder from a backup; do not make a new log in its place.") from None
    found, _ = checkpoints.verified(signed, origin, keys)
    # 2. The files hold at least what it counts, and at most one commit more.
    excess = _excess(files, found.size)
    # 3. What counts has the root that was signed, and the last entries have their hashes.
    peaks = _checked(files, found)
    # 4. Cut off the rest.
    for name, length in excess.items():
        files.cut(name, files.length(name) - length)
        files.sync(name)
    # 5. Put the checkpoint in place once more: where the last run died after renaming it, that may not be on the disk.
    replace(files, CHECKPOINT_FILE, signed)
    return LogStore(files, signed, peaks, sign, Recovered(excess))


def _excess(files: Files, size: int) -> dict[str, int]:
    """Return how many bytes each file has behind the checkpoint; raises LogFault where one is too short."""
    counted = {level_file(level): rows * HASH_BYTES for level, rows in enumerate(rows_at(size))}
    counted |= {OFFSETS_FILE: size * OFFSET_BYTES} if size else {}
    lengths = {name: files.length(name) for name in _data_files(files)}
    for name, wanted in counted.items():
        _check_length(name, lengths.get(name, 0), wanted)
    if size:
        counted[ENTRIES_FILE] = entry_end(files, size - 1)
        _check_length(ENTRIES_FILE, lengths.get(ENTRIES_FILE, 0), counted[ENTRIES_FILE])
    excess = {name: length - counted.get(name, 0) for name, length in lengths.items()}
    if excess.get(level_file(0), 0) > COMMIT_ENTRIES_MAX * HASH_BYTES:
        message = "The files have far more entries than the checkpoint counts; no crash leaves that behind."
        raise LogFault(message, "The checkpoint is an older one. Restore the newest; witnesses have it too.")
    return {name: length for name, length in excess.items() if length}


def _check_length(name: str, length: int, wanted: int) -> None:
    """Refuse a file that is shorter than the checkpoint says."""
    if length < wanted:
        message = f"The file {name} of the log has {length:,} bytes; its checkpoint counts {wanted:,}."
        raise LogFault(message, "Restore the folder from a backup; the entries that are missing were acknowledged.")


def _checked(files: Files, found: Checkpoint) -> Peaks:
    """Return the peaks of the tree, if they have the root that was signed and the last entries have their hashes."""
    source = tile_source(files)
    peaks = tree.peaks_at(TileReader(source).at(found.size), found.size)
    if peaks.root() != found.root:
        message = "The hashes of the log do not have the root that its checkpoint was signed for."
        raise LogFault(message, "Audit the log; restore what was damaged from a backup or a mirror.")
    first = max(0, found.size - 1) // TILE_WIDTH * TILE_WIDTH
    if found.size:
        leaves = b"".join(tree.leaf_hashes(unbundle(entries_between(files, first, found.size))))
        if leaves != files.read(level_file(0), first * HASH_BYTES, (found.size - first) * HASH_BYTES):
            message = f"The entries from {first:,} on do not have the hashes that the log holds of them."
            raise LogFault(message, "Audit the log; restore what was damaged from a backup or a mirror.")
    return peaks


def _data_files(files: Files) -> set[str]:
    """Return the names of the files whose length the checkpoint rules."""
    return level_files(files) | ({ENTRIES_FILE, OFFSETS_FILE} & files.names())

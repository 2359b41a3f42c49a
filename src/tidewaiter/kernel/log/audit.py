"""Audit a whole log: every entry, every hash, and every checkpoint that anybody holds of it.

What an audit finds is a list of flaws, not an exception: a court wants to know all of them. A log that was rewritten
with its own key, consistently, has no flaw of its own; only a checkpoint that somebody else kept shows it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

import msgspec

from tidewaiter.kernel.errors import LogFault, NoteFault, NotProven
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
    level_file,
    level_files,
)
from tidewaiter.kernel.log.notes import NOTE_BYTES_MAX, Verifier
from tidewaiter.kernel.log.policy import Policy, judge
from tidewaiter.kernel.log.tiles import rows_at, unbundle
from tidewaiter.kernel.log.tree import HASH_BYTES, Peaks

CHUNK_ENTRIES = 4_096
FLAWS_MAX = 1_000

FLAWS = {
    "checkpoint-missing": "There is no checkpoint that could be read.",
    "checkpoint-signature": "A checkpoint is not signed as it should be.",
    "checkpoint-ahead": "A checkpoint counts more entries than the log has: entries were cut off.",
    "checkpoint-root": "A checkpoint has another root than the entries: the log was changed after it was signed.",
    "file-missing": "A file of the log is missing.",
    "file-length": "A file of the log is not as long as its checkpoint says.",
    "offset": "An entry does not end where the log says it does.",
    "entry-hash": "An entry does not have the hash that the log holds of it.",
    "level-hash": "A hash of a higher level is not that of the hashes below it.",
    "leaf": "An entry is not a leaf as leaves are written.",
}
"""What an audit can find: code -> sentence."""


class Flaw(msgspec.Struct, frozen=True):
    """Something that is wrong with a log: its code (see FLAWS), and where."""

    code: str
    where: str

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        return f"{FLAWS[self.code]} ({self.where})"


class Audit(msgspec.Struct, frozen=True):
    """What an audit found: how many entries were read, their root, how many checkpoints were compared, the flaws."""

    size: int
    root: bytes
    checkpoints: int
    flaws: tuple[Flaw, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.flaws


def audit(
    files: Files,
    origin: str,
    keys: Sequence[Verifier],
    *,
    given: Iterable[bytes] = (),
    policy: Policy | None = None,
    check_entry: Callable[[bytes], object] | None = None,
) -> Audit:
    """Read a log from its first entry to its last, and compare it with its checkpoint and those that are given.

    `given` are signed checkpoints from elsewhere: witnesses, partners, receipts. With a policy, each of them must have
    its quorum. `check_entry` raises LogFault for an entry that is not what entries are.
    """
    return _Auditor(files, check_entry).run(origin, keys, given, policy)


class _Auditor:
    """An audit while it runs."""

    def __init__(self, files: Files, check_entry: Callable[[bytes], object] | None) -> None:
        self._files = files
        self._check_entry = check_entry
        self._flaws: dict[Flaw, None] = {}

    def run(self, origin: str, keys: Sequence[Verifier], given: Iterable[bytes], policy: Policy | None) -> Audit:
        """Do all of it."""
        own = self._own(origin, keys)
        wanted = [("the log's own checkpoint", own)] if own is not None else []
        wanted += self._given(origin, keys, given, policy)
        size = self._measured(own)
        stops = sorted({found.size for _, found in wanted if found.size <= size} | {size})
        roots = self._roots(stops)
        for name, found in wanted:
            if found.size > size:
                self._flaw("checkpoint-ahead", f"{name}, {found.size:,} entries; the log has {size:,}")
            elif roots.get(found.size, found.root) != found.root:
                self._flaw("checkpoint-root", f"{name}, {found.size:,} entries")
        return Audit(size, roots.get(size, b""), len(wanted), tuple(self._flaws))

    def _own(self, origin: str, keys: Sequence[Verifier]) -> Checkpoint | None:
        """Return the log's own checkpoint if it holds, and compare the one that was witnessed with its keys too."""
        names = self._files.names()
        if CHECKPOINT_FILE not in names:
            self._flaw("checkpoint-missing", CHECKPOINT_FILE)
            return None
        return self._verified(CHECKPOINT_FILE, self._files.read(CHECKPOINT_FILE, 0, NOTE_BYTES_MAX), origin, keys)

    def _given(
        self, origin: str, keys: Sequence[Verifier], given: Iterable[bytes], policy: Policy | None
    ) -> list[tuple[str, Checkpoint]]:
        """Return the checkpoints from elsewhere, and the witnessed one that the log keeps, as far as they hold."""
        found = []
        if WITNESSED_FILE in self._files.names():
            data = self._files.read(WITNESSED_FILE, 0, NOTE_BYTES_MAX)
            found.append((WITNESSED_FILE, self._verified(WITNESSED_FILE, data, origin, keys)))
        for number, data in enumerate(given, start=1):
            name = f"given checkpoint {number}"
            held = self._verified(name, data, origin, keys)
            if held is not None and policy is not None:
                try:
                    judge(policy, *checkpoints.parse(data))
                except NotProven as missing:
                    self._flaw("checkpoint-signature", f"{name}: {missing.sentence}")
            found.append((name, held))
        return [(name, one) for name, one in found if one is not None]

    def _verified(self, name: str, data: bytes, origin: str, keys: Sequence[Verifier]) -> Checkpoint | None:
        """Return a checkpoint if it is one of this log and signed by it."""
        try:
            return checkpoints.verified(data, origin, keys)[0]
        except NoteFault as wrong:
            self._flaw("checkpoint-missing", f"{name}: {wrong.sentence}")
        except NotProven as wrong:
            self._flaw("checkpoint-signature", f"{name}: {wrong.sentence}")
        return None

    def _measured(self, own: Checkpoint | None) -> int:
        """Return how many entries can be read, and compare the lengths of the files with the checkpoint."""
        names = self._files.names()
        lengths = {name: self._files.length(name) for name in names}
        there = lengths.get(OFFSETS_FILE, 0) // OFFSET_BYTES
        size = there if own is None else own.size
        wanted = {level_file(level): rows * HASH_BYTES for level, rows in enumerate(rows_at(size))}
        if size:
            wanted[OFFSETS_FILE] = size * OFFSET_BYTES
            wanted[ENTRIES_FILE] = self._end(min(size, there) - 1)
        extra = dict.fromkeys(level_files(self._files) | ({ENTRIES_FILE, OFFSETS_FILE} & names), 0)
        for name, length in (extra | wanted).items():
            if name not in names:
                self._flaw("file-missing", name)
            elif lengths[name] != length:
                self._flaw("file-length", f"{name}: {lengths[name]:,} bytes instead of {length:,}")
        return min(size, there)

    def _roots(self, stops: Sequence[int]) -> dict[int, bytes]:
        """Read the log once, and return its root at each of the sizes that it could be read up to."""
        peaks, roots = Peaks(), {0: tree.EMPTY_ROOT}
        done: dict[int, int] = {}
        for stop in stops:
            while peaks.size < stop:
                last = min(stop, peaks.size + CHUNK_ENTRIES)
                entries = self._entries(peaks.size, last)
                if entries is None:
                    return roots
                grown = tree.grow(peaks, tree.leaf_hashes(entries))
                for level, row in enumerate(grown.rows):
                    self._compare(level, done.get(level, 0), row)
                    done[level] = done.get(level, 0) + len(row)
                peaks = grown.peaks
            roots[stop] = peaks.root()
        return roots

    def _entries(self, first: int, last: int) -> list[bytes] | None:
        """Return the entries `[first, last)`, None where they cannot be told apart."""
        start = self._end(first - 1)
        packed = self._read(OFFSETS_FILE, first * OFFSET_BYTES, (last - first) * OFFSET_BYTES)
        ends = struct.unpack(f">{last - first}Q", packed)
        span = range(first, last)
        if ends[-1] < start or ends[-1] > self._length(ENTRIES_FILE):
            self._flaw("offset", f"entries {first:,} to {last - 1:,}")
            return None
        try:
            entries = unbundle(self._read(ENTRIES_FILE, start, ends[-1] - start))
        except LogFault:
            entries = []
        found = list(accumulate((len(one) + 2 for one in entries), initial=start))[1:]
        if found != list(ends):
            wrong = next((at for at, one, other in zip(span, found, ends, strict=False) if one != other), first)
            self._flaw("offset", f"entry {wrong:,}")
            if len(entries) != len(ends):
                return None
        if self._check_entry is not None:
            self._check_all(self._check_entry, first, entries)
        return entries

    def _check_all(self, check: Callable[[bytes], object], first: int, entries: Sequence[bytes]) -> None:
        """Look at what each entry is."""
        for index, entry in enumerate(entries, start=first):
            try:
                check(entry)
            except LogFault:
                self._flaw("leaf", f"entry {index:,}")

    def _compare(self, level: int, first: int, row: Sequence[bytes]) -> None:
        """Compare computed hashes with those that the log holds."""
        held = self._read(level_file(level), first * HASH_BYTES, len(row) * HASH_BYTES)
        if held == b"".join(row):
            return
        for place, one in enumerate(row):
            if held[place * HASH_BYTES : (place + 1) * HASH_BYTES] != one:
                code = "level-hash" if level else "entry-hash"
                self._flaw(code, f"level {level}, hash {first + place:,}" if level else f"entry {first + place:,}")

    def _end(self, index: int) -> int:
        """Return where an entry ends by the log's own word."""
        return int.from_bytes(self._read(OFFSETS_FILE, index * OFFSET_BYTES, OFFSET_BYTES), "big") if index >= 0 else 0

    def _read(self, name: str, at: int, count: int) -> bytes:
        """Return a part of a file, empty where there is no such file."""
        return self._files.read(name, at, count) if name in self._files.names() else b""

    def _length(self, name: str) -> int:
        """Return a file's length, 0 where there is none."""
        return self._files.length(name) if name in self._files.names() else 0

    def _flaw(self, code: str, where: str) -> None:
        """Note a flaw once, up to a limit."""
        if len(self._flaws) < FLAWS_MAX:
            self._flaws[Flaw(code, where)] = None

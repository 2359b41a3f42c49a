"""Name the files of a log, and write them through a port that says what must be on the disk when.

One folder holds, for each level of tiles, a file of hashes (`level-0`, `level-1`, ...), the entries with their lengths
(`entries`), where each entry ends (`offsets`, eight bytes each), and the signed checkpoint that says how much of all
this counts (`checkpoint`). Files only grow, but for what a crash left behind the checkpoint.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from tidewaiter.kernel.errors import LogFault
from tidewaiter.kernel.log.tiles import ENTRIES, Tile, TileSource
from tidewaiter.kernel.log.tree import HASH_BYTES

ENTRIES_FILE = "entries"
OFFSETS_FILE = "offsets"
CHECKPOINT_FILE = "checkpoint"
WITNESSED_FILE = "checkpoint-witnessed"
LOCK_FILE = "lock"
NEW = ".new"
OFFSET_BYTES = 8

_LEVEL = "level-"
_POLL_SECONDS = 0.005
_SYNC = getattr(os, "fdatasync", os.fsync)


class Files(Protocol):
    """The files of one folder; every method raises OSError where the disk fails.

    What is written counts after a crash only once `sync` has returned; what is named or renamed, only once
    `sync_folder` has.
    """

    def names(self) -> set[str]:
        """Return the names of the files."""
        ...

    def length(self, name: str) -> int:
        """Return a file's length in bytes; raises FileNotFoundError."""
        ...

    def read(self, name: str, at: int, count: int) -> bytes:
        """Return `count` bytes from `at` on, fewer at the end of the file; raises FileNotFoundError."""
        ...

    def write(self, name: str, at: int, data: bytes) -> None:
        """Write at a place; a file that is not there is made."""
        ...

    def cut(self, name: str, length: int) -> None:
        """Cut a file back to a length."""
        ...

    def sync(self, name: str) -> None:
        """Wait until a file's bytes and length are on the disk."""
        ...

    def rename(self, old: str, new: str) -> None:
        """Give a file another name; a file that has the name goes."""
        ...

    def sync_folder(self) -> None:
        """Wait until the names are on the disk."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class DiskFiles:
    """The files of a folder on a disk. One process may write; `writing=False` reads beside it.

    With `locked=False` the caller sees to it that nobody else writes, by `holding` the folder.
    """

    def __init__(self, folder: Path, *, writing: bool = True, locked: bool = True) -> None:
        self._folder = folder
        self._flags = os.O_RDWR | os.O_CREAT if writing else os.O_RDONLY
        self._open: dict[str, int] = {}
        if writing:
            make_folder(folder)
        self._lock = _locked(folder) if writing and locked else -1

    def names(self) -> set[str]:
        """Return the names of the files, but for the lock."""
        return {one.name for one in self._folder.iterdir() if one.is_file()} - {LOCK_FILE}

    def length(self, name: str) -> int:
        """Return a file's length in bytes."""
        return (self._folder / name).stat().st_size

    def read(self, name: str, at: int, count: int) -> bytes:
        """Return `count` bytes from `at` on, fewer at the end of the file."""
        if name not in self._open:
            (self._folder / name).stat()
        found = os.pread(self._file(name), count, at)
        while found and len(found) < count:
            more = os.pread(self._file(name), count - len(found), at + len(found))
            if not more:
                break
            found += more
        return found

    def write(self, name: str, at: int, data: bytes) -> None:
        """Write at a place; a file that is not there is made."""
        rest = memoryview(data)
        while rest:
            done = os.pwrite(self._file(name), rest, at)
            rest, at = rest[done:], at + done

    def cut(self, name: str, length: int) -> None:
        """Cut a file back to a length."""
        os.ftruncate(self._file(name), length)

    def sync(self, name: str) -> None:
        """Wait until a file's bytes and length are on the disk."""
        _SYNC(self._file(name))

    def rename(self, old: str, new: str) -> None:
        """Give a file another name; a file that has the name goes."""
        for name in (old, new):
            if name in self._open:
                os.close(self._open.pop(name))
        (self._folder / old).rename(self._folder / new)

    def sync_folder(self) -> None:
        """Wait until the names are on the disk."""
        _sync_folder(self._folder)

    def close(self) -> None:
        """Close every file and let go of the lock."""
        for file in [*self._open.values(), *([self._lock] if self._lock >= 0 else [])]:
            with contextlib.suppress(OSError):  # a file that failed before may fail again; nothing rests on it now
                os.close(file)
        self._open, self._lock = {}, -1

    def _file(self, name: str) -> int:
        """Return the descriptor of a file, opening it once."""
        found = self._open.get(name)
        if found is None:
            found = self._open[name] = os.open(self._folder / name, self._flags | os.O_CLOEXEC, 0o640)
        return found


@contextlib.contextmanager
def holding(folder: Path, seconds_max: float) -> Iterator[None]:
    """Hold a folder so that nobody else writes in it; raises LogFault where somebody does so for too long."""
    make_folder(folder)
    until = time.monotonic() + seconds_max
    while True:
        try:
            lock = _locked(folder)
        except LogFault:
            if time.monotonic() >= until:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            break
    try:
        yield
    finally:
        os.close(lock)


def make_folder(folder: Path) -> None:
    """Make a folder whose name is on the disk, where there is none."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _locked(folder: Path) -> int:
    """Return a descriptor that holds the lock; raises LogFault where another process has it."""
    lock = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        message = f"Another process is writing the log in {folder}."
        raise LogFault(message, "Stop it first; two writers would make two logs of one.") from None
    return lock


def level_file(level: int) -> str:
    """Return the name of the file that holds the hashes of a level of tiles."""
    return f"{_LEVEL}{level}"


def level_files(files: Files) -> set[str]:
    """Return the names of all files of hashes that there are."""
    return {name for name in files.names() if name.startswith(_LEVEL)}


def tile_source(files: Files) -> TileSource:
    """Return what reads tiles and entry bundles out of the files, as slices of them."""

    def read(tile: Tile) -> bytes:
        """Return a tile."""
        if tile.level == ENTRIES:
            return entries_between(files, tile.start, tile.start + tile.width)
        return files.read(level_file(tile.level), tile.start * HASH_BYTES, tile.width * HASH_BYTES)

    return read


def entries_between(files: Files, first: int, stop: int) -> bytes:
    """Return the entries `[first, stop)` with their lengths; raises LogFault where offsets or bytes are missing."""
    start, end = entry_end(files, first - 1), entry_end(files, stop - 1)
    data = files.read(ENTRIES_FILE, start, end - start) if end > start else b""
    if len(data) != end - start or end < start:
        message = f"The entries {first} to {stop} of the log are not complete."
        raise LogFault(message)
    return data


def entry_end(files: Files, index: int) -> int:
    """Return where an entry ends in the file of entries; 0 for the one before the first."""
    if index < 0:
        return 0
    data = files.read(OFFSETS_FILE, index * OFFSET_BYTES, OFFSET_BYTES)
    if len(data) != OFFSET_BYTES:
        message = f"Where entry {index} of the log ends is not written down."
        raise LogFault(message)
    return int.from_bytes(data, "big")


def replace(files: Files, name: str, data: bytes) -> None:
    """Put a file in place of another; a crash leaves the one or the other: temporary file, sync, rename, sync."""
    if name + NEW in files.names():
        files.cut(name + NEW, 0)
    files.write(name + NEW, 0, data)
    files.sync(name + NEW)
    files.rename(name + NEW, name)
    files.sync_folder()


def _sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

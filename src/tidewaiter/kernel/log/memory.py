"""Keep files in memory, remember every operation, and yield each state that a crash could leave.

The model is that of a disk that keeps no promise but those of `sync` and `sync_folder`. What was written since a file
was last synced may be lost, whole, torn, or there as length only (zeros), each write for itself, so in any order. What
was named or renamed since the folder was last synced may be lost, each change for itself.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import msgspec


class Wrote(msgspec.Struct, frozen=True):
    """Bytes were written to a file (by its number)."""

    file: int
    at: int
    data: bytes


class Cut(msgspec.Struct, frozen=True):
    """A file was cut back."""

    file: int
    length: int


class Synced(msgspec.Struct, frozen=True):
    """A file was synced."""

    file: int


class Named(msgspec.Struct, frozen=True):
    """A file was made or renamed: it has a name, and perhaps had another before."""

    file: int
    name: str
    before: str = ""


class SyncedFolder(msgspec.Struct, frozen=True):
    """The folder was synced."""


Operation = Wrote | Cut | Synced | Named | SyncedFolder
Fail = Callable[[Operation], bool]
"""Says of an operation whether the disk fails at it."""


class MemoryFiles:
    """Files in memory, with the journal of what was done to them. `fail` makes operations fail as a disk does."""

    def __init__(self, files: dict[str, bytes] | None = None, fail: Fail | None = None) -> None:
        given = files or {}
        self._names = {name: number for number, name in enumerate(given)}
        self._contents = [bytearray(data) for data in given.values()]
        self._fail = fail
        self.start = {name: bytes(data) for name, data in given.items()}
        self.journal: list[Operation] = []
        self.closed = False

    def names(self) -> set[str]:
        """Return the names of the files."""
        return set(self._names)

    def length(self, name: str) -> int:
        """Return a file's length in bytes."""
        return len(self._contents[self._file(name)])

    def read(self, name: str, at: int, count: int) -> bytes:
        """Return `count` bytes from `at` on, fewer at the end of the file."""
        return bytes(self._contents[self._file(name)][at : at + count])

    def write(self, name: str, at: int, data: bytes) -> None:
        """Write at a place; a file that is not there is made."""
        if name not in self._names:
            made = Named(len(self._contents), name)
            self._note(made)
            self._contents.append(bytearray())
            self._names[name] = made.file
        done = Wrote(self._names[name], at, bytes(data))
        self._note(done)
        _apply(self._contents[done.file], done)

    def cut(self, name: str, length: int) -> None:
        """Cut a file back to a length."""
        done = Cut(self._file(name), length)
        self._note(done)
        _apply(self._contents[done.file], done)

    def sync(self, name: str) -> None:
        """Note that a file was synced."""
        self._note(Synced(self._file(name)))

    def rename(self, old: str, new: str) -> None:
        """Give a file another name; a file that has the name goes."""
        self._note(Named(self._file(old), new, old))
        self._names[new] = self._names.pop(old)

    def sync_folder(self) -> None:
        """Note that the folder was synced."""
        self._note(SyncedFolder())

    def close(self) -> None:
        """Note that nothing more is done."""
        self.closed = True

    def contents(self) -> dict[str, bytes]:
        """Return every file as it stands."""
        return {name: bytes(self._contents[number]) for name, number in self._names.items()}

    def _file(self, name: str) -> int:
        """Return the number of a file."""
        if name not in self._names:
            raise FileNotFoundError(errno.ENOENT, "There is no such file", name)
        return self._names[name]

    def _note(self, operation: Operation) -> None:
        """Remember an operation, or fail at it."""
        if self.closed:
            raise OSError(errno.EBADF, "The files are closed")
        if self._fail is not None and self._fail(operation):
            raise OSError(errno.EIO, "The disk fails")
        self.journal.append(operation)


def crash_states(files: MemoryFiles, first: int = 0) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Yield (operations done, files) for each state that a crash after that many operations can leave.

    Starts with `first` operations done. States that are equal at one point are yielded once.
    """
    disk = _Disk(files.start)
    for done in range(len(files.journal) + 1):
        if done:
            disk.take(files.journal[done - 1])
        if done >= first:
            seen = set()
            for state in disk.states():
                key = tuple(sorted(state.items()))
                if key not in seen:
                    seen.add(key)
                    yield done, state


class _Disk:
    """What is certainly on a disk, and what may be."""

    def __init__(self, start: dict[str, bytes]) -> None:
        self._names = {name: number for number, name in enumerate(start)}
        self._contents = dict(enumerate(start.values()))
        self._writes: dict[int, list[Wrote | Cut]] = {}
        self._changes: list[Named] = []

    def take(self, operation: Operation) -> None:
        """Let an operation happen."""
        if isinstance(operation, Named):
            self._contents.setdefault(operation.file, b"")
            self._changes.append(operation)
        elif isinstance(operation, SyncedFolder):
            _rename(self._names, self._changes)
            self._changes = []
        elif isinstance(operation, Synced):
            content = bytearray(self._contents[operation.file])
            for one in self._writes.pop(operation.file, []):
                _apply(content, one)
            self._contents[operation.file] = bytes(content)
        else:
            self._writes.setdefault(operation.file, []).append(operation)

    def states(self) -> Iterator[dict[str, bytes]]:
        """Yield every way in which the disk may look now."""
        pending = {number: list(self._contents_of(number)) for number in self._writes}
        for kept in product([False, True], repeat=len(self._changes)):
            names = dict(self._names)
            _rename(names, [one for one, there in zip(self._changes, kept, strict=True) if there])
            loose = sorted({number for number in names.values() if number in pending})
            for chosen in product(*(pending[number] for number in loose)):
                contents = self._contents | dict(zip(loose, chosen, strict=True))
                yield {name: contents[number] for name, number in names.items()}

    def _contents_of(self, number: int) -> Iterator[bytes]:
        """Yield what a file may hold, once each."""
        seen = set()
        for ways in product(*(_ways(one) for one in self._writes[number])):
            content = bytearray(self._contents[number])
            for one in ways:
                _apply(content, one)
            if bytes(content) not in seen:
                seen.add(bytes(content))
                yield bytes(content)


def _ways(operation: Wrote | Cut) -> Sequence[Wrote | Cut | None]:
    """Return what may be left of an operation: nothing, all, a torn part, the length alone."""
    if isinstance(operation, Cut):
        return (None, operation)
    data, size = operation.data, len(operation.data)
    parts = {data[: size // 2], data[: size - 1], data[:1], bytes(size), data[: size // 2].ljust(size, b"\x00")}
    torn = [Wrote(operation.file, operation.at, part) for part in sorted(parts - {data, b""})]
    return (None, operation, *torn)


def _apply(content: bytearray, operation: Wrote | Cut | None) -> None:
    """Do to a file's content what an operation did; a gap before a write is zeros."""
    if isinstance(operation, Cut):
        del content[operation.length :]
    elif operation is not None:
        content.extend(bytes(max(0, operation.at - len(content))))
        content[operation.at : operation.at + len(operation.data)] = operation.data


def _rename(names: dict[str, int], changes: Sequence[Named]) -> None:
    """Apply changes of names, in order."""
    for one in changes:
        if names.get(one.before) == one.file:
            del names[one.before]
        names[one.name] = one.file

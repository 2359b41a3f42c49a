"""Write and read packs: ZIP archives of one form, so that the same contents give the same bytes."""

from __future__ import annotations

import hashlib
import re
import struct
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tidewaiter.kernel.errors import Conflict, NoteFault, Refused
from tidewaiter.kernel.log import notes
from tidewaiter.kernel.log.notes import Note, Verifier
from tidewaiter.playground.exercise.model import MAPPINGS, NOTE, QUESTION, RECORDS, TRUTH, Contents, read_contents
from tidewaiter.world.truth import Flaw

FILES_MAX = 20_000
FILE_BYTES_MAX = 256 * 1_048_576
ARCHIVE = "(archive)"
"""Stands for the path of what is wrong with the archive itself, and with no file in it."""
_NAME = re.compile(
    rf"(?:{RECORDS}|{MAPPINGS})/[A-Za-z0-9][A-Za-z0-9._-]{{0,199}}|{re.escape(QUESTION)}|{re.escape(TRUTH)}"
)
_DAMAGED = (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, OverflowError, OSError, struct.error)
"""What reading an archive raises whose bytes are not those of one: offsets out of the file, versions there are not."""
_MOMENT = (1980, 1, 1, 0, 0, 0)
_UNIX, _MODE = 3, 0o644 << 16


class Pack:
    """A pack that is open for reading. Nothing in it is believed before it was held against the signed contents."""

    def __init__(self, path: Path) -> None:
        """Open a pack; raises Refused where it is no archive, NoteFault where it has no contents that can be read."""
        self.path = path
        self._file = path.open("rb")
        try:
            self._zip = zipfile.ZipFile(self._file)
        except _DAMAGED as wrong:
            self._file.close()
            message = f"{path} is no pack: {wrong}."
            raise Refused(message, "Take another copy of it.") from None
        try:
            self._entries = _entries(self._zip, path)
            self.note = notes.parse(self._bytes(NOTE))
            self.contents = read_contents(self.note.text)
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Self:
        """Go on reading."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""
        self._close()

    def _close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()

    def read(self, name: str) -> bytes:
        """Return a file of the contents; raises Refused where it is missing or is not what the contents say."""
        data = self._bytes(name)
        if hashlib.sha256(data).hexdigest() != self.contents.files.get(name):
            message = f"{name} in {self.path} was changed."
            raise Refused(message, "Take another copy of the pack; `tidewaiter exercise verify` names all changes.")
        return data

    def names(self, folder: str) -> list[str]:
        """Return the files of a folder, in order."""
        return [name for name in sorted(self.contents.files) if name.startswith(f"{folder}/")]

    def hand_out(self, folder: Path) -> int:
        """Write the trainee's part, all but the truth, into an empty folder, and return how many files it has."""
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            message = f"{folder} is not an empty folder."
            raise Conflict(message, "Give each exercise a folder of its own.")
        names = [name for name in sorted(self.contents.files) if name != TRUTH]
        for name in names:
            data = self.read(name)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return len(names)

    def flaws(self) -> Iterator[Flaw]:
        """Yield what is changed, missing, or not named in the contents; and bytes that a pack does not have."""
        found = False
        there = set(self._entries) - {NOTE}
        for name in sorted(there | self.contents.files.keys()):
            wrong = self._wrong(name)
            if wrong is not None:
                found = True
                yield Flaw(name, wrong)
        if not found and not self._as_written():
            yield Flaw(ARCHIVE, "is not written as packs are, though its files are what they were")

    def _wrong(self, name: str) -> str | None:
        """Return what is wrong with a file, or None."""
        if name not in self.contents.files:
            return "is not in the contents"
        if name not in self._entries:
            return "is missing"
        try:
            self.read(name)
        except Refused:
            return "was changed"
        return None

    def _as_written(self) -> bool:
        """Say whether writing the pack anew gives the same bytes."""
        with tempfile.TemporaryFile() as again, self.path.open("rb") as whole:
            write_pack(again, self.note, ((name, self._bytes(name)) for name in sorted(self.contents.files)))
            again.seek(0)
            return hashlib.file_digest(again, "sha256").digest() == hashlib.file_digest(whole, "sha256").digest()

    def _bytes(self, name: str) -> bytes:
        """Return the bytes of an entry."""
        if name not in self._entries:
            message = f"{self.path} has no {name}."
            raise (NoteFault if name == NOTE else Refused)(message, "It is no exercise, or it was changed.")
        try:
            return self._zip.read(self._entries[name])
        except _DAMAGED as wrong:
            message = f"{name} in {self.path} was changed: {wrong}."
            raise Refused(message, "Take another copy of the pack.") from None


def verify(path: Path, verifiers: Sequence[Verifier]) -> tuple[Contents, list[Flaw]]:
    """Return the contents, signed by one of the keys, and what in the pack is not as they say.

    Raises NotProven where none of the keys has signed, Refused or NoteFault where it is no pack.
    """
    with Pack(path) as pack:
        notes.verify(pack.note, verifiers)
        return pack.contents, list(pack.flaws())


def write_pack(out: IO[bytes], note: Note, files: Iterable[tuple[str, bytes]]) -> None:
    """Write a pack: the note first, then the files in the order in which they are given, all stored as they are."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in chain([(NOTE, note.data)], files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            archive.writestr(entry, data)


def _entries(archive: zipfile.ZipFile, path: Path) -> Mapping[str, zipfile.ZipInfo]:
    """Return the entries by name; raises Refused for an archive that could harm who opens it."""
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        fits = entry.filename == NOTE or _NAME.fullmatch(entry.filename)
        if not fits or entry.filename in found:
            message = f"{path} has an entry {entry.filename[:100]!r}, which no pack has."
            raise Refused(message, "It was changed; take another copy of it.")
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > FILE_BYTES_MAX or len(found) > FILES_MAX:
            message = f"{path} is larger than packs are at {entry.filename!r}, or compressed."
            raise Refused(message, "It was changed; take another copy of it.")
        found[entry.filename] = entry
    return found

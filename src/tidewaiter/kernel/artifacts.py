"""Keep hashed artefacts: folders of files named by their content, and which one is current."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tidewaiter.kernel.errors import NodeFault, NotFound

_POINTER = "current"


class Artifacts:
    """Artefacts of a node: `<folder>/<kind>/<sha256>/…` and `<folder>/<kind>/current`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, kind: str, files: Mapping[str, bytes], *, current: bool = True, slot: str = "") -> str:
        """Keep the files under the SHA-256 of their names and contents and return it (64 hexadecimal digits).

        With `current`, the pointer of the kind (and slot, for kinds with several, such as code lists) moves to it.
        """
        digest = _digest(files)
        place = self._folder / kind / digest
        if not place.exists():
            part = place.with_name(f".{digest}.part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            for name, data in files.items():
                _write(part / name, data)
            part.rename(place)
        if current:
            self.point(kind, digest, slot=slot)
        return digest

    def adopt(self, kind: str, made: Path, *, slot: str = "") -> str:
        """Move a folder that was written elsewhere on the same disk in, as `put` would, and make it current."""
        digest = hashlib.sha256()
        for file in sorted(made.iterdir()):
            digest.update(file.name.encode() + b"\0")
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
        name = digest.hexdigest()
        place = self._folder / kind / name
        if place.exists():
            shutil.rmtree(made)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.rename(place)
        self.point(kind, name, slot=slot)
        return name

    def point(self, kind: str, digest: str, *, slot: str = "") -> None:
        """Make an artefact that is kept the current one of its kind and slot."""
        if not (self._folder / kind / digest).is_dir():
            message = f"There is no {kind} artefact {digest[:12]}."
            raise NotFound(message)
        pointer = self._pointer(kind, slot)
        _write(pointer.with_name(pointer.name + ".part"), digest.encode())
        pointer.with_name(pointer.name + ".part").replace(pointer)

    def current(self, kind: str, *, slot: str = "") -> Path | None:
        """Return the folder of the kind's current artefact, or None."""
        try:
            digest = self._pointer(kind, slot).read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        place = self._folder / kind / digest
        if not place.is_dir():
            message = f"The current {kind} artefact {digest[:12]} is missing from {place.parent}."
            raise NodeFault(message, "Restore the folder from a backup, or make the artefact again.")
        return place

    def slots(self, kind: str) -> tuple[str, ...]:
        """Return the slots of the kind that have a current artefact."""
        folder = self._folder / kind
        found = folder.glob(f"{_POINTER}.*") if folder.is_dir() else ()
        return tuple(sorted(p.name.removeprefix(f"{_POINTER}.") for p in found if not p.name.endswith(".part")))

    def prune(self, kind: str, *, keep: int = 2) -> None:
        """Delete the kind's oldest artefacts beyond `keep`, never a current one."""
        folder = self._folder / kind
        if not folder.is_dir():
            return
        pointed = {p.read_text(encoding="ascii") for p in folder.glob(f"{_POINTER}*") if p.is_file()}
        places = sorted((p for p in folder.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime, reverse=True)
        for place in places[keep:]:
            if place.name not in pointed:
                shutil.rmtree(place)

    def _pointer(self, kind: str, slot: str) -> Path:
        """Return the pointer file."""
        return self._folder / kind / (f"{_POINTER}.{slot}" if slot else _POINTER)


def _digest(files: Mapping[str, bytes]) -> str:
    """Hash names and contents, in order of name."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _write(path: Path, data: bytes) -> None:
    """Write a file and see it on the disk before going on."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())

"""Say what a world's folder holds, file by file, without its seed, and find what was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath

import msgspec

from tidewaiter.kernel.errors import NotFound, Refused
from tidewaiter.world.truth.reading import FILE

MANIFEST = "manifest.json"
FORMAT = "tidewaiter-world/1"
_OCTETS = 1_048_576


class Parcels(msgspec.Struct, frozen=True, rename="camel"):
    """How much of one form reaches a country: files, documents in them, bytes."""

    parcels: int = 0
    letters: int = 0
    octets: int = 0

    def more(self, letters: int, octets: int) -> Parcels:
        """Return the count with one more parcel."""
        return Parcels(self.parcels + 1, self.letters + letters, self.octets + octets)


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a world is made of, and SHA-256 of each of its files by path; `truth` is that of the sealed truth.

    `counts` is country → form → how much; `window_hours` how long a parcel gathers letters; `program` is the version
    that made it, since another one may make another world of the same seed.
    """

    format: str
    program: str
    countries: tuple[str, ...]
    start: date
    days: int
    consignments: int
    window_hours: float
    honest: bool
    counts: Mapping[str, Mapping[str, Parcels]]
    files: Mapping[str, str]
    truth: str

    @property
    def context(self) -> str:
        """What the truth is sealed for."""
        return context_of(self.countries, self.start, self.days, self.consignments)

    @property
    def data(self) -> bytes:
        """The manifest as it is written."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


class Flaw(msgspec.Struct, frozen=True):
    """One thing that is wrong with a folder: the path, and what is wrong with it."""

    path: str
    what: str


def context_of(countries: tuple[str, ...], start: date, days: int, consignments: int) -> str:
    """Return what a world's truth is sealed for: what everybody may know of how it was made."""
    return f"world/{','.join(countries)}/{start.isoformat()}/{days}/{consignments}"


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a world's folder; raises NotFound or Refused where it has none that can be read."""
    path = folder / MANIFEST
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        message = f"There is no whole world in {folder}: {MANIFEST} is missing."
        raise NotFound(
            message, "Name a folder that `tidewaiter world make` finished; it writes that file last."
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        message = f"{path} cannot be read: {wrong}."
        raise Refused(message, "It was changed, or another program wrote it.") from None
    if found.format != FORMAT:
        message = f"{path} is of the form {found.format}; this program reads {FORMAT}."
        raise Refused(message)
    return found


def verify(folder: Path, manifest: Manifest) -> Iterator[Flaw]:
    """Yield what is missing, changed, or not named in the manifest, in the order of its path."""
    wanted = {**manifest.files, FILE: manifest.truth}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    there.pop(MANIFEST, None)
    for name in sorted(wanted.keys() | there.keys()):
        path = there.get(name)
        if name not in wanted:
            yield Flaw(name, "is not in the manifest")
        elif path is None or ".." in PurePosixPath(name).parts:
            yield Flaw(name, "is missing")
        elif path.is_symlink() or sha256_of(path) != wanted[name]:
            yield Flaw(name, "was changed")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_OCTETS):
            digest.update(piece)
    return digest.hexdigest()

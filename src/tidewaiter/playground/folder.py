"""Write a world into a folder as it is made: parcels, mappings, the sealed truth, the manifest."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec

from tidewaiter import __version__
from tidewaiter.kernel.errors import Conflict
from tidewaiter.kernel.seal.files import Sealing
from tidewaiter.playground.parcels import Parcel
from tidewaiter.world.model import Letter
from tidewaiter.world.truth import Happened, Manifest, Parcels, TruthWriter, sha256_of
from tidewaiter.world.truth.manifest import FORMAT, MANIFEST, context_of
from tidewaiter.world.truth.reading import FILE as TRUTH

MAPPINGS = "mappings"
"""Folder of the mappings of tables, one a form."""

Packs = Callable[[Iterable[Letter]], Iterable[Parcel]]
"""Turns letters in time order into parcels in time order."""


class Setup(Protocol):
    """What a world is made of."""

    @property
    def seed(self) -> str:
        """What every chance is drawn from."""
        ...

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries that have a node."""
        ...

    @property
    def start(self) -> date:
        """The first day."""
        ...

    @property
    def days(self) -> int:
        """How many days."""
        ...

    @property
    def consignments(self) -> int:
        """How many consignments, about."""
        ...

    @property
    def honest(self) -> bool:
        """Whether nobody smuggles."""
        ...


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A world that was made: its manifest, and the seconds that each part of the work took."""

    manifest: Manifest
    seconds: dict[str, float]


class Seconds:
    """Counts the seconds of parts of the work."""

    def __init__(self) -> None:
        self.by_part: defaultdict[str, float] = defaultdict(float)

    def each(self, part: str, pulled: Iterable[Happened]) -> Iterator[Happened]:
        """Yield what is pulled, and count what each pull takes."""
        source = iter(pulled)
        while True:
            begun = time.perf_counter()
            one = next(source, None)
            self.by_part[part] += time.perf_counter() - begun
            if one is None:
                return
            yield one

    def run(self, part: str, act: Callable[[], object]) -> None:
        """Do something, and count what it takes."""
        begun = time.perf_counter()
        act()
        self.by_part[part] += time.perf_counter() - begun


def make(
    folder: Path,
    setup: Setup,
    days: Iterable[Happened],
    packs: Packs,
    *,
    rate: Callable[[str, int], float],
    window_hours: float,
    progress: Callable[[int], None] = lambda _day: None,
) -> Made:
    """Write a world into a folder that is empty or not there yet, and return what was made.

    `rate` gives US dollars for a unit of a currency on a day. Nothing of the world is held but the open windows, so
    memory does not grow with its length. The manifest is written last: a folder without one is not whole. Raises
    Conflict for a folder that holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is not an empty folder."
        raise Conflict(message, "Give each world a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    context = context_of(setup.countries, setup.start, setup.days, setup.consignments)
    seconds, begun = Seconds(), time.perf_counter()
    shelves = _Shelves(folder)
    with (folder / TRUTH).open("xb") as out, Sealing(out, setup.seed, context, folder=folder) as sealing:
        writer = TruthWriter(sealing.write, start=setup.start, rate=rate)
        for parcel in packs(_letters(seconds.each("inventing", days), writer, seconds, progress)):
            seconds.run("filing", lambda parcel=parcel: shelves.put(parcel))  # type: ignore[misc]
    manifest = Manifest(
        format=FORMAT,
        program=__version__,
        countries=setup.countries,
        start=setup.start,
        days=setup.days,
        consignments=setup.consignments,
        window_hours=window_hours,
        honest=setup.honest,
        counts={country: dict(sorted(forms.items())) for country, forms in sorted(shelves.counts.items())},
        files=dict(sorted(shelves.files.items())),
        truth=sha256_of(folder / TRUTH),
    )
    (folder / MANIFEST).write_bytes(manifest.data)
    whole = time.perf_counter() - begun
    parts = dict(seconds.by_part)
    return Made(manifest=manifest, seconds=parts | {"writing": whole - sum(parts.values()), "all": whole})


def _letters(
    days: Iterable[Happened], writer: TruthWriter, seconds: Seconds, progress: Callable[[int], None]
) -> Iterator[Letter]:
    """Yield the letters of all days, and keep the truth of each day before its letters."""
    for number, day in enumerate(days, start=1):
        seconds.run("sealing", lambda day=day: writer.day(day))  # type: ignore[misc]
        yield from day.letters
        progress(number)


class _Shelves:
    """Files of parcels, with what is counted of them and their hashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: dict[str, str] = {}
        self.counts: defaultdict[str, dict[str, Parcels]] = defaultdict(dict)

    def put(self, parcel: Parcel) -> None:
        """Write a parcel's file, and its mapping where it is the first with that."""
        if parcel.mapping is not None and f"{MAPPINGS}/{parcel.form}.toml" not in self.files:
            self._write(f"{MAPPINGS}/{parcel.form}.toml", parcel.mapping.encode())
        self._write(f"{parcel.country}/{parcel.name}", parcel.data)
        forms = self.counts[parcel.country]
        forms[parcel.form] = forms.get(parcel.form, Parcels()).more(parcel.letters, len(parcel.data))

    def _write(self, name: str, data: bytes) -> None:
        """Write one file, which must be new, and note its hash."""
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
        self.files[name] = hashlib.sha256(data).hexdigest()

"""Make a small world by hand: two countries, three days, a few declarations, some smuggled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path

from tidewaiter.kernel.records import Declaration, Outcome
from tidewaiter.playground.folder import make
from tidewaiter.world.model import Letter, Planted, Slip

START = date(2026, 1, 5)


@dataclass(frozen=True)
class Setup:
    """What a small world is made of."""

    seed: str = "tide"
    countries: tuple[str, ...] = ("GH", "NL")
    start: date = START
    days: int = 3
    consignments: int = 6
    honest: bool = False


@dataclass
class Day:
    """What happened on a day."""

    letters: list[Letter] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)


@dataclass
class Packed:
    """A parcel of one letter."""

    at: datetime
    country: str
    form: str
    name: str
    data: bytes
    letters: int = 1
    mapping: str | None = None


DECLARED = 10
"""Declarations of each country and day."""


def days() -> Iterator[Day]:
    """Yield three days with ten declarations in each country; in NL the third and fourth of them are smuggled."""
    for number in range(3):
        at = datetime(2026, 1, 5 + number, 12, tzinfo=UTC)
        letters = [
            Letter(at, country, "csv", "BROKER", Declaration(mrn=f"26{country}{number}{place}", issued=at))
            for country in ("GH", "NL")
            for place in range(DECLARED)
        ]
        letters += [
            Letter(at, country, "outcomes", "CUSTOMS", Outcome(reference=f"O{number}")) for country in ("GH", "NL")
        ]
        stories = [
            Planted(
                "hidden", 1, 0.5, "other", "NL", (f"26NL{number}2", f"BL-{number}"), 0, 10, "EUR", "It was hidden."
            ),
            Planted("undervaluation", 2, 0.9, "value", "NL", (f"26NL{number}3",), 1, 20, "EUR", "It was worth more."),
        ]
        for story in stories:
            story.day = number
        yield Day(letters, stories, [Slip("transposed", "NL", f"26NL{number}5", (("FMT-001", "digit"),))])


def packs(letters: Iterable[Letter]) -> Iterator[Packed]:
    """Yield a parcel a day, country and form."""
    for (day, country, form), group in groupby(letters, key=lambda one: (one.at.date(), one.country, one.form)):
        records = [one.record for one in group]
        data = "\n".join(str(getattr(one, "mrn", None) or getattr(one, "reference", "")) for one in records)
        at = datetime.combine(day, time(18), UTC)
        name = f"{at:%Y-%m-%dT%H%M}-{form}.csv"
        yield Packed(at, country, form, name, data.encode(), len(records), "[columns]\n")


def made(folder: Path, setup: Setup | None = None, world: Iterable[Day] | None = None) -> Path:
    """Make a world in a folder."""
    make(folder, setup or Setup(), world or days(), packs, rate=lambda *_: 1.1, window_hours=6)
    return folder

"""Check that every letter of a world passes the validators, but for what was planted in it."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta

import planted as benchmark
import pytest

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.settings import Settings
from tidewaiter.playground.post import Parcel, parcels
from tidewaiter.stages import receive, validate
from tidewaiter.world import Day, Setup, play

START = date(2026, 2, 2)
SETUP = Setup(seed="validated", countries=("GH", "BF", "NL", "AE", "VN"), start=START, days=12, consignments=1_500)
SETTINGS = Settings(home="unused")


@pytest.fixture(scope="module")
def days() -> list[Day]:
    """Return the days of a small world."""
    return list(play(SETUP))


@pytest.fixture(scope="module")
def sent(days: list[Day]) -> list[Parcel]:
    """Return the parcels of the world."""
    return list(parcels((letter for day in days for letter in day.letters), window=timedelta(hours=6)))


def every_letter_is_read_back_as_one_record(days: list[Day], sent: list[Parcel]) -> None:
    written = Counter((one.country, type(one.record).__name__) for day in days for one in day.letters)
    read: Counter[tuple[str, str]] = Counter()
    for parcel in sent:
        mapping = receive.read_mapping(parcel.mapping, parcel.name) if parcel.mapping else None
        opened = receive.open_source(io.BytesIO(parcel.data), name=parcel.name, settings=SETTINGS, mapping=mapping)
        read.update((parcel.country, type(reading.record).__name__) for reading in opened.readings())
    assert read == written
    assert sum(written.values()) > 8_000


def every_finding_was_planted_and_everything_planted_is_found(days: list[Day], sent: list[Parcel]) -> None:
    checker = validate.Checker(Codes(), today=START + timedelta(days=60), settings=SETTINGS)
    found = Counter(place for parcel in sent for place in benchmark.found(parcel, checker, SETTINGS))
    planted = Counter(
        (slip.country, slip.reference, rule) for day in days for slip in day.slips for rule, _ in slip.findings
    )
    assert found - planted == Counter()
    assert planted - found == Counter()
    assert len({rule for _, _, rule in planted}) >= 10

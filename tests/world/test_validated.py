"""Check that every letter of a world passes the validators, but for what was planted in it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import AnyRecord, CargoReport, Declaration, TransitMovement
from tidewaiter.kernel.settings import Settings
from tidewaiter.playground.post import Parcel, parcels
from tidewaiter.stages import receive, validate
from tidewaiter.world import Day, Setup, play

START = date(2026, 2, 2)
SETUP = Setup(seed="validated", countries=("GH", "BF", "NL", "AE", "VN"), start=START, days=12, consignments=1_500)
SETTINGS = Settings(home="unused")

Place = tuple[str, str, str, str]
"""A country, a document's number, a function (9 original, 4 change), a rule."""


@pytest.fixture(scope="module")
def days() -> list[Day]:
    """Return the days of a small world."""
    return list(play(SETUP))


@pytest.fixture(scope="module")
def readings(days: list[Day]) -> list[tuple[Parcel, receive.Reading]]:
    """Return what is read of every parcel of the world, with the parcel."""
    letters = (letter for day in days for letter in day.letters)
    found = []
    for parcel in parcels(letters, window=timedelta(hours=6)):
        mapping = receive.read_mapping(parcel.mapping, parcel.name) if parcel.mapping else None
        opened = receive.open_source(io.BytesIO(parcel.data), name=parcel.name, settings=SETTINGS, mapping=mapping)
        found += [(parcel, reading) for reading in opened.readings()]
    return found


def document(record: AnyRecord, path: str) -> str:
    """Return the number of the document that a finding is about: of the consignment it lies in, or of the record."""
    if isinstance(record, CargoReport) and path.startswith("/consignments/"):
        carried = record.consignments[int(path.split("/")[2])].transport_document
        return (carried and carried.number) or ""
    return record.mrn or "" if isinstance(record, Declaration | TransitMovement) else ""


def places(readings: list[tuple[Parcel, receive.Reading]]) -> Iterator[Place]:
    """Yield where each rule was broken; a rule counts once in a document, however often it is broken there."""
    checker = validate.Checker(Codes(), today=START + timedelta(days=60), settings=SETTINGS)
    for parcel, reading in readings:
        record = reading.record
        broken = {(document(record, one.path or ""), one.rule) for one in checker.check(record, reading.faults)}
        function = record.function if isinstance(record, Declaration) else "9"
        for number, rule in sorted(broken):
            yield parcel.country, number, function or "", rule


def every_letter_is_read_back_as_one_record(days: list[Day], readings: list[tuple[Parcel, receive.Reading]]) -> None:
    sent = Counter((one.country, type(one.record).__name__) for day in days for one in day.letters)
    read = Counter((parcel.country, type(reading.record).__name__) for parcel, reading in readings)
    assert read == sent
    assert sum(sent.values()) > 8_000


def every_finding_was_planted_and_everything_planted_is_found(
    days: list[Day], readings: list[tuple[Parcel, receive.Reading]]
) -> None:
    found = Counter((country, number, rule) for country, number, _, rule in places(readings))
    planted: Counter[tuple[str, str, str]] = Counter()
    for day in days:
        for slip in day.slips:
            planted.update({(slip.country, slip.reference, rule) for rule, _ in slip.findings})
    assert found - planted == Counter()
    assert planted - found == Counter()
    by_rule = Counter(rule for _, _, rule in planted.elements())
    assert len(by_rule) >= 10
    assert Counter(rule for _, _, rule in found.elements()) == by_rule

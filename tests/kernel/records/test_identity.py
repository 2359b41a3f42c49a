"""Check which record a record is: by the number of customs, of the sender, or by its content."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import (
    AnyRecord,
    CargoReport,
    Declaration,
    Event,
    Intelligence,
    Journey,
    Outcome,
    Party,
    TransitMovement,
    day_of,
    encode,
    identify,
)

DECLARANT = Party(role="declarant", id="XX1")


def key_of(record: AnyRecord) -> bytes:
    """Return the identity's key, with the record's own content hash."""
    return identify(record, hashlib.sha256(encode(record)).digest()).key


def a_declaration_with_an_mrn_is_that_mrn_whatever_else_it_says() -> None:
    first = Declaration(mrn="26XX1", lrn="A", parties=(DECLARANT,))
    assert key_of(first) == key_of(Declaration(mrn="26XX1", lrn="B", function="4"))
    assert key_of(first) != key_of(Declaration(mrn="26XX2", lrn="A", parties=(DECLARANT,)))


def an_lrn_counts_only_together_with_its_declarant() -> None:
    other = Party(role="declarant", id="XX2")
    assert key_of(Declaration(lrn="A", parties=(DECLARANT,))) == key_of(
        Declaration(lrn="A", function="5", parties=(DECLARANT,))
    )
    assert key_of(Declaration(lrn="A", parties=(DECLARANT,))) != key_of(Declaration(lrn="A", parties=(other,)))


def an_mrn_and_an_equal_lrn_are_not_the_same_record() -> None:
    assert key_of(Declaration(mrn="A")) != key_of(Declaration(lrn="A"))


def the_same_number_in_two_kinds_is_two_records() -> None:
    assert key_of(Declaration(mrn="A")) != key_of(TransitMovement(mrn="A"))


@given(st.sampled_from([Declaration, CargoReport, TransitMovement, Event, Journey, Intelligence, Outcome]), st.binary())
def a_record_without_a_number_is_its_content(kind: type[AnyRecord], content: bytes) -> None:
    digest = hashlib.sha256(content).digest()
    identity = identify(kind(), digest)
    assert identity.weak
    assert identity.reference == digest.hex()[:16]
    assert len(identity.key) == 16
    assert identity.key != identify(kind(), hashlib.sha256(content + b"x").digest()).key


def an_outcome_without_a_number_is_what_was_controlled_and_when() -> None:
    morning = datetime(2026, 5, 4, 8, tzinfo=UTC)
    first = Outcome(declaration="A", item=1, controlled=morning, control="scan")
    assert key_of(first) == key_of(
        Outcome(declaration="A", item=1, controlled=morning, control="scan", result="offence")
    )
    assert key_of(first) != key_of(Outcome(declaration="A", item=2, controlled=morning, control="scan"))
    assert key_of(first) != key_of(Outcome(declaration="A", item=1, controlled=morning, control="physical"))


@pytest.mark.parametrize(
    ("record", "day"),
    [
        (
            Declaration(accepted=datetime(2026, 5, 4, tzinfo=UTC), issued=datetime(2026, 5, 3, tzinfo=UTC)),
            date(2026, 5, 4),
        ),
        (Declaration(issued=datetime(2026, 5, 3, tzinfo=UTC)), date(2026, 5, 3)),
        (Declaration(issued=datetime(2026, 5, 3, 1, tzinfo=timezone(timedelta(hours=9)))), date(2026, 5, 2)),
        (Declaration(issued=datetime(2026, 5, 3)), date(2026, 5, 3)),  # noqa: DTZ001 - a message may say no offset
        (Declaration(), None),
        (Event(at=datetime(2026, 5, 3, tzinfo=UTC)), date(2026, 5, 3)),
        (Outcome(controlled=datetime(2026, 5, 3, tzinfo=UTC)), date(2026, 5, 3)),
        (CargoReport(issued=datetime(2026, 5, 3, tzinfo=UTC)), date(2026, 5, 3)),
        (Journey(issued=datetime(2026, 5, 3, tzinfo=UTC), booked=datetime(2026, 1, 2, tzinfo=UTC)), date(2026, 5, 3)),
        (Journey(changed=datetime(2026, 5, 2, tzinfo=UTC), booked=datetime(2026, 1, 2, tzinfo=UTC)), date(2026, 5, 2)),
        (Journey(booked=datetime(2026, 1, 2, tzinfo=UTC)), date(2026, 1, 2)),
    ],
)
def the_day_of_a_record_is_the_utc_day_it_speaks_of(record: AnyRecord, day: date | None) -> None:
    assert day_of(record) == day

"""Prove that bookings of a flight are read, written, and traced to their bytes."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.records import (
    Address,
    AnyRecord,
    Baggage,
    Contact,
    Document,
    Journey,
    Leg,
    Location,
    Measure,
    Party,
    Traveller,
)
from tidewaiter.stages.receive import Reading

T = TypeVar("T")
Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]

BOOKINGS = (
    b"UNA:+.?*'UNB+IATA:1+XQ++260501:2100+PNR0007'UNH+1+PNRGOV:13:1:IA+XQ417/020526/0915'MSG+:22'ORG+XQ:HAM'"
    b"TVL+020526:0915:020526:1340+CAI+HAM+XQ+417'EQN+2'"
    b"SRC'RCI+XQ:QWE4RT::110126:0830'SSR+VGML:HK:1:XQ'DAT+700:010526:1200+710:110126:0900'"
    b"IFT+4:28::XQ+CTCM 201001234567'ORG+1A:CAI+23456789:CAIXQ01+CAI++A+EG:EGP'"
    b"ADD++700:12 NILE CORNICHE:CAIRO:::EG:11511:20225550101'"
    b"TIF+HANNAWI+SALMAMRS:A:1'FTI+XQ:88123456:::GOLD'IFT+4:28::XQ+CTCE SALMA..H//MAIL.EXAMPLE'REF+:1F'"
    b"SSR+DOCS:HK:1:XQ:::::/P/EGY/A1234567/EGY/09MAR62/F/17AUG31/HANNAWI/SALMA/NADIA'"
    b"TKT+2202401234567:T:1'MON+T:512.40:EUR'DAT+710:110126:0901'FOP+CC::512.40:VI:XXXXXXXXXXXX4242:0930'"
    b"TIF+HANNAWI+OMAR:IN:2'SSR+DOCS:HK:1:XQ:::::/P/EGY/A7654321/EGY/01FEB26/MI/17AUG31/HANNAWI/OMAR'"
    b"TVL+300426:2200::2330+LXR+CAI+XQ:MS+4411:B'RPI+2+HK'SSR+SEAT:HK:1:XQ:::LXR:CAI+31K::1'"
    b"TVL+020526:0915:020526:1340+CAI+HAM+XQ+417:B'RPI+2+HK'APD+320'SSR+SEAT:HK:2:XQ:::CAI:HAM+9A::1'"
    b"DAT+2:020526:0731'TRI++CAI-44:::1'TIF+HANNAWI+SALMAMRS:A:1'SSD+14C++++Y'"
    b"TBD++2:31:700++MP+XQ:417001:2:HAM+XQ:417002:2:HAM'"
    b"SRC'RCI+XQ:ZZ8KLM::120126:0915'DAT+700:120126:0915'TIF+OKORO+PETERMR:A:1'"
    b"TVL+020526:0915::1340+CAI+HAM+XQ+417:Y'SSR+SEAT:HK:1:XQ:::CAI:HAM+22F::1'"
    b"SSR+DOCS:HK:1:XQ:::CAI:HAM:/P/NGA/B0099887/NGA/30NOV85/M/01JAN30/OKORO/PETER+::1'"
    b"UNT+43+1'UNZ+1+PNR0007'"
)

FLIGHT = Leg(
    carrier="XQ",
    number="417",
    origin=Location(code="CAI"),
    destination=Location(code="HAM"),
    departure=datetime(2026, 5, 2, 9, 15, tzinfo=UTC),
    arrival=datetime(2026, 5, 2, 13, 40, tzinfo=UTC),
)


def a_booking_is_read_into_a_journey(read: Read) -> None:
    one, _other = read(BOOKINGS)
    assert one.faults == ()
    journey = one.record
    assert isinstance(journey, Journey)
    assert (journey.source, journey.reference, journey.carrier) == ("PNR", "QWE4RT", "XQ")
    assert journey.booked == datetime(2026, 1, 11, 8, 30, tzinfo=UTC)
    assert journey.changed == datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert journey.flight == FLIGHT
    assert journey.itinerary == (
        Leg(
            carrier="XQ",
            operator="MS",
            number="4411",
            origin=Location(code="LXR"),
            destination=Location(code="CAI"),
            departure=datetime(2026, 4, 30, 22, tzinfo=UTC),
            arrival=datetime(2026, 4, 30, 23, 30, tzinfo=UTC),
        ),
        FLIGHT,
    )
    assert journey.contacts == (Contact(phone="201001234567"), Contact(phone="20225550101"))
    assert journey.addresses == (Address(line="12 NILE CORNICHE", city="CAIRO", country="EG", postcode="11511"),)
    assert journey.agency == Party(role="agent", id="23456789")
    assert journey.payment == "CC VI"


def the_travellers_of_a_booking_are_read_with_what_the_flight_says(read: Read) -> None:
    one, _other = read(BOOKINGS)
    assert isinstance(one.record, Journey)
    adult, infant = one.record.travellers
    assert adult == Traveller(
        role="passenger",
        family_name="HANNAWI",
        given_names="SALMAMRS",
        age_group="adult",
        reference="1",
        loyalty=("XQ 88123456",),
        contact=Contact(email="SALMA_H@MAIL.EXAMPLE"),
        tickets=("2202401234567",),
        nationality="EGY",
        birth_date=date(1962, 3, 9),
        sex="F",
        documents=(
            Document(type="P", issuer="EGY", number="A1234567", expires=date(2031, 8, 17), name="HANNAWI/SALMA/NADIA"),
        ),
        seat="14C",
        baggage=(Baggage(pieces=2, mass=Measure(value=Decimal(31), unit="KGM"), tags=("XQ417001", "XQ417002")),),
    )
    assert (infant.age_group, infant.sex, infant.birth_date) == ("infant", "M", date(2026, 2, 1))
    assert infant.documents == (Document(type="P", issuer="EGY", number="A7654321", expires=date(2031, 8, 17)),)


def a_travel_document_at_the_flight_is_found_by_the_reference(read: Read) -> None:
    _one, other = read(BOOKINGS)
    assert isinstance(other.record, Journey)
    (traveller,) = other.record.travellers
    assert (traveller.nationality, traveller.birth_date, traveller.seat) == ("NGA", date(1985, 11, 30), "22F")
    assert [document.number for document in traveller.documents] == ["B0099887"]


def a_document_of_an_infant_is_not_the_adults(read: Read) -> None:
    infant = b"SSR+DOCS:HK:1:XQ:::::/P/EGY/A7654321/EGY/01FEB26/MI/17AUG31/HANNAWI/OMAR'"
    text = BOOKINGS.replace(infant, b"").replace(b"REF+:1F'", b"REF+:1F'" + infant)
    one, _other = read(text)
    assert isinstance(one.record, Journey)
    adult, baby = one.record.travellers
    assert [document.number for document in adult.documents] == ["A1234567"]
    assert adult.birth_date == date(1962, 3, 9)
    assert [document.number for document in baby.documents] == ["A7654321"]


def no_number_of_a_card_and_no_request_for_a_meal_is_kept(read: Read) -> None:
    text = BOOKINGS.replace(b"XXXXXXXXXXXX4242", b"4111111111111111")
    said = repr(read(text))
    assert "4111111111111111" not in said
    assert "VGML" not in said


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/reference", b"QWE4RT"),
        ("/booked", b"XQ:QWE4RT::110126:0830"),
        ("/itinerary/0/operator", b"MS"),
        ("/flight/number", b"417"),
        ("/contacts/0/phone", b"CTCM 201001234567"),
        ("/travellers/0/familyName", b"HANNAWI"),
        ("/travellers/0/seat", b"14C"),
        ("/travellers/0/baggage/0/tags/1", b"XQ:417002:2:HAM"),
        ("/travellers/0/birthDate", b"/P/EGY/A1234567/EGY/09MAR62/F/17AUG31/HANNAWI/SALMA/NADIA"),
        ("/travellers/0/contact/email", b"CTCE SALMA..H//MAIL.EXAMPLE"),
        ("/travellers/1/reference", b"2"),
    ],
)
def a_leaf_is_traced_to_its_bytes(read: Read, where: Where, path: str, text: bytes) -> None:
    one, _other = read(BOOKINGS)
    assert where(BOOKINGS, one, path) == text


def a_leaf_of_the_second_booking_is_traced_to_its_own_bytes(read: Read, where: Where) -> None:
    _one, other = read(BOOKINGS)
    assert where(BOOKINGS, other, "/travellers/0/familyName") == b"OKORO"
    assert where(BOOKINGS, other, "/travellers/0/seat") == b"22F"


def what_cannot_be_read_of_a_person_is_never_repeated(read: Read) -> None:
    one, _other = read(BOOKINGS.replace(b"09MAR62", b"31FEB62").replace(b"17AUG31", b"17AUX31"))
    said = [fault for fault in one.faults if fault.path]
    assert [(fault.code, fault.path) for fault in said] == [
        ("not-a-date", "/travellers/0/birthDate"),
        ("not-a-date", "/travellers/0/documents/0/expires"),
        ("not-a-date", "/travellers/1/documents/0/expires"),
    ]
    assert "31FEB62" not in str(said)
    assert "17AUX31" not in str(said)


@pytest.mark.parametrize(
    ("name", "travellers", "seats"),
    [
        ("multiple_flight_leg_pnr.txt", (2,), ["26K", "43E"]),
        ("2_pnrs_basic.edi", (2, 2), ["15A", "15B", "17A", "15A"]),
        ("3_pnrs.edi", (1, 3, 9), ["54A", "54B"]),
        ("no_pnr_history.edi", (1, 1, 2), []),
    ],
)
def the_bookings_of_a_sample_are_read(
    read: Read, sample: Callable[[str], bytes], name: str, travellers: tuple[int, ...], seats: list[str]
) -> None:
    journeys = [one.record for one in read(sample(name)) if isinstance(one.record, Journey)]
    assert tuple(len(journey.travellers) for journey in journeys) == travellers
    assert [one.seat for journey in journeys for one in journey.travellers if one.seat] == seats


def an_infant_of_a_sample_has_the_document_that_hangs_on_the_adult(read: Read, sample: Callable[[str], bytes]) -> None:
    one = read(sample("infant.edi"))[0]
    assert isinstance(one.record, Journey)
    adult, infant = one.record.travellers
    assert (adult.birth_date, infant.birth_date) == (date(1978, 7, 1), date(2012, 9, 20))
    assert [document.number for document in infant.documents] == ["512731999"]


WORDS = st.text(string.ascii_uppercase + "'+:?Å", min_size=1, max_size=12)
CODES = st.text(string.ascii_uppercase + string.digits, min_size=3, max_size=10)
DIGITS = st.text(string.digits, min_size=6, max_size=13)
NATIONS = st.sampled_from(("EGY", "NGA", "D"))
PORTS = st.builds(Location, code=st.sampled_from(("CAI", "HAM", "LXR")), name=st.none() | WORDS)
MAILS = st.from_regex(r"[A-Z]{1,8}([._-][A-Z0-9]{1,5})?@[A-Z]{2,8}\.EXAMPLE", fullmatch=True)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds of a strategy have no zone
    lambda at: at.replace(microsecond=0)
)


def _maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def _some(strategy: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


LEGS = st.builds(
    Leg,
    carrier=st.sampled_from(("XQ", "MS")),
    operator=_maybe(st.just("U2")),
    number=st.integers(1, 9999).map(str),
    origin=PORTS,
    destination=PORTS,
    departure=MOMENTS,
    arrival=_maybe(MOMENTS),
)
ADDRESSES = st.builds(
    Address,
    line=WORDS,
    city=_maybe(WORDS),
    region=_maybe(st.just("HH")),
    country=_maybe(st.just("DE")),
    postcode=_maybe(CODES),
)
DOCUMENTS = st.builds(
    Document,
    type=st.just("P"),
    issuer=_maybe(NATIONS),
    number=CODES,
    expires=_maybe(st.dates(date(1990, 1, 1), date(2120, 1, 1))),
    name=_maybe(st.just("OTHER/NAME")),
)
TRAVELLERS = st.builds(
    Traveller,
    role=st.just("passenger"),
    family_name=WORDS,
    given_names=_maybe(WORDS),
    age_group=_maybe(st.sampled_from(("adult", "child", "infant"))),
    reference=st.uuids().map(lambda one: one.hex[:12]),
    loyalty=_some(st.builds("{} {}".format, st.just("XQ"), CODES)),
    tickets=_some(DIGITS),
    contact=_maybe(st.builds(Contact, phone=DIGITS, email=_maybe(MAILS))),
    address=_maybe(ADDRESSES),
    nationality=_maybe(NATIONS),
    birth_date=_maybe(st.dates(date(1900, 1, 1), date(2025, 1, 1))),
    sex=_maybe(st.sampled_from(("F", "M"))),
    documents=st.lists(DOCUMENTS, max_size=2, unique_by=lambda one: one.number).map(tuple),
    seat=_maybe(st.sampled_from(("14C", "014C", "9A"))),
    baggage=_some(
        st.builds(
            Baggage,
            pieces=st.integers(1, 9),
            mass=_maybe(st.builds(Measure, value=st.decimals(0, 99, places=0), unit=st.sampled_from(("KGM", "LBR")))),
            tags=_some(CODES),
        )
    ),
)
BOOKED = st.builds(
    Journey,
    source=st.just("PNR"),
    reference=CODES,
    carrier=st.sampled_from(("XQ", "MS")),
    booked=_maybe(MOMENTS),
    changed=_maybe(MOMENTS),
    itinerary=st.lists(LEGS, min_size=1, max_size=3).map(tuple),
    travellers=st.lists(TRAVELLERS, min_size=1, max_size=3, unique_by=lambda one: one.reference).map(tuple),
    contacts=_some(st.builds(Contact, phone=DIGITS, email=_maybe(MAILS))),
    addresses=_some(ADDRESSES),
    agency=_maybe(st.builds(Party, role=st.just("agent"), id=DIGITS)),
    payment=_maybe(st.sampled_from(("CA", "CC VI"))),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(LEGS, st.lists(BOOKED, min_size=1, max_size=2))
def what_is_written_is_read_again(read: Read, write: Write, flight: Leg, booked: list[Journey]) -> None:
    journeys = [_with(one, flight) for one in booked]
    found = read(write("PNRGOV", journeys))
    assert [one.faults for one in found] == [()] * len(journeys)
    assert [one.record for one in found] == journeys


def _with(journey: Journey, flight: Leg) -> Journey:
    return msgspec.structs.replace(journey, flight=flight)

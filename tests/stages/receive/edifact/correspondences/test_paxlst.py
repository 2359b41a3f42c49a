"""Prove that lists of passengers and crew are read, written, and traced to their bytes."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

import pytest
from hypothesis import given
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
    Traveller,
)
from tidewaiter.stages.receive import Reading

T = TypeVar("T")
Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]

FLIGHT = (
    b"UNA:+.? 'UNB+UNOC:4+NORDAIR+BORDER+260501:1545+000000042++APIS'"
    b"UNG+PAXLST+NORDAIR+BORDER+260501:1545+1+UN+D:12B'"
    b"UNH+PAX001+PAXLST:D:12B:UN:IATA+XQ0417/260502/0915+01:F'"
    b"BGM+745'RFF+TN:XQ04170042:::1'DTM+137:202605011545:203'"
    b"NAD+MS+++CHECK IN DESK'COM+004940555000:TE+004940555001:FX'"
    b"TDT+20+XQ0417+++XQ'LOC+125+CAI'DTM+189:2605020915:201'LOC+87+HAM'DTM+232:2605021340:201'"
    b"TDT+20+XQ0418+++XQ'LOC+92+HAM'DTM+189:2605021500:201'LOC+92+CPH'DTM+232:2605021600:201'"
    b"NAD+FL+++LINDQVIST:ANNA MARIA:KAREN+SOLVEJ 12+UPPSALA++75220+SWE'"
    b"ATT+2++F'DTM+329:410931'MEA+CT++:2'MEA+WT++KGM:31.5'FTX+BAG+++XQ417001:XQ417002'"
    b"LOC+22+CPH'LOC+174+SWE'LOC+178+CAI'LOC+179+CPH'LOC+180+SWE:::GAVLE'COM+0046700000:TE+A@B.EXAMPLE:EM'NAT+2+SWE'"
    b"RFF+AVF:QWE4RT'RFF+ABO:BOOK-01'RFF+SEA:14C'"
    b"DOC+P:110:111+98765432'DTM+36:310817'LOC+91+SWE'"
    b"DOC+V:110:111+V445'DTM+36:20270101:102'DTM+182:20260101:102'LOC+91+DNK'"
    b"NAD+FM+++OKORO:PETER'ATT+2++M'DTM+329:710304'EMP+1+CR1:110:111'"
    b"CNT+42:2'UNT+45+PAX001'UNE+1+1'UNZ+1+000000042'"
)


def a_list_is_read_into_a_journey(read: Read) -> None:
    (one,) = read(FLIGHT)
    journey = one.record
    assert isinstance(journey, Journey)
    assert (journey.source, journey.reference, journey.function) == ("API", "XQ04170042", None)
    assert journey.issued == datetime(2026, 5, 1, 15, 45, tzinfo=UTC)
    assert journey.contacts == (Contact(name="CHECK IN DESK", phone="004940555000"),)
    assert journey.itinerary == (
        Leg(
            carrier="XQ",
            number="0417",
            origin=Location(code="CAI"),
            destination=Location(code="HAM"),
            departure=datetime(2026, 5, 2, 9, 15, tzinfo=UTC),
            arrival=datetime(2026, 5, 2, 13, 40, tzinfo=UTC),
            crosses=True,
        ),
        Leg(
            carrier="XQ",
            number="0418",
            origin=Location(code="HAM"),
            destination=Location(code="CPH"),
            departure=datetime(2026, 5, 2, 15, tzinfo=UTC),
            arrival=datetime(2026, 5, 2, 16, tzinfo=UTC),
        ),
    )
    passenger, crew = journey.travellers
    assert passenger == Traveller(
        role="passenger",
        family_name="LINDQVIST",
        given_names="ANNA MARIA KAREN",
        sex="F",
        nationality="SWE",
        address=Address(line="SOLVEJ 12", city="UPPSALA", postcode="75220", country="SWE"),
        baggage=(Baggage(pieces=2, mass=Measure(value=Decimal("31.5"), unit="KGM"), tags=("XQ417001", "XQ417002")),),
        clearance=Location(code="CPH"),
        residence="SWE",
        embarkation=Location(code="CAI"),
        debarkation=Location(code="CPH"),
        birth_place=Location(id="SWE", name="GAVLE"),
        contact=Contact(phone="0046700000", email="A@B.EXAMPLE"),
        booking="QWE4RT",
        reference="BOOK-01",
        seat="14C",
        documents=(
            Document(type="P", number="98765432", expires=date(2031, 8, 17), issuer="SWE"),
            Document(type="V", number="V445", expires=date(2027, 1, 1), issued=date(2026, 1, 1), issuer="DNK"),
        ),
    )
    assert crew == Traveller(
        role="crew",
        family_name="OKORO",
        given_names="PETER",
        sex="M",
        birth_date=date(1971, 3, 4),
        function="CR1",
    )


def what_cannot_be_read_of_a_person_is_never_repeated(read: Read) -> None:
    (one,) = read(FLIGHT)
    (fault,) = [fault for fault in one.faults if fault.path is not None]
    assert (fault.code, fault.path) == ("not-a-date", "/travellers/0/birthDate")
    assert "410931" not in str(fault)
    assert fault.place is not None
    assert (fault.place.tag, FLIGHT[fault.place.offset or 0 :][: fault.place.length]) == ("DTM", b"329:410931")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/reference", b"XQ04170042"),
        ("/itinerary/0/number", b"XQ0417"),
        ("/itinerary/1/destination/code", b"CPH"),
        ("/itinerary/0/crosses", b"125"),
        ("/travellers/0/familyName", b"LINDQVIST"),
        ("/travellers/0/givenNames", b"ANNA MARIA"),
        ("/travellers/0/baggage/0/tags/1", b"XQ417002"),
        ("/travellers/0/documents/1/number", b"V445"),
        ("/travellers/0/birthPlace/name", b"GAVLE"),
        ("/travellers/1/birthDate", b"329:710304"),
        ("/travellers/1/function", b"CR1"),
    ],
)
def a_leaf_is_traced_to_its_bytes(read: Read, where: Where, path: str, text: bytes) -> None:
    (one,) = read(FLIGHT)
    assert where(FLIGHT, one, path) == text


@pytest.mark.parametrize(
    ("born", "day"),
    [
        (b"260502", date(2026, 5, 2)),
        (b"270101", date(1927, 1, 1)),
        (b"19270101:102", date(1927, 1, 1)),
        (b"991231", date(1999, 12, 31)),
    ],
)
def no_one_is_born_after_the_journey(read: Read, born: bytes, day: date) -> None:
    (one,) = read(FLIGHT.replace(b"410931", born))
    assert isinstance(one.record, Journey)
    assert one.record.travellers[0].birth_date == day


@pytest.mark.parametrize(
    ("means", "leg"),
    [
        (b"TDT+20+XQ0417+++XQ'", ("XQ", "0417")),
        (b"TDT+20+XQ0417'", ("XQ", "0417")),
        (b"TDT+20+0417+++XQ'", ("XQ", "0417")),
        (b"TDT+20+DLH0417'", ("DLH", "0417")),
        (b"TDT+20+V12W+1++SEAL'", ("SEAL", "V12W")),
        (b"TDT+20+V12+1'", (None, "V12")),
    ],
)
def a_flight_number_is_told_from_its_airline_and_from_a_voyage(
    read: Read, means: bytes, leg: tuple[str | None, str]
) -> None:
    (one,) = read(FLIGHT.replace(b"TDT+20+XQ0417+++XQ'", means))
    assert isinstance(one.record, Journey)
    first = one.record.itinerary[0]
    assert (first.carrier, first.number) == leg


def a_list_of_an_older_directory_is_read_alike(read: Read) -> None:
    (one,) = read(FLIGHT.replace(b"PAXLST:D:12B", b"PAXLST:D:02B").replace(b"UN+D:12B'", b"UN+D:02B'"))
    (other,) = read(FLIGHT)
    assert one.record == other.record


def a_list_of_crew_is_read_from_a_sample(read: Read, sample: Callable[[str], bytes]) -> None:
    one, _envelope = read(sample("apis-messages/Test1.txt"))
    journey = one.record
    assert isinstance(journey, Journey)
    assert (journey.source, len(journey.travellers), len(journey.itinerary)) == ("CREW", 8, 1)
    leg = journey.itinerary[0]
    assert (leg.carrier, leg.number, leg.crosses) == ("UA", "0989", True)
    assert (leg.origin, leg.destination) == (Location(code="FRA"), Location(code="IAD"))
    assert {one.role for one in journey.travellers} == {"crew"}
    assert {len(one.documents) for one in journey.travellers} == {1}
    assert [one.birth_date.day for one in journey.travellers if one.birth_date] == [6, 7, 8, 9, 10, 11, 12, 13]


def a_list_of_passengers_is_read_from_a_sample_with_other_signs(read: Read, sample: Callable[[str], bytes]) -> None:
    (one,) = read(sample("apis-messages/airline2.edi"))
    journey = one.record
    assert isinstance(journey, Journey)
    assert (journey.source, len(journey.travellers)) == ("API", 10)
    assert (journey.itinerary[0].carrier, journey.itinerary[0].number) == ("TN", "506")
    assert {fault.code for fault in one.faults} == {"count", "reference"}


def a_list_with_two_legs_is_read_from_a_sample(read: Read, sample: Callable[[str], bytes]) -> None:
    (one,) = read(sample("apis-messages/apisMessage.txt"))
    journey = one.record
    assert isinstance(journey, Journey)
    assert [(leg.number, leg.crosses) for leg in journey.itinerary] == [("123", None), ("124", None)]
    assert journey.itinerary[1].arrival == datetime(2007, 2, 19, 19, 55, tzinfo=UTC)
    assert [traveller.embarkation for traveller in journey.travellers] == [Location(code="ATL"), Location(code="ORD")]


WORDS = st.text(string.ascii_uppercase + "'+:?ÅÉ", min_size=1, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
CODES = st.text(string.ascii_uppercase + string.digits, min_size=3, max_size=10)
NATIONS = st.sampled_from(("SWE", "DNK", "NGA", "D"))
PORTS = st.builds(Location, code=st.sampled_from(("HAM", "CAI", "CPH", "DEHAM")))
DAYS = st.dates(date(1920, 1, 1), date(2099, 12, 31))
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds of a strategy have no zone
    lambda at: at.replace(microsecond=0, second=at.second if at.second % 2 else 0)
)


def _maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


LEGS = st.builds(
    Leg,
    carrier=st.sampled_from(("XQ", "U2", "DLH")),
    number=st.integers(1, 9999).map(str),
    origin=PORTS,
    destination=PORTS,
    departure=_maybe(MOMENTS),
    arrival=_maybe(MOMENTS),
    crosses=st.sampled_from((None, True)),
)
DOCUMENTS = st.builds(
    Document,
    type=st.sampled_from(("P", "V", "I")),
    number=CODES,
    expires=_maybe(st.dates(date(2000, 1, 1), date(2099, 12, 31))),
    issued=_maybe(DAYS),
    issuer=_maybe(NATIONS),
)
BAGGAGE = st.builds(
    Baggage,
    pieces=st.integers(1, 9),
    mass=_maybe(st.builds(Measure, value=st.decimals(0, 99, places=1), unit=st.just("KGM"))),
    tags=st.lists(CODES, max_size=3).map(tuple),
)
TRAVELLERS = st.builds(
    Traveller,
    role=st.sampled_from(("passenger", "crew", "transit", "transit crew")),
    family_name=NAMES,
    given_names=_maybe(NAMES),
    sex=_maybe(st.sampled_from(("F", "M", "X"))),
    birth_date=_maybe(DAYS),
    nationality=_maybe(NATIONS),
    address=_maybe(
        st.builds(
            Address,
            line=NAMES,
            city=_maybe(WORDS),
            region=_maybe(st.just("HH")),
            postcode=_maybe(CODES),
            country=_maybe(NATIONS),
        )
    ),
    baggage=st.lists(BAGGAGE, max_size=1).map(tuple),
    clearance=_maybe(PORTS),
    residence=_maybe(NATIONS),
    embarkation=_maybe(PORTS),
    debarkation=_maybe(PORTS),
    birth_place=_maybe(st.builds(Location, id=_maybe(NATIONS), name=NAMES)),
    contact=_maybe(st.builds(Contact, phone=CODES, email=_maybe(WORDS))),
    function=_maybe(st.just("CR1")),
    booking=_maybe(CODES),
    reference=_maybe(CODES),
    seat=_maybe(CODES),
    documents=st.lists(DOCUMENTS, max_size=2).map(tuple),
)
JOURNEYS = st.builds(
    Journey,
    source=st.sampled_from(("API", "CREW")),
    function=_maybe(st.sampled_from(("CL", "XR"))),
    reference=_maybe(CODES),
    issued=_maybe(MOMENTS),
    contacts=st.lists(st.builds(Contact, name=NAMES, phone=_maybe(CODES), email=_maybe(WORDS)), max_size=2).map(tuple),
    itinerary=st.lists(LEGS, min_size=1, max_size=3).map(tuple),
    travellers=st.lists(TRAVELLERS, max_size=3).map(tuple),
)


@given(JOURNEYS)
def what_is_written_is_read_again(read: Read, write: Write, journey: Journey) -> None:
    (one,) = read(write("PAXLST", [journey]))
    assert one.faults == ()
    assert one.record == journey


def a_traveller_is_written_behind_the_flight_and_who_reports_before_it(write: Write) -> None:
    leg = Leg(carrier="XQ", number="417", origin=Location(code="CAI"), destination=Location(code="HAM"))
    traveller = Traveller(role="passenger", family_name="DOE")
    journey = Journey(source="API", contacts=(Contact(name="DESK"),), itinerary=(leg,), travellers=(traveller,))
    tags = [one[:6] for one in write("PAXLST", [journey]).split(b"'") if one[:3] in {b"NAD", b"TDT", b"CNT"}]
    assert tags == [b"NAD+MS", b"TDT+20", b"NAD+FL", b"CNT+42"]

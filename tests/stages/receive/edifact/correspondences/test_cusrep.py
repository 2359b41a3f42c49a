"""Prove that reports of a means of transport are read, written, and traced to their bytes."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import (
    Address,
    AnyRecord,
    CargoReport,
    Contact,
    Document,
    Location,
    Party,
    TransportMeans,
)
from tidewaiter.stages.receive import Reading

T = TypeVar("T")
Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]

ARRIVAL = (
    b"UNB+UNOC:3+TEAL LINES+CUSTOMS+260503:0910+88'UNH+1+CUSREP:D:05B:UN'"
    b"BGM+185+TL-2026-0417:1+9'DTM+137:202605030905:203'DTM+132:202605041530:203'QTY+114:12'QTY+115:21'POC+1'POC+9'"
    b"RFF+ABT:26DE4851R0000417'LOC+60+DEHAM:139:6+K21'LOC+41+DE004851::95'DOC+798+REG-8'DTM+137:20200303:102'"
    b"NAD+AG+TLHAM+++++++'CTA+IC+:DESK'COM+0049405550:TE'NAD+CA+TEAL:172:20++TEAL LINES LTD'"
    b"TDT+20+417W+1++TEAL:172:20+++9074729:146::TEAL MERIDIAN:PA'"
    b"LOC+125+NLRTM:139:6'DTM+136:202605021200:203'LOC+61+DKCPH:139:6'UNT+22+1'UNZ+1+88'"
)


def a_report_of_an_arrival_is_read(read: Read) -> None:
    (one,) = read(ARRIVAL)
    assert [fault.code for fault in one.faults] == []
    assert one.record == CargoReport(
        reference="26DE4851R0000417",
        lrn="TL-2026-0417",
        function="9",
        movement="arrival",
        issued=datetime(2026, 5, 3, 9, 5, tzinfo=UTC),
        office="DE004851",
        crew=21,
        passengers=12,
        purposes=("1", "9"),
        call=Location(code="DEHAM", id="K21"),
        documents=(Document(type="798", number="REG-8", issued=date(2020, 3, 3)),),
        carrier=Party(role="carrier", id="TEAL", name="TEAL LINES LTD"),
        parties=(Party(role="agent", id="TLHAM", contact=Contact(name="DESK", phone="0049405550")),),
        transport_means=TransportMeans(
            stage="border",
            mode="1",
            id="9074729",
            id_type="IMO",
            name="TEAL MERIDIAN",
            nationality="PA",
            journey="417W",
            arrival=datetime(2026, 5, 4, 15, 30, tzinfo=UTC),
            departure=datetime(2026, 5, 2, 12, tzinfo=UTC),
        ),
        itinerary=(
            Location(code="NLRTM", role="last", at=datetime(2026, 5, 2, 12, tzinfo=UTC)),
            Location(code="DKCPH", role="next"),
        ),
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/lrn", b"TL-2026-0417"),
        ("/crew", b"21"),
        ("/call/id", b"K21"),
        ("/transportMeans/name", b"TEAL MERIDIAN"),
        ("/transportMeans/arrival", b"132:202605041530:203"),
        ("/itinerary/1/code", b"DKCPH"),
        ("/parties/0/contact/phone", b"0049405550"),
        ("/movement", b"185"),
    ],
)
def a_leaf_is_traced_to_its_bytes(read: Read, where: Where, path: str, text: bytes) -> None:
    (one,) = read(ARRIVAL)
    assert where(ARRIVAL, one, path) == text


@pytest.mark.parametrize(
    ("beginning", "movement"),
    [
        (b"BGM+186+", "departure"),
        (b"BGM+187+", "arrival and departure"),
        (b"BGM+98:::SEAAAR+", "arrival"),
        (b"BGM+124:::DEPART+", "departure"),
        (b"BGM+998+", "arrival"),
    ],
)
def the_movement_is_told_by_the_code_or_the_name_or_the_time(read: Read, beginning: bytes, movement: str) -> None:
    (one,) = read(ARRIVAL.replace(b"BGM+185+", beginning))
    assert isinstance(one.record, CargoReport)
    assert one.record.movement == movement


def the_call_of_a_departure_is_where_it_departs(read: Read) -> None:
    text = ARRIVAL.replace(b"BGM+185+", b"BGM+186+").replace(b"LOC+41+", b"LOC+5+SEGOT:139:6'LOC+41+")
    (one,) = read(text)
    (other,) = read(text.replace(b"BGM+186+", b"BGM+185+"))
    assert isinstance(one.record, CargoReport)
    assert isinstance(other.record, CargoReport)
    assert (one.record.call, other.record.call) == (Location(code="SEGOT"), Location(code="DEHAM", id="K21"))


def the_hour_may_stand_in_a_segment_of_its_own(read: Read) -> None:
    text = ARRIVAL.replace(b"DTM+132:202605041530:203'", b"DTM+132:20260504:102'DTM+132:1530:401'")
    (one,) = read(text)
    (other,) = read(ARRIVAL)
    assert one.record == other.record
    assert [fault.code for fault in one.faults] == ["count"]


def a_report_without_a_means_keeps_its_time(read: Read) -> None:
    head = b"UNB+UNOA:2+S+R+260503:0910+1'UNH+1+CUSREP:D:96A:UN'BGM+631'DTM+132:202605041530:203'RFF+ABT:77K5'"
    (one,) = read(head + b"UNT+5+1'UNZ+1+1'")
    assert one.record == CargoReport(
        reference="77K5",
        movement="arrival",
        transport_means=TransportMeans(stage="border", arrival=datetime(2026, 5, 4, 15, 30, tzinfo=UTC)),
    )


def a_report_of_a_departure_is_read_from_a_sample(read: Read, sample: Callable[[str], bytes]) -> None:
    (one,) = read(sample("au-cusrep-d99b.edi"))
    assert one.faults == ()
    assert one.record == CargoReport(
        lrn="200401270013",
        function="9",
        movement="departure",
        call=Location(id="9053M"),
        carrier=Party(role="carrier", id="N2"),
        transport_means=TransportMeans(
            stage="border", id="N3", journey="N1", departure=datetime(2004, 1, 27, 7, tzinfo=UTC)
        ),
        itinerary=(Location(code="NZAKL", role="destination"),),
    )


WORDS = st.text(string.ascii_uppercase + "'+:?Åß", min_size=1, max_size=12)
CODES = st.text(string.ascii_uppercase + string.digits, min_size=3, max_size=10)
PORTS = st.sampled_from(("DEHAM", "NLRTM", "DKCPH", "SEGOT"))
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds of a strategy have no zone
    lambda at: at.replace(microsecond=0)
)


def _maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


PARTIES = st.builds(
    Party,
    role=st.sampled_from(("agent", "submitter", "forwarder")),
    id=CODES,
    name=_maybe(WORDS),
    address=_maybe(st.builds(Address, line=WORDS, city=_maybe(WORDS), postcode=_maybe(CODES), country=st.just("DE"))),
    contact=_maybe(st.builds(Contact, name=WORDS, phone=_maybe(CODES), email=_maybe(WORDS))),
)
MEANS = st.builds(
    TransportMeans,
    stage=st.just("border"),
    mode=st.just("1"),
    id=st.just("9074729"),
    id_type=st.just("IMO"),
    name=_maybe(WORDS),
    nationality=_maybe(st.just("PA")),
    journey=_maybe(CODES),
    arrival=_maybe(MOMENTS),
    departure=_maybe(MOMENTS),
)
REPORTS = st.builds(
    CargoReport,
    reference=_maybe(CODES),
    lrn=CODES,
    function=_maybe(st.sampled_from(("1", "4", "5", "9"))),
    movement=st.sampled_from(("arrival", "departure", "arrival and departure")),
    issued=_maybe(MOMENTS),
    office=_maybe(CODES),
    crew=_maybe(st.integers(0, 999)),
    passengers=_maybe(st.integers(0, 9999)),
    purposes=st.lists(st.sampled_from(("1", "2", "9")), max_size=3).map(tuple),
    call=_maybe(st.builds(Location, code=PORTS, name=_maybe(WORDS), id=_maybe(CODES))),
    documents=st.lists(
        st.builds(
            Document,
            type=st.sampled_from(("798", "799")),
            number=_maybe(CODES),
            issued=_maybe(st.dates(date(1990, 1, 1), date(2060, 1, 1))),
        ),
        max_size=2,
    ).map(tuple),
    carrier=_maybe(st.builds(Party, role=st.just("carrier"), id=CODES, name=_maybe(WORDS))),
    parties=st.lists(PARTIES, max_size=2).map(tuple),
    transport_means=MEANS,
    itinerary=st.lists(
        st.builds(Location, code=PORTS, name=_maybe(WORDS), role=st.sampled_from(("next", "last", "route"))), max_size=3
    ).map(tuple),
)


@given(REPORTS)
def what_is_written_is_read_again(read: Read, write: Write, report: CargoReport) -> None:
    (one,) = read(write("CUSREP", [report]))
    assert one.faults == ()
    assert one.record == report

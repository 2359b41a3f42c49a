"""Test COARRI: what was loaded and discharged read, written, and told where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.stages.receive.edifact.correspondences import carried

from tidewaiter.kernel.records import AnyRecord, DangerousGoods, Event, Location, Measure, Seal, TransportMeans
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]
Envelope = Callable[[str, str, str], bytes]

DISCHARGED = """
BGM+98+DISC0815+9
DTM+137:202605081500:203
TDT+20+017W+1++TIDE:172:20+++9074729:146::MORNING TIDE
DTM+178:202605080930:203
DTM+133:202605091200:203
LOC+9+CNSGH:139:6
LOC+11+DEHAM:139:6+CTA:TER:ZZZ
NAD+CF+TIDE:160:20
EQD+CN+TIDU1000017+45G1:102:5++3+5
RFF+BM:TIDEBILL7
DTM+203:202605081115:203
LOC+147+0260484::5
LOC+9+CNSGH:139:6
MEA+AAE+G+KGM:21950
SEL+H123456+CA+2
DGS+IMD+3+1993++2
FTX+AAD+++PETROLEUM DISTILLATES
CNT+16:1
"""


@pytest.fixture
def data(envelope: Envelope) -> bytes:
    """The report in its envelope."""
    return envelope("COARRI", "D.00B.UN.SMDG20", DISCHARGED)


def a_discharged_container_is_an_event(read: Read, data: bytes) -> None:
    (reading,) = read(data)
    assert reading.faults == ()
    assert reading.record == Event(
        type="equipment",
        code="DISC",
        classifier="actual",
        report="DISC0815",
        function="9",
        recorded=datetime(2026, 5, 8, 15, tzinfo=UTC),
        operator="TIDE",
        equipment="TIDU1000017",
        size_type="45G1",
        fullness="full",
        transport_document="TIDEBILL7",
        at=datetime(2026, 5, 8, 11, 15, tzinfo=UTC),
        stowage="0260484",
        place=Location(code="DEHAM", id="CTA"),
        loading=Location(code="CNSGH"),
        gross_mass=Measure(value=Decimal(21950), unit="KGM"),
        seals=(Seal(id="H123456", party="CA", condition="damaged"),),
        dangerous_goods=(
            DangerousGoods(
                un_number="1993",
                hazard_class="3",
                packing_group="II",
                regulation="IMD",
                name="PETROLEUM DISTILLATES",
            ),
        ),
        transport_means=TransportMeans(
            stage="border",
            mode="1",
            journey="017W",
            id="9074729",
            id_type="IMO",
            name="MORNING TIDE",
            arrival=datetime(2026, 5, 8, 9, 30, tzinfo=UTC),
        ),
    )


def a_loaded_container_leaves_with_the_ship(read: Read, envelope: Envelope) -> None:
    (reading,) = read(envelope("COARRI", "D.00B.UN", DISCHARGED.replace("BGM+98", "BGM+270")))
    assert isinstance(reading.record, Event)
    assert reading.record.transport_means is not None
    assert reading.record.transport_means.arrival is None
    assert reading.record.transport_means.departure == datetime(2026, 5, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "happened", "port"),
    [
        ("44", "DISC", "DEHAM"),
        ("98", "DISC", "DEHAM"),
        ("119", "DISC", "DEHAM"),
        ("46", "LOAD", "CNSGH"),
        ("122", "LOAD", "CNSGH"),
        ("270", "LOAD", "CNSGH"),
    ],
)
def the_name_of_the_report_says_what_happened_in_which_port(
    read: Read, envelope: Envelope, name: str, happened: str, port: str
) -> None:
    (reading,) = read(envelope("COARRI", "D.00B.UN", DISCHARGED.replace("BGM+98", f"BGM+{name}")))
    assert isinstance(reading.record, Event)
    assert reading.record.code == happened
    assert reading.record.place is not None
    assert reading.record.place.code == port


def every_leaf_is_told_where_it_stands(read: Read, where: Where, data: bytes) -> None:
    (reading,) = read(data)
    assert where(data, reading, "/place/code") == b"DEHAM"
    assert where(data, reading, "/place/id") == b"CTA"
    assert where(data, reading, "/stowage") == b"0260484"
    assert where(data, reading, "/seals/0/condition") == b"2"
    assert where(data, reading, "/grossMass/value") == b"21950"


def two_reports_are_read_from_a_sample(read: Read, sample: Callable[[str], bytes]) -> None:
    found = read(sample("D95BCOARRI.edi"))
    assert [fault for one in found for fault in one.faults] == []
    events: list[Any] = [one.record for one in found]
    assert len(events) == 21
    assert [one.code for one in events] == ["DISC"] * 2 + ["LOAD"] * 19
    first, third = events[0], events[2]
    assert (first.equipment, first.size_type, first.fullness) == ("FCIU9908030", "45G1", "full")
    assert first.at == datetime(2016, 2, 3, 9, 13, tzinfo=UTC)
    assert (first.place, first.loading) == (Location(code="ITGOA", id="VTE"), Location(code="TRKMX"))
    assert (first.tare, first.gross_mass) == (
        Measure(value=Decimal(4000), unit="KGM"),
        Measure(value=Decimal(8914), unit="KGM"),
    )
    assert (first.transport_means.id, first.transport_means.id_type) == ("3ERX3", "CALLSIGN")
    assert (third.booking, third.unloading, third.seals) == (
        "9000157890",
        Location(code="GRPIR"),
        (Seal(id="H53175", party="SH"),),
    )
    hazards = [(one.equipment, one.dangerous_goods[0].un_number) for one in events if one.dangerous_goods]
    assert hazards == [("CBHU6411248", "2735")]


@carried.SLOW
@given(
    carried.container_events(
        "equipment",
        st.sampled_from(["LOAD", "DISC"]),
        stowage=carried.maybe(st.from_regex("0[0-9]{6}", fullmatch=True)),
        main=False,
    ),
    carried.means("border"),
    carried.maybe(carried.PLACES),
)
def what_is_written_is_read_again(
    read: Read, write: Write, events: tuple[Event, ...], ship: TransportMeans, port: Location | None
) -> None:
    ship = replace(ship, departure=None) if events[0].code == "DISC" else replace(ship, arrival=None)
    said = tuple(replace(one, transport_means=ship, place=port) for one in events)
    found = read(write("COARRI", said))
    assert tuple(one.record for one in found) == said
    assert [fault for one in found for fault in one.faults] == []

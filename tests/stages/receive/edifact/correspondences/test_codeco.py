"""Test CODECO: what went through a gate read, written, and told where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stages.receive.edifact.correspondences import carried

from tidewaiter.kernel.records import (
    AnyRecord,
    DangerousGoods,
    Event,
    Location,
    Measure,
    Seal,
    TransportMeans,
)
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]
Envelope = Callable[[str, str, str], bytes]

GATE_IN = """
BGM+34+GATE0815+9
TDT+20+017W+1++TIDE:172:20+++9074729:146::MORNING TIDE
NAD+MS+CTA:160:ZZZ
NAD+CF+TIDE:160:20
GID+1
FTX+AAA+++LIGHTER FLUID
SGP+TIDU1000022
DGS+IMD+3+1993++2
EQD+CN+TIDU1000017+45G1:102:5++2+5
RFF+BN:BOOK42
DTM+7:202605061115:203
LOC+165+DEHAM:139:6+CTA:TER:ZZZ
LOC+9+DEHAM:139:6
LOC+11+CNSGH:139:6
LOC+7+CNNGB:139:6
MEA+AAE+T+KGM:3900
MEA+AAE+VGM+KGM:21950
SEL+H123456+CA
FTX+AAA+++PAPER LANTERNS
TDT+1++3+31+HAUL:172:ZZZ+++HH AB 123:146
EQD+CN+TIDU1000022+22G1:102:5++2+4
DTM+7:202605061130:203
LOC+165+DEHAM:139:6
TDT+1++2+++++1234567
CNT+16:2
"""


@pytest.fixture
def data(envelope: Envelope) -> bytes:
    """The report in its envelope."""
    return envelope("CODECO", "D.95B.UN.ITG14", GATE_IN)


def every_container_is_an_event(read: Read, data: bytes) -> None:
    first, second = read(data)
    assert first.faults == second.faults == ()
    ship = TransportMeans(stage="border", mode="1", journey="017W", id="9074729", id_type="IMO", name="MORNING TIDE")
    assert first.record == Event(
        type="gate",
        code="GTIN",
        classifier="actual",
        report="GATE0815",
        function="9",
        source="CTA",
        operator="TIDE",
        equipment="TIDU1000017",
        size_type="45G1",
        fullness="full",
        booking="BOOK42",
        at=datetime(2026, 5, 6, 11, 15, tzinfo=UTC),
        place=Location(code="DEHAM", id="CTA"),
        loading=Location(code="DEHAM"),
        unloading=Location(code="CNSGH"),
        destination=Location(code="CNNGB"),
        tare=Measure(value=Decimal(3900), unit="KGM"),
        verified_gross_mass=Measure(value=Decimal(21950), unit="KGM"),
        seals=(Seal(id="H123456", party="CA"),),
        goods="PAPER LANTERNS",
        main_carriage=ship,
        transport_means=TransportMeans(mode="3", id="HH AB 123", id_type="PLATE"),
    )
    assert isinstance(second.record, Event)
    assert (second.record.equipment, second.record.fullness) == ("TIDU1000022", "empty")
    assert second.record.main_carriage == ship
    assert second.record.transport_means == TransportMeans(mode="2", id="1234567", id_type="RAIL")


def the_goods_of_a_container_are_those_that_name_it(read: Read, data: bytes) -> None:
    _, second = read(data)
    assert isinstance(second.record, Event)
    assert second.record.goods == "LIGHTER FLUID"
    assert second.record.dangerous_goods == (
        DangerousGoods(un_number="1993", hazard_class="3", packing_group="II", regulation="IMD"),
    )


def every_leaf_is_told_where_it_stands(read: Read, where: Where, data: bytes) -> None:
    first, second = read(data)
    assert where(data, first, "/equipment") == b"TIDU1000017"
    assert where(data, second, "/equipment") == b"TIDU1000022"
    assert where(data, second, "/mainCarriage/name") == b"MORNING TIDE"
    assert where(data, second, "/at") == b"7:202605061130:203"
    assert where(data, second, "/dangerousGoods/0/unNumber") == b"1993"
    assert where(data, first, "/transportMeans/id") == b"HH AB 123"
    assert where(data, second, "/code") == b"34"


@carried.SLOW
@given(
    carried.container_events(
        "gate",
        st.sampled_from(["GTIN", "GTOT"]),
        place=carried.maybe(carried.PLACES),
        transport_means=carried.maybe(carried.means(None, timed=False)),
    )
)
def what_is_written_is_read_again(read: Read, write: Write, events: tuple[Event, ...]) -> None:
    found = read(write("CODECO", events))
    assert tuple(one.record for one in found) == events
    assert [fault for one in found for fault in one.faults] == []

"""Test BAPLIE: bay plans of both ages read, written, and told where they stand."""

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

from tidewaiter.kernel.records import (
    AnyRecord,
    CargoReport,
    Commodity,
    Consignment,
    DangerousGoods,
    Document,
    GoodsItem,
    Location,
    Measure,
    Party,
    TransportEquipment,
)
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]
Envelope = Callable[[str, str, str], bytes]

PLAN_2 = """
BGM++PLAN77+9
DTM+137:2605080900:201
TDT+20+017W+++TIDE:172:20+++9074729:146::MORNING TIDE
LOC+5+DEHAM:139:6
LOC+61+BEANR:139:6
DTM+178:202605081430:203
DTM+133:202605091200:203
RFF+VON:017W
LOC+147+0260484::5
FTX+AAA+++LIGHTER FLUID
FTX+HAN+++AWAY FROM HEAT
MEA+VGM++KGM:21950
MEA+WT++KGM:21900
TMP+2+-18:CEL
LOC+9+CNSGH:139:6
LOC+11+BEANR:139:6
LOC+83+CZPRG:139:6
RFF+BM:TIDEBILL7
EQD+CN+TIDU 1000017+45G1+++5
NAD+CA+TIDE:172:20
DGS+IMD+3+1993+012:CEL+2
FTX+AAD+++PETROLEUM DISTILLATES
DGS+IMD+8+1760
LOC+147+0260482::5
MEA+WT++KGM:3900
LOC+9+DEHAM:139:6
LOC+11+BEANR:139:6
RFF+BM:1
EQD+CN+TIDU1000022+22G1+++4
EQD+CN+QUAU7001233+22P1+++4
NAD+CA+TIDE:172:20
"""
PLAN_3 = """
BGM++PLAN78+9
DTM+137:202605080900:203
NAD+CA+TIDE:LINES:306
TDT+20+017W+++TIDE:LINES:306+++9074729:146:11:MORNING TIDE
LOC+5+DEHAM:139:6+CTA:TERMINALS:306
DTM+133:202605091200:203
LOC+61+BEANR:139:6
DTM+132:202605100500:203
UNS+D
LOC+147+0260484:9711:5
EQD+CN+TIDU1000017:6346:5+45R1:6346:5+++5
NAD+CF+TIDE:LINES:306
MEA+AAE+VGM+KGM:21950
RFF+BN:BOOK42
LOC+9+CNSGH:139:6
LOC+11+BEANR:139:6
TMP+2+-18:CEL
DGS+IMD+3+1993+012:CEL+2
FTX+AAD+++PETROLEUM DISTILLATES
CNT+16:1
"""


@pytest.fixture
def data(envelope: Envelope) -> bytes:
    """The plan of version 2 in its envelope."""
    return envelope("BAPLIE", "D.95B.UN.SMDG22", PLAN_2)


def _only(readings: list[Reading]) -> CargoReport:
    """Return the one record, which has no faults."""
    (reading,) = readings
    assert reading.faults == ()
    assert isinstance(reading.record, CargoReport)
    return reading.record


def a_plan_of_version_two_is_read(read: Read, data: bytes) -> None:
    plan = _only(read(data))
    assert (plan.lrn, plan.function, plan.issued) == ("PLAN77", "9", datetime(2026, 5, 8, 9, tzinfo=UTC))
    assert plan.carrier == Party(role="carrier", id="TIDE")
    assert plan.call == Location(code="DEHAM")
    assert plan.itinerary == (Location(role="next", code="BEANR"),)
    ship = plan.transport_means
    assert ship is not None
    assert (ship.id, ship.id_type, ship.name, ship.journey) == ("9074729", "IMO", "MORNING TIDE", "017W")
    assert ship.arrival == datetime(2026, 5, 8, 14, 30, tzinfo=UTC)
    assert ship.departure == datetime(2026, 5, 9, 12, tzinfo=UTC)
    full, empty = plan.consignments
    assert full == Consignment(
        documents=(Document(type="705", number="TIDEBILL7"),),
        loading=Location(code="CNSGH"),
        unloading=Location(code="BEANR"),
        itinerary=(Location(role="on-carriage", code="CZPRG"),),
        equipment=(
            TransportEquipment(
                id="TIDU1000017",
                size_type="45G1",
                fullness="full",
                gross_mass=Measure(value=Decimal(21900), unit="KGM"),
                verified_gross_mass=Measure(value=Decimal(21950), unit="KGM"),
                stowage="0260484",
                temperature=Measure(value=Decimal(-18), unit="CEL"),
            ),
        ),
        parties=(Party(role="carrier", id="TIDE"),),
        items=(
            GoodsItem(
                commodity=Commodity(
                    description="LIGHTER FLUID",
                    dangerous_goods=(
                        DangerousGoods(
                            un_number="1993",
                            hazard_class="3",
                            packing_group="II",
                            regulation="IMD",
                            name="PETROLEUM DISTILLATES",
                            flashpoint=Measure(value=Decimal(12), unit="CEL"),
                        ),
                        DangerousGoods(un_number="1760", hazard_class="8", regulation="IMD"),
                    ),
                )
            ),
        ),
        additional_information=full.additional_information,
    )
    assert [(one.type, one.text) for one in full.additional_information] == [("HAN", "AWAY FROM HEAT")]
    assert empty.documents == ()
    assert [(one.id, one.fullness, one.stowage) for one in empty.equipment] == [
        ("TIDU1000022", "empty", "0260482"),
        ("QUAU7001233", "empty", None),
    ]


def a_plan_of_version_three_is_read(read: Read, envelope: Envelope) -> None:
    plan = _only(read(envelope("BAPLIE", "D.13B.UN.SMDG31", PLAN_3)))
    assert plan.call == Location(code="DEHAM", id="CTA")
    assert plan.transport_means is not None
    assert plan.transport_means.departure == datetime(2026, 5, 9, 12, tzinfo=UTC)
    (one,) = plan.consignments
    assert (one.loading, one.unloading) == (Location(code="CNSGH"), Location(code="BEANR"))
    assert one.documents == (Document(type="770", number="BOOK42"),)
    (box,) = one.equipment
    assert (box.id, box.size_type, box.fullness, box.stowage) == ("TIDU1000017", "45R1", "full", "0260484")
    assert box.verified_gross_mass == Measure(value=Decimal(21950), unit="KGM")
    assert box.temperature == Measure(value=Decimal(-18), unit="CEL")
    assert one.items[0].commodity is not None
    assert [hazard.name for hazard in one.items[0].commodity.dangerous_goods] == ["PETROLEUM DISTILLATES"]


def every_leaf_is_told_where_it_stands(read: Read, where: Where, data: bytes) -> None:
    (reading,) = read(data)
    found = {
        "/consignments/0/equipment/0/stowage": b"0260484",
        "/consignments/1/equipment/0/stowage": b"0260482",
        "/consignments/1/equipment/1/id": b"QUAU7001233",
        "/consignments/0/equipment/0/id": b"TIDU 1000017",
        "/consignments/0/items/0/commodity/dangerousGoods/1/unNumber": b"1760",
        "/consignments/0/equipment/0/verifiedGrossMass/value": b"21950",
        "/consignments/1/unloading/code": b"BEANR",
        "/call/code": b"DEHAM",
    }
    assert {path: where(data, reading, path) for path in found} == found


def a_plan_is_read_from_a_sample(read: Read, sample: Callable[[str], bytes]) -> None:
    plan = _only(read(sample("D95BBAPLIE.edi")))
    assert plan.lrn == "391651645"
    assert plan.call == Location(code="USLGB")
    assert [one.equipment[0].id for one in plan.consignments] == ["OOLU4293959", "MOEU0710945", "OOLU8757889"]
    assert [one.equipment[0].stowage for one in plan.consignments] == ["0780690", "0060886", "0100114"]
    assert [one.equipment[0].fullness for one in plan.consignments] == ["empty", "empty", "full"]
    assert {one.documents for one in plan.consignments} == {()}


def a_plan_with_a_wrong_count_is_read_from_a_sample(read: Read, sample: Callable[[str], bytes]) -> None:
    (reading,) = read(sample("baplie-test.edi"))
    assert [one.code for one in reading.faults] == ["count"]
    assert isinstance(reading.record, CargoReport)
    (one,) = reading.record.consignments
    assert one.equipment[0].id == "TOLU2566410"
    assert one.items[0].commodity is not None
    (hazard,) = one.items[0].commodity.dangerous_goods
    assert (hazard.un_number, hazard.hazard_class, hazard.packing_group) == ("2198", "2.3", "I")


@st.composite
def cells(draw: Any) -> Consignment:
    """Consignments as the group of a cell can carry them."""
    box = draw(carried.equipment(sealed=False))
    commodity = Commodity(
        description=draw(carried.maybe(carried.words(600))),
        dangerous_goods=draw(
            carried.some(st.builds(replace, carried.HAZARDS, name=carried.maybe(carried.words(300))), 2)
        ),
    )
    return Consignment(
        documents=tuple(Document(type="705", number=one) for one in draw(st.lists(carried.codes(20, 3), max_size=1))),
        loading=draw(carried.maybe(carried.PLACES)),
        unloading=draw(carried.maybe(carried.PLACES)),
        itinerary=draw(carried.itinerary("on-carriage", "transhipment", "option")),
        equipment=(replace(box, stowage=draw(st.from_regex("0[0-9]{6}", fullmatch=True))),),
        parties=tuple(Party(role="carrier", id=one) for one in draw(st.lists(carried.codes(17), max_size=1))),
        items=(GoodsItem(commodity=commodity),) if commodity != Commodity() else (),
        additional_information=draw(carried.some(carried.STATEMENTS, 2)),
    )


@carried.SLOW
@given(
    st.builds(
        CargoReport,
        lrn=carried.codes(35),
        function=st.sampled_from(["9", "5"]),
        issued=carried.MOMENTS,
        carrier=st.builds(Party, role=st.just("carrier"), id=carried.codes(17)),
        transport_means=st.builds(replace, carried.means("border"), departure=carried.MOMENTS),
        call=carried.PLACES,
        itinerary=st.builds(lambda code: (Location(role="next", code=code),), carried.LOCODES),
        consignments=carried.some(cells(), 4),
    )
)
def what_is_written_is_read_again(read: Read, write: Write, plan: CargoReport) -> None:
    (reading,) = read(write("BAPLIE", [plan]))
    assert reading.record == plan
    assert reading.faults == ()


def a_name_that_fits_one_segment_only_when_cut_within_words_is_written_whole(read: Read, write: Write) -> None:
    name = " ".join(["W" * 40] * 8)  # eight pieces where it is cut at blanks; the segment stands once and has five
    dangerous = (DangerousGoods(hazard_class="6.1", regulation="IMD", name=name),)
    item = GoodsItem(commodity=Commodity(dangerous_goods=dangerous))
    box = Consignment(equipment=(TransportEquipment(id="TIDU8054511"),), items=(item,))
    plan = CargoReport(lrn="A1", consignments=(box,))
    (reading,) = read(write("BAPLIE", [plan]))
    assert isinstance(reading.record, CargoReport)
    goods = reading.record.consignments[0].items[0].commodity
    assert goods is not None
    assert goods.dangerous_goods[0].name == name

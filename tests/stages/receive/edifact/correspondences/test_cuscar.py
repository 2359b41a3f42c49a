"""Test CUSCAR: cargo reports read, written, and told where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stages.receive.edifact.correspondences import carried

from tidewaiter.kernel.records import (
    AnyRecord,
    CargoReport,
    Consignment,
    Document,
    Location,
    Measure,
    Party,
    Seal,
    TransportEquipment,
)
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]
Envelope = Callable[[str, str, str], bytes]

MANIFEST = """
BGM+785+TIDE2026-0042+9
DTM+137:202605060708:203
RFF+AFB:2026HAM000917
NAD+MS+TIDE:160:ZZZ+++++++DE
CTA+IC+:R EXAMPLE
COM+0049405550100:TE
COM+desk@tide.example:EM
NAD+CA+TIDE:172:20++TIDE LINE
TDT+20+017W+1++TIDE:172:20+++9074729:146:11:MORNING TIDE:DE
LOC+60+DEHAM:139:6+CTA:TER:ZZZ
LOC+61+BEANR:139:6
LOC+5+CNSGH:139:6
DTM+132:202605081430:203
EQD+CN+TIDU1000017+45G1:102:5+2+3+5
MEA+AAE+T+KGM:3900
MEA+AAE+VGM+KGM:21950,5
SEL+H123456+CA+1
SEL+S77+SH
EQD+CN+TIDU1000022+22R1:102:5++3+5
TMP+2+-18:CEL
EQD+CN+TIDU2000032+22G1:102:5++3+4
CNI+1+TIDEMASTER7
RFF+BH:HOUSE001
CNT+7:18050.5:KGM
CNT+11:410
MOA+64:2150,75:EUR
LOC+9+CNSGH:139:6
LOC+11+DEHAM:139:6
LOC+7+CZPRG:139:6
LOC+35+CN:162:5
GEI+5+24:71:ZZZ
CPI+4+PP
NAD+CZ+++NORTHERN LANTERN WORKS CO:LTD+88 HARBOUR ROAD:BUILDING 4+SHANGHAI++200001+CN
NAD+CN+++TO ORDER OF EXAMPLE BANK
NAD+N1++ORCHARD IMPORTS GMBH:KAI 3:20457 HAMBURG
GID+1+400:CT+2:PX
FTX+AAA+++PAPER LANTERNS, HAND MADE, WITH LED LIGHTS AND BATTERY BOXES, IN:RETAIL BOXES
FTX+AAA+++AND SPARE LIGHTS
FTX+ABV+++NO DUTY PAID
MEA+AAE+AAB+KGM:18000
MEA+AAE+AAL+KGM:16000
MEA+VOL+AAW+MTQ:54.2
SGP+TIDU1000017
PCI+24+NLW:HAMBURG:1-400
CST+1+9405.21
GID+2+8:DR
FTX+AAA+++LIGHTER FLUID
MEA+AAE+AAB+KGM:50.5
SGP+TIDU1000022
DGS+IMD+3+1993+012:CEL+2
RFF+BH:HOUSE002
GID+1
FTX+AAA+++GLASS BEADS
"""
SCATTERED = """
BGM+785+TIDE2026-0043+9
CNI+1
RFF+PLZ:10073
RFF+UCN:6DE123456789000-77
RFF+BM:TIDEMASTER8
RFF+EP:26001TRB3002652H
GID+1+5:BG
FTX+AAA+++CERAMIC TILES
SGP+QUAU7001233
"""


@pytest.fixture
def data(envelope: Envelope) -> bytes:
    """The manifest in its envelope."""
    return envelope("CUSCAR", "D.05B.UN", MANIFEST)


@pytest.fixture
def report(read: Read, data: bytes) -> CargoReport:
    """The manifest as it is read."""
    (reading,) = read(data)
    assert reading.faults == ()
    assert isinstance(reading.record, CargoReport)
    return reading.record


def the_header_says_who_reports_which_call(report: CargoReport) -> None:
    assert (report.lrn, report.function, report.reference) == ("TIDE2026-0042", "9", "2026HAM000917")
    assert report.issued == datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
    assert report.carrier == Party(role="carrier", id="TIDE", name="TIDE LINE")
    assert report.call == Location(code="DEHAM", id="CTA")
    assert report.itinerary == (Location(role="next", code="BEANR"), Location(role="departure", code="CNSGH"))
    means = report.transport_means
    assert means is not None
    assert (means.stage, means.mode, means.journey, means.id, means.id_type) == (
        "border",
        "1",
        "017W",
        "9074729",
        "IMO",
    )
    assert (means.name, means.nationality) == ("MORNING TIDE", "DE")
    assert means.arrival == datetime(2026, 5, 8, 14, 30, tzinfo=UTC)
    (sender,) = report.parties
    assert (sender.role, sender.id) == ("submitter", "TIDE")
    assert sender.contact is not None
    assert (sender.contact.phone, sender.contact.email) == ("0049405550100", "desk@tide.example")


def a_house_consignment_knows_its_master(report: CargoReport) -> None:
    first, second = report.consignments
    assert first.transport_document == Document(type="714", number="HOUSE001")
    assert first.master_document == second.master_document == Document(number="TIDEMASTER7")
    assert (first.level, second.level) == ("house", "house")


def the_references_before_the_details_belong_to_the_consignment(read: Read, envelope: Envelope) -> None:
    (reading,) = read(envelope("CUSCAR", "D.05B.UN", SCATTERED))
    assert {one.code for one in reading.faults} == {"missing-group"}
    assert isinstance(reading.record, CargoReport)
    (consignment,) = reading.record.consignments
    assert consignment.transport_document == Document(type="705", number="TIDEMASTER8")
    assert (consignment.master_document, consignment.level) == (None, None)
    assert consignment.ucr == "6DE123456789000-77"
    assert consignment.documents == (Document(type="811", number="26001TRB3002652H"),)
    assert consignment.items[0].commodity is not None
    assert consignment.items[0].commodity.description == "CERAMIC TILES"
    assert [one.id for one in consignment.equipment] == ["QUAU7001233"]


def a_consignment_says_where_it_goes_and_for_whom(report: CargoReport) -> None:
    first = report.consignments[0]
    assert (first.loading, first.unloading) == (Location(code="CNSGH"), Location(code="DEHAM"))
    assert first.itinerary == (Location(role="delivery", code="CZPRG"),)
    assert (first.departure_country, first.packages, first.freight_payment) == ("CN", 410, "PP")
    assert first.gross_mass == Measure(value=Decimal("18050.5"), unit="KGM")
    assert first.freight is not None
    assert (first.freight.value, first.freight.currency) == (Decimal("2150.75"), "EUR")
    assert [one.code for one in first.additional_information] == ["24"]
    consignor, consignee, notify = first.parties
    assert (consignor.role, consignor.name) == ("consignor", "NORTHERN LANTERN WORKS CO LTD")
    assert consignor.address is not None
    assert (consignor.address.line, consignor.address.city) == ("88 HARBOUR ROAD BUILDING 4", "SHANGHAI")
    assert (consignor.address.postcode, consignor.address.country) == ("200001", "CN")
    assert consignee.name == "TO ORDER OF EXAMPLE BANK"
    assert first.to_order is True
    assert (notify.role, notify.name) == ("notify", "ORCHARD IMPORTS GMBH")
    assert notify.address is not None
    assert notify.address.line == "KAI 3 20457 HAMBURG"


def an_item_says_what_it_is_and_where_it_is_packed(report: CargoReport) -> None:
    lanterns, fluid = report.consignments[0].items
    assert [(one.quantity, one.type, one.marks) for one in lanterns.packaging] == [
        (400, "CT", "NLW HAMBURG 1-400"),
        (2, "PX", None),
    ]
    goods = lanterns.commodity
    assert goods is not None
    assert goods.description == (
        "PAPER LANTERNS, HAND MADE, WITH LED LIGHTS AND BATTERY BOXES, IN RETAIL BOXES AND SPARE LIGHTS"
    )
    assert [one.id for one in goods.classifications] == ["940521"]
    assert goods.gross_mass == Measure(value=Decimal(18000), unit="KGM")
    assert goods.net_mass == Measure(value=Decimal(16000), unit="KGM")
    assert goods.volume == Measure(value=Decimal("54.2"), unit="MTQ")
    assert [(one.type, one.text) for one in lanterns.additional_information] == [("ABV", "NO DUTY PAID")]
    assert lanterns.equipment == ("TIDU1000017",)
    assert fluid.commodity is not None
    (hazard,) = fluid.commodity.dangerous_goods
    assert (hazard.regulation, hazard.hazard_class, hazard.un_number) == ("IMD", "3", "1993")
    assert (hazard.packing_group, hazard.flashpoint) == ("II", Measure(value=Decimal(12), unit="CEL"))


def a_container_named_by_goods_is_described_in_the_header(report: CargoReport) -> None:
    first, _ = report.consignments
    box, reefer = first.equipment
    assert (box.id, box.size_type, box.fullness) == ("TIDU1000017", "45G1", "full")
    assert box.seals == (Seal(id="H123456", party="CA", condition="intact"), Seal(id="S77", party="SH"))
    assert box.tare == Measure(value=Decimal(3900), unit="KGM")
    assert box.verified_gross_mass == Measure(value=Decimal("21950.5"), unit="KGM")
    assert reefer.temperature == Measure(value=Decimal(-18), unit="CEL")


def an_empty_container_belongs_to_the_report(report: CargoReport) -> None:
    assert [(one.id, one.fullness) for one in report.equipment] == [("TIDU2000032", "empty")]


def every_leaf_is_told_where_it_stands(read: Read, where: Where, data: bytes) -> None:
    (reading,) = read(data)
    found = {
        "/lrn": b"TIDE2026-0042",
        "/issued": b"137:202605060708:203",
        "/transportMeans/name": b"MORNING TIDE",
        "/consignments/0/masterDocument/number": b"TIDEMASTER7",
        "/consignments/1/transportDocument/number": b"HOUSE002",
        "/consignments/0/parties/0/name": b"NORTHERN LANTERN WORKS CO:LTD",
        "/consignments/0/items/0/packaging/0/marks": b"NLW:HAMBURG:1-400",
        "/consignments/0/items/1/commodity/dangerousGoods/0/unNumber": b"1993",
        "/consignments/0/items/1/commodity/description": b"LIGHTER FLUID",
        "/consignments/0/equipment/0/seals/1/id": b"S77",
        "/consignments/0/equipment/0/id": b"TIDU1000017",
        "/parties/0/contact/phone": b"0049405550100",
    }
    assert {path: where(data, reading, path) for path in found} == found


def it_says_again_what_it_has_read(report: CargoReport, read: Read, write: Write) -> None:
    (reading,) = read(write("CUSCAR", [report]))
    assert reading.record == report
    assert reading.faults == ()


def an_unreadable_number_is_a_fault_with_its_place(read: Read, envelope: Envelope) -> None:
    data = envelope("CUSCAR", "D.05B.UN", MANIFEST.replace("CNT+11:410", "CNT+11:FOUR HUNDRED"))
    (reading,) = read(data)
    faults = {one.code: one for one in reading.faults}
    assert set(faults) == {"not-numeric", "not-an-integer"}
    fault = faults["not-an-integer"]
    assert fault.path == "/consignments/0/packages"
    assert fault.place is not None
    assert fault.place.offset is not None
    assert data[fault.place.offset : fault.place.offset + (fault.place.length or 0)] == b"FOUR HUNDRED"
    assert isinstance(reading.record, CargoReport)
    assert reading.record.consignments[0].packages is None


@st.composite
def consignments(draw: Any, boxes: tuple[TransportEquipment, ...], master: Document | None) -> Consignment:
    """Consignments as the group of RFF can carry them."""
    document = draw(carried.documents("714", "703") if master is not None else carried.documents("705", "704", "740"))
    names = tuple(one.id for one in boxes if one.id is not None)
    goods = draw(carried.items(names))
    named = {name for item in goods for name in item.equipment}
    order = list(dict.fromkeys(name for item in goods for name in item.equipment))
    return Consignment(
        transport_document=document,
        level={"714": "house", "703": "house", "704": "master"}.get(document.type),
        master_document=master,
        loading=draw(carried.maybe(carried.PLACES)),
        unloading=draw(carried.maybe(carried.PLACES)),
        goods_location=draw(carried.maybe(carried.PLACES)),
        departure_country=draw(carried.maybe(carried.COUNTRIES)),
        destination_country=draw(carried.maybe(carried.COUNTRIES)),
        itinerary=draw(carried.itinerary("receipt", "delivery", "transhipment", "on-carriage")),
        transport_means=draw(carried.some(carried.means("departure") | carried.means("arrival"), 2)),
        freight=draw(carried.maybe(carried.AMOUNTS)),
        freight_payment=draw(carried.maybe(st.sampled_from(["PP", "CC"]))),
        gross_mass=draw(carried.maybe(carried.MEASURES)),
        packages=draw(carried.maybe(st.integers(0, 10**6))),
        parties=draw(carried.parties(("consignor", "consignee", "notify", "forwarder"))),
        items=goods,
        equipment=tuple(sorted((one for one in boxes if one.id in named), key=lambda one: order.index(one.id or ""))),
    )


@st.composite
def reports(draw: Any) -> CargoReport:
    """Cargo reports as CUSCAR can carry them."""
    boxes = draw(st.lists(carried.equipment(), unique_by=lambda one: one.id, max_size=4).map(tuple))
    masters = draw(st.lists(carried.maybe(st.builds(Document, number=carried.codes(20))), min_size=1, max_size=3))
    given = tuple(draw(consignments(boxes, one)) for one in masters)
    named = {box.id for one in given for box in one.equipment}
    return CargoReport(
        reference=draw(carried.maybe(carried.codes(20))),
        lrn=draw(carried.codes(35)),
        function=draw(st.sampled_from(["1", "4", "5", "9"])),
        issued=draw(carried.maybe(carried.MOMENTS)),
        office=draw(carried.maybe(carried.codes(8))),
        carrier=draw(st.builds(Party, role=st.just("carrier"), id=carried.codes(17), name=carried.words(100))),
        transport_means=draw(carried.maybe(carried.means("border"))),
        call=draw(carried.maybe(carried.PLACES)),
        itinerary=draw(carried.itinerary("next", "last", "route")),
        parties=draw(carried.parties(("submitter", "agent", "terminal", "declarant"), 3)),
        consignments=given,
        equipment=tuple(one for one in boxes if one.id not in named),
    )


@carried.SLOW
@given(reports())
def what_is_written_is_read_again(read: Read, write: Write, report: CargoReport) -> None:
    (reading,) = read(write("CUSCAR", [report]))
    assert reading.record == report
    assert reading.faults == ()

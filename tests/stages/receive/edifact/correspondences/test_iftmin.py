"""Test IFTMIN and IFTMCS: instructions for a transport and its contract, read, written, traced."""

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
    Amount,
    AnyRecord,
    CargoReport,
    Consignment,
    Document,
    Location,
    Measure,
    Party,
    Seal,
    TransportMeans,
)
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]
Envelope = Callable[[str, str, str], bytes]

INSTRUCTIONS = """
BGM+340+SI2026-77+9
DTM+137:202605041000:203
MOA+64:2150,75:EUR
FTX+AAI+++TELEX RELEASE
CNT+7:18050.5:KGM
CNT+11:400
LOC+88+DEHAM:139:6
LOC+7+CNNGB:139:6
RFF+BN:BOOK42
RFF+BM:TIDEBILL7
RFF+UCN:6DE123456789000-77
CPI+4++C
TDT+10++3+++++:::HH AB 123
TDT+20+017W+1++TIDE:172:20+++9074729:146::MORNING TIDE
LOC+9+DEHAM:139:6
DTM+133:202605091200:203
LOC+11+CNSGH:139:6
DTM+132:202606020600:203
NAD+CA+TIDE:172:20
NAD+CZ+++ORCHARD EXPORTS GMBH+KAI 3+HAMBURG++20457+DE
CTA+IC+:R EXAMPLE
COM+desk@orchard.example:EM
NAD+CN+++TO ORDER
NAD+NI+++NORTHERN LANTERN WORKS
GID+1+400:CT
PIA+5+9405.21:HS
FTX+AAA+++PAPER LANTERNS
MEA+AAE+G+KGM:18050.5
MEA+AAE+AAW+MTQ:54.2
PCI+24+NLW:1-400
SGP+TIDU1000017+400
MEA+AAE+G+KGM:18050.5
DGS+IMD+9+3480
FTX+AAD+++LITHIUM ION BATTERIES
EQD+CN+TIDU1000017+45G1:102:5++2+5
MEA+AAE+VGM+KGM:21950
SEL+H123456+SH
"""
CONTRACT = INSTRUCTIONS.replace("BGM+340+SI2026-77", "BGM+714+HOUSE001").replace("RFF+BM:TIDEBILL7", "RFF+MB:TIDEBILL7")


@pytest.fixture
def data(envelope: Envelope) -> bytes:
    """The instructions in their envelope."""
    return envelope("IFTMIN", "D.99B.UN", INSTRUCTIONS)


def _only(readings: list[Reading]) -> tuple[CargoReport, Consignment]:
    """Return the one record, which has no faults, and its one consignment."""
    (reading,) = readings
    assert reading.faults == ()
    assert isinstance(reading.record, CargoReport)
    (consignment,) = reading.record.consignments
    return reading.record, consignment


def the_instructions_are_a_report_of_one_consignment(read: Read, data: bytes) -> None:
    report, one = _only(read(data))
    assert (report.lrn, report.function, report.issued) == ("SI2026-77", "9", datetime(2026, 5, 4, 10, tzinfo=UTC))
    assert report.carrier == Party(role="carrier", id="TIDE")
    assert report.transport_means is not None
    assert (report.transport_means.id, report.transport_means.journey) == ("9074729", "017W")
    assert report.transport_means.departure == datetime(2026, 5, 9, 12, tzinfo=UTC)
    assert report.transport_means.arrival == datetime(2026, 6, 2, 6, tzinfo=UTC)
    assert one.transport_document == Document(type="705", number="TIDEBILL7")
    assert one.documents == (Document(type="770", number="BOOK42"),)
    assert (one.ucr, one.packages, one.freight_payment) == ("6DE123456789000-77", 400, "C")
    assert one.freight == Amount(value=Decimal("2150.75"), currency="EUR")
    assert (one.loading, one.unloading) == (Location(code="DEHAM"), Location(code="CNSGH"))
    assert one.itinerary == (Location(role="receipt", code="DEHAM"), Location(role="delivery", code="CNNGB"))
    assert one.transport_means == (TransportMeans(stage="departure", mode="3", name="HH AB 123"),)
    assert [(party.role, party.name) for party in one.parties] == [
        ("consignor", "ORCHARD EXPORTS GMBH"),
        ("consignee", "TO ORDER"),
        ("notify", "NORTHERN LANTERN WORKS"),
    ]
    assert one.to_order is True
    (item,) = one.items
    assert item.commodity is not None
    assert [code.id for code in item.commodity.classifications] == ["940521"]
    assert item.commodity.gross_mass == Measure(value=Decimal("18050.5"), unit="KGM")
    assert item.packaging[0].marks == "NLW 1-400"
    assert item.equipment == ("TIDU1000017",)
    assert [hazard.name for hazard in item.commodity.dangerous_goods] == ["LITHIUM ION BATTERIES"]
    (box,) = one.equipment
    assert (box.id, box.seals) == ("TIDU1000017", (Seal(id="H123456", party="SH"),))
    assert box.verified_gross_mass == Measure(value=Decimal(21950), unit="KGM")
    assert [(text.type, text.text) for text in one.additional_information] == [("AAI", "TELEX RELEASE")]


def a_contract_is_the_transport_document_itself(read: Read, envelope: Envelope) -> None:
    report, one = _only(read(envelope("IFTMCS", "D.99B.UN", CONTRACT)))
    assert report.lrn == "HOUSE001"
    assert one.transport_document == Document(type="714", number="HOUSE001")
    assert one.master_document == Document(number="TIDEBILL7")
    assert one.level == "house"


def every_leaf_is_told_where_it_stands(read: Read, where: Where, data: bytes) -> None:
    (reading,) = read(data)
    found = {
        "/consignments/0/transportDocument/number": b"TIDEBILL7",
        "/consignments/0/unloading/code": b"CNSGH",
        "/consignments/0/items/0/commodity/classifications/0/id": b"9405.21",
        "/consignments/0/items/0/commodity/dangerousGoods/0/name": b"LITHIUM ION BATTERIES",
        "/consignments/0/parties/0/contact/email": b"desk@orchard.example",
        "/transportMeans/arrival": b"132:202606020600:203",
    }
    assert {path: where(data, reading, path) for path in found} == found


@st.composite
def transports(draw: Any, *, contract: bool) -> CargoReport:
    """Reports of one consignment, as messages about its transport can carry them."""
    boxes = draw(st.lists(carried.equipment(), unique_by=lambda one: one.id, max_size=3).map(tuple))
    hazards = st.builds(replace, carried.HAZARDS, name=carried.maybe(carried.words(300)))
    kinds = ("705", "714", "740") if contract else ("705", "714", "703", "740")
    document = draw(carried.documents(*kinds))
    master = st.builds(Document, number=carried.codes(20)) if contract else carried.documents("704", "741")
    return CargoReport(
        lrn=draw(carried.codes(35)),
        function=draw(st.sampled_from(["4", "5", "9"])),
        issued=draw(carried.maybe(carried.MOMENTS)),
        carrier=draw(st.builds(Party, role=st.just("carrier"), id=carried.codes(17))),
        transport_means=draw(carried.maybe(carried.means("border"))),
        consignments=(
            Consignment(
                transport_document=document,
                level="house" if contract and document.type == "714" else None,
                master_document=draw(carried.maybe(master)),
                ucr=draw(carried.maybe(carried.codes(35))),
                documents=draw(carried.some(carried.documents("770", "380", "811"))),
                gross_mass=draw(carried.maybe(carried.MEASURES)),
                packages=draw(carried.maybe(st.integers(0, 10**6))),
                freight=draw(carried.maybe(carried.AMOUNTS)),
                loading=draw(carried.maybe(carried.PLACES)),
                unloading=draw(carried.maybe(carried.PLACES)),
                goods_location=draw(carried.maybe(carried.PLACES)),
                departure_country=draw(carried.maybe(carried.COUNTRIES)),
                destination_country=draw(carried.maybe(carried.COUNTRIES)),
                itinerary=draw(carried.itinerary("receipt", "delivery", "transhipment")),
                transport_means=draw(carried.some(carried.means("departure") | carried.means("arrival"), 2)),
                parties=draw(carried.parties(("consignor", "consignee", "notify", "forwarder"))),
                items=draw(carried.items(tuple(box.id for box in boxes), hazards)),
                equipment=boxes,
                additional_information=draw(carried.some(carried.STATEMENTS, 2)),
            ),
        ),
    )


@carried.SLOW
@given(transports(contract=False))
def what_is_written_is_read_again(read: Read, write: Write, report: CargoReport) -> None:
    (reading,) = read(write("IFTMIN", [report]))
    assert reading.record == report
    assert reading.faults == ()


@carried.SLOW
@given(transports(contract=True))
def what_is_written_as_a_contract_is_read_again(read: Read, write: Write, report: CargoReport) -> None:
    (reading,) = read(write("IFTMCS", [report]))
    assert reading.record == report
    assert reading.faults == ()

"""Test UN/CEFACT waybills: what is read, under which names, and that what is written comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.records import (
    Address,
    Amount,
    CargoReport,
    Classification,
    Commodity,
    Consignment,
    Contact,
    DangerousGoods,
    Document,
    GoodsItem,
    Location,
    Measure,
    Packaging,
    Party,
    Seal,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.receive.json import waybill

Read = Callable[..., list[Reading]]
Example = Callable[[str], bytes]


def report_of(readings: list[Reading]) -> CargoReport:
    """Return the one record, which is a cargo report."""
    (one,) = readings
    assert isinstance(one.record, CargoReport)
    return one.record


def a_waybill_is_a_cargo_report_with_its_consignments(read: Read, example: Example) -> None:
    (one,) = read(example("waybill"))
    assert one.faults == ()
    record = report_of([one])
    assert (record.lrn, record.function, record.issued) == ("MAN-0001", "9", datetime(2024, 5, 1, 10, tzinfo=UTC))
    first, second = record.consignments
    assert first.transport_document == Document(type="705", number="BL-0001", issuer="LINE", issued=date(2024, 4, 28))
    assert first.master_document == Document(type="704", number="MBL-0001")
    assert (first.ucr, first.packages) == ("24NL-UCR-0001", 40)
    assert first.gross_mass == Measure(value=Decimal("1250.50"), unit="KGM")
    assert (first.loading, first.unloading) == (Location(code="NLRTM", name="Rotterdam"), Location(code="SGSIN"))
    assert first.transport_means == (
        TransportMeans(
            stage="border",
            mode="1",
            id="9074729",
            id_type="IMO",
            name="Invented Star",
            journey="2402E",
            departure=datetime(2024, 5, 2, 4, tzinfo=timezone(timedelta(hours=2))),
        ),
    )
    assert second.transport_document == Document(type="705", number="BL-0002")
    assert [(one.role, one.name) for one in second.parties] == [("consignor", "Second Sender")]


def the_parties_goods_and_equipment_of_a_waybill_are_read(read: Read, example: Example) -> None:
    first = report_of(read(example("waybill"))).consignments[0]
    assert [one.role for one in first.parties] == ["consignor", "consignee", "notify", "notify"]
    assert first.parties[0] == Party(
        role="consignor",
        id="NL000099998B57",
        scheme="VAT",
        name="Invented Exports",
        address=Address(line="Kade 1", city="Rotterdam", postcode="3000AA", country="NL"),
    )
    assert first.parties[1].contact == Contact(name="A. Person", phone="+65 0000 0001")
    assert first.equipment == (
        TransportEquipment(id="MSKU1234565", size_type="22G1", fullness="full", seals=(Seal(id="SL-0009"),)),
    )
    assert first.items == (
        GoodsItem(
            sequence=1,
            commodity=Commodity(
                description="Ceramic tiles",
                classifications=(Classification(id="690721", type="HS"),),
                gross_mass=Measure(value=Decimal("1250.50"), unit="KGM"),
            ),
            packaging=(Packaging(type="PX", quantity=40, marks="TILE 1-40"),),
            equipment=("MSKU1234565",),
        ),
    )


@pytest.mark.parametrize(("member", "level"), [("masterConsignment", "master"), ("houseConsignment", "house")])
def the_member_of_a_consignment_says_its_level(read: Read, member: str, level: str) -> None:
    data = json.dumps({member: {"transportContractDocument": {"id": "B-1"}}}).encode()
    record = report_of(read(data))
    assert [(one.level, one.transport_document) for one in record.consignments] == [(level, Document(number="B-1"))]
    assert record.lrn == "B-1"


def a_document_may_be_a_consignment_itself_or_wrapped_as_a_credential(read: Read, example: Example) -> None:
    consignment = json.loads(example("waybill"))["supplyChainConsignment"][0]
    wanted = report_of(read(example("waybill"))).consignments[0]
    for document in (consignment, {"issuer": "x", "credentialSubject": consignment}):
        record = report_of(read(json.dumps(document).encode()))
        assert record.consignments == (wanted,)
        assert record.lrn == "BL-0001"


def the_names_of_cross_industry_messages_are_known_too(read: Read) -> None:
    document = {
        "specifiedSupplyChainConsignment": {
            "transportContractReferencedDocument": {"issuerAssignedId": "B-7"},
            "consignorTradeParty": {"name": "Old Name", "postalTradeAddress": {"lineOne": "Street 1"}},
            "grossWeight": {"content": "5.5", "unit": "KGM"},
            "utilizedTransportEquipment": {"identification": "MSKU1234565", "affixedSeal": [{"identifier": "S-1"}]},
        }
    }
    (one,) = report_of(read(json.dumps(document).encode())).consignments
    assert one.transport_document == Document(number="B-7")
    assert one.parties == (Party(role="consignor", name="Old Name", address=Address(line="Street 1")),)
    assert one.gross_mass == Measure(value=Decimal("5.5"), unit="KGM")
    assert one.equipment == (TransportEquipment(id="MSKU1234565", seals=(Seal(id="S-1"),)),)


def a_waybill_without_its_number_is_a_fault(read: Read, example: Example) -> None:
    (one,) = read(b'{"supplyChainConsignment": {"transportContractDocument": {"typeCode": "705"}}}')
    assert [(said.rule, said.code, said.params["where"]) for said in one.faults] == [
        ("STR-004", "schema", "/supplyChainConsignment/transportContractDocument/id")
    ]


def a_personal_value_is_in_no_fault(read: Read) -> None:
    document = {
        "transportContractDocument": {"id": "B-1"},
        "consignorParty": "Jane Q. Invented",
        "grossWeightMeasure": {"value": "twelve"},
        "consigneeParty": {"name": ["Jane Q. Invented"]},
    }
    (one,) = read(json.dumps(document).encode())
    assert {said.code for said in one.faults} == {"schema", "not-a-number"}
    assert "Invented" not in str([said.params for said in one.faults])


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).map(str.strip).filter(bool)
maybe = st.none() | words
decimals = st.decimals(0, 10**9, places=3)
measures = st.none() | st.builds(Measure, value=decimals, unit=maybe)
amounts = st.none() | st.builds(Amount, value=decimals, currency=maybe)
days = st.none() | st.dates()
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.none() | st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001 - zones are drawn


def several(items: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    """Draw a tuple of at most so many."""
    return st.lists(items, max_size=most).map(tuple)


def in_order(field: str, words: tuple[str | None, ...], items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw a tuple that is ordered by what a field says, as a document's members are."""
    return st.lists(items, max_size=3).map(
        lambda some: tuple(sorted(some, key=lambda one: words.index(getattr(one, field))))
    )


documents = st.builds(Document, type=maybe, number=words, issuer=maybe, issued=days)
locations = st.builds(Location, code=words, name=maybe, country=maybe)
parties = st.builds(
    Party,
    role=st.sampled_from(tuple(waybill.PARTIES)),
    id=maybe,
    scheme=maybe,
    name=words,
    address=st.none() | st.builds(Address, line=maybe, city=words, postcode=maybe, region=maybe, country=maybe),
    contact=st.none() | st.builds(Contact, name=words, phone=maybe, email=maybe),
)
movements = st.builds(
    TransportMeans,
    stage=st.sampled_from(tuple(waybill.MOVEMENTS)),
    mode=maybe,
    id=maybe,
    id_type=maybe,
    name=words,
    nationality=maybe,
    journey=maybe,
    departure=moments,
    arrival=moments,
)
equipment = st.builds(
    TransportEquipment,
    id=words,
    size_type=maybe,
    fullness=st.sampled_from([None, "full", "empty"]),
    seals=several(st.builds(Seal, id=words, party=maybe, condition=maybe)),
    tare=measures,
    temperature=measures,
    gross_mass=measures,
    verified_gross_mass=measures,
)
commodities = st.builds(
    Commodity,
    description=words,
    classifications=several(st.builds(Classification, id=words, type=maybe, edition=maybe)),
    gross_mass=measures,
    net_mass=measures,
    volume=measures,
    dangerous_goods=several(
        st.builds(
            DangerousGoods,
            un_number=words,
            hazard_class=maybe,
            packing_group=st.sampled_from([None, "I", "II", "III"]),
            name=maybe,
            flashpoint=measures,
        )
    ),
)
items = st.builds(
    GoodsItem,
    sequence=st.integers(1, 9999),
    commodity=st.none() | commodities,
    invoice_amount=amounts,
    origin=maybe,
    packaging=several(st.builds(Packaging, type=maybe, quantity=st.integers(0, 10**6), marks=maybe)),
    documents=several(documents),
    equipment=several(words),
)
consignments = st.builds(
    Consignment,
    transport_document=documents,
    level=st.sampled_from(tuple(waybill.CONSIGNMENTS)),
    master_document=st.none() | st.builds(Document, type=st.sampled_from(["704", "741"]), number=words),
    ucr=maybe,
    parties=in_order("role", tuple(waybill.PARTIES), parties),
    loading=st.none() | locations,
    unloading=st.none() | locations,
    departure_country=maybe,
    destination_country=maybe,
    documents=several(st.builds(Document, type=st.none() | st.just("380"), number=words)),
    previous_documents=several(documents),
    itinerary=several(locations),
    transport_means=in_order("stage", tuple(waybill.MOVEMENTS), movements),
    freight=amounts,
    freight_payment=maybe,
    gross_mass=measures,
    packages=st.none() | st.integers(0, 10**6),
    to_order=st.sampled_from([None, True, False]),
    equipment=several(equipment),
    items=several(items),
)
reports = st.builds(
    CargoReport,
    lrn=words,
    function=maybe,
    issued=moments,
    consignments=in_order("level", tuple(waybill.CONSIGNMENTS), consignments).filter(bool),
)


@given(reports)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example])
def every_cargo_report_that_a_waybill_can_carry_comes_back_as_it_was(read: Read, report: CargoReport) -> None:
    (one,) = read(waybill.write(report))
    assert one.record == report
    assert one.faults == ()

"""Prove that declarations of goods are read, written, and traced to their bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

import pytest

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Address,
    Amount,
    AnyRecord,
    Classification,
    Commodity,
    Consignment,
    Contact,
    Declaration,
    Document,
    DutyTax,
    GoodsItem,
    Guarantee,
    Invoice,
    Location,
    Measure,
    Packaging,
    Party,
    Seal,
    TradeTerms,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive import Reading

T = TypeVar("T")
Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]

IMPORT = (
    b"UNA:+.? 'UNB+UNOC:3+BROKER+CUSTOMS+260506:0910+17'UNH+1+CUSDEC:D:05B:UN'"
    b"BGM+929+TL26-00071+9'CST++IMA:105+11:112'"
    b"LOC+22+DE004851'LOC+41+DE004600'LOC+9+INNSA:139:6'LOC+11+DEHAM:139:6'LOC+35+IN:162:5'LOC+36+DE:162:5'"
    b"LOC+14+DEHAM:139:6:PIER 7+SHED 4'"
    b"DTM+137:202605060905:203'DTM+132:20260507:102'MEA+AAE+AAD+KGM:1240.5'EQD+CN+MSKU0000011+22G1+++5'SEL+SL-4471+CA'"
    b"FTX+ACB+++PLEASE CALL AHEAD'"
    b"RFF+BM:TLB123456'DTM+137:20260401:102'RFF+UCN:6DE123-071'RFF+ABL:GRN26DE0001'RFF+AEI:26DE0000PREV'"
    b"TDT+12++3+++++HH KL 71'TDT+20+417W+1+++++9074729:146::TEAL MERIDIAN:PA'"
    b"DOC+271+PL-8'DTM+137:20260328:102'"
    b"NAD+CZ+++INDUS FORGE PVT:LTD+12 MILL ROAD+MUMBAI++400001+IN'"
    b"NAD+IM+DE1234567:EORI++NORTH TOOLS GMBH+HAFENSTR. 9+HAMBURG++20457+DE'"
    b"CTA+IC+:J. PETERS'COM+0049401234:TE'COM+IMPORT@NORTH.EXAMPLE:EM'"
    b"NAD+DT+DE7654321:EORI'TOD+++CIF'LOC+1+:::HAMBURG'MOA+39:18250.00:EUR'UNS+D'"
    b"DMS+INV-2201+380'DTM+3:20260325:102'MOA+39:18250:EUR'"
    b"CST+1+82055980:122+4000:117+100:116'FTX+AAA+++FORGED HAMMER HEADS OF STEEL, UNHANDLED, 500 G'"
    b"LOC+27+IN:162:5'MEA+AAE+AAB+KGM:840.5'MEA+AAE+AAA+KGM:800'MEA+AAR++NAR:1600'"
    b"PAC+16++CT'PCI++NT 1-16'MOA+38:12250:EUR'MOA+40:13010.55:EUR'MOA+123:13011:EUR'RFF+AAQ:MSKU0000011'"
    b"DOC+861+CO-991'DTM+137:20260320:102'GEI+ZZZ+000:117'GEI+ZZZ+1:127'"
    b"TAX+1+CUD+++:::2.7'MOA+56:13010.55:EUR'MOA+55:351.28:EUR'GEI+ZZZ+E:134'"
    b"CST+2+82052000:122+4071:117'FTX+AAA+++CHISELS'LOC+27+IN:162:5'MEA+AAE+AAB+KGM:400'MOA+38:6000:EUR'"
    b"UNS+S'CNT+5:2'CNT+11:24'UNT+67+1'UNZ+1+17'"
)


def _euro(value: str) -> Amount:
    return Amount(value=Decimal(value), currency="EUR")


def _kilograms(value: str) -> Measure:
    return Measure(value=Decimal(value), unit="KGM")


def a_declaration_is_read(read: Read) -> None:
    (one,) = read(IMPORT)
    assert one.faults == ()
    record = one.record
    assert isinstance(record, Declaration)
    assert (record.type, record.lrn, record.function, record.mrn) == ("IMA", "TL26-00071", "9", None)
    assert record.issued == datetime(2026, 5, 6, 9, 5, tzinfo=UTC)
    assert (record.office, record.item_count, record.packages) == ("DE004851", 2, 24)
    assert (record.gross_mass, record.invoice_amount) == (_kilograms("1240.5"), _euro("18250.00"))
    assert record.guarantees == (Guarantee(reference="GRN26DE0001"),)
    assert record.documents == (Document(type="271", number="PL-8", issued=date(2026, 3, 28)),)
    assert record.additional_information == (AdditionalInformation(type="ACB", text="PLEASE CALL AHEAD"),)
    assert record.parties == (
        Party(
            role="importer",
            id="DE1234567",
            scheme="EORI",
            name="NORTH TOOLS GMBH",
            address=Address(line="HAFENSTR. 9", city="HAMBURG", postcode="20457", country="DE"),
            contact=Contact(name="J. PETERS", phone="0049401234", email="IMPORT@NORTH.EXAMPLE"),
        ),
        Party(role="declarant", id="DE7654321", scheme="EORI"),
    )


def the_shipment_of_a_declaration_is_read(read: Read) -> None:
    (one,) = read(IMPORT)
    assert isinstance(one.record, Declaration)
    shipment = one.record.goods_shipment
    assert shipment is not None
    assert (shipment.export_country, shipment.destination_country, shipment.ucr) == ("IN", "DE", "6DE123-071")
    assert shipment.transaction_nature == "11"
    assert shipment.trade_terms == TradeTerms(code="CIF", place="HAMBURG")
    assert shipment.previous_documents == (Document(number="26DE0000PREV"),)
    assert shipment.invoices == (
        Invoice(number="INV-2201", issued=datetime(2026, 3, 25, tzinfo=UTC), amount=_euro("18250")),
    )
    assert shipment.consignment == Consignment(
        transport_document=Document(type="705", number="TLB123456", issued=date(2026, 4, 1)),
        loading=Location(code="INNSA"),
        unloading=Location(code="DEHAM"),
        goods_location=Location(code="DEHAM", name="PIER 7", id="SHED 4"),
        equipment=(
            TransportEquipment(
                id="MSKU0000011", size_type="22G1", fullness="full", seals=(Seal(id="SL-4471", party="CA"),)
            ),
        ),
        transport_means=(
            TransportMeans(stage="departure", mode="3", id="HH KL 71", id_type="PLATE"),
            TransportMeans(
                stage="border",
                mode="1",
                id="9074729",
                id_type="IMO",
                name="TEAL MERIDIAN",
                nationality="PA",
                journey="417W",
                arrival=datetime(2026, 5, 7, tzinfo=UTC),
                office="DE004600",
            ),
        ),
        parties=(
            Party(
                role="consignor",
                name="INDUS FORGE PVT LTD",
                address=Address(line="12 MILL ROAD", city="MUMBAI", postcode="400001", country="IN"),
            ),
        ),
    )


def the_items_of_a_declaration_are_read(read: Read) -> None:
    (one,) = read(IMPORT)
    assert isinstance(one.record, Declaration)
    first, second = one.record.items
    assert first == GoodsItem(
        sequence=1,
        commodity=Commodity(
            description="FORGED HAMMER HEADS OF STEEL, UNHANDLED, 500 G",
            classifications=(Classification(id="82055980"),),
            gross_mass=_kilograms("840.5"),
            net_mass=_kilograms("800"),
            tariff_quantity=Measure(value=Decimal(1600), unit="NAR"),
        ),
        procedure="40",
        previous_procedure="00",
        additional_procedures=("000",),
        preference="100",
        valuation_method="1",
        origin="IN",
        customs_value=_euro("13010.55"),
        statistical_value=_euro("13011"),
        invoice_amount=_euro("12250"),
        packaging=(Packaging(quantity=16, type="CT", marks="NT 1-16"),),
        equipment=("MSKU0000011",),
        documents=(Document(type="861", number="CO-991", issued=date(2026, 3, 20)),),
        duty_taxes=(
            DutyTax(
                type="CUD",
                rate=Decimal("2.7"),
                base=_euro("13010.55"),
                assessed=_euro("351.28"),
                payment_method="E",
            ),
        ),
    )
    assert (second.sequence, second.procedure, second.previous_procedure) == (2, "40", "71")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/type", b"IMA"),
        ("/parties/0/name", b"NORTH TOOLS GMBH"),
        ("/parties/0/contact/email", b"IMPORT@NORTH.EXAMPLE"),
        ("/goodsShipment/invoices/0/amount/value", b"18250"),
        ("/goodsShipment/consignment/equipment/0/seals/0/id", b"SL-4471"),
        ("/goodsShipment/items/0/commodity/classifications/0/id", b"82055980"),
        ("/goodsShipment/items/0/dutyTaxes/0/rate", b"2.7"),
        ("/goodsShipment/items/1/previousProcedure", b"4071"),
        ("/goodsShipment/items/1/commodity/grossMass/value", b"400"),
        ("/itemCount", b"2"),
    ],
)
def a_leaf_is_traced_to_its_bytes(read: Read, where: Where, path: str, text: bytes) -> None:
    (one,) = read(IMPORT)
    assert where(IMPORT, one, path) == text


def what_is_no_number_is_said_with_its_place(read: Read) -> None:
    (one,) = read(IMPORT.replace(b"MOA+40:13010.55:EUR", b"MOA+40:NIL:EUR"))
    found = [(fault.code, fault.path) for fault in one.faults if fault.path]
    assert found == [("not-a-number", "/goodsShipment/items/0/customsValue/value")]
    (one,) = read(IMPORT.replace(b"MOA+40:13010.55:EUR", b"MOA+40:13010,55:EUR"))
    assert isinstance(one.record, Declaration)
    assert one.record.items[0].customs_value == _euro("13010.55")


def a_declaration_of_an_older_directory_is_read(read: Read) -> None:
    text = (
        b"UNB+UNOA:2+AGENT+SARS+161020:1530+3242'UNH+3242+CUSDEC:D:96B:UN'BGM+929+AG20161020+9'CST++D:117:ZZZ'"
        b"LOC+14+A9::ZZZ'LOC+35+DE::5'LOC+36+ZA::5'LOC+96+JSA::ZZZ'LOC+9+DEHAM::5'DTM+178:20161021:102'GIS+D:134:ZZZ'"
        b"MEA+AAE+AAD+KGM:10,00'RFF+AWB:082-12345675'DTM+137:20161020:102'PAC+1'TDT+20+SA132+4'"
        b"DOC+380+INV77'DTM+3:20161020:102'NAD+IM+549578++HARBOUR IMPORT CO+88 LONG ST+DURBAN++4362'RFF+VA:4320190434'"
        b"NAD+AG+505655'UNS+D'CST+0002+8201.10.05:108:ZZZ+10 00'FTX+AAA+++SPADES'LOC+27+JP'MEA+AAR++KG:100.00'"
        b"MOA+38:5000:EUR'GIS+1:127:ZZZ'UNS+S'CNT+5:1'UNT+30+3242'UNZ+1+3242'"
    )
    (one,) = read(text)
    record = one.record
    assert isinstance(record, Declaration)
    assert (record.type, record.office, record.gross_mass) == ("D", "JSA", _kilograms("10.00"))
    assert [(party.role, party.id) for party in record.parties] == [("importer", "549578"), ("agent", "505655")]
    assert record.goods_shipment is not None
    assert record.goods_shipment.invoices == (Invoice(number="INV77", issued=datetime(2016, 10, 20, tzinfo=UTC)),)
    consignment = record.goods_shipment.consignment
    assert consignment is not None
    assert consignment.transport_document == Document(type="740", number="082-12345675", issued=date(2016, 10, 20))
    assert consignment.transport_means == (
        TransportMeans(
            stage="border",
            mode="4",
            journey="SA132",
            arrival=datetime(2016, 10, 21, tzinfo=UTC),
        ),
    )
    (item,) = record.items
    assert (item.sequence, item.origin, item.valuation_method) == (2, "JP", "1")
    assert item.commodity == Commodity(
        description="SPADES",
        classifications=(Classification(id="82011005"),),
        tariff_quantity=Measure(value=Decimal("100.00"), unit="KG"),
    )
    assert one.faults == ()


def a_code_of_goods_may_stand_in_a_reference(read: Read) -> None:
    (one,) = read(
        IMPORT.replace(b"CST+2+82052000:122+4071:117'", b"CST+2+I::95'").replace(
            b"MOA+38:6000:EUR'", b"RFF+HS:8205.20'"
        )
    )
    assert isinstance(one.record, Declaration)
    commodity = one.record.items[1].commodity
    assert commodity is not None
    assert commodity.classifications == (Classification(id="820520"),)

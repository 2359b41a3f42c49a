"""Hold clean records of goods: what the validators find nothing in, before and after a journey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from tidewaiter.kernel.records import (
    Address,
    Amount,
    CargoReport,
    Classification,
    Commodity,
    Consignment,
    Contact,
    Declaration,
    Document,
    DutyTax,
    Event,
    GoodsItem,
    GoodsShipment,
    Invoice,
    Location,
    Measure,
    Outcome,
    Packaging,
    Party,
    Seal,
    Seizure,
    TradeTerms,
    TransportEquipment,
    TransportMeans,
)

FIRST, SECOND = "TDWU1234563", "TDWU7654326"
"""Container numbers with their check digits."""


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of January 2026, UTC."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def kilograms(value: str) -> Measure:
    """Return a mass."""
    return Measure(value=Decimal(value), unit="KGM")


def money(value: str | Decimal, currency: str) -> Amount:
    """Return an amount."""
    return Amount(value=Decimal(value), currency=currency)


SELLER_NAME = "Yılmaz Çelik Sanayi A.Ş."  # noqa: RUF001 - a Turkish letter, as it is spelt
SELLER_ADDRESS = Address(line="Atatürk Cd. 12", city="İzmir", postcode="35210", country="TR")
IMPORTER = Party(
    role="importer",
    id="GHC0012345678",
    scheme="NATIONAL",
    name="Kwabena Àdé Trading Ltd",
    address=Address(line="14 Harbour Road", city="Tema", postcode="GT-102", country="GH"),
    contact=Contact(phone="0200-TEST-GH"),
    status="AEOC",
)
DECLARANT = Party(
    role="declarant",
    id="GHB0000000042",
    scheme="NATIONAL",
    name="Tema Clearing House",
    address=Address(city="Tema", country="GH"),
)
SELLER = Party(role="seller", name=SELLER_NAME, address=SELLER_ADDRESS)
EXPORTER = Party(
    role="exporter",
    id="NL123456789",
    scheme="EORI",
    name="Waal & Zonen B.V.",
    address=Address(line="Kade 1", city="Rotterdam", postcode="3011AA", country="NL"),
)
BUYER = Party(role="buyer", name="Nguyễn Thị Ánh", address=Address(city="Đà Nẵng", country="VN"))
SHIP = TransportMeans(
    stage="border",
    mode="1",
    id="9074729",
    id_type="IMO",
    name="Blue Heron",
    nationality="LR",
    journey="042W",
    arrival=at(5, 6),
)
SHIP_ALONE = TransportMeans(
    stage="border", mode="1", id="9074729", id_type="IMO", name="Blue Heron", nationality="LR", journey="042W"
)


def taxes(value: str, duty: str, tax: str, currency: str) -> tuple[DutyTax, ...]:
    """Return the lines of duty and value added tax for a customs value, rates in per cent."""
    cents = Decimal("0.01")
    due = (Decimal(value) * Decimal(duty) / 100).quantize(cents)
    base = Decimal(value) + due
    return (
        DutyTax(type="CUD", rate=Decimal(duty), base=money(value, currency), assessed=money(due, currency)),
        DutyTax(
            type="VAT",
            rate=Decimal(tax),
            base=money(base, currency),
            assessed=money((base * Decimal(tax) / 100).quantize(cents), currency),
        ),
    )


SHIRTS = GoodsItem(
    sequence=1,
    commodity=Commodity(
        description="T-shirts of cotton, knitted",
        classifications=(Classification(id="610910"),),
        gross_mass=kilograms("5150.0"),
        net_mass=kilograms("4800.0"),
        tariff_quantity=Measure(value=Decimal(24000), unit="NAR"),
    ),
    customs_value=money("431234.56", "GHS"),
    invoice_amount=money("36000.00", "USD"),
    procedure="40",
    previous_procedure="00",
    origin="TR",
    preference="300",
    packaging=(Packaging(type="CT", quantity=300),),
    duty_taxes=taxes("431234.56", "20", "15", "GHS"),
    equipment=(FIRST,),
)
SHOES = GoodsItem(
    sequence=2,
    commodity=Commodity(
        description="Shoes with uppers of leather",
        classifications=(Classification(id="640399"),),
        gross_mass=kilograms("2400.0"),
        net_mass=kilograms("2100.0"),
    ),
    customs_value=money("335400.00", "GHS"),
    invoice_amount=money("28000.00", "USD"),
    procedure="40",
    previous_procedure="00",
    origin="TR",
    packaging=(Packaging(type="CT", quantity=150),),
    duty_taxes=taxes("335400.00", "20", "15", "GHS"),
    equipment=(SECOND,),
)
IMPORT = Declaration(
    function="9",
    lrn="TEMA26000123",
    mrn="GHTMA26000000123",
    type="IM",
    issued=at(6, 9, 30),
    accepted=at(6, 9, 45),
    office="GHTMA1",
    item_count=2,
    invoice_amount=money("64000.00", "USD"),
    gross_mass=kilograms("7550.0"),
    packages=450,
    parties=(DECLARANT, IMPORTER, SELLER),
    goods_shipment=GoodsShipment(
        export_country="TR",
        destination_country="GH",
        trade_terms=TradeTerms(code="FOB", place="Izmir"),
        invoices=(Invoice(number="YC-2026-17", issued=at(2), amount=money("64000.00", "USD")),),
        previous_documents=(Document(type="785", number="MAN26000077"),),
        consignment=Consignment(
            transport_document=Document(type="714", number="FWH77001"),
            master_document=Document(type="704", number="TDWL2600009"),
            container_indicator=True,
            loading=Location(code="TRIZM"),
            unloading=Location(code="GHTEM"),
            transport_means=(SHIP,),
            freight=money("4200.50", "USD"),
            equipment=(
                TransportEquipment(id=FIRST, seals=(Seal(id="SL100200"),)),
                TransportEquipment(id=SECOND, seals=(Seal(id="SL100201"),)),
            ),
        ),
        items=(SHIRTS, SHOES),
    ),
)
"""An import in two containers under a house bill of lading."""

EXPORT = Declaration(
    function="4",
    lrn="RTM-26-4711",
    mrn="26NL000396EXPORTA0",
    type="EX",
    issued=at(6, 8),
    accepted=at(6, 8),
    office="NL000396",
    item_count=1,
    invoice_amount=money("18450.25", "EUR"),
    gross_mass=kilograms("812.4"),
    packages=12,
    parties=(BUYER, EXPORTER),
    goods_shipment=GoodsShipment(
        export_country="NL",
        destination_country="VN",
        trade_terms=TradeTerms(code="FCA", place="Amsterdam"),
        invoices=(Invoice(number="WZ/88", issued=at(5), amount=money("18450.25", "EUR")),),
        consignment=Consignment(
            transport_document=Document(type="740", number="99912345675"),
            container_indicator=False,
            loading=Location(code="NLAMS"),
            unloading=Location(code="VNHAN"),
            transport_means=(
                TransportMeans(
                    stage="border", mode="4", id="TW842", id_type="FLIGHT", nationality="NL", journey="TW842"
                ),
            ),
        ),
        items=(
            GoodsItem(
                sequence=1,
                commodity=Commodity(
                    description="Bulbs of tulips, dormant",
                    classifications=(Classification(id="060110"),),
                    gross_mass=kilograms("812.4"),
                    net_mass=kilograms("790"),
                ),
                statistical_value=money("18450.25", "EUR"),
                invoice_amount=money("18450.25", "EUR"),
                procedure="10",
                previous_procedure="00",
                origin="NL",
                packaging=(Packaging(type="CT", quantity=12, marks="WZ 1-12"),),
                documents=(Document(type="851", number="PHYTO-1"),),
            ),
        ),
    ),
)
"""A changed export by air, without containers, duty or freight."""


def _consigned(number: str, kind: str, boxes: Sequence[str], master: str = "") -> Consignment:
    """Return a consignment of a cargo report."""
    house = bool(master)
    return Consignment(
        transport_document=Document(type=kind, number=number),
        master_document=Document(number=master) if house else None,
        level="house" if house else "master" if kind == "704" else None,
        loading=Location(code="TRIZM"),
        unloading=Location(code="GHTEM"),
        gross_mass=kilograms("7550.0"),
        packages=450,
        freight=money("4200.50", "USD"),
        equipment=tuple(
            TransportEquipment(
                id=one,
                size_type="45G1",
                fullness="full",
                seals=(Seal(id=f"SL{one[4:10]}", party="SH"),),
                tare=kilograms("3900"),
            )
            for one in boxes
        ),
        parties=(
            Party(role="consignor", name=SELLER_NAME, address=SELLER_ADDRESS),
            Party(role="consignee", id=IMPORTER.id, name=IMPORTER.name, address=IMPORTER.address),
            Party(role="notify", name=DECLARANT.name, address=DECLARANT.address),
        ),
        items=(
            GoodsItem(
                sequence=1,
                commodity=Commodity(
                    description="T-shirts of cotton, knitted; shoes",
                    classifications=(Classification(id="610910"),),
                    gross_mass=kilograms("7550.0"),
                ),
                packaging=(Packaging(type="CT", quantity=450),),
                equipment=tuple(boxes),
            ),
        ),
    )


CARGO = CargoReport(
    reference="GHMAN26000077",
    lrn="TDWL-042W-GHTEM",
    function="9",
    issued=at(4, 18),
    office="GHTMA1",
    carrier=Party(role="carrier", id="TDWL", name="Tidewater Lines"),
    transport_means=SHIP,
    call=Location(code="GHTEM"),
    consignments=(
        _consigned("TDWL2600001", "704", (FIRST, SECOND)),
        _consigned("FWH77001", "714", ("TDWU0000010",), "TDWL2600009"),
        _consigned("FWH77002", "714", ("TDWU0000010",), "TDWL2600009"),
        _consigned("TDWL2600002", "705", ()),
    ),
)
"""A cargo report with a master, two houses in one box under another master, and a bill without boxes."""

CALL = CargoReport(
    reference="GHCALL26000031",
    lrn="CALL-042W",
    function="9",
    issued=at(4, 12),
    office="GHTMA1",
    movement="arrival",
    carrier=Party(role="carrier", id="TDWL", name="Tidewater Lines"),
    transport_means=SHIP,
    call=Location(code="GHTEM"),
    crew=22,
    passengers=0,
    itinerary=(Location(code="TRIZM", role="last"), Location(code="NGLOS", role="next")),
)
DISCHARGED = Event(
    type="equipment",
    code="DISC",
    classifier="actual",
    at=at(5, 11, 40),
    recorded=at(5, 12),
    place=Location(code="GHTEM"),
    equipment=FIRST,
    size_type="45G1",
    fullness="full",
    seals=(Seal(id="SL100200"),),
    transport_document="TDWL2600001",
    transport_means=SHIP_ALONE,
    source="TEMATERM",
    report="DISC-042W-1",
    function="9",
    operator="TDWL",
    gross_mass=kilograms("9050"),
)
GATED = Event(
    type="gate",
    code="GTOT",
    classifier="actual",
    at=at(7, 14, 5),
    recorded=at(7, 18),
    place=Location(code="GHTEM"),
    equipment=FIRST,
    size_type="45G1",
    fullness="full",
    seals=(Seal(id="SL100200"),),
    transport_document="TDWL2600001",
    transport_means=TransportMeans(mode="3", id="GR 1234-26", id_type="PLATE"),
    source="TEMATERM",
    report="GATE-20260107-14",
    function="9",
    operator="TDWL",
)
LOADED = Event(
    id="5f8a1f8e-0000-4000-8000-000000000001",
    type="equipment",
    code="LOAD",
    classifier="actual",
    at=at(1, 8),
    recorded=at(1, 8, 20),
    place=Location(code="TRIZM", name="Izmir"),
    equipment=FIRST,
    size_type="45G1",
    fullness="full",
    seals=(Seal(id="SL100200", party="SH"),),
    transport_document="TDWL2600001",
    transport_means=TransportMeans(
        mode="1", id="9074729", id_type="IMO", name="Blue Heron", nationality="LR", journey="042W"
    ),
)
ARRIVED = Event(
    id="5f8a1f8e-0000-4000-8000-000000000002",
    type="transport",
    code="ARRI",
    classifier="actual",
    at=at(5, 6),
    recorded=at(5, 6, 10),
    place=Location(code="GHTEM"),
    transport_means=TransportMeans(mode="1", id="9074729", id_type="IMO", name="Blue Heron", journey="042W"),
)
OUTCOME = Outcome(
    reference="GHCTL26000009",
    declaration="GHTMA26000000123",
    declarant="GHB0000000042",
    item=1,
    controlled=at(9, 15),
    control="physical",
    selection="random",
    result="offence",
    irregularity="prohibited",
    revenue_recovered=money("12000.00", "GHS"),
    weight=Decimal("19.5"),
    seizures=(Seizure(goods="Cigarettes", classification="240220", concealment="Behind the shirts"),),
)

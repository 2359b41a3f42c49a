"""Put an export or import declaration into a record."""

from __future__ import annotations

from tidewaiter.kernel.records import (
    Classification,
    Commodity,
    Consignment,
    Declaration,
    Document,
    DutyTax,
    GoodsItem,
    GoodsShipment,
    Invoice,
    Location,
    Measure,
    Packaging,
    TradeTerms,
)
from tidewaiter.world.chain.route import boxes_of, main_legs
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.taxes import PREFERENCE
from tidewaiter.world.chain.worth import Due, claims, due, export_value
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import AIR, IMPORT, SEA, Line, Paper, Shipment
from tidewaiter.world.writing.parts import amount, boxes, broker, kilograms, means, plain, trader

BILL, MASTER_BILL, HOUSE_BILL = "705", "704", "714"
"""Types of transport documents at sea, UN/EDIFACT 1001: the carrier's own to the shipper, master, house."""

AIR_WAYBILL, MASTER_WAYBILL, HOUSE_WAYBILL, ROAD_NOTE = "740", "741", "703", "730"
"""The same in the air; and the consignment note of the road."""

_MASTERS = {SEA: MASTER_BILL, AIR: MASTER_WAYBILL}
_TRANSIT_DOCUMENT = "821"
_FREE = frozenset({"4000"})
"""Procedures under which duty is paid at once."""


def document_type(mode: str, *, house: bool) -> str:
    """Return the type of the document that a consignment travels under, UN/EDIFACT 1001."""
    if mode == SEA:
        return HOUSE_BILL if house else BILL
    if mode == AIR:
        return HOUSE_WAYBILL if house else AIR_WAYBILL
    return ROAD_NOTE


def declaration(scene: Scene, shipment: Shipment, paper: Paper) -> Declaration:
    """Return the record of an export or import declaration, as the paper has it."""
    inward, invoice, lines = paper.kind == IMPORT, paper.invoice, paper.lines
    total = sum(line.price for line in lines) + paper.total_off
    return Declaration(
        function=paper.function,
        lrn=paper.local,
        mrn=paper.number,
        type="IM" if inward else "EX",
        issued=paper.at,
        accepted=paper.at,
        office=paper.office,
        item_count=len(lines) + paper.items_off,
        invoice_amount=amount(total, invoice.currency),
        gross_mass=kilograms(sum(line.gross for line in lines)),
        packages=sum(line.packages for line in lines) + paper.packages_off,
        parties=(
            broker(paper.broker, paper.importer if inward else paper.exporter),
            trader(paper.importer, "importer" if inward else "buyer"),
            trader(paper.exporter, "seller" if inward else "exporter"),
        ),
        goods_shipment=GoodsShipment(
            export_country=paper.sent_from,
            destination_country=paper.sent_to,
            trade_terms=TradeTerms(code=invoice.incoterm, place=invoice.place or None),
            invoices=(Invoice(number=invoice.number, issued=invoice.issued, amount=amount(total, invoice.currency)),),
            previous_documents=(Document(type=_TRANSIT_DOCUMENT, number=paper.previous),) if paper.previous else (),
            consignment=_consignment(shipment, paper),
            items=tuple(_item(scene, paper, place, line) for place, line in enumerate(lines)),
        ),
    )


def _consignment(shipment: Shipment, paper: Paper) -> Consignment:
    """Return how the goods travel."""
    legs, inward = main_legs(shipment), paper.kind == IMPORT
    leg = legs[-1] if inward else legs[0]
    mode, house = leg.means.mode, bool(paper.master)
    return Consignment(
        transport_document=Document(type=document_type(mode, house=house), number=paper.document),
        master_document=Document(type=_MASTERS[mode], number=paper.master) if house else None,
        container_indicator=bool(paper.boxes),
        loading=Location(code=paper.loading),
        unloading=Location(code=paper.unloading),
        transport_means=(means(leg, arrival=inward),),
        freight=amount(paper.invoice.freight, paper.invoice.currency) if inward else None,
        equipment=boxes(paper.boxes),
    )


def _item(scene: Scene, paper: Paper, place: int, line: Line) -> GoodsItem:
    """Return a line as a goods item; with duty and tax where it is declared for free circulation."""
    country, day, invoice = paper.country, scene.day(paper.at), paper.invoice
    currency = COUNTRIES[country].currency
    taxes: tuple[DutyTax, ...] = ()
    preference = None
    if paper.kind == IMPORT:
        owes = due(paper.lines, line, invoice, country, day)
        value = owes.value
        if paper.procedure in _FREE:
            taxes = _taxes(owes, currency)
            preference = PREFERENCE if claims(country, line) else None
    else:
        value = export_value(paper.lines, line, invoice, country, day)
    return GoodsItem(
        sequence=place + 1,
        commodity=Commodity(
            description=line.wording,
            classifications=(Classification(id=line.hs),),
            gross_mass=kilograms(line.gross),
            net_mass=kilograms(line.net),
            tariff_quantity=Measure(value=plain(line.units), unit=line.good.unit) if line.units else None,
        ),
        customs_value=amount(value, currency) if paper.kind == IMPORT else None,
        statistical_value=None if paper.kind == IMPORT else amount(value, currency),
        invoice_amount=amount(line.price, invoice.currency),
        procedure=paper.procedure[:2],
        previous_procedure=paper.procedure[2:],
        origin=line.origin,
        preference=preference,
        packaging=(Packaging(type=line.pack, quantity=line.packages),),
        duty_taxes=taxes,
        equipment=boxes_of(paper.boxes, place, len(paper.lines)),
    )


def _taxes(owes: Due, currency: str) -> tuple[DutyTax, ...]:
    """Return the lines of duty and value added tax."""
    base = amount(owes.value, currency)
    return (
        DutyTax(type="CUD", rate=plain(owes.duty_rate), base=base, assessed=amount(owes.duty, currency)),
        DutyTax(
            type="VAT",
            rate=plain(owes.tax_rate),
            base=amount(owes.value + owes.duty, currency),
            assessed=amount(owes.tax, currency),
        ),
    )

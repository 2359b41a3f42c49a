"""Send goods by a hub out of the way, and let a new bill of lading begin there."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.order import FREIGHT_PAID, Order, invoice_of
from tidewaiter.world.chain.papers import transport_document
from tidewaiter.world.chain.route import Way, cost, seaport
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import PLACES, rate
from tidewaiter.world.model import (
    EXPORT,
    HOUSE,
    IMPORT,
    MASTER,
    SEA,
    TRANSIT,
    Box,
    Good,
    Invoice,
    Leg,
    Line,
    Shipment,
    Trader,
)
from tidewaiter.world.schemes.laden import BULKY, InOwnBoxes, box_order, boxed, open_companies
from tidewaiter.world.schemes.relabel import known_by
from tidewaiter.world.schemes.scheme import Ring, plant
from tidewaiter.world.schemes.skill import within

_OUT_OF_THE_WAY = 0.85
"""How often those without skill take a hub that nobody would take; the skilled take one on the way."""

_REINVOICED = ((0.3, 0.55), (0.65, 0.85))
"""Which share of the price paid the trader at the hub invoices."""

_NEW_BOX = 0.7
"""How often those with all skill have the goods put into other boxes at the hub, so that no number links the bills."""


class RouteDeviationSea(InOwnBoxes):
    """Tranship at a hub where a trader of the ring invoices the goods anew, and a new bill of lading begins.

    The country of import sees goods that were loaded at the hub, sold by a company there, at a lower price; the country
    of export sees goods that were sold to that company and went to the hub. The two agree on packages, masses, and with
    the unskilled on box numbers; the stay at the hub is short, and the hub is out of the way. The skilled take a hub on
    the way, other boxes and a price near the usual.
    """

    name = "route-deviation-sea"
    law = (
        "WTO Agreement on Customs Valuation, Articles 1 and 15(4) (related sellers); Revised Kyoto Convention, "
        "Specific Annex E, Chapter 2 (transhipment): the goods stay what the declaration for transhipment says."
    )
    irregularity = "value"
    story = "Goods were transhipped where nobody would have, under a new bill of lading and a second invoice."
    rings = 1.2
    rate = 2.5

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are traded by the box and highly taxed."""
        del country
        return good.mass >= BULKY and good.duty >= 10 and not good.sensitive  # noqa: PLR2004 - per cent

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Return a consignment by way of a hub."""
        buyers = open_companies(ring.companies, scene.day(moment))
        order = box_order(scene, ring.country, rng.choice(buyers), moment, rng, self.fits) if buyers else None
        if order is None:
            return []
        start, end = seaport(rng, order.seller.country), ring.choose(rng, "port")
        needless = rng.random() < _OUT_OF_THE_WAY * (1.0 - ring.skill)
        hubs = scene.carriage.hubs(start, end, needless=needless) or scene.carriage.hubs(
            start, end, needless=not needless
        )
        abroad = [hub for hub in hubs if hub[:2] not in {start[:2], end[:2], order.buyer.country}]
        if not abroad:
            return []
        order.ports, order.hub = (start, end), rng.choice(abroad[:4])
        shipment = boxed(scene, rng, order)
        return [shipment] if shipment is not None and self.bend(scene, ring, shipment, rng) else []

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Let everything at the end begin at the hub, and everything at the beginning end there."""
        legs = [leg for leg in shipment.legs if leg.means.mode == SEA]
        inward = shipment.papers.get(IMPORT)
        if inward is None or len(legs) < 2:  # noqa: PLR2004 - a leg to the hub and one from it
            return False
        hub, second = legs[-1].origin, legs[-1]
        trader = _trader_at(scene, ring, hub[:2], shipment, rng)
        document = transport_document(scene, second)
        boxes = shipment.boxes
        if rng.random() < _NEW_BOX * ring.skill:
            boxes = _repacked(scene, shipment, shipment.legs.index(second), rng)
        invoice, lines = _invoiced(scene, shipment, trader, second, within(rng, ring.skill, *_REINVOICED), rng)
        for paper in shipment.papers.values():
            if paper.kind == EXPORT:
                paper.importer, paper.sent_to, paper.unloading = trader, hub[:2], hub
                if paper.invoice.incoterm in FREIGHT_PAID:
                    paper.invoice.place = PLACES[hub].name
                continue
            paper.exporter, paper.sent_from = trader, hub[:2]
            paper.loading = hub if paper.kind != TRANSIT else paper.loading
            paper.document, paper.master = document, ""
            paper.kind = MASTER if paper.kind == HOUSE else paper.kind
            paper.invoice = invoice.twin()
            paper.lines = [line.twin() for line in lines]
            paper.boxes = [box.twin() for box in boxes]
        said = {paper.kind: paper for paper in shipment.papers.values()}
        shipment.papers = {kind: said[kind] for kind in (MASTER, TRANSIT, IMPORT, EXPORT) if kind in said}
        paid, shown = (sum(line.price for line in found) for found in (shipment.lines, lines))
        story = (
            f"The goods went from {legs[0].origin} by {hub}, where {trader.name} invoiced them anew under bill "
            f"{document}: {paid:,.0f} {shipment.invoice.currency} was paid, {shown:,.0f} {invoice.currency} declared."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, references=known_by(shipment))
        return True


def _invoiced(  # noqa: PLR0917 - what an invoice is made from
    scene: Scene, shipment: Shipment, trader: Trader, leg: Leg, share: float, rng: Random
) -> tuple[Invoice, list[Line]]:
    """Return the invoice of the trader at the hub, as any seller there writes one, for a share of the price paid.

    Its freight is that from the hub.
    """
    moment = at_work(rng, leg.departs - timedelta(days=2), scene.hours(leg.origin[:2]))
    day, paid = scene.day(moment), shipment.invoice
    mass = sum(line.gross for line in shipment.lines)
    lines = [line.twin() for line in shipment.lines]
    for line in lines:
        freight = paid.freight * line.gross / mass if paid.incoterm in FREIGHT_PAID else 0.0
        line.price = max(line.price - freight, 0.05 * line.price) * rate(paid.currency, day) * share
    way = Way([leg], leg.origin, leg.destination)
    order = Order(moment, trader, shipment.buyer, [line.good for line in lines])
    dollars = cost(rng, way, lines, len(shipment.boxes))
    invoice = invoice_of(rng, order, lines, SEA, dollars, day)
    place = leg.origin if invoice.incoterm not in FREIGHT_PAID else shipment.legs[-1].destination
    invoice.place = PLACES[place].name
    return invoice, lines


def _trader_at(scene: Scene, ring: Ring, country: str, shipment: Shipment, rng: Random) -> Trader:
    """Return the ring's trading company in a hub's country, founded when it is first needed."""
    known = next((one for one in ring.sellers if one.country == country), None)
    if known is not None:
        return known
    day = scene.day(shipment.ordered) - rng.randrange(20, 400)
    goods = shipment.buyer.goods
    company: Trader = scene.register.found(rng, country, "seller", day, kin=ring.kin, goods=goods)
    company.weight = 0.0
    ring.sellers.append(company)
    return company


def _repacked(scene: Scene, shipment: Shipment, onward: int, rng: Random) -> list[Box]:
    """Put the goods into other boxes at the hub; the events of the leg onward, counted from 0, are of these."""
    boxes = []
    for old in shipment.boxes:
        new = scene.boxes.take(rng, old.size_type, shipment.ordered)
        scene.boxes.release(new.number, shipment.legs[-1].arrives + timedelta(days=6))
        boxes.append(new)
        for one in shipment.happenings:
            if one.box == old.number and one.leg >= onward:
                one.box, one.seal = new.number, new.seal
        for step in shipment.steps:
            step.seals = tuple(new.seal if seal == old.seal else seal for seal in step.seals)
    shipment.boxes = shipment.boxes + boxes
    return boxes

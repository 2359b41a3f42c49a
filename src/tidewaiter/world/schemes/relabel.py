"""Let papers claim other goods, prices and origins than those that travel."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tidewaiter.world import goods as catalogue
from tidewaiter.world.chain.order import FREIGHT_PAID, INSURANCE_SHARE, asked
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import rate
from tidewaiter.world.model import EXPORT, HOUSE, IMPORT, MASTER, TRANSIT, Good, Paper, Shipment

_COLD = frozenset({"02", "03", "04", "06", "07", "08", "16"})
"""Chapters that travel in refrigerated boxes."""

_FILLED = 0.982
"""Which part of its content a package holds on average."""

_WITH_CARGO = (HOUSE, MASTER, TRANSIT, IMPORT)
"""Papers that are written from what the seller and the forwarder say at the port of loading."""


def cold(good: Good) -> bool:
    """Say whether goods travel in refrigerated boxes."""
    return good.hs[:2] in _COLD


def papers_of(shipment: Shipment, *, seller_in: bool, forwarder_in: bool = True) -> list[Paper]:
    """Return the papers that can lie: the import declaration, and those of whoever helps.

    The forwarder writes cargo report and transit declaration, the seller the export declaration.
    """
    kinds = [IMPORT]
    if forwarder_in:
        kinds = list(_WITH_CARGO)
    if seller_in:
        kinds.append(EXPORT)
    return [shipment.papers[kind] for kind in kinds if kind in shipment.papers]


def known_by(shipment: Shipment) -> list[str]:
    """Return what nodes know a consignment by: numbers of declarations and movements, then transport documents.

    A document that only the import declaration names is left out: it may be another consignment's.
    """
    kinds = [kind for kind in (IMPORT, EXPORT, TRANSIT) if kind in shipment.papers]
    numbers = [shipment.papers[kind].number for kind in kinds]
    return list(dict.fromkeys(numbers + [paper.document for kind, paper in shipment.papers.items() if kind != IMPORT]))


def claim(
    papers: Sequence[Paper], place: int, good: Good, rng: Random, *, words: bool = True, packed: bool = True
) -> None:
    """Claim on papers that the line at a place, from 0, is of other goods.

    `words` says that the description fits them, `packed` that the number of packages does; the masses stay.
    """
    wording = rng.choice(good.wordings)
    for paper in papers:
        line = paper.lines[place]
        line.good, line.hs, line.pack = good, good.hs, good.pack
        line.units = max(1, round(line.net / good.unit_mass)) if good.unit_mass else 0
        if words:
            line.wording = wording
        if packed:
            line.packages = max(1, round(line.net / (good.pack_mass * _FILLED)))


def reprice(  # noqa: PLR0917 - what a price is made of
    scene: Scene, shipment: Shipment, papers: Sequence[Paper], place: int, each: float, rng: Random
) -> None:
    """Write the price of a line on papers, in their currency and terms: `each` dollars a kilogram, free on board."""
    line, invoice = papers[0].lines[place], papers[0].invoice
    mass = sum(one.gross for one in papers[0].lines)
    amount = each * line.net / rate(invoice.currency, scene.day(shipment.ordered))
    if invoice.incoterm in FREIGHT_PAID:
        amount += invoice.freight * line.gross / mass
    amount = asked(shipment.seller, amount, rng)
    for paper in papers:
        paper.lines[place].price = amount
    insure(papers)


def usual_price(scene: Scene, shipment: Shipment, good: Good, origin: str, rng: Random) -> float:
    """Return what the seller would ask for goods, in dollars a kilogram: as honest prices are drawn."""
    usual = catalogue.price(good, origin, scene.day(shipment.ordered))
    return usual * shipment.seller.grade * rng.lognormvariate(0.0, good.spread * 0.7)


def dollars(scene: Scene, shipment: Shipment, place: int) -> float:
    """Return what was really paid for a line, in dollars free on board."""
    line, invoice = shipment.lines[place], shipment.invoice
    amount = line.price
    if invoice.incoterm in FREIGHT_PAID:
        amount = max(amount - invoice.freight * line.gross / sum(one.gross for one in shipment.lines), 0.05 * amount)
    return amount * rate(invoice.currency, scene.day(shipment.ordered))


def show(shipment: Shipment, papers: Sequence[Paper], share: float, rng: Random) -> tuple[float, float]:
    """Show a share of every line's price on papers; return the sum before and after, in the invoice's currency."""
    before = sum(line.price for line in papers[0].lines)
    for place, line in enumerate(papers[0].lines):
        amount = asked(shipment.seller, line.price * share, rng)
        for paper in papers:
            paper.lines[place].price = amount
    insure(papers)
    return before, sum(line.price for line in papers[0].lines)


def insure(papers: Sequence[Paper]) -> None:
    """Write the insurance that goes with the prices on papers."""
    for paper in papers:
        paper.invoice.insurance = round(sum(line.price for line in paper.lines) * INSURANCE_SHARE, 2)

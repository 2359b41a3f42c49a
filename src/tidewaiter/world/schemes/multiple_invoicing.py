"""Invoice goods again, or for more than they cost, so that money may be sent abroad for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.order import asked
from tidewaiter.world.chain.papers import local_reference, transport_document
from tidewaiter.world.chain.route import main_legs
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.taxes import duty_rate
from tidewaiter.world.model import IMPORT, Good, Paper, Shipment
from tidewaiter.world.schemes.relabel import insure, papers_of, show
from tidewaiter.world.schemes.scheme import Ring, Scheme, found_buyer, plant, usual
from tidewaiter.world.schemes.skill import by_skill, within

_DUTY_MAX = 5
"""Highest duty that a ring pays for sending money abroad, in per cent."""

_DEAR = 4.0
"""Cheapest goods that are worth invoicing twice, in dollars a kilogram."""

_AGAIN_DAYS = ((1.0, 4.0), (9.0, 25.0))
"""How many days after the first declaration the goods are declared again."""

_TIMES = (3, 1)
"""How often at most goods are invoiced again."""

_OTHER_NUMBER, _OTHER_DOCUMENT, _OTHER_COMPANY = (0.1, 0.95), (0.0, 0.9), (0.1, 0.9)
"""How often the repeated declaration has an invoice number, a transport document, an importer of its own."""

_OTHER_AMOUNT = 0.04
"""By which share amounts on an invoice with another number differ from the first, at most."""

_OVER = ((2.5, 6.0), (1.3, 1.9))
"""What is invoiced beside the price asked, where goods are over-invoiced."""

_SELLER_IN = (0.2, 0.9)
"""How often the export declaration shows the raised price too."""


class MultipleInvoicing(Scheme):
    """Show goods to customs, and so to the bank, for payments that are no price of theirs.

    Either goods that came once are declared again by themselves or kin, with the same box, ship and masses and no
    cargo report behind them; or they are invoiced for several times their price. Duty on them is low, and is paid.
    """

    name = "multiple-invoicing"
    law = (
        "UN Convention against Transnational Organized Crime, Article 6 (laundering); FATF Recommendation 3 and "
        "its guidance on trade-based money laundering; WTO Agreement on Customs Valuation, Article 1."
    )
    irregularity = "value"
    story = "Goods were invoiced several times, or for a multiple of their price, to move money."
    rings = 1.5
    rate = 2.5

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are dear, innocent, and cost little duty."""
        dear = _DEAR <= good.price <= 1_000 * _DEAR
        return bool(good.trade and dear and not good.sensitive and duty_rate(country, good, "") <= _DUTY_MAX)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Set up two companies of the ring, and let it choose how money is moved."""
        ring.companies = [found_buyer(scene, ring, rng, self.fits)]
        first = ring.companies[0]
        kin = scene.register.found(rng, ring.country, "buyer", first.opened + 40, kin=ring.kin, goods=first.goods)
        kin.weight, kin.partners = 0.0, first.partners
        ring.companies.append(kin)
        ring.offer("way", ["again", "over"])

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Declare a consignment again, or for more than was asked."""
        shipment = usual(scene, ring, moment, rng, self.fits)
        if shipment is None or IMPORT not in shipment.papers:
            return []
        if ring.choose(rng, "way") == "over":
            self._over(scene, ring, shipment, rng)
            return [shipment]
        again: list[Shipment] = []
        for _ in range(1 + rng.randrange(round(by_skill(ring.skill, *_TIMES)))):
            before = again[-1] if again else shipment
            again.append(self._again(scene, ring, shipment, before.papers[IMPORT], rng))
        return [shipment, *again]

    def _over(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> None:
        """Raise every price on the papers."""
        papers = papers_of(shipment, seller_in=rng.random() < by_skill(ring.skill, *_SELLER_IN))
        share = within(rng, ring.skill, *_OVER)
        asked_for, shown = show(shipment, papers, share, rng)
        currency = shipment.invoice.currency
        story = (
            f"Goods that cost {asked_for:,.0f} {currency} were invoiced at {shown:,.0f} {currency}, and "
            f"{shown - asked_for:,.0f} {currency} was sent abroad beside their price."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, lost=0.0, references=_numbers(shipment))

    def _again(self, scene: Scene, ring: Ring, shipment: Shipment, before: Paper, rng: Random) -> Shipment:
        """Return a declaration of goods that were declared before."""
        skill, first = ring.skill, shipment.papers[IMPORT]
        paper = first.twin()
        ready = before.at + timedelta(days=within(rng, skill, *_AGAIN_DAYS))
        paper.at = at_work(rng, ready, scene.hours(paper.country))
        if rng.random() < by_skill(skill, *_OTHER_COMPANY):
            paper.importer = next(one for one in ring.companies if one is not before.importer)
            paper.broker = scene.broker_of(paper.importer)
        if rng.random() < by_skill(skill, *_OTHER_DOCUMENT):
            leg = main_legs(shipment)[-1]
            paper.document = transport_document(scene, leg)
            paper.master = paper.master and transport_document(scene, leg)
        if rng.random() < by_skill(skill, *_OTHER_NUMBER):
            _renumber(paper, shipment, rng)
        paper.number = scene.numbers.movement_reference(paper.at.year, paper.country, "I")
        paper.local = local_reference(scene, paper.broker, paper.importer, paper.at)
        again = Shipment(
            number=scene.serial(),
            ordered=shipment.ordered,
            seller=shipment.seller,
            buyer=paper.importer,
            lines=[line.twin() for line in paper.lines],
            invoice=paper.invoice.twin(),
            legs=shipment.legs,
            boxes=[box.twin() for box in shipment.boxes],
            shared=shipment.shared,
            papers={IMPORT: paper},
        )
        total = sum(line.price for line in paper.lines)
        by = (
            "by the same company"
            if paper.importer is first.importer
            else f"by {paper.importer.name}, of the same people"
        )
        story = (
            f"Goods that came once and were declared as {first.number} were declared again {by}, so that "
            f"{total:,.0f} {paper.invoice.currency} could be sent abroad once more."
        )
        again.planted = plant(self, scene, ring, again, story, lost=0.0)
        return again


def _numbers(shipment: Shipment) -> list[str]:
    """Return the numbers of a consignment's declarations."""
    return [paper.number for paper in shipment.papers.values()]


def _renumber(paper: Paper, shipment: Shipment, rng: Random) -> None:
    """Give the invoice another number in the seller's style, and slightly other amounts."""
    paper.invoice.number = other_number(paper.invoice.number, rng)
    for line in paper.lines:
        line.price = asked(shipment.seller, line.price * rng.uniform(1 - _OTHER_AMOUNT, 1 + _OTHER_AMOUNT), rng)
    insure([paper])


def other_number(number: str, rng: Random) -> str:
    """Return another number that looks like one: its last five digits are drawn anew."""
    return number[:-5] + f"{rng.randrange(10**5):05d}"

"""Split consignments: bring one large order in small ones, each under a limit below which nobody asks."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import FREIGHT_PAID, Order, lines_of, weighed
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import rate
from tidewaiter.world.model import IMPORT, Good, Line, Paper, Shipment, Trader
from tidewaiter.world.schemes.relabel import known_by, papers_of, show
from tidewaiter.world.schemes.scheme import Ring, Scheme, found_buyer, plant
from tidewaiter.world.schemes.skill import by_skill, within

_LIMITS = {"value": 1_000.0, "mass": 100.0}
"""Below which goods are not inspected before shipment, in dollars free on board, and need no licence, in kilograms."""

_FILLED = ((0.93, 0.995), (0.6, 0.97))
"""Which part of the limit a small consignment is said to reach."""

_PARTS = (3, 7)
"""How many small consignments one order makes, at least and at most."""

_COMPANIES = (1, 5)
"""How many companies of the same people buy, by those without and with all skill."""

_APART_DAYS = ((0.0, 0.6), (1.0, 5.0))
"""How many days lie between one small consignment and the next."""

_OVER = ((1.3, 2.2), (1.0, 1.25))
"""What a part is worth beside the limit: the price is cut where it is above."""

_DUTY = 10
"""Least rate on goods whose price is cut, in per cent."""


class SplitConsignments(Scheme):
    """Order once, and let it come in parts: other days, other companies of the same people, the same seller and goods.

    Under `value` each part is declared under the value from which on goods are inspected before they are shipped, and
    its price is cut where it would be above; under `mass` each stays under what a licence is asked for, and every
    paper is true. The unskilled send all on one ship to one company, each a hair below the limit.
    """

    name = "split-consignments"
    law = (
        "Revised Kyoto Convention, General Annex, Transitional Standard 4.13 (minimum value) and Specific Annex A; UN "
        "Convention of 1988, Article 12(9), and CITES, Article VII: limits hold for the whole of what is sent."
    )
    irregularity = "value"
    story = "One order came in small consignments, each below a limit."
    rings = 1.5
    rate = 0.9

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods can be split into parts of a thousand dollars."""
        del country
        small = good.pack_mass * good.price < _LIMITS["value"] / 3
        return bool(good.trade and small and not good.sensitive and good.duty >= _DUTY)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Set up companies that share their people, and settle which limit they keep under."""
        limit = rng.choice(("value", "value", "mass"))
        fits = self.fits if limit == "value" else _licensed
        first = found_buyer(scene, ring, rng, fits)
        ring.companies = [first]
        for _ in range(round(by_skill(ring.skill, *_COMPANIES)) - 1):
            like = first if rng.random() >= ring.skill else None
            opened = first.opened + rng.randrange(90)
            kin = scene.register.found(rng, ring.country, "buyer", opened, kin=ring.kin, goods=first.goods, like=like)
            kin.weight, kin.partners = 0.0, first.partners
            ring.companies.append(kin)
        ring.notes["limit"] = limit

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Order once and let it come in parts."""
        limit = ring.notes["limit"]
        seller, good = scene.register.draw_partner(rng, ring.companies[0], scene.day(moment))
        if good not in ring.companies[0].goods:
            return []
        count = rng.randint(*_PARTS)
        order = Order(moment, seller, ring.companies[0], [good])
        whole = lines_of(rng, order, scene.day(moment))[0]
        parts = _parts(whole, count, limit, ring.skill, seller, rng)
        made, start = [], rng.randrange(len(ring.companies))
        for place, line in enumerate(parts):
            buyer = ring.companies[(start + place) % len(ring.companies)]
            picked = ring.picked
            shipment = arrange(scene, rng, Order(moment, seller, buyer, [good], lines=[line]))
            if IMPORT in shipment.papers:
                self._keep_under(scene, ring, shipment, (place + 1, parts), rng)
                made.append(shipment)
            ring.picked = picked
            moment += timedelta(days=within(rng, ring.skill, *_APART_DAYS))
        return made

    def _keep_under(
        self, scene: Scene, ring: Ring, shipment: Shipment, which: tuple[int, list[Line]], rng: Random
    ) -> None:
        """Cut the price where it is above the limit, and say what the part is one of."""
        place, parts = which
        total, line = sum(part.net for part in parts), shipment.lines[0]
        story = (
            f"{line.net:,.0f} kg of {line.wording} were part {place} of {len(parts)} of one order of {total:,.0f} kg, "
            f"kept under the limit of {_LIMITS[ring.notes['limit']]:,.0f} "
        )
        if ring.notes["limit"] == "mass":
            story += "kg from which on a licence is asked for."
            shipment.planted = plant(self, scene, ring, shipment, story, item=1, references=known_by(shipment))
            shipment.planted.irregularity = "quantity"
            return
        papers = papers_of(shipment, seller_in=True)
        worth = _dollars(scene, papers[0])
        most = _LIMITS["value"] * within(rng, ring.skill, *_FILLED)
        shown = worth
        if worth > most:
            show(shipment, papers, _share(scene, papers[0], most), rng)
            shown = _dollars(scene, papers[0])
        story += f"USD from which on goods are inspected: worth {worth:,.0f} USD, it was declared at {shown:,.0f} USD."
        shipment.planted = plant(self, scene, ring, shipment, story, item=1, references=known_by(shipment))


def _licensed(good: Good, country: str) -> bool:
    """Say whether a licence is asked for goods from some mass on."""
    del country
    small = good.pack_mass < _LIMITS["mass"]
    return bool(good.trade and small and good.sensitive in {"precursor", "medicine", "dual-use", "excise"})


def _parts(whole: Line, count: int, limit: str, skill: float, seller: Trader, rng: Random) -> list[Line]:  # noqa: PLR0917 - what it is cut by
    """Return the parts of an order, each priced in dollars."""
    parts = []
    for _ in range(count):
        if limit == "value":
            share = _LIMITS[limit] * within(rng, skill, *_OVER) / whole.price
        else:
            share = _LIMITS[limit] * within(rng, skill, *_FILLED) / whole.net
        line = copy(whole)
        line.packages = max(1, int(whole.packages * share))
        each = whole.net / whole.packages
        line.net = weighed(line.packages * each, seller)
        line.gross = max(weighed(line.net * whole.gross / whole.net, seller), line.net)
        line.units = max(1, round(line.net / line.good.unit_mass)) if line.good.unit_mass else 0
        line.price = whole.price * line.net / whole.net
        parts.append(line)
    return parts


def _share(scene: Scene, paper: Paper, most: float) -> float:
    """Return which share of the invoice is shown, so that the goods themselves are worth so many dollars."""
    total = sum(line.price for line in paper.lines)
    paid = paper.invoice.freight if paper.invoice.incoterm in FREIGHT_PAID else 0.0
    return min((most / rate(paper.invoice.currency, scene.day(paper.at)) + paid) / total, 1.0)


def _dollars(scene: Scene, paper: Paper) -> float:
    """Return what a paper's invoice asks for the goods themselves, in dollars."""
    total = sum(line.price for line in paper.lines)
    if paper.invoice.incoterm in FREIGHT_PAID:
        total = max(total - paper.invoice.freight, 0.05 * total)
    return total * rate(paper.invoice.currency, scene.day(paper.at))

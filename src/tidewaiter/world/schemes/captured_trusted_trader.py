"""Capture a trusted trader: let goods of a ring come in among those of a large authorised importer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import Order, goods_of, lines_of, weighed
from tidewaiter.world.chain.papers import local_reference
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.goods import BY_HS, GOODS
from tidewaiter.world.model import EXPORT, IMPORT, SEA, Good, Line, Shipment, Trader
from tidewaiter.world.schemes.relabel import insure, known_by
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant
from tidewaiter.world.schemes.skill import by_skill, within

_LARGEST = 30
"""Among how many of a country's largest importers a ring looks for an authorised one."""

_HIDDEN = ((0.15, 0.4), (0.04, 0.12))
"""Which share of a consignment's mass is the ring's goods."""

_MASS_DECLARED = (0.2, 0.95)
"""How often the mass that is declared is that of all, and not only of the trader's own goods."""

_OTHER_BROKER, _OTHER_PORT, _OTHER_SELLER = (0.7, 0.05), (0.7, 0.1), (0.8, 0.15)
"""How often the consignment goes by another broker, port or seller than the trader's usual ones."""

_CHOICES = 3
"""Among how many kinds of goods a ring chooses what it hides."""

_DUTY, _DEAR, _DEAR_MOST = 10, 10.0, 400.0
"""Least rate in per cent, and bounds of price in dollars a kilogram, of what is hidden."""


class CapturedTrustedTrader(Scheme):
    """Hide the goods of a ring among those of a large, regular, authorised importer, by way of somebody inside.

    Its other consignments, by far the most, are honest and are not the ring's at all. Those that are not show the
    trader's usual goods only: the mass is a little too large for the number of packages and the price, and where the
    ring is careless the broker, port or seller is not the trader's own, and the cargo report's mass is not the declared
    one (XDO-001 `mass`).
    """

    name = "captured-trusted-trader"
    law = (
        "WCO SAFE Framework, Pillar 2, Standard 1 and Annex IV (authorised economic operators); Revised Kyoto "
        "Convention, General Annex, Transitional Standard 3.32 (special procedures for authorised persons)."
    )
    irregularity = "quantity"
    story = "Undeclared goods came in among those of an authorised importer."
    rings = 0.8
    rate = 0.8
    skill = (0.35, 0.98)
    cover = 0.0

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether there is an importer to be captured."""
        return super().possible(scene, country) and bool(scene.register.buyers(country))

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are worth hiding."""
        del country
        dear = _DEAR <= good.price <= _DEAR_MOST
        return bool(good.trade and good.duty >= _DUTY and dear)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Choose the importer, what is hidden among its goods, and a seller that is not the importer's own."""
        buyer = _large(scene, ring.country, rng)
        good = rng.choice(buyer.goods)
        origins, shares = zip(*good.origins, strict=True)
        abroad = rng.choices(origins, shares)[0]
        ring.companies = [buyer]
        ring.sellers = [scene.register.found(rng, abroad, "seller", -rng.randrange(30, 900), goods=(good,))]
        ring.brokers = [rng.choice(scene.register.brokers(ring.country))]
        hidden = [good for good in GOODS if self.fits(good, ring.country)]
        ring.offer("hidden", [good.hs for good in rng.sample(hidden, _CHOICES)])
        ring.offer("port", [port.place.code for port in COUNTRIES[ring.country].sea] or [""])

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Order what the importer usually orders, and put the ring's goods with it."""
        day, buyer = scene.day(moment), ring.companies[0]
        seller, good = scene.register.draw_partner(rng, buyer, day)
        if rng.random() < by_skill(ring.skill, *_OTHER_SELLER):
            seller, good = ring.sellers[0], ring.sellers[0].goods[0]
        order = Order(moment, seller, buyer, goods_of(rng, seller, buyer, good)[:2], mode=SEA)
        if rng.random() < by_skill(ring.skill, *_OTHER_PORT):
            order.ports = ("", ring.choose(rng, "port"))
        order.lines = lines_of(rng, order, day)
        order.lines.append(self._hidden(ring, order, day, rng))
        shipment = arrange(scene, rng, order)
        paper = shipment.papers.get(IMPORT)
        if paper is None:
            return []
        if rng.random() < by_skill(ring.skill, *_OTHER_BROKER):
            paper.broker = ring.brokers[0]
            paper.local = local_reference(scene, paper.broker, buyer, paper.at)
        self._hide(scene, ring, shipment, rng)
        return [shipment]

    def _hidden(self, ring: Ring, order: Order, day: int, rng: Random) -> Line:
        """Return the line of the ring's goods, priced in dollars: a share of the mass of the others."""
        good = BY_HS[ring.choose(rng, "hidden")]
        line = lines_of(rng, replace(order, goods=[good], lines=[]), day)[0]
        mass = sum(one.net for one in order.lines) * within(rng, ring.skill, *_HIDDEN)
        each = line.net / line.packages
        line.packages = max(1, round(mass / each))
        net = weighed(line.packages * each, order.seller)
        line.price *= net / line.net
        line.gross, line.net = max(weighed(net * line.gross / line.net, order.seller), net), net
        line.units = max(1, round(net / good.unit_mass)) if good.unit_mass else 0
        return line

    def _hide(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> None:
        """Take the last line out of every paper; its mass stays in cargo reports, and in all if the ring is careful."""
        hidden, paper = shipment.lines[-1], shipment.papers[IMPORT]
        careful = rng.random() < by_skill(ring.skill, *_MASS_DECLARED)
        heaviest = max(range(len(shipment.lines) - 1), key=lambda place: shipment.lines[place].gross)
        for one in shipment.papers.values():
            del one.lines[-1]
            line = one.lines[heaviest]
            if careful or one.kind not in {IMPORT, EXPORT}:
                line.net = weighed(line.net + hidden.net, shipment.seller)
                line.gross = max(weighed(line.gross + hidden.gross, shipment.seller), line.net)
        insure(list(shipment.papers.values()))
        story = (
            f"{hidden.net:,.0f} kg of {hidden.wording} came undeclared among {paper.lines[heaviest].wording} of "
            f"{shipment.buyer.name}, an authorised trader."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, item=heaviest + 1, references=known_by(shipment))


def _large(scene: Scene, country: str, rng: Random) -> Trader:
    """Return a large importer of a country: an authorised one where there is any."""
    buyers = [one for one in scene.register.buyers(country) if one.goods and one.opened < 0]
    buyers.sort(key=lambda one: -one.weight)
    largest = [one for one in buyers if one.authorised][:_LARGEST] or buyers[:_LARGEST]
    return rng.choice(largest)

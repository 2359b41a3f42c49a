"""Send goods under transit by road, from a seaport to a terminal, and say what is owed on them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from random import Random

from tidewaiter.world.chain.order import weighed
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.worth import owed
from tidewaiter.world.geography import COUNTRIES, HOMES
from tidewaiter.world.goods import GOODS
from tidewaiter.world.model import IMPORT, TRANSIT, Good, Paper, Shipment
from tidewaiter.world.schemes.laden import BULKY, box_order, boxed, open_companies
from tidewaiter.world.schemes.scheme import Ring, Scheme
from tidewaiter.world.schemes.skill import by_skill

_TRIES = 24
"""How many consignments to its own terminals a ring orders until one goes under transit."""

_UNWEIGHED = (0.15, 0.7)
"""How often nobody weighs at the destination, for those without skill and for those with all of it."""

_DUTY = 20
"""Duty that is worth evading, in per cent."""


@cache
def served(country: str) -> tuple[str, ...]:
    """Return where goods go under transit from a home's seaports: its own terminals, and landlocked homes behind it."""
    behind = (one for one in HOMES if any(code[:2] == country for code, _ in COUNTRIES[one].gateways))
    return (country, *behind)


def can_move(scene: Scene, country: str) -> bool:
    """Say whether goods go under transit from the country's seaports."""
    return scene.told(country) and bool(COUNTRIES[country].sea) and bool(COUNTRIES[country].inland)


class UnderTransit(Scheme):
    """What schemes of the road have in common: consignees of the ring, and dear goods that leave a port for them."""

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether goods go under transit from the country's seaports."""
        return can_move(scene, country)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring its consignees."""
        open_consignees(scene, ring, rng)

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are worth taking off the road."""
        return taxed(good, country)

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Return a movement that is bent."""
        shipment = under_transit(scene, ring, moment, rng)
        return [shipment] if shipment is not None and self.bend(scene, ring, shipment, rng) else []


def taxed(good: Good, country: str) -> bool:
    """Say whether goods are worth taking off the road: bulky, and with a high duty."""
    del country
    return good.duty >= _DUTY and good.mass >= BULKY and not good.sensitive


def open_consignees(scene: Scene, ring: Ring, rng: Random) -> None:
    """Give a ring a company at every destination, and let it choose between them."""
    fit = [good for good in GOODS if taxed(good, ring.country)]
    for destination in served(ring.country):
        goods = tuple(rng.sample(fit, rng.choice((1, 2, 2, 3))))
        opened = -rng.randrange(30, 900)
        company = scene.register.found(rng, destination, "buyer", opened, kin=ring.kin, goods=goods)
        company.weight = 0.0
        ring.companies.append(company)
    ring.offer("destination", served(ring.country))


def under_transit(scene: Scene, ring: Ring, moment: datetime, rng: Random) -> Shipment | None:
    """Return an honest consignment of the ring that leaves a seaport of its country under transit, or None."""
    destination = ring.choose(rng, "destination")
    buyers = [one for one in open_companies(ring.companies, scene.day(moment)) if one.country == destination]
    ports = [code for code, _ in COUNTRIES[destination].gateways if code[:2] == ring.country]
    ports = ports or [port.place.code for port in COUNTRIES[ring.country].sea]
    shares = [1.0] * len(ports) if destination != ring.country else [one.share for one in COUNTRIES[ring.country].sea]
    if not buyers:
        return None
    for _ in range(_TRIES):
        order = box_order(scene, ring.country, rng.choice(buyers), moment, rng, taxed)
        if order is None:
            return None
        order.ports = ("", rng.choices(ports, shares)[0])
        shipment = boxed(scene, rng, order)
        if shipment is not None and TRANSIT in shipment.papers and shipment.steps:
            return shipment
    return None


def owed_at_departure(scene: Scene, shipment: Shipment, share: float = 1.0) -> float:
    """Return duty and tax on a share of the true goods in the country that they left under transit, in its currency."""
    paper = shipment.papers[TRANSIT]
    return share * owed(shipment.lines, shipment.invoice, paper.country, scene.day(paper.at))


def to_minute(moment: datetime) -> datetime:
    """Return a moment as lorries and border posts have it: to the minute."""
    return moment.replace(second=0, microsecond=0)


def weigh(rng: Random, ring: Ring, shipment: Shipment, mass: float) -> None:
    """Let the office at the destination report a mass in kilograms, or write down what is declared without weighing."""
    if rng.random() >= by_skill(ring.skill, *_UNWEIGHED):
        for step in shipment.steps:
            if step.type == "unloading":
                step.mass = weighed(mass, shipment.seller)


def never_imported(shipment: Shipment) -> None:
    """Leave the import declaration out: nothing came to be declared."""
    shipment.papers.pop(IMPORT, None)


def to_stop(shipment: Shipment) -> Paper:
    """Return the paper that should be stopped: the import declaration in the same country, else that of transit."""
    transit, inward = shipment.papers[TRANSIT], shipment.papers.get(IMPORT)
    return inward if inward is not None and inward.country == transit.country else transit

"""Collude: bring consignments to one office, by one broker, when a certain officer is on duty."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import ClassVar

from tidewaiter.world.chain.papers import local_reference
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import IMPORT, SEA, Good, Paper, Shipment
from tidewaiter.world.schemes.relabel import known_by, papers_of, show
from tidewaiter.world.schemes.scheme import Ring, Scheme, found_buyer, plant, usual
from tidewaiter.world.schemes.skill import by_skill, within

_SHIFTS = ((7.5, 12.5), (12.5, 17.5))
"""Hours of duty, by the clock of the place, from and to."""

_WEEKDAYS = (1, 4)
"""On how many weekdays the officer is on duty and the ring declares, by those without and with all skill."""

_SHARE = ((0.25, 0.5), (0.5, 0.75))
"""Which share of the price is declared."""

_SELLER_IN = 0.4
"""How often the seller's papers show the low price too."""

_COMPANIES = (2, 4)
"""How many importers use the broker, at least and at most."""

_DUTY = 10
"""Least rate on goods, in per cent."""


class OfficerBrokerCollusion(Scheme):
    """Declare too little at an office where one officer looks away, through one broker, in that officer's hours.

    Controls of these declarations there find nothing, whoever chose them (`blind`). Several importers that have nothing
    else in common use the broker; what gives them away is broker, office, weekday and shift together, low prices, and
    controls that are conform more often than chance has it. The unskilled come on one weekday only.
    """

    name = "officer-broker-collusion"
    law = (
        "UN Convention against Corruption, Articles 15 and 18; WCO Revised Arusha Declaration, points 6 and 7; WTO "
        "Agreement on Customs Valuation, Article 1."
    )
    irregularity = "value"
    story = "A broker declared too little when an officer who had been paid was on duty."
    rings = 1.0
    rate = 4.0
    cover = 0.25
    blind: ClassVar[bool] = True

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether the country has brokers, and a seaport's office."""
        return super().possible(scene, country) and bool(COUNTRIES[country].sea and scene.register.brokers(country))

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods cost duty enough."""
        del country
        return bool(good.trade and good.duty >= _DUTY and not good.sensitive)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Choose office, broker, weekdays and shift, and the importers that use them."""
        ring.companies = [found_buyer(scene, ring, rng, self.fits) for _ in range(rng.randint(*_COMPANIES))]
        brokers = list(scene.register.brokers(ring.country))
        ring.brokers = [rng.choice(brokers[len(brokers) // 4 :])]
        for company in ring.companies:
            company.broker = ring.brokers[0].id
        port = rng.choice(COUNTRIES[ring.country].sea)
        ring.offer("port", [port.place.code])
        days = sorted(rng.sample(range(5), round(by_skill(ring.skill, *_WEEKDAYS))))
        ring.notes.update(office=port.office, days="".join(map(str, days)), shift=str(rng.randrange(len(_SHIFTS))))

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Bring goods by sea to the port of the office."""
        shipment = usual(scene, ring, moment, rng, self.fits, mode=SEA)
        if shipment is None:
            return []
        self.bend(scene, ring, shipment, rng)
        return [shipment]

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Declare a share of the prices in the officer's hours; what went to another office stays honest."""
        paper = shipment.papers.get(IMPORT)
        if paper is None or paper.office != ring.notes["office"]:
            return False
        _wait(scene, ring, paper, rng)
        papers = papers_of(shipment, seller_in=rng.random() < _SELLER_IN)
        paid, shown = show(shipment, papers, within(rng, ring.skill, *_SHARE), rng)
        currency = shipment.invoice.currency
        story = (
            f"{paid:,.0f} {currency} was paid for the goods; {ring.brokers[0].name} declared {shown:,.0f} {currency} "
            f"at {paper.office} while an officer who had been paid was on duty."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, references=known_by(shipment))
        return True


def _wait(scene: Scene, ring: Ring, paper: Paper, rng: Random) -> None:
    """Lodge a declaration at the next hour at which the officer is on duty."""
    offset = timedelta(hours=scene.hours(paper.country))
    local = paper.at + offset
    opens, closes = _SHIFTS[int(ring.notes["shift"])]
    clock = local.hour + local.minute / 60
    if str(local.weekday()) in ring.notes["days"] and opens <= clock < closes:
        return
    if clock >= opens:
        local += timedelta(days=1)
    while str(local.weekday()) not in ring.notes["days"]:
        local += timedelta(days=1)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = opens * 3600 + (closes - opens) * 3600 * rng.betavariate(1.4, 2.2)
    paper.at = midnight + timedelta(seconds=int(seconds)) - offset
    paper.number = scene.numbers.movement_reference(paper.at.year, paper.country, "I")
    paper.local = local_reference(scene, paper.broker, paper.importer, paper.at)

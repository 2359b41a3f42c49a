"""Trade through front companies: found one, declare low values, close it, and found the next."""

from __future__ import annotations

from datetime import datetime
from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.model import IMPORT, Good, Shipment, Trader
from tidewaiter.world.schemes.relabel import known_by, papers_of, show
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant, usual
from tidewaiter.world.schemes.skill import by_skill, within

_LIFE_DAYS = ((25.0, 40.0), (70.0, 130.0))
"""How long a company lives, by those without and with all skill."""

_SHARE = ((0.25, 0.5), (0.55, 0.8))
"""Which share of the price is declared."""

_KEEPS = {"address": (0.9, 0.15), "phone": (0.9, 0.2), "broker": (0.95, 0.4)}
"""What the next company takes over from the last, and how often."""

_SELLER_IN = (0.2, 0.9)
"""How often the seller's papers show the low price too."""

_RESTS = (1, 9)
"""How many days lie between the end of a company and the beginning of the next, at least and at most."""

_DUTY, _DEAR = 10, 8.0
"""Least rate in per cent, and least price in dollars a kilogram, of what is worth a company."""


class FrontCompany(Scheme):
    """Import through a company that nobody will find when the accounts are looked at.

    It declares a part of the price for a month or a few, closes, or is given up after a seizure, and comes back under
    another name and identifier: with the same sellers and goods, and, by those without skill, the same address, phone
    and broker.
    """

    name = "front-company"
    law = (
        "WTO Agreement on Customs Valuation, Article 1; Revised Kyoto Convention, General Annex, Standard 6.6 "
        "(controls by audit); FATF Recommendation 24 (who owns a company)."
    )
    irregularity = "value"
    story = "A company that existed for some weeks imported dear goods at low values, and was followed by the next."
    rings = 2.0
    rate = 3.5

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are dear and dutiable enough."""
        del country
        return bool(good.trade and good.duty >= _DUTY and good.price >= _DEAR and not good.sensitive)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Found the first company; it is some days old when the world is first told of."""
        super().open(scene, ring, rng)
        company = ring.companies[0]
        company.opened = -rng.randrange(1, 60)
        company.closed = company.opened + self._life(ring, rng)
        ring.notes["seizures"] = "0"

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Import through the company of the day, after founding it where the last one is at its end."""
        day, company = scene.day(moment), ring.companies[-1]
        caught = ring.seizures > int(ring.notes["seizures"])
        if caught:
            company.closed = min(company.closed, day)
            ring.notes["seizures"] = str(ring.seizures)
        if company.closed <= day:
            ring.companies.append(self._reborn(scene, ring, day, rng))
        shipment = usual(scene, ring, moment, rng, self.fits)
        if shipment is None or not self.bend(scene, ring, shipment, rng):
            return []
        return [shipment]

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Show a share of the prices."""
        if IMPORT not in shipment.papers:
            return False
        seller_in = rng.random() < by_skill(ring.skill, *_SELLER_IN)
        papers = papers_of(shipment, seller_in=seller_in)
        paid, shown = show(shipment, papers, within(rng, ring.skill, *_SHARE), rng)
        company, currency = shipment.buyer, shipment.invoice.currency
        turn = ring.companies.index(company) + 1
        age = scene.day(shipment.papers[IMPORT].at) - company.opened
        story = (
            f"{company.name}, company {turn} of the same people and {age} days old, declared {shown:,.0f} {currency} "
            f"for goods that cost {paid:,.0f} {currency}."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, references=known_by(shipment))
        return True

    def _life(self, ring: Ring, rng: Random) -> int:
        """Return how many days a company lives."""
        return round(within(rng, ring.skill, *_LIFE_DAYS))

    def _reborn(self, scene: Scene, ring: Ring, day: int, rng: Random) -> Trader:
        """Return the next company: another name and identifier, and what it takes over from the last."""
        last = ring.companies[-1]
        opened = min(last.closed + rng.randint(*_RESTS), day)
        new = scene.register.found(rng, ring.country, "buyer", opened, kin=ring.kin, goods=last.goods)
        new.weight, new.closed = 0.0, day + self._life(ring, rng)
        new.partners = list(last.partners)
        keeps = {what: rng.random() < by_skill(ring.skill, *shares) for what, shares in _KEEPS.items()}
        if keeps["address"]:
            new.line, new.city, new.postcode = last.line, last.city, last.postcode
        if keeps["phone"]:
            new.phone = last.phone
        if keeps["broker"]:
            new.broker = last.broker
        return new

"""Misdescribe: bring or take out what is forbidden or controlled under an innocent name."""

from __future__ import annotations

import math
from datetime import datetime
from random import Random

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import Order
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.goods import BY_HS, GOODS, of_origin
from tidewaiter.world.model import EXPORT, IMPORT, SEA, Good, Shipment
from tidewaiter.world.schemes.relabel import claim, cold, known_by, reprice, usual_price
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant
from tidewaiter.world.schemes.skill import by_skill, within

_INWARD = frozenset({"waste", "excise", "medicine", "weapons", "precursor"})
"""What is brought in under another name."""

_OUTWARD = frozenset({"species", "waste"})
"""What is taken out under another name."""

_ORDINARY = frozenset({"2203", "2204", "2207", "2620", "2710", "4707"})
"""Headings of drink, fuel and waste that are hardly worth smuggling."""

_DUMPED_ON = 1.8
"""Wealth of a country from which on nobody brings waste there."""

_POOR, _RICH = 0.75, 1.0
"""Waste goes to countries of less wealth than the one, protected wood and ivory to those of more than the other."""

_PRICE_SHARE = ((0.25, 1.1), (0.85, 1.15))
"""What the innocent goods are said to cost beside their usual price, by those without and with all skill."""

_DEARER_MOST, _LOTS_MOST = 3.0, math.log(12.0)
"""How much dearer the innocent goods may be, and how different their usual lots, as a logarithm."""

_PACKED = (0.2, 1.0)
"""How often the number of packages is made to fit the innocent goods."""

_BESIDE = (0.62, 0.24, 0.14)
"""How often none, one or two lines of goods that are what they are called travel with it."""

_COVERS = 4
"""How many innocent names a ring thinks of."""

_REVENUE_ONLY = frozenset({"excise"})
"""Goods that endanger nobody: only tax is lost."""


class Misdescription(Scheme):
    """Send waste, protected species, medicine, arms, precursors or tobacco under an innocent name.

    All papers agree, since the sender writes them; what is true shows only in mass, price, packing and route. The
    skilled choose goods that the country really sends, that travel in as large lots and cost what is usual; the
    unskilled take any, at any price, and keep the number of packages.
    """

    name = "misdescription"
    law = (
        "Basel Convention, Articles 6 and 9 (waste); CITES, Articles III to V (species); UN Convention of 1988, "
        "Article 12 (precursors); Arms Trade Treaty, Article 5; Medicrime Convention, Articles 5 to 8."
    )
    irregularity = "prohibited"
    story = "Goods that are forbidden or controlled were sent under an innocent name."
    rings = 2.0
    rate = 2.0
    safety = True

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether there are such goods to be brought in or taken out."""
        return super().possible(scene, country) and bool(_smuggled(country))

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are innocent: what the ring trades in for show."""
        del country
        return bool(good.trade) and not good.sensitive

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Choose what is smuggled, from where to where, under which names, and set up a sender and a receiver."""
        outward, good = rng.choice(_smuggled(ring.country))
        origin, destination = _ends(scene, ring.country, good, rng, outward=outward)
        covers = _covers(origin, good, ring.skill, rng)
        opened = -rng.randrange(30, 900)
        goods = tuple(covers)
        seller = scene.register.found(rng, origin, "seller", opened, kin=ring.kin if outward else None, goods=goods)
        buyer = scene.register.found(rng, destination, "buyer", opened, kin=None if outward else ring.kin, goods=goods)
        buyer.partners = [seller]
        ring.companies, ring.sellers = [buyer], [seller]
        ring.notes.update(goods=good.hs, kind=EXPORT if outward else IMPORT)
        ring.offer("cover", [cover.hs for cover in covers])
        if not outward:
            ring.offer("port", [port.place.code for port in COUNTRIES[ring.country].sea] or [""])

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Send the goods under one of the names that the ring has for them."""
        good, kind = BY_HS[ring.notes["goods"]], ring.notes["kind"]
        cover = BY_HS[ring.choose(rng, "cover")]
        others = [BY_HS[arm.value] for arm in ring.arms["cover"] if arm.value != cover.hs]
        goods = rng.sample(others, min(len(others), rng.choices((0, 1, 2), _BESIDE)[0]))
        place = rng.randint(0, len(goods))
        goods.insert(place, good)
        order = Order(moment, ring.sellers[0], ring.companies[0], goods)
        order.mode = SEA if cover.price < good.price and rng.random() < ring.skill else ""
        order.ports = ("", ring.choose(rng, "port") if "port" in ring.arms else "")
        shipment = arrange(scene, rng, order)
        paper = shipment.papers.get(kind)
        if paper is None:
            return []
        papers = list(shipment.papers.values())
        claim(papers, place, cover, rng, packed=rng.random() < by_skill(ring.skill, *_PACKED))
        for one in papers:
            one.lines[place].origin = shipment.origin
        share = within(rng, ring.skill, *_PRICE_SHARE)
        price = usual_price(scene, shipment, cover, shipment.origin, rng) * share
        reprice(scene, shipment, papers, place, price, rng)
        true, said = shipment.lines[place], paper.lines[place]
        way = "left" if kind == EXPORT else "came"
        story = f"{true.net:,.0f} kg of {true.hs} ({true.wording}) {way} as {said.hs} ({said.wording})."
        lost = 0.0 if kind == EXPORT else None
        named = known_by(shipment)
        planted = plant(self, scene, ring, shipment, story, paper=paper, item=place + 1, lost=lost, references=named)
        planted.safety = good.sensitive not in _REVENUE_ONLY
        shipment.planted = planted
        return [shipment]


def _smuggled(country: str) -> list[tuple[bool, Good]]:
    """Return what can be taken out of a country (True) or brought in (False)."""
    found = []
    for good in GOODS:
        if good.hs[:4] in _ORDINARY:
            continue
        own = any(origin == country for origin, _ in good.origins)
        if good.sensitive in _OUTWARD and own:
            found.append((True, good))
        dumped = good.sensitive != "waste" or COUNTRIES[country].wealth < _DUMPED_ON
        if good.sensitive in _INWARD and not own and dumped:
            found.append((False, good))
    return found


def _ends(scene: Scene, country: str, good: Good, rng: Random, *, outward: bool) -> tuple[str, str]:
    """Return where the goods are from and where they go; a country with a node is the likelier other end."""
    if not outward:
        origins, shares = zip(*good.origins, strict=True)
        weights = [share * (3.0 if scene.told(one) else 1.0) for one, share in zip(origins, shares, strict=True)]
        return rng.choices(origins, weights)[0], country
    poor = good.sensitive == "waste"
    found = [
        one
        for one in COUNTRIES.values()
        if one.code != country and (one.wealth < _POOR if poor else one.wealth > _RICH)
    ]
    weights = [one.wealth * (3.0 if scene.told(one.code) else 1.0) for one in found]
    return country, rng.choices([one.code for one in found], weights)[0]


def _covers(origin: str, good: Good, skill: float, rng: Random) -> list[Good]:
    """Return innocent goods of a country of origin: the skilled choose those like the true ones."""
    decoys = [BY_HS[hs] for hs in good.decoys if hs in BY_HS]
    made = [one for one, _ in of_origin(origin)]
    if good.sensitive in _REVENUE_ONLY:
        made = [one for one in made if one.duty * one.price < good.duty * good.price]
    made = [one for one in made if not one.sensitive and one.price < _DEARER_MOST * max(good.price, 1.0)]
    found = [one for one in made if one not in decoys and cold(one) == cold(good) and _lots(one, good) < _LOTS_MOST]
    if not found:
        found = [one for one in made if cold(one) == cold(good)] or [one for one in GOODS if _innocent(one, good)]
    likely = sorted(found, key=lambda one: _unlike(one, good))
    near = [one for one in decoys if one in made] + likely
    chosen = [near[place] if rng.random() < skill else rng.choice(found) for place in range(min(_COVERS, len(near)))]
    return list({one.hs: one for one in chosen}.values())


def _innocent(cover: Good, good: Good) -> bool:
    """Say whether goods are innocent and travel as the true ones do, wherever they are made."""
    return bool(cover.trade) and not cover.sensitive and cold(cover) == cold(good)


def _lots(cover: Good, good: Good) -> float:
    """Return how much the usual lots of goods differ: the logarithm of how many times larger one is."""
    return abs(math.log(cover.mass / good.mass))


def _unlike(cover: Good, good: Good) -> float:
    """Return how unlike goods are in lot, packing and price; 0 for the same."""
    return (
        _lots(cover, good)
        + 0.5 * abs(math.log(cover.pack_mass / good.pack_mass))
        + 0.3 * abs(math.log(cover.price / good.price))
        + (0.0 if cover.pack == good.pack else 1.0)
    )

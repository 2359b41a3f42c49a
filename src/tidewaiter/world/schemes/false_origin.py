"""Claim a false origin: pass goods under a trade remedy or a high rate off as made in a third country."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import Order, weighed
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.taxes import duty_rate, preferred
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.goods import GOODS
from tidewaiter.world.model import EXPORT, IMPORT, Good, Line, Shipment, Trader
from tidewaiter.world.schemes.relabel import cold, dollars, known_by, papers_of
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant
from tidewaiter.world.schemes.skill import by_skill, within

_DETOUR = (0.25, 0.95)
"""How often the goods really go through the third country, with papers of a company there."""

_MADE_THERE = 0.3
"""From which skill on the third country is one that makes such goods; the others claim any that lets them in."""

_STAY_DAYS = ((2.0, 5.0), (8.0, 30.0))
"""How long the goods lie in the third country before they are sent on."""

_REPACKED = (0.0, 0.03)
"""By which share the masses sent on differ from those that came, at most."""

_MARGIN = (1.02, 1.15)
"""What the company in the third country asks, beside what it paid."""

_SELLER_TELLS = (0.5, 0.02)
"""How often the third country's export declaration names the true origin all the same."""

_GAIN = 5
"""Least difference of rates that is worth it, in per cent."""

_CHAPTERS = 6
"""How many chapters apart goods are at most that come together."""

_ONE_LINE = 0.6
"""How often one of the goods comes alone."""

_REMEDY = 4.0
"""How much likelier a ring turns to goods under a trade remedy than to others."""

_TRANSIT = ("AE", "VN", "MA", "TR", "MY", "TH", "SG")
"""Where unskilled rings say that anything is made."""


class FalseOrigin(Scheme):
    """Declare that goods were made where they were only transhipped, or never were at all.

    With a detour the goods are imported into the third country under a kin company's name and sent on from there in
    the same masses, days later, as its own: a node there sees both. Without one, they come straight from the country
    that made them, and only the import declaration names another origin than the country they were sent from.
    """

    name = "false-origin"
    law = (
        "Revised Kyoto Convention, Specific Annex K, Chapters 1 to 3: origin is where goods were wholly produced or "
        "last substantially transformed; WTO Anti-Dumping Agreement, Article 9 (remedies by origin)."
    )
    irregularity = "origin"
    story = "The goods were said to be of a country that they only passed, to escape a remedy or claim a preference."
    rings = 2.5
    rate = 3.0

    def fits(self, good: Good, country: str) -> bool:
        """Say whether another origin of the goods is cheaper by enough."""
        return bool(good.trade and not cold(good) and _pairs(good, country, made_there=True))

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Set up a buyer, a maker in the true origin, and a company in each country that can be claimed."""
        found = [good for good in GOODS if self.fits(good, ring.country)]
        good = rng.choices(found, [one.trade * (_REMEDY if one.remedy else 1.0) for one in found])[0]
        made_there = ring.skill >= _MADE_THERE
        pairs = _pairs(good, ring.country, made_there=made_there)
        true = rng.choice(sorted({pair[0] for pair in pairs}))
        claimed = sorted({pair[1] for pair in pairs if pair[0] == true})
        claimed = sorted(rng.sample(claimed, min(3, len(claimed))), key=lambda one: not scene.told(one))
        others = _with(good, found, ring.country, {(true, one) for one in claimed}, made_there=made_there)
        goods = (good, *rng.sample(others, min(len(others), rng.choice((0, 1, 2)))))
        opened = -rng.randrange(30, 700)
        buyer = scene.register.found(rng, ring.country, "buyer", opened, kin=ring.kin, goods=goods)
        maker = scene.register.found(rng, true, "seller", opened - 400, goods=goods)
        through = [scene.register.found(rng, one, "seller", opened, kin=ring.kin, goods=goods) for one in claimed]
        buyer.partners = [maker, *through]
        ring.companies, ring.sellers = [buyer], [maker, *through]
        ring.offer("origin", claimed)
        ring.offer("port", [port.place.code for port in COUNTRIES[ring.country].sea] or [""])

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Send goods of the true origin, through the claimed one or straight."""
        buyer, maker = ring.companies[0], ring.sellers[0]
        goods = rng.sample(maker.goods, 1 if rng.random() < _ONE_LINE else rng.randint(1, len(maker.goods)))
        claimed = ring.choose(rng, "origin")
        ports = ("", ring.choose(rng, "port"))
        if rng.random() >= by_skill(ring.skill, *_DETOUR):
            shipment = arrange(scene, rng, Order(moment, maker, buyer, goods, ports=ports))
            return [shipment] if self._straight(scene, ring, shipment, claimed, rng) else []
        middle = next(one for one in ring.sellers[1:] if one.country == claimed)
        return self._detour(scene, ring, Order(moment, middle, buyer, goods, ports=ports), rng)

    def _straight(self, scene: Scene, ring: Ring, shipment: Shipment, claimed: str, rng: Random) -> bool:
        """Name the claimed origin on what comes straight from the true one."""
        if IMPORT not in shipment.papers:
            return False
        seller_in = rng.random() < ring.skill
        for paper in papers_of(shipment, seller_in=seller_in):
            for line in paper.lines:
                line.origin = claimed
        line = shipment.lines[0]
        story = (
            f"{_goods(shipment)} made in {line.origin} were sent straight from there; "
            f"{claimed} was declared as the origin."
        )
        shipment.planted = plant(
            self, scene, ring, shipment, story, item=_item(shipment), references=known_by(shipment)
        )
        return True

    def _detour(self, scene: Scene, ring: Ring, order: Order, rng: Random) -> list[Shipment]:
        """Bring goods to the claimed country, and send the same goods on as its own."""
        maker, middle = ring.sellers[0], order.seller
        inward = arrange(scene, rng, Order(order.moment, maker, middle, order.goods))
        if IMPORT in inward.papers:
            inward.papers[IMPORT].procedure = "7100"
        stay = timedelta(days=within(rng, ring.skill, *_STAY_DAYS))
        order.moment = inward.legs[-1].arrives + stay
        order.lines = [_sent_on(scene, inward, place, middle, rng) for place in range(len(inward.lines))]
        shipment = arrange(scene, rng, order)
        if IMPORT not in shipment.papers:
            return []
        true = inward.lines[0].origin
        for line in shipment.lines:
            line.origin = true
        tells = rng.random() < by_skill(ring.skill, *_SELLER_TELLS)
        for paper in shipment.papers.values():
            for line in paper.lines:
                line.origin = true if tells and paper.kind == EXPORT else middle.country
            if paper.kind == EXPORT:
                paper.procedure = "3171" if tells else "1000"
        days = (shipment.ordered - inward.legs[-1].arrives).days
        story = (
            f"{_goods(shipment)} made in {true} lay {days} days in {middle.country} and were sent on "
            f"unchanged; {middle.country} was declared as the origin."
        )
        shipment.planted = plant(
            self, scene, ring, shipment, story, item=_item(shipment), references=known_by(shipment)
        )
        return [inward, shipment]


def _goods(shipment: Shipment) -> str:
    """Say what travels and how much of it."""
    mass = sum(line.net for line in shipment.lines)
    return f"{mass:,.0f} kg of {' and '.join(sorted({line.hs for line in shipment.lines}))}"


def _item(shipment: Shipment) -> int:
    """Return the item that is lied about: the only one, or 0 for all."""
    return 1 if len(shipment.lines) == 1 else 0


def _with(good: Good, found: list[Good], country: str, pairs: set[tuple[str, str]], *, made_there: bool) -> list[Good]:
    """Return goods of a like kind that can come in the same way: the same origins are worth claiming for them."""
    kind = int(good.hs[:2])
    near = [one for one in found if one is not good and abs(int(one.hs[:2]) - kind) <= _CHAPTERS]
    return [one for one in near if pairs <= set(_pairs(one, country, made_there=made_there))]


def _pairs(good: Good, country: str, *, made_there: bool) -> list[tuple[str, str]]:
    """Return true and claimed origins of which the claimed one is cheaper by enough."""
    origins = [origin for origin, _ in good.origins if origin != country]
    claimable = origins if made_there else [one for one in dict.fromkeys((*origins, *_TRANSIT)) if one != country]
    return [
        (true, claimed)
        for true in origins
        for claimed in claimable
        if claimed != true and _rate(good, country, true) - _rate(good, country, claimed) >= _GAIN
    ]


def _rate(good: Good, country: str, origin: str) -> int:
    """Return the rate on goods of an origin, in per cent, with the preference that there may be."""
    return duty_rate(country, good, origin, preferred(country, origin))


def _sent_on(scene: Scene, inward: Shipment, place: int, middle: Trader, rng: Random) -> Line:
    """Return a line that came in as it is sent on: a little repacked, priced in dollars, free on board."""
    line = copy(inward.lines[place])
    left = 1.0 - rng.uniform(*_REPACKED)
    line.net = weighed(line.net * left, middle)
    line.gross = max(weighed(line.gross * left, middle), line.net)
    line.price = dollars(scene, inward, place) * left * rng.uniform(*_MARGIN)
    line.origin = middle.country
    return line

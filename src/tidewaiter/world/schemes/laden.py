"""Order consignments that fill sea containers of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import Order, goods_of, lines_of
from tidewaiter.world.chain.route import by_road
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import SEA, Good, Shipment, Trader
from tidewaiter.world.schemes.scheme import Ring, Scheme, found_buyer

FULL_KILOGRAMS, BULK_KILOGRAMS = 7_000.0, 120_000.0
"""Between these gross masses, in kilograms, a consignment always has boxes of its own."""

DULL = 10
"""Duty, in per cent, up to which goods are nothing to look at."""

BULKY = 1_500.0
"""Typical mass of a line, in kilograms, from which goods are ordered by the box."""

_DRAWS = 12
"""How often a partner, or the lines of an order, are drawn before it is given up."""

_MOST = (24_000.0, 48_000.0, 72_000.0, BULK_KILOGRAMS)
_MOST_SHARES = (0.64, 0.16, 0.08, 0.12)
"""What an order weighs at most, in kilograms, and how often: of honest ones so many fill one box, two, and so on."""

_GROWS = (0.4, 5.0)
"""How far an order is scaled in one step so that it fills a box."""

Fits = Callable[[Good, str], bool]


class InOwnBoxes(Scheme):
    """What schemes of the sea have in common: a company that buys dull and bulky goods, in boxes of its own."""

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether the country has seaports."""
        return scene.told(country) and bool(COUNTRIES[country].sea)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring a company, and ports to choose between."""
        ring.companies = [found_buyer(scene, ring, rng, self.fits)]
        ring.offer("port", [port.place.code for port in COUNTRIES[ring.country].sea])

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are dull and bulky, so that nobody looks at them."""
        del country
        return good.mass >= BULKY and good.duty <= DULL and not good.sensitive

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Return a consignment by sea in boxes of its own that is bent."""
        buyers = open_companies(ring.companies, scene.day(moment))
        order = box_order(scene, ring.country, rng.choice(buyers), moment, rng, self.fits) if buyers else None
        if order is None:
            return []
        order.ports = ("", ring.choose(rng, "port"))
        shipment = boxed(scene, rng, order)
        return [shipment] if shipment is not None and self.bend(scene, ring, shipment, rng) else []


def box_order(  # noqa: PLR0917 - what an order is made of
    scene: Scene, country: str, buyer: Trader, moment: datetime, rng: Random, fits: Fits
) -> Order | None:
    """Return an order by sea that fills boxes of its own, of goods that fit, for a company; None where nobody sells.

    `country` is that of the port of arrival; nobody is asked who sells from there, or whose goods come by lorry.
    """
    day = scene.day(moment)
    for _ in range(_DRAWS):
        seller, good = scene.register.draw_partner(rng, buyer, day)
        near = seller.country in {buyer.country, country} or by_road(seller.country, buyer.country)
        if near or not (fits(good, country) or good in buyer.goods):
            continue
        order = Order(moment, seller, buyer, goods_of(rng, seller, buyer, good)[:3], mode=SEA)
        if fill(rng, order, day):
            return order
    return None


def fill(rng: Random, order: Order, day: int) -> bool:
    """Settle lines of an order that fill boxes of its own, mostly one or two; False where they cannot be made to."""
    most = rng.choices(_MOST, _MOST_SHARES)[0]
    for _ in range(_DRAWS):
        lines = lines_of(rng, order, day)
        mass = sum(line.gross for line in lines)
        if FULL_KILOGRAMS <= mass <= most:
            order.lines = lines
            return True
        order.factor *= min(max((FULL_KILOGRAMS * most) ** 0.5 / mass, _GROWS[0]), _GROWS[1])
    return False


def boxed(scene: Scene, rng: Random, order: Order) -> Shipment | None:
    """Arrange an order that fills boxes; None where it did not get any after all."""
    shipment = arrange(scene, rng, order)
    return shipment if shipment.boxes and not shipment.shared else None


def open_companies(ring_companies: list[Trader], day: int) -> list[Trader]:
    """Return the companies that are in business on a day."""
    return [one for one in ring_companies if one.opened <= day <= one.closed]

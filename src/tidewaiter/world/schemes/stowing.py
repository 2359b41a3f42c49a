"""Stow goods that no paper names beside those of a consignment."""

from __future__ import annotations

from functools import cache
from random import Random

from tidewaiter.world import goods as catalogue
from tidewaiter.world.chain.order import weighed
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import rate
from tidewaiter.world.goods import GOODS
from tidewaiter.world.model import Good, Line, Shipment

_DUTY, _PRICE = 20, 6.0
"""Goods of no excise are worth hiding from this duty, in per cent, and this price, in dollars a kilogram."""


_WORTH_MOST = 500_000.0
"""What is hidden in one consignment is worth at most so much, in dollars: nobody hides a boxful of watches."""


@cache
def hidden_goods() -> tuple[Good, ...]:
    """Return goods that are worth hiding from customs: of excise, or dear and highly taxed."""
    return tuple(
        good
        for good in GOODS
        if good.sensitive == "excise" or (not good.sensitive and good.duty >= _DUTY and good.price >= _PRICE)
    )


def stow(scene: Scene, rng: Random, shipment: Shipment, kilograms: float) -> Line:
    """Add dear goods of a mass in kilograms to what is really in the consignment, and return them.

    Papers have lines of their own and do not change.
    """
    good = rng.choice(hidden_goods())
    origin = rng.choice(good.origins)[0]
    packages = max(1, round(min(kilograms, _WORTH_MOST / good.price) / good.pack_mass))
    net = weighed(packages * good.pack_mass * rng.uniform(0.965, 1.0), shipment.seller)
    day = scene.day(shipment.ordered)
    line = Line(
        good=good,
        hs=good.hs,
        wording=rng.choice(good.wordings),
        origin=origin,
        net=net,
        gross=weighed(net * rng.uniform(1.02, 1.1), shipment.seller),
        packages=packages,
        pack=good.pack,
        units=max(1, round(net / good.unit_mass)) if good.unit_mass else 0,
        price=round(catalogue.price(good, origin, day) * net / rate(shipment.invoice.currency, day), 2),
    )
    shipment.lines.append(line)
    return line

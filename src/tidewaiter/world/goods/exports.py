"""Say what countries export, and what the world wants."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tidewaiter.world.goods.table import GOODS
from tidewaiter.world.model import Good


@cache
def of_origin(country: str) -> tuple[tuple[Good, float], ...]:
    """Return what a country exports with the goods' shares, which add up to 1, the largest first.

    Empty for a country of which nothing is known to be exported.
    """
    shares = [
        (good, good.trade * share) for good in GOODS for of, share in good.origins if of == country and good.trade
    ]
    return _shared(shares)


@cache
def wanted() -> tuple[tuple[Good, float], ...]:
    """Return what is traded honestly with the goods' shares of all lines, which add up to 1, the largest first."""
    return _shared([(good, good.trade) for good in GOODS if good.trade])


def _shared(weights: Sequence[tuple[Good, float]]) -> tuple[tuple[Good, float], ...]:
    """Return the goods with their weights as shares, the largest first."""
    total = sum(weight for _, weight in weights)
    ordered = sorted(weights, key=lambda pair: (-pair[1], pair[0].hs))
    return tuple((good, weight / total) for good, weight in ordered)

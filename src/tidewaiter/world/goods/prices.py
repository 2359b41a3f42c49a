"""Price goods: what a kilogram of a good from an origin usually costs on a day."""

from __future__ import annotations

import math
import zlib
from functools import cache
from typing import NamedTuple

from tidewaiter.world.model import Good

_TILT: dict[str, float] = {
    **dict.fromkeys(("BD", "PK", "KH"), -0.1),
    **dict.fromkeys(("CN", "IN", "VN", "ID", "EG", "BF"), -0.07),
    **dict.fromkeys(("TR", "MA", "TH", "BR", "MX"), -0.02),
    **dict.fromkeys(("US", "GB", "FR", "IT", "KR", "NL", "BE"), 0.06),
    **dict.fromkeys(("DE", "JP", "SE", "DK"), 0.09),
    "CH": 0.1,
}
"""Country of origin → how much dearer its goods are than the usual."""

_OWN_TILT = 0.1
"""How much a good of one origin is dearer or cheaper beside that, at most."""

_VOLATILE: dict[str, float] = {
    **dict.fromkeys(("180100", "180310", "180400"), 0.16),
    **dict.fromkeys(("090111", "070310", "070200", "310210"), 0.14),
    **dict.fromkeys(("740311", "740400", "740811", "750210", "790111", "800110", "271019"), 0.1),
    **dict.fromkeys(("170114", "170199", "151190", "150920", "520100", "120740", "100630"), 0.09),
    **dict.fromkeys(("720449", "720839", "721391", "721420", "760110", "390120", "390210", "100199"), 0.07),
    "710812": 0.06,
}
"""Heading → how far its price swings up and down, as a share of it; other prices hardly swing."""

_SWING = 0.015
_TREND = 0.05
"""How much dearer or cheaper a good is after a year, at most."""

_YEAR, _MONTH = 365.25, 365.25 / 12
_FRESH = ("06", "07", "08")
_HARVEST, _FEAST = -0.12, 0.03
"""What the month of most trade does to the price of fresh produce, and of other goods."""


class _Course(NamedTuple):
    """How a price moves: trend a day; season and its peak; two swings, each with its period and phase in days."""

    trend: float
    season: float
    peak: float
    swing: float
    slow: float
    slow_phase: float
    quick: float
    quick_phase: float


def _lot(*parts: str) -> float:
    """Return a number from 0 to 1 that depends on nothing but the words."""
    return zlib.crc32("/".join(parts).encode()) / 0xFFFF_FFFF


@cache
def _factor(hs: str, origin: str) -> float:
    """Return what goods of an origin cost beside the usual, within 20 % of it."""
    return 1.0 + _TILT.get(origin, 0.0) + _OWN_TILT * (2.0 * _lot("origin", hs, origin) - 1.0)


@cache
def _course(hs: str, season: int) -> _Course:
    """Return how the price of a good moves."""
    effect = 0.0 if not season else _HARVEST if hs[:2] in _FRESH else _FEAST
    return _Course(
        trend=_TREND * (2.0 * _lot("trend", hs) - 1.0) / _YEAR,
        season=effect,
        peak=(season - 0.5) * _MONTH,
        swing=_VOLATILE.get(hs, _SWING),
        slow=150.0 + 170.0 * _lot("slow", hs),
        slow_phase=320.0 * _lot("slow phase", hs),
        quick=24.0 + 40.0 * _lot("quick", hs),
        quick_phase=64.0 * _lot("quick phase", hs),
    )


def price(good: Good, origin: str, day: int) -> float:
    """Return the usual price of a kilogram, in US dollars free on board, on a day of the world.

    It depends on good, origin (within 20 %) and day alone: a trend of at most 5 % a year, the season, for which the
    world's first day counts as the first of January, and a swing that is large for a few commodities.
    """
    course = _course(good.hs, good.season)
    turn = math.tau * day
    moved = (
        1.0
        + course.trend * day
        + course.season * math.cos((turn - math.tau * course.peak) / _YEAR)
        + course.swing * 0.7 * math.sin((turn + math.tau * course.slow_phase) / course.slow)
        + course.swing * 0.3 * math.sin((turn + math.tau * course.quick_phase) / course.quick)
    )
    return good.price * _factor(good.hs, origin) * max(moved, 0.5)

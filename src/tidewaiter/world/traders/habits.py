"""Say what traders deal in and when: goods that go together, seasons, and whom they turn to."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random

from tidewaiter.world.goods import of_origin, wanted
from tidewaiter.world.model import Good, Trader

_SECTIONS = (1, 6, 15, 16, 25, 28, 39, 41, 44, 47, 50, 64, 68, 71, 72, 84, 86, 90, 93, 94, 97)
"""First chapters of the sections of the Harmonized System."""

_OF_CHAPTER = {f"{chapter:02d}": bisect_right(_SECTIONS, chapter) for chapter in range(1, 98)}
"""Chapter → section."""

_LINES, _LINES_CUM = (1, 2, 3, 4, 6, 9), (0.22, 0.5, 0.71, 0.85, 0.95, 1.0)
_SAME_SECTION = 0.7
_GROWN_AT_HOME, _LITTLE = 0.1, 0.12
"""Share of the world's exports from which on a country buys little of a good abroad, and what it buys beside others."""

_RANKS = tuple(accumulate((place + 1.0) ** -1.3 for place in range(16)))
_GOODS_RANKS = tuple((place + 1.0) ** -0.7 for place in range(32))
_DAYS_OF_MONTH = 365.25 / 12
_SWELL = 0.55
SEASON = tuple(1.0 + _SWELL * math.cos(math.tau * months / 12) for months in range(12))
"""Months after its peak → how much a good is traded beside its mean."""

ENTREPOTS = {"AE": 0.4, "SG": 0.2, "HK": 0.2, "NL": 0.15, "BE": 0.1, "PA": 0.05}
"""Country that sells what others made → its share of such trade, not normalised."""


def section(good: Good) -> int:
    """Return the number of a good's section in the Harmonized System, from 1."""
    return _OF_CHAPTER[good.hs[:2]]


class Choice:
    """Goods to choose from by weight, overall and within a section."""

    def __init__(self, weights: Sequence[tuple[Good, float]]) -> None:
        self._goods = [good for good, _ in weights]
        self._cumulative = list(accumulate(weight for _, weight in weights))
        sections: dict[int, list[tuple[Good, float]]] = {}
        for good, weight in weights:
            sections.setdefault(section(good), []).append((good, weight))
        self._sections = {
            number: ([good for good, _ in found], list(accumulate(weight for _, weight in found)))
            for number, found in sections.items()
        }

    def one(self, rng: Random) -> Good:
        """Return one of the goods."""
        return rng.choices(self._goods, cum_weights=self._cumulative)[0]

    def beside(self, rng: Random, good: Good) -> Good:
        """Return one of the goods of a good's section, or any where there is none."""
        found = self._sections.get(section(good))
        return rng.choices(found[0], cum_weights=found[1])[0] if found else self.one(rng)

    def lines(self, rng: Random, least: int = 1, most: int = 9) -> tuple[Good, ...]:
        """Return the lines of trade of a company: one or some that go together, fewer where one is drawn twice."""
        first = self.one(rng)
        chosen = {first.hs: first}
        wished = rng.choices(_LINES, cum_weights=_LINES_CUM)[0]
        for _ in range(min(max(wished, least), most) - 1):
            good = self.beside(rng, first) if rng.random() < _SAME_SECTION else self.one(rng)
            chosen[good.hs] = good
        return tuple(chosen.values())


def bought_by(country: str) -> Choice:
    """Return what companies of a country buy abroad: what the world wants, less of what it exports itself."""
    return Choice(
        [
            (good, share * (_LITTLE if dict(good.origins).get(country, 0.0) >= _GROWN_AT_HOME else 1.0))
            for good, share in wanted()
        ]
    )


def sold_by(country: str) -> Choice:
    """Return what companies of a country sell: what it exports; in an entrepôt, or where that is nothing, anything."""
    exports = of_origin(country)
    if country in ENTREPOTS or not exports:
        return Choice(
            (*((good, 0.7 * share) for good, share in exports), *((good, 0.3 * share) for good, share in wanted()))
        )
    return Choice(exports)


def month_of(day: int, begins: int) -> int:
    """Return the month, from 0, of a day of a world that begins on the first of the month `begins`, from 1."""
    return int(begins - 1 + day // _DAYS_OF_MONTH) % 12


def seasonal(rng: Random, goods: Sequence[Good], trader: Trader, month: int) -> Good:
    """Return one of the goods, rather an early one, and one whose season it is; a trader's own year may be shifted."""
    if len(goods) == 1:
        return goods[0]
    weights = [
        rank * (SEASON[(month + 1 - good.season - trader.season) % 12] if good.season else 1.0)
        for rank, good in zip(_GOODS_RANKS, goods, strict=False)
    ]
    return rng.choices(goods, weights)[0]


def usual_partner(rng: Random, trader: Trader, good: Good, day: int) -> Trader | None:
    """Return one of a trader's partners that sells a good and is in business on a day, the first most often."""
    partners = [
        one
        for one in trader.partners[: len(_RANKS)]
        if one.opened <= day <= one.closed and any(theirs is good for theirs in one.goods)
    ]
    return rng.choices(partners, cum_weights=_RANKS[: len(partners)])[0] if partners else None

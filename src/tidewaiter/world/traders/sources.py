"""Know who sells what: find a seller of a good for a buyer of a country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from tidewaiter.world.model import Country, Good, Trader
from tidewaiter.world.traders.habits import ENTREPOTS, section

_HOME_PULL = 2.5
"""How much more than its share of the world's exports a home sells to the other homes of a world."""

_BY_ENTREPOT = 0.06
"""Share of purchases that go by a trader of another country than the goods'."""

_LINES_MAX = 9
_LOOKS = 5


@dataclass(slots=True)
class Sellers:
    """Sellers to choose from by weight."""

    traders: list[Trader] = field(default_factory=list)
    cumulative: list[float] = field(default_factory=list)

    def add(self, trader: Trader, weight: float) -> None:
        """Add one."""
        self.traders.append(trader)
        self.cumulative.append((self.cumulative[-1] if self.cumulative else 0.0) + weight)

    def one(self, rng: Random) -> Trader:
        """Return one of them."""
        return rng.choices(self.traders, cum_weights=self.cumulative)[0]


class Sources:
    """The sellers of a world by country and good; `homes` are its homes.

    Buyers abroad buy in the homes only: nobody is told of their other trade.
    """

    def __init__(self, homes: Sequence[str], countries: Mapping[str, Country]) -> None:
        self._homes = tuple(homes)
        self._countries = countries
        self._of_country: dict[str, Sellers] = {}
        self._of_good: dict[tuple[str, str], Sellers] = {}
        self._where: dict[tuple[str, str], tuple[list[str], list[float]]] = {}

    def add(self, seller: Trader) -> None:
        """Let a seller be found from now on, by its weight."""
        self._of_country.setdefault(seller.country, Sellers()).add(seller, seller.weight)
        for good in seller.goods:
            self._of_good.setdefault((seller.country, good.hs), Sellers()).add(seller, seller.weight)

    def find(self, rng: Random, buyer_country: str, good: Good, *, day: int | None = None) -> Trader:
        """Return a seller of a good abroad, in business on the day where one is given.

        Where no company of a country sells it yet, one that sells the like takes it up, if it can be traded honestly.
        """
        countries, cumulative = self._countries_for(buyer_country, good)
        country = rng.choices(countries, cum_weights=cumulative)[0]
        found = self._of_good.get((country, good.hs))
        for _ in range(_LOOKS):
            if found is None:
                break
            seller = found.one(rng)
            if day is None or seller.opened <= day <= seller.closed:
                return seller
        return self._take_up(rng, country, good, day)

    def _take_up(self, rng: Random, country: str, good: Good, day: int | None) -> Trader:
        """Return a seller of the country that sells the good from now on; one of its section rather than another."""
        offered = self._of_country[country]
        chosen = offered.traders[0]
        for _ in range(40):
            seller = offered.one(rng)
            if (day is None or seller.opened <= day <= seller.closed) and len(seller.goods) < _LINES_MAX:
                chosen = seller
                if any(section(one) == section(good) for one in seller.goods):
                    break
        if good.trade and all(one.hs != good.hs for one in chosen.goods):
            chosen.goods = (*chosen.goods, good)
            self._of_good.setdefault((country, good.hs), Sellers()).add(chosen, chosen.weight)
        return chosen

    def _countries_for(self, buyer_country: str, good: Good) -> tuple[list[str], list[float]]:
        """Return where a country's companies buy a good, with cumulative weights."""
        key = (buyer_country if buyer_country in self._homes else "", good.hs)
        if key not in self._where:
            self._where[key] = self._weighed(buyer_country, good)
        return self._where[key]

    def _weighed(self, buyer_country: str, good: Good) -> tuple[list[str], list[float]]:
        """Work out where a country's companies buy a good."""
        at_home = buyer_country in self._homes
        weights = {
            country: share * (_HOME_PULL if country in self._homes else 1.0)
            for country, share in good.origins
            if country != buyer_country and country in self._of_country and (at_home or country in self._homes)
        }
        total = sum(weights.values()) or 1.0
        for country, share in ENTREPOTS.items():
            reached = country in self._of_country and (at_home or country in self._homes)
            if country != buyer_country and reached:
                weights[country] = weights.get(country, 0.0) + total * _BY_ENTREPOT * share
        if not weights:
            offered = self._homes if not at_home else sorted(self._of_country)
            weights = {one: self._countries[one].makes for one in offered if one != buyer_country}
        return list(weights), list(accumulate(weights.values()))

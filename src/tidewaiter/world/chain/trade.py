"""Let trade go on: who orders what from whom on a day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from tidewaiter.world.chain.order import Order, goods_of
from tidewaiter.world.chain.route import by_sea
from tidewaiter.world.chain.scene import Scene, lot
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.goods import of_origin
from tidewaiter.world.model import Good, Trader

_ABROAD = 0.32
"""Share of orders that buyers abroad place with sellers of the homes."""

WEEK = (1.08, 1.15, 1.16, 1.14, 1.1, 0.82, 0.55)
"""Monday to Sunday: orders of a day, honest or not, beside the mean."""

_SELDOM, _AGAIN, _SELDOM_DAYS = 0.08, 0.45, 900.0
"""Share of orders of companies that buy abroad once or twice a year, of those the share that did so before, and how
long such companies have been in business, in days."""

_CUSTOMERS_MAX = 5
_NEW_CUSTOMER = 0.12


class Market:
    """The orders of a world: `ordered` on each of its days, and as many a day before them."""

    def __init__(self, scene: Scene, consignments: int) -> None:
        self._scene = scene
        self._homes = scene.countries
        self._wealth = list(accumulate(COUNTRIES[home].wealth for home in self._homes))
        self._makes = list(accumulate(COUNTRIES[home].makes for home in self._homes))
        self._abroad = [one for one in COUNTRIES.values() if one.code not in self._homes]
        self._abroad_wealth = list(accumulate(one.wealth for one in self._abroad))
        self._seldom: dict[str, list[Trader]] = {home: [] for home in self._homes}
        self._customers: dict[str, list[Trader]] = {}
        self._sellers: dict[str, tuple[list[Trader], list[float]]] = {}
        self._lot = lot(scene.seed, "market")
        self.daily = consignments / scene.days
        self.ordered = self._shared_out(consignments)

    def _shared_out(self, consignments: int) -> list[int]:
        """Return how many orders each day of the world has; together they are the consignments asked for."""
        weights = [self._weight(day) for day in range(self._scene.days)]
        total, given, counts = sum(weights), 0, []
        for upto in accumulate(weights):
            counts.append(round(consignments * upto / total) - given)
            given += counts[-1]
        return counts

    def _weight(self, day: int) -> float:
        """Return how busy a day is."""
        return WEEK[self._scene.moment(day).weekday()] * self._lot.lognormvariate(0.0, 0.07)

    def orders(self, rng: Random, day: int) -> Iterator[Order]:
        """Yield the orders of a day in order of time."""
        number = self.ordered[day] if day >= 0 else round(self.daily * self._weight(day))
        for second in sorted(rng.randrange(86_400) for _ in range(number)):
            moment = self._scene.moment(day, second)
            if rng.random() < _ABROAD:
                home = rng.choices(self._homes, cum_weights=self._makes)[0]
                seller, buyer, good = self._sold(rng, home, day)
            else:
                home = rng.choices(self._homes, cum_weights=self._wealth)[0]
                buyer = self._buyer(rng, home, day)
                seller, good = self._scene.register.draw_partner(rng, buyer, day)
            yield Order(moment, seller, buyer, goods_of(rng, seller, buyer, good))

    def _buyer(self, rng: Random, home: str, day: int) -> Trader:
        """Return who buys in a home: mostly a company that buys often, sometimes one that seldom does."""
        register, seldom = self._scene.register, self._seldom[home]
        if rng.random() >= _SELDOM:
            return register.draw_buyer(rng, home, day)
        if seldom and rng.random() < _AGAIN:
            return rng.choice(seldom)
        buyer = register.found(rng, home, "buyer", day - round(rng.expovariate(1 / _SELDOM_DAYS)))
        seldom.append(buyer)
        return buyer

    def _sold(self, rng: Random, home: str, day: int) -> tuple[Trader, Trader, Good]:
        """Return a seller of a home, a customer of it abroad, and what is bought."""
        seller = self.seller(rng, home, day)
        known = self._customers.setdefault(seller.name, [])
        if not known or (len(known) < _CUSTOMERS_MAX and rng.random() < _NEW_CUSTOMER):
            country = rng.choices(self._abroad, cum_weights=self._abroad_wealth)[0].code
            while not by_sea(home, country):
                country = rng.choices(self._abroad, cum_weights=self._abroad_wealth)[0].code
            known.append(self._scene.register.draw_buyer(rng, country, day))
        goods = seller.goods or tuple(good for good, _ in of_origin(home))
        return seller, rng.choice(known), rng.choice(goods)

    def seller(self, rng: Random, home: str, day: int) -> Trader:
        """Return a seller of a home that is in business on the day."""
        if home not in self._sellers:
            found = list(self._scene.register.sellers(home))
            self._sellers[home] = (found, list(accumulate(one.weight for one in found)))
        found, cumulative = self._sellers[home]
        while True:
            seller = rng.choices(found, cum_weights=cumulative)[0]
            if seller.opened <= day <= seller.closed:
                return seller

"""Hold everybody who trades in a world, draw who orders what of whom, found others on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, count
from random import Random
from types import MappingProxyType

from tidewaiter.world.model import Broker, Country, Good, Trader
from tidewaiter.world.traders.families import marry, relate, succeed
from tidewaiter.world.traders.founding import Town, town
from tidewaiter.world.traders.habits import (
    SEASON,
    Choice,
    bought_by,
    month_of,
    seasonal,
    sold_by,
    usual_partner,
)
from tidewaiter.world.traders.shares import activity, exported_together, exports_of, shared_out
from tidewaiter.world.traders.sources import Sources

_CONSIGNMENTS_EACH = 60.0
_ABROAD_SHARE = 0.32
"""Share of orders that come from abroad."""

_BUYERS_MIN, _SELLERS_MIN, _ABROAD_MIN = 14, 14, 3
_NEW, _CLOSING, _OLD_HAND = 0.07, 0.03, 0.05
"""Share of companies that begin, and that end, within the world's days; the busiest do neither."""

_AUTHORISED, _LARGE = 0.2, 0.2
_USUAL, _NEW_SELLER = 0.8, 0.92
"""Cumulative: how often a buyer turns to a usual partner, and else to somebody new for a usual good."""

_KEPT, _PARTNERS_MAX = 0.25, 12
_FORWARDERS_MAX = 24
_ROLES = ("buyer", "seller")


@dataclass(slots=True)
class _Roll:
    """The buyers or sellers of a country, the busiest first, with their cumulative weights."""

    traders: list[Trader] = field(default_factory=list)
    cumulative: list[float] = field(default_factory=list)


class Register:
    """Everybody who trades in a world of so many consignments in so many days.

    `homes` are the countries with a node, among `countries`, by code. Companies grow in number with the consignments:
    one importer for about sixty. `begins` is the month, from 1, in which day 0 lies. Raises ValueError where there is
    no home, and KeyError for a home that is not among the countries.
    """

    def __init__(
        self,
        seed: str,
        homes: Sequence[str],
        countries: Mapping[str, Country],
        days: int,
        consignments: int,
        *,
        begins: int = 1,
    ) -> None:
        if not homes:
            raise ValueError("a world needs a country with a node")  # noqa: TRY003, EM101 - said where it is
        self._homes = tuple(homes)
        self._countries = countries
        self._days, self._begins = days, begins
        self._names: set[str] = set()
        self._serials = count(1)
        self._sources = Sources(homes, countries)
        self._towns: dict[str, Town] = {}
        self._choices: dict[tuple[str, str], Choice] = {}
        self._foreign = Choice(exported_together(homes, countries))
        self._rolls: dict[tuple[str, str], _Roll] = {}
        self._forwarders: dict[str, tuple[Broker, ...]] = {}
        self._by_id: dict[str, Trader] = {}
        rng = Random(f"{seed}/traders")  # noqa: S311 - an invented world, not a secret
        order = [*homes, *sorted(code for code in countries if code not in self._homes)]
        buyers, sellers = self._sizes(order, consignments)
        for code in order:
            self._open(rng, code, buyers[code], sellers[code])
        for code in order:
            self._acquaint(rng, self._rolls[code, "buyer"].traders)
        for code in order:
            everybody = [*self._rolls[code, "buyer"].traders, *self._rolls[code, "seller"].traders]
            marry(rng, self._towns[code], everybody)
        for code in homes:
            relate(rng, self._rolls[code, "buyer"].traders)

    # --- who there is ---------------------------------------------------------------------------------------------

    def buyers(self, country: str) -> Sequence[Trader]:
        """Return the honest buyers of a country, the busiest first."""
        return tuple(self._rolls[country, "buyer"].traders)

    def sellers(self, country: str) -> Sequence[Trader]:
        """Return the honest sellers of a country, the busiest first."""
        return tuple(self._rolls[country, "seller"].traders)

    def brokers(self, country: str) -> Sequence[Broker]:
        """Return who lodges for others in a country, the busiest first; nobody where there is no node."""
        return tuple(self._towns[country].brokers)

    def forwarders(self, country: str) -> Sequence[Broker]:
        """Return who sends goods from a country for others, the busiest first; one at least."""
        return self._forwarders[country]

    @property
    def companies(self) -> Mapping[str, Trader]:
        """Every company with an identifier, the founded ones included, by it."""
        return MappingProxyType(self._by_id)

    # --- who orders what of whom ----------------------------------------------------------------------------------

    def draw_buyer(self, rng: Random, country: str, day: int) -> Trader:
        """Return a buyer of a country that orders on a day: by weight and season, and only who is in business."""
        roll, month = self._rolls[country, "buyer"], month_of(day, self._begins)
        while True:
            buyer = rng.choices(roll.traders, cum_weights=roll.cumulative)[0]
            if buyer.opened <= day <= buyer.closed and rng.random() < 0.75 + 0.16 * SEASON[(month - buyer.season) % 12]:
                return buyer

    def draw_partner(self, rng: Random, buyer: Trader, day: int) -> tuple[Trader, Good]:
        """Return whom a buyer orders of on a day, and which of its goods.

        Four times in five it is a usual partner and a usual good; else somebody new for a usual good, who may become
        a usual partner, and now and then something new.
        """
        roll, month = rng.random(), month_of(day, self._begins)
        usual = roll < _NEW_SELLER and bool(buyer.goods)
        good = seasonal(rng, buyer.goods, buyer, month) if usual else self._choice(buyer.country, "buyer").one(rng)
        if roll < _USUAL:
            known = usual_partner(rng, buyer, good, day)
            if known is not None:
                return known, good
        seller = self._sources.find(rng, buyer.country, good, day=day)
        if usual and seller not in buyer.partners and (roll < _USUAL or rng.random() < _KEPT):
            buyer.partners.append(seller)
            del buyer.partners[_PARTNERS_MAX:]
        return seller, good

    def found(
        self,
        rng: Random,
        country: str,
        role: str,
        day: int,
        *,
        kin: int | None = None,
        goods: Sequence[Good] = (),
        like: Trader | None = None,
        closes: int | None = None,
        weight: float = 0.0,
    ) -> Trader:
        """Return a company that is founded on a day, in form like any honest one, and register it.

        `role` is buyer or seller. `kin` are the people behind it, its own where None. `goods` are its lines of trade,
        usual ones where none are given. It may be `like` another, whose goods, partners and people it then has, in the
        same city; now and then address, number or broker stay the same. It ends on the day `closes`. Only with a
        `weight`, beside that of all its country's others, 1, is it drawn from then on.
        """
        assert role in _ROLES, role  # noqa: S101 - the caller's slip
        city = self._towns[country]
        if like is not None:
            goods, kin = goods or like.goods, like.kin if kin is None else kin
        chosen = tuple(goods) or self._choice(country, role).lines(rng, most=3)
        company = city.company(rng, chosen, opened=day, closed=1_000_000 if closes is None else closes)
        company.kin = company.kin if kin is None else kin
        if role == "buyer":
            self._acquaint(rng, (company,))
        if like is not None:
            succeed(rng, company, like)
            if role == "buyer":
                company.partners = list(like.partners)
        self._enrol(company)
        if weight:
            company.weight = weight
            roll = self._rolls[country, role]
            roll.traders.append(company)
            roll.cumulative.append(roll.cumulative[-1] + weight)
            if role == "seller":
                self._sources.add(company)
        return company

    # --- how it comes about ---------------------------------------------------------------------------------------

    def _sizes(self, order: Sequence[str], consignments: int) -> tuple[dict[str, int], dict[str, int]]:
        """Return how many buyers and how many sellers each country has."""
        abroad = [code for code in order if code not in self._homes]
        inward = consignments / _CONSIGNMENTS_EACH
        outward = consignments * _ABROAD_SHARE / _CONSIGNMENTS_EACH
        wealth = {code: self._countries[code].wealth for code in order}
        makes = {code: self._countries[code].makes for code in order}
        exports = exports_of(order)
        buyers = {
            **shared_out(inward, {code: wealth[code] for code in self._homes}, _BUYERS_MIN),
            **shared_out(outward, {code: wealth[code] for code in abroad}, _ABROAD_MIN),
        }
        sellers = {
            **shared_out(outward + inward * 0.1, {code: makes[code] for code in self._homes}, _SELLERS_MIN),
            **shared_out(inward, {code: exports[code] for code in abroad}, _ABROAD_MIN),
        }
        return buyers, sellers

    def _open(self, rng: Random, code: str, buyers: int, sellers: int) -> None:
        """Found a country's companies, brokers and forwarders."""
        country = self._countries[code]
        city = self._towns[code] = town(country, self._names, self._serials)
        city.open_houses(rng, buyers + sellers)
        if country.practice is not None and code in self._homes:
            city.appoint(rng, city.agents(rng, max(5, round((buyers + sellers) / 12)), share_power=0.95))
        forwarders = min(_FORWARDERS_MAX, 4 + round(4 * country.makes + len(city.brokers) / 8))
        own = city.agents(rng, forwarders, share_power=0.8)
        self._forwarders[code] = (*own, *city.brokers[: forwarders // 3])
        for role, number in zip(_ROLES, (buyers, sellers), strict=True):
            self._rolls[code, role] = self._enlist(rng, code, role, number)
        for seller in self._rolls[code, "seller"].traders:
            self._sources.add(seller)

    def _enlist(self, rng: Random, code: str, role: str, number: int) -> _Roll:
        """Found so many buyers or sellers of a country, the busiest first."""
        choice, city = self._choice(code, role), self._towns[code]
        weights = activity(number)
        roll = _Roll()
        for place, weight in enumerate(weights):
            rank = place / number
            opened, closed = self._lifetime(rng, rank) if place else (-10_000, 1_000_000)
            company = city.company(rng, choice.lines(rng, 5 if rank < _OLD_HAND else 1), opened=opened, closed=closed)
            company.weight = weight
            company.size *= (weight * number) ** 0.15
            if city.country.practice is not None and rank < _LARGE and rng.random() < _AUTHORISED:
                company.authorised = rng.choice(("AEOC", "AEOC", "AEOF", "AEOS"))
                company.broker = company.broker if rng.random() < 0.5 else ""  # noqa: PLR2004 - half lodge themselves
            roll.traders.append(company)
            self._enrol(company)
        roll.cumulative = list(accumulate(weights))
        return roll

    def _lifetime(self, rng: Random, rank: float) -> tuple[int, int]:
        """Return the days on which a company begins and ends; `rank` is 0 for the busiest, 1 for the idlest."""
        lot = rng.random()
        if rank < _OLD_HAND or lot >= _NEW + _CLOSING:
            return -rng.randrange(400, 10_000), 1_000_000
        if lot < _NEW:
            opened = rng.randrange(max(1, self._days))
            brief = rng.random() < 0.12  # noqa: PLR2004 - of the new ones
            return opened, opened + rng.randrange(40, 160) if brief else 1_000_000
        return -rng.randrange(400, 6_000), rng.randrange(max(1, self._days))

    def _acquaint(self, rng: Random, buyers: Sequence[Trader]) -> None:
        """Give buyers their usual partners: a seller for each of their goods, or two."""
        for buyer in buyers:
            for good in (one for one in buyer.goods if one.trade):
                for _ in range(rng.choice((1, 1, 2))):
                    seller = self._sources.find(rng, buyer.country, good)
                    if seller not in buyer.partners and len(buyer.partners) < _PARTNERS_MAX:
                        buyer.partners.append(seller)

    def _enrol(self, company: Trader) -> None:
        """Let a company be found by its identifier."""
        if company.id:
            self._by_id[company.id] = company

    def _choice(self, country: str, role: str) -> Choice:
        """Return what a country's companies deal in."""
        key = (country, role)
        if key not in self._choices:
            if role == "seller":
                self._choices[key] = sold_by(country)
            elif country in self._homes:
                self._choices[key] = bought_by(country)
            else:
                self._choices[key] = self._foreign
        return self._choices[key]

"""Found companies: names, identifiers, addresses and numbers as a country writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate, count
from random import Random

from tidewaiter.world.model import Broker, Country, Good, Trader
from tidewaiter.world.traders.tongues import CUSTOMS, Custom, filled

_NAME_CHARACTERS_MAX = 44
_TRIES_MAX = 400
_STREET_NUMBERS = 900
_IN_A_HOUSE, _BROKERS_PHONE = 0.12, 0.06
"""Share of companies that sit in a building that many share, and of those who give their broker's number."""

_BY_BROKER = 0.87
"""Share of companies of a home that have a broker."""

_CITIES = (0.5, 0.72, 0.84, 0.91, 0.96, 0.98, 0.99, 1.0)
_SEASONS = (0, 0, 0, 0, 0, 0, 1, -1, 2, -2)
_FOREVER = 1_000_000


@dataclass(slots=True)
class Address:
    """Where a company sits, and its number."""

    line: str
    city: str
    postcode: str
    phone: str


@dataclass(slots=True)
class Town:
    """What a country's companies have in common: its custom, its shared buildings, who clears for them.

    `names` are those taken in the whole world, `ids` the identifiers given in this country.
    """

    country: Country
    custom: Custom
    names: set[str]
    serials: count[int]
    houses: list[Address] = field(default_factory=list)
    brokers: list[Broker] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    phones: dict[str, str] = field(default_factory=dict)
    _shares: list[float] = field(default_factory=list)

    def name(self, rng: Random, *, trades: tuple[str, ...] = (), family: str = "") -> str:
        """Return a name that nobody has yet, with its legal form; of a trade of these, or of a family, where given."""
        tongue = self.custom.tongue
        patterns = [one for one in tongue.patterns if "{f}" in one] if family else tongue.patterns
        for tries in range(_TRIES_MAX):
            body = rng.choice(patterns).format(
                w=rng.choice(tongue.words),
                v=rng.choice(tongue.words).removeprefix("Al "),
                t=rng.choice(trades or tongue.trades),
                f=family or rng.choice(tongue.families),
                h=rng.choice(tongue.families),
                g=rng.choice(tongue.male + tongue.female),
                c=rng.choice(self.custom.cities),
            )
            name = rng.choice(self.custom.forms).replace("_", body)
            if tries > _TRIES_MAX // 2:
                name = f"{name} {rng.randrange(2, 1000)}"
            if name not in self.names and len(name) <= _NAME_CHARACTERS_MAX and not _stutters(body):
                self.names.add(name)
                return name
        raise AssertionError(f"there are no names left in {self.country.code}")  # noqa: TRY003, EM102 - cannot happen

    def rename(self, rng: Random, company: Trader, family: str) -> None:
        """Give a company a name with a family's in it."""
        self.names.discard(company.name)
        company.name = self.name(rng, family=family)

    def identifier(self, rng: Random) -> str:
        """Return an identifier of the country's scheme that nobody has; empty where it has no node."""
        if self.country.practice is None:
            return ""
        while True:
            found = filled(rng, self.country.practice.identifier)
            if found not in self.ids:
                self.ids.add(found)
                return found

    def phone(self, rng: Random) -> str:
        """Return a number in international form."""
        return f"+{self.custom.dial} {rng.randrange(20, 99)} {rng.randrange(10**6, 10**7)}"

    def city(self, rng: Random) -> str:
        """Return a city, the first of the country's most often."""
        cities = self.custom.cities
        return rng.choices(cities, cum_weights=_CITIES[: len(cities)])[0]

    def address(self, rng: Random) -> Address:
        """Return an address: of its own, or in a building that many share."""
        if self.houses and rng.random() < _IN_A_HOUSE:
            house = rng.choice(self.houses)
            return Address(house.line, house.city, house.postcode, self.phone(rng))
        line = rng.choice(self.custom.tongue.streets).replace("#", str(rng.randrange(1, _STREET_NUMBERS)))
        return Address(line, self.city(rng), filled(rng, self.custom.postcode), self.phone(rng))

    def open_houses(self, rng: Random, companies: int) -> None:
        """Put up the buildings that many share: one for every thirty companies or so."""
        for number in range(max(2, companies // 30)):
            house = rng.choice(self.custom.tongue.houses).replace("#", str(1 + number))
            street = rng.choice(self.custom.tongue.streets).replace("#", str(rng.randrange(1, _STREET_NUMBERS)))
            self.houses.append(Address(f"{house}, {street}", self.city(rng), filled(rng, self.custom.postcode), ""))

    def agents(self, rng: Random, number: int, *, share_power: float) -> list[Broker]:
        """Return so many who clear or forward for others, the busiest first; their shares add up to 1."""
        weights = [(place + 3.0) ** -share_power for place in range(number)]
        total = sum(weights)
        return [
            Broker(
                id=self.identifier(rng),
                name=self.name(rng, trades=self.custom.tongue.agents),
                country=self.country.code,
                city=self.city(rng),
                share=weight / total,
            )
            for weight in weights
        ]

    def appoint(self, rng: Random, brokers: Iterable[Broker]) -> None:
        """Let these clear for the country's companies from now on."""
        self.brokers = list(brokers)
        self.phones = {one.id: self.phone(rng) for one in self.brokers}
        self._shares = list(accumulate(one.share for one in self.brokers))

    def broker(self, rng: Random) -> str:
        """Return the identifier of a broker, drawn by its share; empty for who lodges itself."""
        if not self.brokers or rng.random() >= _BY_BROKER:
            return ""
        return rng.choices(self.brokers, cum_weights=self._shares)[0].id

    def company(self, rng: Random, goods: tuple[Good, ...], *, opened: int = -10_000, closed: int = _FOREVER) -> Trader:
        """Return a new company like any other: of weight 0, without partners, its own kin."""
        address, broker = self.address(rng), self.broker(rng)
        if broker and rng.random() < _BROKERS_PHONE:
            address.phone = self.phones[broker]
        return Trader(
            id=self.identifier(rng),
            name=self.name(rng),
            country=self.country.code,
            line=address.line,
            city=address.city,
            postcode=address.postcode,
            phone=address.phone,
            kin=next(self.serials),
            goods=goods,
            partners=[],
            weight=0.0,
            size=rng.lognormvariate(0.0, 0.9),
            grade=rng.lognormvariate(0.0, 0.35),
            broker=broker,
            season=rng.choice(_SEASONS),
            opened=opened,
            closed=closed,
        )


def _stutters(body: str) -> bool:
    """Say whether a word stands twice in a name."""
    words = body.replace("&", "").split()
    return len(set(words)) < len(words)


def town(country: Country, names: set[str], serials: count[int]) -> Town:
    """Return the town of a country. Raises KeyError for a country whose custom is not known."""
    return Town(country, CUSTOMS[country.code], names, serials)

"""Invent the traders of the world: importers with their habits, their sellers, and declarants."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from tidewaiter.world.first.goods import BY_HS, GOODS, Good
from tidewaiter.world.first.places import COUNTRY

# fmt: off
_FIRST = [
    "Akwaaba", "Baobab", "Blue", "Harmattan", "Cedar", "Coastal", "Cocoa", "Comet", "Crown", "Delta",
    "Eastgate", "Ember", "Falcon", "Golden", "Granite", "Harbour", "Heron", "Indigo", "Ivory", "Juniper",
    "Keystone", "Lagoon", "Lantern", "Meridian", "Northern", "Oak", "Orchard", "Palm", "Pioneer", "Pra",
    "River", "Sahel", "Savanna", "Seaview", "Silver", "Sunrise", "Tano", "Teak", "Unity", "Volta", "Westgate",
    "Zenith",
]
_SECOND = [
    "Agro", "Appliances", "Auto", "Building", "Ceramics", "Commodities", "Electro", "Fashion", "Foods",
    "Global", "Home", "Industrial", "Living", "Logistics", "Medical", "Metals", "Mobile", "Motors", "Packaging",
    "Provisions", "Retail", "Supplies", "Textiles", "Tools", "Ventures",
]
_ABROAD = [
    "Apex", "Brightway", "Castor", "Dragonfly", "Eagle", "Fortune", "Greenfield", "Hengda", "Imperial", "Jade",
    "Kestrel", "Lotus", "Minghua", "Nova", "Orient", "Phoenix", "Quanta", "Redwood", "Sunway", "Tiger", "Union",
    "Vista", "Windrose", "Xinya", "Yongfa", "Zephyr",
]
# fmt: on
_TRADES = ["Export", "Industries", "Manufacturing", "Trading", "International", "Products"]


@dataclass(frozen=True, slots=True)
class Seller:
    """A company abroad that sells to importers."""

    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Importer:
    """An importer with its habits.

    `goods` are the lines it deals in, `sellers` whom it buys from, `weight` how often it lodges, `quality` what its
    goods cost beside the usual price, `bent` the fraud scheme it is prone to, or empty; `from_day` and `to_day` say
    when it exists, in days from the start of the world.
    """

    id: str
    name: str
    declarant: str
    goods: tuple[Good, ...]
    sellers: tuple[Seller, ...]
    weight: float
    quality: float
    bent: str = ""
    from_day: int = -1_000
    to_day: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Traders:
    """Everybody who lodges or is named in a declaration; `declarants` is identifier → name."""

    importers: tuple[Importer, ...]
    declarants: dict[str, str] = field(default_factory=dict)

    def open_on(self, day: int) -> tuple[Importer, ...]:
        """Return the importers that exist on a day of the world."""
        return tuple(one for one in self.importers if one.from_day <= day <= one.to_day)


PRONE: dict[str, int] = {"undervaluation": 9, "misclassification": 9, "false-origin": 8}
"""Scheme → how many of the settled importers are prone to it."""

FRONT_DAYS = 14
"""How long a front company lasts, in days."""


def _name(rng: Random, taken: set[str], *parts: list[str]) -> str:
    """Return a name of one word from each list that nobody has yet."""
    while True:
        name = " ".join(rng.choice(words) for words in parts)
        if name not in taken:
            taken.add(name)
            return name


def invent(rng: Random, days: int, importers: int = 130, declarants: int = 14) -> Traders:
    """Return the traders of a world that lasts `days` days and one more."""
    taken: set[str] = set()
    brokers = {f"{COUNTRY}D{1000 + n * 37:05d}": f"{_name(rng, taken, _FIRST)} Clearing Ltd" for n in range(declarants)}
    sellers = [
        Seller(f"{_name(rng, taken, _ABROAD, _TRADES)} Co.", country)
        for country in sorted({origin for good in GOODS for origin in good.origins})
        for _ in range(4)
    ]
    ids = sorted(brokers)
    settled = [_settled(rng, taken, n, ids, sellers) for n in range(importers)]
    bent = iter(rng.sample(range(importers), sum(PRONE.values())))
    for scheme, count in PRONE.items():
        for _ in range(count):
            place = next(bent)
            settled[place] = _bend(rng, settled[place], scheme, sellers)
    fronts = [_front(rng, taken, start, ids[-1], sellers) for start in range(2, days + 1, FRONT_DAYS // 2)]
    return Traders((*settled, *fronts), brokers)


def _settled(rng: Random, taken: set[str], number: int, declarants: list[str], sellers: list[Seller]) -> Importer:
    """Return an importer that has long been in business; a few are large, most are small."""
    goods = tuple(rng.sample(GOODS, rng.choice((1, 2, 2, 3, 4))))
    return Importer(
        id=f"C{rng.randrange(10**10):010d}",
        name=f"{_name(rng, taken, _FIRST, _SECOND)} Ltd",
        declarant=rng.choice(declarants),
        goods=goods,
        sellers=_suppliers(rng, goods, sellers),
        weight=1.0 / (1 + number) ** 0.6,
        quality=rng.lognormvariate(0.0, 0.12),
    )


def _suppliers(rng: Random, goods: tuple[Good, ...], sellers: list[Seller]) -> tuple[Seller, ...]:
    """Return one or two sellers in the first or second country of custom of each line."""
    chosen: list[Seller] = []
    for good in goods:
        country = good.origins[0] if rng.random() < 0.7 else rng.choice(good.origins)  # noqa: PLR2004 - a habit
        chosen += rng.sample([one for one in sellers if one.country == country], rng.choice((1, 1, 2)))
    return tuple(chosen)


def _bend(rng: Random, importer: Importer, scheme: str, sellers: list[Seller]) -> Importer:
    """Return the importer with goods that its scheme works on."""
    if scheme == "misclassification":
        fit = [good for good in GOODS if good.decoy]
    elif scheme == "false-origin":
        fit = [good for good in GOODS if good.remedy]
    else:
        fit = [good for good in GOODS if good.duty >= 20]  # noqa: PLR2004 - duty worth evading, in per cent
    good = rng.choice(fit)
    there = [one for one in sellers if one.country == good.origins[0]]
    return replace(
        importer,
        goods=(good, *importer.goods[:1]),
        sellers=(rng.choice(there), *importer.sellers[:1]),
        bent=scheme,
    )


def _front(rng: Random, taken: set[str], start: int, declarant: str, sellers: list[Seller]) -> Importer:
    """Return a company that is set up, imports dear goods of many kinds at low values for a fortnight, and vanishes."""
    goods = tuple(BY_HS[hs] for hs in rng.sample(("851713", "610910", "330300", "852872", "640411", "420222"), 4))
    return Importer(
        id=f"C{rng.randrange(10**10):010d}",
        name=f"{_name(rng, taken, _FIRST, _SECOND)} Enterprise",
        declarant=declarant,
        goods=goods,
        sellers=tuple(one for one in sellers if one.country == "AE")[:1],
        weight=0.22,
        quality=1.0,
        bent="front-company",
        from_day=start,
        to_day=start + FRONT_DAYS,
    )

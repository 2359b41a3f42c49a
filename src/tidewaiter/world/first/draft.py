"""Draft an honest declaration: what is bought, from whom, how it travels, what is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.first import numbers
from tidewaiter.world.first.goods import Good
from tidewaiter.world.first.places import AIRPORTS, COUNTRY, INVOICED_IN, OFFICES, RATES, SEAPORTS
from tidewaiter.world.first.traders import Importer, Seller, Traders

SEA, AIR = "1", "4"
"""Modes of transport, UN/ECE Recommendation 19."""

_AIR_PRICE = 60.0
"""Goods dearer than this, in dollars per kilogram, usually fly."""

_SHIPS = tuple(
    f"{first} {second}"
    for first in ("Amber", "Gulf", "Ocean", "Pacific", "Royal", "Star")
    for second in ("Breeze", "Carrier", "Dawn", "Express", "Grace", "Pride", "Trader")
)


@dataclass(slots=True, eq=False)
class Item:
    """One line of goods as it will be declared; money in the invoice currency, masses in kilograms."""

    good: Good
    hs: str
    wording: str
    origin: str
    net: float
    gross: float
    packages: int
    price: float
    duty_rate: int
    pack: str = ""
    units: int = 0

    @property
    def unit(self) -> str:
        """The supplementary unit of the heading, UN/ECE Recommendation 20, or empty."""
        return self.good.unit


@dataclass(slots=True)
class Draft:
    """One declaration as it will be lodged."""

    mrn: str
    lrn: str
    accepted: datetime
    function: str
    importer: Importer
    declarant: str
    declarant_name: str
    seller: Seller
    export_country: str
    loading: str
    unloading: str
    mode: str
    carrier_id: str
    carrier_name: str
    voyage: str
    arrival: datetime
    transport_document: str
    container: str
    incoterm: str
    currency: str
    freight: float
    packages_off: int = 0
    items: list[Item] = field(default_factory=list)

    @property
    def office(self) -> str:
        """The customs office of the place of unloading."""
        return OFFICES[self.unloading]

    def customs_value(self, item: Item) -> float:
        """Return the value for duty in the national currency: price and the item's share of freight by mass."""
        mass = sum(one.gross for one in self.items) or 1.0
        return round((item.price + self.freight * item.gross / mass) * RATES[self.currency], 2)

    def duty(self, item: Item) -> float:
        """Return the duty due on what is declared, in the national currency."""
        return round(self.customs_value(item) * item.duty_rate / 100, 2)


def honest(rng: Random, traders: Traders, importer: Importer, accepted: datetime, serial: int) -> Draft:
    """Return an honest declaration of the importer, accepted at the moment (UTC)."""
    goods = [rng.choice(importer.goods)]
    makers = [one for one in importer.sellers if one.country in goods[0].origins]
    seller = rng.choice(makers or importer.sellers)
    if rng.random() < 0.25:  # noqa: PLR2004 - a quarter have more than one line
        goods += [good for good in importer.goods if good is not goods[0]][: rng.choice((1, 1, 2))]
    flies = goods[0].price > _AIR_PRICE and seller.country in AIRPORTS and rng.random() < 0.8  # noqa: PLR2004 - a habit
    mode = AIR if flies else SEA
    currency = INVOICED_IN.get(seller.country, "USD")
    if seller.country == "CN" and rng.random() < 0.15:  # noqa: PLR2004 - now and then
        currency = "CNY"
    draft = Draft(
        mrn=numbers.movement_reference(accepted.year, COUNTRY, serial),
        lrn=f"{importer.declarant[-4:]}-{accepted:%y%m%d}-{serial % 10_000:04d}",
        accepted=accepted,
        function="9",
        importer=importer,
        declarant=importer.declarant,
        declarant_name=traders.declarants[importer.declarant],
        seller=seller,
        export_country=seller.country,
        loading=AIRPORTS[seller.country] if flies else rng.choice(SEAPORTS[seller.country]),
        unloading="GHACC" if flies else rng.choice(("GHTEM", "GHTEM", "GHTEM", "GHTKD")),
        mode=mode,
        carrier_id=f"{rng.choice(('QX', 'ZK', 'WV'))}{rng.randrange(100, 999)}" if flies else numbers.ship(rng),
        carrier_name="" if flies else rng.choice(_SHIPS),
        voyage=f"{rng.randrange(1, 60):03d}{rng.choice('NSEW')}",
        arrival=accepted - timedelta(days=rng.randrange(1, 6)),
        transport_document=f"{'AW' if flies else 'BL'}{rng.randrange(10**8):08d}",
        container="" if flies else numbers.container(rng),
        incoterm=rng.choice(("FOB", "FOB", "CFR", "EXW")) if mode == SEA else rng.choice(("FCA", "CPT")),
        currency=currency,
        freight=0.0,
    )
    draft.items = [_line(rng, draft, good) for good in goods]
    gross = sum(item.gross for item in draft.items)
    dollars = gross * (4.2 if flies else 0.11) * rng.uniform(0.8, 1.25)
    draft.freight = round(dollars * RATES["USD"] / RATES[currency], 2)
    return draft


def _line(rng: Random, draft: Draft, good: Good) -> Item:
    """Return an honest line: a price near the usual one, a mass that fills whole packages."""
    origin = draft.seller.country if draft.seller.country in good.origins else good.origins[0]
    packages = max(1, round(good.mass * rng.lognormvariate(0.0, 0.45) / len(draft.importer.goods) / good.pack_mass))
    net = round(packages * good.pack_mass * rng.uniform(0.97, 1.0), 1)
    dollars = net * good.price * draft.importer.quality * rng.lognormvariate(0.0, good.spread * 0.6)
    return Item(
        good=good,
        hs=good.hs,
        wording=rng.choice(good.wordings),
        origin=origin,
        net=net,
        gross=round(net * rng.uniform(1.03, 1.1), 1),
        packages=packages,
        price=round(dollars * RATES["USD"] / RATES[draft.currency], 2),
        duty_rate=good.rate(origin),
        pack=good.pack,
        units=max(1, round(net / good.unit_mass)) if good.unit_mass else 0,
    )

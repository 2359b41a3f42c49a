"""Make an order: which goods, how many, at what price, under which terms; all of it true."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from tidewaiter.world import goods as catalogue
from tidewaiter.world.geography import COUNTRIES, rate
from tidewaiter.world.model import AIR, ROAD, SEA, Good, Invoice, Line, Trader

_LINES = (1, 2, 3, 4, 5, 6, 8, 12)
_LINES_CUM = (0.62, 0.80, 0.89, 0.935, 0.96, 0.978, 0.992, 1.0)

_MASS_SIGMA = 1.8
"""Standard deviation of the logarithm of a line's mass, beside what traders' sizes add."""

_DEAR = 20.0
"""Goods dearer than this, in dollars per kilogram, usually fly."""

_FLIES, _DEAR_KILOGRAMS, _FLIGHT_KILOGRAMS = 0.85, 20_000.0, 6_000.0
_URGENT = ((150.0, 0.3), (1_000.0, 0.12), (_FLIGHT_KILOGRAMS, 0.04))
"""What is lighter than so many kilograms flies in so many cases, whatever it is worth."""

_BULKY = frozenset({"10", "12", "15", "17", "23", "25", "26", "27", "28", "31", "44", "72"})
"""Chapters whose goods may fill more than some boxes."""

_LINE_KILOGRAMS, _BULK_KILOGRAMS = 100_000.0, 4_000_000.0
"""The most that a line weighs, in kilograms: of goods in boxes, and in bulk."""

_TERMS: dict[str, tuple[tuple[str, float], ...]] = {
    SEA: (("FOB", 0.42), ("CIF", 0.24), ("CFR", 0.14), ("FCA", 0.08), ("EXW", 0.06), ("DAP", 0.06)),
    AIR: (("FCA", 0.42), ("CPT", 0.2), ("CIP", 0.14), ("EXW", 0.12), ("DAP", 0.12)),
    ROAD: (("FCA", 0.4), ("DAP", 0.3), ("CPT", 0.2), ("EXW", 0.1)),
}
"""Mode of transport → delivery terms and how often each is agreed."""

FREIGHT_PAID = frozenset({"CIF", "CFR", "CPT", "CIP", "DAP"})
"""Delivery terms under which the price holds the freight."""

INSURANCE_SHARE = 0.003

_CONTENTS = (1.0,) * 14 + (0.5, 0.75, 0.8, 0.9, 1.1, 1.25)
"""What sellers put into a package, beside the usual."""

_ODD_ORIGIN = 0.012
"""Share of lines that come from where such goods seldom do."""

_COUNTRIES = tuple(COUNTRIES)

_STYLES = ("INV-{number:010d}", "{year:02d}/{number}", "{number}", "SI{number:010d}")
"""How sellers number their invoices."""


@dataclass(slots=True)
class Order:
    """What is asked for: who sells what to whom, when, and what is to be settled otherwise than usual.

    `ports` are places of loading and unloading that were chosen, `hub` one to be transhipped at, `mode` the mode of
    transport; empty where the usual is done. `factor` scales the masses.
    """

    moment: datetime
    seller: Trader
    buyer: Trader
    goods: Sequence[Good]
    mode: str = ""
    ports: tuple[str, str] = ("", "")
    hub: str = ""
    factor: float = 1.0
    lines: list[Line] = field(default_factory=list)


def habit(trader: Trader, of: str, choices: int) -> int:
    """Return a trader's fixed habit: a number below `choices` that depends on nothing but its name."""
    return zlib.crc32(f"{of}/{trader.name}".encode()) % choices


def goods_of(rng: Random, seller: Trader, buyer: Trader, first: Good) -> list[Good]:
    """Return the goods of one consignment: the first, and some more that the seller has and the buyer deals in."""
    wanted = rng.choices(_LINES, cum_weights=_LINES_CUM)[0]
    if wanted == 1:
        return [first]
    sold = {good.hs for good in seller.goods}
    chosen, known = [first], {first.hs}
    for good in (*buyer.goods, *seller.goods):
        if good.hs not in known and (good.hs in sold or good.hs[:2] == first.hs[:2]):
            known.add(good.hs)
            chosen.append(good)
    while len(chosen) < wanted:
        chosen.append(rng.choice(chosen))
    return chosen[:wanted]


def lines_of(rng: Random, order: Order, day: int) -> list[Line]:
    """Return the lines of an order, priced in dollars, free on board."""
    kinds = order.goods
    share = order.factor * (order.seller.size * order.buyer.size) ** 0.5 / len(kinds) ** 0.7
    return [_line(rng, order, good, share, day) for good in kinds]


def _line(rng: Random, order: Order, good: Good, share: float, day: int) -> Line:
    """Return one line: whole packages, a price near the usual one of its grade."""
    origin = order.seller.country
    if all(country != origin for country, _ in good.origins):
        countries, weights = zip(*good.origins, strict=True)
        origin = rng.choices(countries, weights)[0]
    if rng.random() < _ODD_ORIGIN:
        origin = rng.choice(_COUNTRIES)
    most = _BULK_KILOGRAMS if good.hs[:2] in _BULKY else _LINE_KILOGRAMS
    mass = good.mass * share * rng.lognormvariate(0.0, _MASS_SIGMA)
    packages = max(1, round(min(mass, most) / good.pack_mass))
    content = good.pack_mass * _CONTENTS[habit(order.seller, f"pack {good.hs}", len(_CONTENTS))]
    net = weighed(packages * content * rng.uniform(0.965, 1.0), order.seller)
    gross = weighed(net * rng.uniform(1.02, 1.12), order.seller)
    dollars = catalogue.price(good, origin, day) * order.seller.grade * rng.lognormvariate(0.0, good.spread * 0.7)
    return Line(
        good=good,
        hs=good.hs,
        wording=rng.choice(good.wordings),
        origin=origin,
        net=net,
        gross=max(gross, net),
        packages=packages,
        pack=good.pack,
        units=max(1, round(net / good.unit_mass)) if good.unit_mass else 0,
        price=dollars * net,
    )


def weighed(mass: float, seller: Trader) -> float:
    """Return a mass in kilograms as a seller's scales give it: to one, two or three places."""
    places = (1, 1, 2, 3)[habit(seller, "mass", 4)]
    return max(round(mass, places), 10.0**-places)


def asked(seller: Trader, amount: float, rng: Random) -> float:
    """Return an amount as a seller writes it: to the cent, and where it has the habit in whole or round sums."""
    ways = habit(seller, "price", 20)
    if ways < 2 and amount >= 1_000.0 and rng.random() < 0.5:  # noqa: PLR2004 - sums that are worth rounding
        return round(amount / 100.0) * 100.0 if amount >= 5_000.0 and ways else round(amount / 10.0) * 10.0  # noqa: PLR2004 - large ones
    if ways < 6 and amount >= 20.0:  # noqa: PLR2004 - one seller in five
        return float(round(amount))
    return max(round(amount, 2), 0.01)


def mode_of(rng: Random, order: Order, lines: Sequence[Line], *, by_road: bool) -> str:
    """Return the mode of the main carriage."""
    if order.mode:
        return order.mode
    if by_road:
        return ROAD
    mass = sum(line.gross for line in lines)
    dear = sum(line.price for line in lines) / max(mass, 0.001) > _DEAR
    if mass >= (_DEAR_KILOGRAMS if dear else _FLIGHT_KILOGRAMS):
        return SEA
    share = _FLIES if dear else next(share for limit, share in _URGENT if mass < limit)
    return AIR if rng.random() < share else SEA


def currency_of(rng: Random, seller: Trader) -> str:
    """Return the currency of a seller's invoice: its country's way, dollars in most other cases."""
    usual = COUNTRIES[seller.country].invoices
    return usual if habit(seller, "currency", 10) < 7 and rng.random() < 0.95 else "USD"  # noqa: PLR2004 - a habit


def invoice_of(  # noqa: PLR0917 - all that it is made from
    rng: Random, order: Order, lines: Sequence[Line], mode: str, dollars: float, day: int
) -> Invoice:
    """Return the invoice, and price its lines in its currency under its terms; `dollars` is what carriage costs."""
    currency = currency_of(rng, order.seller)
    worth = rate(currency, day)
    terms, shares = zip(*_TERMS[mode], strict=True)
    incoterm = terms[habit(order.seller, "terms", len(terms))] if rng.random() < 0.6 else rng.choices(terms, shares)[0]  # noqa: PLR2004 - a habit
    freight = round(dollars / worth, 2)
    mass = sum(line.gross for line in lines)
    for line in lines:
        price = line.price / worth
        if incoterm in FREIGHT_PAID:
            price += freight * line.gross / mass
        line.price = asked(order.seller, price, rng)
    total = sum(line.price for line in lines)
    number = zlib.crc32(f"{order.seller.name}/{order.moment.isoformat()}/{total:.2f}".encode())
    return Invoice(
        number=_STYLES[habit(order.seller, "invoice", len(_STYLES))].format(
            number=number, year=order.moment.year % 100
        ),
        issued=order.moment.replace(microsecond=0),
        currency=currency,
        incoterm=incoterm,
        place="",
        freight=freight,
        insurance=round(total * INSURANCE_SHARE, 2),
    )

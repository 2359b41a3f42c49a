"""Say who trades: companies with their habits and kin, brokers, and people who travel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tidewaiter.world.model.goods import Good


@dataclass(slots=True, eq=False)
class Trader:
    """A company that buys or sells across a border.

    `id` is its identifier in its country's scheme, empty where that country is nobody's home; `line`, `city`,
    `postcode` and `phone` are its address and number, which kin may share; `kin` numbers the family or owners behind
    it: companies of one number belong together, whatever their names say; `goods` are its lines of trade; `partners`
    are the companies it deals with, most often first; `weight` is how often it trades, in consignments of its country
    beside 1 in all; `size` scales its consignments and `grade` its prices, both beside 1; `broker` is the identifier
    of who lodges for it; `season` shifts its year, in months; `authorised` is an authorisation such as AEOC, or empty;
    `opened` and `closed` are days of the world, counted from its start, at which it begins and ends.
    """

    id: str
    name: str
    country: str
    line: str
    city: str
    postcode: str
    phone: str
    kin: int
    goods: tuple[Good, ...]
    partners: list[Trader]
    weight: float
    size: float
    grade: float
    broker: str
    season: int = 0
    authorised: str = ""
    opened: int = -10_000
    closed: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Broker:
    """Who lodges declarations for others: identifier, name, country, city, and the share of its country's trade."""

    id: str
    name: str
    country: str
    city: str
    share: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who travels; `document` is a passport number, `nationality` and `issuer` ISO 3166-1 alpha-3 codes."""

    family: str
    given: str
    sex: str
    born: date
    nationality: str
    document: str
    issuer: str
    expires: date

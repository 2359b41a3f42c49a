"""Say where: places with coordinates, ports with their offices, and countries with their practice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place of UN/LOCODE: `code` of five characters, coordinates in degrees (WGS 84)."""

    code: str
    name: str
    country: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Port:
    """A place where goods change hands with a carrier.

    `kind` is sea, air, inland (a terminal or dry port) or border (a road crossing); `office` is the code of the
    customs office there, empty abroad; `share` says how much of its country's trade of the kind passes it, the shares
    of a kind adding up to 1; `terminal` names who handles goods there.
    """

    place: Place
    kind: str
    office: str
    share: float
    terminal: str


@dataclass(frozen=True, slots=True)
class Practice:
    """How documents reach a country's node: document → form of letter, one of `FORMS`.

    `declarations`: csv, cusdec or wco; `identifiers`: the scheme of traders' identifiers, EORI or NATIONAL;
    `identifier`: their form, in which # is a digit and @ a capital, for example GB############; `value`: what customs
    value counts, CIF or FOB.
    """

    declarations: str
    identifiers: str
    identifier: str
    value: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country that goods come from, go to or cross.

    `home` says that it can have a node; only then it has an `administration`, offices and a practice. `hours` is its
    offset from UTC, the same all year; `currency` is that of its duties, `invoices` what its sellers invoice in;
    `sea`, `air`, `inland` and `border` are its ports by kind; `gateways` are the places of other countries through
    which a landlocked country is reached by sea, with their shares; `wealth` scales what it buys, and `makes` the
    number of its exporters, both beside 1 for a middling country; `union` names its customs union, or is empty.
    """

    code: str
    name: str
    currency: str
    invoices: str
    hours: float
    language: str
    wealth: float
    makes: float
    union: str = ""
    home: bool = False
    administration: str = ""
    practice: Practice | None = None
    sea: tuple[Port, ...] = ()
    air: tuple[Port, ...] = ()
    inland: tuple[Port, ...] = ()
    border: tuple[Port, ...] = ()
    gateways: tuple[tuple[str, float], ...] = ()

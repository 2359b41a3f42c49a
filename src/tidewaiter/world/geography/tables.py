"""Read the tables of countries and ports that are shipped with the program."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from tidewaiter.world.model import Country, Place, Port, Practice

HOMES: tuple[str, ...] = ("GH", "BF", "NL", "AE", "VN", "BR", "TR", "MA", "CI", "ZA")
"""The countries that can have a node, in the order in which a world of fewer takes them."""

KINDS = ("sea", "air", "inland", "border")
"""Kinds of ports."""


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of this package, by column."""
    text = (files("tidewaiter.world.geography") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _ports() -> tuple[Port, ...]:
    """Return every port in the order of the table."""
    found = []
    for row in rows("ports.csv"):
        code = row["code"]
        place = Place(code, row["name"], code[:2], float(row["latitude"]), float(row["longitude"]))
        found.append(Port(place, row["kind"], row["office"], float(row["share"]), row["terminal"]))
    return tuple(found)


_PORTS = _ports()

PORTS: Mapping[str, Port] = MappingProxyType({one.place.code: one for one in reversed(_PORTS)})
"""Code of a place → its port; where it is a seaport and an airport, the seaport."""

AIRPORTS: Mapping[str, Port] = MappingProxyType({one.place.code: one for one in _PORTS if one.kind == "air"})
"""Code of a place → its airport."""

PLACES: Mapping[str, Place] = MappingProxyType({code: one.place for code, one in sorted(PORTS.items())})
"""Code → place, of every port."""


def _gateways(text: str) -> tuple[tuple[str, float], ...]:
    """Return the gateways written as `GHTEM:0.6 CIABJ:0.4`."""
    pairs = (one.split(":") for one in text.split())
    return tuple((code, float(share)) for code, share in pairs)


def _practice(row: Mapping[str, str]) -> Practice | None:
    """Return a home's practice; None abroad."""
    if row["code"] not in HOMES:
        return None
    return Practice(row["declarations"], row["identifiers"], row["identifier"], row["value"])


def _countries() -> dict[str, Country]:
    """Return every country with its ports, the homes first, in the order of the table."""
    ports: dict[tuple[str, str], list[Port]] = {}
    for one in _PORTS:
        ports.setdefault((one.place.country, one.kind), []).append(one)
    found = {}
    for row in rows("countries.csv"):
        code = row["code"]
        sea, air, inland, border = (tuple(ports.get((code, kind), ())) for kind in KINDS)
        found[code] = Country(
            code=code,
            name=row["name"],
            currency=row["currency"],
            invoices=row["invoices"],
            hours=float(row["hours"]),
            language=row["language"],
            wealth=float(row["wealth"]),
            makes=float(row["makes"]),
            union=row["union"],
            home=code in HOMES,
            administration=row["administration"],
            practice=_practice(row),
            sea=sea,
            air=air,
            inland=inland,
            border=border,
            gateways=_gateways(row["gateways"]),
        )
    return found


COUNTRIES: Mapping[str, Country] = MappingProxyType(_countries())
"""Code → country. A union is named where goods move within it without a declaration, which is the European Union."""

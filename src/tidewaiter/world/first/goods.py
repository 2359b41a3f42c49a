"""List the goods of the invented world: real HS headings with plausible prices and origins."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

REMEDY_RATE = 30
"""Trade remedy on goods of a named origin, in per cent of the customs value."""


@dataclass(frozen=True, slots=True)
class Good:
    """A line of goods as it is honestly traded.

    `hs` is a heading of HS 2022, six digits; `duty` is the rate in per cent; `price` is US dollars per kilogram and
    `spread` the standard deviation of its logarithm; `mass` is a typical line in kilograms; `pack` is a UN/ECE
    Recommendation 21 code and `pack_mass` its content in kilograms; `origins` are countries in falling order of
    custom; `unit` and `unit_mass` are the tariff's supplementary unit and its kilograms; `decoy` is the heading, at
    a lower rate, that it could be passed off as; `remedy` names origins that pay a trade remedy on top;
    `wordings` are fair descriptions.
    """

    hs: str
    duty: int
    price: float
    spread: float
    mass: float
    pack: str
    pack_mass: float
    origins: tuple[str, ...]
    unit: str
    unit_mass: float
    decoy: str
    remedy: tuple[str, ...]
    wordings: tuple[str, ...]

    def rate(self, origin: str) -> int:
        """Return the duty and trade remedy due on goods of the origin, in per cent."""
        return self.duty + (REMEDY_RATE if origin in self.remedy else 0)


def _read() -> tuple[Good, ...]:
    """Read the table beside this module."""
    text = (files("tidewaiter.world.first") / "goods.csv").read_text(encoding="utf-8")
    return tuple(
        Good(
            hs=row["hs"],
            duty=int(row["duty"]),
            price=float(row["price"]),
            spread=float(row["spread"]),
            mass=float(row["mass"]),
            pack=row["pack"],
            pack_mass=float(row["pack_mass"]),
            origins=tuple(row["origins"].split()),
            unit=row["unit"],
            unit_mass=float(row["unit_mass"] or 0),
            decoy=row["decoy"],
            remedy=tuple(row["remedy"].split()),
            wordings=tuple(row["wordings"].split("; ")),
        )
        for row in csv.DictReader(text.splitlines())
    )


GOODS: tuple[Good, ...] = _read()
"""The goods; rates follow the bands of a West African tariff, prices and customs are invented but plausible."""

BY_HS: dict[str, Good] = {good.hs: good for good in GOODS}
"""Heading → good."""

"""Read the table of goods that is shipped with the program."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files

from tidewaiter.world.model import Good

REMEDY_RATE = 30
"""Trade remedy on goods of an origin that a good names, in per cent of the customs value."""


def _shares(text: str) -> tuple[tuple[str, float], ...]:
    """Return the origins written as `CN:60 VN:20`, largest first, with shares that add up to 1."""
    pairs = [(country, float(share)) for country, share in (one.split(":") for one in text.split())]
    total = sum(share for _, share in pairs)
    return tuple((country, share / total) for country, share in sorted(pairs, key=lambda pair: -pair[1]))


def _good(row: Mapping[str, str]) -> Good:
    """Return the good of a row."""
    return Good(
        hs=row["hs"],
        duty=int(row["duty"]),
        price=float(row["price"]),
        spread=float(row["spread"]),
        mass=float(row["mass"]),
        pack=row["pack"],
        pack_mass=float(row["pack_mass"]),
        unit=row["unit"],
        unit_mass=float(row["unit_mass"] or 0),
        origins=_shares(row["origins"]),
        trade=float(row["trade"]),
        remedy=tuple(row["remedy"].split()),
        decoys=tuple(row["decoys"].split()),
        wordings=tuple(row["wordings"].split("; ")),
        vague=tuple(row["vague"].split("; ")),
        season=int(row["season"]),
        sensitive=row["sensitive"],
    )


def _read() -> tuple[Good, ...]:
    """Read the table beside this module."""
    text = (files("tidewaiter.world.goods") / "goods.csv").read_text(encoding="utf-8")
    return tuple(_good(row) for row in csv.DictReader(text.splitlines()))


GOODS: tuple[Good, ...] = _read()
"""The goods in the order of their headings.

Rates follow the bands of a West African tariff; prices and shares are invented but plausible. What has a `trade` of 0
is nobody's honest trade: it is there to be smuggled.
"""

BY_HS: dict[str, Good] = {good.hs: good for good in GOODS}
"""Heading → good."""

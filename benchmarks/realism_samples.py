"""Take import declarations as columns: those of an invented world, and those of the Korean data."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from proofs import SETTINGS
from realism_sides import Faults, Mirror
from worlds import heading, is_import, is_original, mode_of, number

from tidewaiter.kernel.records import Declaration
from tidewaiter.node import standing
from tidewaiter.stages import validate
from tidewaiter.world.engine import Day, Setup
from tidewaiter.world.geography import rate

Floats = NDArray[np.float64]
KOREAN = ("df_syn_train_eng.csv", "df_syn_valid_eng.csv", "df_syn_test_eng.csv")
_CHECKED_EACH = 8
"""Which of the letters are validated: one of a form in so many."""


class Item(NamedTuple):
    """One item of an import declaration: money in US dollars (Korea: as given), mass in kilograms, rate in per cent."""

    hs: str
    origin: str
    sent: str
    mass: float
    value: float
    asked: float
    duty: float
    declaration: int


class Lodged(NamedTuple):
    """One import declaration: who for, when, how carried."""

    importer: str
    day: int
    weekday: int
    second: float
    mode: str
    boxed: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """Import declarations of one source as columns; those of `items` are aligned, and so are those of `lodged`."""

    items: dict[str, NDArray[Any]]
    lodged: dict[str, NDArray[Any]]
    korean: bool = False

    @property
    def unit_value(self) -> Floats:
        """Value of a kilogram, 0 where either is not known."""
        mass, value = self.items["mass"], self.items["value"]
        known = (mass > 0) & (value > 0)
        return np.where(known, value / np.where(known, mass, 1.0), 0.0)


def sample(items: list[Item], lodged: list[Lodged], *, korean: bool = False) -> Sample:
    """Return rows as columns."""
    columns = dict(zip(Item._fields, map(np.array, zip(*items, strict=True)), strict=True))
    return Sample(columns, dict(zip(Lodged._fields, map(np.array, zip(*lodged, strict=True)), strict=True)), korean)


def korea(folder: Path) -> Sample | None:
    """Return the Korean declarations; None where they are not there."""
    items: list[Item] = []
    lodged: list[Lodged] = []
    if not all((folder / name).exists() for name in KOREAN):
        return None
    for name in KOREAN:
        with (folder / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                on = date.fromisoformat(row["Date"])
                mass, value = float(row["Net Mass"] or 0), float(row["Item Price"] or 0)
                origin, sent = row["Country of Origin"], row["Country of Departure"]
                duty = float(row["Tax Rate"] or "nan")
                items.append(Item(row["HS6 Code"], origin, sent, mass, value, value, duty, len(lodged)))
                mode = row["Mode of Transport"][:1]
                lodged.append(Lodged(row["Importer ID"], on.toordinal(), on.weekday(), float("nan"), mode, boxed=False))
    return sample(items, lodged, korean=True)


class World:
    """What is kept of a world while it is played: import declarations by country, counts, and the mirror."""

    def __init__(self, setup: Setup) -> None:
        self.items: dict[str, list[Item]] = {home: [] for home in setup.countries}
        self.lodged: dict[str, list[Lodged]] = {home: [] for home in setup.countries}
        self.counts: Counter[str] = Counter()
        self.planted = 0
        self.mirror = Mirror()
        node = standing(SETTINGS)
        self.faults = Faults(validate.Checker(node.codes, today=setup.start, settings=SETTINGS), _CHECKED_EACH)

    def add(self, day: Day, place: int) -> None:
        """Take in a day; `place` counts days from 0."""
        self.planted += len(day.planted)
        self.mirror.hidden.update(name for one in day.planted for name in one.references)
        for letter in day.letters:
            self.counts[letter.form] += 1
            record = letter.record
            self.faults.look(letter)
            if not isinstance(record, Declaration):
                continue
            if not is_original(record):
                self.counts["amended"] += 1
                continue
            self.counts["declared"] += 1
            self.mirror.add(record, place)
            if is_import(record):
                self._import(letter.country, record, place)

    def _import(self, country: str, record: Declaration, day: int) -> None:
        """Take in an import declaration."""
        shipment, party = record.goods_shipment, record.party("importer")
        assert shipment is not None
        assert record.issued is not None
        lodged = self.lodged[country]
        for item in record.items:
            value = item.customs_value
            dollars = number(value) * rate(str(value.currency), day) if value is not None else float("nan")
            duty = next(
                (float(one.rate) for one in item.duty_taxes if one.type == "CUD" and one.rate is not None), None
            )
            net = number(item.commodity.net_mass) if item.commodity else float("nan")
            self.items[country].append(
                Item(
                    *(heading(item), item.origin or "", shipment.export_country or "", net, dollars),
                    number(item.invoice_amount),
                    float("nan") if duty is None else duty,
                    len(lodged),
                )
            )
        at, travelling = record.issued, shipment.consignment
        who = (party.id or party.name or "") if party else ""
        boxed = bool(travelling and travelling.container_indicator)
        lodged.append(Lodged(f"{country} {who}", at.toordinal(), at.weekday(), at.timestamp(), mode_of(record), boxed))

    def samples(self) -> dict[str, Sample]:
        """Return the samples: all countries together, then each."""
        items: list[Item] = []
        lodged: list[Lodged] = []
        for country, rows in self.items.items():
            items += [one._replace(declaration=one.declaration + len(lodged)) for one in rows]
            lodged += self.lodged[country]
        found = {"all": sample(items, lodged)}
        return found | {one: sample(self.items[one], self.lodged[one]) for one in self.items if self.items[one]}

"""Try to tell planted declarations from honest ones by trifles alone, which nobody should be able to.

Usage: python benchmarks/artefacts.py [--worlds 4] [--countries GH BF NL AE VN] [--days 28] [--consignments 16000]
                                      [--schemes NAME ...] [--fast]

Several worlds have more rings than one large one, and what tells a ring is of its members, not of its scheme.

Two classifiers see how numbers, names, amounts, moments and words are written, never what they say, and have to tell
rows of traders they have not seen. An area of 0.5 under the curve is a guess; among those alike it has to lie in 0.45
to 0.55 for all schemes together.
`same country` compares within a country and kind of declaration; `alike` also within mode of transport, number of
items, partner country, chapter and magnitude of the value, because the substance of a scheme (dear goods, low values,
few items, a corridor) has its own trifles: low numbers are rounder whoever writes them. What exceeds in the first and
not in the second is substance. Authorised status and preference are claims, no trifles, and are not looked at.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from artefact_features import FAMILIES, trifles, window_of
from telling import Matrix, Rows, Telling, compared, grouped, telling_features, timed
from worlds import ask, heading, is_original, mode_of, number, said, setup_of

from tidewaiter.kernel.records import Declaration, GoodsItem, TransitMovement
from tidewaiter.world.engine import Day, Setup, play
from tidewaiter.world.geography import HOMES, rate
from tidewaiter.world.model import Letter, Planted

_SCHEME_MIN = 60
"""Planted declarations that a scheme must have to be judged alone."""

_BOUNDS = (0.45, 0.55)
_SAME, _ALIKE = 1, 6
"""How many levels of cells are compared within."""

_RELEASED = "CC029C"
_RING_SHARE = 0.3
"""Share of planted declarations from which a trader counts as a ring's own."""

_TOLD_MAX = 8


class Gathered:
    """Features and labels of all declarations of a world, gathered while it is played."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.rows: list[Matrix] = []
        self.references: list[str] = []
        self.traders: list[tuple[str, str]] = []
        self.days: list[int] = []
        self.cells: list[tuple[str, ...]] = []
        self.planted: dict[str, Planted] = {}
        self.world = ""
        self._seen: set[str] = set()

    def add(self, day: Day, place: int) -> None:
        """Take in a day; `place` counts days from 0."""
        for one in day.planted:
            self.planted |= {f"{self.world} {name}": one for name in one.references}
        daily = Counter((one.country, one.form) for one in day.letters)
        parcels = Counter((one.country, one.form, window_of(one.at)) for one in day.letters)
        in_day: Counter[tuple[str, str]] = Counter()
        in_parcel: Counter[tuple[str, str, int]] = Counter()
        for letter in day.letters:
            key = (letter.country, letter.form)
            parcel = (*key, window_of(letter.at))
            in_day[key] += 1
            in_parcel[parcel] += 1
            record = letter.record
            if not isinstance(record, Declaration | TransitMovement) or not self._wanted(letter):
                continue
            self._seen.add(f"{self.world} {record.mrn}")
            found = trifles(
                record, letter.form, letter.at, (in_day[key], daily[key]), (in_parcel[parcel], parcels[parcel])
            )
            self._keep(record, letter.country, found, place)

    def _wanted(self, letter: Letter) -> bool:
        """Say whether a letter is one to be told apart: an original declaration, or the release of a movement, once."""
        record = letter.record
        if isinstance(record, TransitMovement):
            return letter.message == _RELEASED and f"{self.world} {record.mrn}" not in self._seen
        return is_original(record)

    def _keep(self, record: Declaration | TransitMovement, country: str, found: dict[str, float], day: int) -> None:
        """Keep the features of a row under the numbers of their names."""
        for name in found:
            self.names.setdefault(name, len(self.names))
        row = np.full(len(self.names), np.nan, dtype=np.float32)
        row[[self.names[name] for name in found]] = list(found.values())
        self.rows.append(row)
        self.references.append(f"{self.world} {record.mrn}")
        self.traders.append(traders_of(record, f"{self.world} "))
        self.days.append(day)
        self.cells.append((country, *_cell(record, day)))

    def whole(self) -> tuple[Rows, list[str]]:
        """Return all rows, and the scheme of each, empty where it is honest."""
        width = len(self.names)
        matrix = np.full((len(self.rows), width), np.nan, dtype=np.float32)
        for place, row in enumerate(self.rows):
            matrix[place, : len(row)] = row
        gaps = [number for name, number in self.names.items() if name.startswith("gaps ")]
        matrix[:, gaps] = np.nan_to_num(matrix[:, gaps])
        varied = np.flatnonzero([len(np.unique(matrix[:, column])) > 1 for column in range(width)])
        names = list(self.names)
        schemes = [self.planted[one].scheme if one in self.planted else "" for one in self.references]
        cells = [np.array(["/".join(one[:upto]) for one in self.cells]) for upto in range(2, 8)]
        rows = Rows(
            matrix[:, varied],
            [names[one] for one in varied],
            np.array([bool(one) for one in schemes]),
            np.array(self._groups(schemes)),
            np.array(self.days),
            cells,
        )
        return rows, schemes

    def _groups(self, schemes: list[str]) -> list[str]:
        """Return who is behind each row: a ring where it is planted or a party is its own company, else the trader."""
        lodged = Counter(trader for trader, _ in self.traders)
        rings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        groups = []
        for (trader, _), reference, scheme in zip(self.traders, self.references, schemes, strict=True):
            groups.append("")
            if scheme:
                groups[-1] = f"{reference.split(' ')[0]} ring {self.planted[reference].ring}"
                rings[trader][groups[-1]] += 1
        owned = {
            trader: found.most_common(1)[0][0]
            for trader, found in rings.items()
            if found.total() >= _RING_SHARE * lodged[trader]
        }
        return [
            group or owned.get(trader) or owned.get(partner) or trader
            for group, (trader, partner) in zip(groups, self.traders, strict=True)
        ]


def traders_of(record: Declaration | TransitMovement, world: str) -> tuple[str, str]:
    """Return who stands behind a declaration, and the partner: importer and seller, exporter and buyer."""
    if isinstance(record, TransitMovement):
        parties, inward = record.houses[0].parties if record.houses else (), True
    else:
        parties, inward = record.parties, record.type == "IM"
    named = {one.role: f"{world}{one.id or one.name}" for one in parties}
    importer = named.get("importer") or named.get("buyer") or named.get("consignee") or ""
    exporter = named.get("exporter") or named.get("seller") or named.get("consignor") or ""
    return (importer, exporter) if inward else (exporter, importer)


def _cell(record: Declaration | TransitMovement, day: int) -> Iterator[str]:
    """Yield what declarations are compared within: kind, mode, number of items, partner, chapter, value.

    The partner is named where it is a home, whose companies have identifiers and telephones; values are of a third of
    an order of magnitude.
    """
    items: tuple[GoodsItem, ...]
    if isinstance(record, Declaration):
        shipment = record.goods_shipment
        assert shipment is not None
        partner = shipment.export_country if record.type == "IM" else shipment.destination_country
        kind, mode, items = record.type or "", mode_of(record), record.items
    else:
        partner = record.consignment.departure_country if record.consignment else None
        kind, mode, items = "transit", "3", record.houses[0].items if record.houses else ()
    yield kind
    yield mode
    yield str(min(len(items), 4))
    yield partner if partner in HOMES else "-"
    yield heading(items[0])[:2] if items else ""
    yield str(round(np.log10(max(1.0, _dollars(items, record, day))) * 3))


def _dollars(items: tuple[GoodsItem, ...], record: Declaration | TransitMovement, day: int) -> float:
    """Return what is declared in US dollars; of a movement, which says no value, its mass."""
    if isinstance(record, TransitMovement):
        return sum(number(one.commodity.gross_mass) for one in items if one.commodity)
    total = 0.0
    for item in items:
        amount = item.customs_value or item.statistical_value
        total += number(amount) * rate(str(amount.currency), day) if amount else 0.0
    return total


def gather(setups: Sequence[Setup]) -> tuple[Rows, list[str]]:
    """Play worlds and return their declarations as rows, with the scheme of each."""
    gathered = Gathered()
    for setup in setups:
        gathered.world = setup.seed
        for place, day in enumerate(play(setup)):
            gathered.add(day, place)
    return gathered.whole()


def overall(rows: Rows, seed: int, *, fast: bool) -> bool:
    """Print how well all schemes together are told; say whether it lies within the bounds among those alike."""
    print("| classifier | split | compared within | area [95 %] |\n|---|---|---|---|")
    fine = True
    for levels, within in ((_SAME, "same country"), (_ALIKE, "alike")):
        chosen, weights = compared(rows, levels, seed)
        for kind in ("LightGBM",) if fast else ("LightGBM", "logistic"):
            for split, told in (("by trader", grouped), ("by trader and time", timed)):
                found = told(chosen, weights, kind, seed)
                fine &= levels == _SAME or _BOUNDS[0] <= found.auc <= _BOUNDS[1]
                print(f"| {kind} | {split} | {within} | {found} |", flush=True)
    print("\n| family | features | same country | alike |\n|---|---|---|---|")
    for family in FAMILIES:
        places = [place for place, name in enumerate(rows.names) if name.split(" ")[0].rstrip(":") == family]
        cells = []
        for levels in (_SAME, _ALIKE):
            chosen, weights = compared(rows, levels, seed)
            cells.append(str(grouped(chosen.columns(places), weights, "LightGBM", seed)) if places else "-")
        print(f"| {family} | {len(places)} | {' | '.join(cells)} |", flush=True)
    chosen, weights = compared(rows, _ALIKE, seed)
    print(f"\ntelling most, alike: {_said(chosen, weights)}\n")
    return fine


def _said(rows: Rows, weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """Say which features tell most: the share of the gain, and the area of each alone."""
    found = telling_features(rows, weights, _TOLD_MAX)
    return "; ".join(f"{name} ({gain:.0%}, {alone:.2f})" for name, gain, alone in found)


def by_scheme(rows: Rows, schemes: list[str], seed: int) -> None:
    """Print how well each scheme is told that has enough declarations, and by what where it is told."""
    counts = Counter(one for one in schemes if one)
    names = np.array(schemes)
    print("| scheme | declarations | same country | alike | told by, where above the bound |\n|---|---|---|---|---|")
    for scheme, count in sorted(counts.items()):
        if count < _SCHEME_MIN:
            print(f"| {scheme} | {count} | too few | too few | |")
            continue
        some = rows.only((names == scheme) | ~rows.planted)
        found: list[Telling] = []
        for levels in (_SAME, _ALIKE):
            chosen, weights = compared(some, levels, seed)
            found.append(grouped(chosen, weights, "LightGBM", seed))
        told = _said(chosen, weights) if max(one.auc for one in found) > _BOUNDS[1] else ""
        print(f"| {scheme} | {count} | {found[0]} | {found[1]} | {told} |", flush=True)


def main() -> int:
    """Play worlds and try; exits with 1 where trifles tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask(parser, days=28, consignments=16_000)
    parser.add_argument("--worlds", type=int, default=4, help="how many: of seeds 1.1, 1.2 and so on")
    parser.add_argument("--fast", action="store_true", help="LightGBM alone")
    asked = parser.parse_args()
    setup = setup_of(asked)
    rows, schemes = gather([replace(setup, seed=f"{setup.seed}.{one}") for one in range(1, asked.worlds + 1)])
    planted, groups = int(rows.planted.sum()), len(set(rows.group[rows.planted].tolist()))
    print(f"# {asked.worlds} worlds of {said(setup)} and more: {len(schemes):,} declarations")
    print(f"{planted:,} of them planted, by {groups:,} rings or traders\n")
    fine = overall(rows, 1, fast=asked.fast)
    by_scheme(rows, schemes, 1)
    print(f"\nall together, alike: {'within' if fine else 'NOT within'} {_BOUNDS[0]} to {_BOUNDS[1]}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())

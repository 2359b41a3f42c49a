"""Hold an invented world against Korean import declarations, and against what is published of trade.

Usage: python benchmarks/realism.py [--countries GH BF NL AE VN] [--days 30] [--consignments 40000]
                                    [--data ../shared/data/customs-declarations-kcs]

The Korean declarations are themselves made: CTGAN drew them from real ones, one item each; whoever trades is an
anonymised label, and the unit of their prices is not said. Ratios can be compared, levels cannot.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import spread
from numpy.typing import NDArray
from realism_samples import KOREAN, Sample, World, korea
from worlds import ask, said, setup_of

from tidewaiter.world.engine import play

_SECTIONS = (
    *((5, "I"), (14, "II"), (15, "III"), (24, "IV"), (27, "V"), (38, "VI"), (40, "VII"), (43, "VIII"), (46, "IX")),
    *((49, "X"), (63, "XI"), (67, "XII"), (70, "XIII"), (71, "XIV"), (83, "XV"), (85, "XVI"), (89, "XVII")),
    *((92, "XVIII"), (93, "XIX"), (96, "XX"), (99, "XXI")),
)
"""Last chapter of each section of the Harmonized System."""

_DRAWN = 5_000
"""Declarations that concentration is measured on, so that larger samples do not look more concentrated."""

MODES = {"1": "sea", "4": "air", "3": "road"}


# --- what is measured ---------------------------------------------------------------------------------------------

Measure = Callable[[Sample, Sample | None], str]
"""Says one figure of a sample; the second is the Korean one, where there is one."""


def _chapters(one: Sample) -> dict[str, float]:
    """Return the shares of items by chapter."""
    return spread.shares(str(hs)[:2] for hs in one.items["hs"])


def _sections(one: Sample) -> dict[str, float]:
    """Return the shares of items by section."""
    found: Counter[str] = Counter()
    for chapter, share in _chapters(one).items():
        last = int(chapter) if chapter.isdigit() else 99
        found[next((name for most, name in _SECTIONS if last <= most), "XXI")] += share  # type: ignore[assignment]
    return dict(found)


def _apart(of: Callable[[Sample], dict[str, float]]) -> Measure:
    """Return the measure of how far shares lie from the Korean ones."""
    return lambda one, korean: f"{spread.total_variation(of(one), of(korean)):.2f}" if korean is not None else "-"


def _logs(name: str) -> Measure:
    """Return the measure of how a column is spread."""

    def say(one: Sample, _: Sample | None) -> str:
        values = one.items[name]
        return (
            f"{spread.spread_of_logs(values):.2f}; {spread.ratio(values, 0.9):,.0f}; {spread.ratio(values, 0.99):,.0f}"
            f"; {spread.hill(values):.2f}"
        )

    return say


def _unit_values(one: Sample, _: Sample | None) -> str:
    """Say how unit values are spread within headings."""
    value, number_of = spread.within_labels(one.unit_value, one.items["hs"], 30)
    return f"{value:.2f} ({number_of})"


def _drawn(one: Sample) -> NDArray[np.int64]:
    """Return the places of declarations that concentration is measured on: the same number of each sample."""
    rows = len(one.lodged["importer"])
    return np.sort(np.random.default_rng(1).permutation(rows)[:_DRAWN])


def _importers(one: Sample, _: Sample | None) -> str:
    """Say how concentrated declarations are on importers."""
    counts = spread.per_label(one.lodged["importer"][_drawn(one)])
    return f"{spread.gini(counts):.2f}; {spread.top_share(counts, 0.01):.0%}; {spread.top_share(counts, 0.1):.0%}"


def _importers_value(one: Sample, _: Sample | None) -> str:
    """Say how concentrated the value of imports is on importers."""
    drawn = np.isin(one.items["declaration"], _drawn(one))
    values = np.nan_to_num(one.items["value"][drawn])
    amounts = spread.per_label(one.lodged["importer"][one.items["declaration"][drawn]], values)
    return f"{spread.top_share(amounts, 0.01):.0%}; {spread.top_share(amounts, 0.1):.0%}"


def _per_importer(one: Sample, _: Sample | None) -> str:
    """Say how many declarations an importer has."""
    counts = spread.per_label(one.lodged["importer"][_drawn(one)])
    return f"{counts.mean():.1f}; {(counts == 1).mean():.0%}"


def _days(one: Sample, _: Sample | None) -> str:
    """Say how declarations vary from working day to working day, and from hour to hour."""
    working = one.lodged["weekday"] < 5
    daily = spread.varies(spread.per_label(one.lodged["day"][working]))
    if one.korean:
        return f"{daily:.2f}; -"
    waits = np.diff(np.sort(one.lodged["second"]))
    return f"{daily:.2f}; {spread.varies(waits):.2f}"


def _week(one: Sample, _: Sample | None) -> str:
    """Say how declarations are shared over Monday to Sunday, in per cent."""
    found = np.bincount(one.lodged["weekday"].astype(int), minlength=7) / len(one.lodged["weekday"])
    return " ".join(f"{share:.0%}".rstrip("%") for share in found)


def _items(one: Sample, _: Sample | None) -> str:
    """Say how many items declarations have."""
    if one.korean:
        return "1 by construction"
    counts = spread.per_label(one.items["declaration"])
    return f"{counts.mean():.2f}; {(counts == 1).mean():.0%}; {np.quantile(counts, 0.99):.0f}"


def _benford(one: Sample, _: Sample | None) -> str:
    """Say how far first digits of values and of prices are from Benford's shares."""
    return f"{spread.off_benford(one.items['value']):.4f}; {spread.off_benford(one.items['asked']):.4f}"


def _round(one: Sample, _: Sample | None) -> str:
    """Say which share of prices is whole, in tens, in hundreds."""
    return "; ".join(f"{spread.round_share(one.items['asked'], unit):.0%}" for unit in (1.0, 10.0, 100.0))


def _modes(one: Sample, _: Sample | None) -> str:
    """Say which share of declarations goes by sea, air and road."""
    found = spread.shares(one.lodged["mode"])
    return "; ".join(f"{found.get(code, 0.0):.0%}" for code in MODES)


def _modes_value(one: Sample, _: Sample | None) -> str:
    """Say which share of the value goes by sea, air and road."""
    modes, values = one.lodged["mode"][one.items["declaration"]], np.nan_to_num(one.items["value"])
    return "; ".join(f"{values[modes == code].sum() / values.sum():.0%}" for code in MODES)


def _modes_mass(one: Sample, _: Sample | None) -> str:
    """Say which share of the mass goes by sea, air and road."""
    modes, masses = one.lodged["mode"][one.items["declaration"]], np.nan_to_num(one.items["mass"])
    return "; ".join(f"{masses[modes == code].sum() / masses.sum():.1%}" for code in MODES)


def _boxed(one: Sample, _: Sample | None) -> str:
    """Say which share of declarations by sea is of goods in containers."""
    by_sea = one.lodged["mode"] == "1"
    return "-" if one.korean or not by_sea.any() else f"{one.lodged['boxed'][by_sea].mean():.0%}"


def _elsewhere(one: Sample, _: Sample | None) -> str:
    """Say which share of items has another origin than the country they are sent from."""
    return f"{(one.items['origin'] != one.items['sent']).mean():.0%}"


def _duties(one: Sample, _: Sample | None) -> str:
    """Say how rates of duty are shared: none, up to ten, up to twenty per cent, more."""
    rates = one.items["duty"][~np.isnan(one.items["duty"])]
    bands = (rates == 0, (rates > 0) & (rates <= 10), (rates > 10) & (rates <= 20), rates > 20)
    return "; ".join(f"{band.mean():.0%}" for band in bands)


def _origins(one: Sample, _: Sample | None) -> str:
    """Say how concentrated origins are: the largest, the five largest, the Herfindahl index."""
    found = np.sort(list(spread.shares(one.items["origin"]).values()))[::-1]
    return f"{found[0]:.0%}; {found[:5].sum():.0%}; {(found**2).sum():.2f}"


MEASURES: dict[str, tuple[Measure, str]] = {
    "items by chapter: distance from Korea": (_apart(_chapters), ""),
    "items by section: distance from Korea": (_apart(_sections), ""),
    "value of an item: sd of log; p90, p99 beside p50; Hill": (_logs("value"), ""),
    "net mass of an item: sd of log; p90, p99 beside p50; Hill": (_logs("mass"), ""),
    "unit value: median sd of log within a heading (headings)": (_unit_values, ""),
    f"importers by declarations, of {_DRAWN:,}: Gini; top 1 %; 10 %": (_importers, ""),
    "importers by value: top 1 %; 10 %": (_importers_value, "five exporters have 30 % of a country's exports [1]"),
    f"declarations an importer, of {_DRAWN:,}: mean; with one alone": (_per_importer, ""),
    "variation: of working days; of the time between two": (_days, ""),
    "Monday to Sunday, %": (_week, ""),
    "items a declaration: mean; with one; p99": (_items, ""),
    "first digits beside Benford's, mean deviation: value; price": (_benford, "holds for many traders [2]"),
    "prices that are whole; tens; hundreds": (_round, ""),
    "declarations by sea; air; road": (_modes, ""),
    "value by sea; air; road": (_modes_value, "35 % by air [3]"),
    "mass by sea; air; road": (_modes_mass, "below 1 % by air [3]"),
    "in containers, of declarations by sea": (_boxed, ""),
    "origin is not where it is sent from": (_elsewhere, ""),
    "rates of duty: none; to 10; to 20; above": (_duties, ""),
    "origins: largest; five largest; Herfindahl": (_origins, ""),
}
"""What is measured → the measure, and what is published of it."""

SOURCES = """[1] Freund and Pierola, Export Superstars, Review of Economics and Statistics 97 (2015); 32 countries.
[2] Cerioli et al., Newcomb-Benford law and the detection of frauds in international trade, PNAS 116 (2019).
[3] IATA, Value of Air Cargo (2016), of world trade."""


def main() -> int:
    """Play the world and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask(parser, days=30, consignments=40_000)
    folder = Path(__file__).parents[2] / "shared" / "data" / "customs-declarations-kcs"
    parser.add_argument("--data", type=Path, default=folder, help="folder of df_syn_{train,valid,test}_eng.csv")
    asked = parser.parse_args()
    setup = setup_of(asked)
    world = World(setup)
    for place, day in enumerate(play(setup)):
        world.add(day, place)
    korean = korea(asked.data)
    samples = world.samples()
    if korean is None:
        print(f"Korea is left out: there is no {KOREAN[0]} in {asked.data}.", file=sys.stderr)
    else:
        samples["Korea"] = korean
    print(f"# {said(setup)}\n")
    print(f"| imports | {' | '.join(samples)} | published |\n|---|{'---|' * (len(samples) + 1)}")
    for name, (measure, fact) in MEASURES.items():
        print(f"| {name} | {' | '.join(measure(one, korean) for one in samples.values())} | {fact} |")
    print(f"\n{SOURCES}\n")
    declared, amended = world.counts["declared"], world.counts["amended"]
    print(f"letters by form: {', '.join(f'{form} {count:,}' for form, count in sorted(world.counts.items()))}")
    print(f"amended: {amended / max(1, declared):.1%} of {declared:,} declarations; planted: {world.planted:,}")
    print(world.faults.said())
    print(world.mirror.said())
    return 0


if __name__ == "__main__":
    sys.exit(main())

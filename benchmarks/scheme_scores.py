"""Score one node's queue by scheme and skill: which smuggling it finds, and which it cannot see.

Usage: python benchmarks/scheme_scores.py [--country GH] [--countries GH BF CI MA] [--days 70] [--consignments 60000]
                                          [--worlds 3] [--fit-on 45] [--all]

Worlds are played; in each, one country's node takes in its declarations and the outcomes of its inspectors, fits a
model after 45 days, and decides the remaining days one by one, each with what was known on it. What it chooses is
scored against the truth, which it never sees. With --all it takes in cargo reports, events and transit too.
"""

from __future__ import annotations

import argparse
import io
import math
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from worlds import ask, said, setup_of

from tidewaiter import answers, journey
from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import Node, create
from tidewaiter.playground.post import parcels
from tidewaiter.stages import receive
from tidewaiter.world.engine import Setup, play
from tidewaiter.world.geography import COUNTRIES, rate
from tidewaiter.world.model import Letter
from tidewaiter.world.score import BANDS, Decision, SchemeRow, Score, score, wilson
from tidewaiter.world.truth import Declared, Smuggled, TruthWriter
from tidewaiter.world.truth.lines import is_declared, read_declared, read_told

COUNTRIES_ASKED = ("GH", "BF", "CI", "MA")
"""Homes beside which Ghana is not small: about a quarter of what is declared is declared there."""

SHARE, BUDGETS = 0.08, (0.05, 0.10)
_DECLARED = frozenset({"csv", "cusdec", "wco"})
_ALL_DAY = timedelta(hours=24)


class Played:
    """One country's node while a world is played to it, and the truth that is kept aside."""

    def __init__(self, setup: Setup, country: str, home: Path, *, whole: bool) -> None:
        self.setup = setup
        self.country = country
        self.whole = whole
        self.smuggled: list[Smuggled] = []
        self.declared: list[Declared] = []
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._mappings: dict[str, receive.Mapping] = {}
        self._truth = TruthWriter(self._keep, start=setup.start, rate=rate)
        self._clock = SetClock(datetime.combine(setup.start, clock_time(), UTC))
        settings = Settings(
            home=str(home),
            administration=country,
            currency=COUNTRIES[country].currency,
            officer="benchmark",
            inspection_share=SHARE,
            control_seed="benchmark",
        )
        self.node: Node = create(settings, self._clock)[0]

    def _keep(self, line: bytes) -> None:
        """Keep a line of the truth."""
        if is_declared(line):
            self.declared.append(read_declared(line))
            return
        told = read_told(line)
        if isinstance(told, Smuggled):
            self.smuggled.append(told)

    def days(self, fit_on: int) -> None:
        """Play all days: history, the model on the morning of day `fit_on`, then a decision every evening."""
        begun = time.perf_counter()
        for number, day in enumerate(play(self.setup)):
            self.seconds["inventing"] += time.perf_counter() - begun
            self._truth.day(day)
            if number == fit_on:
                self._timed("following up", lambda: journey.follow_up(self.node))
                self._timed("fitting", lambda: journey.fit(self.node))
            mine = [one for one in day.letters if one.country == self.country]
            evening = datetime.combine(day.date, clock_time(23, 59), UTC)
            self._clock.move(evening - self._clock.now())
            declared = [one for one in mine if one.form in _DECLARED]
            others = [one for one in mine if one.form not in _DECLARED and (self.whole or one.form == "outcomes")]
            self._receive([one for one in others if one.form != "outcomes"])
            self._receive(declared)
            if number >= fit_on:
                self._timed("following up", lambda: journey.follow_up(self.node))
            self._receive([one for one in others if one.form == "outcomes"])
            begun = time.perf_counter()
        self._timed("following up", lambda: journey.follow_up(self.node))

    def _timed(self, what: str, act: object) -> None:
        """Do something, and count the seconds that it takes."""
        begun = time.perf_counter()
        assert callable(act)
        act()
        self.seconds[what] += time.perf_counter() - begun

    def _receive(self, letters: Iterable[Letter]) -> None:
        """Write letters, and let the node take them in."""
        begun = time.perf_counter()
        for parcel in parcels(letters, window=_ALL_DAY):
            mapping = None
            if parcel.mapping is not None:
                if parcel.form not in self._mappings:
                    self._mappings[parcel.form] = receive.read_mapping(parcel.mapping, parcel.form)
                mapping = self._mappings[parcel.form]
            source = journey.Source(stream=io.BytesIO(parcel.data), name=parcel.name, mapping=mapping)
            journey.arrive(self.node, source)
        self.seconds["receiving"] += time.perf_counter() - begun

    def decisions(self, fit_on: int) -> list[Decision]:
        """Return what the node decided from a day on."""
        since = self.setup.start + timedelta(days=fit_on)
        until = self.setup.start + timedelta(days=self.setup.days - 1)
        return [
            Decision(
                country=one.country,
                reference=one.reference,
                action=one.action,
                rank=one.rank,
                probability=one.probability,
            )
            for one in answers.decided(self.node, since=since, until=until)
        ]


def places(smuggled: Iterable[Smuggled], decisions: list[Decision]) -> Iterator[tuple[str, float]]:
    """Yield the scheme of every smuggled consignment that was decided upon, and its best place in all decisions.

    The place is the share of decisions ranked below it: 1 is the riskiest of all, 0.5 is the place of a guess.
    """
    ordered = sorted(decisions, key=lambda one: one.probability or 0.0)
    ranked = {one.reference: place / max(1, len(ordered) - 1) for place, one in enumerate(ordered)}
    for one in smuggled:
        found = [ranked[name] for name in one.references if name in ranked]
        if found:
            yield one.scheme, max(found)


def show(scores: Sequence[Score], ranks: Mapping[str, Sequence[float]]) -> None:
    """Print the sums of several scores: by way of choosing, then by scheme and band of skill."""
    ways = list(dict.fromkeys(one.way for found in scores for one in found.selections))
    counted = ("declared", "inspected", "planted", "found", "by chance")
    _head("chosen", *counted, "recall", "precision", "evaded $", "found $")
    for way in ways:
        some = [one for found in scores for one in found.selections if one.way == way]
        sums = [sum(getattr(one, name.replace("by chance", "chance")) for one in some) for name in counted]
        declared, inspected, planted, found, chance = sums
        shares = f"{_share(found, planted)} | {_share(found, found + sum(one.held for one in some))}"
        evaded, recovered = sum(one.evaded_usd for one in some), sum(one.recovered_usd for one in some)
        print(
            f"| {way} | {declared:,} | {inspected:,} | {planted:,} | {found:,} | {chance:,.1f} | {shares} "
            f"| {evaded:,.0f} | {recovered:,.0f} |"
        )
    rows: defaultdict[str, list[SchemeRow]] = defaultdict(list)
    for row in (row for found in scores for row in found.schemes):
        rows[row.scheme].append(row)
    print()
    chosen = (f"found, {way}" for way in ways)
    _head("scheme", "planted", "decided upon", *chosen, *(f"{band} skill" for band in BANDS), "median rank", "evaded $")
    for scheme, some_rows in sorted(rows.items()):
        first = [row for row in some_rows if row.way == ways[0]]
        planted = sum(row.planted for row in first)
        cells = [_share(sum(row.found for row in some_rows if row.way == way), planted) for way in ways]
        for band in BANDS:
            of = [row for row in first if row.band == band]
            cells.append(f"{sum(row.found for row in of)} of {sum(row.planted for row in of)}" if of else "-")
        ranked = sorted(ranks.get(scheme, ()))
        cells.append(f"{ranked[len(ranked) // 2]:.2f}" if ranked else "-")
        reachable, evaded = sum(row.reachable for row in first), sum(row.evaded_usd for row in first)
        print(f"| {scheme} | {planted} | {reachable} | {' | '.join(cells)} | {evaded:,.0f} |")
    for remark in (remark for found in scores for remark in found.remarks):
        print(f"\n{remark}")


def _head(*names: str) -> None:
    """Print the head of a table."""
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")


def _share(found: int, of: int) -> str:
    """Return a share with its interval."""
    if not of:
        return "-"
    low, high = wilson(found, of)
    return f"{found / of:.0%} ({math.floor(low * 100)} to {math.ceil(high * 100)})"


def main() -> int:
    """Play, decide, score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask(parser, days=70, consignments=60_000, countries=COUNTRIES_ASKED)
    parser.add_argument("--country", default="GH", help="whose node decides")
    parser.add_argument("--fit-on", type=int, default=45, help="day on which the model is fitted")
    parser.add_argument("--all", action="store_true", help="let the node take in what is no declaration too")
    parser.add_argument("--worlds", type=int, default=3, help="how many: of seeds 1.1, 1.2 and so on")
    asked = parser.parse_args()
    setup, scores = setup_of(asked), []
    ranks: defaultdict[str, list[float]] = defaultdict(list)
    for one in range(1, asked.worlds + 1):
        played, decisions = decided(replace(setup, seed=f"{setup.seed}.{one}"), asked)
        scores.append(score(decisions, played.smuggled, played.declared, budgets=BUDGETS))
        for scheme, place in places((tale for tale in played.smuggled if tale.country == asked.country), decisions):
            ranks[scheme].append(place)
    taken = "everything" if asked.all else "declarations and outcomes"
    print(f"\n# {asked.worlds} worlds of {said(setup)} and more; {asked.country} takes in {taken}\n")
    show(scores, ranks)
    return 0


def decided(setup: Setup, asked: argparse.Namespace) -> tuple[Played, list[Decision]]:
    """Play one world to a node and return what it decided; says the seconds, and the steps that did not run."""
    with tempfile.TemporaryDirectory() as folder:
        played = Played(setup, asked.country, Path(folder) / "node", whole=asked.all)
        try:
            played.days(asked.fit_on)
            decisions = played.decisions(asked.fit_on)
            for stuck in played.node.outbox.states():
                print(f"NOT RUN: {stuck}")
        finally:
            played.node.close()
    print(f"seed {setup.seed}, seconds: {', '.join(f'{part} {spent:.1f}' for part, spent in played.seconds.items())}")
    return played, decisions


if __name__ == "__main__":
    sys.exit(main())

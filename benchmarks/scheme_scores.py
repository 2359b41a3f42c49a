"""Score one node's queue by scheme and skill: which smuggling it finds, and which it cannot see.

Usage: python benchmarks/scheme_scores.py [--country GH] [--countries GH BF CI MA] [--days 70] [--consignments 60000]
                                          [--fit-on 45] [--all]

A world is played; one country's node takes in its declarations and the outcomes of its inspectors, fits a model after
45 days, and decides the remaining days one by one, each with what was known on it. What it chooses is scored against
the truth, which it never sees. With --all it takes in cargo reports, events and transit too.
"""

from __future__ import annotations

import argparse
import io
import math
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
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
from tidewaiter.world.score import Decision, SchemeRow, Score, score, wilson
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


def percentiles(decisions: list[Decision]) -> dict[str, float]:
    """Return reference → how much of all that was decided is ranked below it, 0 to 1."""
    ordered = sorted(decisions, key=lambda one: one.probability or 0.0)
    return {one.reference: place / max(1, len(ordered) - 1) for place, one in enumerate(ordered)}


def show(found: Score, smuggled: list[Smuggled], decisions: list[Decision]) -> None:
    """Print the score: by way of choosing, then by scheme and band of skill."""
    _head(
        "chosen", "declared", "inspected", "planted", "found", "by chance", "recall", "precision", "evaded $", "found $"
    )
    for one in found.selections:
        print(
            f"| {one.way} | {one.declared:,} | {one.inspected:,} | {one.planted:,} | {one.found:,} | {one.chance:,.1f} "
            f"| {_share(one.found, one.planted)} | {_share(one.found, one.found + one.held)} | {one.evaded_usd:,.0f} "
            f"| {one.recovered_usd:,.0f} |"
        )
    rows: defaultdict[str, list[SchemeRow]] = defaultdict(list)
    for row in found.schemes:
        rows[row.scheme].append(row)
    ways = list(dict.fromkeys(row.way for row in found.schemes))
    ranked = percentiles(decisions)
    chosen = (f"found, {way}" for way in ways)
    print()
    _head("scheme", "planted", "reachable", *chosen, "found by skill", "median rank", "evaded $", "found $")
    for scheme, some in sorted(rows.items()):
        first = [row for row in some if row.way == ways[0]]
        planted = sum(row.planted for row in first)
        cells = [_share(sum(row.found for row in some if row.way == way), planted) for way in ways]
        bands = ", ".join(f"{row.found}/{row.planted} {row.band}" for row in first)
        places = sorted(
            max(ranked[name] for name in one.references if name in ranked)
            for one in smuggled
            if one.scheme == scheme and any(name in ranked for name in one.references)
        )
        middle = f"{places[len(places) // 2]:.2f}" if places else "-"
        evaded, recovered = sum(row.evaded_usd for row in first), sum(row.recovered_usd for row in first)
        reachable = sum(row.reachable for row in first)
        print(
            f"| {scheme} | {planted} | {reachable} | {' | '.join(cells)} | {bands} | {middle} | {evaded:,.0f} "
            f"| {recovered:,.0f} |"
        )
    for remark in found.remarks:
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
    asked = parser.parse_args()
    setup = setup_of(asked)
    with tempfile.TemporaryDirectory() as folder:
        played = Played(setup, asked.country, Path(folder) / "node", whole=asked.all)
        try:
            played.days(asked.fit_on)
            decisions = played.decisions(asked.fit_on)
            stuck = played.node.outbox.states()
        finally:
            played.node.close()
    print(f"# {said(setup)}; {asked.country}, fitted on day {asked.fit_on}, {'all' if asked.all else 'declarations'}\n")
    print(f"seconds: {', '.join(f'{part} {spent:.1f}' for part, spent in played.seconds.items())}\n")
    found = score(decisions, played.smuggled, played.declared, budgets=BUDGETS)
    for one in stuck:
        print(f"NOT RUN: {one}")
    show(found, [one for one in played.smuggled if one.country == asked.country], decisions)
    return 0


if __name__ == "__main__":
    sys.exit(main())

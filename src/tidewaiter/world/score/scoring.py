"""Count what decisions find and cost: by country and way of choosing, by scheme and skill."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tidewaiter.kernel.words import count
from tidewaiter.world.score.decisions import Decision
from tidewaiter.world.score.intervals import wilson
from tidewaiter.world.score.model import BANDS, Measured, SchemeRow, Score, Selection
from tidewaiter.world.truth import Declared, Smuggled

BUDGETS = (0.05, 0.10)
"""Shares of each day that a score tells beside what was decided."""
RECOVERED_USD_MAX = 100_000.0
"""Most that one consignment counts in US dollars, so that a single giant does not decide a score."""
COVERED_DAY_SHARE_MIN = 0.5
"""Share of a day's declarations that must be decided upon for the day to count, where some day has so many.

An amendment is decided upon on its own day, and was declared on another.
"""
COVERED_SHARE_MIN = 0.95
"""Share of the declarations that must be decided upon before a budget can be told: a head has no tail."""
DECIDED = "decided"

_Key = tuple[str, str]


class _Country:
    """What the truth has of a country, within the days that the decisions are about."""

    def __init__(self, country: str, decisions: Sequence[Decision]) -> None:
        self.country = country
        self.decisions = {one.reference: one for one in decisions}
        self.known: dict[str, Declared] = {}
        self.by_day: Counter[int] = Counter()
        self.smuggled: list[Smuggled] = []
        self.belongs: defaultdict[str, list[int]] = defaultdict(list)
        self.tainted: frozenset[str] = frozenset()
        self.days = (0, 0)

    def add(self, one: Declared) -> None:
        """Count a declaration; keep it where a decision or a story is about it."""
        self.by_day[one.day] += 1
        if one.reference in self.decisions or one.reference in self.belongs:
            self.known[one.reference] = one

    def settle(self) -> None:
        """Keep to the days that the decisions are about; all days of the truth, where they are about none of them."""
        decided = Counter(self.known[one].day for one in self.decisions if one in self.known)
        whole = [day for day, number in decided.items() if number >= COVERED_DAY_SHARE_MIN * self.by_day[day]]
        if whole:
            kept = range(min(whole), max(whole) + 1)
            aside = [each for each in self.decisions if each in self.known and self.known[each].day not in kept]
            for reference in aside:
                del self.decisions[reference]
        days = whole or list(decided) or [*self.by_day, *(one.day for one in self.smuggled)] or [0]
        self.days = (min(days), max(days))
        self.smuggled = [one for one in self.smuggled if self.days[0] <= self._day(one) <= self.days[1]]
        self.tainted = frozenset(self.belongs)
        self.belongs = defaultdict(list)
        for number, one in enumerate(self.smuggled):
            for reference in dict.fromkeys(one.references):
                self.belongs[reference].append(number)

    @property
    def declared(self) -> int:
        """Declarations of these days."""
        return sum(number for day, number in self.by_day.items() if self.days[0] <= day <= self.days[1])

    def reached(self, references: Iterable[str]) -> set[int]:
        """Return which smuggled consignments any of the references is of."""
        return {number for one in references if one in self.belongs for number in self.belongs[one]}

    def _day(self, one: Smuggled) -> int:
        """Return the day on which a smuggled consignment is declared; the story's own, where it never is."""
        return next((self.known[each].day for each in one.references if each in self.known), one.day)


def score(
    decisions: Iterable[Decision],
    planted: Iterable[Smuggled],
    declared: Iterable[Declared],
    *,
    budgets: Sequence[float] = BUDGETS,
) -> Score:
    """Return how decisions compare with the truth. Pure; `declared` is read once, as a stream.

    Countries without a decision are left out, and so are days before the first and after the last declaration that is
    decided upon. A smuggled consignment counts once, whichever of its references was chosen.
    """
    grouped: defaultdict[str, list[Decision]] = defaultdict(list)
    for one in decisions:
        grouped[one.country].append(one)
    countries = {name: _Country(name, grouped[name]) for name in sorted(grouped)}
    for smuggled in planted:
        if smuggled.country in countries:
            country = countries[smuggled.country]
            for reference in smuggled.references:
                country.belongs[reference].append(len(country.smuggled))
            country.smuggled.append(smuggled)
    for row in declared:
        if row.country in countries:
            countries[row.country].add(row)
    selections: list[Selection] = []
    schemes: list[SchemeRow] = []
    remarks: list[str] = []
    for country in countries.values():
        country.settle()
        ways, said = _ways(country, budgets)
        remarks += said
        for way, chosen in ways.items():
            selections.append(_selection(country, way, chosen))
            schemes += _schemes(country, way, chosen)
    return Score(selections=selections, schemes=schemes, remarks=remarks)


def _ways(country: _Country, budgets: Sequence[float]) -> tuple[Mapping[str, set[str]], list[str]]:
    """Return each way of choosing with the references it chooses, and why ways are missing."""
    ways: dict[str, set[str]] = {}
    remarks = []
    chosen = {reference for reference, one in country.decisions.items() if one.chosen}
    if chosen:
        ways[DECIDED] = chosen
    unknown = sum(one not in country.known and one not in country.tainted for one in country.decisions)
    if unknown:
        said = count(unknown, "reference is", "references are")
        remarks.append(f"{country.country}: {said} of no declaration and no story that there is.")
    if not budgets:
        return ways, remarks
    covered = len(country.decisions.keys() & country.known.keys())
    if covered < COVERED_SHARE_MIN * country.declared:
        remarks.append(
            f"{country.country}: {covered:,} of {country.declared:,} declarations are decided upon, too few to tell "
            "budgets; give all decisions of the days."
        )
    elif not _ranked(country.decisions.values()):
        remarks.append(f"{country.country}: not every decision has a probability or a rank, so budgets are not told.")
    else:
        ways |= {f"{share:.0%}": _riskiest(country, share) for share in budgets}
    return ways, remarks


def _ranked(decisions: Iterable[Decision]) -> bool:
    """Say whether all decisions can be put in order."""
    rows = list(decisions)
    return all(one.probability is not None for one in rows) or all(one.rank is not None for one in rows)


def _riskiest(country: _Country, share: float) -> set[str]:
    """Return the riskiest share of each day, rounded up."""
    days: defaultdict[int, list[Decision]] = defaultdict(list)
    for one in country.decisions.values():
        if one.reference in country.known:
            days[country.known[one.reference].day].append(one)
    chosen: set[str] = set()
    for day in days.values():
        day.sort(key=lambda one: (-(one.probability or 0.0), one.rank or 0, one.reference))
        chosen.update(one.reference for one in day[: math.ceil(round(share * len(day), 9))])
    return chosen


def _selection(country: _Country, way: str, chosen: set[str]) -> Selection:
    """Return what inspecting these finds and costs."""
    found = country.reached(chosen)
    honest = [one for one in chosen if one not in country.tainted]
    worth = [_capped(one) for one in country.smuggled]
    at_hand = [
        number for number, one in enumerate(country.smuggled) if any(ref in country.known for ref in one.references)
    ]
    best = sorted((worth[number] for number in at_hand), reverse=True)[: len(chosen)]
    return Selection(
        country=country.country,
        way=way,
        days=country.days,
        declared=country.declared,
        inspected=len(chosen),
        planted=len(country.smuggled),
        reachable=len(country.reached(country.decisions)),
        found=len(found),
        recall=_measured(len(found), len(country.smuggled)),
        precision=_measured(len(found), len(found) + len(honest)),
        held=len(honest),
        hours=round(math.fsum(country.known[one].hours for one in honest if one in country.known), 1),
        evaded_usd=_total(worth),
        recovered_usd=_total(worth[number] for number in found),
        chance=_by_chance(country, len(chosen)),
        oracle=len(best),
        oracle_usd=_total(best),
        endangering=sum(one.safety for one in country.smuggled),
        endangering_found=sum(country.smuggled[number].safety for number in found),
    )


def _schemes(country: _Country, way: str, chosen: set[str]) -> list[SchemeRow]:
    """Return how much is found by scheme and band of skill."""
    found, reachable = country.reached(chosen), country.reached(country.decisions)
    groups: defaultdict[_Key, list[int]] = defaultdict(list)
    for number, one in enumerate(country.smuggled):
        groups[one.scheme, BANDS[min(int(one.skill * len(BANDS)), len(BANDS) - 1)]].append(number)
    rows = []
    for (scheme, band), numbers in sorted(groups.items(), key=lambda group: (group[0][0], BANDS.index(group[0][1]))):
        caught = found.intersection(numbers)
        rows.append(
            SchemeRow(
                country=country.country,
                scheme=scheme,
                band=band,
                way=way,
                planted=len(numbers),
                reachable=len(reachable.intersection(numbers)),
                found=len(caught),
                recall=_measured(len(caught), len(numbers)),
                evaded_usd=_total(_capped(country.smuggled[number]) for number in numbers),
                recovered_usd=_total(_capped(country.smuggled[number]) for number in caught),
            )
        )
    return rows


def _by_chance(country: _Country, inspected: int) -> float:
    """Return how many smuggled consignments as many inspections would find, drawn from all declarations alike."""
    if not country.declared:
        return 0.0
    missed = 1.0 - min(1.0, inspected / country.declared)
    chances = (1.0 - missed ** sum(ref in country.known for ref in set(one.references)) for one in country.smuggled)
    return round(math.fsum(chances), 2)


def _measured(found: int, of: int) -> Measured:
    """Return a share with its interval."""
    low, high = wilson(found, of)
    return Measured(round(found / of, 4) if of else None, round(low, 4), round(high, 4))


def _capped(one: Smuggled) -> float:
    """Return what a consignment counts, in US dollars."""
    return min(one.evaded_usd, RECOVERED_USD_MAX)


def _total(amounts: Iterable[float]) -> float:
    """Return a sum, whatever the order."""
    return round(math.fsum(amounts), 2)

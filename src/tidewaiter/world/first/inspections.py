"""Inspect a share of the invented history, at random and on visible grounds, and say what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.first.draft import Draft
from tidewaiter.world.first.goods import BY_HS
from tidewaiter.world.first.model import Planted
from tidewaiter.world.first.places import RATES

RANDOM_SHARE = 0.08
"""Share of declarations inspected by lot."""

FOUND_SHARE = 0.9
"""How often an inspection finds what was planted."""

SLIP_SHARE = 0.03
"""How often an inspection of an honest declaration finds a small irregularity, without revenue."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One control and its result; `weight` is the inverse of the probability of a random choice, 0 where targeted."""

    mrn: str
    item: int
    known: datetime
    control: str
    selection: str
    result: str
    irregularity: str
    recovered: float
    weight: float


def inspect(rng: Random, drafts: Sequence[Draft], truth: Mapping[str, Planted]) -> list[Inspection]:
    """Return the inspections of the drafts, in order of acceptance.

    Officers target what anybody can see: a price far below the usual, a company nobody knows, goods sent from another
    country than they come from. They know nothing of the truth.
    """
    seen: Counter[str] = Counter()
    done: list[Inspection] = []
    for draft in drafts:
        by_lot, hunch = rng.random() < RANDOM_SHARE, rng.random() < _suspicion(draft, seen)
        seen[draft.importer.id] += 1
        if by_lot or hunch:
            done.append(_result(rng, draft, truth.get(draft.mrn), by_lot=by_lot))
    return done


def _suspicion(draft: Draft, seen: Counter[str]) -> float:
    """Return the chance that an officer picks the draft, from what is visible in it."""
    chance = 0.01
    for item in draft.items:
        usual = BY_HS.get(item.hs)
        dollars = item.price * RATES[draft.currency] / RATES["USD"] / max(item.net, 1.0)
        if usual is not None and dollars < 0.6 * usual.price:
            chance += 0.3
        if item.origin != draft.export_country:
            chance += 0.05
    if seen[draft.importer.id] < 5:  # noqa: PLR2004 - a company hardly known
        chance += 0.1
    return chance


def _result(rng: Random, draft: Draft, planted: Planted | None, *, by_lot: bool) -> Inspection:
    """Return what the control found."""
    result, irregularity, item, recovered = "conform", "", 0, 0.0
    if planted is not None and rng.random() < FOUND_SHARE:
        result, irregularity, item, recovered = "offence", planted.irregularity, planted.item, planted.evaded
    elif planted is None and rng.random() < SLIP_SHARE:
        result, irregularity, item = "irregular", "other", 1
    return Inspection(
        mrn=draft.mrn,
        item=item,
        known=draft.accepted + timedelta(hours=rng.randrange(20, 110)),
        control=rng.choice(("physical", "physical", "scan", "documents")),
        selection="random" if by_lot else "targeted",
        result=result,
        irregularity=irregularity,
        recovered=recovered,
        weight=round(1 / RANDOM_SHARE, 2) if by_lot else 0.0,
    )

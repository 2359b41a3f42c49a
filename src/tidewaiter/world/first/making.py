"""Make an invented world of trade from a seed: days of declarations, planted fraud, inspections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from tidewaiter.world.first import draft, inspections, schemes, slips, tables
from tidewaiter.world.first.draft import Draft
from tidewaiter.world.first.model import Planted, World
from tidewaiter.world.first.traders import Traders, invent

OPENS, CLOSES = 7, 18
"""Hours of the day, UTC, between which declarations are accepted."""


def make_world(
    seed: int | str = 1,
    *,
    start: date,
    days: int = 60,
    per_day: int = 60,
    last_day_count: int = 300,
) -> World:
    """Return a world that begins on `start` and whose day is `days` days later; the same seed gives the same bytes.

    A history of `days` days has about `per_day` declarations a day; the day itself has `last_day_count`, amendments
    not counted.
    """
    traders = invent(_lot(seed, "traders"), days)
    truth: dict[str, Planted] = {}
    history: list[Draft] = []
    serial = 1
    for number in range(days):
        rng = _lot(seed, f"day {number}")
        count = round(per_day * rng.uniform(0.8, 1.2))
        a_day = _Day(number=number, date=start + timedelta(days=number), serial=serial, count=count)
        history += _lodge(rng, traders, a_day, truth)
        serial += count
    day = start + timedelta(days=days)
    morning = _Day(number=days, date=day, serial=serial, count=last_day_count)
    today = _lodge(_lot(seed, "the day"), traders, morning, truth)
    originals = [one for one in history if one.function == "9"]
    results = inspections.inspect(_lot(seed, "inspections"), originals, truth)
    known = [one for one in results if one.known.date() < day]
    return World(
        day=day,
        truth=truth,
        history=tables.declarations_table(history),
        today=tables.declarations_table(today),
        outcomes=tables.outcomes_table(known),
    )


def _lot(seed: int | str, purpose: str) -> Random:
    """Return the source of chance for one purpose, so that one part of the world does not disturb another."""
    return Random(f"{seed}/{purpose}")  # noqa: S311 - an invented world, not a secret


@dataclass(frozen=True, slots=True)
class _Day:
    """A day of the world: its number from the start, its first declaration's serial, how many it has."""

    number: int
    date: date
    serial: int
    count: int


def _lodge(rng: Random, traders: Traders, day: _Day, truth: dict[str, Planted]) -> list[Draft]:
    """Return the declarations of one day in order of acceptance; what is planted is added to the truth."""
    open_now = traders.open_on(day.number)
    chosen = rng.choices(open_now, weights=[one.weight for one in open_now], k=day.count)
    opening = datetime.combine(day.date, time(OPENS), UTC)
    moments = sorted(opening + timedelta(seconds=rng.randrange((CLOSES - OPENS) * 3600)) for _ in range(day.count))
    lodged: list[Draft] = []
    for place, (importer, moment) in enumerate(zip(chosen, moments, strict=True)):
        made = draft.honest(rng, traders, importer, moment, day.serial + place)
        planted = schemes.tempt(rng, made)
        if planted is not None:
            truth[made.mrn] = planted
        slips.spoil(rng, made)
        lodged.append(made)
        again = slips.amended(rng, made)
        if again is not None:
            lodged.append(again)
    return sorted(lodged, key=lambda one: (one.accepted, one.mrn))

"""Play small days of faults from seeds: each ends as a day without faults does.

A seed is the name of its test: `pytest tests/simulation -k seed-7` plays it again, the same from beginning to end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from tests.nodes.parcels import DAY, declarations, nonsense, reports

from tidewaiter.playground.network import Faults
from tidewaiter.playground.nodes import Playground
from tidewaiter.playground.parcels import Sheet
from tidewaiter.playground.script import Killing, Parted, Restarting, Script, Step, Weather, play

QUESTIONS = ("records", "messages", "findings", "decisions", "leaves", "queued")
QUIET = Script(start=DAY.date())
SEEDS = [pytest.param(seed, id=f"seed-{seed}") for seed in range(20)]
SCREENED_SEEDS = [pytest.param(seed, id=f"seed-{seed}") for seed in range(100, 102)]
SETTINGS = {"batch_records": 2, "duckdb_threads": 1}
"""Small batches, so that a node can die in the midst of a parcel."""

PARCELS = [
    *(reports(country, number, rows=3, minutes=480 + 11 * number) for country in ("GH", "NL") for number in range(3)),
    nonsense("NL", 7, minutes=495),
]
SCREENED = [
    declarations("GH", 0, rows=4, minutes=480),
    declarations("GH", 1, rows=4, minutes=489, origin="Q1"),
    reports("GH", 1, minutes=495),
]


def weather(chance: Random, hour: int) -> Weather:
    """Draw how the network is from an hour on."""
    return Weather(
        at=time(hour),
        delay_seconds=chance.uniform(0, 30),
        spread=chance.uniform(0, 1),
        lost=chance.uniform(0, 0.5),
        repeated=chance.uniform(0, 0.5),
        reordered=chance.uniform(0, 0.5),
        corrupted=chance.uniform(0, 0.4),
    )


def scripted(seed: int, countries: Sequence[str]) -> Script:
    """Draw a day: weather, splits, and deaths, each with a new start."""
    chance = Random(f"{seed}/day")  # noqa: S311 - an invented day, not a secret
    steps: list[Step] = [weather(chance, hour) for hour in (0, 8, 9)]
    for _ in range(chance.randrange(3)):
        at = DAY + timedelta(minutes=chance.randrange(470, 520))
        until = at + timedelta(minutes=chance.randrange(1, 60))
        steps.append(Parted(at=at.time(), until=until.time(), groups=((chance.choice(countries),), ())))
    for _ in range(chance.randrange(1, 5)):
        at = DAY + timedelta(minutes=chance.randrange(475, 530))
        country, after = chance.choice(countries), chance.randrange(7)
        steps.append(Killing(at=at.time(), country=country, after=after))
        later = at + timedelta(minutes=chance.randrange(1, 90))
        steps.append(Restarting(at=later.time(), country=country))
    return Script(start=DAY.date(), step=tuple(sorted(steps, key=lambda one: one.at)))


def played(folder: Path, seed: int, script: Script, countries: Sequence[str], parcels: Sequence[Sheet]) -> Any:
    """Play a day, and return what each node then answers."""
    given: Mapping[str, Mapping[str, Any]] = {one: SETTINGS | {"control_seed": "same"} for one in countries}
    with Playground(folder, given, seed=seed, start=DAY, faults=Faults(delay_seconds=1)) as made:
        ran = play(made, script, parcels)
        assert ran.settled, ran
        for country in countries:
            log = made.ask(country, "log")
            assert log["flaws"] == []
            assert len(countries) == 1 or log["witnessed"] == log["entries"]
        return {country: {one: made.ask(country, one) for one in QUESTIONS} for country in countries}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give what the nodes answer after a day without faults."""
    found = played(tmp_path_factory.mktemp("quiet"), 0, QUIET, ("GH", "NL"), PARCELS)
    assert [found[country]["records"] for country in ("GH", "NL")] == [{"CargoReport": {"kept": 9}}] * 2
    return found


@pytest.fixture(scope="module")
def undisturbed_screening(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give what a node answers after a day of declarations without faults."""
    found = played(tmp_path_factory.mktemp("quiet"), 0, QUIET, ("GH",), SCREENED)
    assert found["GH"]["records"] == {"CargoReport": {"kept": 2}, "Declaration": {"kept": 4, "repair": 4}}
    assert len(found["GH"]["decisions"]) == 8
    return found


@pytest.mark.parametrize("seed", SEEDS)
def every_node_ends_with_what_a_quiet_day_gives_it(tmp_path: Path, seed: int, undisturbed: Any) -> None:
    script = scripted(seed, ("GH", "NL"))
    print(seed, msgspec.json.encode(script).decode())  # noqa: T201 - what pytest shows where it fails
    assert played(tmp_path, seed, script, ("GH", "NL"), PARCELS) == undisturbed


@pytest.mark.parametrize("seed", SCREENED_SEEDS)
def every_decision_is_that_of_a_quiet_day(tmp_path: Path, seed: int, undisturbed_screening: Any) -> None:
    script = scripted(seed, ("GH",))
    print(seed, msgspec.json.encode(script).decode())  # noqa: T201 - what pytest shows where it fails
    assert played(tmp_path, seed, script, ("GH",), SCREENED) == undisturbed_screening


def the_same_seed_plays_the_same_day(tmp_path: Path) -> None:
    script = scripted(3, ("GH",))
    ran = []
    for name in ("one", "two"):
        with Playground(tmp_path / name, {"GH": SETTINGS}, seed=3, start=DAY) as made:
            ran.append(msgspec.json.encode(play(made, script, PARCELS[:3])))
    assert ran[0] == ran[1]
    assert script == scripted(3, ("GH",))
    assert datetime.combine(script.start, time(), UTC) == DAY

"""Check that the invented world is the same for everybody, plausible, and keeps its truth apart."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import imo, iso6346

from tidewaiter.world.first import COUNTRY, DECLARATIONS_MAPPING, OUTCOMES_MAPPING, World, make_world
from tidewaiter.world.first.goods import BY_HS, GOODS
from tidewaiter.world.first.inspections import RANDOM_SHARE
from tidewaiter.world.first.numbers import movement_reference
from tidewaiter.world.first.places import AIRPORTS, SEAPORTS
from tidewaiter.world.first.schemes import SCHEMES

START = date(2026, 3, 2)
SHARED = Path(__file__).parents[3] / "shared" / "data"


def table(data: bytes) -> list[dict[str, str]]:
    """Return the rows of a table."""
    return list(csv.DictReader(io.StringIO(data.decode())))


@pytest.fixture(scope="module")
def world() -> World:
    """Return the world of the demo."""
    return make_world(1, start=START)


@pytest.fixture(scope="module")
def history(world: World) -> list[dict[str, str]]:
    """Return its history, row by row."""
    return table(world.history_csv())


def the_same_seed_gives_the_same_bytes() -> None:
    first, second = (make_world("x", start=START, days=3, per_day=20, last_day_count=30) for _ in range(2))
    assert first == second
    other = make_world("y", start=START, days=3, per_day=20, last_day_count=30)
    assert other.history_csv() != first.history_csv()


def the_day_follows_the_history(world: World, history: list[dict[str, str]]) -> None:
    assert world.day == START + timedelta(days=60)
    assert {row["Accepted"][:10] for row in history} == {
        (START + timedelta(days=number)).isoformat() for number in range(60)
    }
    today = table(world.day_csv())
    assert {row["Accepted"][:10] for row in today} == {world.day.isoformat()}
    assert len({row["MRN"] for row in today}) == 300
    assert not {row["MRN"] for row in today} & {row["MRN"] for row in history}


def no_outcome_is_known_before_its_declaration_or_on_the_day_itself(
    world: World, history: list[dict[str, str]]
) -> None:
    accepted = {row["MRN"]: row["Accepted"] for row in reversed(history)}
    outcomes = table(world.outcomes_csv())
    assert len(outcomes) > 200
    for row in outcomes:
        assert accepted[row["MRN"]] < row["Known"] < world.day.isoformat()


def the_truth_is_in_no_table(world: World) -> None:
    tables = world.history_csv() + world.day_csv() + world.outcomes_csv()
    for planted in list(world.truth.values())[:50]:
        assert planted.story.encode() not in tables
        assert planted.scheme.encode() not in tables


def every_scheme_is_planted_before_and_on_the_day(world: World) -> None:
    today = {row["MRN"] for row in table(world.day_csv())}
    before = Counter(planted.scheme for mrn, planted in world.truth.items() if mrn not in today)
    assert set(before) == set(SCHEMES)
    assert min(before.values()) >= 10
    assert {planted.scheme for mrn, planted in world.truth.items() if mrn in today} == set(SCHEMES)
    assert 0.03 < sum(before.values()) / len({row["MRN"] for row in table(world.history_csv())}) < 0.12


def every_fraud_costs_the_treasury_something(world: World) -> None:
    assert all(planted.evaded > 0 for planted in world.truth.values())


def an_undervalued_line_is_declared_below_the_usual_price(world: World, history: list[dict[str, str]]) -> None:
    prices = {(row["MRN"], row["Item"]): row for row in history if row["Invoice currency"] == "USD"}
    ratios = []
    for planted in world.truth.values():
        row = prices.get((planted.mrn, str(planted.item)))
        if planted.scheme == "undervaluation" and row and row["HS"] in BY_HS:
            ratios.append(float(row["Price"]) / float(row["Net kg"]) / BY_HS[row["HS"]].price)
    assert sorted(ratios)[len(ratios) // 2] < 0.7


def an_inspection_by_lot_weighs_the_inverse_of_its_chance(world: World) -> None:
    for row in table(world.outcomes_csv()):
        assert (row["Weight"] == str(1 / RANDOM_SHARE)) == (row["Selection"] == "random")


def the_random_draw_finds_about_the_true_share(world: World, history: list[dict[str, str]]) -> None:
    true = len({row["MRN"] for row in history} & set(world.truth)) / len({row["MRN"] for row in history})
    drawn = [row for row in table(world.outcomes_csv()) if row["Selection"] == "random"]
    assert abs(sum(row["Result"] == "offence" for row in drawn) / len(drawn) - true) < 0.05


def honest_people_slip_but_seldom(history: list[dict[str, str]]) -> None:
    boxes = [row["Container"] for row in history if row["Container"]]
    wrong = [box for box in boxes if not iso6346.is_valid(box)]
    assert 0 < len(wrong) < 0.03 * len(boxes)
    assert 0 < sum(float(row["Net kg"]) > float(row["Gross kg"]) for row in history) < 0.02 * len(history)
    assert 0 < sum(row["Origin"] == "UK" for row in history) < 0.02 * len(history)
    amended = [row for row in history if row["Function"] == "4"]
    assert 0 < len(amended) < 0.05 * len(history)
    assert {row["MRN"] for row in amended} <= {row["MRN"] for row in history if row["Function"] == "9"}


def every_ship_has_a_valid_number(history: list[dict[str, str]]) -> None:
    assert all(imo.is_valid(row["Carrier id"]) for row in history if row["Carrier id type"] == "IMO")


@given(st.integers(min_value=0, max_value=10**12 - 1))
def a_movement_reference_ends_in_its_check_digit(serial: int) -> None:
    mrn = movement_reference(2026, COUNTRY, serial)
    assert len(mrn) == 18
    assert iso6346.calc_check_digit(mrn[:17]) == mrn[17]
    changed = mrn[:4] + str((int(mrn[4]) + 1) % 10) + mrn[5:]
    assert iso6346.calc_check_digit(changed[:17]) != mrn[17] or mrn[17] == "0"


@pytest.mark.parametrize(("text", "name"), [(DECLARATIONS_MAPPING, "history"), (OUTCOMES_MAPPING, "outcomes")])
def every_column_is_mapped_once(world: World, text: str, name: str) -> None:
    mapped = [column["from"] for column in tomllib.loads(text)["column"]]
    data = world.history_csv() if name == "history" else world.outcomes_csv()
    assert mapped == data.decode().split("\n", 1)[0].split(",")


def every_origin_of_the_goods_has_a_port(world: World) -> None:
    assert {origin for good in GOODS for origin in good.origins} <= set(SEAPORTS)
    assert set(AIRPORTS) <= set(SEAPORTS)
    assert world.day > START


def a_decoy_pays_less_than_the_true_heading() -> None:
    for good in GOODS:
        assert not good.decoy or BY_HS[good.decoy].duty < good.duty, good.hs


@pytest.mark.skipif(not (SHARED / "hs").is_dir(), reason="the HS list does not stand beside the repository")
def every_heading_is_one_of_the_harmonized_system() -> None:
    lines = (SHARED / "hs" / "harmonized-system.csv").read_text(encoding="utf-8").splitlines()
    assert set(BY_HS) <= {line.split(",")[1] for line in lines}

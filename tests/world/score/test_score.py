"""Prove that a score counts what was found once, what honest trade paid, and what it cannot tell."""

from __future__ import annotations

import json
import random

import pytest

from tidewaiter.kernel.errors import Refused
from tidewaiter.world.score import RECOVERED_USD_MAX, Decision, read_decisions, score, wilson
from tidewaiter.world.truth import Declared, Smuggled


def smuggled(*references: str, country: str = "GH", day: int = 1, **facts: object) -> Smuggled:
    """Return something smuggled."""
    said: dict[str, object] = {
        "scheme": "misvalued",
        "ring": 1,
        "skill": 0.5,
        "irregularity": "value",
        "item": 0,
        "evaded": 800.0,
        "currency": "GHS",
        "evaded_usd": 100.0,
        "story": "It was worth more.",
    }
    return Smuggled(country=country, references=references, day=day, **(said | facts))  # type: ignore[arg-type]


def declared(*references: str, country: str = "GH", day: int = 1, hours: float = 10) -> list[Declared]:
    """Return declarations of a day."""
    return [Declared(country, one, day, 1_000.0, hours) for one in references]


def decided(*references: str, action: str = "inspect", country: str = "GH", **facts: float) -> list[Decision]:
    """Return decisions about references."""
    return [
        Decision(country=country, reference=one, action=action, probability=facts.get("probability"))
        for one in references
    ]


def names(count: int, prefix: str = "D") -> list[str]:
    """Return so many references."""
    return [f"{prefix}{number:03}" for number in range(count)]


def what_is_chosen_by_any_of_its_references_counts_once() -> None:
    decisions = decided("D001", "BL1", "D002", "D003") + decided("D004", action="release")
    planted = [smuggled("D001", "BL1"), smuggled("D004"), smuggled("BL9", safety=True)]
    made = score(decisions, planted, declared(*names(10)))
    [line] = made.selections
    assert (line.planted, line.reachable, line.found, line.held, line.inspected) == (3, 2, 1, 2, 4)
    assert line.recall.share == pytest.approx(1 / 3, abs=1e-4)
    assert line.precision.share == pytest.approx(1 / 3, abs=1e-4)
    assert (line.hours, line.recovered_usd, line.evaded_usd) == (20.0, 100.0, 300.0)
    assert (line.endangering, line.endangering_found) == (1, 0)


def a_declaration_amended_on_a_later_day_does_not_draw_its_own_day_in() -> None:
    before, day = names(20, "A"), names(10, "B")
    made = score(decided("A001", *day), [smuggled("A001", day=1)], declared(*before) + declared(*day, day=2))
    [line, *_] = made.selections
    assert (line.days, line.declared, line.inspected, line.planted) == ((2, 2), 10, 10, 0)


def every_scheme_and_band_of_skill_has_a_line() -> None:
    planted = [smuggled("D001", skill=0.1), smuggled("D002", skill=0.1), smuggled("D003", scheme="hidden", skill=1.0)]
    made = score(decided("D001", "D003"), planted, declared(*names(5)))
    assert [(one.scheme, one.band, one.planted, one.found) for one in made.schemes] == [
        ("hidden", "high", 1, 1),
        ("misvalued", "low", 2, 1),
    ]


def a_giant_counts_no_more_than_the_limit() -> None:
    made = score(decided("D001"), [smuggled("D001", evaded_usd=9e9)], declared("D001"))
    assert made.selections[0].recovered_usd == RECOVERED_USD_MAX


def only_the_days_and_countries_that_were_decided_upon_are_counted() -> None:
    planted = [smuggled("D001"), smuggled("E001", day=9), smuggled("N001", country="NL")]
    rows = declared(*names(5)) + declared("E001", day=9) + declared("N001", country="NL")
    [line] = score(decided("D001"), planted, rows).selections
    assert (line.planted, line.declared, line.days) == (1, 5, (1, 1))


def a_budget_takes_the_riskiest_of_each_day() -> None:
    first, second = names(20, "A"), names(40, "B")
    decisions = [
        Decision(country="GH", reference=one, action="release", probability=1 - place / 100)
        for day in (first, second)
        for place, one in enumerate(day)
    ]
    planted = [smuggled("A000"), smuggled("A005"), smuggled("B001", day=2)]
    made = score(decisions, planted, declared(*first) + declared(*second, day=2))
    assert [(one.way, one.inspected, one.found) for one in made.selections] == [("5%", 3, 2), ("10%", 6, 2)]


def a_head_of_the_queue_tells_no_budget_and_says_so() -> None:
    made = score(decided("D001", probability=0.9), [smuggled("D001")], declared(*names(100)))
    assert [one.way for one in made.selections] == ["decided"]
    assert "too few to tell budgets" in made.remarks[0]
    made = score(decided(*names(10)), [smuggled("D001")], declared(*names(10)))
    assert "not every decision has a probability or a rank" in made.remarks[0]


def what_the_truth_does_not_know_is_said() -> None:
    made = score(decided("D001", "TYPO"), [smuggled("D001")], declared("D001"))
    assert "1 reference is of no declaration" in made.remarks[0]
    assert made.selections[0].held == 1


def the_oracle_takes_the_costliest_and_chance_takes_any() -> None:
    planted = [smuggled(f"D{number:03}", evaded_usd=float(number)) for number in range(10)]
    [line] = score(decided("D090", "D091"), planted, declared(*names(100))).selections
    assert (line.oracle, line.oracle_usd, line.found) == (2, 17.0, 0)
    assert line.chance == pytest.approx(0.2)


def the_chance_is_what_drawing_at_random_finds() -> None:
    rng = random.Random(5)  # noqa: S311 - a test's draws
    references = names(200)
    planted = [smuggled(one, f"{one}/BL") for one in references[:20]]
    rows = declared(*references)
    drawn = [score(decided(*rng.sample(references, 30)), planted, rows).selections[0] for _ in range(200)]
    assert sum(one.found for one in drawn) / len(drawn) == pytest.approx(drawn[0].chance, rel=0.08)


def the_order_of_decisions_changes_nothing() -> None:
    decisions = decided(*names(30), probability=0.5)
    planted = [smuggled("D003"), smuggled("D029")]
    rows = declared(*names(30))
    assert score(decisions, planted, rows) == score(decisions[::-1], planted, rows[::-1])


@pytest.mark.parametrize(
    ("found", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (0, 0, 0, 1)]
)
def the_interval_is_wilsons(found: int, of: int, low: float, high: float) -> None:
    assert wilson(found, of) == pytest.approx((low, high), abs=1e-4)


ROW = {"country": "GH", "reference": "D1", "action": "inspect", "rank": 1, "probability": 0.5}
QUEUE = [{"reference": "D1", "action": "inspect", "rank": 1, "screening": {"probability": 0.5}, "importer": "X"}]


@pytest.mark.parametrize(
    "text",
    [
        "Country,Reference,Action,Rank,Probability\nGH,D1,inspect,1,0.5\n",
        "\ufeffreference,action,rank,probability,goods\nD1,INSPECT,1,0.5,tiles\n",
        json.dumps(ROW) + "\n",
        json.dumps([ROW]),
        json.dumps(QUEUE, indent=2),
    ],
)
def every_way_of_writing_decisions_is_read_alike(text: str) -> None:
    wanted = Decision(country="GH", reference="D1", action="inspect", rank=1, probability=0.5)
    assert read_decisions(text.encode(), country="gh") == [wanted]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reference,action\n,inspect\n", "row 1, has no reference"),
        ("reference,action\nD1,inspect\n", "row 1, has no country"),
        ("country,reference,action\nGH,D1,burn\n", "'burn'"),
        ("country,reference,rank\nGH,D1,first\n", "'first', which is no number"),
        ("country,reference,probability\nGH,D1,7\n", "it is 0 to 1"),
        ("country,action\nGH,inspect\n", "no column `reference`"),
        ("country,reference\nGH,D1,inspect\n", "more cells"),
        ("[1]", "row 1, is not an object"),
        ("[{]", "is none"),
        ('{"reference": 1}\n{', "line 2"),
        ("", "no column"),
    ],
)
def a_wrong_row_is_refused_with_where_it_is(text: str, said: str) -> None:
    country = "GH" if "line 2" in said else ""
    with pytest.raises(Refused, match=said):
        read_decisions(text.encode(), country=country)


def what_is_no_text_is_refused() -> None:
    with pytest.raises(Refused, match="not UTF-8 at byte 0"):
        read_decisions(b"\xff\xfe")

"""Prove that a model is fitted on the past alone, says what it is, and refuses too little."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tidewaiter.kernel.errors import ModelFault
from tidewaiter.stages import learn, screen
from tidewaiter.stages.learn._training import Training, training_rows
from tidewaiter.stages.learn.quality import measure

START, TODAY = date(2024, 1, 1), date(2025, 1, 1)


def fill(past: Any, rows: int = 400, *, seed: int = 7) -> None:
    """Write a history in which light goods at a high rate are often irregular."""
    chance = random.Random(seed)  # noqa: S311 - a replayable test history
    for number in range(rows):
        day = START + timedelta(days=number // 2)
        mass, rate = chance.choice([1.0, 4.0, 50.0, 300.0]), chance.choice([0.0, 8.0])
        past.goods(f"R{number}", day, net_kg=mass, duty_rate=rate, importer=f"I{chance.randrange(9)}")
        past.outcome(
            f"R{number}", day + timedelta(days=1), positive=chance.random() < (0.7 if mass < 5 < rate else 0.1)
        )


def fitted(past: Any, **more: Any) -> learn.FittedModel:
    """Fit a model on the history."""
    items, outcomes = past.files()
    asked = {"profile_folder": past.profiles(), "pack": screen.load_pack(), "today": TODAY} | more
    return learn.fit(past.engine, items, outcomes, **asked)


def training(past: Any) -> Training:
    """Return what a model would be fitted on."""
    items, outcomes = past.files()
    return training_rows(past.engine, items, outcomes, profile_folder=past.profiles(), pack=screen.load_pack())


def column(rows: Training, name: str) -> list[float]:
    """Return a feature's column."""
    found: list[float] = rows.matrix[:, screen.FITTED.index(name)].tolist()
    return found


def a_fitted_model_says_what_it_is_and_survives_being_kept(past: Any, tmp_path: Path) -> None:
    fill(past)
    model = fitted(past)
    card = model.card
    assert (card.rows, card.fitted_on, card.first_day) == (400, TODAY, START)
    assert 40 < card.positives < 200
    assert card.validated is not None
    assert card.validated.auc > 0.7
    assert card.validated.precision["10%"] > card.positives / card.rows
    assert card.rules == screen.load_pack().meanings
    assert any("proof" in one for one in card.not_for)
    learn.save(model, tmp_path / "model")
    again = learn.load(tmp_path / "model")
    assert (again.text, again.card, again.id) == (model.text, model.card, model.id)


def the_same_history_and_seed_give_the_same_model(past: Any) -> None:
    fill(past, 240)
    assert fitted(past).text == fitted(past).text


def the_contributions_of_a_model_add_up_to_its_raw_score_and_screening_tells_them(past: Any) -> None:
    fill(past)
    model = fitted(past)
    rows = training(past)
    shares = model.contributions(rows.matrix)
    assert shares.shape == (400, len(screen.FITTED) + len(model.rules) + 1)
    raw = model._booster.predict(rows.matrix, raw_score=True)
    assert np.allclose(shares.sum(axis=1), raw)
    light = past.goods("A", TODAY, net_kg=1.0, duty_rate=8.0)
    heavy = past.goods("B", TODAY, net_kg=300.0, duty_rate=0.0)
    found = screen.run(
        past.engine, past.table(light, heavy), profile_folder=past.profiles(), pack=screen.load_pack(), model=model
    )
    assert found[0].probability > 0.4 > found[1].probability
    assert found[0].model == model.id


def no_outcome_of_the_same_day_or_later_is_among_the_features_of_its_row(past: Any) -> None:
    past.goods("A", START)
    past.outcome("A", START, positive=True)
    past.goods("B", START)
    past.outcome("B", START + timedelta(days=1), positive=True)
    past.goods("C", START + timedelta(days=1))
    past.outcome("C", START + timedelta(days=2), positive=False)
    rows = training(past)
    assert column(rows, "all_known") == [0, 0, 1]
    assert column(rows, "pattern_known") == [0, 0, 1]
    assert column(rows, "importer_seen") == [0, 0, 2]


def no_planted_future_fact_changes_what_is_fitted_on(pasts: Callable[[str], Any]) -> None:
    plain, planted = pasts("plain"), pasts("planted")
    for one in (plain, planted):
        fill(one, 60)
    last = max(row["day"] for row in plain.items)
    for number in range(20):
        planted.goods(f"LATER{number}", last + timedelta(days=1 + number), importer="I1", net_kg=1.0)
        planted.goods(f"SAME{number}", last, importer="I1", net_kg=1.0)
    before, after = training(plain), training(planted)
    assert np.array_equal(before.positive, after.positive)
    assert np.array_equal(before.matrix, after.matrix, equal_nan=True)


def a_version_that_came_after_its_outcome_is_not_fitted_on(past: Any) -> None:
    past.goods("A", START, net_kg=1.0)
    past.outcome("A", START + timedelta(days=2), positive=True)
    past.goods("A", START + timedelta(days=1), net_kg=99.0, version=2, known_on=START + timedelta(days=9))
    assert column(training(past), "mass") == [1.0]


def an_amendment_dated_after_its_outcome_is_judged_as_of_the_outcome(past: Any) -> None:
    past.outcome("A", START + timedelta(days=2), positive=True)
    past.goods("A", START + timedelta(days=5), known_on=START + timedelta(days=5))
    rows = training(past)
    assert rows.days.tolist() == [START + timedelta(days=2)]
    assert column(rows, "all_known") == [0]


def an_outcome_about_one_item_labels_that_item_alone(past: Any) -> None:
    past.goods("A", START, item=1, net_kg=1.0)
    past.goods("A", START, item=2, net_kg=2.0, head=False)
    past.goods("B", START, item=1, net_kg=3.0)
    past.goods("B", START, item=2, net_kg=4.0, head=False)
    past.outcome("A", START, positive=True, item=2)
    past.outcome("B", START, positive=True)
    rows = training(past)
    assert sorted(column(rows, "mass")) == [2.0, 3.0, 4.0]
    assert rows.positive.all()


def a_corrected_outcome_labels_with_its_newest_version(past: Any) -> None:
    past.goods("A", START)
    past.outcome("A", START, positive=True)
    past.outcome("A", START, positive=False, version=2)
    assert training(past).positive.tolist() == [False]


def a_cancelled_version_is_not_fitted_on(past: Any) -> None:
    past.goods("A", START, function="1")
    past.outcome("A", START, positive=True)
    assert training(past).rows == 0


def a_repeat_is_seen_again_as_if_its_outcome_were_not_known(past: Any) -> None:
    for number in range(3):
        past.goods(f"R{number}", START + timedelta(days=number))
        past.outcome(f"R{number}", START + timedelta(days=number), positive=True)
    rows = training(past)
    assert rows.remembered.tolist() == [False, True, True]
    assert rows.pattern_rows.tolist() == [3, 3, 3]
    place = screen.FITTED.index("pattern_known")
    assert rows.matrix[:, place].tolist() == [0, 1, 2]
    assert rows.blanked[:, place].tolist() == [0, 0, 0]
    rule = len(screen.FITTED) + list(screen.load_pack().meanings).index("REP-001")
    assert rows.matrix[:, rule].tolist() == [0, 1, 1]
    assert rows.blanked[:, rule].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("rows", "label", "said"),
    [
        (0, None, "no outcomes"),
        (30, None, "30 goods items have a known outcome"),
        (250, True, "All 250 known outcomes are irregular"),
        (250, False, "All 250 known outcomes are in order"),
    ],
)
def a_model_is_refused_where_there_is_too_little_to_fit_on(past: Any, rows: int, label: bool | None, said: str) -> None:  # noqa: FBT001 - a parameter of the test
    past.goods("A", START)
    fill(past, rows)
    for row in past.outcomes:
        row["positive"] = row["positive"] if label is None else label
    with pytest.raises(ModelFault, match=said) as caught:
        fitted(past)
    assert "outcome" in caught.value.remedy


def a_model_that_is_damaged_missing_or_of_other_features_is_refused(past: Any, tmp_path: Path) -> None:
    fill(past, 240)
    learn.save(fitted(past), tmp_path / "m")
    with pytest.raises(ModelFault, match="cannot be read"):
        learn.load(tmp_path / "none")
    text, card = (tmp_path / "m" / "model.txt"), (tmp_path / "m" / "card.json")
    whole = text.read_text()
    text.write_text(whole.replace("tree", "Tree", 1))
    with pytest.raises(ModelFault, match="not the one its card describes"):
        learn.load(tmp_path / "m")
    text.write_text(whole)
    card.write_text(json.dumps(json.loads(card.read_text()) | {"catalogue": "other"}))
    with pytest.raises(ModelFault, match="another set of features"):
        learn.load(tmp_path / "m")


def the_quality_of_a_ranking_is_what_counting_gives() -> None:
    positive = np.array([True, False, True, False, False, False, False, False, False, False])
    quality = measure(positive, np.array([0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0]))
    assert quality is not None
    assert quality.auc == pytest.approx(15 / 16)
    assert quality.average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert quality.precision == {"1%": 1.0, "5%": 1.0, "10%": 1.0}
    assert quality.recall["10%"] == 0.5
    assert measure(np.array([True, True]), np.array([0.1, 0.2])) is None


def the_quality_of_equal_scores_gives_the_model_nothing() -> None:
    quality = measure(np.array([True, False, False, True]), np.zeros(4))
    assert quality is not None
    assert quality.auc == 0.5
    assert quality.precision["10%"] == 0

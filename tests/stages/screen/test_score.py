"""Prove that reasons add up to the score, and that they can be read aloud."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.errors import ModelFault
from tidewaiter.stages import screen
from tidewaiter.stages.screen import score
from tidewaiter.stages.screen._sentences import headline, written

DAY = date(2024, 3, 1)


class Weighing:
    """A model whose contributions are known: every number in the matrix times 0.01, and a bias of -2."""

    id = "weighing"

    def __init__(self, rules: dict[str, str], catalogue: str | None = None) -> None:
        self.rules = rules
        self.catalogue = catalogue or screen.catalogue_sha256()
        self.seen: Any = None

    def contributions(self, matrix: Any) -> Any:
        """Return the shares."""
        self.seen = matrix
        shares = np.nan_to_num(matrix) * 0.01
        return np.column_stack([shares, np.full(len(matrix), -2.0)])


def exact(screening: screen.Screening) -> None:
    """Assert that the reasons add up to the score, without loss."""
    told = math.fsum((screening.base, *(reason.contribution for reason in screening.reasons)))
    assert screening.log_odds == told
    assert screening.probability == pytest.approx(1 / (1 + math.exp(-told)))


def screened(past: Any, *rows: dict[str, Any], model: Any = None, pack: Any = None) -> list[screen.Screening]:
    """Screen rows against the history."""
    return screen.run(
        past.engine, past.table(*rows), profile_folder=past.profiles(), pack=pack or screen.load_pack(), model=model
    )


def fill(past: Any) -> None:
    """Write a history in which one pattern is always irregular."""
    for number in range(12):
        past.goods(f"R{number}", date(2024, 1, 1 + number), net_kg=10.0 + number % 2, value=80.0 + number % 2)
        past.outcome(f"R{number}", date(2024, 1, 2 + number), positive=number % 2 == 0)


def the_score_without_a_model_adds_the_rules_weights_to_the_past_rate(past: Any) -> None:
    fill(past)
    found = screened(past, past.goods("A", DAY, net_kg=10.0))[0]
    exact(found)
    pack = screen.load_pack()
    assert found.model is None
    assert found.base == pytest.approx(math.log((6 + 2.5) / (12 + 50) / (1 - (6 + 2.5) / (12 + 50))))
    assert "REP-001" in [hit.rule for hit in found.hits]
    assert {reason.name: reason.contribution for reason in found.reasons if reason.name != "rest"} == {
        hit.rule: pack.by_id[hit.rule].weight for hit in found.hits
    }


def the_reasons_of_a_model_add_up_to_its_score(past: Any) -> None:
    fill(past)
    model = Weighing(screen.load_pack().meanings)
    rows = [past.goods(f"A{n}", DAY, net_kg=10.0 * n or None, value=1000.0 * n) for n in range(6)]
    for found, given_row in zip(screened(past, *rows, model=model), model.seen, strict=True):
        exact(found)
        assert found.log_odds == pytest.approx(np.nansum(given_row) * 0.01 - 2.0)
        assert len(found.reasons) <= score.REASONS_MAX + 1
        sizes = [abs(reason.contribution) for reason in found.reasons if reason.name != "rest"]
        assert sizes == sorted(sizes, reverse=True)


def a_declaration_scores_as_its_riskiest_item_and_shows_the_hits_of_all(past: Any) -> None:
    fill(past)
    rows = [
        past.goods("A", DAY, item=1, item_count=2, net_kg=11.0),
        past.goods("A", DAY, item=2, item_count=2, net_kg=10.0, head=False, value=20.0),
        past.goods("B", DAY, net_kg=500.0),
    ]
    both, other = screened(past, *rows)
    assert (both.reference, other.reference) == ("A", "B")
    assert both.item == 2
    assert both.value == 100.0
    assert {hit.item for hit in both.hits} == {1, 2}
    assert both.probability > other.probability


def a_declaration_without_items_is_screened_too(past: Any) -> None:
    blank = {"hs": None, "net_kg": None, "value": None, "origin": None}
    found = screened(past, past.goods("A", DAY, item=0, errors=2, **blank))[0]
    exact(found)
    assert found.item is None
    assert [hit.rule for hit in found.hits if hit.rule.startswith("QUA")] == ["QUA-001"]
    assert found.record_key.hex() == past.key("A")


def a_rule_the_model_does_not_know_adds_its_own_weight(past: Any) -> None:
    fill(past)
    pack = screen.load_pack()
    known = {rule: meaning for rule, meaning in pack.meanings.items() if rule != "REP-001"}
    row = past.goods("A", DAY, net_kg=10.0)
    knowing, ignorant = Weighing(pack.meanings), Weighing(known)
    one, other = screened(past, row, model=knowing)[0], screened(past, row, model=ignorant)[0]
    assert other.log_odds == pytest.approx(one.log_odds - 0.01 + pack.by_id["REP-001"].weight)
    exact(other)


def a_rule_whose_condition_changed_is_unknown_to_the_model(past: Any) -> None:
    fill(past)
    pack = screen.load_pack()
    model = Weighing(pack.meanings | {"REP-001": "another meaning", "OLD-001": "gone"})
    found = screened(past, past.goods("A", DAY, net_kg=10.0), model=model)[0]
    columns = [*screen.FITTED, *model.rules]
    assert math.isnan(model.seen[0][columns.index("REP-001")])
    assert math.isnan(model.seen[0][columns.index("OLD-001")])
    assert [reason.contribution for reason in found.reasons if reason.name == "REP-001"] == [2.5]


def a_model_of_other_features_is_refused(past: Any) -> None:
    with pytest.raises(ModelFault, match="another set of features"):
        screened(past, past.goods("A", DAY), model=Weighing({}, "other"))


def a_reason_can_be_read_aloud_with_its_values_and_its_evidence(past: Any) -> None:
    for number in range(41):
        past.goods(f"R{number}", date(2024, 1, 1 + number % 28), net_kg=10.0, value=82.0)
    row = past.features(past.goods("A", DAY, net_kg=10.0, value=31.0))[0]
    assert headline("price_z", row) == (
        "Unit value 3.10 per kg is 62 % below the usual 8.20 for 420231 from IT "
        "(41 earlier items from there, 41 from anywhere)."
    )
    reason = score.reasons([score.Part("price", 0.7, "price_z")], row, screen.load_pack(), DAY)[0]
    assert (reason.profile, reason.records, reason.as_of) == ("price_origin", 41, DAY)
    assert reason.evidence["unit_value"] == pytest.approx(3.1)


def an_absent_value_is_told_by_what_its_absence_means(past: Any) -> None:
    row = past.features(past.goods("A", DAY))[0]
    assert headline("price_z", row) == screen.BY_NAME["price_z"].null


@pytest.mark.parametrize("feature", screen.CATALOGUE, ids=lambda one: one.name)
def every_feature_can_be_told(feature: screen.Feature) -> None:
    example = {"number": 3.25, "text": "x", "truth": True}
    row: dict[str, Any] = {one.name: example[one.kind] for one in screen.CATALOGUE}
    for value in (example[feature.kind], None):
        told = headline(feature.name, row | {feature.name: value})
        assert told.endswith(".")
        assert "{" not in told
    assert feature.subject in {subject.name for subject in screen.SUBJECTS}


@pytest.mark.parametrize(
    ("feature", "value", "told"),
    [
        ("price_gap", -0.62, "62 % below"),
        ("price_gap", 0.043, "4.3 % above"),
        ("price_gap", 11.0, "12.0 times"),
        ("price_gap", 0.001, "about"),
        ("unit_value", 0.0031, "0.0031"),
        ("value", 1248.7, "1,248.70"),
        ("mass", 1200.0, "1,200"),
        ("importer_rate", 0.039, "3.9 %"),
        ("importer_seen", 1204.0, "1,204"),
        ("transhipped", True, "yes"),
        ("origin", None, "(none)"),
    ],
)
def a_value_is_written_in_its_unit(feature: str, value: Any, told: str) -> None:
    assert written(feature, value) == told


@given(st.floats(-1e4, 1e4))
def the_probability_is_the_logistic_of_the_log_odds(log_odds: float) -> None:
    chance = score.probability(log_odds)
    assert 0 <= chance <= 1
    if 0 < chance < 1 and abs(log_odds) < 30:
        assert math.log(chance / (1 - chance)) == pytest.approx(log_odds, abs=1e-3)
        assert score.prior_log_odds(chance) == pytest.approx(log_odds, abs=1e-3) or chance < 1e-6 or chance > 1 - 1e-6

"""Show how counts become shares, and shares a score."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from tidewaiter.stages.record import MEASURES, Broken, report_markdown
from tidewaiter.stages.record.quality import _Tally

GOOD = {"records": 10, "errors": 0, "amended": 0, "wrong_codes": 0, "vague": 0, "late": 0}


def _tally(rows: Mapping[str, Mapping[str, int]], repeated: int = 0, full: float = 1.0) -> _Tally:
    tally = _Tally()
    tally.rows = {kind: {**GOOD, **row} for kind, row in rows.items()}
    tally.repeated = {"Declaration": repeated} if repeated else {}
    tally.fields["Declaration", "origin"] = [10 * full, 10.0]
    return tally


def the_weights_come_to_a_hundred() -> None:
    assert sum(one.weight for one in MEASURES) == 100
    assert len({one.name for one in MEASURES}) == len(MEASURES)


def what_is_all_good_scores_a_hundred_and_what_is_all_bad_nothing() -> None:
    assert _tally({"Declaration": {}}).quality("A").score == 100
    bad = dict.fromkeys(GOOD, 10)
    worst = _tally({"Declaration": bad}, full=0)
    assert worst.quality("A").score == 5  # it was at least not sent twice


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.name)
def every_measure_costs_its_weight_for_the_share_that_is_bad(measure: object) -> None:
    assert measure in MEASURES
    name, weight, counts = (getattr(measure, one) for one in ("name", "weight", "counts"))
    if counts == "incomplete":
        found = _tally({"Declaration": {}}, full=0.5).quality("A")
    elif counts == "repeated":
        found = _tally({"Declaration": {}}, repeated=10).quality("A")
    else:
        found = _tally({"Declaration": {counts: 5}}).quality("A")
    assert {one.name: one.share for one in found.shares if one.share < 1} == {name: 0.5}
    assert found.score == pytest.approx(100 - weight / 2)


def a_measure_that_is_about_other_kinds_is_left_out_and_the_rest_counts_for_all() -> None:
    tally = _tally({"Event": {"errors": 5}})
    tally.fields.clear()
    found = tally.quality("A")
    names = {one.name for one in found.shares}
    assert names == {"without errors", "right codes", "right at once", "sent once"}
    weights = {one.name: one.weight for one in MEASURES}
    whole = sum(weights[name] for name in names)
    assert found.score == pytest.approx(100 * (whole - weights["without errors"] / 2) / whole, abs=0.05)


def the_report_names_what_to_mend_and_repeats_no_pipe_of_a_name() -> None:
    found = _tally({"Declaration": {"errors": 5}}, full=0.25).quality("A")
    broken = Broken(rule="COD-001", severity="error", count=5, law="A law.", example="a|b.csv, line 3")
    said = report_markdown(found, [broken], administration="KR", since=date(2021, 1, 1), until=date(2021, 7, 1))
    assert "# Quality of what was received from A\n" in said
    assert "(KR) from 2021-01-01 to 2021-07-01: 10 records (10 Declaration)" in said
    assert "| COD-001 | error | 5 | A law. | a/b.csv, line 3 |" in said
    assert "| Declaration | `origin` | 25.0% |" in said
    empty = report_markdown(
        _tally({"Declaration": {}}).quality(None), [], administration="KR", since=None, until=date(2021, 7, 1)
    )
    assert "senders who are not named" in empty
    assert "every wanted field is filled" in empty

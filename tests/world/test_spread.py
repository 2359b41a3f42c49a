"""Check the measures that benchmarks hold worlds against trade with."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import spread


def the_gini_coefficient_is_nothing_among_equals_and_nearly_one_where_one_has_all() -> None:
    assert spread.gini(np.full(50, 3.0)) == pytest.approx(0.0)
    assert spread.gini(np.array([0.0] * 99 + [7.0])) == pytest.approx(0.99)


def the_top_share_counts_one_of_few_at_least() -> None:
    assert spread.top_share(np.array([1.0, 1.0, 8.0]), 0.01) == pytest.approx(0.8)


def two_sets_of_shares_lie_as_far_apart_as_what_must_be_moved() -> None:
    assert spread.total_variation({"a": 0.5, "b": 0.5}, {"a": 0.5, "b": 0.5}) == 0.0
    assert spread.total_variation({"a": 1.0}, {"b": 1.0}) == 1.0
    assert spread.total_variation({"a": 0.75, "b": 0.25}, {"a": 0.5, "b": 0.5}) == pytest.approx(0.25)


def the_index_of_a_tail_is_that_of_the_law_it_was_drawn_from() -> None:
    lot = Random(5)  # noqa: S311 - a sample
    drawn = np.array([lot.paretovariate(1.5) for _ in range(20_000)])
    assert spread.hill(drawn) == pytest.approx(1.5, abs=0.15)


def the_first_digits_of_numbers_of_many_magnitudes_are_benfords_and_those_of_few_are_not() -> None:
    lot = Random(6)  # noqa: S311 - a sample
    wide = np.array([lot.lognormvariate(8, 3) for _ in range(20_000)])
    assert spread.off_benford(wide) < 0.006
    assert spread.off_benford(np.array([lot.uniform(400, 500) for _ in range(1_000)])) > 0.1
    assert spread.first_digits(np.array([1.0, 9.99, 0.02, 1000.0, 0.0])).tolist() == [0.5, 0.25, 0, 0, 0, 0, 0, 0, 0.25]


def the_spread_within_labels_leaves_out_what_is_rare_or_not_known() -> None:
    values = np.array([1.0, np.e**2, 5.0, 5.0, 0.0, 9.0])
    labels = np.array(["a", "a", "b", "b", "b", "c"])
    found, labels_counted = spread.within_labels(values, labels, 2)
    assert labels_counted == 2
    assert found == pytest.approx(np.sqrt(2) / 2)
    assert spread.within_labels(values, labels, 9)[1] == 0


def a_round_number_is_a_multiple_of_its_unit() -> None:
    assert spread.round_share(np.array([10.0, 20.0, 25.0, 0.5]), 10.0) == 0.5

"""Prove that a day's plan keeps to capacity, ranks by risk, and draws its control share blindly."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.decide import Candidate, Decision, plan

DAY = date(2021, 4, 1)


def _planned(
    candidates: list[Candidate],
    *,
    share: float = 0.1,
    per_day_max: int = 0,
    control_share: float = 0.05,
    seed: str = "seed",
    done: int = 0,
) -> list[Decision]:
    """Plan the day."""
    return plan(
        candidates,
        share=share,
        per_day_max=per_day_max,
        control_share=control_share,
        seed=seed,
        day=DAY,
        done=done,
    )


candidates = st.lists(
    st.builds(
        Candidate,
        record_key=st.binary(min_size=16, max_size=16),
        probability=st.floats(0, 1),
        value=st.none() | st.floats(0, 1e9),
    ),
    max_size=60,
    unique_by=lambda one: one.record_key,
)


@given(candidates, st.floats(0, 1), st.integers(0, 20), st.integers(0, 5))
def no_plan_exceeds_capacity_and_every_candidate_is_decided(
    given_ones: list[Candidate], share: float, per_day_max: int, done: int
) -> None:
    planned = _planned(given_ones, share=share, per_day_max=per_day_max, done=done)
    inspected = sum(one.action == "inspect" for one in planned)
    assert inspected <= max(0, share * (len(given_ones) + done) + 1 - done)
    assert not per_day_max or inspected <= per_day_max
    assert sorted(one.record_key for one in planned) == sorted(one.record_key for one in given_ones)
    assert [one.rank for one in planned] == list(range(1, len(planned) + 1))


@given(candidates)
def no_released_record_is_riskier_than_an_inspected_one(given_ones: list[Candidate]) -> None:
    planned = _planned(given_ones, share=0.3)
    inspected = [one.probability for one in planned if one.action == "inspect"]
    others = [one.probability for one in planned if one.action != "inspect"]
    assert not inspected or not others or min(inspected) >= max(others)


@given(candidates, st.randoms(use_true_random=False))
def the_plan_does_not_depend_on_the_order_of_arrival(given_ones: list[Candidate], chance: object) -> None:
    shuffled = list(given_ones)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _planned(shuffled) == _planned(given_ones)


@given(candidates)
def the_random_draw_does_not_depend_on_the_score(given_ones: list[Candidate]) -> None:
    flat = [Candidate(record_key=one.record_key, probability=0.5) for one in given_ones]
    drawn = {one.record_key for one in _planned(given_ones, share=0.3, control_share=0.5) if one.drawn}
    again = {one.record_key for one in _planned(flat, share=0, control_share=0.5) if one.action == "control"}
    assert drawn == again


def the_random_draw_takes_about_its_share_and_another_seed_draws_others() -> None:
    many = [Candidate(record_key=number.to_bytes(16, "big"), probability=0.1) for number in range(20_000)]
    first = {one.record_key for one in _planned(many, share=0) if one.action == "control"}
    other = {one.record_key for one in _planned(many, share=0, seed="other") if one.action == "control"}
    assert 900 < len(first) < 1100
    assert len(first & other) < 150


def a_tie_goes_to_the_greater_value() -> None:
    poor = Candidate(record_key=bytes(16), probability=0.5, value=1.0)
    rich = Candidate(record_key=bytes([1] * 16), probability=0.5, value=100.0)
    assert [one.record_key for one in _planned([poor, rich], share=0.5)] == [rich.record_key, poor.record_key]


def a_control_that_was_carried_out_uses_capacity() -> None:
    ten = [Candidate(record_key=bytes([number] * 16), probability=number / 10) for number in range(9)]
    assert sum(one.action == "inspect" for one in _planned(ten, share=0.2, done=1)) == 1

"""Check that rings keep to what worked, drop what was seized, lie low, and forget."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.world.chain.scene import lot, open_scene
from tidewaiter.world.schemes import Ring, all_schemes, open_rings
from tidewaiter.world.schemes.scheme import Scheme


def ring(*values: str, skill: float = 0.5) -> Ring:
    """Return a ring that can choose between ports."""
    made = Ring(number=1, scheme="undervaluation", country="GH", skill=skill, rate=1.0, kin=1)
    made.offer("port", values)
    return made


def ship(one: Ring, number: int, *, caught: str) -> str:
    """Let a ring ship once, and learn at once; a consignment by the port `caught` is caught."""
    port = one.choose(lot("rings", f"{number}"), "port")
    one.chosen[number], one.picked = one.picked, []
    one.learned(number, number, caught=port == caught)
    return port


def a_ring_moves_away_from_where_it_was_caught() -> None:
    one = ring("GHTEM", "GHTKD", "CIABJ")
    first = Counter(ship(one, number, caught="GHTEM") for number in range(300))
    assert first["GHTEM"] < 0.15 * 300
    then = Counter(ship(one, number, caught="GHTKD") for number in range(300, 600))
    assert then["GHTKD"] < 0.5 * first["GHTKD"] or first["GHTKD"] < 60


def a_ring_that_was_caught_lies_low_the_longer_the_more_skilled_it_is() -> None:
    poor, good = ring("GHTEM", skill=0.1), ring("GHTEM", skill=0.9)
    for one in (poor, good):
        ship(one, 10, caught="GHTEM")
        assert one.seizures == 1
    assert 10 < poor.quiet_until < good.quiet_until


@given(st.integers(min_value=1, max_value=200))
def a_lesson_fades_and_never_turns(days: int) -> None:
    one = ring("GHTEM", "GHTKD")
    arm = one.arms["port"][0]
    arm.worked, arm.failed = 8.0, 2.0
    for _ in range(days):
        one.forget()
    assert 0 < arm.worked < 8.0
    assert 0 < arm.failed < 2.0
    assert abs(arm.worked / arm.failed - 4.0) < 1e-6


def what_a_ring_did_not_choose_teaches_it_nothing() -> None:
    one = ring("GHTEM", "GHTKD")
    one.learned(99, 5, caught=False)
    assert all(arm.worked == arm.failed == 0 for arm in one.arms["port"])


def every_scheme_says_what_it_is_and_which_law_it_breaks() -> None:
    schemes = all_schemes()
    assert len(schemes) >= 18
    for name, scheme in schemes.items():
        assert isinstance(scheme, Scheme)
        assert name == scheme.name
        assert name.replace("-", "").isalpha()
        assert scheme.story.endswith(".")
        assert len(scheme.law) > 20
        assert scheme.irregularity in {"value", "classification", "origin", "quantity", "prohibited", "other"}
        assert 0 <= scheme.skill[0] <= scheme.skill[1] <= 1
        assert (type(scheme).__doc__ or "").count(".") >= 1


def every_country_that_can_has_a_ring_of_every_scheme() -> None:
    scene = open_scene("rings", ("GH", "NL"), date(2026, 1, 5), 10, 100)
    rings = open_rings(scene, None, 10.0)
    played = {(scheme.name, one.country) for scheme, one in rings}
    assert played == {
        (name, country)
        for name, scheme in all_schemes().items()
        for country in scene.countries
        if scheme.possible(scene, country)
    }
    assert all(arms for _, one in rings for arms in one.arms.values())

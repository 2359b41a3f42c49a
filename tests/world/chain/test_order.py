"""Check that orders are priced and weighed as their sellers have the habit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.world.chain.order import asked, habit, weighed
from tidewaiter.world.chain.scene import lot
from tidewaiter.world.model import Trader


def trader(name: str) -> Trader:
    """Return a seller of a name."""
    return Trader("", name, "CN", "1 Quay", "Ningbo", "", "", 1, (), [], 1.0, 1.0, 1.0, "")


@given(st.text(min_size=1), st.floats(min_value=0.01, max_value=1e8), st.integers())
def an_amount_is_asked_to_the_cent_and_within_a_half_percent_or_a_little(name: str, amount: float, seed: int) -> None:
    price = asked(trader(name), amount, lot("test", f"{seed}"))
    assert price > 0
    assert round(price, 2) == price
    assert abs(price - amount) <= max(0.011, 0.026 * amount)


@given(st.text(min_size=1), st.floats(min_value=0.001, max_value=1e6))
def a_mass_is_never_nothing_and_has_the_places_of_its_seller(name: str, mass: float) -> None:
    seller = trader(name)
    found = weighed(mass, seller)
    assert found > 0
    assert round(found, 3) == found
    assert weighed(found, seller) == found


def a_habit_is_the_same_every_time_and_differs_between_traders() -> None:
    found = [habit(trader(f"Company {number}"), "terms", 6) for number in range(200)]
    assert found == [habit(trader(f"Company {number}"), "terms", 6) for number in range(200)]
    assert set(found) == set(range(6))

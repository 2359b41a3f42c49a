"""Check that clerks act after they can, and mostly in office hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.scene import lot


@given(
    st.integers(min_value=0),
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 1)),  # noqa: DTZ001 - given its zone below
    st.sampled_from([-3.0, 0.0, 4.0, 7.0]),
)
def no_clerk_acts_before_it_is_possible_nor_much_later(seed: int, moment: datetime, hours: float) -> None:
    able = moment.replace(tzinfo=UTC)
    acts = at_work(lot("test", f"{seed}"), able, hours)
    assert able - timedelta(seconds=1) <= acts <= able + timedelta(days=7)
    assert acts.microsecond == 0


def the_most_is_done_on_weekdays_in_office_hours() -> None:
    rng, hours = lot("test", f"{1}"), 4.0
    local = [
        at_work(rng, datetime(2026, 2, 2, tzinfo=UTC) + timedelta(minutes=77 * number), hours) + timedelta(hours=hours)
        for number in range(3_000)
    ]
    inside = [one for one in local if 7 <= one.hour < 18 and one.weekday() < 5]
    assert 0.85 < len(inside) / len(local) < 0.99

"""Check that time is told in UTC and sorts as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.clock import Clock, SetClock, SystemClock, instant, today

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def a_set_clock_stands_still_until_it_is_moved() -> None:
    clock: Clock = SetClock(NOON)
    assert clock.now() == clock.now() == NOON
    assert isinstance(clock, SetClock)
    clock.move(timedelta(minutes=5))
    assert clock.now() == NOON + timedelta(minutes=5)


def the_system_clock_tells_utc_and_does_not_run_back() -> None:
    clock = SystemClock()
    first = clock.now()
    assert first.utcoffset() == timedelta(0)
    assert clock.now() >= first


@given(*[st.datetimes(min_value=datetime(1000, 1, 2), timezones=st.just(UTC))] * 2)  # noqa: DTZ001 - a bound has no zone
def an_instant_sorts_as_text_as_it_does_in_time(first: datetime, second: datetime) -> None:
    assert (instant(first) < instant(second)) == (first < second)
    assert datetime.fromisoformat(instant(first)) == first


def an_instant_is_told_in_utc() -> None:
    seoul = timezone(timedelta(hours=9))
    assert instant(datetime(2026, 5, 4, 3, tzinfo=seoul)) == "2026-05-03T18:00:00.000000Z"
    assert today(SetClock(datetime(2026, 5, 4, 3, tzinfo=UTC))) == date(2026, 5, 4)

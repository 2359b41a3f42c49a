"""Test how points in time are read by their format, and written."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.edifact.phrases.moments import At, On, moment_of
from tidewaiter.stages.receive.edifact.writer import Draft
from tidewaiter.stages.receive.lens import BadValue

DAY = datetime(2026, 5, 6, tzinfo=UTC)
MINUTE = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "form", "moment"),
    [
        ("060526", "2", DAY),
        ("050626", "3", DAY),
        ("260506", "101", DAY),
        ("20260506", "102", DAY),
        ("26193", "103", DAY),
        ("26126", "105", DAY),
        ("2605060708", "201", MINUTE),
        ("260506070809", "202", MINUTE.replace(second=9)),
        ("202605060708", "203", MINUTE),
        ("20260506070809", "204", MINUTE.replace(second=9)),
        ("202605060908+0200", "205", MINUTE),
        ("2605060708GMT", "301", MINUTE),
        ("202605060708UTC", "303", MINUTE),
        ("202605060808CET", "303", MINUTE),
        ("202605060608-01", "303", MINUTE),
        ("20260506070809UTC", "304", MINUTE.replace(second=9)),
        ("202605", "610", DAY.replace(day=1)),
        ("20260506-20260601", "718", DAY),
        ("20260506-20260601", "711", DAY),
        ("202605062400", "203", DAY + timedelta(days=1)),
        ("691231", "101", datetime(2069, 12, 31, tzinfo=UTC)),
        ("700101", "101", datetime(1970, 1, 1, tzinfo=UTC)),
        ("202605060708", None, MINUTE),
        ("20260506", None, DAY),
        ("260506", None, DAY),
        ("20260506", "ZZZ", DAY),
    ],
)
def a_moment_is_read_by_its_format(text: str, form: str | None, moment: datetime) -> None:
    assert moment_of(text, form) == moment


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("20260230", "102"),
        ("2026050", "102"),
        ("202605060708", "102"),
        ("20260506", "203"),
        ("202605062500", "203"),
        ("202605062401", "203"),
        ("2026O506", "102"),
        ("٢٠٢٦٠٥٠٦", "102"),
        ("202605060708", "303"),
        ("202605060708ABC", "303"),
        ("202605060708+99", "303"),
        ("202605060708UTC", "203"),
        ("26540", "103"),
        ("00000000", "102"),
        ("TOMORROW", None),
        ("1", None),
    ],
)
def what_is_no_moment_is_said(text: str, form: str | None) -> None:
    with pytest.raises(BadValue) as caught:
        moment_of(text, form)
    assert caught.value.code == "not-a-date"


@given(st.text(max_size=20), st.sampled_from(["102", "103", "203", "205", "303", "718", "402", None]))
def no_text_is_more_than_no_moment(text: str, form: str | None) -> None:
    with suppress(BadValue):
        assert moment_of(text, form).tzinfo is not None


def a_year_of_two_digits_turns_at_the_pivot() -> None:
    assert moment_of("410931".replace("31", "30"), "101", pivot=27).year == 1941
    assert moment_of("260101", "101", pivot=27).year == 2026


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - zone added
    st.sampled_from(["203", "303"]),
)
def every_moment_is_read_as_it_was_written(moment: datetime, form: str) -> None:
    moment = moment.replace(microsecond=0)
    node = Draft("DTM", None, None).make("C507")
    At(form).write(node, moment)
    assert At().read(node) == moment


def a_moment_elsewhere_is_written_in_utc() -> None:
    node = Draft("DTM", None, None).make("C507")
    At().write(node, datetime(2026, 5, 6, 9, 8, tzinfo=timezone(timedelta(hours=2))))
    assert node.value(("2380",)) == "202605060708"
    assert node.value(("2379",)) == "203"


def a_day_is_written_alone() -> None:
    node = Draft("DTM", None, None).make("C507")
    assert On().read(node) is None
    assert At().read(node) is None
    On().write(node, DAY.date())
    assert node.value(("2380",)) == "20260506"
    assert On().read(node) == DAY.date()

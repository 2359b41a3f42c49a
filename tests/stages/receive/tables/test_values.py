"""Test numbers, days, moments, yes or no: what is read, and what is a fault and not a guess."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.faults import CellFault
from tidewaiter.stages.receive.tables.values import Conventions, boolean, day, format_works, integer, moment, number

COMMA = Conventions(decimal=",", grouping=".")


@pytest.mark.parametrize(
    ("text", "conventions", "value"),
    [
        ("12.50", Conventions(), "12.50"),
        ("-0.5", Conventions(), "-0.5"),
        (".5", Conventions(), "0.5"),
        ("1e3", Conventions(), "1E+3"),
        ("1 234.5", Conventions(), "1234.5"),
        ("1\u00a0234\u00a0567", Conventions(), "1234567"),
        ("1'234.5", Conventions(), "1234.5"),
        ("1,234.5", Conventions(grouping=","), "1234.5"),
        ("1.234,5", COMMA, "1234.5"),
        ("0,05", COMMA, "0.05"),
        ("12", COMMA, "12"),
        ("1.234", COMMA, "1234"),
    ],
)
def a_number_is_read_as_the_table_writes_it(text: str, conventions: Conventions, value: str) -> None:
    assert number(conventions)(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "conventions", "code"),
    [
        ("1,5", Conventions(), "decimal-comma"),
        ("1.234,50", Conventions(), "decimal-comma"),
        ("1,234", Conventions(), "decimal-comma"),
        ("1.5", COMMA, "not-a-number"),
        ("12,34,5", COMMA, "not-a-number"),
        ("twelve", Conventions(), "not-a-number"),
        ("NaN", Conventions(), "not-a-number"),
        ("Infinity", Conventions(), "not-a-number"),
        ("1_000", Conventions(), "not-a-number"),
        ("١٢", Conventions(), "not-a-number"),
        ("1 23.5", Conventions(), "not-a-number"),
        ("9" * 41, Conventions(), "not-a-number"),
        ("1e999", Conventions(), "not-a-number"),
    ],
)
def a_text_that_may_mean_two_numbers_or_none_is_a_fault(text: str, conventions: Conventions, code: str) -> None:
    with pytest.raises(CellFault) as fault:
        number(conventions)(text)
    assert fault.value.code == code


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4))
def every_decimal_is_read_back_from_point_and_from_comma(value: Decimal) -> None:
    assert number(Conventions())(f"{value:f}") == value
    assert number(COMMA)(f"{value:f}".replace(".", ",")) == value


def a_whole_number_may_be_written_with_a_zero_fraction() -> None:
    read = integer(Conventions())
    assert [read(text) for text in ("12", "12.0", "1.2E1", "-3")] == [12, 12, 12, -3]
    for text in ("12.5", "1e99"):
        with pytest.raises(CellFault) as fault:
            read(text)
        assert fault.value.code == "not-an-integer"


def a_day_is_midnight_in_utc_and_an_offset_is_kept() -> None:
    read = moment(Conventions())
    assert read("2026-01-05") == datetime(2026, 1, 5, tzinfo=UTC)
    assert read("2026-01-05 09:30") == datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    assert read("2026-01-05T09:30:00.5+02:00").utcoffset() == timedelta(hours=2)
    assert read("2026-01-05T09:30:00Z").tzinfo in (UTC, timezone.utc)  # noqa: UP017 - either name of it
    assert day(Conventions(dates=("%d/%m/%Y",)))("05/01/2026") == date(2026, 1, 5)


@pytest.mark.parametrize("text", ["2026-02-30", "5 January", "20260105", "2026-W01-1", "2026-1-5", "0001-01-01"])
def a_text_that_is_no_day_in_the_format_is_a_fault(text: str) -> None:
    with pytest.raises(CellFault) as fault:
        moment(Conventions())(text)
    assert (fault.value.code, fault.value.expected) == ("not-a-date", "YYYY-MM-DD")


def a_day_that_two_formats_read_differently_is_ambiguous() -> None:
    read = moment(Conventions(dates=("%d/%m/%Y", "%m/%d/%Y")))
    assert read("25/12/2026") == datetime(2026, 12, 25, tzinfo=UTC)
    assert read("04/04/2026") == datetime(2026, 4, 4, tzinfo=UTC)
    with pytest.raises(CellFault) as fault:
        read("03/04/2026")
    assert (fault.value.code, fault.value.expected) == ("ambiguous-date", "%d/%m/%Y and %m/%d/%Y")


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("Oui", True), ("sí", True), ("NO", False), ("0", False), ("non", False)]
)
def the_words_for_yes_and_no_are_read_in_three_languages(text: str, value: object) -> None:
    assert boolean(Conventions())(text) is value


def a_word_that_is_neither_yes_nor_no_is_a_fault() -> None:
    with pytest.raises(CellFault):
        boolean(Conventions())("perhaps")


@pytest.mark.parametrize(
    ("pattern", "works"),
    [("iso", True), ("%d/%m/%Y", True), ("%d-%b-%y", True), ("%H:%M", False), ("%q", False), ("", False)],
)
def a_date_format_must_be_able_to_read_a_day(pattern: str, works: object) -> None:
    assert format_works(pattern) is works

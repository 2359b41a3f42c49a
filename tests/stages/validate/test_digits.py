"""Check the check digits against examples of their standards and against another library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import imo, iso6346

from tidewaiter.stages.validate.rules import _digits

CODE = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
SERIAL = st.text("0123456789", min_size=7, max_size=7)


@given(CODE, st.sampled_from("UJZ"), SERIAL)
def a_container_number_fits_where_another_library_says_so(owner: str, category: str, serial: str) -> None:
    number = owner + category + serial
    assert _digits.container_fits(number) == iso6346.is_valid(number)


@given(SERIAL)
def an_imo_number_fits_where_another_library_says_so(number: str) -> None:
    assert _digits.imo_fits(number) == imo.is_valid(number)


@pytest.mark.parametrize("number", ["RB123456785GB", "EE876543216CH", "RN000000005CN"])
def a_postal_item_of_the_standard_fits(number: str) -> None:
    assert _digits.postal_fits(number)


@given(st.integers(0, 9), st.integers(0, 9_999_999))
def a_waybill_fits_by_its_last_digit_alone(digit: int, serial: int) -> None:
    number = f"020{serial:07d}{digit}"
    assert _digits.waybill_fits(number) == (serial % 7 == digit)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=13, max_size=13))
def a_movement_reference_fits_with_one_last_digit_of_ten(middle: str) -> None:
    assert sum(_digits.mrn_fits(f"21NL{middle}{digit}") for digit in range(10)) == 1

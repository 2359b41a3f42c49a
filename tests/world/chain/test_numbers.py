"""Check that numbers are given once, have right check digits, and do not tell their order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso6346

from tidewaiter.world.chain.numbers import Numbering


@given(st.integers(min_value=0, max_value=10**13))
def a_number_is_given_once(offset: int) -> None:
    numbers = Numbering(offset)
    given_out = [numbers.next() for _ in range(2_000)]
    assert len(set(given_out)) == 2_000
    assert all(0 <= one < 10**12 for one in given_out)


def the_numbers_do_not_tell_in_which_order_they_were_given() -> None:
    numbers = Numbering(1)
    given_out = [numbers.next() for _ in range(2_000)]
    rises = sum(one < other for one, other in pairwise(given_out))
    assert 0.3 < rises / 1_999 < 0.7


@given(st.integers(min_value=0, max_value=10**12 - 1), st.sampled_from(["GH", "NL", "VN"]))
def a_movement_reference_ends_in_its_check_digit(offset: int, country: str) -> None:
    mrn = Numbering(offset).movement_reference(2026, country)
    assert len(mrn) == 18
    assert mrn[:4] == f"26{country}"
    assert iso6346.calc_check_digit(mrn[:17]) == mrn[17]


def two_documents_of_one_prefix_differ() -> None:
    numbers = Numbering(7)
    found = [numbers.document("ABCD") for _ in range(5_000)]
    assert len(set(found)) == 5_000
    assert {len(one) for one in found} == {13}


def a_locator_has_six_letters_and_digits() -> None:
    numbers = Numbering(7)
    found = {numbers.locator() for _ in range(1_000)}
    assert len(found) > 990
    assert all(len(one) == 6 and one.isalnum() and one.isupper() for one in found)

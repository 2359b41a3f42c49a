"""Prove that a sentence can always be said."""

from __future__ import annotations

from tidewaiter.kernel.words import count, say, size, speaking


def a_template_is_filled_in() -> None:
    assert say("{value} is not in list {list}.", value="ZZ", list="country") == "ZZ is not in list country."


def a_missing_parameter_stays_visible() -> None:
    assert say("{value} is not in {list}.", value="ZZ") == "ZZ is not in {list}."


def a_count_has_the_right_form_of_its_noun() -> None:
    assert [count(n, "record", "records") for n in (1, 2, 1204)] == ["1 record", "2 records", "1,204 records"]


def a_size_is_said_in_the_unit_people_read() -> None:
    assert [size(n) for n in (12, 1536, 5 * 1024**3, 3 * 1024**4)] == ["12 bytes", "1.5 KiB", "5.0 GiB", "3.0 TiB"]


def a_language_without_a_catalogue_falls_back_to_english() -> None:
    with speaking("xx"):
        assert say("Nothing is wrong with it.") == "Nothing is wrong with it."

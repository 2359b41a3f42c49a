"""Check which letters share a parcel, in which order parcels come, and that they keep limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.playground.post.clean_letters import CARGO, DISCHARGED, IMPORT, LOADED, OUTCOME, at

from tidewaiter.playground.post import Limits, Parcel, parcels
from tidewaiter.world.model import Letter

SIX = timedelta(hours=6)


def some() -> list[Letter]:
    """Return letters of three forms to two countries over a day and a half."""
    return [
        Letter(at(4) + timedelta(hours=hour), country, form, f"S{hour % 3}", record)
        for hour in range(36)
        for country, form, record in (
            ("NL", "coarri", DISCHARGED),
            ("GH", "cuscar", CARGO),
            ("GH", "outcomes", OUTCOME),
            ("NL", "cusdec", replace(IMPORT, lrn=f"L{hour}", mrn=f"NLM{hour}")),
        )
    ]


def the_parcels_come_in_order_of_their_end_country_and_form() -> None:
    keys = [(one.at, one.country, one.form) for one in parcels(some(), window=SIX)]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys)) == 6 * 4
    assert {moment.hour for moment, _, _ in keys} == {0, 6, 12, 18}


def a_window_has_the_moment_at_which_it_begins_and_not_that_at_which_it_ends() -> None:
    letters = [Letter(moment, "GH", "outcomes", "S", OUTCOME) for moment in (at(4, 5, 59), at(4, 6), at(4, 12))]
    made = [(one.at, one.letters) for one in parcels(letters, window=SIX)]
    assert made == [(at(4, 6), 1), (at(4, 12), 1), (at(4, 18), 1)]


def no_more_is_held_than_the_open_window() -> None:
    taken: list[Letter] = []

    def watched() -> Iterator[Letter]:
        for letter in some():
            taken.append(letter)
            yield letter

    first = next(parcels(watched(), window=SIX))
    assert first.at == at(4, 6)
    assert len(taken) == 6 * 4 + 1


def the_names_sort_in_the_order_of_a_countrys_parcels() -> None:
    limits = Limits(parcel_letters_max=1)
    for country in ("GH", "NL"):
        made = [one for one in parcels(some(), window=SIX, limits=limits) if one.country == country]
        for form in {one.form for one in made}:
            names = [one.name for one in made if one.form == form]
            assert names == sorted(names)
            assert len(names) == len(set(names)) == 36
    assert made[0].name == "2026-01-04T0600-coarri.edi"
    assert made[1].name == "2026-01-04T0600-coarri_02.edi"


@pytest.mark.parametrize("limits", [Limits(parcel_letters_max=4), Limits(parcel_bytes_max=4_000)])
def a_parcel_keeps_within_its_limits_unless_one_letter_does_not(limits: Limits) -> None:
    made = list(parcels(some(), window=SIX, limits=limits))
    assert sum(one.letters for one in made) == len(some())
    assert max(one.letters for one in made) <= limits.parcel_letters_max
    assert all(len(one.data) <= limits.parcel_bytes_max or one.letters == 1 for one in made)
    assert len(made) > 6 * 4


def no_two_interchanges_have_one_control_reference() -> None:
    made = list(parcels(some(), window=SIX, limits=Limits(parcel_letters_max=2)))
    found = [
        (one.country, reference) for one in made for reference in re.findall(rb"UNZ\+[0-9]+\+([A-Z0-9]+)'", one.data)
    ]
    assert len(found) == len(set(found)) > 36
    assert max(len(reference) for _, reference in found) <= 14


def the_events_that_one_report_tells_share_a_message() -> None:
    boxes = [f"TDWU{number:07}" for number in range(5)]
    told = [replace(DISCHARGED, equipment=one) for one in boxes]
    other = replace(DISCHARGED, report="DISC-042W-2")
    letters = [Letter(at(5, 12), "GH", "coarri", "TEMATERM", one) for one in (*told, other)]
    (parcel,) = parcels(letters, window=SIX)
    assert parcel.data.count(b"UNH+") == 2
    assert parcel.letters == 6


def the_letters_out_of_order_are_refused() -> None:
    letters = [Letter(moment, "GH", "dcsa", "S", LOADED) for moment in (at(4, 12), at(4, 3))]
    with pytest.raises(ValueError, match="later window"):
        list(parcels(letters, window=SIX))


@pytest.mark.parametrize("window", [timedelta(), timedelta(hours=5), timedelta(days=2), timedelta(hours=-6)])
def a_window_that_does_not_divide_the_day_is_refused(window: timedelta) -> None:
    with pytest.raises(ValueError, match="divide"):
        list(parcels(some(), window=window))


def two_processes_write_the_same_bytes_as_one() -> None:
    made: list[Parcel] = list(parcels(some(), window=SIX, workers=2))
    assert made == list(parcels(some(), window=SIX))

"""Check that a world is the same for everybody, in order of time, and tells no truth in its letters."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tidewaiter.kernel.records import Declaration, TransitMovement, encode
from tidewaiter.world import Day, Setup, all_schemes, play
from tidewaiter.world.chain.scene import open_scene
from tidewaiter.world.chain.trade import Market

START = date(2026, 3, 2)
SETUP = Setup(seed="engine", countries=("GH", "BF", "VN"), start=START, days=14, consignments=1_200, rings_share=0.2)

DIGEST = """
import hashlib
from datetime import date
from tidewaiter.kernel.records import encode
from tidewaiter.world import Setup, play
digest = hashlib.sha256()
for day in play(Setup(seed="same", countries=("GH", "NL"), start=date(2026, 3, 2), days=3, consignments=150)):
    for letter in day.letters:
        digest.update(f"{letter.at}{letter.country}{letter.form}{letter.sender}{letter.message}".encode())
        digest.update(encode(letter.record))
    digest.update(repr((day.planted, day.slips, day.controls)).encode())
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def days() -> list[Day]:
    """Return the days of a small world with much smuggling."""
    return list(play(SETUP))


def the_same_seed_gives_the_same_world_in_another_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


def a_different_seed_gives_a_different_world(days: list[Day]) -> None:
    setup = Setup(seed="other", countries=("GH",), start=START, days=1, consignments=40)
    again = Setup(seed="another", countries=("GH",), start=START, days=1, consignments=40)
    assert [_digest(one) for one in play(setup)] != [_digest(one) for one in play(again)]
    assert days


def _digest(day: Day) -> str:
    """Return a hash of what is sent on a day."""
    return hashlib.sha256(b"".join(encode(letter.record) for letter in day.letters)).hexdigest()


def the_letters_come_in_order_of_time_on_their_day(days: list[Day]) -> None:
    for number, day in enumerate(days):
        begins = datetime.combine(START + timedelta(days=number), time(), UTC)
        assert day.date == begins.date()
        assert [one.at for one in day.letters] == sorted(one.at for one in day.letters)
        assert all(begins <= one.at < begins + timedelta(days=1) for one in day.letters)


def every_country_hears_of_declarations_cargo_movements_and_travellers(days: list[Day]) -> None:
    heard = defaultdict(set)
    for day in days:
        for one in day.letters:
            heard[one.country].add(type(one.record).__name__)
    assert set(heard) == set(SETUP.countries)
    for kinds in heard.values():
        assert {"Declaration", "CargoReport", "TransitMovement", "Journey", "Outcome"} <= kinds


@pytest.mark.parametrize(("days", "consignments"), [(1, 7), (30, 1_000), (9, 9_999)])
def the_consignments_ordered_are_as_many_as_were_asked_for(days: int, consignments: int) -> None:
    market = Market(open_scene("market", ("GH", "NL"), START, days, consignments), consignments)
    assert sum(market.ordered) == consignments
    assert min(market.ordered) >= 0


def the_truth_is_in_no_letter(days: list[Day]) -> None:
    names = {name.encode() for name in all_schemes()}
    for day in days:
        stories = [one.story.encode() for one in day.planted]
        for letter in day.letters:
            data = encode(letter.record)
            assert not any(story in data for story in stories)
            assert not any(name in data for name in names)


def every_story_names_a_document_that_its_country_has(days: list[Day]) -> None:
    known: defaultdict[str, set[str | None]] = defaultdict(set)
    for day in days:
        for one in day.letters:
            record = one.record
            known[one.country] |= {getattr(record, "mrn", None), getattr(record, "reference", None)}
    told = [one for day in days[2:-4] for one in day.planted]
    missing = [one.scheme for one in told if not known[one.country] & set(one.references)]
    assert len(told) > 40
    assert missing == []


def the_schemes_are_played_and_an_honest_world_has_none(days: list[Day]) -> None:
    assert len({one.scheme for day in days for one in day.planted}) >= 15
    honest = Setup(seed="engine", countries=("GH",), start=START, days=2, consignments=60, honest=True)
    assert [one for day in play(honest) for one in day.planted] == []


def an_unknown_country_or_scheme_is_refused() -> None:
    for setup in (
        Setup(seed="x", countries=("FR",), start=START, days=1, consignments=10),
        Setup(seed="x", countries=(), start=START, days=1, consignments=10),
        Setup(seed="x", countries=("GH", "GH"), start=START, days=1, consignments=10),
        Setup(seed="x", countries=("GH",), start=START, days=0, consignments=10),
        Setup(seed="x", countries=("GH",), start=START, days=1, consignments=10, schemes=("alchemy",)),
    ):
        with pytest.raises(ValueError, match="world"):
            next(play(setup))


def an_outcome_follows_the_declaration_it_is_about(days: list[Day]) -> None:
    lodged: dict[str, datetime] = {}
    for day in days:
        for one in day.letters:
            if isinstance(one.record, Declaration) and one.record.mrn is not None:
                lodged.setdefault(one.record.mrn, one.at)
        for control in day.controls:
            assert lodged.get(control.reference, control.at - timedelta(days=20)) < control.at


def a_movement_is_declared_before_it_leaves_and_arrives_before_it_is_discharged(days: list[Day]) -> None:
    order = ("CC015C", "CC029C", "CC007C", "CC044C", "CC045C")
    heard: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    for day in days:
        for one in day.letters:
            if isinstance(one.record, TransitMovement) and one.record.mrn is not None and one.message in order:
                heard[one.country, one.record.mrn].append((one.at, one.message))
    whole = [[message for _, message in sorted(found)] for found in heard.values() if len(found) > 2]
    assert len(whole) > 30
    assert all([order.index(one) for one in found] == sorted(order.index(one) for one in found) for found in whole)


def the_controls_find_some_of_what_is_planted_and_little_else(days: list[Day]) -> None:
    results = Counter((control.planted, control.result) for day in days for control in day.controls)
    assert results[True, "offence"] > 0
    assert results[False, "offence"] == 0
    assert results[False, "conform"] > 5 * results[False, "irregular"]

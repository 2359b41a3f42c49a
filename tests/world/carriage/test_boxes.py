"""Test that boxes have numbers that fit, and are never on two journeys at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from stdnum import iso6346

from tidewaiter.world.carriage import Boxes, _boxes
from tidewaiter.world.model import Box

START = datetime(2026, 1, 5, tzinfo=UTC)
SIZES = ("22G1", "42G1", "45G1", "22R1", "45R1")


def journeys(seed: str, count: int) -> list[tuple[Box, datetime, datetime]]:
    """Return boxes with the moments they were taken and released; as in a world, not quite in order of time."""
    rng, boxes = Random(seed), Boxes(seed)  # noqa: S311 - a sample
    found = []
    for turn in range(count):
        at = START + timedelta(hours=turn * 2 + rng.randrange(-400, 400))
        box = boxes.take(rng, rng.choice(SIZES), at)
        until = at + timedelta(days=rng.uniform(5, 60))
        boxes.release(box.number, until)
        found.append((box, at, until))
    return found


def no_box_is_on_two_journeys_at_once() -> None:
    found = journeys("tide", 4_000)
    out: dict[str, list[tuple[datetime, datetime]]] = {}
    for box, at, until in found:
        out.setdefault(box.number, []).append((at, until))
    assert 500 < len(out) < 3_500, "boxes are taken again, but not all"
    for spans in out.values():
        spans.sort()
        assert all(before[1] < after[0] for before, after in pairwise(spans))


def every_number_has_its_check_digit_and_one_size_and_tare() -> None:
    kinds: dict[str, tuple[str, int]] = {}
    for box, _, _ in journeys("ebb", 3_000):
        assert iso6346.is_valid(box.number)
        assert box.size_type in SIZES
        assert 2_000 < box.tare < 5_000
        assert kinds.setdefault(box.number, (box.size_type, box.tare)) == (box.size_type, box.tare)
    assert len({number[:4] for number in kinds}) > 6


def the_same_seed_gives_the_same_boxes() -> None:
    assert journeys("tide", 300) == journeys("tide", 300)
    assert journeys("tide", 300) != journeys("ebb", 300)


def a_box_that_is_not_released_is_never_taken_again() -> None:
    rng, boxes = Random(1), Boxes("tide")  # noqa: S311 - a sample
    numbers = [boxes.take(rng, "45G1", START + timedelta(days=day)).number for day in range(5_000)]
    assert len(set(numbers)) == len(numbers)


def a_box_of_somebody_else_is_refused() -> None:
    with pytest.raises(KeyError):
        Boxes("tide").release("MSKU9070323", START)
    with pytest.raises(KeyError):
        Boxes("tide").take(Random(1), "99ZZ", START)  # noqa: S311 - a sample


def every_seal_has_the_form_of_a_maker() -> None:
    rng, boxes = Random(2), Boxes("tide")  # noqa: S311 - a sample
    seals = [boxes.seal(rng) for _ in range(2_000)]
    assert all(re.fullmatch(r"[A-Z]{2}\d{7}|[A-Z]{3}\d{6}|\d{8}|[A-Z]{2}\d{9}", seal) for seal in seals)
    assert len(set(seals)) > 1_990
    assert len({re.sub(r"\d", "#", re.sub(r"[A-Z]", "@", seal)) for seal in seals}) == 4


def no_more_boxes_are_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_boxes, "FREE_MAX", 10)
    rng, boxes = Random(3), Boxes("tide")  # noqa: S311 - a sample
    first = {boxes.take(rng, "22G1", START).number for _ in range(50)}
    for number in sorted(first):
        boxes.release(number, START)
    later = {boxes.take(rng, "22G1", START + timedelta(days=60)).number for _ in range(100)}
    assert len(later) == 100
    assert len(first & later) == 10

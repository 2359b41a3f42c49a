"""Prove that programs that are open at once on one node agree on the epoch of its keys."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from tests.journeys.test_custody import booking_of, lines

from tidewaiter import custody, journey
from tidewaiter.node import Node, start

if TYPE_CHECKING:
    from tidewaiter.kernel.clock import SetClock


def a_person_is_found_by_a_program_that_was_open_before_another_began_an_epoch(
    node: Node, take: Callable[..., journey.Arrived], set_clock: SetClock
) -> None:
    take(lines(booking_of("ABC123", "L01X00T47")), mapping="", name="bookings.jsonl")
    with closing(start(node.settings, set_clock)) as other:
        assert other.vault.blind("anything"), "it has the secret of its epoch"
        custody.begin_epoch(node, reason="monthly")
        done = custody.shred(other, [], {"document": "L01X00T47"}, reason="request")
    assert done.people == 1

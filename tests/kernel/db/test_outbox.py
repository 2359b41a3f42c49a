"""Prove that queued steps run at least once, in order, and that what fails is not forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.db import Outbox, Step
from tidewaiter.kernel.errors import Refused, StorageFault

if TYPE_CHECKING:
    from tidewaiter.node import Node


def _queue(node: Node, *names: str) -> None:
    """Queue steps in one unit of work."""
    with node.work() as work:
        for number, name in enumerate(names, start=1):
            work.later(name, {"number": number})


def a_step_runs_only_after_its_work_is_committed(node: Node) -> None:
    with pytest.raises(ZeroDivisionError), node.work() as work:  # noqa: PT012 - the work and its fault belong together
        work.later("archive", {})
        _ = 1 / 0
    assert node.outbox.waiting() == 0


def the_steps_run_in_the_order_of_the_handlers_not_of_their_queueing(node: Node) -> None:
    _queue(node, "assess", "archive", "assess")
    ran: list[tuple[str, int]] = []

    def note(steps: list[Step]) -> None:
        ran.extend((step.name, step.payload["number"]) for step in steps)

    assert node.outbox.drain([("archive", 1, note), ("assess", 10, note)]) == 3
    assert ran == [("archive", 2), ("assess", 1), ("assess", 3)]
    assert node.outbox.waiting() == 0


def a_step_whose_process_died_runs_again(node: Node) -> None:
    _queue(node, "archive")

    def die(_steps: list[Step]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        node.outbox.drain([("archive", 1, die)])
    ran: list[Step] = []
    if not node.database.is_sqlite:  # several hosts may share it: the claim has to run out first
        assert isinstance(node.clock, SetClock)
        node.clock.move(timedelta(minutes=11))
    node.outbox.drain([("archive", 1, ran.extend)])
    assert [step.attempts for step in ran] == [2]


def a_step_that_fails_spoils_none_of_its_group(node: Node) -> None:
    _queue(node, "assess", "assess", "assess")
    ran: list[int] = []

    def fail_on_two(steps: list[Step]) -> None:
        if any(step.payload["number"] == 2 for step in steps):
            message = "The second one is bad."
            raise Refused(message)
        ran.extend(step.payload["number"] for step in steps)

    assert node.outbox.drain([("assess", 10, fail_on_two)]) == 2
    assert ran == [1, 3]
    (state,) = node.outbox.states()
    assert (state.queued, state.aside, state.reason) == (1, 0, "The second one is bad.")


def a_step_that_keeps_failing_is_set_aside_and_can_be_queued_again(node: Node) -> None:
    _queue(node, "archive")
    assert isinstance(node.clock, SetClock)

    def fail(_steps: list[Step]) -> None:
        message = "It never works."
        raise Refused(message)

    for _ in range(node.settings.outbox_attempts_max):
        node.outbox.drain([("archive", 1, fail)])
        node.clock.move(timedelta(seconds=node.settings.outbox_retry_seconds_max))
    (state,) = node.outbox.states()
    assert (state.queued, state.aside) == (0, 1)
    assert node.outbox.requeue() == 1
    assert node.outbox.drain([("archive", 1, lambda _steps: None)]) == 1


def a_failed_step_waits_before_it_is_tried_again(node: Node) -> None:
    _queue(node, "archive")
    tried: list[int] = []

    def fail(steps: list[Step]) -> None:
        tried.extend(step.attempts for step in steps)
        message = "Not yet."
        raise Refused(message)

    node.outbox.drain([("archive", 1, fail)])
    node.outbox.drain([("archive", 1, fail)])
    assert tried == [1]


def a_full_disk_stops_the_drain_and_keeps_the_step(node: Node) -> None:
    _queue(node, "archive")

    def full(_steps: list[Step]) -> None:
        message = "The disk is full."
        raise StorageFault(message)

    with pytest.raises(StorageFault):
        node.outbox.drain([("archive", 1, full)])
    assert node.outbox.waiting() == 1


def no_two_workers_hold_the_same_step(node: Node) -> None:
    if node.database.is_sqlite:
        pytest.skip("on SQLite the worker's lock file keeps the second one out")
    _queue(node, "archive")
    other = Outbox(node.database, node.clock, node.settings)
    held: list[int] = []

    def look(_steps: list[Step]) -> None:
        held.append(other.drain([("archive", 1, lambda _steps: None)]))

    node.outbox.drain([("archive", 1, look)])
    assert held == [0]


def no_second_process_runs_steps_in_the_same_folder(node: Node) -> None:
    with node.only_worker() as first, node.only_worker() as second:
        assert (first, second) == (True, False)
    with node.only_worker() as again:
        assert again

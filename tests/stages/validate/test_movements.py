"""Test that a movement's life can be followed: reports come on top of what was declared."""

from __future__ import annotations

from datetime import UTC, datetime

from tidewaiter.kernel.records import MovementStep, TransitMovement
from tidewaiter.stages import validate

RELEASED = TransitMovement(
    mrn="24NO00000000000017",
    departure_office="NO000001",
    destination_office="SE000002",
    steps=(MovementStep(type="departure", at=datetime(2026, 3, 5, tzinfo=UTC)),),
)
ARRIVED = TransitMovement(
    mrn="24NO00000000000017",
    destination_office="SE000002",
    steps=(MovementStep(type="arrival", at=datetime(2026, 3, 6, tzinfo=UTC)),),
)
WRITTEN_OFF = TransitMovement(mrn="24NO00000000000017", steps=(MovementStep(type="discharge"),))
DECLARED = TransitMovement(mrn="24NO00000000000017", function="9", type="T1")


def a_report_of_a_step_is_no_second_original(checker: validate.Checker) -> None:
    assert checker.check_amendment(ARRIVED, RELEASED) == ()
    assert checker.check_amendment(RELEASED, DECLARED) == ()


def two_declarations_of_a_movement_are(checker: validate.Checker) -> None:
    (found,) = checker.check_amendment(DECLARED, ARRIVED)
    assert (found.rule, found.code) == ("XDO-003", "second-original")


def a_report_after_the_discharge_is_said(checker: validate.Checker) -> None:
    (found,) = checker.check_amendment(ARRIVED, WRITTEN_OFF)
    assert (found.rule, found.code) == ("XDO-003", "closed")

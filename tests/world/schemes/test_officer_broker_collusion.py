"""Check that a ring declares too little at one office, by one broker, in one officer's hours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tidewaiter.world.model import IMPORT
from tidewaiter.world.schemes import all_schemes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


def every_lie_is_told_at_one_office_by_one_broker(play: Callable[..., Played]) -> None:
    played = play("officer-broker-collusion", wanted=12)
    papers = [one.papers[IMPORT] for one in played.planted]
    assert {paper.office for paper in papers} == {played.ring.notes["office"]}
    assert {paper.broker.id for paper in papers if paper.broker is not None} == {played.ring.brokers[0].id}
    assert len({paper.importer.name for paper in papers}) > 1


def every_lie_is_told_in_the_officers_hours(play: Callable[..., Played]) -> None:
    played = play("officer-broker-collusion", country="AE", wanted=12)
    offset = timedelta(hours=played.scene.hours("AE"))
    moments = [one.papers[IMPORT].at + offset for one in played.planted]
    first = played.ring.notes["shift"] == "0"
    assert all((at.hour + at.minute / 60 < 12.5) == first for at in moments)
    assert {str(at.weekday()) for at in moments} <= set(played.ring.notes["days"])


def the_skilled_come_on_more_weekdays(play: Callable[..., Played]) -> None:
    days = [len(play("officer-broker-collusion", skill=skill).ring.notes["days"]) for skill in (0.0, 1.0)]
    assert days == [1, 4]


def what_is_declared_is_less_than_was_paid(play: Callable[..., Played]) -> None:
    for shipment in play("officer-broker-collusion").planted:
        paid, shown = (sum(line.price for line in lines) for lines in (shipment.lines, shipment.papers[IMPORT].lines))
        assert shown < 0.8 * paid


def what_went_to_another_office_is_honest(play: Callable[..., Played]) -> None:
    played = play("officer-broker-collusion", wanted=30)
    for shipment in played.shipments:
        if shipment.planted is None:
            assert shipment.papers[IMPORT].office != played.ring.notes["office"]
            assert shipment.papers[IMPORT].lines == shipment.lines


def no_control_finds_it() -> None:
    scheme = all_schemes()["officer-broker-collusion"]
    assert getattr(scheme, "blind", False)


def the_same_seed_colludes_the_same(same: Callable[[str], bool]) -> None:
    assert same("officer-broker-collusion")

"""Play a ring that swaps a seal, so that another is read on the box."""

from collections.abc import Callable
from typing import Any

from tidewaiter.world.model import IMPORT, Shipment

NAME = "seal-swap"


def _swapped(shipment: Shipment) -> bool:
    """Say whether any event shows another seal than the papers."""
    papers = {box.number: box.seal for box in shipment.papers[IMPORT].boxes}
    return any(one.seal != papers[one.box] for one in shipment.happenings)


def the_box_holds_goods_that_no_paper_names(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        hidden = shipment.lines[-1]
        assert len(shipment.lines) == 1 + len(shipment.papers[IMPORT].lines)
        assert hidden.gross > 0
        assert shipment.planted.evaded > 0


def the_first_event_still_has_the_first_seal(play: Callable[..., Any]) -> None:
    for shipment in play(NAME, skill=0.1).planted:
        seals = {box.number: box.seal for box in shipment.boxes}
        first = min(shipment.happenings, key=lambda one: one.at)
        assert first.seal == seals[first.box]


def the_unskilled_are_seen_with_another_seal_and_the_skilled_less_often(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05, wanted=14), play(NAME, skill=0.95, wanted=14)
    assert sum(map(_swapped, poor.planted)) > sum(map(_swapped, good.planted))

"""Play a ring that paints a box's number on another: it leaves by the gate twice."""

from collections.abc import Callable
from typing import Any

from tidewaiter.world.model import Shipment

NAME = "container-clone"


def _twins(shipment: Shipment) -> list[str]:
    """Return the numbers that left by a gate more than once."""
    out = [one.box for one in shipment.happenings if one.code == "GTOT"]
    return [number for number in sorted(set(out)) if out.count(number) > 1]


def _at_two_places(shipment: Shipment) -> bool:
    """Say whether a box comes in by a gate while one of its number is in the terminal that it was discharged into."""
    events = [one for one in shipment.happenings if one.box == _twins(shipment)[0] and one.teller == "terminal"]
    off = next(one for one in events if one.code == "DISC")
    came = next(one for one in events if one.code == "GTIN" and one.at > off.at)
    left = sorted(one.at for one in events if one.code == "GTOT")
    return came.at < left[0]


def a_number_leaves_twice_and_untaxed_goods_are_in_the_twin(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        assert len(_twins(shipment)) == 1
        assert shipment.planted.evaded > 0


def the_unskilled_are_seen_at_two_places_at_once(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05, wanted=12), play(NAME, skill=0.95, wanted=12)
    assert sum(map(_at_two_places, poor.planted)) > 4
    assert sum(map(_at_two_places, poor.planted)) > sum(map(_at_two_places, good.planted))

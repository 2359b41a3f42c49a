"""Play a ring whose goods vanish under transit: the movement has no end."""

from collections.abc import Callable
from typing import Any

from tidewaiter.world.model import IMPORT, TRANSIT

NAME = "transit-never-discharged"


def a_movement_that_vanishes_is_neither_unloaded_nor_discharged_nor_imported(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        told = [step.type for step in shipment.steps if step.told]
        assert told[0] == "departure"
        assert not {"unloading", "discharge"} & set(told)
        assert IMPORT not in shipment.papers
        assert shipment.planted.references[0] == shipment.papers[TRANSIT].number
        assert shipment.planted.country == "GH"
        assert shipment.planted.evaded > 0


def the_unskilled_are_not_heard_of_after_departure(play: Callable[..., Any]) -> None:
    for shipment in play(NAME, skill=0.1).planted:
        assert [step.type for step in shipment.steps if step.told] == ["departure"]


def the_skilled_have_a_passage_or_an_arrival_reported(play: Callable[..., Any]) -> None:
    told = {step.type for shipment in play(NAME, skill=0.9, wanted=12).planted for step in shipment.steps if step.told}
    assert {"passage", "arrival"} <= told

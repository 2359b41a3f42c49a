"""Play a ring whose discharge is made up: it comes too soon, or with others."""

from collections.abc import Callable
from statistics import mean
from typing import Any

from tidewaiter.world.model import IMPORT, TRANSIT, Shipment

NAME = "transit-fictitious-discharge"


def _took(shipment: Shipment) -> float:
    """Return how long the journey is said to have taken beside what the road takes."""
    leg = shipment.legs[-1]
    arrival = next(step for step in shipment.steps if step.type == "arrival")
    return (arrival.at - leg.departs) / (leg.arrives - leg.departs)


def the_goods_that_never_came_are_discharged_and_never_imported(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        steps = [step for step in shipment.steps if step.told]
        assert [step.type for step in steps[-3:]] == ["arrival", "unloading", "discharge"]
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        assert IMPORT not in shipment.papers
        assert shipment.planted.references[0] == shipment.papers[TRANSIT].number


def the_office_is_the_same_for_all_movements_of_a_ring_to_a_country(play: Callable[..., Any]) -> None:
    offices = {(one.destination, one.legs[-1].destination) for one in play(NAME, wanted=12).planted}
    assert len(offices) == len({country for country, _ in offices})


def the_unskilled_are_faster_than_any_lorry(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05), play(NAME, skill=0.95)
    assert min(_took(one) for one in poor.planted) < 0.6
    assert mean(_took(one) for one in good.planted) > mean(_took(one) for one in poor.planted)


def only_the_skilled_have_the_passage_stamped(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05), play(NAME, skill=0.95)
    assert not [step for one in poor.planted for step in one.steps if step.type == "passage" and step.told]
    assert [step for one in good.planted for step in one.steps if step.type == "passage" and step.told]

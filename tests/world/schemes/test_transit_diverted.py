"""Play a ring whose lorry leaves its road: it is late, and some of the goods are gone."""

from collections.abc import Callable
from statistics import mean
from typing import Any

from tidewaiter.world.model import TRANSIT, Shipment

NAME = "transit-diverted"


def _missing(shipment: Shipment) -> float:
    """Return the share of the mass that is missing at unloading."""
    found = next(step.mass for step in shipment.steps if step.type == "unloading")
    assert found is not None
    return 1 - found / sum(line.gross for line in shipment.lines)


def a_diverted_lorry_arrives_late_and_its_steps_stay_in_order(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        leg = shipment.legs[-1]
        arrival = next(step for step in shipment.steps if step.type == "arrival")
        assert (arrival.at - leg.departs).total_seconds() > 6 * 3600
        assert arrival.at == leg.arrives
        told = [step.at for step in shipment.steps if step.told]
        assert told == sorted(told)
        assert told[-1] > arrival.at


def the_law_that_is_broken_is_that_of_the_country_of_departure(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        assert shipment.planted.country == shipment.papers[TRANSIT].country == "GH"
        assert shipment.papers[TRANSIT].number in shipment.planted.references


def the_unskilled_lose_mass_and_go_by_other_offices(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05, wanted=12), play(NAME, skill=0.95, wanted=12)
    assert mean(_missing(one) for one in poor.planted) > 0.2
    assert mean(_missing(one) for one in good.planted) < 0.05
    strays = [
        sum(any(step.remarks or not step.told for step in one.steps) for one in played.planted)
        for played in (poor, good)
    ]
    assert strays[0] > strays[1]

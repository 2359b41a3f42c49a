"""Play a ring that declares less than is in the box."""

from collections.abc import Callable
from statistics import mean
from typing import Any

from tidewaiter.world.model import HOUSE, IMPORT, MASTER, Paper, Shipment

NAME = "excess-quantity"


def _packages(paper: Paper) -> int:
    """Return the packages that a paper states."""
    return sum(line.packages for line in paper.lines)


def _cargo(shipment: Shipment) -> Paper | None:
    """Return what the cargo report says."""
    return shipment.papers.get(HOUSE) or shipment.papers.get(MASTER)


def the_declared_packages_are_fewer_than_came(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        declared = shipment.papers[IMPORT]
        assert _packages(declared) < sum(line.packages for line in shipment.lines)
        assert all(line.net <= line.gross for line in declared.lines)
        assert shipment.planted.irregularity == "quantity"
        assert shipment.planted.evaded > 0


def a_price_for_a_kilogram_stays_what_it_was(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        for said, true in zip(shipment.papers[IMPORT].lines, shipment.lines, strict=True):
            assert abs(said.price / said.net / (true.price / true.net) - 1) < 0.1


def the_report_of_the_carrier_tells_on_the_unskilled_only(play: Callable[..., Any]) -> None:
    for shipment in play(NAME, skill=0.1).planted:
        cargo = _cargo(shipment)
        assert cargo is None or _packages(cargo) > _packages(shipment.papers[IMPORT])
    for shipment in play(NAME, skill=0.9).planted:
        cargo = _cargo(shipment)
        assert cargo is None or _packages(cargo) == _packages(shipment.papers[IMPORT])


def the_skilled_hide_less(play: Callable[..., Any]) -> None:
    hidden = [
        mean(
            1 - _packages(one.papers[IMPORT]) / sum(line.packages for line in one.lines)
            for one in play(NAME, skill=skill).planted
        )
        for skill in (0.1, 0.9)
    ]
    assert hidden[0] > hidden[1]

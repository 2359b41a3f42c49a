"""Play a ring whose second bill of lading begins at a hub."""

from collections.abc import Callable
from statistics import mean
from typing import Any

from tidewaiter.world.chain.worth import value_for_duty
from tidewaiter.world.model import EXPORT, IMPORT, MASTER, SEA, Invoice, Line, Shipment

NAME = "route-deviation-sea"


def _share(shipment: Shipment) -> float:
    """Return the share of the true customs value that was declared."""
    paper = shipment.papers[IMPORT]

    def worth(lines: list[Line], invoice: Invoice) -> float:
        return sum(value_for_duty(lines, line, invoice, paper.country, 0) for line in lines)

    return worth(paper.lines, paper.invoice) / worth(shipment.lines, shipment.invoice)


def the_papers_at_the_end_begin_at_the_hub_and_those_at_the_beginning_end_there(play: Callable[..., Any]) -> None:
    for shipment in play(NAME, country="NL").planted:
        legs = [leg for leg in shipment.legs if leg.means.mode == SEA]
        hub, inward = legs[-1].origin, shipment.papers[IMPORT]
        assert (inward.loading, inward.sent_from, inward.exporter.country) == (hub, hub[:2], hub[:2])
        assert shipment.papers[MASTER].document == inward.document
        if (outward := shipment.papers.get(EXPORT)) is not None:
            assert (outward.unloading, outward.sent_to, outward.importer.country) == (hub, hub[:2], hub[:2])
            assert outward.document != inward.document


def the_price_declared_is_less_than_was_paid(play: Callable[..., Any]) -> None:
    for shipment in play(NAME, country="NL").planted:
        assert _share(shipment) < 0.95
        assert shipment.planted.evaded > 0


def the_skilled_take_other_boxes_at_the_hub_and_a_price_near_the_usual(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05, wanted=10), play(NAME, skill=0.95, wanted=10)
    assert mean(map(_share, good.planted)) > mean(map(_share, poor.planted)) + 0.1
    changed = [
        sum(one.papers[IMPORT].boxes[0].number != one.boxes[0].number for one in played.planted)
        for played in (poor, good)
    ]
    assert changed[0] < changed[1]


def every_event_after_the_hub_is_of_a_box_that_the_papers_name(play: Callable[..., Any]) -> None:
    for shipment in play(NAME, skill=0.95, wanted=10).planted:
        named = {box.number for box in shipment.papers[IMPORT].boxes}
        last = max(shipment.happenings, key=lambda one: one.at)
        assert last.box in named

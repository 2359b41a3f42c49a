"""Check that goods come under a decoy at a lower rate, and that the skilled leave fewer traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidewaiter.world.model import IMPORT, Shipment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


def relabelled(shipment: Shipment) -> list[int]:
    """Return the places of the lines whose declared heading is not the true one."""
    lines = shipment.papers[IMPORT].lines
    return [place for place, line in enumerate(shipment.lines) if lines[place].hs != line.hs]


def a_misclassified_line_is_of_a_decoy_at_the_price_paid(play: Callable[..., Played]) -> None:
    for shipment in play("misclassification", wanted=12).planted:
        places, paper = relabelled(shipment), shipment.papers[IMPORT]
        assert places
        assert shipment.planted is not None
        assert shipment.planted.item - 1 in places
        assert shipment.planted.references[0] == paper.number
        for place in places:
            true, said = shipment.lines[place], paper.lines[place]
            assert said.hs in true.good.decoys
            assert (said.net, said.gross, said.price) == (true.net, true.gross, true.price)
        for place in set(range(len(shipment.lines))) - set(places):
            assert paper.lines[place] == shipment.lines[place]


def every_misclassification_saves_duty(play: Callable[..., Played]) -> None:
    assert all(one.planted is not None and one.planted.evaded > 0 for one in play("misclassification").planted)


def the_unskilled_leave_the_true_goods_in_other_papers(play: Callable[..., Played]) -> None:
    def betrayed(skill: float) -> int:
        found = 0
        for shipment in play("misclassification", skill=skill, wanted=20).planted:
            other = [paper for kind, paper in shipment.papers.items() if kind != IMPORT]
            said = shipment.papers[IMPORT].lines
            found += any(paper.lines[place].hs != said[place].hs for paper in other for place in relabelled(shipment))
        return found

    assert betrayed(0.05) > betrayed(0.95)


def the_same_seed_misclassifies_the_same(same: Callable[[str], bool]) -> None:
    assert same("misclassification")

"""Check that one order comes in parts, each declared under a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidewaiter.world.chain.order import FREIGHT_PAID
from tidewaiter.world.geography import rate
from tidewaiter.world.model import IMPORT, Shipment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


SEEDS = ("one", "two", "three", "four")


def dollars(played: Played, shipment: Shipment) -> float:
    """Return what the goods are declared to be worth, in dollars free on board."""
    paper = shipment.papers[IMPORT]
    total = sum(line.price for line in paper.lines)
    total -= paper.invoice.freight if paper.invoice.incoterm in FREIGHT_PAID else 0.0
    return total * rate(paper.invoice.currency, played.scene.day(paper.at))


def every_part_stays_under_the_limit(play: Callable[..., Played]) -> None:
    seen = set()
    for seed in SEEDS:
        played = play("split-consignments", seed=seed)
        seen.add(played.ring.notes["limit"])
        for shipment in played.planted:
            if played.ring.notes["limit"] == "mass":
                assert shipment.lines[0].net <= 100
                assert shipment.papers[IMPORT].lines == shipment.lines
            else:
                assert dollars(played, shipment) < 1_010
    assert seen == {"mass", "value"}


def two_parts_of_an_order_are_the_same_goods_of_one_seller(play: Callable[..., Played]) -> None:
    parts = play("split-consignments", wanted=3).planted[:3]
    assert len({part.seller.id or part.seller.name for part in parts}) == 1
    assert len({part.lines[0].hs for part in parts}) == 1


def the_skilled_use_more_companies_and_days(play: Callable[..., Played]) -> None:
    def spread(skill: float) -> tuple[int, float]:
        played = play("split-consignments", skill=skill, wanted=12)
        first = played.planted[:3]
        return len({one.buyer.name for one in played.planted}), (first[2].ordered - first[0].ordered).total_seconds()

    assert spread(0.0)[0] == 1
    assert spread(0.95)[0] >= 3
    assert spread(0.95)[1] > spread(0.0)[1]


def the_same_seed_splits_the_same(same: Callable[[str], bool]) -> None:
    assert same("split-consignments")

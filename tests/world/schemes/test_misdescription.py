"""Check that controlled goods travel under an innocent name, in every paper."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import pytest

from tidewaiter.world.goods import price
from tidewaiter.world.model import EXPORT, IMPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


@pytest.mark.parametrize("country", ["GH", "NL", "VN"])
def every_paper_names_goods_that_nobody_controls(play: Callable[..., Played], country: str) -> None:
    for shipment in play("misdescription", country=country).planted:
        assert shipment.planted is not None
        place = shipment.planted.item - 1
        assert [bool(line.good.sensitive) for line in shipment.lines].index(True) == place
        for paper in shipment.papers.values():
            assert not any(line.good.sensitive for line in paper.lines)
            assert all(line.wording in line.good.wordings for line in paper.lines)
            assert [line.net for line in paper.lines] == [line.net for line in shipment.lines]


def what_is_stopped_is_in_the_rings_own_country(play: Callable[..., Played]) -> None:
    for seed in ("one", "two", "three", "four"):
        played = play("misdescription", wanted=2, seed=seed)
        for shipment in played.planted:
            assert shipment.planted is not None
            kind = EXPORT if shipment.origin == "GH" else IMPORT
            assert shipment.planted.references[0] == shipment.papers[kind].number
            assert shipment.planted.country == "GH"


def the_skilled_declare_usual_prices(play: Callable[..., Played]) -> None:
    def shares(skill: float) -> list[float]:
        found = []
        for seed in ("one", "two", "three"):
            for shipment in play("misdescription", skill=skill, seed=seed, wanted=8).planted:
                assert shipment.planted is not None
                line = next(iter(shipment.papers.values())).lines[shipment.planted.item - 1]
                usual = price(line.good, line.origin, 0) * shipment.seller.grade
                found.append(line.price / (line.net * usual))
        return found

    assert median(shares(0.0)) < median(shares(1.0))


def only_tax_is_lost_where_tobacco_or_drink_is_smuggled(play: Callable[..., Played]) -> None:
    for seed in ("one", "two", "three", "four", "five", "six"):
        for shipment in play("misdescription", wanted=1, seed=seed).planted:
            assert shipment.planted is not None
            assert shipment.planted.safety == all(line.good.sensitive != "excise" for line in shipment.lines)


def the_same_seed_misdescribes_the_same(same: Callable[[str], bool]) -> None:
    assert same("misdescription")

"""Check that goods go out and back at rising prices, and that tax is claimed each time they leave."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tidewaiter.world.chain.taxes import vat_rate
from tidewaiter.world.geography import rate
from tidewaiter.world.model import EXPORT, IMPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


def the_goods_go_out_and_back_between_companies_of_the_same_people(play: Callable[..., Played]) -> None:
    circle = play("carousel", wanted=1).planted
    assert len(circle) >= 2
    assert len(circle) % 2 == 0
    for place, shipment in enumerate(circle):
        assert (shipment.origin == "GH") == (place % 2 == 0)
        assert shipment.seller.kin == shipment.buyer.kin
        assert {EXPORT, IMPORT} <= set(shipment.papers)
    for before, after in pairwise(circle):
        assert after.ordered > before.legs[-1].arrives
        assert 0.95 * before.lines[0].net < after.lines[0].net <= before.lines[0].net + 0.1
        assert after.lines[0].wording == before.lines[0].wording


def a_kilogram_is_dearer_each_time(play: Callable[..., Played]) -> None:
    played = play("carousel", wanted=1, skill=0.2)
    prices = [
        (one.lines[0].price - one.invoice.freight) * rate(one.invoice.currency, 0) / one.lines[0].net
        for one in played.planted
    ]
    assert prices[-1] > 1.1 * prices[0]


def every_time_they_leave_tax_is_claimed_back(play: Callable[..., Played]) -> None:
    for shipment in play("carousel", country="NL", wanted=6).planted:
        planted = shipment.planted
        assert planted is not None
        assert planted.country == "NL"
        if shipment.origin == "NL":
            assert planted.references[0] == shipment.papers[EXPORT].number
            invoice = shipment.invoice
            value = sum(line.price for line in shipment.lines) * rate(invoice.currency, 0) / rate("EUR", 0)
            assert 0.5 < planted.evaded / (value * vat_rate("NL") / 100) < 1.2
        else:
            assert planted.evaded == 0


def the_skilled_wait_longer_and_ask_less_more(play: Callable[..., Played]) -> None:
    def waits(skill: float) -> float:
        circle = play("carousel", skill=skill, wanted=2).planted
        return min((b.ordered - a.legs[-1].arrives).total_seconds() for a, b in pairwise(circle))

    assert waits(0.95) > waits(0.2)


def the_same_seed_goes_round_the_same(same: Callable[[str], bool]) -> None:
    assert same("carousel")

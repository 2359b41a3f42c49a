"""Check that a false origin is cheaper, and that a detour leaves both halves in the papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidewaiter.world.chain.taxes import duty_rate, preferred
from tidewaiter.world.model import IMPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


def the_declared_origin_is_cheaper_than_the_true_one(play: Callable[..., Played]) -> None:
    for country in ("GH", "NL"):
        for shipment in play("false-origin", country=country).planted:
            for true, said in zip(shipment.lines, shipment.papers[IMPORT].lines, strict=True):
                origins = (true.origin, said.origin)
                rates = [duty_rate(country, true.good, one, preferred(country, one)) for one in origins]
                assert rates[0] >= rates[1] + 5
                assert said.hs == true.hs
            assert shipment.planted is not None
            assert shipment.planted.evaded > 0


def a_detour_brings_the_goods_first_and_sends_as_much_on(play: Callable[..., Played]) -> None:
    played = play("false-origin", skill=0.95, wanted=8)
    pairs = [
        (before, after)
        for before, after in zip(played.shipments, played.shipments[1:], strict=False)
        if before.buyer is after.seller
    ]
    assert pairs
    for before, after in pairs:
        assert before.planted is None
        assert after.ordered > before.legs[-1].arrives
        masses = [sum(line.net for line in one.lines) for one in (before, after)]
        assert 0.95 * masses[0] <= masses[1] <= masses[0] + 1
        assert after.lines[0].origin == before.lines[0].origin
        assert after.papers[IMPORT].lines[0].origin == after.origin


def the_unskilled_send_straight_more_often(play: Callable[..., Played]) -> None:
    def straight(skill: float) -> int:
        return sum(
            one.origin != one.papers[IMPORT].lines[0].origin
            for one in play("false-origin", skill=skill, wanted=16).planted
        )

    assert straight(0.05) > straight(0.95)


def the_same_seed_gives_the_same_false_origins(same: Callable[[str], bool]) -> None:
    assert same("false-origin")

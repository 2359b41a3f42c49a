"""Play a ring that opens a stranger's box at a hub, while the papers stay honest."""

from collections.abc import Callable
from typing import Any

from tidewaiter.world.model import IMPORT, SEA, Shipment

NAME = "rip-on"


def _out_of_gate(shipment: Shipment) -> bool:
    """Say whether a box left a terminal before the last port."""
    last = [leg for leg in shipment.legs if leg.means.mode == SEA][-1].destination
    return any(one.code == "GTOT" and one.place != last for one in shipment.happenings)


def the_box_goes_by_a_hub_and_the_importer_is_nobody_of_the_ring(play: Callable[..., Any]) -> None:
    played = play(NAME)
    for shipment in played.planted:
        assert sum(leg.means.mode == SEA for leg in shipment.legs) >= 2
        assert shipment.buyer.kin != played.ring.kin
        assert shipment.planted.safety
        assert shipment.planted.evaded == 0


def the_import_declaration_says_what_was_really_bought(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        assert [line.hs for line in shipment.papers[IMPORT].lines] == [line.hs for line in shipment.lines]
        assert [box.number for box in shipment.papers[IMPORT].boxes] == [box.number for box in shipment.boxes]


def the_unskilled_change_the_seal_and_use_the_gate(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05, wanted=12), play(NAME, skill=0.95, wanted=12)

    def resealed(shipment: Shipment) -> bool:
        seals = {box.number: box.seal for box in shipment.boxes}
        return any(one.seal != seals[one.box] for one in shipment.happenings)

    assert sum(map(resealed, poor.planted)) > sum(map(resealed, good.planted))
    assert sum(map(_out_of_gate, poor.planted)) >= 1
    assert sum(map(_out_of_gate, good.planted)) <= 1  # honest boxes leave a hub now and then

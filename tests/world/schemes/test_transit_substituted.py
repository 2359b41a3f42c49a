"""Play a ring that lets other goods arrive than left."""

from collections.abc import Callable
from statistics import mean
from typing import Any

from tidewaiter.world.model import IMPORT, TRANSIT, Shipment

NAME = "transit-substituted"


def _arrived(shipment: Shipment) -> float:
    """Return the mass found at unloading beside that which left."""
    found = next(step.mass for step in shipment.steps if step.type == "unloading")
    assert found is not None
    return found / sum(line.gross for line in shipment.lines)


def what_is_declared_at_the_end_is_not_what_left(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        left = {line.hs for line in shipment.papers[TRANSIT].lines}
        assert left == {line.hs for line in shipment.lines}
        if IMPORT in shipment.papers:
            assert not left & {line.hs for line in shipment.papers[IMPORT].lines}
        assert shipment.planted.evaded > 0


def the_unskilled_deliver_less_and_under_new_seals(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05, wanted=10), play(NAME, skill=0.95, wanted=10)
    assert mean(_arrived(one) for one in poor.planted) < 0.9
    assert mean(_arrived(one) for one in good.planted) > 0.95
    changed = [
        sum(any(step.seals and step.seals != one.steps[0].seals for step in one.steps) for one in played.planted)
        for played in (poor, good)
    ]
    assert changed[0] > changed[1]

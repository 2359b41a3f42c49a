"""Check that what goes wrong on the road is small, seldom, and leaves the order of steps alone."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.scene import lot, open_scene
from tidewaiter.world.chain.trade import Market
from tidewaiter.world.noise.roads import misread, on_the_road


@given(st.text(alphabet="ABC0123456789", min_size=1, max_size=12), st.integers())
def a_misread_seal_differs_in_one_digit_at_most(seal: str, seed: int) -> None:
    read = misread(lot("seal", f"{seed}"), seal)
    assert len(read) == len(seal)
    differ = [(one, other) for one, other in zip(seal, read, strict=True) if one != other]
    assert len(differ) == any(sign.isdigit() for sign in seal)
    assert all(one.isdigit() and other.isdigit() for one, other in differ)


def the_most_movements_are_as_they_should_be_and_some_are_not() -> None:
    scene = open_scene("roads", ("GH", "BF"), date(2026, 1, 5), 40, 3_000)
    market, rng = Market(scene, 3_000), lot("roads", "test")
    seen: Counter[str] = Counter()
    for day in range(40):
        for order in market.orders(rng, day):
            shipment = arrange(scene, rng, order)
            if not shipment.steps:
                continue
            declared = sum(line.gross for line in shipment.lines)
            seals = {box.seal for box in shipment.boxes}
            on_the_road(scene, rng, shipment)
            moments = [step.at for step in shipment.steps]
            assert moments == sorted(moments)
            unloading = next(step for step in shipment.steps if step.type == "unloading")
            assert unloading.mass is not None
            seen["all"] += 1
            seen["off"] += abs(unloading.mass / declared - 1) > 0.011
            seen["seals"] += set(unloading.seals) != seals
            seen["never"] += not shipment.steps[-1].told
    assert seen["all"] > 200
    for fault in ("off", "seals", "never"):
        assert 0 < seen[fault] < 0.1 * seen["all"], fault

"""Check that inspectors draw by lot, see what anybody sees, and find nothing where they are blind."""

from __future__ import annotations

from collections import Counter
from datetime import date

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.scene import lot, open_scene
from tidewaiter.world.chain.trade import Market
from tidewaiter.world.controls import Inspectors
from tidewaiter.world.controls.inspectors import RANDOM_SHARE
from tidewaiter.world.model import IMPORT, Control, Planted


def look(*, planted: bool, skill: float = 0.0, blind: bool = False) -> list[Control | None]:
    """Return what becomes of some hundreds of import declarations."""
    scene = open_scene("controls", ("GH",), date(2026, 1, 5), 30, 2_000)
    market, rng = Market(scene, 2_000), lot("controls", "test")
    inspectors = Inspectors(scene, lot("controls", "inspectors"))
    seen: list[Control | None] = []
    for day in range(30):
        for order in market.orders(rng, day):
            shipment = arrange(scene, rng, order)
            paper = shipment.papers.get(IMPORT)
            if paper is None:
                continue
            if planted:
                facts = {"irregularity": "value", "country": "GH", "references": (paper.number,), "currency": "GHS"}
                shipment.planted = Planted("undervaluation", 1, skill, item=0, evaded=500.0, story="", **facts)  # type: ignore[arg-type]
            seen.append(inspectors.look(shipment, paper, skill, blind=blind))
    return seen


def the_lot_takes_its_share_and_weighs_it() -> None:
    seen = look(planted=False)
    drawn = [one for one in seen if one is not None and one.selection == "random"]
    assert 0.5 < len(drawn) / len(seen) / RANDOM_SHARE < 1.6
    assert all(one.weight == round(1 / RANDOM_SHARE, 2) for one in drawn)
    assert all(one.weight == 0 for one in seen if one is not None and one.selection == "targeted")


def the_honest_are_hardly_ever_wrong_and_the_skilled_are_found_less() -> None:
    results = {
        name: Counter(one.result for one in found if one is not None)
        for name, found in {
            "honest": look(planted=False),
            "poor": look(planted=True),
            "skilled": look(planted=True, skill=1.0),
            "blind": look(planted=True, blind=True),
        }.items()
    }
    assert results["honest"]["offence"] == results["blind"]["offence"] == 0
    assert results["honest"]["irregular"] < 0.12 * results["honest"]["conform"]
    assert results["poor"]["offence"] > 1.5 * results["skilled"]["offence"] > 0


def what_was_found_is_known_after_the_declaration_and_names_its_money() -> None:
    found = [one for one in look(planted=True) if one is not None and one.result == "offence"]
    assert found
    assert all((one.recovered, one.currency, one.irregularity) == (500.0, "GHS", "value") for one in found)

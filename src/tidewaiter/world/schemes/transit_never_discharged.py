"""Let goods under transit vanish on the road."""

from __future__ import annotations

from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.model import TRANSIT, Shipment
from tidewaiter.world.schemes.moving import (
    UnderTransit,
    never_imported,
    owed_at_departure,
)
from tidewaiter.world.schemes.relabel import known_by
from tidewaiter.world.schemes.scheme import Ring, plant

_ENDS = ("road", "border", "consignee")
"""Where a movement ends: on the road, at the post of the country left, or with a consignee that reports its arrival."""

_TELLS = {"road": "departure", "border": "passage", "consignee": "arrival"}
"""Where it ends → the type of the last step that is reported."""

_LEARNED = 0.35
"""Skill from which a ring has somebody at the border, or a consignee that reports arrivals."""


class TransitNeverDischarged(UnderTransit):
    """Send goods under transit and sell them in the country of departure.

    Those without skill simply never arrive anywhere: after the departure nothing is heard. The skilled have the
    passage stamped at the post of the country left, or a consignee that reports an arrival, so that the enquiry begins
    late and in the wrong country. Nobody declares the goods for import, and the movement is never discharged.
    """

    name = "transit-never-discharged"
    law = (
        "Revised Kyoto Convention, Specific Annex E, Chapter 1 (customs transit); Convention on a Common Transit "
        "Procedure, Appendix I, Articles 8, 48 and 112: the goods are presented intact at the office of destination, "
        "or a debt is incurred where they were removed."
    )
    irregularity = "other"
    story = "Goods under transit were sold on the way and never presented."
    rings = 1.2
    rate = 2.5

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring its consignees, and ways to end a movement."""
        super().open(scene, ring, rng)
        ring.offer("end", _ENDS if ring.skill >= _LEARNED else _ENDS[:1])

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Let no step be told after the last one that somebody saw or stamped."""
        last = _TELLS[ring.choose(rng, "end")]
        if all(step.type != last for step in shipment.steps):
            last = "departure"
        seen = next(place for place, step in enumerate(shipment.steps) if step.type == last)
        for place, step in enumerate(shipment.steps):
            step.told = place <= seen and (step.type != "passage" or last != "road")
        never_imported(shipment)
        paper = shipment.papers[TRANSIT]
        mass = sum(line.gross for line in shipment.lines)
        story = (
            f"{mass:,.0f} kg of {shipment.lines[0].wording} left {paper.office} under transit and were sold on the "
            f"way; the last that was reported is the {last}."
        )
        lost = owed_at_departure(scene, shipment)
        shipment.planted = plant(
            self, scene, ring, shipment, story, paper=paper, lost=lost, references=known_by(shipment)
        )
        return True

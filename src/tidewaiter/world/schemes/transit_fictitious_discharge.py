"""Discharge transit movements of goods that never arrived."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import TRANSIT, Shipment, Step
from tidewaiter.world.schemes.moving import (
    UnderTransit,
    never_imported,
    owed_at_departure,
    to_minute,
    under_transit,
)
from tidewaiter.world.schemes.relabel import known_by
from tidewaiter.world.schemes.scheme import Ring, plant
from tidewaiter.world.schemes.skill import within

_HASTE = ((0.15, 0.45), (0.9, 1.25))
"""How long the journey is said to have taken beside what it takes, by those without skill and with all of it."""

_STAMPS = ((2.0, 15.0), (60.0, 240.0))
"""Minutes between two stamps of the office at the destination."""

_PATIENCE_HOURS = 80.0
"""How long a movement waits, in hours, so that it is discharged together with another."""

_APART_MINUTES = 25.0
"""How far apart, in minutes, two discharges of one sitting are at most."""

_PASSAGES = 0.55
"""Skill from which a ring has the border posts stamp the passage too."""


class TransitFictitiousDischarge(UnderTransit):
    """Send goods under transit, sell them, and have an office stamp that they arrived.

    An officer at the destination writes arrival, unloading and discharge. Those without skill have it written too soon
    for any lorry, a few minutes apart, without a passage at the border, of boxes that no gate of the port let out. The
    skilled keep to the hours that the road takes; but the officer does several movements in one sitting, what is found
    at unloading is what was declared to the kilogram, and nobody declares the goods for import afterwards.
    """

    name = "transit-fictitious-discharge"
    law = (
        "Convention on a Common Transit Procedure, Appendix I, Articles 45 to 48: the office of destination records "
        "arrival and controls of goods that are presented; Revised Arusha Declaration (WCO) on integrity."
    )
    irregularity = "other"
    story = "A corrupt office discharged a transit movement whose goods had never come."
    rings = 1.0
    rate = 2.5

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Return a movement that is discharged on paper; one to an office where the ring has nobody is honest."""
        shipment = under_transit(scene, ring, moment, rng)
        if shipment is None:
            return []
        destination = shipment.legs[-1].destination
        if ring.notes.setdefault(f"office {destination[:2]}", destination) == destination:
            self.bend(scene, ring, shipment, rng)
        return [shipment]

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Write the steps at the destination, and at the border, as if the goods had come."""
        leg, skill = shipment.legs[-1], ring.skill
        share = within(rng, skill, *_HASTE)
        passages = [step for step in shipment.steps if step.type == "passage"]
        for step in passages:
            step.told = skill >= _PASSAGES
            step.at = to_minute(leg.departs + (step.at - leg.departs) * share)
        arrival, unloading, discharge = shipment.steps[-3:]
        hours = COUNTRIES[arrival.country].hours
        arrival.at = leg.departs + (leg.arrives - leg.departs) * share
        if rng.random() < skill:
            arrival.at = at_work(rng, arrival.at, hours)
        arrival.at = to_minute(arrival.at)
        gap = within(rng, skill, *_STAMPS)
        unloading.at = _seconds(arrival.at + timedelta(minutes=gap * rng.uniform(0.6, 1.0)))
        discharge.at = _seconds(unloading.at + timedelta(minutes=gap * rng.uniform(0.6, 1.0)))
        _one_sitting(ring, rng, (arrival, unloading, discharge))
        if rng.random() > skill:
            shipment.happenings = [one for one in shipment.happenings if one.code != "GTOT"]
        never_imported(shipment)
        paper = shipment.papers[TRANSIT]
        taken = (arrival.at - leg.departs) / timedelta(hours=1)
        usual = (leg.arrives - leg.departs) / timedelta(hours=1)
        story = (
            f"{sum(line.gross for line in shipment.lines):,.0f} kg of {shipment.lines[0].wording} were sold at "
            f"{leg.origin}; {arrival.office} reported their arrival after {taken:.0f} of the usual {usual:.0f} hours."
        )
        lost = owed_at_departure(scene, shipment)
        shipment.planted = plant(
            self, scene, ring, shipment, story, paper=paper, lost=lost, references=known_by(shipment)
        )
        return True


def _seconds(moment: datetime) -> datetime:
    """Return a moment to the second."""
    return moment.replace(microsecond=0)


def _one_sitting(ring: Ring, rng: Random, steps: tuple[Step, Step, Step]) -> None:
    """Let the officer do these steps in the sitting of another movement, where one is not far off; else begin one."""
    last = steps[-1]
    before = ring.notes.get(f"sitting {last.office}")
    if before is not None:
        sitting = datetime.fromisoformat(before)
        wait = sitting - last.at
        if timedelta(0) <= wait <= timedelta(hours=_PATIENCE_HOURS):
            wait += timedelta(seconds=rng.randrange(int(_APART_MINUTES * 60)))
            for step in steps:
                step.at += wait
            steps[0].at = to_minute(steps[0].at)
            return
    ring.notes[f"sitting {last.office}"] = last.at.isoformat()

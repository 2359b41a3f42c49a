"""Leave the road with goods under transit, unload some, and arrive late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.route import office_at
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import IMPORT, Shipment, Step
from tidewaiter.world.schemes.detours import other_posts
from tidewaiter.world.schemes.moving import (
    UnderTransit,
    owed_at_departure,
    to_stop,
    weigh,
)
from tidewaiter.world.schemes.relabel import known_by
from tidewaiter.world.schemes.scheme import Ring, plant
from tidewaiter.world.schemes.skill import within

_STOP_HOURS = ((30.0, 110.0), (6.0, 16.0))
"""How long the lorry stands where it unloads, in hours."""

_TAKEN = ((0.3, 0.8), (0.1, 0.3))
"""Which share of the goods is taken off."""

_BALLAST = ((0.0, 0.3), (0.9, 1.0))
"""Which part of their mass is made up for with sand and water."""

_NEW_SEAL = 0.7
"""How often those without skill arrive under a seal that is not the one of departure."""

_OTHER_WAY = 0.8
"""How often those without skill cross the border, or arrive, at an office that was not declared."""

UNPLANNED = "not a declared office of transit"
"""Remark on a passage at an office that the declaration does not name."""


class TransitDiverted(UnderTransit):
    """Take a lorry off the road to a store, unload part of it, and go on.

    It stands for hours or days, arrives late, and in the case of those without skill crosses the border at another
    post than was declared or arrives at another office, under another seal and with less mass (XDO-002 fires for the
    seal). The skilled are back on the road within a shift, break no seal and make the mass up. All is declared at the
    destination as if it had come.
    """

    name = "transit-diverted"
    law = (
        "Revised Kyoto Convention, Specific Annex E, Chapter 1, itinerary and time limit of customs transit; "
        "Convention on a Common Transit Procedure, Appendix I, Articles 33 and 34."
    )
    irregularity = "quantity"
    story = "A lorry under transit left its road, and part of the goods was unloaded."
    rings = 1.0
    rate = 2.5

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Delay what comes after the stop, and let the steps say what the offices saw."""
        skill = ring.skill
        stop = timedelta(minutes=round(within(rng, skill, *_STOP_HOURS) * 60))
        leg = shipment.legs[-1]
        crossings = tuple((left, entered, at + stop) for left, entered, at in leg.crossings)
        shipment.legs[-1] = replace(leg, arrives=leg.arrives + stop, crossings=crossings)
        _delay(scene, rng, shipment, stop)
        astray = rng.random() < _OTHER_WAY * (1.0 - skill) and _astray(shipment, rng)
        if rng.random() < _NEW_SEAL * (1.0 - skill):
            seals = tuple(scene.boxes.seal(rng) for _ in shipment.boxes)
            for step in shipment.steps[1:]:
                step.seals = seals if step.seals else ()
        share = within(rng, skill, *_TAKEN)
        mass = sum(line.gross for line in shipment.lines)
        missing = mass * share * (1.0 - within(rng, skill, *_BALLAST))
        weigh(rng, ring, shipment, mass - missing)
        hours = stop / timedelta(hours=1)
        story = (
            f"{mass * share:,.0f} of {mass:,.0f} kg of {shipment.lines[0].wording} were unloaded at a store off the "
            f"road, where the lorry stood for {hours:.0f} hours{', and it went on by another way' if astray else ''}."
        )
        shipment.planted = plant(
            *(self, scene, ring, shipment, story),
            paper=to_stop(shipment),
            lost=owed_at_departure(scene, shipment, share),
            references=known_by(shipment),
        )
        return True


def _delay(scene: Scene, rng: Random, shipment: Shipment, stop: timedelta) -> None:
    """Let all that comes after a stop be later by it, each office in its hours."""
    arrival, unloading, discharge = shipment.steps[-3:]
    hours = COUNTRIES[arrival.country].hours
    for step in shipment.steps[1:-2]:
        step.at += stop
    unloading.at = at_work(rng, arrival.at + timedelta(hours=2), hours)
    discharge.at = at_work(rng, unloading.at + timedelta(hours=1), hours)
    inward = shipment.papers.get(IMPORT)
    if inward is not None:
        inward.at = at_work(rng, inward.at + stop, scene.hours(inward.country))


def _astray(shipment: Shipment, rng: Random) -> bool:
    """Let a movement cross the border at other posts, or without a border arrive at another office; say if it did."""
    passages = [step for step in shipment.steps if step.type == "passage"]
    if passages:
        others = other_posts(passages[0].office, passages[-1].office)
        if not others:
            return False
        for step, office in zip((passages[0], passages[-1]), rng.choice(others), strict=True):
            place = shipment.steps.index(step)
            seen = Step("passage", office, step.country, step.at, step.seals, remarks=UNPLANNED)
            shipment.steps.insert(place + 1, seen)
            step.told = False
        return True
    home, here = shipment.steps[-1].country, shipment.legs[-1].destination
    others_here = [port.place.code for port in COUNTRIES[home].inland if port.place.code != here]
    if not others_here:
        return False
    office = office_at(rng.choice(others_here))
    for step in shipment.steps:
        if step.type in {"arrival", "unloading"}:
            step.office = office
    return True

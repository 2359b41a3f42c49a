"""Cut a seal on the way, add goods, and close the box under another seal."""

from __future__ import annotations

from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.model import IMPORT, Shipment
from tidewaiter.world.schemes.laden import InOwnBoxes
from tidewaiter.world.schemes.moving import weigh
from tidewaiter.world.schemes.relabel import known_by
from tidewaiter.world.schemes.scheme import Ring, plant
from tidewaiter.world.schemes.skill import within
from tidewaiter.world.schemes.stowing import stow

_ADDED = ((1_200.0, 4_000.0), (150.0, 600.0))
"""Kilograms of goods that are added."""

_COPIED = 0.45
"""How often those with all skill have a seal made with the number of the first; then only the time betrays them."""

_MISREAD = 0.8
"""How often the others with all skill take a seal whose number differs in two digits only."""

_MADE_ROOM = 0.8
"""How often those with all skill take out as much mass as they add."""


class SealSwap(InOwnBoxes):
    """Open a box between its loading and its delivery, and put dear goods into it.

    What terminals and carriers read on the box afterwards, and what offices of transit see, is another seal than the
    declarations, the cargo report and the first events have (XDO-002 fires where it is under transit). The skilled get
    a seal whose number looks misread, or a copy, and take out what makes the box heavier.
    """

    name = "seal-swap"
    law = (
        "Revised Kyoto Convention, Specific Annex E, Chapter 1, Appendix (customs seals); WCO SAFE Framework of "
        "Standards, Seal Integrity Programme: every change of a seal is recorded."
    )
    irregularity = "quantity"
    story = "A box was opened on the way, untaxed goods were put in, and it was closed under another seal."
    rings = 1.0
    rate = 2.5

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring a company, and ports and places to open a box at."""
        super().open(scene, ring, rng)
        ring.offer("where", ("afloat", "port"))

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Let one box carry another seal from some point on."""
        if IMPORT not in shipment.papers or not any(one.seen_by for one in shipment.happenings):
            return False
        place = rng.randrange(len(shipment.boxes))
        box = shipment.boxes[place]
        seal = _another(scene, rng, box.seal, ring.skill)
        since = "LOAD" if ring.choose(rng, "where") == "afloat" else "DISC"
        events = [one for one in shipment.happenings if one.box == box.number]
        moments = [one.at for one in events if one.code == since] or [events[0].at]
        opened = moments[0] if since == "LOAD" else moments[-1]
        for one in events:
            if one.at > opened:
                one.seal = seal
        for step in shipment.steps:
            if place < len(step.seals):
                step.seals = (*step.seals[:place], seal, *step.seals[place + 1 :])
        before = sum(line.gross for line in shipment.lines)
        added = stow(scene, rng, shipment, within(rng, ring.skill, *_ADDED))
        if rng.random() >= _MADE_ROOM * ring.skill:
            weigh(rng, ring, shipment, before + added.gross)
        seals = f"seal {box.seal} was cut and {seal} put on" if seal != box.seal else f"seal {seal} was copied"
        story = f"{added.gross:,.0f} kg of {added.wording} were put into {box.number}: {seals}."
        shipment.planted = plant(self, scene, ring, shipment, story, references=known_by(shipment))
        return True


def _another(scene: Scene, rng: Random, seal: str, skill: float) -> str:
    """Return the number of the second seal: any, one that looks misread, or the same."""
    if rng.random() < _COPIED * skill:
        return seal
    digits = [at for at in range(len(seal) - 1) if seal[at : at + 2].isdigit() and seal[at] != seal[at + 1]]
    if digits and rng.random() < _MISREAD * skill:
        at = rng.choice(digits)
        return seal[:at] + seal[at + 1] + seal[at] + seal[at + 2 :]
    other: str = scene.boxes.seal(rng)
    return other

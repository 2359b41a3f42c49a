"""Paint the number of a released box on another, and fetch both."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import PORTS
from tidewaiter.world.model import IMPORT, Box, Happening, Shipment
from tidewaiter.world.schemes.laden import InOwnBoxes
from tidewaiter.world.schemes.relabel import known_by
from tidewaiter.world.schemes.scheme import Ring, plant
from tidewaiter.world.schemes.skill import within
from tidewaiter.world.schemes.stowing import stow

_TWIN_KILOGRAMS = ((9_000.0, 18_000.0), (4_000.0, 12_000.0))
"""What is in the twin, in kilograms."""

_STAY_HOURS = ((14.0, 60.0), (3.0, 9.0))
"""How long the twin stands in a terminal between its two gates, in hours."""

_AT_ONCE = 0.9
"""How often the twin of those without skill goes through a gate while the first box is still in its terminal."""

_COPIED = 0.95
"""How often those with all skill put a copy of the seal on the twin."""


class ContainerClone(InOwnBoxes):
    """Bring a box of untaxed goods through the gate under the number of a box of cheap goods that is released.

    All papers are honest about the first box. The twin comes into a terminal on a lorry and leaves again as if it were
    the first, so the same number is seen at two places at once: with those without skill at any port's gate
    while the first box is still in its terminal, under another seal. The skilled use the same terminal in the
    hours after the first box has gone, with a copy of the seal; then the number comes back full and leaves twice.
    """

    name = "container-clone"
    law = "Customs Convention on Containers (1972), Annex 1 (marking); ISO 6346: a number belongs to one box."
    irregularity = "quantity"
    story = "A second box with the number of a released one was fetched with untaxed goods."
    rings = 0.7
    rate = 2.0

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring a company, and ports for the box and its twin."""
        super().open(scene, ring, rng)
        ring.offer("twin", [arm.value for arm in ring.arms["port"]])

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Add what the gates see of the twin."""
        box = rng.choice(shipment.boxes)
        seen = {one.code: one for one in shipment.happenings if one.box == box.number and one.teller == "terminal"}
        out, off = seen.get("GTOT"), seen.get("DISC")
        if IMPORT not in shipment.papers or out is None or off is None:
            return False
        skill = ring.skill
        stay = timedelta(hours=within(rng, skill, *_STAY_HOURS))
        place = ring.choose(rng, "twin")
        if rng.random() < _AT_ONCE * (1.0 - skill):
            since = off.at + (out.at - off.at) * rng.uniform(0.05, 0.6)
        else:
            place, since = out.place, out.at + timedelta(hours=rng.uniform(1.5, 7.0))
        seal = box.seal if rng.random() < _COPIED * skill else scene.boxes.seal(rng)
        shipment.happenings += _gates(box, seal, place, (since, since + stay), out)
        shipment.happenings.sort(key=lambda one: one.at)
        hidden = stow(scene, rng, shipment, within(rng, skill, *_TWIN_KILOGRAMS))
        story = (
            f"A second box numbered {box.number}, with {hidden.gross:,.0f} kg of {hidden.wording}, went through the "
            f"gate of {PORTS[place].terminal} at {place} under the release of the first."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, references=known_by(shipment))
        return True


def _gates(box: Box, seal: str, place: str, when: tuple[datetime, datetime], like: Happening) -> list[Happening]:
    """Return that a box came in by a gate and went out again, as the terminal tells its country."""
    return [
        Happening(code, at.replace(microsecond=0), place, box.number, "terminal", like.leg, seal, seen_by=like.seen_by)
        for code, at in zip(("GTIN", "GTOT"), when, strict=True)
    ]

"""Tell what happens to boxes on the way: stuffing, gates, loading, transhipment, discharge, delivery."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.model import ROAD, SEA, Box, Happening, Leg, Shipment

_LOST = 0.015
"""Share of events that are never told."""


_LEAVES_HUB = 0.015
"""Share of boxes that leave the terminal of a hub for some hours, for another yard or a check, and come back."""


def happen(scene: Scene, rng: Random, shipment: Shipment) -> None:
    """Add what happens to the consignment's own boxes, in order of time."""
    legs = [(place, leg) for place, leg in enumerate(shipment.legs) if leg.means.mode == SEA]
    if not legs:
        return
    first, final = legs[0][1], legs[-1][1]
    start = first.origin[:2] if scene.told(first.origin[:2]) else ""
    end = final.destination[:2] if scene.told(final.destination[:2]) else ""
    lorry = shipment.legs[-1] if shipment.legs[-1].means.mode == ROAD else None
    for box in shipment.boxes:
        found = _of_box(rng, box, legs, (start, end), shipment.ordered + timedelta(hours=3))
        if lorry is not None and found and found[-1].code == "GTOT":
            found[-1].at = (lorry.departs - timedelta(minutes=rng.randrange(15, 180))).replace(microsecond=0)
        shipment.happenings += found
        scene.boxes.release(box.number, shipment.legs[-1].arrives + timedelta(days=6))


def _of_box(
    rng: Random, box: Box, legs: list[tuple[int, Leg]], ends: tuple[str, str], earliest: datetime
) -> list[Happening]:
    """Return what happens to one box: terminals tell their own country, carriers that publish tell both.

    `ends` are the countries of departure and arrival, empty where nobody is told; nothing happens before `earliest`.
    """
    (number, first), (closing, final) = legs[0], legs[-1]
    start, end = ends
    told = tuple(country for country in (start, end) if country)
    found: list[Happening] = []

    def add(code: str, at: datetime, place: str, leg: int, *, terminal: str = "") -> None:
        if terminal:
            found.append(_happening(rng, code, at, place, box, leg, "terminal", (terminal,)))
        elif legs[min(leg - number, len(legs) - 1)][1].carrier.publishes and told:
            found.append(_happening(rng, code, at, place, box, leg, "carrier", told))

    gate = max(first.departs - timedelta(hours=rng.uniform(20, 70)), earliest + timedelta(hours=rng.uniform(1, 4)))
    add("STUF", max(gate - timedelta(hours=rng.uniform(6, 60)), earliest), first.origin, number)
    add("GTIN", gate, first.origin, number, terminal=start)
    for place, leg in legs:
        on, off = leg.departs - timedelta(hours=rng.uniform(2, 14)), leg.arrives + timedelta(hours=rng.uniform(1, 14))
        add("LOAD", on, leg.origin, place, terminal=start if place == number else "")
        add("DISC", off, leg.destination, place, terminal=end if place == closing else "")
    if len(legs) > 1 and rng.random() < _LEAVES_HUB:
        hub, stays = legs[0][1], timedelta(hours=rng.uniform(3, 30))
        leaves = hub.arrives + timedelta(hours=rng.uniform(14, 20))
        if leaves + stays < legs[1][1].departs - timedelta(hours=14):
            add("GTOT", leaves, hub.destination, number)
            add("GTIN", leaves + stays, hub.destination, number)
    out = final.arrives + timedelta(days=min(1.2 + rng.expovariate(0.4), 25.0))
    add("GTOT", out, final.destination, closing, terminal=end)
    return [*sorted(found[:-1], key=lambda one: one.at), found[-1]] if found else []


def _happening(  # noqa: PLR0917 - one of each
    rng: Random, code: str, at: datetime, place: str, box: Box, leg: int, teller: str, seen_by: tuple[str, ...]
) -> Happening:
    """Return an event, to the second; a few are never told."""
    lost, moment = rng.random() < _LOST, at.replace(microsecond=0)
    return Happening(code, moment, place, box.number, teller, leg, box.seal, seen_by=seen_by, lost=lost)

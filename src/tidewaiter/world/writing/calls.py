"""Gather what a call of a ship, aircraft or lorry brings, and report it before the call."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tidewaiter.world.chain.route import main_legs, office_at
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.model import SEA, Leg, Letter, Paper, Shipment, Slip
from tidewaiter.world.writing.cargo import cargo_report, ship_call


@dataclass(slots=True)
class _Call:
    """A call that is awaited: its leg and what is reported of it."""

    leg: Leg
    papers: list[Paper] = field(default_factory=list)


class Calls:
    """The calls that are awaited in the countries of a world."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._awaited: dict[tuple[str, ...], _Call] = {}
        self._by_paper: dict[int, tuple[str, ...]] = {}
        self._given = 0

    def add(self, shipment: Shipment, paper: Paper) -> datetime | None:
        """Add a consignment to its call; return when the call is reported where it is the first, else None."""
        leg = main_legs(shipment)[-1]
        key = (paper.country, *leg.call)
        call = self._awaited.get(key)
        if call is not None:
            call.papers.append(paper)
            return None
        self._awaited[key] = _Call(leg, [paper])
        self._by_paper[id(paper)] = key
        return paper.at

    def report(self, at: datetime, paper: Paper) -> tuple[list[Letter], list[Slip]]:
        """Return the letters about the call whose first consignment it was, and the slips in them.

        They are what it brings, and for a ship the call itself.
        """
        call = self._awaited.pop(self._by_paper.pop(id(paper)))
        leg, country = call.leg, paper.country
        office, numbers = office_at(leg.destination, leg.means.mode), self._scene.numbers
        reference = numbers.document(f"{at:%y}{country}CR", 10)
        report = cargo_report(leg, reference, office, at, call.papers)
        letters = [Letter(at, country, "cuscar", leg.carrier.name, report)]
        if leg.means.mode == SEA:
            voyage = self._scene.carriage.voyage_of(leg)
            place = next((place for place, one in enumerate(voyage) if one.call == leg.call), len(voyage))
            before = voyage[place].origin if place < len(voyage) else leg.origin
            after = voyage[place + 1].destination if place + 1 < len(voyage) else ""
            number = numbers.document(f"{at:%y}{country}VC", 10)
            record = ship_call(leg, number, office, at, (before, after))
            letters.append(Letter(at, country, "cusrep", leg.carrier.name, record))
        return letters, [slip for one in call.papers for slip in one.slips]

    def identifier(self) -> str:
        """Return the next identifier of a carrier's event: a UUID."""
        self._given += 1
        digest = hashlib.sha256(f"{self._scene.seed}/event {self._given}".encode()).digest()
        return str(UUID(bytes=digest[:16], version=4))

"""Say how goods travel: carriers, means of transport, legs of a journey, boxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SEA, RAIL, ROAD, AIR = "1", "2", "3", "4"
"""Modes of transport, UN/ECE Recommendation 19."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who carries.

    `code` is its SCAC or IATA code, invented; `mode` what it goes by; `publishes` whether it sends events of its boxes
    to customs (DCSA track and trace).
    """

    code: str
    name: str
    mode: str
    publishes: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """A ship, aircraft or lorry.

    `id` is an IMO number, a flight number or a plate, as `id_type` says (IMO, FLIGHT, PLATE); `name` is a ship's;
    `flag` the country of registration.
    """

    mode: str
    id: str
    id_type: str
    name: str
    flag: str


@dataclass(slots=True)
class Leg:
    """One carriage from one place to the next, by one means; places are UN/LOCODE, moments UTC.

    `departs` and `arrives` are what happened; `due` is what was planned at departure. `crossings` are the border
    crossings of a road leg in order: (customs office of the country left, of the country entered, moment).
    """

    carrier: Carrier
    means: Means
    voyage: str
    origin: str
    destination: str
    departs: datetime
    arrives: datetime
    due: datetime
    crossings: tuple[tuple[str, str, datetime], ...] = ()

    @property
    def call(self) -> tuple[str, str, str, str]:
        """What names the call at the destination: mode, means, voyage, place."""
        return self.means.mode, self.means.id, self.voyage, self.destination


@dataclass(slots=True)
class Box:
    """A container on one journey: ISO 6346 number and size-type, tare in kilograms, the seal it was stuffed under."""

    number: str
    size_type: str
    tare: int
    seal: str

    def twin(self) -> Box:
        """Return a box that says the same."""
        return Box(self.number, self.size_type, self.tare, self.seal)

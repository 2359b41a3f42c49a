"""Say how people travel: a booking, who is on it, and what it was booked with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tidewaiter.world.model.carriage import Leg
from tidewaiter.world.model.traders import Person
from tidewaiter.world.model.truth import Planted


@dataclass(slots=True)
class Trip:
    """A booking on one flight.

    `locator` is its record locator; `phone`, `line`, `city` and `country` are the contact and address given with it,
    `agency` the number of the office that made it, `payment` its form, never a card number; `bags` is the number of
    bags of each traveller and `kilograms` the mass of all of them together. `planted` is the truth about it.
    """

    locator: str
    booked: datetime
    flight: Leg
    people: list[Person]
    phone: str
    line: str
    city: str
    country: str
    agency: str
    payment: str
    bags: list[int]
    kilograms: int
    planted: Planted | None = None

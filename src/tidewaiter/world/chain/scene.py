"""Hold what a world plays on: its countries, traders, carriage, boxes, numbers, and its clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from tidewaiter.world.carriage import Boxes, Carriage
from tidewaiter.world.chain.numbers import Numbering
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import Box, Broker, Leg, Practice, Trader
from tidewaiter.world.traders import Register

WARM_UP_DAYS = 50
"""Days played before the start and not told, so that ships are under way when the world begins."""


def lot(seed: str, purpose: str) -> Random:
    """Return the source of chance for one purpose, so that one part of the world does not disturb another."""
    return Random(f"{seed}/{purpose}")  # noqa: S311 - an invented world, not a secret


@dataclass(slots=True)
class Groupage:
    """A box that several consignments share: its forwarder, its box, its master document, and what is in it so far."""

    forwarder: Broker
    box: Box
    master: str
    departs: datetime
    houses: int = 0
    gross: float = 0.0


@dataclass(slots=True)
class Scene:
    """What a world plays on; `countries` are the homes whose nodes are told, in order."""

    seed: str
    countries: tuple[str, ...]
    start: datetime
    days: int
    register: Register
    carriage: Carriage
    boxes: Boxes
    numbers: Numbering
    groupage: dict[tuple[str, ...], Groupage] = field(default_factory=dict)
    _brokers: dict[str, Broker] = field(default_factory=dict)
    _serial: int = 0

    def told(self, country: str) -> bool:
        """Say whether the country has a node in this world."""
        return country in self.countries

    def day(self, moment: datetime) -> int:
        """Return the day of the world on which a moment is, counted from its start; negative before it."""
        return (moment - self.start).days

    def moment(self, day: int, seconds: int = 0) -> datetime:
        """Return the moment so many seconds into a day of the world."""
        return self.start + timedelta(days=day, seconds=seconds)

    def hours(self, country: str) -> float:
        """Return a country's offset from UTC, in hours."""
        return COUNTRIES[country].hours

    def flights(self, country: str, day: int) -> list[Leg]:
        """Return the passenger flights that arrive in a home on a day of the world."""
        return self.carriage.flights_of(country, day + WARM_UP_DAYS)

    def practice(self, country: str) -> Practice:
        """Return how documents reach a home's node."""
        found = COUNTRIES[country].practice
        assert found is not None  # noqa: S101 - only homes have nodes
        return found

    def serial(self) -> int:
        """Return the next consignment's number."""
        self._serial += 1
        return self._serial

    def broker_of(self, trader: Trader) -> Broker | None:
        """Return who lodges for a trader; None where it lodges itself."""
        if not trader.broker:
            return None
        if trader.broker not in self._brokers:
            self._brokers.update((one.id, one) for one in self.register.brokers(trader.country))
        return self._brokers[trader.broker]

    def forget_groupage(self, before: datetime) -> None:
        """Forget the shared boxes that have left."""
        self.groupage = {key: one for key, one in self.groupage.items() if one.departs >= before}


def open_scene(seed: str, countries: Iterable[str], start: date, days: int, consignments: int) -> Scene:
    """Return the scene of a world that begins at midnight UTC of a day."""
    homes = tuple(countries)
    begins = datetime.combine(start, time(), UTC)
    early = begins - timedelta(days=WARM_UP_DAYS)
    return Scene(
        seed=seed,
        countries=homes,
        start=begins,
        days=days,
        register=Register(seed, homes, COUNTRIES, days, consignments, begins=start.month),
        carriage=Carriage(seed, homes, early, days + WARM_UP_DAYS),
        boxes=Boxes(seed),
        numbers=Numbering(lot(seed, "numbers").randrange(10**12)),
    )

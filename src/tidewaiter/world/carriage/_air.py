"""Fly between airports: airlines with a hub each, flights by weekday, late as flights are."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from tidewaiter.world.carriage._carriers import airlines
from tidewaiter.world.carriage._services import ANCHOR, minutes, moment
from tidewaiter.world.geography import AIRPORTS, COUNTRIES, air_km
from tidewaiter.world.model import AIR, Carrier, Leg, Means

DAY = 24 * 60
"""Minutes in a day."""

CUT_OFF_MINUTES = 6 * 60
"""How long before a flight goods must be at the airport."""

CHANGE_MINUTES = 5 * 60
"""How long goods need at least to change flights."""

_KM_PER_MINUTE, _TAXI_MINUTES = 13.8, 35
_LATE_MINUTES, _LATE_SPREAD = 11.0, 1.0
"""Median of a flight's delay, and the standard deviation of its logarithm."""
_HELD_SHARE, _HELD_MINUTES = 0.02, 600
"""How often a flight is held up for longer, and for how long at most."""

_HUBS_MAX = 3
"""Airlines with a change that are looked at when no flight goes directly."""

PASSENGER_FLIGHTS = (5, 20)
"""Fewest and most passenger flights that arrive in a country on a day."""

_LEGS_MAX = 100_000
"""Flights kept for those who ask again."""


class Flight(NamedTuple):
    """A flight by its number: days of the week as bits, Monday first; minutes of the day (UTC) and in the air."""

    carrier: Carrier
    number: str
    origin: str
    destination: str
    days: int
    departs: int
    minutes: int


class Sky:
    """The flights of a world, and the ways that goods take on them; legs are shared by all who take them."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._hubs = tuple(hub for _, hub, _ in airlines())
        self._flags = {carrier.code: hub[:2] for carrier, hub, _ in airlines()}
        self._legs: dict[tuple[str, int], Leg] = {}
        self._ways: dict[tuple[str, str], tuple[tuple[Flight, ...], ...]] = {}
        self._direct: dict[tuple[str, str], list[Flight]] = {}
        self._arriving: dict[str, list[Flight]] = {}
        for carrier, hub, reach in airlines():
            for flight in _flights(seed, carrier, hub, reach):
                self._direct.setdefault((flight.origin, flight.destination), []).append(flight)
                self._arriving.setdefault(flight.destination[:2], []).append(flight)

    def way(self, origin: str, destination: str, ready: datetime) -> list[Leg]:
        """Return the flights that arrive first, at most two; raises KeyError where none go."""
        if origin == destination:
            return []
        there = minutes(ready) + CUT_OFF_MINUTES
        ways = [self._take(flights, there) for flights in self._known(origin, destination)]
        return min(ways, key=lambda legs: (legs[-1].arrives, legs[-1].means.id))

    def arriving(self, country: str, day: int) -> list[Leg]:
        """Return the passenger flights that the timetable has arrive in a country on a day, counted from `ANCHOR`."""
        most = _passenger_flights(country)
        due = []
        for flight in self._arriving.get(country, ()):
            flown = day - (flight.departs + flight.minutes) // DAY
            if flight.days >> flown % 7 & 1:
                due.append((flight, flown))
        return sorted((self._leg(flight, flown) for flight, flown in due[:most]), key=lambda leg: leg.due)

    def _known(self, origin: str, destination: str) -> tuple[tuple[Flight, ...], ...]:
        """Return the ways there are: each a flight, or two; those with a change only where none goes directly."""
        key = origin, destination
        if key not in self._ways:
            direct = self._direct
            ways: list[tuple[Flight, ...]] = [(flight,) for flight in direct.get(key, ())]
            if not ways:
                over = sorted(
                    (air_km(origin, hub) + air_km(hub, destination), hub)
                    for hub in self._hubs
                    if (origin, hub) in direct and (hub, destination) in direct
                )[:_HUBS_MAX]
                ways = [(first, second) for _, hub in over for first, second in self._changes(origin, hub, destination)]
            if not ways:
                message = f"no flights go from {origin} to {destination}"
                raise KeyError(message)
            self._ways[key] = tuple(ways)
        return self._ways[key]

    def _changes(self, origin: str, hub: str, destination: str) -> list[tuple[Flight, Flight]]:
        """Return the pairs of flights of one airline, or of two where no one airline flies both."""
        pairs = [(first, second) for first in self._direct[origin, hub] for second in self._direct[hub, destination]]
        return [pair for pair in pairs if pair[0].carrier.code == pair[1].carrier.code] or pairs

    def _take(self, flights: tuple[Flight, ...], there: int) -> list[Leg]:
        """Return the next departures of flights in a row, for what is at the airport at a minute."""
        legs = []
        for flight in flights:
            day = (there - flight.departs + DAY - 1) // DAY
            while not flight.days >> day % 7 & 1:
                day += 1
            legs.append(self._leg(flight, day))
            there = minutes(legs[-1].arrives) + CHANGE_MINUTES
        return legs

    def _leg(self, flight: Flight, day: int) -> Leg:
        """Return a flight of a day, counted from `ANCHOR`."""
        key = flight.number, day
        found = self._legs.get(key)
        if found is None:
            if len(self._legs) >= _LEGS_MAX:
                self._legs.clear()
            found = self._legs[key] = self._fly(flight, day)
        return found

    def _fly(self, flight: Flight, day: int) -> Leg:
        """Let a flight go: late, and now and then held up."""
        rng = Random(f"{self._seed}/flight/{flight.number}/{day}")  # noqa: S311 - an invented world, not a secret
        late = rng.lognormvariate(math.log(_LATE_MINUTES), _LATE_SPREAD)
        if rng.random() < _HELD_SHARE:
            late += rng.uniform(90, _HELD_MINUTES)
        planned = day * DAY + flight.departs
        departs = planned + round(late)
        return Leg(
            carrier=flight.carrier,
            means=Means(AIR, flight.number, "FLIGHT", "", self._flags[flight.carrier.code]),
            voyage=f"{flight.number}/{(ANCHOR + timedelta(days=day)):%d%m%y}",
            origin=flight.origin,
            destination=flight.destination,
            departs=moment(departs),
            arrives=moment(departs + round(flight.minutes * rng.uniform(0.97, 1.02))),
            due=moment(departs + flight.minutes),
        )


def _passenger_flights(country: str) -> int:
    """Return how many passenger flights arrive in a country on a day, at most."""
    few, many = PASSENGER_FLIGHTS
    return min(many, few + round(6 * COUNTRIES[country].wealth))


def _flights(seed: str, carrier: Carrier, hub: str, reach: float) -> list[Flight]:
    """Return the flights of an airline from its hub and back, to every airport within reach."""
    rng = Random(f"{seed}/airline/{carrier.code}")  # noqa: S311 - an invented world, not a secret
    found = []
    airports = [code for code in sorted(AIRPORTS) if code != hub and air_km(hub, code) <= reach]
    for place, airport in enumerate(airports):
        number = 100 + 2 * place
        weekly = _weekly(rng, airport)
        days = sum(1 << day for day in rng.sample(range(7), weekly))
        air = _TAXI_MINUTES + round(air_km(hub, airport) / _KM_PER_MINUTE)
        out, back = rng.randrange(0, DAY, 5), rng.randrange(0, DAY, 5)
        found.append(Flight(carrier, f"{carrier.code}{number:04d}", hub, airport, days, out, air))
        found.append(Flight(carrier, f"{carrier.code}{number + 1:04d}", airport, hub, days, back, air))
    return found


def _weekly(rng: Random, airport: str) -> int:
    """Return on how many days of the week an airport is flown to: a home's more often than others."""
    return rng.choice((5, 6, 7, 7) if COUNTRIES[airport[:2]].home else (2, 3, 4, 5, 7))

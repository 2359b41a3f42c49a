"""Find the ships from one seaport to another: directly, or with one change at a hub."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from tidewaiter.world.carriage._services import HUBS, WEEK, Service, minutes, moment, services
from tidewaiter.world.geography import sea_km
from tidewaiter.world.model import Leg

CUT_OFF_MINUTES = 24 * 60
"""How long before a ship departs goods must be in its port."""

CHANGE_MINUTES = 18 * 60
"""How long a box needs at least to change ships."""

_WAIT_DAYS = 4.5
"""What a change costs when ways are compared, in days."""

_DETOUR, _DETOUR_KM = 2.2, 2_500.0
"""A ship takes nobody further than this many times the shortest way and so many kilometres."""

_HUBS_MAX = 3
"""Hubs that are looked at when a way by sea is sought."""

_SENSIBLE, _SENSIBLE_KM = 1.2, 800.0
"""Up to so many times the shortest way and so many kilometres a hub is sensible."""
_NEEDLESS, _ABSURD = 1.25, 3.0
"""From so many times the shortest way a hub is out of the way, and beyond so many nobody would go there."""

_TRIES_MAX = 8
"""Weeks that are looked at for a ship that does not pass a port by."""

_LEGS_MAX = 100_000
"""Legs kept for those who ask again."""


class Ride(NamedTuple):
    """A service from one of its calls to another: what it takes and when in a round it departs, planned, in minutes."""

    service: int
    loads: int
    discharges: int
    minutes: int
    departs: int


class Passage(NamedTuple):
    """A ride in a week: its departure and arrival as they happen, in minutes since the anchor."""

    arrives: int
    departs: int
    ride: Ride
    week: int


class Sea:
    """The sea services of a world, and the ways that boxes take on them; legs are shared by all who take them."""

    def __init__(self, seed: str) -> None:
        self.services = services(seed)
        self.rides: dict[tuple[str, str], tuple[Ride, ...]] = {}
        self._calls: dict[str, int] = {}
        self._hubs: dict[tuple[str, str], tuple[str, ...]] = {}
        self._legs: dict[tuple[int, int, int, int], tuple[Leg, ...]] = {}
        self._of_ship = {ship.id: place for place, one in enumerate(self.services) for ship in one.fleet}
        rides: dict[tuple[str, str], list[Ride]] = {}
        for place, service in enumerate(self.services):
            for origin, destination, ride in _rides(place, service):
                rides.setdefault((origin, destination), []).append(ride)
        self.rides = {pair: tuple(sorted(found, key=lambda one: one.minutes)) for pair, found in rides.items()}
        for service in self.services:
            service.feeds = [self._feed(service, call) for call in range(len(service.ports))]

    def way(self, origin: str, destination: str, ready: datetime) -> list[Leg]:
        """Return the way that arrives first, with a change or two where it must be; KeyError where no ship goes."""
        if origin == destination:
            return []
        there = minutes(ready) + CUT_OFF_MINUTES
        if (origin, destination) in self.rides:
            return list(self._legs_of(self._first(origin, destination, there)))
        ways = [self._by(origin, hub, destination, there) for hub in self.hubs(origin, destination)[:_HUBS_MAX]]
        if ways:
            return min(ways, key=lambda legs: legs[-1].arrives)
        for hub in sorted(HUBS - {origin, destination}, key=lambda hub: _by_km(origin, hub, destination)):
            if (origin, hub) in self.rides and self.hubs(hub, destination):
                legs = self._legs_of(self._first(origin, hub, there, fed=False))
                return [*legs, *self.way(hub, destination, legs[-1].arrives + timedelta(hours=12))]
        message = f"no ship goes from {origin} to {destination}"
        raise KeyError(message)

    def by(self, origin: str, hub: str, destination: str, ready: datetime) -> list[Leg]:
        """Return the way with a change at a hub; raises KeyError where none calls at both ends."""
        return self._by(origin, hub, destination, minutes(ready) + CUT_OFF_MINUTES)

    def hubs(self, origin: str, destination: str) -> tuple[str, ...]:
        """Return the hubs where a change makes sense, the quickest first."""
        key = origin, destination
        if key not in self._hubs:
            ranked = sorted((self._time(origin, hub, destination), hub) for hub in self._between(origin, destination))
            most = sea_km(origin, destination) * _SENSIBLE + _SENSIBLE_KM
            near = [hub for _, hub in ranked if _by_km(origin, hub, destination) <= most]
            self._hubs[key] = tuple(near or [hub for _, hub in ranked[:_HUBS_MAX]])
        return self._hubs[key]

    def needless(self, origin: str, destination: str) -> tuple[str, ...]:
        """Return the hubs that are out of the way, the nearest first: no honest box changes ships there."""
        straight, sensible = sea_km(origin, destination), set(self.hubs(origin, destination))
        ranked = sorted((_by_km(origin, hub, destination), hub) for hub in self._between(origin, destination))
        near, far = straight * _NEEDLESS, straight * _ABSURD
        return tuple(hub for km, hub in ranked if near <= km <= far and hub not in sensible)

    def voyage(self, leg: Leg) -> tuple[Leg, ...]:
        """Return the legs into the calls of the round that a leg ends in, in order; raises KeyError for no ship."""
        place = self._of_ship[leg.means.id]
        service = self.services[place]
        arrives = minutes(leg.arrives)
        latest = (arrives - service.phase) // WEEK
        week = latest - (latest - service.fleet.index(leg.means)) % service.rounds
        count = len(service.ports)
        around = [call for call in range(-count, count) if not service.passed_by(week, call)]
        first = next(here for here, call in enumerate(around) if call >= 0)
        return tuple(self._leg(place, week, loads, discharges) for loads, discharges in pairwise(around[first - 1 :]))

    def _between(self, origin: str, destination: str) -> Iterable[str]:
        """Yield the hubs that ships connect with both ends."""
        rides = self.rides
        return [
            hub
            for hub in sorted(HUBS - {origin, destination})
            if (origin, hub) in rides and (hub, destination) in rides
        ]

    def _time(self, origin: str, hub: str, destination: str) -> int:
        """Return how many minutes a way by a hub takes as planned, with a usual wait."""
        first, second = self.rides[origin, hub][0], self.rides[hub, destination][0]
        return first.minutes + second.minutes + round(_WAIT_DAYS * 24 * 60)

    def _by(self, origin: str, hub: str, destination: str, there: int) -> list[Leg]:
        """Return the way by a hub for what is in port at a minute."""
        legs = self._legs_of(self._first(origin, hub, there, fed=False))
        there = minutes(legs[-1].arrives) + CHANGE_MINUTES
        return [*legs, *self._legs_of(self._first(hub, destination, there))]

    def _first(self, origin: str, destination: str, there: int, *, fed: bool = True) -> Passage:
        """Return the passage that arrives first for what is in port at a minute; `fed` allows that it is passed by."""
        services, best = self.services, None
        for ride in self.rides[origin, destination]:
            service, loads = services[ride.service], ride.loads
            again, call = divmod(ride.discharges, len(service.ports))
            # a ship may be late enough to be caught a week after it should have gone
            first = -((service.phase + ride.departs - there) // WEEK) - 1
            for week in range(first, first + _TRIES_MAX):
                sailing = service.sailing(week)
                departs = sailing.departs[loads]
                if departs < there or sailing.skipped[loads]:
                    continue
                ending = service.sailing(week + again * service.rounds) if again else sailing
                if ending.skipped[call] and not (fed and self._fed(ride) != origin):
                    continue
                arrives = ending.arrives[call]
                if best is None or (arrives, departs) < best[:2]:
                    best = Passage(arrives, departs, ride, week)
                break
        assert best is not None, (origin, destination)  # noqa: S101 - a ship is not stopped by weather week after week
        return best

    def _legs_of(self, passage: Passage) -> tuple[Leg, ...]:
        """Return the leg of a passage, or the two of one whose ship passed the port by: to a later call, and back."""
        ride = passage.ride
        key = ride.service, passage.week, ride.loads, ride.discharges
        found = self._legs.get(key)
        if found is None:
            if len(self._legs) >= _LEGS_MAX:
                self._legs.clear()
            found = self._legs[key] = self._travel(*key)
        return found

    def _travel(self, place: int, week: int, loads: int, discharges: int) -> tuple[Leg, ...]:
        """Make the legs of a passage."""
        service = self.services[place]
        if not service.passed_by(week, discharges):
            return (self._leg(place, week, loads, discharges),)
        port = service.ports[discharges % len(service.ports)]
        feed = service.feeds[discharges % len(service.ports)]
        assert feed is not None  # noqa: S101 - only calls that can be fed are passed by
        call = discharges - discharges % len(service.ports) + feed
        first = self._leg(place, week, loads, call)
        there = minutes(first.arrives) + CHANGE_MINUTES
        return first, *self._legs_of(self._first(first.destination, port, there, fed=False))

    def _fed(self, ride: Ride) -> str:
        """Return the port where boxes of a ride are discharged when their own is passed by; empty where it never is."""
        service = self.services[ride.service]
        feed = service.feeds[ride.discharges % len(service.ports)]
        return "" if feed is None else service.ports[feed % len(service.ports)]

    def _leg(self, place: int, week: int, loads: int, discharges: int) -> Leg:
        """Make the leg of a ship between two of its calls."""
        service = self.services[place]
        count = len(service.ports)
        departs, arrives = service.actual(week, loads)[1], service.actual(week, discharges)[0]
        late = departs - service.planned(week, loads)[1]
        return Leg(
            carrier=service.carrier,
            means=service.ship(week),
            voyage=service.voyage(week, discharges),
            origin=service.ports[loads % count],
            destination=service.ports[discharges % count],
            departs=moment(departs),
            arrives=moment(arrives),
            due=moment(service.planned(week, discharges)[0] + late),
        )

    def _feed(self, service: Service, call: int) -> int | None:
        """Return the next hub after a call from which ships go back to its port; None for a hub itself, or without."""
        port = service.ports[call]
        if port in HUBS:
            return None
        for later in range(call + 1, call + len(service.ports)):
            hub = service.ports[later % len(service.ports)]
            if hub in HUBS and (hub, port) in self.rides:
                return later
        return None


def _by_km(origin: str, hub: str, destination: str) -> float:
    """Return the way by sea by way of a hub, in kilometres."""
    return sea_km(origin, hub) + sea_km(hub, destination)


def _rides(place: int, service: Service) -> Iterable[tuple[str, str, Ride]]:
    """Yield what a service offers: from each of its calls to those after it, once around, without great detours."""
    count = len(service.ports)
    for loads, origin in enumerate(service.ports):
        along, seen = 0.0, {origin}
        for discharges in range(loads + 1, loads + count):
            before, port = service.ports[(discharges - 1) % count], service.ports[discharges % count]
            along += sea_km(before, port)
            if port in seen or along > sea_km(origin, port) * _DETOUR + _DETOUR_KM:
                continue
            seen.add(port)
            again, call = divmod(discharges, count)
            took = again * service.rounds * WEEK + service.arrives[call] - service.departs[loads]
            yield origin, port, Ride(place, loads, discharges, took, service.departs[loads])

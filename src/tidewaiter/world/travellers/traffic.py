"""Book people on flights into the homes, and tell of them: bookings first, passengers at departure."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, count
from random import Random

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import Leg, Trip
from tidewaiter.world.traders import person
from tidewaiter.world.travellers.reports import booking, passengers

_PER_CONSIGNMENT = 0.3
"""Travellers a day beside consignments a day."""

_PER_FLIGHT = 60
"""Travellers on one flight, at most; more of them take more flights."""

_AHEAD_DAYS = 4
"""How long before a flight its bookings are made up; a booking itself is older."""

_FROM_ELSEWHERE, _ON_BUSINESS = 0.2, 0.1
_SAME_DIGITS = 5
_STREETS = ("Station Road", "Market Street", "Harbour Road", "Mill Lane", "School Street", "Church Road")
_PARTY = ((1, 2, 3, 4), (0.66, 0.88, 0.95, 1.0))
_PAYMENTS = ("CC VI", "CC CA", "CA", "MS INV")
_BAGS = ((0, 1, 2, 3), (0.25, 0.7, 0.95, 1.0))


@dataclass(slots=True)
class _Flight:
    """A flight that is being booked."""

    country: str
    leg: Leg
    trips: list[Trip] = field(default_factory=list)


class Traffic:
    """The flights into the homes of a world."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._due: list[tuple[datetime, int, str, _Flight]] = []
        self._order = count()
        self._waiting: dict[tuple[str, datetime], list[Trip]] = defaultdict(list)
        self._nationalities = [one.code for one in COUNTRIES.values()]
        self._wealth = list(accumulate(one.wealth for one in COUNTRIES.values()))

    def add(self, trip: Trip) -> None:
        """Add a booking to the flight it names, which must not be made up yet."""
        self._waiting[trip.flight.means.id, trip.flight.departs].append(trip)

    def book(self, rng: Random, number: int, daily: float) -> None:
        """Make up the bookings of the flights some days after a day of the world."""
        if number + _AHEAD_DAYS < 0:
            return
        scene, day = self._scene, number + _AHEAD_DAYS
        wealth = sum(COUNTRIES[home].wealth for home in scene.countries)
        for home in scene.countries:
            people = round(daily * _PER_CONSIGNMENT * COUNTRIES[home].wealth / wealth * rng.uniform(0.8, 1.2))
            flights = scene.flights(home, day)
            rng.shuffle(flights)
            flights.sort(key=lambda leg: (leg.means.id, leg.departs) not in self._waiting)
            expected = sum((leg.means.id, leg.departs) in self._waiting for leg in flights)
            used = flights[: max(-(-people // _PER_FLIGHT), expected)]
            for leg in used:
                flight = _Flight(home, leg, self._waiting.pop((leg.means.id, leg.departs), []))
                flight.trips += self._bookings(rng, flight, min(-(-people // len(used)), _PER_FLIGHT * 3))
                rng.shuffle(flight.trips)
                self._push(leg.departs - timedelta(hours=24), "bookings", flight)
                self._push(leg.departs, "passengers", flight)

    def _bookings(self, rng: Random, flight: _Flight, people: int) -> list[Trip]:
        """Return bookings for so many people."""
        trips: list[Trip] = []
        while people > 0:
            size = min(rng.choices(_PARTY[0], cum_weights=_PARTY[1])[0], people)
            trips.append(self.trip(rng, flight.country, flight.leg, size))
            people -= size
        return trips

    def trip(self, rng: Random, home: str, leg: Leg, size: int) -> Trip:
        """Return an ordinary booking of a number of people on a flight."""
        of = rng.choice((home, leg.origin[:2]))
        if rng.random() < _FROM_ELSEWHERE:
            of = rng.choices(self._nationalities, cum_weights=self._wealth)[0]
        nation = of if of in COUNTRIES else home
        company = rng.choice(self._scene.register.buyers(home))
        on_business = size == 1 and rng.random() < _ON_BUSINESS
        bags = [rng.choices(_BAGS[0], cum_weights=_BAGS[1])[0] for _ in range(size)]
        return Trip(
            locator=self._scene.numbers.locator(),
            booked=leg.departs - timedelta(days=min(2.0 + rng.lognormvariate(2.6, 1.0), 300.0)),
            flight=leg,
            people=[person(rng, of) for _ in range(size)],
            phone=_digits(company.phone) if on_business else self._phone(rng, nation),
            line=company.line if on_business else f"{rng.randrange(1, 240)} {rng.choice(_STREETS)}",
            city=leg.destination[2:],
            country=home,
            agency=f"{10_000_000 + rng.randrange(400) * 137}",
            payment=rng.choice(_PAYMENTS),
            bags=bags,
            kilograms=sum(round(rng.uniform(9, 24)) for number in bags for _ in range(number)),
        )

    def _phone(self, rng: Random, nation: str) -> str:
        """Return a telephone number in the form of a nation: digits that begin as those of a company there do."""
        like = _digits(rng.choice(self._scene.register.buyers(nation)).phone)
        return like[:_SAME_DIGITS] + "".join(rng.choice("0123456789") for _ in like[_SAME_DIGITS:])

    def due(self, until: datetime) -> list[tuple[datetime, str, str, str, AnyRecord]]:
        """Return what is told before a moment: (when, to whom, form, sender, record), in order of time."""
        told: list[tuple[datetime, str, str, str, AnyRecord]] = []
        while self._due and self._due[0][0] < until:
            at, _, what, flight = heapq.heappop(self._due)
            sender = flight.leg.carrier.name
            if what == "bookings":
                told += [(at, flight.country, "pnrgov", sender, booking(trip, at)) for trip in flight.trips]
            else:
                told.append((at, flight.country, "paxlst", sender, passengers(flight.leg, flight.trips, at)))
        return told

    def _push(self, at: datetime, what: str, flight: _Flight) -> None:
        """Let something be told at a moment."""
        heapq.heappush(self._due, (at, next(self._order), what, flight))


def _digits(phone: str) -> str:
    """Return the digits of a telephone number, as bookings have them."""
    return "".join(one for one in phone if one.isdigit())

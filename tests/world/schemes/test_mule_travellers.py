"""Play a ring whose travellers are tied to a company by what they were booked with."""

from datetime import date, timedelta

import pytest

from tidewaiter.world.chain.scene import Scene, lot, open_scene
from tidewaiter.world.model import Trip
from tidewaiter.world.schemes import Ring, all_schemes

NAME = "mule-travellers"


@pytest.fixture(scope="module")
def scene() -> Scene:
    return open_scene("mules", ("GH", "BF", "NL", "AE", "VN"), date(2026, 1, 5), 60, 1_000)


def _booked(scene: Scene, skill: float) -> tuple[Ring, list[Trip]]:
    """Return a ring and what it booked in twenty attempts, two days apart; its company also imports honestly."""
    scheme = all_schemes()[NAME]
    ring = Ring(number=1, scheme=NAME, country="NL", skill=skill, rate=1.0, kin=1_000_001)
    scheme.open(scene, ring, lot("mules", "ring"))
    shipments = []
    for attempt in range(20):
        shipments += scheme.attempt(scene, ring, scene.moment(2 * attempt), lot("mules", f"attempt {attempt}"))
    assert shipments
    assert all(one.planted is None and one.buyer is ring.companies[0] for one in shipments)
    return ring, ring.trips


def a_mule_flies_into_the_country_some_days_after_it_is_booked(scene: Scene) -> None:
    _, trips = _booked(scene, 0.5)
    assert trips
    for trip in trips:
        assert trip.flight.destination[:2] == "NL"
        assert trip.booked < trip.flight.departs
        assert trip.planted is not None
        assert trip.planted.safety
        assert trip.planted.references == (trip.locator,)
        assert trip.planted.day == scene.day(trip.flight.departs - timedelta(hours=24))


def the_flight_is_one_of_those_whose_bookings_are_not_made_up_yet(scene: Scene) -> None:
    scheme = all_schemes()[NAME]
    ring = Ring(number=1, scheme=NAME, country="NL", skill=0.5, rate=1.0, kin=1_000_001)
    scheme.open(scene, ring, lot("mules", "ring"))
    scheme.attempt(scene, ring, scene.moment(10), lot("mules", "attempt"))
    flights = [(leg.means.id, leg.departs) for day in range(14, 21) for leg in scene.flights("NL", day)]
    assert ring.trips
    assert all((trip.flight.means.id, trip.flight.departs) in flights for trip in ring.trips)


def the_unskilled_are_tied_to_the_company_more_often(scene: Scene) -> None:
    tied = []
    for skill in (0.05, 0.95):
        ring, trips = _booked(scene, skill)
        company = ring.companies[0]
        digits = "".join(one for one in company.phone if one.isdigit())
        tied.append(sum((trip.phone == digits) + (trip.line == company.line) for trip in trips) / len(trips))
    assert tied[0] > tied[1] > 0


def the_ring_uses_one_agency(scene: Scene) -> None:
    ring, trips = _booked(scene, 0.2)
    assert sum(trip.agency == ring.notes["agency"] for trip in trips) > len(trips) / 2

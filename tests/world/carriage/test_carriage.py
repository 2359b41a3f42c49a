"""Test that goods are carried alike for everybody, in order of place and time, at believable speeds."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from stdnum import imo

from tidewaiter.kernel.codes import Codes
from tidewaiter.world.carriage import Carriage
from tidewaiter.world.geography import AIRPORTS, COUNTRIES, HOMES, PORTS, air_km, road, sea_km
from tidewaiter.world.model import AIR, ROAD, SEA, Leg

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 90
SEAPORTS = sorted(code for code, port in PORTS.items() if port.kind == "sea")
AT_HOME = [code for code in SEAPORTS if code[:2] in HOMES or code == "TGLFW"]
KNOTS_MAX = 30
"""The setting of a node that has not been changed."""


@pytest.fixture(scope="module")
def carriage() -> Carriage:
    """Return the carriage of a world."""
    return Carriage("tide", HOMES, START, DAYS)


def trips(count: int, purpose: str = "trips") -> list[tuple[str, str, datetime]]:
    """Return pairs of seaports, one of them at home, and moments."""
    rng = Random(purpose)  # noqa: S311 - a sample
    found: list[tuple[str, str, datetime]] = []
    while len(found) < count:
        pair = [rng.choice(SEAPORTS), rng.choice(AT_HOME)]
        rng.shuffle(pair)
        if pair[0] != pair[1]:
            found.append((pair[0], pair[1], START + timedelta(minutes=rng.randrange(DAYS * 1440))))
    return found


def line_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two points, latitude and longitude in degrees, in kilometres."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (one, other))
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return 6_371 * math.acos(min(1.0, cosine))


def chained(legs: list[Leg], origin: str, destination: str, ready: datetime) -> None:
    """Assert that legs lead from a place to another, and each leaves after the one before has come."""
    assert legs[0].origin == origin
    assert legs[-1].destination == destination
    assert legs[0].departs >= ready
    for leg in legs:
        assert leg.departs < leg.arrives
        assert leg.departs < leg.due
        assert leg.departs.tzinfo is UTC
    for before, after in pairwise(legs):
        assert before.destination == after.origin
        assert before.arrives < after.departs


def every_two_seaports_are_joined_by_a_ship_or_two(carriage: Carriage) -> None:
    ready = START + timedelta(days=3)
    for home in AT_HOME:
        for port in SEAPORTS:
            if port != home:
                for origin, destination in ((port, home), (home, port)):
                    assert 1 <= len(carriage.sea(origin, destination, ready)) <= 4, (origin, destination)


def the_legs_by_sea_chain_in_place_and_time(carriage: Carriage) -> None:
    direct = 0
    for origin, destination, ready in trips(400):
        legs = carriage.sea(origin, destination, ready)
        chained(legs, origin, destination, ready + timedelta(hours=24))
        direct += len(legs) == 1
        assert legs[-1].arrives - ready < timedelta(days=130)
        assert {leg.means.mode for leg in legs} == {SEA}
    assert 60 < direct < 300


def no_ship_is_faster_than_a_ship_where_the_list_has_its_ports(carriage: Carriage) -> None:
    codes, held = Codes(), 0
    for origin, destination, ready in trips(300, "speed"):
        for leg in carriage.sea(origin, destination, ready):
            hours = (leg.arrives - leg.departs) / timedelta(hours=1)
            assert sea_km(leg.origin, leg.destination) / hours < 45, leg
            entries = [codes.entry("locode", code) for code in (leg.origin, leg.destination)]
            ends = [entry.facts for entry in entries if entry is not None and "latitude" in entry.facts]
            if len(ends) == 2:
                held += 1
                one, other = ((float(end["latitude"]), float(end["longitude"])) for end in ends)
                assert line_km(one, other) / 1.852 < KNOTS_MAX * hours, leg
    assert held > 100


def the_same_seed_gives_the_same_legs_whenever_the_world_begins(carriage: Carriage) -> None:
    again = Carriage("tide", HOMES[:2], START - timedelta(days=50), 400)
    other = Carriage("ebb", HOMES, START, DAYS)
    differ = 0
    for origin, destination, ready in trips(60, "seed")[::-1]:
        legs = carriage.sea(origin, destination, ready)
        assert again.sea(origin, destination, ready) == legs
        differ += other.sea(origin, destination, ready) != legs
    assert differ > 50
    lorry = carriage.road("GHTEM", "BFKOS", START)
    assert again.road("GHTEM", "BFKOS", START) == lorry
    flights = carriage.air("CNPVG", "GHACC", START)
    assert again.air("CNPVG", "GHACC", START) == flights


def a_call_is_the_same_for_all_who_travel_to_it(carriage: Carriage) -> None:
    calls: dict[tuple[str, str, str, str], datetime] = {}
    met = 0
    for origin, destination, ready in trips(2_000, "calls"):
        for leg in carriage.sea(origin, destination, ready):
            met += leg.call in calls
            assert calls.setdefault(leg.call, leg.arrives) == leg.arrives
    assert met > 200


def a_round_calls_where_its_legs_end_and_never_sails_back_in_time(carriage: Carriage) -> None:
    for origin, destination, ready in trips(150, "rounds"):
        for leg in carriage.sea(origin, destination, ready):
            hops = carriage.voyage_of(leg)
            assert [hop.arrives for hop in hops if hop.call == leg.call] == [leg.arrives]
            assert {hop.means for hop in hops} == {leg.means}
            for before, after in pairwise(hops):
                assert before.destination == after.origin
                assert before.departs < before.arrives < after.departs
            assert len({hop.call for hop in hops}) == len(hops)


def every_call_of_a_round_tells_the_same_round(carriage: Carriage) -> None:
    hops = carriage.voyage_of(carriage.sea("CNSGH", "GHTEM", START)[-1])
    assert len(hops) > 8
    assert all(carriage.voyage_of(hop) == hops for hop in hops)
    assert {hop.voyage[-1] for hop in hops} == {"W", "E"}
    assert carriage.voyage_of(carriage.road("GHTEM", "BFKOS", START)[0])[0].origin == "GHTEM"


def a_ship_has_a_number_that_fits_and_a_name_of_its_own(carriage: Carriage) -> None:
    means = {leg.means for trip in trips(1_500, "ships") for leg in carriage.sea(*trip)}
    assert len(means) > 200
    assert len({one.name for one in means}) == len({one.id for one in means}) == len(means)
    assert all(imo.is_valid(one.id) and one.id_type == "IMO" for one in means)
    assert all(one.name.isascii() and one.name == one.name.upper() for one in means)


def the_ships_are_late_now_and_then_and_pass_a_port_by(carriage: Carriage) -> None:
    late, fed, legs = 0, 0, 0
    for origin, destination, ready in trips(2_500, "late"):
        for leg in carriage.sea(origin, destination, ready):
            legs += 1
            late += leg.arrives - leg.due > timedelta(hours=24)
        fed += len(carriage.sea(origin, destination, ready)) > 2
    assert 0.03 < late / legs < 0.25
    assert 0 < fed < 60


def a_hub_that_makes_sense_is_not_out_of_the_way(carriage: Carriage) -> None:
    sensible = carriage.hubs("CNSGH", "GHTEM", needless=False)
    needless = carriage.hubs("CNSGH", "GHTEM", needless=True)
    assert "SGSIN" in sensible
    assert "AEJEA" in needless
    assert not set(sensible) & set(needless)
    for hub in needless:
        assert sea_km("CNSGH", hub) + sea_km(hub, "GHTEM") > 1.2 * sea_km("CNSGH", "GHTEM")


def a_way_by_a_hub_changes_ships_there(carriage: Carriage) -> None:
    ready = START + timedelta(days=7, hours=5)
    for needless in (False, True):
        for hub in carriage.hubs("CNSGH", "GHTEM", needless):
            legs = carriage.sea_by("CNSGH", "GHTEM", ready, hub)
            chained(legs, "CNSGH", "GHTEM", ready)
            assert hub in [leg.destination for leg in legs[:-1]]


def the_sea_carriers_that_publish_are_about_two_in_five(carriage: Carriage) -> None:
    carriers = carriage.sea_carriers
    assert len(carriers) >= 6
    assert all(len(one.code) == 4 and one.mode == SEA for one in carriers)
    assert sum(one.publishes for one in carriers) == round(0.4 * len(carriers))


@pytest.mark.parametrize("salt", ["0", "7"])
def the_same_seed_gives_the_same_bytes_in_another_process(carriage: Carriage, salt: str) -> None:
    script = (
        "from datetime import UTC, datetime\n"
        "from tidewaiter.world.carriage import Carriage\n"
        "from tidewaiter.world.geography import HOMES\n"
        "start = datetime(2026, 1, 5, tzinfo=UTC)\n"
        "one = Carriage('tide', HOMES, start, 90)\n"
        "print(one.sea('PECLL', 'GHTKD', start), one.hubs('PECLL', 'GHTKD', True), one.flights_of('NL', 3))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONHASHSEED": salt}, capture_output=True, text=True, check=True
    )
    said = (
        carriage.sea("PECLL", "GHTKD", START),
        carriage.hubs("PECLL", "GHTKD", needless=True),
        carriage.flights_of("NL", 3),
    )
    assert done.stdout == " ".join(map(str, said)) + "\n"


def nothing_is_carried_from_a_place_to_itself(carriage: Carriage) -> None:
    assert carriage.sea("GHTEM", "GHTEM", START) == []
    assert carriage.air("GHACC", "GHACC", START) == []
    assert carriage.road("GHKAI", "GHKAI", START) == []
    with pytest.raises(KeyError):
        carriage.road("GHKAI", "BRCPS", START)
    with pytest.raises(KeyError):
        carriage.sea_by("GHTEM", "NLRTM", START, "GHKAI")


def every_home_is_reached_by_air_from_everywhere(carriage: Carriage) -> None:
    at_home = [code for code in AIRPORTS if code[:2] in HOMES]
    for airport in AIRPORTS:
        for home in at_home:
            if airport != home:
                legs = carriage.air(airport, home, START)
                chained(legs, airport, home, START + timedelta(hours=6))
                assert len(legs) <= 2
                assert legs[-1].arrives - START < timedelta(days=16)


def a_flight_is_the_same_for_all_who_take_it(carriage: Carriage) -> None:
    rng = Random(3)  # noqa: S311 - a sample
    calls: dict[tuple[str, str, str, str], Leg] = {}
    met = 0
    for _ in range(2_000):
        ready = START + timedelta(minutes=rng.randrange(20 * 1440))
        for leg in carriage.air(rng.choice(("CNPVG", "FRCDG", "CHZRH")), "GHACC", ready):
            met += leg.call in calls
            assert calls.setdefault(leg.call, leg) == leg
            assert (leg.means.mode, leg.means.id_type) == (AIR, "FLIGHT")
            assert leg.voyage.startswith(leg.means.id)
            assert air_km(leg.origin, leg.destination) / ((leg.arrives - leg.departs) / timedelta(hours=1)) < 1_000
    assert met > 1_000
    assert len({leg.carrier.code for leg in calls.values()}) >= 3


def the_passenger_flights_of_a_day_are_due_on_it(carriage: Carriage) -> None:
    for home in HOMES:
        for day in range(7):
            flights = carriage.flights_of(home, day)
            assert 5 <= len(flights) <= 20, (home, day)
            assert all(timedelta() <= leg.due - START - timedelta(days=day) < timedelta(days=1.6) for leg in flights)
            assert {leg.destination for leg in flights} <= {port.place.code for port in COUNTRIES[home].air}
            assert [leg.due for leg in flights] == sorted(leg.due for leg in flights)
            assert len({leg.call for leg in flights}) == len(flights)


def a_lorry_crosses_borders_in_order_between_departure_and_arrival(carriage: Carriage) -> None:
    rng = Random(4)  # noqa: S311 - a sample
    ways = [("GHTEM", "BFKOS"), ("CIABJ", "BFPEN"), ("TGLFW", "BFKOS"), ("TRANK", "NLVEN"), ("ATWNF", "ITTRS")]
    hours = []
    for _ in range(300):
        origin, destination = rng.choice(ways)
        ready = START + timedelta(minutes=rng.randrange(DAYS * 1440))
        legs = carriage.road(origin, destination, ready)
        chained(legs, origin, destination, ready)
        (leg,) = legs
        assert [one[:2] for one in leg.crossings] == [
            (one.left.office, one.entered.office) for one in road(origin, destination)
        ]
        moments = [leg.departs, *(one[2] for one in leg.crossings), leg.arrives]
        assert moments == sorted(set(moments))
        assert leg.means.id_type == "PLATE"
        assert leg.means.mode == leg.carrier.mode == ROAD
        if (origin, destination) == ("GHTEM", "BFKOS"):
            hours.append((leg.arrives - leg.departs) / timedelta(hours=1))
    assert 26 < sorted(hours)[len(hours) // 2] < 96


def no_lorry_is_on_two_trips_at_once(carriage: Carriage) -> None:
    trips_of: dict[str, set[tuple[datetime, datetime]]] = {}
    for minute in range(0, 60 * 1440, 17):
        (leg,) = carriage.road("GHTEM", "BFKOS", START + timedelta(minutes=minute))
        trips_of.setdefault(leg.means.id, set()).add((leg.departs, leg.arrives))
    assert len({plate[:2] for plate in trips_of}) > 2
    for found in trips_of.values():
        for before, after in pairwise(sorted(found)):
            assert before[1] < after[0]


def every_home_has_hauliers_of_its_own(carriage: Carriage) -> None:
    codes = [one.code for home in HOMES for one in carriage.hauliers(home)]
    assert len(codes) >= 6 * len(HOMES)
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 4 for code in codes)


def a_lorry_has_a_plate_in_the_form_of_its_country(carriage: Carriage) -> None:
    forms = {"GH": r"G[A-Z] \d{4}-2\d", "BF": r"\d\d [A-Z]{2} \d{4}", "CI": r"\d{4}[A-Z]{2}01"}
    for origin, destination in (("GHTEM", "BFKOS"), ("CIABJ", "BFKOS")):
        for hour in range(0, 480, 5):
            (leg,) = carriage.road(origin, destination, START + timedelta(hours=hour))
            assert re.fullmatch(forms[leg.means.flag], leg.means.id), leg.means
            assert leg.carrier in carriage.hauliers(leg.means.flag)

"""Test the distances and ways between places."""

from __future__ import annotations

import importlib.util
import sys
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from tidewaiter.world.geography import AIRPORTS, COUNTRIES, HOMES, PORTS, air_km, road, road_km, sea_km

SEAPORTS = sorted(code for code, port in PORTS.items() if port.kind == "sea")
SCRIPT = Path(__file__).parents[3] / "tools" / "sea_distances.py"


def every_two_seaports_are_as_far_apart_as_the_great_circle_at_least() -> None:
    for one, other in combinations(SEAPORTS, 2):
        assert sea_km(one, other) == sea_km(other, one)
        assert sea_km(one, other) >= air_km(one, other) > 0, (one, other)
    assert sea_km("GHTEM", "GHTEM") == 0


def the_ways_by_sea_are_those_that_ships_go() -> None:
    assert sea_km("NLRTM", "CNSGH") == pytest.approx(19_500, rel=0.03)
    assert sea_km("NLRTM", "GHTEM") == pytest.approx(7_500, rel=0.03)
    assert sea_km("USNYC", "CNSGH") > 18_000


@pytest.mark.skipif(importlib.util.find_spec("searoute") is None, reason="searoute is not installed")
@pytest.mark.filterwarnings("ignore")
def a_sample_of_the_table_is_what_is_computed() -> None:
    found = importlib.util.spec_from_file_location("sea_distances", SCRIPT)
    assert found is not None
    assert found.loader is not None
    script = importlib.util.module_from_spec(found)
    sys.modules[found.name] = script
    found.loader.exec_module(script)
    ports = {port[0]: port for port in script.seaports()}
    assert sorted(ports) == SEAPORTS
    rng = Random(5)  # noqa: S311 - a sample
    for _ in range(12):
        one, other = sorted(rng.sample(SEAPORTS, 2))
        assert script.distance(ports[other], ports[one]) == sea_km(one, other), (one, other)


def the_air_is_crossed_along_the_great_circle() -> None:
    assert air_km("NLAMS", "GHACC") == pytest.approx(5_230, rel=0.02)
    assert air_km("AEDXB", "BRGRU") == air_km("BRGRU", "AEDXB")


def every_port_of_a_home_has_a_road_to_every_terminal() -> None:
    for code in HOMES:
        country = COUNTRIES[code]
        for port in (*country.sea, *country.air, *country.border):
            for terminal in country.inland:
                road_km(port.place.code, terminal.place.code)


def the_roads_are_longer_than_the_line() -> None:
    for code in HOMES:
        country = COUNTRIES[code]
        for port in (*country.sea, *country.air):
            for terminal in country.inland:
                one, other = port.place, terminal.place
                assert road_km(one.code, other.code) >= air_km(one.code, other.code) * 0.95, (one.code, other.code)


def every_gateway_has_a_road_to_the_country_behind_it() -> None:
    for country in COUNTRIES.values():
        for gateway, _ in country.gateways:
            assert road_km(gateway, country.inland[0].place.code) > 400


def the_corridors_cross_the_borders_that_lorries_cross() -> None:
    def offices(origin: str, destination: str) -> list[tuple[str, str]]:
        return [(one.left.office, one.entered.office) for one in road(origin, destination)]

    assert offices("GHTEM", "BFKOS") == [("GH000PAG", "BF000DAK")]
    assert offices("BFKOS", "GHTEM") == [("BF000DAK", "GH000PAG")]
    assert offices("CIABJ", "BFKOS") == [("CI000LAL", "BF000YEN")]
    assert offices("TGLFW", "BFKOS") == [("", "BF000CIN")]
    assert offices("GHTEM", "CIYGN") == [("GH000ELU", "CI000NOE")]
    assert offices("GHTEM", "GHKAI") == []
    assert offices("TRANK", "NLVEN") == [("TR000KPU", "")]
    assert road_km("GHTEM", "BFKOS") == pytest.approx(1_020, rel=0.04)
    for crossing in road("GHTEM", "BFKOS"):
        assert 0 < crossing.km < road_km("GHTEM", "BFKOS")


def no_road_leads_over_the_sea() -> None:
    with pytest.raises(KeyError):
        road_km("GHTEM", "BRCPS")
    with pytest.raises(KeyError):
        sea_km("GHTEM", "BFKOS")
    assert "ZAJNB" in AIRPORTS

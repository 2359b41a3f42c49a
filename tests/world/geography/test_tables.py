"""Test that countries, places and ports agree with the lists that validation uses."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tidewaiter.kernel.codes import Codes
from tidewaiter.world.geography import AIRPORTS, COUNTRIES, HOMES, PLACES, PORTS, RATES, rate
from tidewaiter.world.model import Country, Port

DAY = date(2026, 1, 5)
FUNCTIONS = {"sea": "1", "air": "4", "inland": "3"}
PLACE_KILOMETRES_MAX = 100
"""The setting of a node that has not been changed."""


def ports_of(country: Country) -> tuple[Port, ...]:
    """Return a country's ports of every kind."""
    return (*country.sea, *country.air, *country.inland, *country.border)


EVERY = [port for country in COUNTRIES.values() for port in ports_of(country)]


@pytest.fixture(scope="module")
def codes() -> Codes:
    """Return the code lists that come with the program."""
    return Codes()


def the_homes_come_first_and_in_their_order() -> None:
    assert HOMES == ("GH", "BF", "NL", "AE", "VN", "BR", "TR", "MA", "CI", "ZA")
    assert tuple(COUNTRIES)[:10] == HOMES
    assert [code for code, one in COUNTRIES.items() if one.home] == list(HOMES)
    assert len(COUNTRIES) - len(HOMES) >= 40


def every_country_and_currency_is_in_force(codes: Codes) -> None:
    for country in COUNTRIES.values():
        assert codes.has("country", country.code, DAY), country.code
        assert {country.currency, country.invoices} <= set(RATES), country.code
    assert [code for code in RATES if not codes.has("currency", code, DAY)] == []


def every_place_is_listed_with_the_function_that_its_mode_needs(codes: Codes) -> None:
    for port in EVERY:
        entry = codes.entry("locode", port.place.code)
        assert entry is not None, port.place.code
        if port.kind in FUNCTIONS:
            assert FUNCTIONS[port.kind] in entry.facts["function"], port.place.code


def every_place_lies_where_the_list_says(codes: Codes) -> None:
    for port in EVERY:
        entry, place = codes.entry("locode", port.place.code), port.place
        assert entry is not None
        assert place.country == place.code[:2]
        if "latitude" not in entry.facts:
            continue
        north = (float(entry.facts["latitude"]) - place.latitude) * 111
        assert abs(north) < PLACE_KILOMETRES_MAX, place.code
        assert abs(float(entry.facts["longitude"]) - place.longitude) * 111 < PLACE_KILOMETRES_MAX, place.code


def the_shares_of_a_kind_add_up_to_one() -> None:
    for country in COUNTRIES.values():
        for ports in (country.sea, country.air, country.inland, country.border):
            assert not ports or sum(port.share for port in ports) == pytest.approx(1), country.code
        gateways = country.gateways
        assert not gateways or sum(share for _, share in gateways) == pytest.approx(1), country.code


def every_country_is_reached_by_sea_and_by_air() -> None:
    for country in COUNTRIES.values():
        assert country.air, country.code
        assert bool(country.sea) != bool(country.gateways), country.code
        assert country.sea or country.inland, country.code
        assert all(PORTS[place].kind == "sea" for place, _ in country.gateways), country.code


def every_home_has_an_administration_a_practice_offices_and_a_terminal() -> None:
    forms = {code: one.practice.declarations for code, one in COUNTRIES.items() if one.practice}
    homes = ["csv", "csv", "wco", "cusdec", "cusdec", "wco", "cusdec", "csv", "csv", "cusdec"]
    assert list(forms.values()) == homes
    for code in HOMES:
        country = COUNTRIES[code]
        assert country.administration.startswith("Customs of ")
        assert country.inland
        assert 0.25 <= country.wealth <= 3
        assert 0.25 <= country.makes <= 3
        offices = [port.office for port in ports_of(country)]
        assert len(set(offices)) == len(offices)
        assert all(re.fullmatch(rf"{code}[0-9A-Z]{{6}}", office) for office in offices), code


def no_country_abroad_has_an_office_or_a_practice() -> None:
    for country in COUNTRIES.values():
        if not country.home:
            assert country.practice is None
            assert country.administration == ""
            assert {port.office for port in ports_of(country)} <= {""}


def the_identifier_of_a_dutch_trader_is_an_eori() -> None:
    practice = COUNTRIES["NL"].practice
    assert practice is not None
    assert (practice.identifiers, practice.identifier) == ("EORI", "NL#########")
    assert {one.practice.value for one in COUNTRIES.values() if one.practice and one.code != "ZA"} == {"CIF"}
    assert COUNTRIES["ZA"].practice is not None
    assert COUNTRIES["ZA"].practice.value == "FOB"


def a_place_that_is_both_is_a_seaport_among_the_ports() -> None:
    assert PORTS["CIABJ"].kind == "sea"
    assert AIRPORTS["CIABJ"].kind == "air"
    assert PORTS["GHACC"] is AIRPORTS["GHACC"]
    assert set(PLACES) == set(PORTS)


def the_terminals_have_names_of_their_own() -> None:
    assert len({port.terminal for port in EVERY}) == len(EVERY)


def every_rate_drifts_within_its_bounds() -> None:
    for code, dollars in RATES.items():
        assert rate(code, 0) == pytest.approx(dollars)
        assert max(abs(rate(code, day) / dollars - 1) for day in range(0, 730, 7)) <= 0.04 + 1e-9, code
    assert rate("GHS", 40) != rate("GHS", 0)
    assert rate("XOF", 90) / RATES["XOF"] == pytest.approx(rate("EUR", 90) / RATES["EUR"])
    assert rate("AED", 90) == RATES["AED"]

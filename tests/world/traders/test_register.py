"""Check the register: who there is, who orders what of whom, and who is founded later."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import chain
from random import Random

import pytest

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import Declaration, Party
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate import Checker
from tidewaiter.world.geography import COUNTRIES, HOMES
from tidewaiter.world.goods import BY_HS
from tidewaiter.world.model import Trader
from tidewaiter.world.traders import Register

DAYS, CONSIGNMENTS = 90, 30_000
THREE = ("GH", "BF", "NL")


def chance(purpose: str = "test") -> Random:
    """Return a source of chance."""
    return Random(purpose)  # noqa: S311 - an invented world, not a secret


@pytest.fixture(scope="module")
def register() -> Register:
    return Register("seed", THREE, COUNTRIES, DAYS, CONSIGNMENTS)


@pytest.fixture(scope="module")
def everybody(register: Register) -> list[Trader]:
    return list(chain.from_iterable((*register.buyers(code), *register.sellers(code)) for code in COUNTRIES))


def of_homes(everybody: list[Trader]) -> list[Trader]:
    """Return the companies of the homes."""
    return [one for one in everybody if one.country in THREE]


def gini(counts: list[int]) -> float:
    """Return how unequal counts are: 0 all alike, 1 one has all."""
    ordered, number = sorted(counts), len(counts)
    return (
        2 * sum(place * one for place, one in enumerate(ordered, 1)) / (number * sum(ordered)) - (number + 1) / number
    )


def the_same_seed_gives_the_same_companies_in_another_process() -> None:
    code = (
        "from random import Random; from tidewaiter.world.geography import COUNTRIES;"
        "from tidewaiter.world.traders import Register;"
        "one = Register('s', ('GH', 'VN'), COUNTRIES, 30, 2000); rng = Random(1);"
        "buyers = [one.draw_buyer(rng, 'GH', day) for day in range(30)];"
        "drawn = [one.draw_partner(rng, buyer, 3) for buyer in buyers];"
        "new = one.found(rng, 'VN', 'buyer', 3);"
        "print([(s.name, s.phone, g.hs) for s, g in drawn], [b.id for b in buyers], new.name, new.line)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": salt, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert len(said) == 1
    assert len(said.pop()) > 1000


def no_two_seeds_give_the_same_companies(register: Register) -> None:
    other = Register("another", THREE, COUNTRIES, DAYS, 2_000)
    ours, theirs = ({one.name for one in each.buyers("GH")} for each in (register, other))
    assert len(ours & theirs) < len(theirs) / 4


def the_companies_grow_with_the_consignments(register: Register) -> None:
    importers = sum(len(register.buyers(home)) for home in THREE)
    assert importers == pytest.approx(CONSIGNMENTS / 60, rel=0.1)
    small = Register("seed", THREE, COUNTRIES, DAYS, 3_000)
    assert sum(len(small.buyers(home)) for home in THREE) < importers / 3
    assert all(len(small.buyers(code)) >= 3 <= len(small.sellers(code)) for code in COUNTRIES)


def a_world_without_a_home_is_refused() -> None:
    with pytest.raises(ValueError, match="a country with a node"):
        Register("seed", (), COUNTRIES, DAYS, 100)


def the_busiest_tenth_does_most_of_the_trade_but_not_all(register: Register) -> None:
    rng = chance()
    counts = Counter(register.draw_buyer(rng, "NL", 20).id for _ in range(12_000))
    assert 0.4 < gini(list(counts.values())) < 0.5
    busiest = sorted(counts.values(), reverse=True)
    assert 0.07 < sum(busiest[: len(busiest) // 100]) / counts.total() < 0.16
    assert sum(one.weight for one in register.buyers("NL")) == pytest.approx(1.0)


def every_name_is_unique_and_every_identifier_has_its_countrys_form(everybody: list[Trader]) -> None:
    assert len({one.name for one in everybody}) == len(everybody)
    assert max(len(one.name) for one in everybody) <= 44
    for one in everybody:
        practice = COUNTRIES[one.country].practice
        if practice is None:
            assert (one.id, one.broker, one.authorised) == ("", "", ""), one.name
        else:
            form = re.escape(practice.identifier).replace(r"\#", "[0-9]").replace("@", "[A-Z]")
            assert re.fullmatch(form, one.id), one.id
    ids = [one.id for one in everybody if one.id]
    assert len(set(ids)) == len(ids)


def no_eori_number_is_found_fault_with(register: Register) -> None:
    checker = Checker(Codes(), today=date(2026, 1, 5), settings=Settings(), only={"FMT-008"})
    parties = tuple(Party(role="importer", id=one.id, scheme="EORI", name=one.name) for one in register.buyers("NL"))
    assert checker.check(Declaration(parties=parties)) == ()


def a_few_companies_are_new_and_a_few_end_for_honest_reasons(everybody: list[Trader]) -> None:
    ours = of_homes(everybody)
    new = [one for one in ours if 0 <= one.opened < DAYS]
    assert 0.04 < len(new) / len(ours) < 0.1
    assert any(one.closed < DAYS for one in ours)
    assert sum(one.closed < 1_000_000 for one in ours) < len(ours) / 10


def a_few_companies_are_kin_and_a_few_share_a_building_or_a_number(everybody: list[Trader]) -> None:
    ours = of_homes(everybody)
    kin = Counter(one.kin for one in ours)
    assert 0.04 < sum(kin[one.kin] > 1 for one in ours) / len(ours) < 0.1
    places = Counter((one.line, one.city) for one in ours)
    assert 0.08 < sum(places[one.line, one.city] > 1 for one in ours) / len(ours) < 0.3
    strangers = Counter(one.phone for one in {one.kin: one for one in ours}.values())
    assert max(strangers.values()) > 1


def a_few_large_companies_are_authorised(everybody: list[Trader]) -> None:
    ours = of_homes(everybody)
    authorised = [one for one in ours if one.authorised]
    assert 0.02 < len(authorised) / len(ours) < 0.06
    assert {one.authorised for one in authorised} <= {"AEOC", "AEOF", "AEOS"}
    mean = sum(one.weight for one in ours) / len(ours)
    assert sum(one.weight for one in authorised) / len(authorised) > 1.5 * mean


def every_home_has_brokers_and_every_country_forwarders(register: Register, everybody: list[Trader]) -> None:
    for home in THREE:
        brokers = register.brokers(home)
        assert sum(one.share for one in brokers) == pytest.approx(1.0)
        ids = {one.id for one in brokers}
        assert {one.broker for one in everybody if one.country == home} <= {*ids, ""}
    assert register.brokers("CN") == ()
    names = {one.name for code in COUNTRIES for one in register.forwarders(code)}
    assert not names & {one.name for one in everybody}
    assert all(register.forwarders(code) for code in COUNTRIES)


def drawn(register: Register, country: str, days: range, each: int) -> Iterator[tuple[int, Trader, Trader, str]]:
    """Yield day, buyer, seller and heading of orders."""
    rng = chance(country)
    for day in days:
        for _ in range(each):
            buyer = register.draw_buyer(rng, country, day)
            seller, good = register.draw_partner(rng, buyer, day)
            yield day, buyer, seller, good.hs


def a_buyer_keeps_to_its_partners_and_goods_but_not_always(register: Register) -> None:
    orders = list(drawn(register, "GH", range(-20, 60), 25))
    known = sum(seller in buyer.partners for _, buyer, seller, _ in orders) / len(orders)
    usual = sum(any(good.hs == hs for good in buyer.goods) for _, buyer, _, hs in orders) / len(orders)
    assert 0.75 < known < 0.97
    assert 0.75 < usual < 0.99
    assert all(buyer.opened <= day <= buyer.closed for day, buyer, _, _ in orders)
    assert sum(seller.opened <= day <= seller.closed for day, _, seller, _ in orders) / len(orders) > 0.995
    assert all(seller.country != "GH" for _, _, seller, _ in orders)


def what_is_bought_comes_from_where_it_is_made_or_from_an_entrepot(register: Register) -> None:
    orders = list(drawn(register, "NL", range(30), 40))
    made = sum(seller.country in dict(BY_HS[hs].origins) for _, _, seller, hs in orders) / len(orders)
    assert 0.85 < made < 0.995
    assert 0.25 < sum(seller.country == "CN" for _, _, seller, _ in orders) / len(orders) < 0.55
    assert all(BY_HS[hs].trade for _, _, _, hs in orders)


def a_buyer_abroad_buys_in_the_homes_only(register: Register) -> None:
    orders = list(drawn(register, "DE", range(5), 40))
    assert {seller.country for _, _, seller, _ in orders} <= set(THREE)


def every_good_is_ordered_most_in_its_season() -> None:
    one = Register("seed", ("GH",), COUNTRIES, 365, 3_000)
    rng = chance()
    cocoa, cigarettes = BY_HS["180632"], BY_HS["732690"]
    buyer = one.found(rng, "GH", "buyer", -500, goods=(cocoa, cigarettes))
    buyer.season = 0

    def ordered(day: int) -> int:
        return sum(one.draw_partner(rng, buyer, day)[1] is cocoa for _ in range(500))

    assert ordered(345) > ordered(165) * 1.3


def a_founded_company_looks_like_any_other_and_is_not_drawn(register: Register) -> None:
    rng = chance()
    fronts = [register.found(rng, "GH", "buyer", day, closes=day + 60) for day in range(40)]
    honest = register.buyers("GH")
    names = {one.name for one in honest}
    for front in fronts:
        assert re.fullmatch(r"C00\d{8}", front.id)
        assert front.name not in names
        assert register.companies[front.id] is front
        assert front.weight == 0.0
        assert front.closed - front.opened == 60
        assert front.partners
        seller, good = register.draw_partner(rng, front, front.opened)
        assert seller.country != "GH"
        assert good.trade
    assert len({one.id for one in (*honest, *fronts)}) == len(honest) + len(fronts)
    assert not {one.id for one in fronts} & {register.draw_buyer(rng, "GH", 30).id for _ in range(2_000)}
    assert Counter(bool(one.broker) for one in fronts)[True] > 20


def a_successor_has_the_goods_the_partners_and_the_people_of_its_forerunner(register: Register) -> None:
    rng = chance()
    before = register.buyers("NL")[7]
    after = [register.found(rng, "NL", "buyer", 20, like=before) for _ in range(60)]
    for one in after:
        assert one.goods == before.goods
        assert one.partners == before.partners
        assert one.partners is not before.partners
        assert (one.kin, one.city) == (before.kin, before.city)
        assert one.name != before.name
        assert one.id != before.id
    assert 0 < sum(one.line == before.line for one in after) < 40
    assert 0 < sum(one.phone == before.phone for one in after) < 40


def a_company_that_is_given_a_weight_is_drawn() -> None:
    one, rng = Register("seed", THREE, COUNTRIES, DAYS, 1_000), chance()
    company = one.found(rng, "BF", "buyer", 0, kin=77, goods=(BY_HS["690721"],), weight=1.0)
    assert company.kin == 77
    assert 30 < sum(one.draw_buyer(rng, "BF", 10) is company for _ in range(100)) < 70
    seller = one.found(rng, "CN", "seller", -5, goods=(BY_HS["690721"],), weight=50.0)
    assert any(one.draw_partner(rng, company, 10)[0] is seller for _ in range(200))


def every_home_can_be_alone() -> None:
    for home in HOMES:
        alone = Register("seed", (home,), COUNTRIES, 30, 600)
        orders = list(drawn(alone, home, range(10), 10))
        assert {buyer.country for _, buyer, _, _ in orders} == {home}
        assert home not in {seller.country for _, _, seller, _ in orders}


def what_nobody_trades_honestly_is_taken_up_by_no_honest_seller() -> None:
    one, rng = Register("seed", ("GH",), COUNTRIES, DAYS, 600), chance()
    pistols = BY_HS["930200"]
    ring = one.found(rng, "GH", "buyer", -30, goods=(pistols,))
    assert ring.partners == []
    for _ in range(50):
        one.draw_partner(rng, ring, 5)
    sellers = chain.from_iterable(one.sellers(code) for code in COUNTRIES)
    assert not any(pistols in seller.goods for seller in sellers)

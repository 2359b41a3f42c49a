"""Check the table of goods: headings, wordings, decoys, remedies, origins, prices."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import Amount, Classification, Commodity, Declaration, GoodsItem, GoodsShipment, Measure
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate import Checker
from tidewaiter.world.geography import COUNTRIES, HOMES
from tidewaiter.world.goods import BY_HS, GOODS, REMEDY_RATE, of_origin, price, wanted
from tidewaiter.world.model import Good

CHECKER = Checker(
    Codes(),
    today=date(2026, 1, 5),
    settings=Settings(),
    only={"XFD-003", "XFD-004", "XFD-006", "ARI-006", "COD-011"},
)
DATA = Path(__file__).parents[4] / "shared" / "data"
SENSITIVE = {"", "drugs", "precursor", "weapons", "species", "waste", "dual-use", "medicine", "excise"}
"""What `Good.sensitive` may say."""

EXPORTED = {
    "GH": "180100 710812 080132",
    "BF": "520100 710812 120740",
    "NL": "060319 060110 210390",
    "AE": "760110 711319 390120",
    "VN": "090111 100630 640411",
    "BR": "120190 170114 020714",
    "TR": "570242 721420 620342",
    "MA": "251010 310520 160413",
    "CI": "180100 400122 080131",
    "ZA": "080510 220421 720241",
}


def findings(good: Good, wording: str, dollars: float = 0.0) -> set[tuple[str, str]]:
    """Return rule and code of what is found in the words, the heading and the price of a line of goods."""
    item = GoodsItem(
        sequence=1,
        commodity=Commodity(
            description=wording,
            classifications=(Classification(id=good.hs, type="HS"),),
            net_mass=Measure(value=Decimal(100), unit="KGM"),
        ),
        customs_value=Amount(value=Decimal(str(round(100 * (dollars or good.price), 2))), currency="USD"),
    )
    record = Declaration(goods_shipment=GoodsShipment(items=(item,)))
    return {(one.rule, one.code) for one in CHECKER.check(record)}


HONEST = tuple(good for good in GOODS if good.trade)


def the_table_covers_the_nomenclature() -> None:
    assert len(HONEST) >= 320
    assert len({good.hs[:2] for good in HONEST}) >= 85
    assert len(BY_HS) == len(GOODS)
    assert [good.hs for good in GOODS] == sorted(BY_HS)


def every_heading_is_one_of_the_harmonized_system() -> None:
    path = DATA / "hs" / "harmonized-system.csv"
    if not path.exists():
        pytest.skip("the list of the Harmonized System is not beside the repository")
    with path.open(encoding="utf-8") as table:
        known = {row["hscode"] for row in csv.DictReader(table) if row["level"] == "6"}
    assert {good.hs for good in GOODS} - known == set()


def every_good_has_plausible_figures() -> None:
    packs, units = Codes().members("package"), Codes().members("unit")
    for good in GOODS:
        assert good.duty in {0, 5, 10, 20, 35}, good.hs
        assert 0.01 < good.price < 1_000_000, good.hs
        assert 0.05 <= good.spread <= 1.5, good.hs
        assert good.mass > 0 < good.pack_mass, good.hs
        assert good.pack in packs, good.hs
        assert (good.unit in units and good.unit_mass > 0) if good.unit else not good.unit_mass, good.hs
        assert 0 <= good.season <= 12, good.hs
        assert good.sensitive in SENSITIVE, good.hs


def every_origin_is_a_country_of_the_world_and_shares_add_up_to_one() -> None:
    for good in GOODS:
        countries = [country for country, _ in good.origins]
        assert len(set(countries)) == len(countries), good.hs
        assert set(countries) <= COUNTRIES.keys(), good.hs
        assert sum(share for _, share in good.origins) == pytest.approx(1.0), good.hs
        assert set(good.remedy) <= set(countries), good.hs


def no_fair_wording_is_found_fault_with() -> None:
    for good in HONEST:
        assert 2 <= len(good.wordings) <= 5, good.hs
        assert len(set(good.wordings)) == len(good.wordings), good.hs
        for wording in good.wordings:
            assert findings(good, wording) == set(), (good.hs, wording)


def every_vague_wording_is_found_to_be_vague() -> None:
    for good in GOODS:
        assert 1 <= len(good.vague) <= 2, good.hs
        for wording in good.vague:
            assert ("XFD-004", "generic") in findings(good, wording), (good.hs, wording)


def no_price_however_good_or_bad_is_beyond_belief() -> None:
    for good in HONEST:
        for times in (0.02, 50.0):
            assert findings(good, good.wordings[0], good.price * times) == set(), good.hs


def every_decoy_is_at_a_lower_rate_and_costs_about_as_much() -> None:
    decoyed = [good for good in GOODS if good.decoys]
    assert len(decoyed) > 100
    for good in decoyed:
        for hs in good.decoys:
            other = BY_HS[hs]
            assert other.duty < good.duty, (good.hs, hs)
            assert 1 / 3 <= other.price / good.price <= 3, (good.hs, hs)
            assert other.trade, (good.hs, hs)


def the_trades_that_pay_remedies_are_there() -> None:
    remedied = {good.hs[:4] for good in GOODS if good.remedy}
    assert {"6907", "4011", "0703", "7604", "8541", "7214", "7210"} <= remedied
    assert REMEDY_RATE == 30


def what_is_controlled_is_of_every_kind() -> None:
    kinds = Counter(good.sensitive for good in HONEST)
    assert min(kinds[kind] for kind in ("precursor", "species", "waste", "dual-use", "medicine", "excise")) >= 2
    assert BY_HS["240220"].sensitive == "excise"
    assert BY_HS["291524"].sensitive == "precursor"
    assert BY_HS["930200"].trade == 0


@pytest.mark.parametrize("home", HOMES)
def every_home_exports_what_it_really_exports(home: str) -> None:
    exports = of_origin(home)
    assert sum(share for _, share in exports) == pytest.approx(1.0)
    assert set(EXPORTED[home].split()) <= {good.hs for good, _ in exports}
    assert len(exports) >= 15


def what_is_wanted_is_honest_and_adds_up_to_one() -> None:
    assert sum(share for _, share in wanted()) == pytest.approx(1.0)
    assert all(good.trade for good, _ in wanted())
    assert len(wanted()) == len(HONEST)
    assert of_origin("XX") == ()


def the_chapters_resemble_what_a_country_really_declares() -> None:
    path = DATA / "customs-declarations-kcs" / "df_syn_train_eng.csv"
    if not path.exists():
        pytest.skip("the Korean declarations are not beside the repository")
    with path.open(encoding="utf-8") as table:
        theirs = Counter(row["HS6 Code"].zfill(6)[:2] for row in csv.DictReader(table))
    ours: Counter[str] = Counter()
    for good, share in wanted():
        ours[good.hs[:2]] += share  # type: ignore[assignment]  # a counter of shares
    count = theirs.total()
    assert sum(abs(ours[chapter] - theirs[chapter] / count) for chapter in ours | theirs) / 2 < 0.25


def a_price_depends_on_origin_within_a_fifth_and_moves_slowly() -> None:
    for good in GOODS:
        for origin, _ in good.origins:
            assert 0.55 * good.price < price(good, origin, 0) < 1.5 * good.price, (good.hs, origin)
        origin = good.origins[0][0]
        year = [price(good, origin, day) for day in range(-50, 366)]
        assert max(abs(after / before - 1) for before, after in pairwise(year)) < 0.02, good.hs
        assert max(year) / min(year) < 1.6, good.hs
    ratios = [price(good, "CN", 40) / price(good, "DE", 40) for good in GOODS]
    assert max(ratios) <= 1.2 / 0.8
    assert min(ratios) >= 0.8 / 1.2
    assert len({round(one, 6) for one in ratios}) > len(GOODS) * 0.9


def a_few_commodities_swing_and_most_goods_hardly_move() -> None:
    def moved(hs: str) -> float:
        year = [price(BY_HS[hs], "CN", day) for day in range(365)]
        return max(year) / min(year)

    assert moved("180100") > 1.15
    assert moved("830140") < 1.12

"""Check the checker: clean and hard records, limits, personal data, amendments, severities."""

from __future__ import annotations

import json
import random
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import (
    KINDS,
    AnyRecord,
    Classification,
    Commodity,
    Declaration,
    GoodsItem,
    GoodsShipment,
    personal_paths,
)
from tidewaiter.kernel.records.kinds import encode
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate import Checker, Finding
from tidewaiter.stages.validate.rule import FAILED, Rule

Make = Callable[..., AnyRecord]
TODAY = date(2021, 7, 1)
KINDS_OF_BASE = ("declaration", "cargo", "transit", "event", "journey", "outcome", "intelligence")


def _codes(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(one.rule, one.code, one.severity) for one in findings]


@pytest.mark.parametrize("base", KINDS_OF_BASE)
def a_clean_record_has_no_finding(base: str, make: Make, checker: Checker, bare: Checker) -> None:
    assert _codes(checker.check(make(base))) == []
    assert _codes(bare.check(make(base))) == []


HARD_WORDS = """
discharge NL ZZ nl KGM EUR IMO MMSI VAT EORI LEI HS 1 4 9 CNSHA NLRTM CNSGH 010121 10121 77 ²²²²²² CSQU3054383 T1
740 741 actual
house border AMS CN23 21NL00039612345678 02012345675 RB123456785GB NL٣٣٣٣ IMO٣٣٣٣٣٣٣ 9074729 CHE-123.456.788
NL4495445B01 IN123 IS1 OR12 {value} 1.1D 0336 importer @b.example 213800KUD8LAJWSQ9D15
"""
HARD_TEXTS = ["", " ", "x" * 600, "\x00\n", "\ud800", "lithium ion cells", "goods"]
HARD_TEXTS += ["a@b.example", "passport no A1234567"]
HARD: dict[Any, list[Any]] = {
    str: [*HARD_WORDS.split(), *HARD_TEXTS],
    Decimal: [
        *(Decimal(text) for text in ("NaN", "sNaN", "Infinity", "-0", "1E+999999", "1E-999999", "-1", "0", "12.5")),
        *(Decimal("9" * 60), Decimal("0E+999999"), Decimal("1E-31"), Decimal(1000)),
    ],
    datetime: [
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        *(datetime.max, datetime.min, datetime(2021, 6, 1), datetime(2021, 6, 1, tzinfo=UTC)),  # noqa: DTZ001, DTZ901 - moments without offset are what is tried
    ],
    date: [date.min, date.max, date(2021, 6, 1)],
    bool: [True, False],
    int: [-(10**30), -1, 0, 1, 10**30],
    float: [float("nan"), float("inf"), -91.0, 0.0, 180.0],
}
"""Type of a field → values that are hard on rules."""


def _hard(kind: type[msgspec.Struct], dice: random.Random, depth: int = 6) -> Any:
    """Return a part with about half its fields set to hard values."""
    hints = typing.get_type_hints(kind)
    return kind(**{name: _value(hints[name], dice, depth) for name in kind.__struct_fields__ if dice.random() < 0.7})


def _value(hint: Any, dice: random.Random, depth: int) -> Any:
    """Return a hard value of a type."""
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return _value(typing.get_args(hint)[0], dice, depth)
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_value(inner, dice, depth) for _ in range(dice.randrange(3) if depth else 0))
    if hint in HARD:
        return dice.choice(HARD[hint])
    return _hard(hint, dice, depth - 1)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.__name__)
@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32))
def no_record_makes_a_rule_fail(kind: type[AnyRecord], seed: int, checker: Checker, bare: Checker) -> None:
    record = _hard(kind, random.Random(seed))  # noqa: S311 - not for secrets
    for one in (checker, bare):
        for finding in one.check(record):
            assert finding.code != FAILED, finding
            assert finding.path is not None
            assert finding.path == "" or finding.path.startswith("/")
            msgspec.json.encode(finding)


def a_rule_that_fails_is_a_warning_and_the_others_still_speak(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Rule, *_: object) -> None:
        message = "the rule is broken"
        raise RuntimeError(message)

    target = next(rule for rule in _rules() if rule.id == "ARI-001")
    monkeypatch.setattr(target, "look", fail)
    checker = Checker(Codes(), today=TODAY, settings=Settings())
    found = _codes(checker.check(make("declaration", {"goodsShipment/items/0/origin": "ZZ"})))
    assert ("ARI-001", FAILED, "warning") in found
    assert ("COD-001", "unknown", "error") in found


def _rules() -> tuple[type[Rule], ...]:
    from tidewaiter.stages.validate import RULES  # noqa: PLC0415 - kept beside its one use

    return RULES


def every_path_of_a_finding_leads_into_the_record(make: Make, bare: Checker) -> None:
    record = make(
        "declaration",
        {
            "goodsShipment/items/0/origin": "ZZ",
            "goodsShipment/items/0/commodity/netMass/value": "111",
            "goodsShipment/consignment/equipment/0/id": "CSQU3054384",
            "parties/0/address/country": "QM",
            "goodsShipment/exportCountry": "??",
        },
    )
    data = json.loads(encode(record))
    findings = bare.check(record)
    assert len(findings) == 5
    for finding in findings:
        assert finding.path is not None
        spot: Any = data
        for step in finding.path.split("/")[1:]:
            spot = spot[int(step)] if isinstance(spot, list) else spot[step]


def the_message_is_the_law_and_what_was_found(make: Make, bare: Checker) -> None:
    finding = bare.check(make("declaration", {"goodsShipment/items/0/origin": "ZZ"}))[0]
    assert finding.message == (
        "A country is an ISO 3166-1 code in force on the day of the declaration: "
        f"ZZ is not in list country, edition {Codes().edition('country')}."
    )
    assert finding.params == {"value": "ZZ", "list": "country", "edition": Codes().edition("country")}


def a_country_of_a_traveller_is_of_three_letters_and_of_a_ship_of_two(make: Make, checker: Checker) -> None:
    traveller = {"familyName": "DOE", "address": {"line": "1 MAIN ST", "country": "NLD"}}
    assert _codes(checker.check(make("journey", {"travellers/0": traveller}))) == []
    (finding,) = checker.check(make("declaration", {"goodsShipment/items/0/origin": "NLD"}))
    assert finding.rule == "COD-001"


def a_report_of_an_arrival_alone_has_no_consignments(make: Make, checker: Checker) -> None:
    assert [one.code for one in checker.check(make("cargo", {"consignments": []}))] == ["no-consignments"]
    assert _codes(checker.check(make("cargo", {"consignments": [], "movement": "arrival"}))) == []


def no_more_findings_are_listed_than_the_limit_and_the_rest_are_counted(make: Make) -> None:
    checker = Checker(Codes(), today=TODAY, settings=Settings(faults_per_record_max=2))
    edits = {
        "goodsShipment/items/0/origin": "ZZ",
        "goodsShipment/exportCountry": "ZZ",
        "goodsShipment/destinationCountry": "ZZ",
    }
    findings = checker.check(make("declaration", edits))
    assert len(findings) == 3
    assert _codes(findings)[-1] == ("SYN-009", "too-many-findings", "error")
    assert findings[-1].params == {"count": 1, "errors": 1}
    only_warned = checker.check(make("declaration", {"goodsShipment/items/0/customsValue/value": "0"} | edits))
    assert only_warned[-1].severity == "error"


def a_personal_value_is_never_in_a_finding(make: Make, checker: Checker) -> None:
    secret = "Zq9secret"  # noqa: S105 - a marker, not a password
    assert "/travellers/*/familyName" in personal_paths(KINDS["Journey"])
    traveller = {
        "familyName": secret + "\x00" + "x" * 600,
        "nationality": secret,
        "sex": secret,
        "birthDate": "2035-01-01",
        "documents": [{"number": secret + "!", "type": secret * 9, "issued": "2036-01-01", "expires": "2035-01-01"}],
        "contact": {"email": secret + "@example.org", "phone": "+00 612 345678"},
        "birthPlace": {"code": secret, "country": secret},
    }
    findings = checker.check(make("journey", {"travellers/0": traveller}))
    assert {one.rule for one in findings} >= {"FMT-013", "DAT-001", "COD-001", "COD-007"}
    for finding in findings:
        said = msgspec.json.encode(finding).decode()
        assert secret not in said
        assert "2035" not in said
        assert "2036" not in said
    text = make(
        "declaration",
        {"goodsShipment/items/0/commodity/description": "Book for zq9secret@mail.example, tel. 31612345678"},
    )
    found = checker.check(text)
    assert [(one.rule, one.code) for one in found] == [("PRV-001", "email"), ("PRV-001", "phone")]
    assert "zq9secret" not in json.dumps([msgspec.to_builtins(one) for one in found])
    assert "612345678" not in json.dumps([msgspec.to_builtins(one) for one in found])


def _declared(code: str, day: str = "2021-06-01", edition: str | None = None) -> Declaration:
    goods = Commodity(classifications=(Classification(id=code, edition=edition),))
    item = GoodsItem(sequence=1, commodity=goods)
    return Declaration(lrn="1", accepted=datetime.fromisoformat(day), goods_shipment=GoodsShipment(items=(item,)))


@pytest.mark.parametrize(
    ("code", "edition", "expected"),
    [
        ("010121", None, []),
        ("10121", None, [("COD-011", "length", "error")]),
        ("101210", None, [("COD-012", "unknown", "error")]),
        ("854352", None, [("COD-012", "other-edition", "warning")]),
        ("854352", "2022", []),
        ("854081", "2022", [("COD-012", "other-edition", "warning")]),
        ("010121", "2012", [("COD-012", "not-loaded", "warning")]),
        ("99302400", None, [("COD-011", "national-chapter", "warning")]),
        ("000121", None, [("COD-011", "chapter", "error"), ("COD-012", "unknown", "error")]),
        ("0101.21", None, [("COD-011", "malformed", "error")]),
        ("0101", None, [("COD-011", "heading", "warning"), ("COD-012", "unknown", "error")]),
        ("", None, [("COD-011", "missing", "error")]),
    ],
)
def a_goods_code_is_judged_by_its_digits_and_edition(
    code: str, edition: str | None, expected: list[tuple[str, str, str]], checker: Checker
) -> None:
    found = [one for one in _codes(checker.check(_declared(code, edition=edition))) if one[0] in {"COD-011", "COD-012"}]
    assert found == expected


def a_lost_leading_zero_is_hinted_at(checker: Checker, bare: Checker) -> None:
    for one in (checker, bare):
        finding = next(found for found in one.check(_declared("10121")) if found.rule == "COD-011")
        assert "010121 exists: a spreadsheet may have dropped the leading zero." in finding.message


def no_hs_list_means_structure_and_chapter_only_and_says_so(bare: Checker) -> None:
    assert not [one for one in bare.check(_declared("999999")) if one.rule == "COD-012"]
    finding = next(one for one in bare.check(_declared("770101")) if one.rule == "COD-011")
    assert "No HS list is loaded" in finding.message


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({"goodsShipment/items/0/customsValue/value": "0"}, ("ARI-006", "zero-value", "warning")),
        ({"goodsShipment/items/0/customsValue/value": "-1"}, ("STR-005", "negative", "error")),
        ({"goodsShipment/items/0/commodity/netMass/value": "NaN"}, ("STR-005", "not-finite", "error")),
        ({"goodsShipment/items/0/commodity/netMass/value": "1E+40"}, ("STR-005", "vast", "error")),
        ({"goodsShipment/items/0/packaging/0/quantity": -1, "packages": None}, ("STR-005", "negative", "error")),
        ({"goodsShipment/items/0/sequence": 0}, ("STR-005", "sequence", "error")),
        ({"goodsShipment/items": []}, ("STR-003", "no-items", "error")),
        ({"parties": [], "goodsShipment/consignment/toOrder": None}, ("STR-003", "no-parties", "warning")),
        ({"goodsShipment/items/0/commodity": {"brand": "B"}}, ("STR-003", "no-goods", "error")),
        ({"goodsShipment/items/0/commodity/netMass/unit": "KQ"}, ("COD-003", "not-listed", "warning")),
        ({"goodsShipment/consignment/unloading/code": "NLQQQ"}, ("COD-007", "not-listed", "warning")),
        ({"goodsShipment/consignment/unloading/code": "ZZQQQ"}, ("COD-007", "country", "error")),
        ({"goodsShipment/tradeTerms/code": "XYZ"}, ("COD-006", "not-in-edition", "error")),
        ({"goodsShipment/tradeTerms": {"code": "XYZ"}}, ("COD-006", "unknown", "error")),
        ({"goodsShipment/consignment/equipment/0/id": "AKE12345BA"}, ("FMT-001", "shape", "warning")),
        ({"goodsShipment/consignment/equipment/0/sizeType": "4310"}, ("FMT-002", "old", "warning")),
        ({"goodsShipment/items/0/commodity/grossMass/value": "50"}, ("ARI-001", "net-above-gross", "error")),
        ({"grossMass/value": "300"}, ("ARI-002", "gross-below", "warning")),
        ({"goodsShipment/items/0/customsValue/value": "1E+13"}, ("ARI-006", "dear", "warning")),
        ({"accepted": "2021-05-20T00:00:00Z"}, ("DAT-001", "order", "error")),
        ({"accepted": "2021-10-20T00:00:00Z"}, ("DAT-003", "late", "warning")),
    ],
)
def a_record_is_judged_as_an_administration_would(
    edits: dict[str, Any], expected: tuple[str, str, str], make: Make, bare: Checker
) -> None:
    assert expected in _codes(bare.check(make("declaration", edits)))


@pytest.mark.parametrize(
    ("issued", "accepted", "wrong"),
    [
        ("2021-06-01T10:00:00Z", "2021-06-01T00:00:00Z", False),
        ("2021-06-01T10:00:00Z", "2021-06-01T09:59:59Z", True),
        ("2021-06-01T10:00:00Z", "2021-05-31T00:00:00Z", True),
        ("2021-06-01T00:00:00", "2021-05-31T00:00:00", False),
        ("2021-06-01T00:00:00", "2021-05-30T00:00:00", True),
        ("2021-06-01T10:00:00+09:00", "2021-06-01T02:00:00Z", False),
    ],
)
def a_midnight_stands_for_its_day_and_a_time_without_offset_for_a_day_around(
    issued: str, accepted: str, *, wrong: bool, make: Make, bare: Checker
) -> None:
    found = _codes(bare.check(make("declaration", {"issued": issued, "accepted": accepted})))
    assert (("DAT-001", "order", "error") in found) is wrong


def an_absent_description_is_not_held_against_goods_that_have_a_code(make: Make, bare: Checker) -> None:
    assert bare.check(make("declaration", {"goodsShipment/items/0/commodity/description": None})) == ()


def a_light_article_counted_by_the_piece_may_weigh_nothing(make: Make, bare: Checker) -> None:
    path = "goodsShipment/items/0/commodity"
    light = {f"{path}/netMass/value": "0"}
    assert _codes(bare.check(make("declaration", light))) == []
    alone = bare.check(make("declaration", light | {f"{path}/tariffQuantity": None}))
    assert _codes(alone) == [("ARI-001", "zero-net", "warning")]


def a_national_reference_of_another_form_is_no_finding(make: Make, bare: Checker) -> None:
    edits = {
        "mrn": "KR-2021-000017",
        "lrn": "41256141",
        "office": "40",
        "parties/0": {"role": "importer", "id": "Y3OM027"},
    }
    assert bare.check(make("declaration", edits)) == ()


def a_seaport_alias_is_hinted_at(make: Make, bare: Checker) -> None:
    found = bare.check(make("declaration", {"goodsShipment/consignment/loading/code": "CNSHA"}))
    assert "CNSGH is probably meant." in found[0].message


def an_amendment_without_a_known_record_is_an_error(make: Make, checker: Checker) -> None:
    assert checker.check_amendment(make("declaration"), None) == ()
    for function in ("1", "4", "5"):
        found = checker.check_amendment(make("declaration", {"function": function}), None)
        assert _codes(found) == [("XDO-003", "unknown", "error")]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({}, {}, []),
        ({}, {"packages": 11}, ["second-original"]),
        ({}, {"packages": 11, "function": "4"}, []),
        ({"mrn": None}, {"function": "4"}, []),
        ({}, {"function": "5", "lrn": "OTHER"}, ["identity"]),
        ({}, {"function": "4", "mrn": "21NL00039612345670"}, ["identity"]),
        ({"function": "1"}, {"function": "4"}, ["cancelled"]),
        ({"mrn": None}, {"mrn": None, "function": "4", "parties/1/id": "DE1"}, ["identity"]),
    ],
)
def an_amendment_keeps_identity_and_order(
    before: dict[str, Any], now: dict[str, Any], expected: list[str], make: Make, checker: Checker
) -> None:
    found = checker.check_amendment(make("declaration", now), make("declaration", before))
    assert [one.code for one in found] == expected
    assert {one.rule for one in found} <= {"XDO-003"}


def a_discharged_movement_is_closed(make: Make, checker: Checker) -> None:
    found = checker.check_amendment(make("transit", {"function": "4", "type": "T2"}), make("transit"))
    assert _codes(found) == [("XDO-003", "closed", "error")]


def a_version_of_another_kind_is_refused(make: Make, checker: Checker) -> None:
    found = checker.check_amendment(make("transit"), make("declaration"))
    assert _codes(found) == [("XDO-003", "other-kind", "error")]

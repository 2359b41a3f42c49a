"""Check the checker: clean records, hard records, faults, limits, personal data, amendments, severities."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
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
from tidewaiter.stages.receive import Fault, Place
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


def _hint_of(kind: type[msgspec.Struct], name: str) -> Any:
    return typing.get_type_hints(kind, include_extras=False)[name]


HARD_TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["NL", "ZZ", "nl", "", " ", "KGM", "EUR", "IMO", "MMSI", "VAT", "EORI", "LEI", "1", "4", "9", "CNSHA", "NLRTM"]
        + ["010121", "10121", "77", "²²²²²²", "CSQU3054383", "T1", "discharge", "21NL00039612345678", "740", "x" * 600]
        + ["a@b.cc", "NL٣٣٣٣", "CHE-123.456.788", "02012345675", "RB123456785GB", "house", "border", "AMS", "\x00\n"]
    ),
)
HARD_DECIMAL = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from(
        [Decimal(text) for text in ("sNaN", "-0", "1E+999999", "1E-999999", "-1", "0", "9" * 60, "0E+999999")]
    ),
)
MOMENTS = st.one_of(
    st.datetimes(timezones=st.one_of(st.none(), st.just(UTC), st.just(timezone(timedelta(hours=14))))),
    st.sampled_from([datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))]),
)


def _strategy(hint: Any, depth: int) -> st.SearchStrategy[Any]:
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _strategy(typing.get_args(hint)[0], depth)
    if origin in {typing.Union, types.UnionType}:
        inner = [_strategy(one, depth) for one in typing.get_args(hint) if one is not type(None)]
        return st.one_of(st.none(), *inner)
    if origin is tuple:
        most = 2 if depth else 0
        return st.lists(_strategy(typing.get_args(hint)[0], depth - 1), max_size=most).map(tuple)
    simple = {str: HARD_TEXT, Decimal: HARD_DECIMAL, datetime: MOMENTS, date: st.dates(), bool: st.booleans()}
    simple |= {int: st.integers(-(10**30), 10**30), float: st.floats()}
    if hint in simple:
        return simple[hint]
    return _struct(hint, depth - 1) if depth else st.none()


def _struct(kind: type[msgspec.Struct], depth: int = 5) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{name: _strategy(_hint_of(kind, name), depth) for name in kind.__struct_fields__})


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.__name__)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def no_record_makes_a_rule_fail(kind: type[AnyRecord], data: st.DataObject, checker: Checker, bare: Checker) -> None:
    record = data.draw(_struct(kind))
    for one in (checker, bare):
        for finding in one.check(record):
            assert finding.code != FAILED, finding
            assert "{" not in finding.message or "{" in str(finding.params)
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


def a_fault_keeps_its_place_and_a_code_that_nobody_listed_gets_a_sentence(make: Make, checker: Checker) -> None:
    place = Place(line=7, column="Net Mass")
    faults = (
        Fault(
            rule="STR-005", code="not-a-number", path="/grossMass", place=place, params={"expected": "a", "found": "b"}
        ),
        Fault(rule="SYN-099", code="never-heard-of", params={"depth": 3}),
        Fault(rule="SYN-007", code="some-oddity"),
        Fault(rule="XXX", code=""),
    )
    findings = checker.check(make("declaration"), faults)
    assert [one.severity for one in findings] == ["error", "error", "warning", "error"]
    assert findings[0].place == place
    assert findings[0].message.endswith(": Expected a, found b.")
    assert findings[1].message == "The source is read as it was meant: never heard of (depth 3)."
    assert findings[1].standard is None
    assert findings[3].message.endswith("something is wrong.")


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
        "contact": {"email": secret + "@example.org", "phone": "+31 6 12345678"},
    }
    findings = checker.check(make("journey", {"travellers/0": traveller}))
    assert {one.rule for one in findings} >= {"FMT-013", "DAT-001"}
    for finding in findings:
        said = msgspec.json.encode(finding).decode()
        assert secret not in said
        assert "2035" not in said
        assert "2036" not in said
    text = make(
        "declaration", {"goodsShipment/items/0/commodity/description": "Book for zq9secret@example.org, +31 612345678"}
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

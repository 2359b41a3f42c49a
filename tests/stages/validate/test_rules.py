"""Show for every rule a record that keeps it, one that just breaks it, and one that nearly does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.validate import RULES, Checker, Finding, Rule

Make = Callable[..., AnyRecord]
IT = "goodsShipment/items/0"
GOODS = f"{IT}/commodity"
BOX = "goodsShipment/consignment/equipment/0"
MEANS = "goodsShipment/consignment/transportMeans/0"
SHIPMENT = "goodsShipment/consignment"
MEASURED = {"value": "1", "unit": "KGM"}


class Case(NamedTuple):
    """A base record; edits that keep the rule, break it (with code and path of the finding), nearly break it."""

    base: str
    keeps: dict[str, Any]
    breaks: dict[str, Any]
    code: str
    path: str
    nearly: dict[str, Any]


def _un(number: str, hazard: str, group: str | None = None) -> list[dict[str, str]]:
    return [{"unNumber": number, "hazardClass": hazard} | ({"packingGroup": group} if group else {})]


CASES: dict[str, Case] = {
    "STR-003": Case("declaration", {}, {"lrn": "X" * 23}, "too-long", "/lrn", {"lrn": "X" * 22}),
    "STR-005": Case(
        "declaration",
        {},
        {f"{GOODS}/netMass/value": "-1"},
        "negative",
        f"/{GOODS}/netMass/value",
        {f"{GOODS}/netMass/value": "0.000"},
    ),
    "COD-001": Case("declaration", {}, {f"{IT}/origin": "ZZ"}, "unknown", f"/{IT}/origin", {f"{IT}/origin": "XI"}),
    "COD-002": Case(
        "declaration",
        {},
        {f"{IT}/customsValue/currency": "DEM"},
        "not-in-force",
        f"/{IT}/customsValue/currency",
        {f"{IT}/customsValue/currency": "HRK"},
    ),
    "COD-003": Case(
        "declaration",
        {},
        {f"{GOODS}/tariffQuantity/unit": "piece"},
        "unknown",
        f"/{GOODS}/tariffQuantity/unit",
        {f"{GOODS}/tariffQuantity/unit": "H87"},
    ),
    "COD-004": Case(
        "declaration",
        {},
        {f"{IT}/packaging/0/type": "BOXES"},
        "unknown",
        f"/{IT}/packaging/0/type",
        {f"{IT}/packaging/0/type": "BX"},
    ),
    "COD-005": Case(
        "cargo", {}, {"transportMeans/mode": "10"}, "unknown", "/transportMeans/mode", {"transportMeans/mode": "0"}
    ),
    "COD-006": Case(
        "declaration",
        {},
        {"goodsShipment/tradeTerms": {"code": "DAT", "edition": "2020"}},
        "not-in-edition",
        "/goodsShipment/tradeTerms/code",
        {"goodsShipment/tradeTerms": {"code": "DAT", "edition": "2010"}},
    ),
    "COD-007": Case(
        "declaration",
        {},
        {f"{SHIPMENT}/unloading/code": "NL-RTM"},
        "malformed",
        f"/{SHIPMENT}/unloading/code",
        {f"{SHIPMENT}/unloading/code": "NLAMS"},
    ),
    "COD-008": Case(
        "declaration",
        {},
        {f"{SHIPMENT}/loading/code": "CNSHA"},
        "function",
        f"/{SHIPMENT}/loading/code",
        {f"{SHIPMENT}/loading/code": "CNSHA", f"{MEANS}/mode": "4"},
    ),
    "COD-009": Case(
        "declaration",
        {},
        {f"{SHIPMENT}/unloading/country": "BE"},
        "other-country",
        f"/{SHIPMENT}/unloading/country",
        {f"{SHIPMENT}/unloading": {"code": "GBBEL", "country": "XI"}},
    ),
    "COD-010": Case("event", {}, {"latitude": -51.95}, "far", "/latitude", {"latitude": 51.2}),
    "COD-011": Case(
        "declaration",
        {},
        {f"{GOODS}/classifications/0/id": "770510"},
        "chapter",
        f"/{GOODS}/classifications/0/id",
        {f"{GOODS}/classifications/0/id": "7705", f"{GOODS}/classifications/0/type": "GN"},
    ),
    "COD-012": Case(
        "declaration",
        {},
        {f"{GOODS}/classifications/0/id": "610599"},
        "unknown",
        f"/{GOODS}/classifications/0/id",
        {f"{GOODS}/classifications/0/id": "6105109900"},
    ),
    "COD-013": Case(
        "journey",
        {},
        {"itinerary/0/origin/code": "QQQ"},
        "unknown",
        "/itinerary/0/origin/code",
        {"itinerary/0/origin/code": "LON"},
    ),
    "COD-014": Case(
        "declaration",
        {f"{GOODS}/dangerousGoods": _un("1263", "3", "II")},
        {f"{GOODS}/dangerousGoods": _un("1263", "3.9", "II")},
        "class",
        f"/{GOODS}/dangerousGoods/0/hazardClass",
        {f"{GOODS}/dangerousGoods": _un("0336", "1.4G")},
    ),
    "COD-015": Case("declaration", {}, {"function": "3"}, "unknown", "/function", {"function": "5"}),
    "FMT-001": Case(
        "declaration", {}, {f"{BOX}/id": "CSQU3054384"}, "check-digit", f"/{BOX}/id", {f"{BOX}/id": "MSKU9070323"}
    ),
    "FMT-002": Case(
        "declaration", {}, {f"{BOX}/sizeType": "99ZZ"}, "shape", f"/{BOX}/sizeType", {f"{BOX}/sizeType": "L5R1"}
    ),
    "FMT-003": Case(
        "declaration", {}, {f"{MEANS}/id": "9074720"}, "check-digit", f"/{MEANS}/id", {f"{MEANS}/id": "IMO9074729"}
    ),
    "FMT-004": Case(
        "cargo",
        {},
        {"transportMeans/id": "144670316"},
        "shape",
        "/transportMeans/id",
        {"transportMeans/id": "982441234"},
    ),
    "FMT-005": Case(
        "declaration", {}, {"mrn": "21NL00039612345670"}, "check-digit", "/mrn", {"mrn": "21JP00039612345670"}
    ),
    "FMT-006": Case("declaration", {}, {"lrn": "LRN\t1"}, "characters", "/lrn", {"lrn": "2021/07-1.A_b"}),
    "FMT-007": Case(
        "declaration", {}, {f"{IT}/ucr": "1CN" + "X" * 33}, "too-long", f"/{IT}/ucr", {f"{IT}/ucr": "1CN" + "X" * 32}
    ),
    "FMT-008": Case("declaration", {}, {"parties/1/id": "NL-1"}, "shape", "/parties/1/id", {"parties/1/id": "XI1"}),
    "FMT-009": Case(
        "declaration",
        {},
        {"parties/0/id": "NL4495446B01"},
        "check-digit",
        "/parties/0/id",
        {"parties/0/id": "ZW1234567"},
    ),
    "FMT-010": Case(
        "declaration",
        {},
        {"parties/2/id": "213800KUD8LAJWSQ9D16"},
        "check-digit",
        "/parties/2/id",
        {"parties/2/id": "213800KUD8LAJWSQ9D16", "parties/2/scheme": "NATIONAL"},
    ),
    "FMT-011": Case(
        "declaration",
        {},
        {f"{GOODS}/gtin": "4006381333932"},
        "check-digit",
        f"/{GOODS}/gtin",
        {f"{GOODS}/gtin": "96385074"},
    ),
    "FMT-012": Case(
        "declaration",
        {},
        {f"{SHIPMENT}/transportDocument/number": "020-12345674"},
        "check-digit",
        f"/{SHIPMENT}/transportDocument/number",
        {f"{SHIPMENT}/transportDocument": {"type": "705", "number": "02012345674"}},
    ),
    "FMT-013": Case(
        "journey",
        {},
        {"travellers/0/documents/0/number": "nxb 12"},
        "number",
        "/travellers/0/documents/0/number",
        {"travellers/0/documents/0/number": "D23145890<<<"},
    ),
    "FMT-014": Case(
        "transit",
        {},
        {"destinationOffice": "DE999999"},
        "unknown",
        "/destinationOffice",
        {"destinationOffice": "NL000396"},
    ),
    "ARI-001": Case(
        "declaration",
        {},
        {f"{GOODS}/netMass/value": "110.001"},
        "net-above-gross",
        f"/{GOODS}/netMass/value",
        {f"{GOODS}/netMass/value": "110"},
    ),
    "ARI-002": Case(
        "declaration", {}, {"grossMass/value": "100"}, "gross-above", "/grossMass/value", {"grossMass/value": "109"}
    ),
    "ARI-003": Case("declaration", {}, {"itemCount": 2}, "count", "/itemCount", {"itemCount": None}),
    "ARI-004": Case(
        "declaration", {}, {"packages": 9}, "sum", "/packages", {"packages": 9, f"{IT}/packaging/0/type": "VR"}
    ),
    "ARI-005": Case(
        "declaration",
        {},
        {"invoiceAmount/value": "1950", "goodsShipment/invoices": []},
        "items",
        "/invoiceAmount/value",
        {"invoiceAmount/value": "1910"},
    ),
    "ARI-006": Case(
        "declaration",
        {},
        {f"{IT}/customsValue/value": "0"},
        "zero-value",
        f"/{IT}/customsValue/value",
        {f"{IT}/customsValue/value": "0.02"},
    ),
    "ARI-007": Case(
        "declaration",
        {},
        {f"{IT}/dutyTaxes/0/assessed/value": "238"},
        "product",
        f"/{IT}/dutyTaxes/0/assessed/value",
        {f"{IT}/dutyTaxes/0/assessed/value": "239"},
    ),
    "ARI-008": Case(
        "declaration",
        {},
        {f"{BOX}/verifiedGrossMass/value": "2190"},
        "below",
        f"/{BOX}/verifiedGrossMass/value",
        {f"{BOX}/verifiedGrossMass/value": "2200"},
    ),
    "DAT-001": Case(
        "declaration",
        {},
        {"issued": "2021-08-01T00:00:00Z", "accepted": None},
        "future",
        "/issued",
        {"issued": "2021-07-31T00:00:00Z", "accepted": None},
    ),
    "DAT-002": Case(
        "declaration",
        {},
        {f"{SHIPMENT}/unloading/at": "2021-05-05T00:00:00Z"},
        "speed",
        f"/{SHIPMENT}/unloading",
        {f"{SHIPMENT}/unloading/at": "2021-05-10T00:00:00Z"},
    ),
    "DAT-003": Case(
        "declaration",
        {},
        {f"{IT}/documents/0/expires": "2021-06-01"},
        "expired",
        f"/{IT}/documents/0/expires",
        {f"{IT}/documents/0/expires": "2021-06-02"},
    ),
    "XFD-001": Case(
        "declaration",
        {},
        {f"{SHIPMENT}/containerIndicator": False},
        "not-said",
        f"/{SHIPMENT}/containerIndicator",
        {f"{SHIPMENT}/containerIndicator": False, f"{BOX}/id": "TRAILER7"},
    ),
    "XFD-002": Case("declaration", {}, {f"{MEANS}/mode": "4"}, "mismatch", f"/{MEANS}/idType", {f"{MEANS}/mode": "8"}),
    "XFD-003": Case(
        "declaration",
        {},
        {f"{GOODS}/description": "Lithium-ion batteries for telephones"},
        "not-declared",
        f"/{GOODS}/description",
        {f"{GOODS}/description": "Housings for lithium paperweights"},
    ),
    "XFD-004": Case(
        "declaration",
        {},
        {f"{GOODS}/description": "Assorted PARTS, of machines"},
        "generic",
        f"/{GOODS}/description",
        {f"{GOODS}/description": "Parts of sewing machines"},
    ),
    "XFD-005": Case(
        "cargo",
        {},
        {"consignments/0/parties": []},
        "no-notify",
        "/consignments/0",
        {"consignments/0/parties": [], "consignments/0/toOrder": False},
    ),
    "XFD-006": Case(
        "declaration",
        {},
        {f"{GOODS}/classifications/0/id": "930400", f"{IT}/documents": []},
        "none",
        f"/{GOODS}/classifications/0/id",
        {f"{GOODS}/classifications/0/id": "930400"},
    ),
    "XDO-002": Case(
        "transit", {}, {"steps/2/seals/0/id": "S3"}, "other", "/steps/2/seals/0/id", {"steps/2/seals/0/id": "S1"}
    ),
    "XDO-004": Case("transit", {}, {"steps/2/type": "discharge"}, "twice", "/steps", {"steps/3/type": "unloading"}),
    "PRV-001": Case(
        "declaration",
        {},
        {f"{GOODS}/description": "Gift for jan.jansen@example.org"},
        "email",
        f"/{GOODS}/description",
        {f"{GOODS}/description": "Shirts @ 4.75 each, article 0031612345678"},
    ),
}
"""Rule id → its cases. XFD-001's and COD-008's other codes, and all of XDO-003, stand in test_checker."""

LAWS = {rule.law: rule for rule in RULES if rule.id in CASES}


def _of(rule: type[Rule], findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if one.rule == rule.id]


def every_rule_has_its_cases() -> None:
    worded = {"SYN-002", "SYN-003", "SYN-007", "SYN-009", "SYN-010", "STR-006"}  # test_faults
    apart = {"XDO-001", "XDO-003"}  # test_consignments, test_checker
    assert set(CASES) | worded | apart == {rule.id for rule in RULES}
    assert not set(CASES) & worded


@pytest.mark.parametrize("law", LAWS, ids=str)
def a_record_that_keeps_it_has_no_finding(law: str, make: Make, checker: Checker) -> None:
    case = CASES[LAWS[law].id]
    assert _of(LAWS[law], checker.check(make(case.base, case.keeps))) == []


@pytest.mark.parametrize("law", LAWS, ids=str)
def a_record_that_breaks_it_has_the_finding(law: str, make: Make, checker: Checker) -> None:
    rule, case = LAWS[law], CASES[LAWS[law].id]
    found = _of(rule, checker.check(make(case.base, case.breaks)))
    assert [(one.code, one.path) for one in found] == [(case.code, case.path)]
    assert found[0].severity == rule.severity_of(case.code)
    assert found[0].level == rule.level
    assert found[0].message.startswith(law.removesuffix(".") + ": ")
    assert "{" not in found[0].message
    assert found[0].standard == rule.standard


@pytest.mark.parametrize("law", LAWS, ids=str)
def a_record_that_nearly_breaks_it_has_no_finding(law: str, make: Make, checker: Checker) -> None:
    case = CASES[LAWS[law].id]
    assert _of(LAWS[law], checker.check(make(case.base, case.nearly))) == []


def every_law_is_one_sentence_that_ends_in_a_full_stop() -> None:
    assert len({rule.law for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.law.endswith(".")
        assert len(rule.law) <= 120
        assert rule.severity in {"error", "warning"}
        assert rule.warns <= set(rule.cases)
        assert rule.standard

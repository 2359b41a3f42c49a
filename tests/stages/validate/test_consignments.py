"""Show what of a declaration and a cargo report of one consignment is held against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.validate import Checker, transport_documents

Make = Callable[..., AnyRecord]
ONE = "consignments/0"
SHIPMENT = "goodsShipment/consignment"
BILL = {"type": "705", "number": "HLCU-HAM 123456"}


def _codes(checker: Checker, record: AnyRecord, *others: AnyRecord) -> list[tuple[str, str | None]]:
    found = checker.check_together(record, others)
    assert {one.rule for one in found} <= {"XDO-001"}
    assert {one.severity for one in found} <= {"warning"}
    return [(one.code, one.path) for one in found]


def a_declaration_that_agrees_with_its_cargo_report_has_no_finding(make: Make, checker: Checker) -> None:
    assert _codes(checker, make("declaration"), make("cargo")) == []
    assert _codes(checker, make("cargo"), make("declaration")) == []


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({f"{ONE}/packages": 12}, [("packages", "/packages")]),
        ({f"{ONE}/grossMass/value": "112"}, [("mass", "/grossMass/value")]),
        ({f"{ONE}/grossMass/value": "111.1"}, []),
        ({f"{ONE}/grossMass/unit": "TNE", f"{ONE}/grossMass/value": "0.11"}, []),
        ({f"{ONE}/grossMass": None, f"{ONE}/packages": None}, []),
        (
            {f"{ONE}/equipment/0/id": "MSKU0000011", f"{ONE}/items/0/equipment": None},
            [
                ("container", f"/{SHIPMENT}/equipment/0/id"),
                ("container-left-out", f"/{SHIPMENT}/equipment"),
            ],
        ),
        ({f"{ONE}/equipment": None, f"{ONE}/items/0/equipment": None}, []),
        (
            {f"{ONE}/items/0/commodity/classifications/0/id": "854081"},
            [("goods", "/goodsShipment/items/0/commodity/classifications/0/id")],
        ),
        ({f"{ONE}/items/0/commodity/classifications/0/id": "6105"}, []),
        ({f"{ONE}/items/0/commodity/classifications": None}, []),
        ({f"{ONE}/loading/code": "CNSHA"}, []),
        ({f"{ONE}/loading/code": "CNNGB"}, [("loading", f"/{SHIPMENT}/loading/code")]),
        ({f"{ONE}/unloading/code": "BEANR"}, [("unloading", f"/{SHIPMENT}/unloading/code")]),
        ({f"{ONE}/transportDocument/number": "020-99999995", f"{ONE}/packages": 99}, []),
        ({f"{ONE}/transportDocument/issuer": "LH", f"{ONE}/packages": 12}, [("packages", "/packages")]),
        ({"function": "1", f"{ONE}/packages": 99}, []),
    ],
)
def what_both_state_is_compared(
    edits: dict[str, Any], expected: list[tuple[str, str]], make: Make, checker: Checker
) -> None:
    assert _codes(checker, make("declaration"), make("cargo", edits)) == expected


def the_finding_lies_with_the_record_that_came_second(make: Make, checker: Checker) -> None:
    declaration = make(
        "declaration", {"packages": 12, "goodsShipment/items/0/commodity/classifications/0/id": "854081"}
    )
    assert _codes(checker, make("cargo"), declaration) == [
        ("packages", "/consignments/0/packages"),
        ("goods", "/consignments/0/items/0/commodity/classifications/0/id"),
    ]


def two_issuers_of_one_number_are_two_documents(make: Make, checker: Checker) -> None:
    declared = make("declaration", {f"{SHIPMENT}/transportDocument/issuer": "LH", "packages": 99})
    assert _codes(checker, declared, make("cargo", {f"{ONE}/transportDocument/issuer": "AF"})) == []
    assert _codes(checker, declared, make("cargo", {f"{ONE}/transportDocument/issuer": "L.H."})) != []


def two_declarations_of_one_consignment_may_share_it_but_not_exceed_it(make: Make, checker: Checker) -> None:
    half = {"packages": 5, "grossMass/value": "55"}
    first, second = make("declaration", {"mrn": None, "lrn": "A", **half}), make("declaration", half)
    assert _codes(checker, first, make("cargo")) == [("packages", "/packages"), ("mass", "/grossMass/value")]
    assert _codes(checker, second, first, make("cargo")) == []
    assert _codes(checker, make("cargo"), first, second) == []
    third = make("declaration", {"mrn": None, "lrn": "C", "packages": 1, "grossMass/value": "55"})
    assert _codes(checker, third, first, second, make("cargo")) == [
        ("packages", "/packages"),
        ("mass", "/grossMass/value"),
    ]
    assert _codes(checker, make("cargo"), third, first, second) == [
        ("packages", "/consignments/0/packages"),
        ("mass", "/consignments/0/grossMass/value"),
    ]


def a_report_of_some_of_the_documents_may_have_less_but_not_more(make: Make, checker: Checker) -> None:
    both = {"documents": [{"type": "N705", "number": "HLCUHAM123456"}]}
    assert _codes(checker, make("declaration", {**both, "packages": 30}), make("cargo")) == []
    assert _codes(checker, make("declaration", {**both, "packages": 3}), make("cargo")) == [("packages", "/packages")]
    rest = make("cargo", {"lrn": "C2", f"{ONE}/transportDocument": BILL, f"{ONE}/packages": 20})
    assert _codes(checker, make("declaration", {**both, "packages": 30}), make("cargo"), rest) == [
        ("mass", "/grossMass/value")
    ]


def a_master_consignment_does_not_count_beside_its_house_consignments(make: Make, checker: Checker) -> None:
    master = {"type": "741", "number": "020-12345675"}
    report: dict[str, Any] = {"consignments/1": {"transportDocument": BILL, "level": "house", "packages": 4}}
    report["consignments/1"]["masterDocument"] = master
    declared = {f"{SHIPMENT}/transportDocument": BILL, f"{SHIPMENT}/masterDocument": master, "packages": 4}
    assert _codes(checker, make("declaration", declared), make("cargo", report)) == []
    assert _codes(checker, make("declaration", {**declared, "packages": 5}), make("cargo", report)) == [
        ("packages", "/packages")
    ]


def the_goods_in_bulk_are_not_counted_in_packages(make: Make, checker: Checker) -> None:
    bulk = {"goodsShipment/items/0/packaging": [{"type": "VO"}], "packages": 1}
    assert _codes(checker, make("declaration", bulk), make("cargo")) == []


def a_heading_that_is_reported_and_not_declared_is_named(make: Make, checker: Checker) -> None:
    item = {"commodity": {"classifications": [{"id": "930400"}]}, "equipment": ["CSQU3054383"]}
    found = checker.check_together(make("declaration"), [make("cargo", {f"{ONE}/items/1": item})])
    assert [(one.code, one.params) for one in found] == [("goods-left-out", {"value": "9304"})]
    assert found[0].message.startswith("The cargo report and the declaration of one consignment agree")


def the_numbers_by_which_records_are_found_have_neither_blanks_nor_signs(make: Make) -> None:
    assert transport_documents(make("declaration")) == ("02012345675",)
    assert transport_documents(make("cargo", {f"{ONE}/transportDocument": BILL})) == ("HLCUHAM123456",)
    assert transport_documents(make("cargo", {f"{ONE}/transportDocument/number": "1234"})) == ()
    assert transport_documents(make("cargo", {f"{ONE}/transportDocument/number": "WAYBILL"})) == ()
    assert transport_documents(make("declaration", {f"{SHIPMENT}/transportDocument": None})) == ()
    assert transport_documents(make("event")) == ()


def every_number_however_vast_is_compared_without_a_fault(make: Make, checker: Checker) -> None:
    for value in ("1E+9999", "0", "-3", "1E+29"):
        checker.check_together(make("declaration"), [make("cargo", {f"{ONE}/grossMass/value": value})])
    found = checker.check_together(make("declaration", {"packages": 10**60}), [make("cargo")])
    assert [one.rule for one in found] == ["XDO-001"]

"""Show the way to a field in the sections of the WCO Data Model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tidewaiter.kernel.records import AnyRecord, Response, encode
from tidewaiter.stages.validate.cases import base_records
from tidewaiter.stages.validate.replies.sections import section_chain

Make = Callable[..., AnyRecord]

MORE = {
    "parties/0/contact": {"name": "A", "email": "a@b.example"},
    "goodsShipment/previousDocuments": [{"type": "705", "number": "1"}],
    "goodsShipment/consignment/equipment/0/seals": [{"id": "S1"}, {"id": "S2"}],
    "goodsShipment/consignment/parties": [{"role": "consignee"}, {"role": "notify"}, {"role": "consignor"}],
}


@pytest.mark.parametrize(
    ("pointer", "chain"),
    [
        ("", "42A"),
        ("/lrn", "42A.D026"),
        ("/goodsShipment/items/0/origin", "42A/67A/68A[1].063"),
        ("/goodsShipment/items/0/commodity/netMass/value", "42A/67A/68A[1]/23A.128"),
        ("/goodsShipment/items/0/commodity/classifications/0/id", "42A/67A/68A[1]/23A/21A[1].145"),
        ("/goodsShipment/items/0/documents/0/number", "42A/67A/68A[1]/02A[1].D005"),
        ("/goodsShipment/previousDocuments/0/number", "42A/67A/99A[1].D018"),
        ("/parties/0/id", "42A/74A[1].R038"),
        ("/parties/1/id", "42A/57B[1].R123"),
        ("/parties/0/contact/name", "42A/74A[1]/34A.246"),
        ("/parties/0/contact/email", "42A/74A[1]/25A.240"),
        ("/parties/0/address/country", "42A/74A[1]/04A.242"),
        ("/goodsShipment/consignment/transportMeans/0/id", "42A/67A/28A/15A[1].T006"),
        ("/goodsShipment/consignment/equipment/0/seals/1/id", "42A/67A/28A/31B[1]/44B[2].165"),
        ("/goodsShipment/consignment/parties/2/name", "42A/67A/28A/30A[1].R020"),
        ("/goodsShipment/consignment/loading/code", "42A/67A/28A/83A.L010"),
    ],
)
def the_way_leads_through_the_classes_to_the_element(pointer: str, chain: str, make: Make) -> None:
    assert section_chain(make("declaration", MORE), pointer) == chain


@pytest.mark.parametrize(
    ("pointer", "chain"),
    [
        ("/goodsShipment/consignment/equipment/0/sizeType", "42A/67A/28A/31B[1]"),
        ("/goodsShipment/consignment/parties/1/name", "42A/67A/28A"),
        ("/goodsShipment/consignment/unloading/code", "42A/67A/28A"),
        ("/goodsShipment/items", "42A/67A/68A"),
        ("/goodsShipment/items/7/origin", "42A/67A/68A"),
        ("/goodsShipment/items/-1/origin", "42A/67A/68A"),
        ("/goodsShipment/items/99999999999999999999/origin", "42A/67A/68A"),
        ("/nothing/of/this", "42A"),
        ("/lrn/deeper", "42A.D026"),
    ],
)
def what_the_model_does_not_have_ends_the_way(pointer: str, chain: str, make: Make) -> None:
    assert section_chain(make("declaration", MORE), pointer) == chain


def the_same_class_is_counted_by_its_own_kind(make: Make) -> None:
    parties = [{"role": role} for role in ("seller", "buyer", "seller")]
    record = make("declaration", {"parties": parties})
    ways = [section_chain(record, f"/parties/{index}/id") for index in range(3)]
    assert ways == ["42A/09B[1].R051", "42A/16A[1].R010", "42A/09B[2].R051"]


def a_cargo_report_and_a_response_have_their_own_beginning(make: Make) -> None:
    report = make("cargo")
    assert section_chain(report, "/transportMeans/id") == "42A/15A.T006"
    assert section_chain(report, "/consignments/0/items/0/origin") == "42A/28A[1]/29A[1].063"
    assert section_chain(Response(lrn="X"), "/lrn") == "07B.D026"


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Yield the pointer of every leaf of a record's JSON."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, f"{path}/{name}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from leaves(one, f"{path}/{index}")
    else:
        yield path


@pytest.mark.parametrize("base", base_records())
def every_leaf_of_every_kind_has_a_way(base: str, make: Make) -> None:
    record = make(base)
    for pointer in leaves(json.loads(encode(record))):
        chain = section_chain(record, pointer)
        assert re.fullmatch(r"42A(/[0-9]{2}[A-Z](\[[0-9]+\])?)*(\.[A-Z]?[0-9]{3})?", chain), (pointer, chain)

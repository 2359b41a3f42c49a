"""Name the fields that a good record of each kind has, and say how many of them a record fills."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

WANTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Declaration": (
            "mrn | lrn",
            "type",
            "issued | accepted",
            "office",
            "parties[role=importer|exporter]/id",
            "parties[role=declarant|agent]/id",
            "goodsShipment/exportCountry | goodsShipment/consignment/departureCountry",
            "goodsShipment/tradeTerms/code",
            "goodsShipment/consignment/transportDocument/number",
            "goodsShipment/consignment/transportMeans/*/mode",
            "goodsShipment/consignment/transportMeans/*/id",
            "grossMass/value | goodsShipment/consignment/grossMass/value",
            "packages | goodsShipment/consignment/packages | goodsShipment/items/*/packaging/*/quantity",
            "goodsShipment/items/*/commodity/description",
            "goodsShipment/items/*/commodity/classifications/*/id",
            "goodsShipment/items/*/commodity/netMass/value",
            "goodsShipment/items/*/origin",
            "goodsShipment/items/*/procedure",
            "goodsShipment/items/*/customsValue/value | goodsShipment/items/*/invoiceAmount/value",
        ),
        "CargoReport": (
            "reference | lrn",
            "issued",
            "office | call/code",
            "carrier/id | carrier/name",
            "transportMeans/id",
            "transportMeans/journey",
            "transportMeans/nationality",
            "consignments/*/transportDocument/number",
            "consignments/*/loading/code",
            "consignments/*/unloading/code",
            "consignments/*/parties[role=consignor]/name",
            "consignments/*/parties[role=consignee|notify]/name | consignments/*/toOrder",
            "consignments/*/grossMass/value",
            "consignments/*/packages | consignments/*/items/*/packaging/*/quantity",
            "consignments/*/items/*/commodity/description",
            "consignments/*/items/*/commodity/classifications/*/id",
        ),
        "TransitMovement": (
            "mrn | lrn",
            "type",
            "issued",
            "principal/id",
            "departureOffice",
            "destinationOffice",
            "guarantees/*/reference",
            "timeLimit",
            "consignment/departureCountry",
            "consignment/transportMeans/*/id",
            "consignment/grossMass/value",
            "consignment/items/*/commodity/description",
            "consignment/items/*/commodity/classifications/*/id",
            "consignment/items/*/packaging/*/quantity",
        ),
        "Event": (
            "id",
            "type",
            "code",
            "classifier",
            "at",
            "recorded",
            "place/code | latitude",
            "equipment | transportDocument | transportMeans/id",
            "source",
        ),
        "Journey": (
            "reference",
            "issued",
            "itinerary/*/number",
            "itinerary/*/origin/code",
            "itinerary/*/destination/code",
            "travellers/*/familyName",
            "travellers/*/givenNames",
            "travellers/*/birthDate",
            "travellers/*/nationality",
            "travellers/*/documents/*/number",
        ),
    }
)
"""Kind → fields that a good record has, as paths in its JSON: `*` stands for every element of a list, a condition in
brackets for those elements that meet it, and ` | ` for a choice, of which the fuller counts. Other kinds are not
measured."""

_STEP = re.compile(r"(?P<name>\w+)(?:\[(?P<key>\w+)=(?P<values>[\w|]+)\])?")
_NOTHING: tuple[Any, ...] = (None, "", [], {})


class Step(NamedTuple):
    """One step of a path: a member's name, every element (`*`), or the elements whose key has one of the values."""

    name: str
    key: str = ""
    values: frozenset[str] = frozenset()


@cache
def wanted_of(kind: str) -> tuple[tuple[str, tuple[tuple[Step, ...], ...]], ...]:
    """Return the wanted fields of a kind with the paths of their choices, ready to walk along."""
    return tuple(
        (field, tuple(tuple(map(_step, path.split("/"))) for path in field.split(" | ")))
        for field in WANTED.get(kind, ())
    )


def filled(kind: str, body: bytes) -> list[tuple[str, float]]:
    """Return (field, share of its places that are filled) of every wanted field of a record's JSON."""
    choices = wanted_of(kind)
    if not choices:
        return []
    record = msgspec.json.decode(body)
    return [(field, max(_share(record, path) for path in paths)) for field, paths in choices]


def _step(text: str) -> Step:
    """Read one step."""
    if text == "*":
        return Step("*")
    found = _STEP.fullmatch(text)
    assert found is not None  # noqa: S101 - our own table
    return Step(found["name"], found["key"] or "", frozenset((found["values"] or "").split("|")))


def _share(record: Any, path: tuple[Step, ...]) -> float:
    """Return the share of a path's places that are filled."""
    full, places = _count(record, path, 0)
    return full / places


def _count(node: Any, path: tuple[Step, ...], at: int) -> tuple[int, int]:
    """Return (places filled, places) of the rest of a path below a node; what is not there is one empty place."""
    while at < len(path):
        step = path[at]
        at += 1
        if step.name == "*":
            if not node:
                return 0, 1
            counts = [_count(one, path, at) for one in node]
            return sum(full for full, _ in counts), sum(places for _, places in counts)
        node = node.get(step.name)
        if node is None:
            return 0, 1
        if step.key:
            met = [_count(one, path, at) for one in node if one.get(step.key) in step.values]
            return int(any(full for full, _ in met)), 1
    return int(node not in _NOTHING), 1

"""Name the fields that a good record of each kind has, and say how many of them a record fills."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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


class Branch(NamedTuple):
    """One step that several paths have in common: the paths that end in it, all that lead through it, what follows."""

    step: Step
    ends: tuple[int, ...]
    through: tuple[int, ...]
    follows: tuple[Branch, ...]


class Plan(NamedTuple):
    """The wanted fields of a kind, each with the numbers of its choices, and all the paths as one tree."""

    fields: tuple[tuple[str, tuple[int, ...]], ...]
    paths: int
    tree: tuple[Branch, ...]


def steps_of(path: str) -> tuple[Step, ...]:
    """Return the steps of a path."""
    return tuple(map(_step, path.strip().split("/")))


@cache
def plan_of(kind: str) -> Plan:
    """Return what is wanted of a kind, ready to be walked along once for each record."""
    paths: list[tuple[Step, ...]] = []
    fields = []
    for field in WANTED.get(kind, ()):
        choices = [steps_of(path) for path in field.split(" | ")]
        fields.append((field, tuple(range(len(paths), len(paths) + len(choices)))))
        paths += choices
    return Plan(tuple(fields), len(paths), _branches(list(enumerate(paths))))


def filled(kind: str, body: bytes) -> list[tuple[str, float]]:
    """Return (field, share of its places that are filled) of every wanted field of a record's JSON."""
    plan = plan_of(kind)
    if not plan.paths:
        return []
    full, places = [0] * plan.paths, [0] * plan.paths
    _walk(msgspec.json.decode(body), plan.tree, full, places)
    return [(field, max(full[one] / places[one] for one in choices)) for field, choices in plan.fields]


def _step(text: str) -> Step:
    """Read one step."""
    if text == "*":
        return Step("*")
    found = _STEP.fullmatch(text)
    assert found is not None  # noqa: S101 - our own table
    return Step(found["name"], found["key"] or "", frozenset((found["values"] or "").split("|")))


def _branches(paths: Sequence[tuple[int, tuple[Step, ...]]]) -> tuple[Branch, ...]:
    """Put paths, each with its number, together where they begin alike."""
    begun: dict[Step, list[tuple[int, tuple[Step, ...]]]] = {}
    for number, path in paths:
        begun.setdefault(path[0], []).append((number, path[1:]))
    return tuple(
        Branch(
            step=step,
            ends=tuple(number for number, rest in some if not rest),
            through=tuple(number for number, _ in some),
            follows=_branches([(number, rest) for number, rest in some if rest]),
        )
        for step, some in begun.items()
    )


def _walk(node: Any, branches: tuple[Branch, ...], full: list[int], places: list[int]) -> None:
    """Count the places of every path below a node, and those that are filled; what is absent is one empty place."""
    for (name, key, values), ends, through, follows in branches:
        if name == "*":
            below = node
        else:
            value = node.get(name)
            if key:
                _choose([one for one in value or () if one.get(key) in values], follows, through, full, places)
                continue
            below = () if value is None else (value,)
        if not below:
            for number in through:
                places[number] += 1
            continue
        for one in below:
            if follows:
                _walk(one, follows, full, places)
            for number in ends:
                places[number] += 1
                full[number] += one not in _NOTHING


def _choose(
    some: Sequence[Any], follows: tuple[Branch, ...], through: tuple[int, ...], full: list[int], places: list[int]
) -> None:
    """Count one place for each path, which any of the elements chosen may fill."""
    own, seen = [0] * len(full), [0] * len(full)
    for one in some:
        _walk(one, follows, own, seen)
    for number in through:
        places[number] += 1
        full[number] += own[number] > 0

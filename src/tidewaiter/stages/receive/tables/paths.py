"""Read field paths such as `parties[importer].id` and find the struct's field they name."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Union

import msgspec

from tidewaiter.kernel.records import (
    KINDS,
    AdditionalInformation,
    Classification,
    Document,
    DutyTax,
    Guarantee,
    MovementStep,
    Part,
    Party,
    TransportMeans,
    Traveller,
    field_types,
)

SELECTORS: dict[type[Part], str] = {
    Party: "role",
    TransportMeans: "stage",
    AdditionalInformation: "type",
    Document: "type",
    Classification: "type",
    DutyTax: "type",
    Guarantee: "type",
    MovementStep: "type",
    Traveller: "role",
}
"""Struct → the field that a word in brackets sets: parties[importer] is the party whose role is importer."""

LEAVES: dict[type, str] = {
    str: "text",
    int: "whole number",
    Decimal: "number",
    float: "number",
    bool: "yes or no",
    date: "day",
    datetime: "moment",
}
"""Type of a field → what a person calls it."""

_STEP = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<bracket>\[(?P<key>[A-Za-z0-9 _-]*)\])?\Z")
_INDEX_MAX = 999


class PathFault(ValueError):
    """A field path names nothing; the message says which part, and the nearest names."""


class Step(msgspec.Struct, frozen=True):
    """One step of a path: the struct it starts from, the field, and which member of a list.

    `key` is None for a single field, "" for the list's row of the group, digits for a place in the list, else a
    word that the member's selector field is set to.
    """

    owner: type[Part]
    name: str
    attribute: str
    key: str | None
    member: type


class FieldPath(msgspec.Struct, frozen=True):
    """A path resolved: its steps, the leaf's type, and whether the leaf is a list of that type."""

    text: str
    steps: tuple[Step, ...]
    leaf: type
    many: bool


def resolve(kind: type[Part], text: str) -> FieldPath:
    """Resolve a field path of the kind; raises PathFault that names the nearest valid field."""
    owner: type[Part] = kind
    steps: list[Step] = []
    parts = text.split(".")
    for position, part in enumerate(parts):
        matched = _STEP.match(part)
        if matched is None:
            message = (
                f"{part!r} in {text!r} is not a field name; write a field path such as goodsShipment.items[].origin"
            )
            raise PathFault(message)
        name, key = matched["name"], matched["key"]
        fields = field_types(owner)
        if name not in fields:
            raise PathFault(_unknown(kind, owner, text, name))
        attribute, shape = fields[name]
        member, many = unwrap(shape)
        last = position == len(parts) - 1
        _check_bracket(text, name, member, many=many, key=key)
        if issubclass(member, Part):
            if last:
                inside = ", ".join(field_types(member))
                message = f"{text!r} names a group of fields; add one of its fields: {inside}"
                raise PathFault(message)
            steps.append(Step(owner, name, attribute, key, member))
            owner = member
            continue
        if not last:
            message = f"{name!r} in {text!r} is a single field; nothing can follow it"
            raise PathFault(message)
        steps.append(Step(owner, name, attribute, key, member))
        return FieldPath(text, tuple(steps), member, many and key is None)
    message = f"{text!r} is not a field path"
    raise PathFault(message)


def _check_bracket(text: str, name: str, member: type, *, many: bool, key: str | None) -> None:
    """Refuse brackets where there is no list, a list without brackets, and words where nothing can be selected."""
    part = issubclass(member, Part)
    if key is not None and not many:
        message = f"{name!r} in {text!r} is not a list; leave out the brackets"
        raise PathFault(message)
    if many and part and key is None:
        ways = f"{name}[0]" if member not in SELECTORS else f"{name}[0] or {name}[some {SELECTORS[member]}]"
        message = f"{name!r} in {text!r} is a list; say which member: {ways}, or {name}[] for one a row"
        raise PathFault(message)
    if not key:
        if key == "" and not part:
            message = f"{name!r} in {text!r} is a list of values; write {name} or {name}[0]"
            raise PathFault(message)
        return
    if key.isdigit():
        if int(key) > _INDEX_MAX:
            message = f"place {key} in {text!r} is too high; the highest is {_INDEX_MAX}"
            raise PathFault(message)
    elif member not in SELECTORS:
        message = f"{name!r} in {text!r} has no members with names; write {name}[0]"
        raise PathFault(message)


def unwrap(shape: Any) -> tuple[type, bool]:
    """Return (type inside, is a list) of a field's type."""
    while typing.get_origin(shape) is Annotated:
        shape = typing.get_args(shape)[0]
    if typing.get_origin(shape) in (Union, types.UnionType):
        shape = next(one for one in typing.get_args(shape) if one is not type(None))
        return unwrap(shape)
    if typing.get_origin(shape) is tuple:
        inside, _ = unwrap(typing.get_args(shape)[0])
        return inside, True
    return shape, False


@cache
def every_path(kind: type[Part]) -> tuple[str, ...]:
    """Return every leaf's path in the kind, with [] for lists, in the order of the structs."""
    return tuple(_walk(kind, ""))


def _walk(owner: type[Part], base: str) -> Iterator[str]:
    """Walk the struct's leaves."""
    for name, (_, shape) in field_types(owner).items():
        member, many = unwrap(shape)
        if issubclass(member, Part):
            yield from _walk(member, f"{base}{name}[]." if many else f"{base}{name}.")
        else:
            yield f"{base}{name}"


def _unknown(kind: type[Part], owner: type[Part], text: str, name: str) -> str:
    """Say that there is no such field, and which are near."""
    near = difflib.get_close_matches(name, list(field_types(owner)), n=3, cutoff=0.5)
    if not near:
        plain = re.sub(r"\[[^\]]*\]", "[]", text)
        near = difflib.get_close_matches(plain, every_path(kind), n=3, cutoff=0.5)
    if not near:
        near = [path for path in every_path(kind) if path.rsplit(".", 1)[-1] == name.rsplit(".", 1)[-1]][:3]
    hint = f"; the nearest are {', '.join(near)}" if near else f"; {owner.__name__} has {', '.join(field_types(owner))}"
    return f"there is no field {name!r} in {owner.__name__} (path {text!r}){hint}"


def kind_named(name: str) -> type[Part] | None:
    """Return the kind of records of that name, or None."""
    return KINDS.get(name)

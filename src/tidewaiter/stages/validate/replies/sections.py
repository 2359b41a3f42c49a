"""Say where a field stands in the sections of the WCO Data Model: `42A/67A/68A[2]/23A.137`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, cast

import msgspec

from tidewaiter.kernel.records import ROLES, AnyRecord, Contact, Document, Party, Response, TransportMeans

_DECLARATION, _RESPONSE = "42A", "07B"
_CLASS = re.compile(r"[0-9]{2}[A-Z]")

_ORDER: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        Party: tuple(section for section in ROLES.values() if section is not None),
        TransportMeans: ("46A", "15A", "10A"),
        Document: ("02A", "99A"),
    }
)
"""Struct → its classes, in the order of the ids of its fields."""

_STAGES = {"departure": "46A", "border": "15A", "arrival": "10A"}
_COMMUNICATION = frozenset(("phone", "email"))


def section_chain(record: AnyRecord, pointer: str) -> str:
    """Return the classes from the record down to a field at an RFC 6901 pointer, and after a point its element.

    A class that repeats has its number from 1 in brackets, counted among those of its class. What the WCO Data Model
    does not have ends the chain: the finding is then about what lies around it.
    """
    section = _RESPONSE if isinstance(record, Response) else _DECLARATION
    chain, node = section, cast("Any", record)
    steps = pointer.split("/")[1:]
    while steps and isinstance(node, msgspec.Struct):
        attribute, ids = _fields(type(node)).get(steps[0], ("", ()))
        value = getattr(node, attribute, None)
        steps = steps[1:]
        number = ""
        if isinstance(value, tuple):
            index = int(steps[0]) if steps and steps[0].isdigit() and len(steps[0]) < _DIGITS else len(value)
            members, value = value, (value[index] if index < len(value) else None)
            found = _choice(node, section, ids, value, steps[1:])
            same = [one for one in members[: index + 1] if _choice(node, section, ids, one, ()) == found]
            number, steps = (f"[{len(same)}]" if value is not None else ""), steps[1:]
        else:
            found = _choice(node, section, ids, value, steps)
        if found is None:
            break
        if _CLASS.fullmatch(found) is None:
            return f"{chain}.{found}"
        chain, section, node = f"{chain}/{found}{number}", found, value
    return chain


_DIGITS = 10
"""An index of more digits leads to nothing."""


def _choice(owner: Any, section: str, ids: Sequence[str], value: Any, rest: Sequence[str]) -> str | None:
    """Return which of a field's ids applies: what the value is decides, else the class that it stands in."""
    if isinstance(value, Party):
        return ROLES.get(value.role or "") or (ids[0] if len(ids) == 1 else None)
    if isinstance(value, TransportMeans) and value.stage in _STAGES:
        return _STAGES[value.stage]
    if isinstance(value, TransportMeans):
        return ids[0] if len(ids) == 1 else None
    if isinstance(value, Contact) and len(ids) > 1:
        return ids[1] if rest and rest[0] in _COMMUNICATION else ids[0]
    if len(ids) > 1:
        return dict(zip(_ORDER.get(type(owner), ()), ids, strict=False)).get(section)
    return ids[0] if ids else None


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return JSON name → (attribute, WCO ids) of every field of a struct."""
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101 - a struct by signature
    return MappingProxyType({one.encode_name: (one.name, tuple(_wco(one.type).split())) for one in info.fields})


def _wco(shape: msgspec.inspect.Type) -> str:
    """Return the WCO ids of a field's type, separated by blanks."""
    if isinstance(shape, msgspec.inspect.Metadata):
        return (shape.extra or {}).get("wco") or ""
    return ""

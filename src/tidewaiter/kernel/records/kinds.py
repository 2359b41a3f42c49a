"""List the kinds of records and turn them into JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from tidewaiter.kernel.records._base import Part
from tidewaiter.kernel.records.consignment import CargoReport
from tidewaiter.kernel.records.declaration import Declaration
from tidewaiter.kernel.records.knowledge import Intelligence, Outcome
from tidewaiter.kernel.records.movement import Event, TransitMovement
from tidewaiter.kernel.records.people import Journey
from tidewaiter.kernel.records.response import Response
from tidewaiter.kernel.records.traffic import Message

AnyRecord = Declaration | CargoReport | TransitMovement | Event | Journey | Intelligence | Outcome | Response | Message

KINDS: Mapping[str, type[AnyRecord]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            *(Declaration, CargoReport, TransitMovement, Event, Journey, Intelligence, Outcome),
            *(Response, Message),
        )
    }
)
"""Kind name → struct, in the order of the design sheet."""

_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="string")
_decoder: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)


def encode(record: AnyRecord) -> bytes:
    """Return the record's JSON: deterministic order, decimals as strings, absent fields left out."""
    return _encoder.encode(record)


def decode(data: bytes) -> AnyRecord:
    """Return the record of its JSON; raises msgspec.ValidationError on anything else."""
    return _decoder.decode(data)


@cache
def field_types(kind: type[Part]) -> Mapping[str, tuple[str, Any]]:
    """Return JSON name → (attribute name, type) of a struct."""
    return {field.encode_name: (field.name, field.type) for field in msgspec.structs.fields(kind)}


@cache
def personal_paths(kind: type[Part]) -> frozenset[str]:
    """Return the JSON paths, with * for an index, of every field of the kind that is personal data."""
    return frozenset(_personal(kind, ""))


def is_personal(kind: type[Part], pointer: str, *, inside: bool = False) -> bool:
    """Say whether the field at an RFC 6901 pointer of a record of the kind is personal data, or inside such a part.

    With `inside`, also whether the part at the pointer holds such a field.
    """
    marked, path = personal_paths(kind), ""
    for name in pointer.split("/")[1:]:
        path = f"{path}/{'*' if name.isdigit() else name}"
        if path in marked:
            return True
    return inside and any(one.startswith(f"{path}/") for one in marked)


def _personal(kind: type[Part], base: str) -> list[str]:
    """Walk the struct's fields for personal ones."""
    found: list[str] = []
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101 - a struct by signature
    for field in info.fields:
        path = f"{base}/{field.encode_name}"
        marked, inner, many = _unwrap(field.type)
        if marked:
            found.append(path)
        elif inner is not None:
            found.extend(_personal(inner, f"{path}/*" if many else path))
    return found


def _unwrap(shape: msgspec.inspect.Type) -> tuple[bool, type[Part] | None, bool]:
    """Return (is personal, struct inside, is a sequence) of a field's type."""
    marked = False
    while isinstance(shape, msgspec.inspect.Metadata):
        marked = marked or bool((shape.extra or {}).get("personal"))
        shape = shape.type
    if isinstance(shape, msgspec.inspect.UnionType):
        shape = next(one for one in shape.types if not isinstance(one, msgspec.inspect.NoneType))
    many = isinstance(shape, msgspec.inspect.VarTupleType)
    if isinstance(shape, msgspec.inspect.VarTupleType):
        shape = shape.item_type
    if isinstance(shape, msgspec.inspect.StructType) and issubclass(shape.cls, Part):
        return marked, shape.cls, many
    return marked, None, many

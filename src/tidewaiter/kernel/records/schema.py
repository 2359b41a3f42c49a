"""Publish the kinds of records as JSON Schema and as a table for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tidewaiter.kernel.records._base import Part
from tidewaiter.kernel.records.kinds import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
INTRODUCTION = """\
# Records

Generated from `src/tidewaiter/kernel/records` by `make docs`; do not edit.

Names are the JSON names; the JSON of a record that stands by itself also carries `kind`, the name of its struct.
*WCO* is the id of the class or element in the World Customs Organization's Data Model 3.6; several, where the class
of the part decides; none, where the model's published subset has no such field. A field marked *personal* is never
written into a log, an error or a finding. A field that is absent is unknown or does not apply; no field is required,
because a record must be able to hold what a faulty message said.
The JSON Schema of each kind is under [schemas](schemas/).
"""


def schema_of(kind: type[Part]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a kind, complete in itself; personal fields carry `x-personal`."""
    (reference,), parts = msgspec.json.schema_components((kind,), ref_template="#/$defs/{name}")
    return {"$schema": DIALECT, "$id": f"urn:tidewaiter:record:{kind.__name__}", **reference, "$defs": parts}


def manual() -> str:
    """Return the manual page: one table per struct, the kinds first, then their parts in order of appearance."""
    return INTRODUCTION + "".join(_section(kind) for kind in _structs())


def pages() -> Mapping[str, str]:
    """Return path below docs/reference → text, of everything this module publishes."""
    published: dict[str, str] = {"records.md": manual()}
    for kind in KINDS.values():
        published[f"schemas/{kind.__name__}.json"] = json.dumps(schema_of(kind), indent=1, ensure_ascii=False) + "\n"
    return published


def _structs() -> Iterator[type[Part]]:
    """Yield every struct once: kinds first, then the parts they hold, nearest first."""
    queue: list[type[Part]] = [*KINDS.values()]
    for kind in queue:
        yield kind
        info = msgspec.inspect.type_info(kind)
        assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101 - a struct by signature
        for field in info.fields:
            inner = _innermost(field.type)
            part = inner.cls if isinstance(inner, msgspec.inspect.StructType) else None
            if part is not None and issubclass(part, Part) and part not in queue:
                queue.append(part)


def _section(kind: type[Part]) -> str:
    """Return the section of one struct."""
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101 - a struct by signature
    lines = [f"\n## {kind.__name__}", "", (kind.__doc__ or "").strip(), ""]
    lines += ["| field | type | WCO | personal | meaning |", "|---|---|---|---|---|"]
    for field in info.fields:
        assert isinstance(field.type, msgspec.inspect.Metadata)  # noqa: S101 - every field is annotated
        extra, said = field.type.extra or {}, field.type.extra_json_schema or {}
        personal = "yes" if extra.get("personal") else ""
        cells = (f"`{field.encode_name}`", _type_name(field.type), extra.get("wco") or "", personal)
        lines.append("| " + " | ".join((*cells, str(said.get("description", "")))) + " |")
    return "\n".join(lines) + "\n"


def _type_name(shape: msgspec.inspect.Type) -> str:
    """Name a field's type in a word or two; a struct is a link to its section."""
    inner = _innermost(shape)
    if isinstance(inner, msgspec.inspect.StructType):
        name = f"[{inner.cls.__name__}](#{inner.cls.__name__.lower()})"
    else:
        name = _WORDS[type(inner)]
    return f"{name}, any number" if _repeats(shape) else name


_WORDS: Mapping[type[msgspec.inspect.Type], str] = {
    msgspec.inspect.StrType: "text",
    msgspec.inspect.IntType: "whole number",
    msgspec.inspect.FloatType: "number",
    msgspec.inspect.BoolType: "true or false",
    msgspec.inspect.DecimalType: "decimal, as text",
    msgspec.inspect.DateType: "day",
    msgspec.inspect.DateTimeType: "time",
}


def _bare(shape: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return the type without its metadata and without None."""
    while isinstance(shape, msgspec.inspect.Metadata):
        shape = shape.type
    if isinstance(shape, msgspec.inspect.UnionType):
        shape = next(one for one in shape.types if not isinstance(one, msgspec.inspect.NoneType))
    return shape


def _repeats(shape: msgspec.inspect.Type) -> bool:
    """Say whether the field is a sequence."""
    return isinstance(_bare(shape), msgspec.inspect.VarTupleType)


def _innermost(shape: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return the type of the value, or of each value of a sequence."""
    bare = _bare(shape)
    return _bare(bare.item_type) if isinstance(bare, msgspec.inspect.VarTupleType) else bare


def write(folder: Path) -> None:
    """Write everything this module publishes below the folder; raises OSError where that fails."""
    for name, text in pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))

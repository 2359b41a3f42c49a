"""Write the straight-line code that visits a record's tree and calls the rules each part has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec

from tidewaiter.kernel.records import KINDS
from tidewaiter.stages.validate.rule import Rule, Sight, Trail

Visit = Callable[[Any, Trail | None, Sight], None]
Around = Callable[..., None]

_EMPTY: tuple[()] = ()
"""The one empty tuple: what a repeated field holds where it holds nothing."""


def compile_visits(rules: Sequence[Rule], around: Around | None = None) -> dict[type, Visit]:
    """Return kind of record → the function that visits such a record from the top down.

    The code is written once from the rules' declarations: no loop over fields, no look-up of plans, and no step into
    parts that no rule is about. `around`, where given, is called with the sight, the rule's method and its arguments
    instead of the method itself. Fields come in the struct's order, those that hold parts last.
    """
    names: dict[str, Any] = {"EMPTY": _EMPTY, "around": around}
    concerned = {part for part in _parts() if _concerns(part, rules, set())}
    lines: list[str] = []
    for part in concerned:
        lines += _write(part, rules, concerned, names, guarded=around is not None)
    exec("\n".join(lines), names)  # noqa: S102 - our own declarations, written out; no outside text is in it
    return {kind: names[_name(kind)] if kind in concerned else _nothing for kind in KINDS.values()}


def _write(
    part: type[msgspec.Struct],
    rules: Sequence[Rule],
    concerned: set[type[msgspec.Struct]],
    names: dict[str, Any],
    *,
    guarded: bool,
) -> list[str]:
    """Return the lines of the function that visits parts of a type, and put what it calls among the names."""

    def call(method: Callable[..., None], arguments: str) -> str:
        name = f"rule_{len(names)}"
        names[name] = method
        return f"around(sight, {name}, {arguments})" if guarded else f"{name}({arguments})"

    lines = [f"def {_name(part)}(node, trail, sight):", "    sight.trail = trail"]
    lines += [f"    {call(rule.look, 'node, sight')}" for rule in rules if rule.on.get(part) == ""]
    held = {attribute: (inner, many) for attribute, inner, many in _held(part)}
    fields = {field.name: field.encode_name for field in msgspec.structs.fields(part)}
    for attribute in sorted(fields, key=held.__contains__):
        body = [call(rule.look, "node, sight") for rule in rules if rule.on.get(part) == attribute]
        for rule in rules:
            if attribute in rule.at.get(part, ()):
                judged = call(rule.judge_of(part, attribute), f"value, {fields[attribute]!r}, node, sight")
                when = "" if guarded else rule.when_of(part, attribute)
                body.append(f"if {when}: {judged}" if when else judged)
        inner, many = held.get(attribute, (None, False))
        if inner in concerned and inner is not None:
            body += _step_in(inner, fields[attribute], many=many)
        if body:
            lines.append(f"    value = node.{attribute}")
            lines.append("    if value is not None and value is not EMPTY:")
            lines += [f"        {line}" for line in body]
    return lines


def _step_in(inner: type[msgspec.Struct], name: str, *, many: bool) -> list[str]:
    """Return the lines that visit the part or parts a field holds."""
    if many:
        steps = [
            "for index, one in enumerate(value):",
            f"    {_name(inner)}(one, (trail, {name!r}, index), sight)",
        ]
    else:
        steps = [f"{_name(inner)}(value, (trail, {name!r}, -1), sight)"]
    return [*steps, "sight.trail = trail"]


def _concerns(part: type[msgspec.Struct], rules: Sequence[Rule], seen: set[type[msgspec.Struct]]) -> bool:
    """Say whether any rule is about the part or about something inside it."""
    if part in seen:
        return False
    seen.add(part)
    if any(part in rule.on or part in rule.at for rule in rules):
        return True
    return any(_concerns(inner, rules, seen) for _, inner, _ in _held(part))


def _parts() -> list[type[msgspec.Struct]]:
    """Return every struct that a record can hold, each once, records first."""
    found: list[type[msgspec.Struct]] = []
    waiting: list[type[msgspec.Struct]] = list(KINDS.values())
    while waiting:
        part = waiting.pop(0)
        if part not in found:
            found.append(part)
            waiting.extend(inner for _, inner, _ in _held(part))
    return found


@cache
def _held(part: type[msgspec.Struct]) -> tuple[tuple[str, type[msgspec.Struct], bool], ...]:
    """Return (attribute, struct, whether many) of every field of a struct that holds structs."""
    info = msgspec.inspect.type_info(part)
    assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101 - a struct by signature
    held = []
    for field in info.fields:
        shape = _bare(field.type)
        many = isinstance(shape, msgspec.inspect.VarTupleType)
        if isinstance(shape, msgspec.inspect.VarTupleType):
            shape = _bare(shape.item_type)
        if isinstance(shape, msgspec.inspect.StructType):
            held.append((field.name, shape.cls, many))
    return tuple(held)


def _bare(shape: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return a type without its metadata and without None."""
    while isinstance(shape, msgspec.inspect.Metadata):
        shape = shape.type
    if isinstance(shape, msgspec.inspect.UnionType):
        shape = next(one for one in shape.types if not isinstance(one, msgspec.inspect.NoneType))
        return _bare(shape)
    return shape


def _name(part: type[msgspec.Struct]) -> str:
    """Return the name of the function that visits parts of a type."""
    return f"visit_{part.__name__}"


def _nothing(node: Any, trail: Trail | None, sight: Sight) -> None:
    """Visit a record that no rule is about."""

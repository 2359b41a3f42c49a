"""Make a column's transforms ready: what is done to its text, how it is read, what follows."""

from __future__ import annotations

import difflib
from typing import Any

import msgspec

from tidewaiter.stages.receive.tables.transforms import (
    TRANSFORMS,
    TextStep,
    Transform,
    TransformFault,
    ValueStep,
    choose,
)
from tidewaiter.stages.receive.tables.values import Conventions, format_works


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """A column's transforms, made ready.

    `text` steps run first, in order; the field's own reader follows under `conventions`; `after` steps
    run on the value. `separator` splits the text into several values; `wants` is the type that a
    conversion named by the mapping gives, where one is named.
    """

    text: tuple[TextStep, ...] = ()
    after: tuple[ValueStep, ...] = ()
    conventions: Conventions
    separator: str | None = None
    wants: type | None = None


def chain(written: tuple[str | dict[str, Any], ...], conventions: Conventions) -> Chain:
    """Make a column's transforms ready; raises TransformFault for what is unknown or wrongly written."""
    text: list[TextStep] = []
    after: list[ValueStep] = []
    separator: str | None = None
    wants: type | None = None
    for each in written:
        if isinstance(each, dict):
            text.append(_from_table(each))
            continue
        name, *arguments = each.split(":")
        transform = _named(name, arguments)
        if transform.text is not None:
            if wants is not None or after:
                message = f"{name} works on text and must stand before what reads a number or a day"
                raise TransformFault(message)
            text.append(transform.text(arguments, conventions))
        elif transform.value is not None:
            after.append(transform.value(arguments))
        elif name == "split":
            separator = _separator(arguments)
        else:
            wants = transform.wants
            conventions = _own_conventions(name, arguments, conventions)
    return Chain(text=tuple(text), after=tuple(after), conventions=conventions, separator=separator, wants=wants)


def _named(name: str, arguments: list[str]) -> Transform:
    """Find a transform by name and check how many arguments it has."""
    transform = TRANSFORMS.get(name)
    if transform is None:
        near = difflib.get_close_matches(name, TRANSFORMS, n=2, cutoff=0.5)
        message = f"there is no transform {name!r}; " + (
            f"the nearest is {' or '.join(near)}" if near else f"there are {', '.join(TRANSFORMS)}"
        )
        raise TransformFault(message)
    least, most = transform.arguments
    if not least <= len(arguments) <= most:
        message = f"{name} is written {transform.usage}"
        raise TransformFault(message)
    return transform


def _from_table(table: dict[str, Any]) -> TextStep:
    """Read `{ choose = { text = "value" } }`."""
    chosen = table.get("choose")
    if set(table) != {"choose"} or not isinstance(chosen, dict):
        message = 'a transform in braces is written { choose = { "10" = "1", "*" = "9" } }'
        raise TransformFault(message)
    return choose({str(key): str(value) for key, value in chosen.items()})


def _separator(arguments: list[str]) -> str:
    """Read the text that separates values."""
    if not arguments[0]:
        message = "split needs the text that separates the values, for example split:;"
        raise TransformFault(message)
    return arguments[0]


def _own_conventions(name: str, arguments: list[str], conventions: Conventions) -> Conventions:
    """Return the conventions with what the transform says for its column alone."""
    if not arguments:
        return conventions
    if name == "decimal":
        if arguments[0] not in (".", ","):
            message = "the decimal mark is . or ,"
            raise TransformFault(message)
        return msgspec.structs.replace(conventions, decimal=arguments[0])
    pattern = ":".join(arguments)  # a format may hold colons
    if not format_works(pattern):
        message = f"{pattern!r} cannot read a day; write for example %d/%m/%Y"
        raise TransformFault(message)
    return msgspec.structs.replace(conventions, dates=(pattern,))

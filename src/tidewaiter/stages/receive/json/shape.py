"""Check the structure of a JSON message against a small table of what it must have and of which type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from tidewaiter.stages.receive.faults import fault
from tidewaiter.stages.receive.json.source import Numeral, Steps, pointer_of
from tidewaiter.stages.receive.json.tree import JsonNode
from tidewaiter.stages.receive.model import Fault

_OFFSET = re.compile(r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]", re.ASCII)

KINDS = {
    "text": "a text",
    "number": "a number",
    "object": "an object",
    "list": "a list",
    "flag": "true or false",
    "offset": "a time zone such as +02:00",
    "nothing": "no such member",
}
"""Kind of value in a table → what is said where a value is of another."""


class Shape:
    """What a message must have, and of which kind its members are.

    `needs` are addresses of which each must lead to something; `kinds` maps addresses to a kind of `KINDS`, or to
    several with | between them. In an address, `/` goes a step down, `|` names alternatives for one step, and `*` are
    the items of a list.
    """

    def __init__(self, needs: Sequence[str], kinds: Mapping[str, str]) -> None:
        self.needs = tuple((one, _parsed(one)) for one in needs)
        self.kinds = tuple((_parsed(one), tuple(kind.split("|"))) for one, kind in kinds.items())
        unknown = {kind for _, several in self.kinds for kind in several} - set(KINDS)
        if unknown:
            message = f"a table of shapes names the kinds {unknown}, which there are not"
            raise ValueError(message)

    def lacks(self, data: Any) -> Iterator[tuple[str, Steps]]:
        """Yield (what was expected, steps to where) of everything that a value lacks; never a value itself."""
        for name, address in self.needs:
            if not any(True for _ in _found(data, address, ())):
                first = name.split("|", 1)[0]
                yield f"a member {first.rsplit('/', 1)[-1]}", tuple(first.split("/"))
        for address, kinds in self.kinds:
            for steps, one in _found(data, address, ()):
                if not any(_is(one, kind) for kind in kinds):
                    yield " or ".join(KINDS[kind] for kind in kinds), steps

    def faults(self, node: JsonNode, most: int) -> list[Fault]:
        """Return the faults of a node, with their places; at most so many."""
        faults = []
        for what, steps in islice(self.lacks(node.data), most):
            whole = (*node.steps(), *steps)
            place = node.source.place(whole) if node.source is not None else None
            faults.append(fault("schema", place=place, what=what, where=pointer_of(whole)))
        return faults


Address = tuple[tuple[str, ...], ...]


def _parsed(address: str) -> Address:
    """Return the steps of an address, each with its alternatives."""
    return tuple(tuple(step.split("|")) for step in address.split("/"))


def _found(data: Any, address: Address, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """Yield the values at an address that are not null, with the steps to them."""
    if not address:
        yield steps, data
        return
    names, rest = address[0], address[1:]
    if names == ("*",):
        for at, item in enumerate(data) if isinstance(data, list) else ():
            if item is not None:
                yield from _found(item, rest, (*steps, at))
    elif isinstance(data, dict):
        for name in names:
            member = data.get(name)
            if member is not None:
                yield from _found(member, rest, (*steps, name))


def _is(value: Any, kind: str) -> bool:
    """Say whether a value is of a kind."""
    if isinstance(value, Numeral) or (isinstance(value, int) and not isinstance(value, bool)):
        return kind == "number"
    if isinstance(value, str):
        return kind == "text" or (kind == "offset" and _OFFSET.fullmatch(value) is not None)
    if isinstance(value, bool):
        return kind == "flag"
    return kind == ("object" if isinstance(value, dict) else "list")

"""Check the structure of a JSON message against a small table of what it must have and of which type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


_KIND_OF: Mapping[type, str] = {
    str: "text",
    Numeral: "number",
    int: "number",
    bool: "flag",
    dict: "object",
    list: "list",
}

Address = tuple[tuple[str, ...], ...]


class _Member:
    """What is said of a member: its kinds (none: any), and its own members; those of a list's items are under *."""

    __slots__ = ("inside", "kinds")

    def __init__(self) -> None:
        self.kinds: tuple[str, ...] = ()
        self.inside: dict[str, _Member] = {}

    def grow(self, address: Address, kinds: tuple[str, ...]) -> None:
        """Say what the values at an address are."""
        if not address:
            self.kinds = kinds
            return
        for name in address[0]:
            self.inside.setdefault(name, _Member()).grow(address[1:], kinds)

    def strays(self, data: Any, steps: Steps) -> Iterator[tuple[str, Steps]]:
        """Yield (what was expected, steps to where) of the members that are of another kind."""
        members: Iterable[tuple[str | int, Any]]
        if isinstance(data, dict):
            members = data.items()
        elif isinstance(data, list) and "*" in self.inside:
            members = enumerate(data)
        else:
            return
        for name, value in members:
            said = self.inside.get("*" if isinstance(name, int) else name)
            if said is None or value is None:
                continue
            if said.kinds and not _fits(value, said.kinds):
                yield " or ".join(KINDS[kind] for kind in said.kinds), (*steps, name)
            elif said.inside:
                yield from said.strays(value, (*steps, name))


class Shape:
    """What a message must have, and of which kind its members are.

    `needs` are addresses of which each must lead to something; `kinds` maps addresses to a kind of `KINDS`, or to
    several with | between them. In an address, `/` goes a step down, `|` names alternatives for one step, and `*` are
    the items of a list.
    """

    def __init__(self, needs: Sequence[str], kinds: Mapping[str, str]) -> None:
        self._needs = tuple(_parsed(one) for one in needs)
        self._root = _Member()
        for address, several in kinds.items():
            unknown = set(several.split("|")) - set(KINDS)
            if unknown:
                message = f"a table of shapes names the kinds {unknown}, which there are not"
                raise ValueError(message)
            self._root.grow(_parsed(address), tuple(several.split("|")))

    def lacks(self, data: Any) -> Iterator[tuple[str, Steps]]:
        """Yield (what was expected, steps to where) of everything that a value lacks; never a value itself."""
        for address in self._needs:
            if not _leads(data, address):
                yield f"a member {address[-1][0]}", _missing(data, address)
        yield from self._root.strays(data, ())

    def faults(self, node: JsonNode, most: int) -> list[Fault]:
        """Return the faults of a node, with their places; at most so many."""
        faults = []
        for what, steps in islice(self.lacks(node.data), most):
            whole = (*node.steps(), *steps)
            place = node.source.place(whole) if node.source is not None else None
            faults.append(fault("schema", place=place, what=what, where=pointer_of(whole)))
        return faults


def _parsed(address: str) -> Address:
    """Return the steps of an address, each with its alternatives."""
    return tuple(tuple(step.split("|")) for step in address.split("/"))


def _leads(data: Any, address: Address) -> bool:
    """Say whether an address leads to something that is not null; of a list, through any of its items."""
    if not address:
        return data is not None
    if isinstance(data, list):
        return any(_leads(item, address) for item in data)
    if not isinstance(data, dict):
        return False
    return any(_leads(data.get(name), address[1:]) for name in address[0])


def _missing(data: Any, address: Address) -> Steps:
    """Return the steps to what an address does not lead to, along what is there as far as it goes."""
    if not address:
        return ()
    if isinstance(data, list) and data:
        return (0, *_missing(data[0], address))
    held = data if isinstance(data, dict) else {}
    name = next((one for one in address[0] if held.get(one) is not None), address[0][0])
    return (name, *_missing(held.get(name), address[1:]))


def _fits(value: Any, kinds: tuple[str, ...]) -> bool:
    """Say whether a value is of one of the kinds."""
    if _KIND_OF[type(value)] in kinds:
        return True
    return "offset" in kinds and isinstance(value, str) and _OFFSET.fullmatch(value) is not None

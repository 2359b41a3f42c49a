"""Read addresses such as `RFF[C506/1153=BM]/C506/1154`: the steps from a node of a document to others."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

KEY = "$"
"""Stands in a condition for a value that is known only while reading."""

ROOT = "/"
"""The name of the step that an address begins with where it starts at the document's root."""

_NAME = r"@?[A-Za-z0-9_.:-]+"
_STEP = re.compile(rf"(?P<names>{_NAME}(?:\|{_NAME})*)(?:#(?P<number>[1-9][0-9]*))?(?P<conditions>(?:\[[^\]]*\])*)")
_CONDITION = re.compile(r"\[(?P<not>!?)(?P<path>[^\]=]+)(?:=(?P<values>[^\]]*))?\]")


class Condition(NamedTuple):
    """What must hold of a node: the text at a path below it is one of the values; without values, there is one."""

    path: tuple[str, ...]
    values: tuple[str, ...]
    negated: bool


class Step(NamedTuple):
    """One step: to the children with one of the names for which the conditions hold; all, or the nth from 1."""

    names: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    number: int = 0


Address = tuple[Step, ...]


class Path:
    """The names of steps that nothing else is said of, and the places that a format has found for them.

    `places` is the format's: what it found once for a kind of node, so that it need not look again.
    """

    __slots__ = ("names", "places")

    def __init__(self, names: tuple[tuple[str, ...], ...]) -> None:
        self.names = names
        self.places: dict[Any, Any] = {}


@lru_cache(maxsize=4096)
def parse(text: str) -> Address:
    """Return the steps of an address; the empty text is the node itself, one that begins with / starts at the root.

    Raises ValueError for another grammar.
    """
    steps: list[Step] = [Step((ROOT,))] if text.startswith("/") else []
    at = len(steps)
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or (found.end() < len(text) and text[found.end()] != "/"):
            message = f"{text!r} is no address: it cannot be read from its character {at + 1}."
            raise ValueError(message)
        conditions = tuple(
            Condition(
                tuple(one["path"].split("/")),
                () if one["values"] is None else tuple(one["values"].split("|")),
                bool(one["not"]),
            )
            for one in _CONDITION.finditer(found["conditions"])
        )
        if "".join(one[0] for one in _CONDITION.finditer(found["conditions"])) != found["conditions"]:
            message = f"{text!r} has a condition that cannot be read."
            raise ValueError(message)
        steps.append(Step(tuple(found["names"].split("|")), conditions, int(found["number"] or 0)))
        at = found.end() + 1
    return tuple(steps)


def without_key(address: Address) -> tuple[Address, tuple[str, ...]]:
    """Return the address without its condition on `$`, and the path of that condition below the last node.

    Raises ValueError unless the last step, and no other, has exactly one such condition.
    """
    keyed = [(at, one) for at, step in enumerate(address) for one in step.conditions if one.values == (KEY,)]
    if len(keyed) != 1 or keyed[0][0] != len(address) - 1:
        message = f"an address of a joined node has one condition on {KEY}, in its last step"
        raise ValueError(message)
    last = address[-1]
    kept = tuple(one for one in last.conditions if one.values != (KEY,))
    return (*address[:-1], last._replace(conditions=kept)), keyed[0][1].path


def with_key(address: Address, key: str) -> Address:
    """Return the address with the key for `$`."""
    return tuple(
        step._replace(
            conditions=tuple(one._replace(values=(key,)) if one.values == (KEY,) else one for one in step.conditions)
        )
        for step in address
    )


def split(address: Address) -> tuple[Address, Path]:
    """Return the steps up to the last that says more than names, and the names of those after it."""
    at = len(address)
    while at and not address[at - 1].conditions and not address[at - 1].number and address[at - 1].names[0] != ROOT:
        at -= 1
    return address[:at], Path(tuple(step.names for step in address[at:]))

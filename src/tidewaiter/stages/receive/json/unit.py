"""Define what JSON documents are made of: units, and the formats that can read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tidewaiter.stages.receive.json.source import Source, Steps
from tidewaiter.stages.receive.json.tree import JsonNode
from tidewaiter.stages.receive.lens import Lens
from tidewaiter.stages.receive.model import Fault


class Unit(NamedTuple):
    """One message in a document: an event in a list of events, or the document itself."""

    document: Any
    source: Source | None
    steps: Steps
    data: Any

    def node(self) -> JsonNode:
        """Return the unit as a node that reading begins with."""
        return JsonNode(self.data, self.source, None, self.steps)


class View(NamedTuple):
    """A record in a unit: what it is read with, and from where."""

    lens: Lens[Any]
    node: JsonNode


class Format(NamedTuple):
    """One format of JSON documents.

    `lists` are the steps to where its messages may stand: a list of them, or one; `is_one` says whether a value is a
    message; `views` gives the records of a unit, `lacks` what is wrong with its structure (at most so many faults).
    """

    name: str
    title: str
    lists: tuple[Steps, ...]
    is_one: Callable[[Any], bool]
    views: Callable[[Unit], Sequence[View]]
    lacks: Callable[[Unit, int], list[Fault]]


def at_steps(value: Any, steps: Steps) -> Any:
    """Return what stands at steps below a value, or None."""
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value

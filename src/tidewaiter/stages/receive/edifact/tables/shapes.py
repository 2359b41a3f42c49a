"""Read the tables of segments and elements: what parts there are, where they stand, how long.

The notation stands at the head of `segments.txt` and `elements.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_ELEMENT = re.compile(
    r"(?P<id>[0-9]{4}) (?P<kind>an|a|n)(?P<least>[0-9]+)?(?:(?P<to>\.\.)(?P<most>[0-9]+))? (?P<name>\S.*)"
)
_PART = re.compile(r"(?P<ids>[0-9A-Z|]+)(?P<mandatory>!?)(?:\*(?P<times>[0-9]+))?")
_ITEM = re.compile(
    r"(?P<layouts>[CS][0-9]{3}!?\([^()]*\)(?:\|[CS][0-9]{3}\([^()]*\))*)(?:\*(?P<times>[0-9]+))?|(?P<plain>[0-9]{4}[^+:]*)"
)
_LAYOUT = re.compile(r"(?P<id>[CS][0-9]{3})(?P<mandatory>!?)\((?P<parts>[^()]*)\)")

COMPOSITE = -1
"""The component index of a composite as a whole."""


class ElementFormat(NamedTuple):
    """How a data element is written: `kind` is a (letters), n (number), an (any character); lengths in characters."""

    kind: str
    min: int
    max: int


class Component(NamedTuple):
    """One data element at its place; `ids` are its number and the others that it had in other directories."""

    ids: tuple[str, ...]
    mandatory: bool
    format: ElementFormat


class Layout(NamedTuple):
    """What stands at an element's place: a composite and its components, or a data element on its own."""

    id: str
    components: tuple[Component, ...]


class Element(NamedTuple):
    """An element of a segment; `layouts` are how directories make it up, the newest first."""

    id: str
    mandatory: bool
    composite: bool
    layouts: tuple[Layout, ...]


class SegmentShape:
    """What a segment is made of: its elements in order, repeated ones one after the other."""

    __slots__ = ("elements", "places", "tag")

    def __init__(self, tag: str, elements: tuple[Element, ...]) -> None:
        self.tag, self.elements = tag, elements
        self.places: Mapping[tuple[str, ...], tuple[tuple[int, int], ...]] = _places(elements)


def _places(elements: tuple[Element, ...]) -> dict[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Return path of identifiers → every (element, component) that it leads to, in order."""
    found: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for at, element in enumerate(elements):
        for layout in element.layouts:
            if element.composite:
                found.setdefault((layout.id,), []).append((at, COMPOSITE))
            for index, component in enumerate(layout.components):
                for one in component.ids:
                    path = (layout.id, one) if element.composite else (one,)
                    found.setdefault(path, []).append((at, index))
    return {path: tuple(places) for path, places in found.items()}


@cache
def formats() -> Mapping[str, tuple[ElementFormat, str]]:
    """Return every data element's format and what it is, by its number."""
    return dict(map(_format, _lines("elements.txt")))


@cache
def shapes() -> Mapping[str, SegmentShape]:
    """Return every segment's shape by its tag."""
    return {shape.tag: shape for shape in map(parse, _lines("segments.txt"))}


def _lines(name: str) -> Iterator[str]:
    """Yield the lines of a table that are no remarks."""
    for line in (files(__package__) / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _format(line: str) -> tuple[str, tuple[ElementFormat, str]]:
    """Return what a line of the elements says."""
    found = _ELEMENT.fullmatch(line)
    if found is None or not (found["least"] or found["most"]):
        message = f"elements: cannot read {line!r}"
        raise ValueError(message)
    least = int(found["least"] or 1)
    return found["id"], (ElementFormat(found["kind"], least, int(found["most"] or least)), found["name"])


def parse(line: str) -> SegmentShape:
    """Return the shape that a line of the segments says; raises ValueError where it is not written in the notation."""
    tag, _, text = line.partition("+")
    elements: list[Element] = []
    at = 0
    while at < len(text):
        found = _ITEM.match(text, at)
        if found is None or text[found.end() : found.end() + 1] not in {"", "+"}:
            message = f"segments: cannot read {text[at : at + 20]!r} of {tag}"
            raise ValueError(message)
        at = found.end() + 1
        elements.extend(_alone(found["plain"]) if found["plain"] else _made_up(found["layouts"], found["times"]))
    return SegmentShape(tag, tuple(elements))


def _alone(text: str) -> Iterator[Element]:
    """Yield the elements that one word says, which are no composites."""
    for component in _components(text):
        yield Element(component.ids[0], component.mandatory, False, (Layout(component.ids[0], (component,)),))  # noqa: FBT003 - a field


def _made_up(text: str, times: str | None) -> Iterator[Element]:
    """Yield the composites that one word says."""
    parts = list(_LAYOUT.finditer(text))
    layouts = tuple(Layout(one["id"], tuple(_components(one["parts"]))) for one in parts)
    for number in range(int(times or 1)):
        mandatory = bool(parts[0]["mandatory"]) and not number
        yield Element(layouts[0].id, mandatory, True, layouts)  # noqa: FBT003 - a field


def _components(text: str) -> Iterator[Component]:
    """Yield the data elements that a run of words says; only the first of a repeated one is mandatory."""
    for word in text.split(":"):
        found = _PART.fullmatch(word)
        ids = tuple(found["ids"].split("|")) if found is not None else ()
        if found is None or not all(one in formats() for one in ids):
            message = f"segments: {word!r} is no element of elements.txt"
            raise ValueError(message)
        for number in range(int(found["times"] or 1)):
            yield Component(ids, bool(found["mandatory"]) and not number, formats()[ids[0]][0])

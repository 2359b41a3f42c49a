"""Look up the directories: what a message is made of, where parts stand, and what they may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby

from tidewaiter.stages.receive.edifact.tables.groups import MessageTable, Slot, sections, types
from tidewaiter.stages.receive.edifact.tables.shapes import (
    COMPOSITE,
    Component,
    Element,
    ElementFormat,
    Layout,
    SegmentShape,
    formats,
    shapes,
)

__all__ = [
    "COMPOSITE",
    "MESSAGES",
    "Component",
    "Element",
    "ElementFormat",
    "Flaw",
    "Layout",
    "MessageTable",
    "SegmentShape",
    "Slot",
    "check_segment",
    "element_format",
    "message_table",
    "position",
    "segment_shape",
]

MESSAGES: tuple[str, ...] = types()
"""The types of messages that there is a table for."""

Flaw = tuple[str, int, int, dict[str, str | int]]
"""What is wrong with a segment: code, index of the element, index of the component (-1: the whole), parameters."""

_TABLES_KEPT = 1024


@lru_cache(maxsize=_TABLES_KEPT)
def message_table(type: str, version: str, release: str) -> MessageTable | None:  # noqa: A002 - the name in UNH, 0065
    """Return the table of a type (0065) in a directory (0052, 0054), or the nearest directory's; None for other types.

    A release that names no directory takes the newest table. The table itself says whether it `covers` the release.
    """
    del version
    if type not in MESSAGES:
        return None
    return min(reversed(sections(type)), key=lambda table: table.distance(release))


def segment_shape(tag: str) -> SegmentShape | None:
    """Return what a segment is made of; None for a tag that is in no table."""
    return shapes().get(tag)


def element_format(id: str) -> ElementFormat | None:  # noqa: A002 - what the directories call it
    """Return how a data element is written; None for a number that is in no table."""
    found = formats().get(id)
    return found[0] if found is not None else None


@cache
def position(tag: str, path: tuple[str, ...]) -> tuple[int, int]:
    """Return where a path of identifiers leads in a segment: (element without the tag, component), both from 0.

    ("C082", "3039") is a component, ("3035",) an element of its own (component 0), ("C082",) a whole composite
    (component -1). `3036#2` is the second of several. Raises KeyError where the path leads nowhere.
    """
    steps = [step.partition("#") for step in path]
    shape = shapes().get(tag)
    found: Sequence[tuple[int, int]] = ()
    if shape is not None and steps:
        found = shape.places.get(tuple(name for name, _, _ in steps), ())
        if len(steps) > 1 and steps[0][2]:
            element = _occurrence(shape.places.get((steps[0][0],), ()), steps[0][2])
            found = [place for place in found if element is not None and place[0] == element[0]]
    place = _occurrence(found, steps[-1][2] or "1") if steps else None
    if place is None:
        message = f"Segment {tag} has no {'/'.join(path)}."
        raise KeyError(message)
    return place


def _occurrence(places: Sequence[tuple[int, int]], number: str) -> tuple[int, int] | None:
    """Return the nth of the places, n a text from 1."""
    at = int(number) - 1 if number.isdecimal() else -1
    return places[at] if 0 <= at < len(places) else None


def check_segment(shape: SegmentShape, elements: Sequence[Sequence[str]]) -> list[Flaw]:
    """Return what a segment's elements (each a list of components) have against its shape; never a value of theirs.

    Codes: missing-element, missing-component, too-many-elements, too-many-components, too-long, too-short,
    not-numeric, not-alphabetic. Empty elements and components at the end do no harm.
    """
    if _pattern(shape).fullmatch(_BETWEEN_ELEMENTS.join(map(_BETWEEN_COMPONENTS.join, elements))):
        return []
    return list(_flaws(shape, elements))


_BETWEEN_ELEMENTS = "\x1d"
_BETWEEN_COMPONENTS = "\x1f"
_PLAIN = r"[^\x1d\x1f]"
_SOLID = r"[^\x1d\x1f\s]"
_NOTHING = "\x1f*"
_STATED = rf"(?=\x1f*{_SOLID})"
_ELEMENT_ENDS = r"(?=\x1d|\Z)"
_COMPONENT_ENDS = r"(?=[\x1d\x1f]|\Z)"
"""What follows a part. Each part is matched up to it once and for all: going back into it would take for ever."""
_NUMBER = re.compile(r"-?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)", re.ASCII)
_LETTERS = re.compile(r"[^\W\d_]+(?: +[^\W\d_]+)*")


@cache
def _pattern(shape: SegmentShape) -> re.Pattern[str]:
    """Return what segments without a flaw fit, and none with one: a single look for the common case."""
    parts = [(_element_pattern(one), one.mandatory) for one in shape.elements]
    return re.compile(_in_order(parts, _BETWEEN_ELEMENTS))


def _element_pattern(element: Element) -> str:
    """Return what an element fits."""
    ways = [
        _in_order([(_component_pattern(part), part.mandatory) for part in one.components], _BETWEEN_COMPONENTS)
        for one in element.layouts
    ]
    if element.mandatory:
        return f"{_STATED}(?>(?:{'|'.join(ways)}){_ELEMENT_ENDS})"
    return f"(?>(?:{'|'.join((*ways, _NOTHING))}){_ELEMENT_ENDS})"


def _component_pattern(component: Component) -> str:
    """Return what a component fits; rare forms that would also do are left to the closer look."""
    kind, least, most = component.format
    if kind == "n":
        text = f"-?[0-9]{{{least},{most}}}"
        if least == 1 < most:
            text = f"(?:{text}|-?(?=[0-9.,]{{3,{most + 1}}}(?![0-9.,]))[0-9]+[.,][0-9]+)"
    elif kind == "a":
        text = f"[A-Za-z]{{{least},{most}}}"
    else:
        text = f"{_SOLID}{_PLAIN}{{{least - 1},{most - 1}}}"
    return f"(?>(?:{text}){'' if component.mandatory else '?'}{_COMPONENT_ENDS})"


def _in_order(parts: Sequence[tuple[str, bool]], separator: str) -> str:
    """Return the pattern of (pattern, mandatory) one after the other, of which the last may be missing."""
    (first, _), rest = parts[0], parts[1:]
    tail, needed = "", False
    for (one, mandatory), run in groupby(reversed(rest)):
        times = len(list(run))
        needed = needed or mandatory
        whole = f"(?:{separator}{one}){{{times}}}{tail}"
        tail = whole if needed else f"(?:{whole}|(?:{separator}{one}){{0,{times - 1}}})"
    return first + tail


def _flaws(shape: SegmentShape, elements: Sequence[Sequence[str]]) -> Iterator[Flaw]:
    """Yield what is wrong with a segment, looking at every part of it."""
    stated = [_stated(components) for components in elements]
    count = len(stated)
    while count and not stated[count - 1]:
        count -= 1
    most = len(shape.elements)
    if count > most:
        yield "too-many-elements", most, COMPOSITE, {"tag": shape.tag, "found": count, "expected": most}
    for at, element in enumerate(shape.elements):
        components = stated[at] if at < count else ()
        if components:
            ways = [list(_in_element(shape.tag, at, element, one, components)) for one in element.layouts]
            yield from min(ways, key=len)
        elif element.mandatory:
            yield "missing-element", at, COMPOSITE, {"tag": shape.tag, "element": f"{at + 1}", "what": element.id}


def _stated(components: Sequence[str]) -> tuple[str, ...]:
    """Return the components without blanks around them, up to the last that is not empty."""
    texts = [one.strip() for one in components]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _in_element(tag: str, at: int, element: Element, layout: Layout, texts: Sequence[str]) -> Iterator[Flaw]:
    """Yield what is wrong with an element that holds something, made up in one way."""
    most = len(layout.components)
    if len(texts) > most:
        said: dict[str, str | int] = {"tag": tag, "element": f"{at + 1}", "found": len(texts), "expected": most}
        yield "too-many-components", at, most, said
    for index, component in enumerate(layout.components):
        text = texts[index] if index < len(texts) else ""
        number = f"{at + 1}.{index + 1}" if element.composite else f"{at + 1}"
        if text:
            for code, params in _in_text(component.format, text):
                yield code, at, index, {"tag": tag, "element": number, **params}
        elif component.mandatory:
            yield "missing-component", at, index, {"tag": tag, "element": number, "what": layout.id}


def _in_text(wanted: ElementFormat, text: str) -> Iterator[tuple[str, dict[str, str | int]]]:
    """Yield what is wrong with a text that is not empty; of a number, only digits count for its length."""
    length = len(text)
    if wanted.kind == "n":
        if _NUMBER.fullmatch(text) is None:
            yield "not-numeric", {}
            return
        length = sum(map(str.isdecimal, text))
    elif wanted.kind == "a" and _LETTERS.fullmatch(text) is None:
        yield "not-alphabetic", {}
    if length > wanted.max:
        yield "too-long", {"found": length, "expected": wanted.max}
    elif length < wanted.min:
        yield "too-short", {"found": length, "expected": wanted.min}

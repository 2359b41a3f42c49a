"""Define a segment, its elements and components, and the service characters between them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

BLANKS = " \t\r\n\x00"
"""What may stand between segments without being part of one."""

UNA_LENGTH = 9
"""Length of a service string advice, in characters."""


class ServiceCharacters(NamedTuple):
    """The characters that structure an interchange (UNA, ISO 9735-1, 7.1). No repetition is an empty text."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = ""
    terminator: str = "'"

    @classmethod
    def of(cls, advice: str) -> ServiceCharacters:
        """Return what a service string advice (nine characters that begin with UNA) says; a blank is none."""
        component, element, decimal, release, repetition, terminator = tuple(advice[3:UNA_LENGTH])
        if decimal in BLANKS:
            decimal = cls._field_defaults["decimal"]
        return cls(component, element, decimal, release.strip(" "), repetition.strip(" "), terminator)

    @property
    def sound(self) -> bool:
        """Whether they can structure anything: none is a letter, a digit or a blank, and no two are the same.

        The information separators of level B (1C to 1F) are no blanks, though Python takes them for such.
        """
        used = [self.component, self.element, self.terminator, *filter(None, (self.release, self.repetition))]
        return len(set(used)) == len(used) and not any(one.isalnum() or one in BLANKS for one in used)


LEVEL_B = ServiceCharacters("\x1f", "\x1d", ".", "", "", "\x1c")
"""The information separators that level B of syntax version 1 to 3 has without an advice (ISO 9735:1988, level B)."""


Elements = tuple[tuple[str, ...], ...]
"""A segment's elements, each as its components."""


class Segment(msgspec.Struct, gc=False):
    """One segment: its tag, and its elements as components, the tag not among them.

    `offset` and `length` are bytes of the source, from the tag to before the terminator; `line` counts from 1.
    `more` holds the repetitions of an element after its first, by the element's index (syntax version 4). `flaws` are
    codes of what was tolerated or could not be read. Nothing in it is of interest to the collector of garbage, which
    would otherwise take longer over a large message than its reading does.
    """

    tag: str
    elements: Elements
    offset: int
    length: int
    line: int
    more: dict[int, Elements] | None = None
    flaws: tuple[str, ...] = ()

    def text(self, element: int, component: int = 0) -> str:
        """Return a component's text by its index, empty where there is none."""
        if element < len(self.elements):
            components = self.elements[element]
            if component < len(components):
                return components[component].strip()
        return ""


def split(body: str, characters: ServiceCharacters, offset: int, length: int, line: int) -> Segment:
    """Split a segment's text into its tag, elements and components."""
    component, element, _, release, repetition, _ = characters
    if (release and release in body) or (repetition and repetition in body):
        return _carefully(body, characters, offset, length, line)
    tag, *rest = body.split(element)
    elements = tuple([tuple(one.split(component)) for one in rest])
    segment = Segment(tag, elements, offset, length, line)
    if len(tag) != _TAG_LENGTH or not tag.isupper():
        _nest(segment, tag.split(component))
    return segment


_TAG_LENGTH = 3
_TAG_CASE = "tag-case"


def _nest(segment: Segment, parts: list[str]) -> None:
    """Take a tag that has blanks, or explicit nesting and repetition (ISO 9735-1, 8.3), apart."""
    tag = parts[0].strip()
    segment.tag = tag.upper() if len(tag) == _TAG_LENGTH and tag.isascii() else tag
    if segment.tag != tag:
        segment.flaws = (_TAG_CASE,)


@lru_cache(maxsize=64)
def _pattern(characters: ServiceCharacters) -> re.Pattern[str]:
    """Return what finds a released character or a separator."""
    separators = "".join(
        map(re.escape, filter(None, (characters.component, characters.element, characters.repetition)))
    )
    if not characters.release:
        return re.compile(f"(?P<mark>[{separators}])")
    return re.compile(f"{re.escape(characters.release)}(?P<plain>.)|(?P<mark>[{separators}])", re.DOTALL)


def _carefully(body: str, characters: ServiceCharacters, offset: int, length: int, line: int) -> Segment:
    """Split a segment in which something is released or repeated."""
    repeats: list[list[list[str]]] = [[[""]]]
    at = 0
    for found in _pattern(characters).finditer(body):
        here = repeats[-1][-1]
        here[-1] += body[at : found.start()]
        at = found.end()
        mark = found["mark"]
        if mark is None:
            here[-1] += found["plain"]
        elif mark == characters.element:
            repeats.append([[""]])
        elif mark == characters.component:
            here.append("")
        else:
            repeats[-1].append([""])
    repeats[-1][-1][-1] += body[at:]
    segment = Segment("", tuple([tuple(one[0]) for one in repeats[1:]]), offset, length, line)
    _nest(segment, repeats[0][0])
    more = {index: tuple(map(tuple, one[1:])) for index, one in enumerate(repeats[1:]) if len(one) > 1}
    segment.more = more or None
    return segment


def span(
    text: str, characters: ServiceCharacters, element: int, component: int = -1, *, repetition: int = 0
) -> tuple[int, int]:
    """Return (start, length) of an element, or of a component of it, in a segment's text one character a byte.

    `element` counts from 0 without the tag, -1 is the tag; `component` from 0, -1 is the whole element. What is absent
    stands at the end of what is there.
    """
    marks = [(found.start(), found["mark"]) for found in _pattern(characters).finditer(text) if found["mark"]]
    start, end = _between(marks, characters.element, element + 1, 0, len(text))
    if characters.repetition and element >= 0:
        start, end = _between(marks, characters.repetition, repetition, start, end)
    if component >= 0:
        start, end = _between(marks, characters.component, component, start, end)
    return start, end - start


def _between(marks: list[tuple[int, str]], mark: str, number: int, start: int, end: int) -> tuple[int, int]:
    """Return the nth stretch between marks of a kind inside a stretch."""
    edges = [start - 1, *(at for at, one in marks if one == mark and start <= at < end), end]
    if number + 1 >= len(edges):
        return end, end
    return edges[number] + 1, edges[number + 1]

"""Let a lens walk in a message: segments with what they trigger, their elements and components."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from tidewaiter.stages.receive.edifact.directory import position, segment_shape
from tidewaiter.stages.receive.edifact.matching import Node as Matched
from tidewaiter.stages.receive.edifact.segments import Segment, ServiceCharacters, span
from tidewaiter.stages.receive.edifact.tags import named
from tidewaiter.stages.receive.lens.node import Node
from tidewaiter.stages.receive.model import Place

_TAG_LENGTH = 3
_OCCURRENCES_MAX = 99
_COMPOSITE = -1


class Source(NamedTuple):
    """Where a message's segments come from: their form, and a way to read its bytes (offset, length) again.

    `numbers` maps a segment's offset to its position in the message; made when a place is asked for.
    """

    characters: ServiceCharacters
    bytes_at: Callable[[int, int], bytes]
    first: int
    numbers: dict[int, int]


class EdifactNode(Node):
    """A node of a message."""

    __slots__ = ()

    def children(self, names: tuple[str, ...]) -> Sequence[EdifactNode]:
        """Return the children with one of the names."""
        raise NotImplementedError


class SegmentNode(EdifactNode):
    """A segment with the segments of its group, or the message itself.

    `below` keeps the nodes of its group by their tags once one was asked for: from each of a thousand items it may be
    looked at the message's header, and many lines of a correspondence look at one group.
    """

    __slots__ = ("below", "matched", "source", "top")

    def __init__(self, matched: Matched, source: Source, top: SegmentNode | None) -> None:
        self.matched = matched
        self.source = source
        self.top = top
        self.below: dict[tuple[str, ...], list[SegmentNode]] | None = None

    def children(self, names: tuple[str, ...]) -> Sequence[EdifactNode]:
        """Return the segments with a tag of the names, or the segment's elements with one of the identifiers."""
        if len(names[0]) == _TAG_LENGTH:
            if not self.matched.children:
                return ()
            below = self.below if self.below is not None else self._grouped()
            known = below.get(names)
            if known is None:
                known = [] if len(names) == 1 else [one for one in self._all_below() if one.tag in names]
                below[names] = known
            return known
        segment: Segment | None = self.matched.segment
        if segment is None:
            return ()
        found: list[EdifactNode] = []
        for element, component in elements_of(segment.tag, names):
            if element >= len(segment.elements):
                break
            found.append(ElementNode(self, element, segment.elements[element], 0, component))
            if segment.more is not None:
                repeated = enumerate(segment.more.get(element, ()), start=1)
                found.extend(ElementNode(self, element, one, number, component) for number, one in repeated)
        return found

    @property
    def tag(self) -> str:
        """The segment's tag; empty for the message."""
        segment: Segment | None = self.matched.segment
        return segment.tag if segment is not None else ""

    def _grouped(self) -> dict[tuple[str, ...], list[SegmentNode]]:
        """Return the nodes of the group by their tags, made once."""
        below: dict[tuple[str, ...], list[SegmentNode]] = {}
        self.below = below
        for one in self._all_below():
            below.setdefault((one.tag,), []).append(one)
        return below

    def _all_below(self) -> Iterator[SegmentNode]:
        """Yield a node for each segment of the group."""
        top, source = self.top or self, self.source
        return (SegmentNode(one, source, top) for one in self.matched.children)

    def value(self, path: tuple[str, ...]) -> str | None:
        """Return the text of the first node at a path, without making nodes on the way."""
        segment: Segment | None = self.matched.segment
        if segment is None or len(path[0]) == _TAG_LENGTH:
            return super().value(path)
        places = _places(segment.tag, path)
        if len(places) != 1:
            return super().value(path)
        element, component = places[0]
        return segment.text(element, max(component, 0)) or None

    def text(self) -> str | None:
        """Return nothing: a segment has no text of its own."""
        return None

    def place(self) -> Place:
        """Return where the segment stands."""
        segment: Segment | None = self.matched.segment
        if segment is None:
            return Place(offset=self.source.first)
        return place_in(segment, self.source, number_of(segment, self.source, self.top or self))

    def root(self) -> SegmentNode:
        """Return the message."""
        return self.top or self


class ElementNode(EdifactNode):
    """An element of a segment: a composite, or one that stands alone (`component` is 0 then, else -1)."""

    __slots__ = ("component", "components", "element", "owner", "repetition")

    def __init__(
        self, owner: SegmentNode, element: int, components: Sequence[str], repetition: int, component: int
    ) -> None:
        self.owner = owner
        self.element = element
        self.components = components
        self.repetition = repetition
        self.component = component

    def children(self, names: tuple[str, ...]) -> Sequence[EdifactNode]:
        """Return the components with one of the identifiers."""
        segment = self.owner.matched.segment
        assert segment is not None  # noqa: S101 - the message has no elements
        return [
            ElementNode(self.owner, self.element, self.components, self.repetition, component)
            for component in components_of(segment.tag, self.element, names)
            if component < len(self.components)
        ]

    def text(self) -> str | None:
        """Return the text, without blanks around it; of a composite, its first component's."""
        at = max(self.component, 0)
        return (self.components[at].strip() or None) if at < len(self.components) else None

    def place(self) -> Place:
        """Return where it stands in the source."""
        owner = self.owner
        segment = owner.matched.segment
        assert segment is not None  # noqa: S101 - the message has no elements
        number = number_of(segment, owner.source, owner.root())
        return place_in(segment, owner.source, number, self.element, self.component, repetition=self.repetition)

    def root(self) -> SegmentNode:
        """Return the message."""
        return self.owner.root()


def place_in(
    segment: Segment,
    source: Source,
    number: int | None,
    element: int | None = None,
    component: int = _COMPOSITE,
    *,
    repetition: int = 0,
) -> Place:
    """Return where a segment, an element or a component stands; indexes count from 0, what is shown from 1."""
    start, length, name = 0, segment.length, None
    if element is not None and "segment-too-long" not in segment.flaws:
        text = source.bytes_at(segment.offset, segment.length).decode("latin-1")
        start, length = span(text, source.characters, element, component, repetition=repetition)
    if element is not None:
        name = f"{element + 1}" if component < 0 else f"{element + 1}.{component + 1}"
    return Place(
        offset=segment.offset + start,
        length=length,
        line=segment.line,
        segment=number,
        tag=named(segment.tag),
        element=name,
    )


def number_of(segment: Segment, source: Source, message: SegmentNode) -> int | None:
    """Return a segment's position in its message, UNH being 1."""
    if not source.numbers:
        offsets = sorted(one.segment.offset for one in _all(message.matched) if one.segment is not None)
        source.numbers.update((offset, number) for number, offset in enumerate(offsets, start=2))
    return source.numbers.get(segment.offset)


def _all(node: Matched) -> list[Matched]:
    """Return a node and all below it."""
    found = [node]
    for one in found:
        found.extend(one.children)
    return found


@cache
def elements_of(tag: str, names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Return (element, component or -1 for a composite) of every element of a segment with one of the names."""
    return tuple(sorted({place for name in names for place in _occurrences(tag, (name,))}))


@cache
def components_of(tag: str, element: int, names: tuple[str, ...]) -> tuple[int, ...]:
    """Return the components with one of the names in a composite at an element's index."""
    found = {
        component
        for name in names
        for composite in composites_at(tag, element)
        for at, component in _occurrences(tag, (composite, name))
        if at == element
    }
    return tuple(sorted(found))


@cache
def composites_at(tag: str, element: int) -> tuple[str, ...]:
    """Return the identifiers that the composite at an element's index of a segment has in one directory or another."""
    shape = segment_shape(tag)
    if shape is None or element >= len(shape.elements):
        return ()
    return tuple(dict.fromkeys(layout.id for layout in shape.elements[element].layouts))


@cache
def _places(tag: str, path: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Return where a path of identifiers leads to in a segment; empty where it does not."""
    if any("|" in one for one in path):
        return ()
    return _occurrences(tag, path)


@cache
def _occurrences(tag: str, path: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Return the places of every occurrence of the last identifier of a path."""
    found: list[tuple[int, int]] = []
    for number in range(1, _OCCURRENCES_MAX):
        try:
            found.append(position(tag, (*path[:-1], f"{path[-1]}#{number}")))
        except KeyError:
            break
    return tuple(found)

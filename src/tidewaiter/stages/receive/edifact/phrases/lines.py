"""Define the lines of a correspondence that messages need besides those of every lens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from tidewaiter.kernel.records import Part
from tidewaiter.stages.receive.edifact.phrases.codecs import Pieces, raw_of
from tidewaiter.stages.receive.edifact.tree import ElementNode, elements_of
from tidewaiter.stages.receive.edifact.writer import DraftElement
from tidewaiter.stages.receive.lens import Codec, Line, Node
from tidewaiter.stages.receive.lens.address import Address, parse
from tidewaiter.stages.receive.lens.lines import Each, Joined, Leaf, PartLine, Sighting, Values
from tidewaiter.stages.receive.lens.node import make, select


class Whole(Leaf):
    """One text that goes on from segment to segment, each of which holds some of its pieces."""

    codec: Pieces

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the pieces of all segments; the place is that of the first."""
        if self.name in values:
            return
        found = [one for one in select(node, self.address) if one.value((self.codec.component,)) is not None]
        pieces = [piece for one in found for piece in one.select(self.codec.component)]
        text = self.codec.joined([(one.text() or "", raw_of(one)) for one in pieces])
        if text is not None:
            values[self.name] = text
            if sighting.places is not None:
                sighting.places[f"{pointer}/{self.json}"] = found[0]

    def write(self, struct: Any, node: Node) -> None:
        """Write as many segments as the text needs."""
        value = getattr(struct, self.name)
        if value is None or self.read_only:
            return
        pieces, most = self.codec.cut(value, whole=True), self.codec.most
        if len(pieces) > most and node.once(self.address[0].names):  # it cannot go on: all the room there is is used
            pieces = self.codec.cut(value)[:most]
        for at in range(0, len(pieces), most):
            segment = make(node, self.address, again=True)
            for piece in pieces[at : at + most]:
                segment.grow((self.codec.component,)).put(piece)


class Beside(Leaf):
    """A value in the segments after an element's own, such as the marks of a goods item's packages.

    It is that of the first of the elements with the name `of`; the others have none.
    """

    def __init__(self, name: str, address: str, codec: Codec, *, of: str) -> None:
        super().__init__(name, address, codec, read_only=False)
        self._of = (of,)

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read it from the segments of the element's group."""
        if isinstance(node, ElementNode) and node.element == elements_of(_tag(node), self._of)[0][0]:
            super().read(node.owner, values, sighting, pointer)

    def write(self, struct: Any, node: Node) -> None:
        """Write it there."""
        if isinstance(node, DraftElement) and node.element == elements_of(node.owner.tag, self._of)[0][0]:
            super().write(struct, node.owner)


def _tag(node: ElementNode) -> str:
    """Return the tag of the segment that an element is of."""
    segment = node.owner.matched.segment
    return str(segment.tag) if segment is not None else ""


class Measured(PartLine):
    """A measure or an amount, which is nothing without its value."""

    def made(self, node: Node, sighting: Sighting, pointer: str, given: Values) -> Any | None:
        """Return it where it has a value."""
        struct = super().made(node, sighting, pointer, given)
        return struct if struct is not None and struct.value is not None else None


class Otherwise(Each):
    """A tuple of structs, read where no earlier line of its name found any."""

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read every node, or none."""
        if self.name not in values:
            super().read(node, values, sighting, pointer)


class Within(Each):
    """A tuple of structs whose nodes stand in one node: writing repeats the last step, not the first."""

    def write(self, struct: Any, node: Node) -> None:
        """Write each struct that fits into a node of its own."""
        for value in getattr(struct, self.name):
            if self.fits(value):
                self.put(value, make(make(node, self.address[:-1]), self.address[-1:], again=True))


class Known(Within):
    """A tuple of structs of which one field tells the kind; only those of a known kind are written."""

    def __init__(
        self, name: str, address: str, kind: type[Part], lines: Sequence[Line], *, by: str, kinds: Collection[str]
    ) -> None:
        super().__init__(name, address, kind, lines)
        self._by, self._kinds = by, frozenset(kinds)

    def matches(self, struct: Any) -> bool:
        """Say whether the struct is of a known kind."""
        return getattr(struct, self._by) in self._kinds


class Filler(Line):
    """A text that a directory asks for where the record has nothing to say; nothing is read."""

    name = ""

    def __init__(self, address: str, text: str, unless: str | None) -> None:
        self.address, self.text = parse(address), text
        self.unless = parse(address if unless is None else unless)

    def bind(self, kind: type[Part]) -> None:
        """Stand for no field."""

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read nothing."""

    def write(self, struct: Any, node: Node) -> None:
        """Put the text, unless something is there."""
        del struct
        if not any(one.text() or not _is_element(self.unless) for one in select(node, self.unless)):
            make(node, self.address).put(self.text)

    def addresses(self) -> tuple[tuple[Address, tuple[Line, ...]], ...]:
        """Return the one address."""
        return ((self.address, ()),)


def _is_element(address: Address) -> bool:
    """Say whether an address leads to an element, not to a segment."""
    return len(address[-1].names[0]) != len("TAG")


class Described(Joined):
    """A joined tuple whose keys the parts of this one have written: only what they do not name is named here.

    It stands after the lines that write those parts.
    """

    def write(self, struct: Any, node: Node) -> None:
        """Describe each key once at its place in the document."""
        named: set[str | None] | None = None
        for value in getattr(struct, self.name):
            key = getattr(value, self.key)
            if key is None or not self.fits(value):
                continue
            if named is None:
                named = {one.text() for one in select(node, self.address)}
            if key not in named:
                inside = make(node, self.address[:1])
                make(inside, self.address[1:], again=True).put(key)
                named.add(key)
            self.describe(value, key, node.root())


def whole(name: str, address: str, codec: Pieces) -> Line:
    """Say where a text stands that goes on from segment to segment; the address leads to their composite."""
    return Whole(name, address, codec, read_only=False)


def beside(name: str, address: str, codec: Codec, *, of: str) -> Line:
    """Say where a value stands, from the segment of the element that the struct is made of."""
    return Beside(name, address, codec, of=of)


def known(name: str, address: str, kind: type[Part], by: str, kinds: Collection[str], *lines: Line) -> Line:
    """Say where the structs of a tuple stand, of which the field `by` is one of the kinds."""
    return Known(name, address, kind, lines, by=by, kinds=kinds)


def measured(name: str, address: str, kind: type[Part], *lines: Line) -> Line:
    """Say where a measure or an amount stands."""
    return Measured(name, address, kind, lines)


def otherwise(name: str, address: str, kind: type[Part], *lines: Line) -> Line:
    """Say where the structs of a tuple stand if they stand nowhere before."""
    return Otherwise(name, address, kind, lines)


def within(name: str, address: str, kind: type[Part], *lines: Line) -> Line:
    """Say where the structs of a tuple stand inside one node."""
    return Within(name, address, kind, lines)


def filler(address: str, text: str, unless: str | None = None) -> Line:
    """Say what is written at an address where nothing stands there, or at another."""
    return Filler(address, text, unless)


def described(name: str, address: str, kind: type[Part], at: str, *lines: Line) -> Line:
    """Say where the structs of a tuple are described that parts of this struct name."""
    return Described(name, address, kind, at, lines)

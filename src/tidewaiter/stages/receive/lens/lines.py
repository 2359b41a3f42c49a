"""Define the lines of a correspondence: what a field of a record is in a document, read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tidewaiter.kernel.records import Part
from tidewaiter.stages.receive.lens.address import Address, parse, split, with_key, without_key
from tidewaiter.stages.receive.lens.codecs import TEXT, BadValue, Codec
from tidewaiter.stages.receive.lens.node import Node, make, reach, select

Values = dict[str, Any]


class Sighting:
    """What one reading of a document collects besides values.

    `places` maps the RFC 6901 pointer of every leaf to its node, where reading is traced (None: it is not, and pointers
    are not even made). `stumbles` lists (pointer, node, what was wrong); `index` the nodes that joined lines look
    up.
    """

    __slots__ = ("index", "places", "stumbles")

    def __init__(self, *, traced: bool) -> None:
        self.places: dict[str, Node] | None = {} if traced else None
        self.stumbles: list[tuple[str, Node, BadValue]] = []
        self.index: dict[int, dict[str, Node]] = {}


class Line:
    """One line of a correspondence."""

    name: str

    def bind(self, kind: type[Part]) -> None:
        """Learn the struct that the line's field is of; raises TypeError where it has no such field."""
        fields = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
        if self.name not in fields:
            message = f"{kind.__name__} has no field {self.name}"
            raise TypeError(message)
        self.json = fields[self.name]

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read from a node into the values of the struct at the pointer."""
        raise NotImplementedError

    def write(self, struct: Any, node: Node) -> None:
        """Write a struct's field below a node."""
        raise NotImplementedError

    def writes(self) -> bool:
        """Say whether the line ever writes anything."""
        return True

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the addresses that the line uses, with the lines that go on from there."""
        return ()


class Const(Line):
    """A field that has one value wherever this line's struct is made."""

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Leave it to the struct's maker, who adds constants only where something was read."""

    def write(self, struct: Any, node: Node) -> None:
        """Write nothing: the document's form says it."""

    def writes(self) -> bool:
        """Say no."""
        return False


class Leaf(Line):
    """One value."""

    def __init__(self, name: str, address: str, codec: Codec, *, read_only: bool) -> None:
        self.name, self.address, self.codec = name, parse(address), codec
        self.read_only = read_only
        self._way, self._path = split(self.address)

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the first node's value, where no earlier line had one."""
        if self.name in values:
            return
        for one in select(node, self.address)[:1]:
            value = _value(self.codec, one, sighting, pointer, self.json)
            if value is not None:
                values[self.name] = value
                if sighting.places is not None:
                    sighting.places[f"{pointer}/{self.json}"] = one

    def write(self, struct: Any, node: Node) -> None:
        """Write the value, where there is one."""
        value = getattr(struct, self.name)
        if value is not None and not self.read_only:
            self.codec.write(reach(node, self._way, self._path, self.address), value)

    def writes(self) -> bool:
        """Say no of what is only read."""
        return not self.read_only

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the one address."""
        return ((self.address, ()),)


class Texts(Leaf):
    """A tuple of plain values."""

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read every node's value."""
        found = list(values.get(self.name, ()))
        for one in select(node, self.address):
            value = _value(self.codec, one, sighting, pointer, f"{self.json}/{len(found)}")
            if value is not None:
                if sighting.places is not None:
                    sighting.places[f"{pointer}/{self.json}/{len(found)}"] = one
                found.append(value)
        if found:
            values[self.name] = tuple(found)

    def write(self, struct: Any, node: Node) -> None:
        """Write each value into a node of its own."""
        if not self.read_only:
            for value in getattr(struct, self.name):
                self.codec.write(make(node, self.address, again=True), value)


class Nested(Line):
    """A nested struct, one or many, with the lines that its fields are made of."""

    def __init__(self, name: str, address: str, kind: type[Part], lines: Sequence[Line]) -> None:
        self.name, self.address, self.kind, self.lines = name, parse(address), kind, tuple(lines)
        self.constants = {one.name: one.value for one in lines if isinstance(one, Const)}
        self.earlier: tuple[Nested, ...] = ()
        self._writing: tuple[Line, ...] | None = None
        settle(kind, lines)

    def made(self, node: Node, sighting: Sighting, pointer: str, given: Values) -> Any | None:
        """Return the struct that a node holds, or None where nothing but constants is there."""
        values = dict(given)
        for line in self.lines:
            line.read(node, values, sighting, pointer)
        if not values:
            return None
        return self.kind(**{**self.constants, **values})

    def fits(self, struct: Any) -> bool:
        """Say whether this line writes a struct: its constants are the struct's, and no earlier line fits."""
        if not self.matches(struct):
            return False
        for one in self.earlier:  # noqa: SIM110 - asked of every struct that is written: a loop is twice as fast
            if one.matches(struct):
                return False
        return True

    def matches(self, struct: Any) -> bool:
        """Say whether the constants are the struct's."""
        for name, value in self.constants.items():  # noqa: SIM110 - as in `fits`
            if getattr(struct, name) != value:
                return False
        return True

    def put(self, struct: Any, node: Node) -> None:
        """Write the struct's fields below a node."""
        if self._writing is None:
            self._writing = writing(self.lines)
        for line in self._writing:
            line.write(struct, node)

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the address, and the lines that go on from it."""
        return ((self.address, self.lines),)


class PartLine(Nested):
    """One nested struct."""

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the first node, where no earlier line found anything."""
        if self.name in values:
            return
        for one in select(node, self.address)[:1]:
            struct = self.made(one, sighting, f"{pointer}/{self.json}" if sighting.places is not None else "", {})
            if struct is not None:
                values[self.name] = struct

    def write(self, struct: Any, node: Node) -> None:
        """Write the struct, where there is one that fits."""
        value = getattr(struct, self.name)
        if value is not None and self.fits(value):
            self.put(value, make(node, self.address))


class Each(Nested):
    """A tuple of nested structs, one a node."""

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read every node."""
        found = list(values.get(self.name, ()))
        for one in select(node, self.address):
            here = f"{pointer}/{self.json}/{len(found)}" if sighting.places is not None else ""
            struct = self.made(one, sighting, here, {})
            if struct is not None:
                found.append(struct)
        if found:
            values[self.name] = tuple(found)

    def write(self, struct: Any, node: Node) -> None:
        """Write each struct that fits into a node of its own."""
        for value in getattr(struct, self.name):
            if self.fits(value):
                self.put(value, make(node, self.address, again=True))


class Key(Line):
    """The field of a joined struct that its key is."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Leave it to the joined line, which has read it."""

    def write(self, struct: Any, node: Node) -> None:
        """Leave it to the joined line, which writes it."""

    def writes(self) -> bool:
        """Say no."""
        return False


class Joined(Nested):
    """A tuple of nested structs that are named here and described elsewhere in the document."""

    def __init__(self, name: str, address: str, kind: type[Part], at: str, lines: Sequence[Line]) -> None:
        super().__init__(name, address, kind, lines)
        keys = [one.name for one in lines if isinstance(one, Key)]
        if len(keys) != 1:
            message = f"a joined line of {kind.__name__} names one key, not {len(keys)}"
            raise TypeError(message)
        self.key, self.at = keys[0], parse(at)
        self.all, self.path = without_key(self.at)

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read each key once, and its struct from where the key is described."""
        found = list(values.get(self.name, ()))
        seen = {getattr(one, self.key) for one in found}
        for one in select(node, self.address):
            key = one.text()
            if key is None or key in seen:
                continue
            seen.add(key)
            here = f"{pointer}/{self.json}/{len(found)}" if sighting.places is not None else ""
            if sighting.places is not None:
                sighting.places[f"{here}/{self.kind.__struct_encode_fields__[self._position]}"] = one
            described = self._described(one, sighting).get(key)
            given = {self.key: key}
            if described is None:
                found.append(self.kind(**self.constants, **given))
            else:
                found.append(self.made(described, sighting, here, given))
        if found:
            values[self.name] = tuple(found)

    @property
    def _position(self) -> int:
        """The key's place among the struct's fields."""
        return self.kind.__struct_fields__.index(self.key)

    def _described(self, node: Node, sighting: Sighting) -> Mapping[str, Node]:
        """Return key → the node that describes it; found once for the document."""
        index = sighting.index.get(id(self))
        if index is None:
            index = sighting.index[id(self)] = {}
            for one in select(node.root(), self.all):
                key = one.value(self.path)
                if key is not None:
                    index.setdefault(key, one)
        return index

    def write(self, struct: Any, node: Node) -> None:
        """Write each key here, and describe it once at its place in the document."""
        for value in getattr(struct, self.name):
            key = getattr(value, self.key)
            if key is None or not self.fits(value):
                continue
            make(node, self.address, again=True).put(key)
            self.describe(value, key, node.root())

    def describe(self, value: Any, key: str, root: Node) -> None:
        """Describe a key at its place in the document, unless it is described there."""
        known = root.known(self)
        if known is None:
            if select(root, with_key(self.at, key)):
                return
        elif not known:
            known.update(filter(None, (one.value(self.path) for one in select(root, self.all))))
        if known is not None:
            if key in known:
                return
            known.add(key)
        self.put(value, make(root, with_key(self.at, key), again=len(self.at) == 1))  # it is not there: do not look

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the key's address; what it is joined to begins at the root."""
        return ((self.address, ()),)

    def from_root(self) -> tuple[Address, Sequence[Line]]:
        """Return the address from the root, and the lines that go on from there."""
        return self.at, self.lines


def settle(kind: type[Part], lines: Sequence[Line]) -> None:
    """Bind the lines to the struct they make, and tell each which lines of its name come before it."""
    before: dict[str, list[Line]] = {}
    for line in lines:
        line.bind(kind)
        earlier = before.setdefault(line.name, [])
        if isinstance(line, Nested):
            line.earlier = tuple(one for one in earlier if isinstance(one, Nested))
        elif isinstance(line, Leaf) and not isinstance(line, Texts) and any(_writes(one) for one in earlier):
            line.read_only = True
        earlier.append(line)


def writing(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines that ever write; asked when all are settled, at the first document that is written."""
    return tuple(line for line in lines if line.writes())


def _writes(line: Line) -> bool:
    """Say whether a line writes its field whatever it holds."""
    return isinstance(line, Leaf) and not line.read_only


def _value(codec: Codec, node: Node, sighting: Sighting, pointer: str, name: str) -> Any:
    """Read a value; note where that cannot be done."""
    try:
        return codec.read(node)
    except BadValue as bad:
        sighting.stumbles.append((f"{pointer}/{name}", node, bad))
        return None


def leaf(name: str, address: str, codec: Codec = TEXT, *, read_only: bool = False) -> Line:
    """Say where one value stands; with `read_only` it is never written."""
    return Leaf(name, address, codec, read_only=read_only)


def texts(name: str, address: str, codec: Codec = TEXT, *, read_only: bool = False) -> Line:
    """Say where the values of a tuple stand."""
    return Texts(name, address, codec, read_only=read_only)


def const(name: str, value: Any) -> Line:
    """Say that a field has this value wherever the struct is made."""
    return Const(name, value)


def part(name: str, address: str, kind: type[Part], *lines: Line) -> Line:
    """Say where one nested struct stands."""
    return PartLine(name, address, kind, lines)


def each(name: str, address: str, kind: type[Part], *lines: Line) -> Line:
    """Say where the structs of a tuple stand, one a node."""
    return Each(name, address, kind, lines)


def joined(name: str, address: str, kind: type[Part], at: str, *lines: Line) -> Line:
    """Say where the structs of a tuple are named, and where in the document each of them is described."""
    return Joined(name, address, kind, at, lines)


def key(name: str) -> Line:
    """Say which field of a joined struct is its key."""
    return Key(name)

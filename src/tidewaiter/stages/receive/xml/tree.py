"""Walk XML elements and attributes as the nodes that a lens reads and writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, Self

from lxml import etree

from tidewaiter.stages.receive.lens import Node
from tidewaiter.stages.receive.model import Place

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Dialect(NamedTuple):
    """How documents of one kind are written.

    `namespace` is that of every element below the root, `others` those of the elements that have another. `order` maps
    an element's name to the names of its children, each with its rank in the order that its schema wants; "" stands for
    every element that is not named. `single` are the elements that stand once in what is around them; `numbered` maps a
    repeated element to the child that holds its number, `counted` to (child, whose number it says). `kept`
    stand below the root even where they are empty.
    """

    root: str
    root_namespace: str | None = None
    namespace: str | None = None
    others: Mapping[str, str] = {}
    prefixes: Mapping[str | None, str] = {}
    order: Mapping[str, Mapping[str, int]] = {}
    single: frozenset[str] = frozenset()
    numbered: Mapping[str, str] = {}
    counted: Mapping[str, tuple[str, str]] = {}
    kept: frozenset[str] = frozenset()


class Source:
    """What the nodes of one document share: where reading began, the steps of paths, what was looked up before."""

    __slots__ = ("dialect", "lookups", "start", "steps")

    def __init__(self, dialect: Dialect | None = None) -> None:
        self.dialect = dialect
        self.start: XmlNode | None = None
        self.steps: dict[etree._Element, str] = {}
        self.lookups: dict[str, Mapping[str, Sequence[str]]] = {}

    def step(self, element: etree._Element) -> str:
        """Return the step to an element from the one around it, with its number where others have its name."""
        step = self.steps.get(element)
        if step is not None:
            return step
        parent = element.getparent()
        if parent is None:
            return local_name(element)
        by_name: dict[str, list[etree._Element]] = {}
        for one in parent:
            by_name.setdefault(local_name(one), []).append(one)
        for name, several in by_name.items():
            for number, one in enumerate(several, 1):
                self.steps[one] = f"{name}[{number}]" if len(several) > 1 else name
        return self.steps[element]


class XmlNode(Node):
    """An element, or an attribute of one; found by local name in any namespace."""

    __slots__ = ("_elements", "_nodes", "attribute", "element", "source")

    def __init__(self, element: etree._Element, source: Source, attribute: str | None = None) -> None:
        self.element, self.source, self.attribute = element, source, attribute
        self._elements: dict[str, list[etree._Element]] | None = None
        self._nodes: dict[str, list[Self]] = {}

    def children(self, names: tuple[str, ...]) -> Sequence[Self]:
        """Return the children with one of the names, in the document's order; @ before an attribute's."""
        if len(names) > 1:
            return self._several(names)
        name = names[0]
        nodes = self._nodes.get(name)
        if nodes is None:
            if name[0] == "@":
                return self._attributes(name[1:])
            elements = (self._index() if self._elements is None else self._elements).get(name)
            if elements is None:
                return ()
            source = self.source
            nodes = self._nodes[name] = [type(self)(one, source) for one in elements]
        return nodes

    def _index(self) -> dict[str, list[etree._Element]]:
        """Sort the children by name, once."""
        index: dict[str, list[etree._Element]] = {}
        for one in self.element:
            name = local_name(one)
            if name in index:
                index[name].append(one)
            else:
                index[name] = [one]
        self._elements = index
        return index

    def _several(self, names: tuple[str, ...]) -> Sequence[Self]:
        """Return the children with any of several names."""
        found = [child for name in names for child in self.children((name,))]
        if len({child.element.tag for child in found}) > 1:
            places = {one: at for at, one in enumerate(self.element)}
            found.sort(key=lambda child: places.get(child.element, -1))
        return found

    def _attributes(self, name: str) -> Sequence[Self]:
        """Return the attribute of a name, in any namespace."""
        attributes = self.element.attrib
        if name in attributes:
            return (type(self)(self.element, self.source, name),)
        ends = f"}}{name}"
        return [type(self)(self.element, self.source, str(key)) for key in attributes if str(key).endswith(ends)]

    def text(self) -> str | None:
        """Return the text without blanks around it, or None where there is none."""
        text = self.element.text if self.attribute is None else self.element.get(self.attribute)
        return None if text is None else str(text).strip() or None

    def place(self) -> Place:
        """Return the XPath, by local names, and the line; bytes are found by `spans` where they are asked for."""
        line: Any = self.element.sourceline
        return Place(line=line or None, xpath=self.path())

    def path(self) -> str:
        """Return the XPath by local names."""
        steps = [] if self.attribute is None else [f"@{self.attribute.rpartition('}')[2]}"]
        element: etree._Element | None = self.element
        while element is not None:
            steps.append(self.source.step(element))
            element = element.getparent()
        return "/" + "/".join(reversed(steps))

    def root(self) -> Self:
        """Return the node that reading or writing began with."""
        start = self.source.start
        assert isinstance(start, type(self))  # noqa: S101 - every tree is begun by `reading` or `writing`
        return start

    def parent(self) -> Self | None:
        """Return the element around this one."""
        parent = self.element.getparent()
        return None if parent is None else type(self)(parent, self.source)

    def grow(self, names: tuple[str, ...]) -> Self:
        """Add a child of the first name."""
        name, dialect = names[0], self.source.dialect
        assert dialect is not None  # noqa: S101 - only what is written grows
        if name[0] == "@":
            return type(self)(self.element, self.source, name[1:])
        there = self._nodes.get(name)
        if there is None:
            self.children((name,))  # which looks for those that are there, so that this one comes after them
            there = self._nodes.setdefault(name, [])
        element = etree.SubElement(self.element, _qualified(name, dialect.others.get(name, dialect.namespace)))
        node = type(self)(element, self.source)
        node._elements = {}  # nothing is below it yet, and what is grown there is noted among the nodes
        there.append(node)
        return node

    def once(self, names: tuple[str, ...]) -> bool:
        """Say whether the schema has a child of the first name at most once."""
        return self.source.dialect is not None and names[0] in self.source.dialect.single

    def put(self, text: str) -> None:
        """Set the text, or the attribute's value; characters that XML cannot hold are replaced."""
        clean = text if text.isprintable() else _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
        if self.attribute is None:
            self.element.text = clean
        else:
            self.element.set(self.attribute, clean)


def reading(element: etree._Element) -> XmlNode:
    """Return the node that a lens reads a record from."""
    source = Source()
    source.start = XmlNode(element, source)
    return source.start


def writing(dialect: Dialect) -> XmlNode:
    """Return the node of a new document's root, for a lens to write to."""
    source = Source(dialect)
    root = etree.Element(_qualified(dialect.root, dialect.root_namespace), nsmap=dict(dialect.prefixes))  # type: ignore[arg-type]  # a prefix may be None, whatever the stubs say
    source.start = XmlNode(root, source)
    return source.start


def finished(node: XmlNode) -> etree._Element:
    """Return the root of what was written: without what stayed empty, numbered, in the schema's order."""
    dialect = node.source.dialect
    assert dialect is not None  # noqa: S101 - only what is written is finished
    for name in dialect.kept:
        node.make(name)
    kept = _pruned(node.element, dialect.kept)
    _finish(local_name(node.element), node.element, kept or (), dialect)
    return node.element


def serialised(root: etree._Element) -> bytes:
    """Return the bytes of a document, in UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def local_name(element: etree._Element) -> str:
    """Return an element's name without namespace or prefix."""
    return _local(element.tag)


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    """Return a tag without namespace or prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def namespace_of(element: etree._Element) -> str:
    """Return an element's namespace, or nothing."""
    tag = str(element.tag)
    return tag[1 : tag.rfind("}")] if tag.startswith("{") else ""


def xml_node(node: Node) -> XmlNode:
    """Return a node as the XML node that it is."""
    assert isinstance(node, XmlNode)  # noqa: S101 - the correspondences of this room read and write no other
    return node


class _Kept(NamedTuple):
    """An element that is written: its name, itself, and what is written below it."""

    name: str
    element: etree._Element
    below: list[_Kept]


def _pruned(element: etree._Element, kept: frozenset[str]) -> list[_Kept] | None:
    """Leave out what is empty below an element, and return what is not; None where it is empty itself."""
    below: list[_Kept] = []
    for child in [*element]:
        name = local_name(child)
        inside = _pruned(child, kept)
        if inside is None and name not in kept:
            element.remove(child)
        else:
            below.append(_Kept(name, child, inside or []))
    return below if below or (element.text or "").strip() or element.attrib else None


def _finish(name: str, element: etree._Element, below: Sequence[_Kept], dialect: Dialect) -> None:
    """Number and sort what is below an element."""
    _number(below, dialect)
    ranks = dialect.order.get(name) or dialect.order.get("")
    if len(below) > 1 and ranks:
        last = len(ranks)
        places = [ranks.get(one.name, last) for one in below]
        if any(place > after for place, after in pairwise(places)):
            element[:] = [one.element for one in sorted(below, key=lambda one: ranks.get(one.name, last))]
    for one in below:
        if one.below:
            _finish(one.name, one.element, one.below, dialect)


def _number(siblings: Sequence[_Kept], dialect: Dialect) -> None:
    """Number the repeated ones of an element's children, and say how many of some are in them."""
    numbers: dict[str, int] = {}
    for one in siblings:
        child_name = dialect.numbered.get(one.name)
        if child_name is not None:
            numbers[one.name] = numbers.get(one.name, 0) + 1
            _add(one, child_name, str(numbers[one.name]), dialect)
        counted = dialect.counted.get(one.name)
        if counted is not None:
            _add(one, counted[0], str(sum(inside.name == counted[1] for inside in one.below)), dialect)


def _add(there: _Kept, name: str, text: str, dialect: Dialect) -> None:
    """Add a child with a text, where there is none of its name."""
    if not any(one.name == name for one in there.below):
        made = etree.SubElement(there.element, _qualified(name, dialect.others.get(name, dialect.namespace)))
        made.text = text
        there.below.append(_Kept(name, made, []))


def _qualified(name: str, namespace: str | None) -> str:
    """Return a name as lxml writes it."""
    return f"{{{namespace}}}{name}" if namespace else name

"""Walk XML elements and attributes as the nodes that a lens reads and writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Self

from lxml import etree

from tidewaiter.stages.receive.lens import Node
from tidewaiter.stages.receive.model import Place

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Dialect(NamedTuple):
    """How documents of one kind are written.

    `namespace` is that of every element below the root, `others` those of the elements that have another. `order` maps
    an element's name to the names of its children in the order that its schema wants; "" stands for every element
    that is not named. `single` are the elements that stand once in what is around them; `numbered` maps a
    repeated element to the child that holds its number, `counted` to (child, whose number it says). `kept`
    stand below the root even where they are empty.
    """

    root: str
    root_namespace: str | None = None
    namespace: str | None = None
    others: Mapping[str, str] = {}
    prefixes: Mapping[str | None, str] = {}
    order: Mapping[str, Sequence[str]] = {}
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
        self.children((name,))  # which looks for those that are there, so that this one comes after them
        element = etree.SubElement(self.element, _qualified(name, dialect.others.get(name, dialect.namespace)))
        node = type(self)(element, self.source)
        (self._elements or {}).setdefault(name, []).append(element)
        self._nodes.setdefault(name, []).append(node)
        return node

    def once(self, names: tuple[str, ...]) -> bool:
        """Say whether the schema has a child of the first name at most once."""
        return self.source.dialect is not None and names[0] in self.source.dialect.single

    def put(self, text: str) -> None:
        """Set the text, or the attribute's value; characters that XML cannot hold are replaced."""
        clean = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
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
    _prune(node.element, dialect.kept)
    for element in [*node.element.iter()]:
        _number(element, dialect)
        name = local_name(element)
        order = dialect.order.get(name, dialect.order.get("", ()))
        if len(element) > 1 and order:
            rank = {one: at for at, one in enumerate(order)}
            element[:] = sorted(element, key=lambda child: rank.get(local_name(child), len(rank)))
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


def _prune(element: etree._Element, kept: frozenset[str]) -> bool:
    """Leave out what is empty below an element; say whether it is empty itself."""
    for child in [*element]:
        if _prune(child, kept) and local_name(child) not in kept:
            element.remove(child)
    return not len(element) and not (element.text or "").strip() and not element.attrib


def _number(element: etree._Element, dialect: Dialect) -> None:
    """Number the repeated children of an element, and say how many there are."""
    numbers: dict[str, int] = {}
    for child in element:
        name = local_name(child)
        child_name = dialect.numbered.get(name)
        if child_name is not None:
            numbers[name] = numbers.get(name, 0) + 1
            _add(child, child_name, str(numbers[name]), dialect)
        counted = dialect.counted.get(name)
        if counted is not None:
            _add(child, counted[0], str(sum(local_name(one) == counted[1] for one in child)), dialect)


def _add(element: etree._Element, name: str, text: str, dialect: Dialect) -> None:
    """Add a child with a text, where there is none of its name."""
    if not any(local_name(one) == name for one in element):
        made = etree.SubElement(element, _qualified(name, dialect.others.get(name, dialect.namespace)))
        made.text = text


def _qualified(name: str, namespace: str | None) -> str:
    """Return a name as lxml writes it."""
    return f"{{{namespace}}}{name}" if namespace else name

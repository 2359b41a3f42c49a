"""Walk XML elements and attributes as the nodes that a lens reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

from lxml import etree

from tidewaiter.stages.receive.lens import Node
from tidewaiter.stages.receive.model import Place


class Source:
    """What the nodes of one document share: where reading began, the steps of paths, what was looked up before."""

    __slots__ = ("lookups", "start", "steps")

    def __init__(self) -> None:
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
        """Return the node that reading began with."""
        start = self.source.start
        assert isinstance(start, type(self))  # noqa: S101 - every tree is begun by `reading`
        return start

    def parent(self) -> Self | None:
        """Return the element around this one."""
        parent = self.element.getparent()
        return None if parent is None else type(self)(parent, self.source)


def reading(element: etree._Element) -> XmlNode:
    """Return the node that a lens reads a record from."""
    source = Source()
    source.start = XmlNode(element, source)
    return source.start


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

"""Build XML documents as the nodes that a lens writes, and put them in order and into bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from tidewaiter.stages.receive.lens import Node
from tidewaiter.stages.receive.model import Place

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE = _TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
"""Character → what stands for it in a text, and in an attribute's value."""


class Dialect(NamedTuple):
    """How documents of one kind are written.

    `namespace` is that of every element below the root, `others` those of the elements that have another; `prefixes`
    are declared at the root. `order` maps an element's name to the names of its children, each with its rank in the
    order that its schema wants; "" stands for every element that is not named. `single` are the elements that stand
    once in what is around them; `numbered` maps a repeated element to the child that holds its number, `counted` to
    (child, whose number it says). `kept` stand below the root even where they are empty.
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


class Draft(Node):
    """An element that is being written."""

    __slots__ = ("around", "attributes", "below", "dialect", "name", "namespace", "top", "written")

    def __init__(self, name: str, namespace: str | None, dialect: Dialect, around: Draft | None = None) -> None:
        self.name, self.namespace, self.dialect, self.around = name, namespace, dialect, around
        self.top: Draft = around.top if around is not None else self
        self.attributes: dict[str, str] | None = None  # most elements have none, and there are many elements
        self.below: list[Draft] | None = None
        self.written: str | None = None

    def children(self, names: tuple[str, ...]) -> Sequence[Draft | DraftAttribute]:
        """Return the children with one of the names, in the document's order; @ before an attribute's."""
        name = names[0]
        if name[0] == "@":
            return (DraftAttribute(self, name[1:]),) if name[1:] in (self.attributes or ()) else ()
        return [one for one in self.below or () if one.name in names]

    def first(self, names: tuple[str, ...]) -> Draft | DraftAttribute | None:
        """Return the first child with one of the names, or None."""
        for one in self.below or ():
            if one.name in names:
                return one
        return next(iter(self.children(names)), None) if names[0][0] == "@" else None

    def text(self) -> str | None:
        """Return the text without blanks around it, or None where there is none."""
        return None if self.written is None else self.written.strip() or None

    def put(self, text: str) -> None:
        """Set the text; characters that XML cannot hold are replaced."""
        self.written = clean(text)

    def grow(self, names: tuple[str, ...]) -> Draft | DraftAttribute:
        """Add a child of the first name."""
        name = names[0]
        if name[0] == "@":
            return DraftAttribute(self, name[1:])
        return self.add(name)

    def add(self, name: str) -> Draft:
        """Add an element below this one."""
        dialect = self.dialect
        child = Draft(name, dialect.others.get(name, dialect.namespace), dialect, self)
        if self.below is None:
            self.below = [child]
        else:
            self.below.append(child)
        return child

    def once(self, names: tuple[str, ...]) -> bool:
        """Say whether the schema has a child of the first name at most once."""
        return names[0] in self.dialect.single

    def place(self) -> Place:
        """Return no place: it stands in no source yet."""
        return Place()

    def root(self) -> Draft:
        """Return the node that writing began with."""
        return self.top

    def parent(self) -> Draft | None:
        """Return the element around this one."""
        return self.around


class DraftAttribute(Node):
    """An attribute that is being written."""

    __slots__ = ("name", "owner")

    def __init__(self, owner: Draft, name: str) -> None:
        self.owner, self.name = owner, name

    def children(self, names: tuple[str, ...]) -> Sequence[Node]:
        """Return nothing: an attribute holds no others."""
        del names
        return ()

    def text(self) -> str | None:
        """Return the value without blanks around it, or None where there is none."""
        return (self.owner.attributes or {}).get(self.name, "").strip() or None

    def put(self, text: str) -> None:
        """Set the value; characters that XML cannot hold are replaced."""
        self.owner.attributes = {**(self.owner.attributes or {}), self.name: clean(text)}

    def place(self) -> Place:
        """Return no place: it stands in no source yet."""
        return Place()

    def root(self) -> Draft:
        """Return the node that writing began with."""
        return self.owner.root()

    def parent(self) -> Draft:
        """Return the element that it is of."""
        return self.owner


def clean(text: str) -> str:
    """Return a text with a sign for every character that XML cannot hold."""
    return text if text.isprintable() else _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def writing(dialect: Dialect) -> Draft:
    """Return the root of a new document, for a lens to write to."""
    return Draft(dialect.root, dialect.root_namespace, dialect)


def finished(root: Draft) -> Draft:
    """Return what was written: without what stayed empty, numbered, in the schema's order."""
    for name in root.dialect.kept:
        root.make(name)
    _prune(root, root.dialect.kept)
    _arrange(root)
    return root


def serialised(root: Draft) -> bytes:
    """Return the bytes of a document, in UTF-8, an element a line."""
    return _document(_lines(root, {None: ""}, ""))


def wrapped(wrapper: Draft, documents: Iterable[Draft]) -> bytes:
    """Return the bytes of a wrapper with documents after its own elements; none is kept once it is written."""
    wrapper.add("")  # a place for the documents, taken out again: it is the last but one line
    *lines, _, end = _lines(wrapper, {None: ""}, "")
    for one in documents:
        lines += _lines(one, {None: ""}, "  ")
    return _document([*lines, end])


def _document(lines: Sequence[str]) -> bytes:
    """Return the bytes of a document's lines."""
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{''.join(lines)}".encode()


def _prune(element: Draft, kept: frozenset[str]) -> bool:
    """Leave out what is empty below an element; say whether it is empty itself."""
    if element.below is not None:
        element.below = [one for one in element.below if not _prune(one, kept) or one.name in kept]
    return not element.below and not (element.written or "").strip() and not element.attributes


def _arrange(element: Draft) -> None:
    """Number and sort what is below an element."""
    below, dialect = element.below or [], element.dialect
    _number(below)
    ranks = dialect.order.get(element.name) or dialect.order.get("")
    if len(below) > 1 and ranks:
        last = len(ranks)
        places = [ranks.get(one.name, last) for one in below]
        if any(place > after for place, after in pairwise(places)):
            below.sort(key=lambda one: ranks.get(one.name, last))
    for one in below:
        if one.below:
            _arrange(one)


def _number(siblings: Sequence[Draft]) -> None:
    """Number the repeated ones of an element's children, and say how many of some are in them."""
    numbers: dict[str, int] = {}
    for one in siblings:
        child = one.dialect.numbered.get(one.name)
        if child is not None:
            numbers[one.name] = numbers.get(one.name, 0) + 1
            _note(one, child, numbers[one.name])
        counted = one.dialect.counted.get(one.name)
        if counted is not None:
            _note(one, counted[0], sum(inside.name == counted[1] for inside in one.below or ()))


def _note(element: Draft, name: str, number: int) -> None:
    """Add a child that says a number, where there is none of its name."""
    if element.first((name,)) is None:
        element.add(name).put(str(number))


def _lines(root: Draft, prefixes: Mapping[str | None, str], indent: str) -> list[str]:
    """Return the text of a document's root and of all below it; `prefixes` are those around it, by namespace."""
    declared = root.dialect.prefixes
    known = dict(prefixes)
    known.update((uri, f"{prefix}:" if prefix else "") for prefix, uri in declared.items())
    said = "".join(
        f' xmlns{f":{prefix}" if prefix else ""}="{uri.translate(_VALUE)}"' for prefix, uri in declared.items()
    )
    lines: list[str] = []
    _write(root, said, known, indent, lines)
    return lines


def _write(
    element: Draft, declared: str, prefixes: Mapping[str | None, str], indent: str | None, lines: list[str]
) -> None:
    """Add an element: a line each of it and of those below, or one line where texts stand among those.

    `prefixes` maps a namespace to the beginning of a name in it; `indent` is what a line begins with, None within one.
    """
    name = prefixes[element.namespace] + element.name
    start = f"{indent or ''}<{name}{declared}"
    if element.attributes:
        for attribute, value in element.attributes.items():
            start += f' {attribute}="{value.translate(_VALUE)}"'
    end, text = "" if indent is None else "\n", element.written
    said = "" if text is None else text if text.isalnum() else text.translate(_TEXT)
    if not element.below:
        lines.append(f"{start}/>{end}" if text is None else f"{start}>{said}</{name}>{end}")
        return
    inline = indent is None or text is not None
    lines.append(f"{start}>{said}" if inline else f"{start}>\n")
    for one in element.below:
        _write(one, "", prefixes, None if inline else f"{indent}  ", lines)
    lines.append(f"</{name}>{end}" if inline else f"{indent}</{name}>\n")

"""Compile XML schemas from bytes alone, and say what a document breaks of its own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lxml import etree

from tidewaiter.kernel.errors import SchemaFault
from tidewaiter.stages.receive.faults import fault, shown
from tidewaiter.stages.receive.model import Fault, Place
from tidewaiter.stages.receive.xml.tree import Source, XmlNode, local_name

_SCHEMA = "http://www.w3.org/2001/XMLSchema"
_PREFIX = "tidewaiter:///"
_EMPTY = f'<schema xmlns="{_SCHEMA}"/>'.encode()
"""What is given for a file that is not there: nothing is ever fetched."""


class Schemas:
    """The XML schemas that were loaded: a set of files under a name; compiled when a document needs them."""

    def __init__(self, sets: Mapping[str, Mapping[str, bytes]]) -> None:
        """Take set → path in its folder → bytes of the file."""
        self._sets = sets
        self._index: dict[str, list[tuple[str, str]]] | None = None
        self._compiled: dict[tuple[str, str], etree.XMLSchema] = {}

    def of(self, name: str) -> tuple[etree.XMLSchema, ...]:
        """Return the schemas that declare an element of a local name as a root; several, where sets differ in it."""
        if self._index is None:
            self._index = {}
            for set_name, files in self._sets.items():
                for file, roots in roots_of(files).items():
                    for root in roots:
                        self._index.setdefault(root, []).append((set_name, file))
        return tuple(self._get(set_name, file) for set_name, file in self._index.get(name, ()))

    def _get(self, set_name: str, file: str) -> etree.XMLSchema:
        """Return the schema of a file, compiled once."""
        schema = self._compiled.get((set_name, file))
        if schema is None:
            schema = self._compiled[set_name, file] = compiled(self._sets[set_name], file)
        return schema

    def faults(self, element: etree._Element, most: int) -> tuple[Fault, ...]:
        """Return what a document's element breaks of the schema for it; of several, of that it breaks least."""
        schemas = self.of(local_name(element))
        if not schemas:
            return ()
        tree = etree.ElementTree(element)
        found = [tuple(islice(schema_faults(schema, tree), most)) for schema in schemas]
        return min(found, key=len)


def checked(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the roots that the files of a set declare; raises SchemaFault where one of them cannot be compiled."""
    found = roots_of(files)
    for name, roots in found.items():
        if roots:
            compiled(files, name)
    return tuple(sorted({root for roots in found.values() for root in roots}))


def packed(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files of a set under names that a folder without folders can hold."""
    return {name.replace("/", _BETWEEN): data for name, data in files.items()}


def unpacked(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files of a set under their own names."""
    return {name.replace(_BETWEEN, "/"): data for name, data in files.items()}


_BETWEEN = "~"
_REMEDY = "Load the whole folder that the publisher gives: a schema needs the files that it includes beside it."


def roots_of(files: Mapping[str, bytes]) -> Mapping[str, tuple[str, ...]]:
    """Return file → local names of the elements that it declares; raises SchemaFault for what is no schema."""
    return {name: tuple(_declared(name, data)) for name, data in files.items()}


def _declared(name: str, data: bytes) -> Iterator[str]:
    """Yield the elements that a schema declares at its top."""
    try:
        root = etree.fromstring(data, _parser({}))
    except etree.XMLSyntaxError as error:
        message = f"{name} is not well-formed: {error.msg}"
        raise SchemaFault(message, _REMEDY) from error
    if root.tag != f"{{{_SCHEMA}}}schema":
        message = f"{name} is no XML schema."
        raise SchemaFault(message, "Load files that end in .xsd, as their publisher gives them.")
    for child in root.iterchildren(f"{{{_SCHEMA}}}element"):
        declared = child.get("name")
        if declared:
            yield str(declared)


def compiled(files: Mapping[str, bytes], name: str) -> etree.XMLSchema:
    """Return the schema of a file, with those that it includes and imports from the same set.

    Raises SchemaFault where they do not fit together. Nothing is read but the bytes given.
    """
    parser = _parser(files)
    try:
        root = etree.fromstring(files[name], parser, base_url=_PREFIX + name)
        return etree.XMLSchema(root.getroottree())
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        message = f"{name} cannot be compiled: {shown(str(error))}"
        raise SchemaFault(message, _REMEDY) from error


def _parser(files: Mapping[str, bytes]) -> etree.XMLParser:
    """Return a parser to which no other files exist than these."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    parser.resolvers.add(_Files(files))
    return parser


class _Files(etree.Resolver):
    """Finds included files among those of the set, and answers for every other with nothing."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # type: ignore[override]  # stubs
        """Return the file's bytes."""
        del public_id
        name = posixpath.normpath(system_url.removeprefix(_PREFIX).removeprefix("tidewaiter:/"))
        return self.resolve_string(self._files.get(name, _EMPTY), context, base_url=_PREFIX + name)


_EXPECTED = re.compile(r"Expected is (?:one of )?\( (?P<names>[^)]*) \)")
_PATTERN = re.compile(r"is not accepted by the pattern '(?P<pattern>.*)'\.")
_LENGTH = re.compile(r"(?:maximum|minimum)? ?length of '(?P<length>[0-9]+)'\.\Z")
_SET = re.compile(r"is not an element of the set \{(?P<set>.*)\}\.")
_LIMIT = re.compile(r"(?P<limit>[0-9.+-]+)'?(?: are allowed)?\.\Z")
_TYPE = re.compile(r"is not a valid value of the (?:atomic|list|union|local atomic) type(?: '(?P<type>[^']*)')?")
_NAME = re.compile(r"\{[^}]*\}")

_FACETS = {
    "maxLength": (_LENGTH, "at most {found} characters"),
    "minLength": (_LENGTH, "at least {found} characters"),
    "length": (_LENGTH, "{found} characters"),
    "pattern": (_PATTERN, "a value of the pattern {found}"),
    "enumeration": (_SET, "one of {found}"),
    "totalDigits": (_LIMIT, "at most {found} digits"),
    "fractionDigits": (_LIMIT, "at most {found} digits after the point"),
    "maxInclusive": (_LIMIT, "at most {found}"),
    "minInclusive": (_LIMIT, "at least {found}"),
}
"""Facet of XML Schema → (where its limit stands in libxml2's message, what was expected)."""
_FACET = re.compile(r"\[facet '(?P<facet>\w+)'\]")


def schema_faults(schema: etree.XMLSchema, tree: etree._ElementTree) -> Iterator[Fault]:
    """Yield a fault for each thing that a document breaks of a schema: what was expected, and at which XPath.

    What stood there is never said: it may be personal.
    """
    if schema.validate(tree):
        return
    source, seen = Source(), set()
    log: Any = schema.error_log
    for error in log:
        element = _element(tree, error.path)
        xpath = XmlNode(element, source).path() if element is not None else "/"
        if _TYPE.search(error.message) and xpath in seen:
            continue  # said before, by the facet of the type that is broken
        seen.add(xpath)
        place = Place(line=error.line or None, xpath=xpath)
        yield fault("schema", place=place, what=shown(_what(error.message)), where=xpath)


def _element(tree: etree._ElementTree, path: str | None) -> etree._Element | None:
    """Return the element at libxml2's path, or None."""
    if not path:
        return None
    prefixes = {key: value for one in tree.getroot().iter() for key, value in one.nsmap.items() if key}
    try:
        found = tree.xpath(path, namespaces=prefixes)
    except etree.XPathError:
        return None
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, etree._Element) else None  # noqa: SLF001 - lxml has no other name for it


def _what(message: str) -> str:
    """Return what was expected, from libxml2's message; never what was found."""
    facet = _FACET.search(message)
    if facet is not None:
        found, sentence = _FACETS.get(facet["facet"], (_LIMIT, "another value"))
        limit = found.search(message)
        return sentence.format(found=limit[1] if limit else "fewer")
    expected = _EXPECTED.search(message)
    if expected is not None:
        names = [_NAME.sub("", one).strip() for one in expected["names"].split(",")]
        return f"the element {' or '.join(names)}"
    kind = _TYPE.search(message)
    if kind is not None:
        return f"a value of the type {_NAME.sub('', kind['type'] or 'declared')}"
    for mark, sentence in _OTHERS.items():
        if mark in message:
            return sentence
    return "what the schema says"


_OTHERS = {
    "This element is not expected": "no more elements",
    "No matching global declaration": "a root that the schema declares",
    "is required but missing": "an attribute that is missing",
    "Character content": "no text between the elements",
    "is not allowed": "no such attribute",
}
"""Mark in libxml2's message → what was expected."""

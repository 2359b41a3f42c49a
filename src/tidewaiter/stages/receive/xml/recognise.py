"""Tell from its root which message an XML document is, and with which correspondence it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from lxml import etree

from tidewaiter.stages.receive.lens import Lens
from tidewaiter.stages.receive.xml import ncts, ncts_answers, sad, wco
from tidewaiter.stages.receive.xml.tree import local_name, namespace_of

_NCTS = re.compile(r"C[CD][0-9]{3}[A-Z]")
_WCO_NAMESPACE = "urn:wco:datamodel:"
Reader = Callable[[etree._Element], Iterator["Found"]]  # noqa: SLF001 - lxml has no other name for an element
_WRAPPERS_MAX = 4
"""How many wrappers may stand around a message: an envelope, its body, a request and its detail."""


class Found(NamedTuple):
    """A message in a document: the format, its type, the directory or version, how it is read, and its element."""

    format: str
    type: str
    directory: str | None
    lens: Lens[Any]
    element: etree._Element


def recognise(root: etree._Element) -> tuple[Found, ...]:
    """Return the messages of a document; none where it is no document that can be read.

    A message may stand in wrappers of which nothing is known: what carries it is not what it is. All that stand at the
    outermost level where there are any are read.
    """
    found = tuple(_messages(root, _ROOTS))
    level = [root]
    for _ in range(_WRAPPERS_MAX):
        if found:
            return found
        level = [child for element in level for child in element]
        if len(level) > _SIBLINGS_MAX:
            break
        found = tuple(one for element in level for one in _messages(element, _WRAPPED))
    return found


_SIBLINGS_MAX = 100
"""A wrapper holds few elements; where there are more, the document is something else."""


def described(root: etree._Element) -> str:
    """Return the name of a root, with its namespace, for a person."""
    namespace = namespace_of(root)
    return f"{local_name(root)} in {namespace}" if namespace else local_name(root)


def _messages(element: etree._Element, readers: Mapping[str, Reader]) -> Iterator[Found]:
    """Yield the messages that an element is or wraps."""
    name = local_name(element)
    reader = readers.get(name)
    if reader is not None:
        yield from reader(element)
    elif _NCTS.fullmatch(name):
        yield from _ncts(element, name)


def _wrapped(element: etree._Element) -> Iterator[Found]:
    """Yield the declarations and responses in a wrapper that says their version."""
    version = next((child.text for child in element if local_name(child) == "WCODataModelVersionCode"), None)
    for child in element:
        kind = _WCO.get(local_name(child))
        if kind is not None:
            yield Found("wco-xml", kind[0], (version or "").strip() or None, kind[1], child)


def _bare(element: etree._Element) -> Iterator[Found]:
    """Yield a declaration or response without wrapper: in the model's namespace, or with a function."""
    kind = _WCO[local_name(element)]
    known = any(local_name(child) == "FunctionCode" for child in element)
    if namespace_of(element).startswith(_WCO_NAMESPACE) or (known and not namespace_of(element)):
        yield Found("wco-xml", kind[0], None, kind[1], element)


def _ncts(element: etree._Element, name: str) -> Iterator[Found]:
    """Yield a message of NCTS."""
    lens = ncts.MOVEMENTS.get(name) or ncts_answers.ANSWERS.get(name)
    if lens is not None:
        yield Found("ncts-xml", name, (element.get("PhaseID") or "").strip() or None, lens, element)


def _asycuda(element: etree._Element) -> Iterator[Found]:
    """Yield the declaration of an ASYCUDA document, which may stand in an element of its own."""
    inside = next((child for child in element if local_name(child) == "SAD"), element)
    if any(local_name(child) in {"Identification", "Item", "Declarant"} for child in inside):
        yield Found("asycuda-xml", "SAD", None, sad.DECLARATIONS, inside)


def _several(element: etree._Element) -> Iterator[Found]:
    """Yield the messages of NCTS that one document holds."""
    if namespace_of(element) == ncts.MESSAGES:
        for child in element:
            yield from _ncts(child, local_name(child))


_WCO: Mapping[str, tuple[str, Lens[Any]]] = {
    "Declaration": ("DEC", wco.DECLARATIONS),
    "Response": ("RES", wco.RESPONSES),
}
_WRAPPED: Mapping[str, Reader] = {"MetaData": _wrapped, "ASYCUDA": _asycuda}
"""Name of an element in a wrapper → what yields the messages in it. A report on a declaration may hold parts of it."""

_ROOTS: Mapping[str, Reader] = {
    **_WRAPPED,
    "Declaration": _bare,
    "Response": _bare,
    "SAD": _asycuda,
    "Messages": _several,
}
"""Name of a root → what yields the messages in it."""

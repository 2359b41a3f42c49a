"""Walk decoded JSON as the nodes that a lens reads and writes."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import Any, Self

from tidewaiter.stages.receive.json.source import Numeral, Source, Steps, encoded
from tidewaiter.stages.receive.lens import BadValue, Node, decimal_of, plain
from tidewaiter.stages.receive.model import Place

WRAPPERS = ("value", "content", "numericalValue", "@value", "#text")
"""Members that hold the value itself where an object stands around it, such as a mass with its unit."""

_DIGITS_MAX = 60
"""Longest whole number that is made into text, in digits."""
_DEGREES_MAX = 400
"""Longest text of degrees, in characters: every float has one that is no longer."""

_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


class JsonNode(Node):
    """One value of a JSON document, with the way to it; a list is as many nodes as it has items.

    What is null counts as absent. A value that an object stands around (`{"value": 5, "unitCode": "KGM"}`) is that
    object's text, both ways.
    """

    __slots__ = ("_step", "data", "source", "up")

    def __init__(self, data: Any, source: Source | None = None, up: Self | None = None, step: Steps = ()) -> None:
        self.data, self.source, self.up, self._step = data, source, up, step

    def steps(self) -> Steps:
        """Return the way from the document to this value."""
        return self._step if self.up is None else (*self.up.steps(), *self._step)

    def child(self, step: Steps, data: Any) -> Self:
        """Return the node of a value at these steps from here."""
        return type(self)(data, self.source, self, step)

    def children(self, names: tuple[str, ...]) -> list[Self]:
        """Return the members with one of the names, in the order of the names; each item of a list."""
        data = self.data
        if not isinstance(data, dict):
            return []
        found: list[Self] = []
        for name in names:
            member = data.get(name)
            if member is None:
                continue
            if isinstance(member, list):
                found += [self.child((name, at), item) for at, item in enumerate(member) if item is not None]
            else:
                found.append(self.child((name,), member))
        return found

    def text(self) -> str | None:
        """Return a text without blanks around it, a number's digits, true or false; None where there is neither."""
        data, wrapper = self.data, self._wrapper()
        if wrapper is not None:
            data = data[wrapper]
        if isinstance(data, str):
            return data.strip() or None
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, int) and abs(data) < 10**_DIGITS_MAX:
            return str(data)
        return None

    def place(self) -> Place:
        """Return where the value stands in the source; of one that an object stands around, the value itself."""
        if self.source is None:
            return Place()
        wrapper = self._wrapper()
        return self.source.place(self.steps() if wrapper is None else (*self.steps(), wrapper))

    def _wrapper(self) -> str | None:
        """Return the member that holds the value itself, where this is an object around it."""
        data = self.data
        if not isinstance(data, dict):
            return None
        return next((name for name in WRAPPERS if data.get(name) is not None), None)

    def root(self) -> Self:
        """Return the node that reading began with."""
        node = self
        while node.up is not None:
            node = node.up
        return node

    def grow(self, names: tuple[str, ...]) -> Self:
        """Add a member of the first name; a name that is there already becomes a list."""
        name, held = names[0], self._object()
        if held.get(name) is None:
            held[name] = None
            return self.child((name,), None)
        if not isinstance(held[name], list):
            held[name] = [held[name]]
        held[name].append(None)
        return self.child((name, len(held[name]) - 1), None)

    def put(self, text: str) -> None:
        """Set the value to a text."""
        self.set(text)

    def set(self, value: Any) -> None:
        """Set the value: text, number, true or false; where members stand around it already, as one of them."""
        if isinstance(self.data, dict):
            self.data[WRAPPERS[0]] = value
        else:
            self._become(value)

    def _object(self) -> dict[str, Any]:
        """Return the members of this value, which becomes an object where it is none."""
        if not isinstance(self.data, dict):
            self._become({} if self.data is None else {WRAPPERS[0]: self.data})
        return self.data  # type: ignore[no-any-return]  # it is an object now

    def _become(self, data: Any) -> None:
        """Take another value, here and in what holds it."""
        self.data = data
        if self.up is not None:
            holder = self.up.data
            for step in self._step[:-1]:
                holder = holder[step]
            holder[self._step[-1]] = data


def written(value: Any, lists: frozenset[str] = frozenset()) -> bytes:
    """Return the JSON of what was written: without what stayed empty; members of the names are lists, even of one."""
    return encoded(_tidied(value, lists))


def _tidied(value: Any, lists: frozenset[str]) -> Any:
    """Leave out what stayed empty, and make lists of the members that have to be."""
    if isinstance(value, dict):
        kept = {name: _tidied(one, lists) for name, one in value.items()}
        return {
            name: [one] if name in lists and not isinstance(one, list) else one
            for name, one in kept.items()
            if one is not None and one != {}
        }
    if isinstance(value, list):
        return [_tidied(one, lists) for one in value if one is not None]
    return value


def json_node(node: Node) -> JsonNode:
    """Return a node as the JSON node that it is."""
    assert isinstance(node, JsonNode)  # noqa: S101 - the correspondences of this room read and write no other
    return node


class _Number:
    """A decimal number, written as a JSON number."""

    def read(self, node: Node) -> Decimal | None:
        """Return the number."""
        text = node.text()
        return None if text is None else decimal_of(text, "a number with a decimal point", "not-a-number")

    def write(self, node: Node, value: Decimal) -> None:
        """Set the number, never with an exponent."""
        json_node(node).set(Numeral(plain(value)))


class _Whole:
    """A whole number, written as a JSON number."""

    def read(self, node: Node) -> int | None:
        """Return the number."""
        text = node.text()
        if text is None:
            return None
        value = decimal_of(text, "a whole number", "not-an-integer")
        if value != value.to_integral_value() or value.adjusted() >= _DIGITS_MAX:
            raise BadValue(code="not-an-integer", expected="a whole number")
        return int(value)

    def write(self, node: Node, value: int) -> None:
        """Set the number."""
        json_node(node).set(value)


class _Truth:
    """True or false, written as JSON has it; read from text too."""

    _WORDS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}  # noqa: RUF012 - never changed

    def read(self, node: Node) -> bool | None:
        """Return which of both it is."""
        text = node.text()
        if text is None:
            return None
        if text.lower() not in self._WORDS:
            raise BadValue(code="not-a-bool", expected="true or false")
        return self._WORDS[text.lower()]

    def write(self, node: Node, value: bool) -> None:  # noqa: FBT001 - the value is the flag
        """Set it."""
        json_node(node).set(value)


class _Degrees:
    """Degrees of latitude or longitude, from a text or a number; written as text, as DCSA has them."""

    def read(self, node: Node) -> float | None:
        """Return the degrees."""
        text = node.text()
        return None if text is None else degrees(text)

    def write(self, node: Node, value: float) -> None:
        """Put the digits."""
        node.put(format(Decimal(repr(value)), "f"))


def degrees(text: str) -> float:
    """Return the degrees that a text says; raises BadValue where it says none."""
    if _FLOAT.fullmatch(text) is None or len(text) > _DEGREES_MAX or not isfinite(float(text)):
        raise BadValue(code="not-a-number", expected="degrees with a decimal point")
    return float(text)


NUMBER = _Number()
WHOLE = _Whole()
TRUTH = _Truth()
DEGREES = _Degrees()

"""Turn the steps, moments, things and places of EPCIS events into a record's values, and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from tidewaiter.stages.receive.json.identifiers import (
    LOCODE,
    OWN,
    Named,
    locode_in,
    locode_uri,
    named,
    own_uri,
    uri_of,
    words_of,
)
from tidewaiter.stages.receive.json.source import Source, Steps
from tidewaiter.stages.receive.json.tree import JsonNode, degrees, json_node
from tidewaiter.stages.receive.lens import MOMENT, BadValue, Node

STEPS = {
    "loading": "LOAD",
    "unloading": "DISC",
    "arriving": "ARRI",
    "departing": "DEPA",
    "packing": "STUF",
    "unpacking": "STRP",
    "inspecting": "INSP",
}
"""bizStep of the Core Business Vocabulary → code of what happened; other steps keep their word."""

ACTIONS = {("AggregationEvent", "ADD"): "STUF", ("AggregationEvent", "DELETE"): "STRP"}
"""(type, action) → code of what happened, where the event names no step."""

WRITTEN_TYPES = {"equipment": "ObjectEvent", "transport": "ObjectEvent", "shipment": "TransactionEvent"}
"""Type of the record → type of the event that is written."""

RANKS = (("BIC",), ("GRAI", "GIAI", "OWN"), ("SSCC",))
"""Registers that equipment is named in. An event is about what it names of the first of these rows it has any of."""

_ASSET = "asset"
_OWN_ASSET = f"{OWN}{_ASSET}:"
_OBJECTS = ("parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList")
_WORD = re.compile(r"(?:.*[:/#])?(?:BizStep-)?(?P<word>[A-Za-z_]+)\Z", re.ASCII)
_ZONE = re.compile(r"(?P<sign>[+-])(?P<hours>[01][0-9]):(?P<minutes>[0-5][0-9])", re.ASCII)
_POSITION = re.compile(r"geo:(?P<latitude>[^,;?]*)(?:,(?P<longitude>[^,;?]*))?", re.ASCII)
_BILL_OF = re.compile(r"urn:epcglobal:cbv:bt:(?P<owner>[^:]*):(?P<number>.+)\Z", re.DOTALL)


class EpcisNode(JsonNode):
    """A node of an event.

    The event has three members that it does not have by name: `@object` is the equipment that this reading is about
    (an event may name several), `@means` the first ship among what it names, `@document` the document around it.
    """

    __slots__ = ("chosen", "document", "several")

    chosen: EpcisNode | None
    document: EpcisNode | None
    several: bool

    def children(self, names: tuple[str, ...]) -> list[EpcisNode]:
        """Return the members with one of the names."""
        if self.up is not None or not names[0].startswith("@"):
            return super().children(names)
        if names[0] == "@document":
            return [self.document] if self.document is not None else []
        if names[0] == "@object":
            return [self.chosen] if self.chosen is not None else []
        return [one for one, found in objects_of(self) if found.register == "IMO"][:1]

    def grow(self, names: tuple[str, ...]) -> EpcisNode:
        """Add a member; what an event is about goes into its list."""
        if self.up is None and names[0] in ("@object", "@means"):
            held: list[Any] = self.data.setdefault("epcList", [])
            held.append(None)
            return self.child(("epcList", len(held) - 1), None)
        if self.up is None and names[0] == "@document" and self.document is not None:
            return self.document
        return super().grow(names)


def event_node(
    data: Any, source: Source | None = None, steps: Steps = (), document: EpcisNode | None = None
) -> EpcisNode:
    """Return the node of an event as reading or writing begins with it."""
    node = EpcisNode(data, source, None, steps)
    node.chosen, node.several, node.document = None, False, document
    return node


def event_nodes(data: Any, source: Source | None, steps: Steps, document: EpcisNode | None) -> list[EpcisNode]:
    """Return the node of an event once for each piece of equipment that it is about, or once where it names none."""
    objects = equipment_of(event_node(data, source, steps))
    nodes = [event_node(data, source, steps, document) for _ in objects or (None,)]
    for node, chosen in zip(nodes, objects, strict=False):
        node.chosen, node.several = chosen, len(objects) > 1
    return nodes


def objects_of(event: EpcisNode) -> list[tuple[EpcisNode, Named]]:
    """Return what the event names that is in a known register, each once: its parent first."""
    found: dict[Named, EpcisNode] = {}
    for node in JsonNode.children(event, _OBJECTS):
        text = node.text() or ""
        it = Named("OWN", text) if text.startswith(_OWN_ASSET) else named(text)
        if it is not None and it not in found:
            found[it] = node
    return [(node, it) for it, node in found.items()]


def equipment_of(event: EpcisNode) -> list[EpcisNode]:
    """Return the nodes of the equipment that the event is about."""
    objects = objects_of(event)
    for registers in RANKS:
        found = [node for node, it in objects if it.register in registers]
        if found:
            return found
    return []


class Identifier:
    """The event's identifier; where it names several pieces of equipment, with the one meant after a #."""

    def read(self, node: Node) -> str | None:
        """Return the identifier."""
        text, event = node.text(), json_node(node).up
        if text is None or not isinstance(event, EpcisNode) or event.chosen is None or not event.several:
            return text
        return f"{text}#{words_of(event.chosen.text() or '', _ASSET).replace(' ', '')}"

    def write(self, node: Node, value: str) -> None:
        """Put the identifier."""
        node.put(value)


class Type:
    """What the event is about: equipment, a transport, or a shipment."""

    def read(self, node: Node) -> str | None:
        """Return the type."""
        event = json_node(node).up
        if event is None:
            return None
        if event.select("@object"):
            return "equipment"
        return "transport" if event.select("@means") else "shipment"

    def write(self, node: Node, value: str) -> None:
        """Put the event's type, and beside it that it was seen."""
        node.put(WRITTEN_TYPES.get(value, "ObjectEvent"))
        event = json_node(node).up
        if event is not None:
            event.make("action").put("OBSERVE")


class Step:
    """The business step, in any of the ways that the vocabulary's words are written."""

    def read(self, node: Node) -> str | None:
        """Return the code, or the word of the step."""
        text = node.text()
        if text is None:
            return None
        own = words_of(text, "step")
        found = _WORD.match(text) if own == text else None
        return STEPS.get(found["word"], found["word"]) if found is not None else own

    def write(self, node: Node, value: str) -> None:
        """Put the step's word, or for a code that the vocabulary lacks a URI of our own."""
        word = _WORDS.get(value, value)
        found = _WORD.match(word)
        plain = found is not None and found["word"] == word and word == word.lower()
        node.put(word if plain and STEPS.get(word, word) == value else own_uri(value, "step"))


_WORDS = {code: word for word, code in STEPS.items()}


class Action:
    """What an action means by itself."""

    def read(self, node: Node) -> str | None:
        """Return the code."""
        event = json_node(node).up
        kind = event.value(("type|isA|@type",)) if event is not None else None
        return ACTIONS.get((kind or "", node.text() or ""))

    def write(self, node: Node, value: str) -> None:
        """Write nothing: the step says it."""


class Moment:
    """The time of the event, in the zone that it names beside it."""

    def read(self, node: Node) -> datetime | None:
        """Return the moment."""
        moment = MOMENT.read(node)
        event = json_node(node).up
        text = event.value(("eventTimeZoneOffset",)) if event is not None else None
        zone = _ZONE.fullmatch(text) if text is not None else None
        if moment is None or zone is None:
            return moment
        offset = timedelta(hours=int(zone["hours"]), minutes=int(zone["minutes"]))
        there = timezone(-offset if zone["sign"] == "-" else offset)
        if moment.tzinfo is UTC and not _has_zone(node.text() or ""):
            return moment.replace(tzinfo=there)
        try:
            return moment.astimezone(there)
        except OverflowError as error:
            raise BadValue(code="not-a-date", expected="ISO 8601") from error

    def write(self, node: Node, value: datetime) -> None:
        """Put the moment, and its zone beside it."""
        MOMENT.write(node, value)
        event, offset = json_node(node).up, value.utcoffset() or timedelta()
        if event is not None:
            minutes = abs(offset) // timedelta(minutes=1)
            sign = "-" if offset < timedelta() else "+"
            event.make("eventTimeZoneOffset").put(f"{sign}{minutes // 60:02}:{minutes % 60:02}")


def _has_zone(text: str) -> bool:
    """Say whether a moment's text names its own zone."""
    time = text.partition("T")[2]
    return text.endswith(("Z", "z")) or "+" in time or "-" in time


class Words:
    """What a URI names, as a record has it; `noun` says what it is where it is in no register."""

    def __init__(self, noun: str) -> None:
        self._noun = noun

    def read(self, node: Node) -> str | None:
        """Return the words."""
        text = node.text()
        if text is None:
            return None
        bill = _BILL_OF.match(text)
        return bill["number"] if bill is not None else words_of(text, self._noun)

    def write(self, node: Node, value: str) -> None:
        """Put the URI."""
        uri = uri_of(value, self._noun)
        node.put(own_uri(value, self._noun) if _BILL_OF.match(uri) else uri)


class Object:
    """The equipment that the reading is about."""

    def read(self, node: Node) -> str | None:
        """Return its number."""
        return words_of(node.text() or "", _ASSET)

    def write(self, node: Node, value: str) -> None:
        """Put the URI: of a register of equipment, or our own."""
        uri = uri_of(value, _ASSET)
        found = named(uri)
        known = found is not None and any(found.register in registers for registers in RANKS)
        node.put(uri if known else own_uri(value, _ASSET))


class Ship:
    """The IMO number of a ship."""

    def read(self, node: Node) -> str | None:
        """Return the number."""
        found = named(node.text() or "")
        return found.number if found is not None and found.register == "IMO" else None

    def write(self, node: Node, value: str) -> None:
        """Put the URN."""
        node.put(f"urn:epc:id:imovn:{value}")


class Locode:
    """The UN/LOCODE that a place's URI is."""

    def read(self, node: Node) -> str | None:
        """Return the code."""
        return locode_in(node.text() or "")

    def write(self, node: Node, value: str) -> None:
        """Put the URI; what is no such code is left out."""
        if LOCODE.fullmatch(value):
            node.put(locode_uri(value))


class PlaceName:
    """What names a place, where that is neither a UN/LOCODE nor a position."""

    def read(self, node: Node) -> str | None:
        """Return the name."""
        text = node.text()
        if text is None or locode_in(text) is not None or _POSITION.match(text):
            return None
        return words_of(text, "place")

    def write(self, node: Node, value: str) -> None:
        """Put the URI, unless the place has one."""
        if node.text() is None:
            uri = uri_of(value, "place")
            node.put(own_uri(value, "place") if locode_in(uri) or _POSITION.match(uri) else uri)


class Position:
    """One of the two numbers of a `geo` URI (RFC 5870)."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, node: Node) -> float | None:
        """Return the degrees."""
        found = _POSITION.match(node.text() or "")
        text = found[self._name] if found is not None else None
        return degrees(text) if text else None

    def write(self, node: Node, value: float) -> None:
        """Put the number: the latitude first, the longitude after it."""
        text = format(Decimal(repr(value)), "f")
        node.put(f"geo:{text}" if self._name == "latitude" else f"{node.text() or 'geo:'},{text}")


LATITUDE, LONGITUDE = Position("latitude"), Position("longitude")

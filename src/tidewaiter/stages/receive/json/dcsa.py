"""Read and write DCSA Track & Trace events: what happened to equipment, transports and shipments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from tidewaiter.kernel.records import Event, Location, Seal, TransportMeans
from tidewaiter.stages.receive.json.shape import Shape
from tidewaiter.stages.receive.json.tree import DEGREES, JsonNode, json_node, written
from tidewaiter.stages.receive.json.unit import Format, Unit, View
from tidewaiter.stages.receive.lens import MOMENT, Codes, Lens, Line, Node, const, each, leaf, lens, part
from tidewaiter.stages.receive.model import Fault

TYPES = {"EQUIPMENT": "equipment", "TRANSPORT": "transport", "SHIPMENT": "shipment"}
"""eventType → type of the event. The codes of what happened (LOAD, DISC, GTIN …) are those of the record."""

CLASSIFIERS = {"PLN": "planned", "EST": "estimated", "ACT": "actual"}
FULLNESS = {"LADEN": "full", "EMPTY": "empty"}
MODES = {"VESSEL": "1", "RAIL": "2", "TRUCK": "3", "BARGE": "8"}
"""modeOfTransport → UN/ECE Recommendation 19."""

SEAL_SOURCES = {"CAR": "CA", "SHI": "SH", "CUS": "CU", "TER": "TO"}
"""sealSource → who affixed it; PHY (phytosanitary) and VET (veterinary) stay as they are."""

TRANSPORT_DOCUMENT, BOOKING = "TRD", "BKG"
_VOYAGES = ("carrierVoyageNumber", "exportVoyageNumber", "carrierExportVoyageNumber", "importVoyageNumber")
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class DcsaNode(JsonNode):
    """A node of an event; of version 3, whose members stand in `metadata` and `payload`, as if they stood together."""

    __slots__ = ()

    def children(self, names: tuple[str, ...]) -> list[DcsaNode]:
        """Return the members with one of the names, those of version 3's two parts too."""
        found = super().children(names)
        if not found and self.up is None and isinstance(self.data, dict) and "payload" in self.data:
            for part_name in ("metadata", "payload"):
                found += [one for inside in super().children((part_name,)) for one in JsonNode.children(inside, names)]
        return found


class _Country:
    """A country's code; DCSA asks for its name, which is left out."""

    def read(self, node: Node) -> str | None:
        """Return the code, where it is one."""
        text = node.text()
        return text if text is not None and _COUNTRY.fullmatch(text) else None

    def write(self, node: Node, value: str) -> None:
        """Put the code."""
        node.put(value)


class _DocumentOfType:
    """The number of the document that a shipment event is about, where that is of one type."""

    def __init__(self, code: str) -> None:
        self._code = code

    def read(self, node: Node) -> str | None:
        """Return the number."""
        event = json_node(node).up
        is_one = event is not None and event.value(("documentTypeCode",)) == self._code
        return node.text() if is_one else None

    def write(self, node: Node, value: str) -> None:
        """Put the number, and beside it which document it is of."""
        node.put(value)
        event = json_node(node).up
        if event is not None:
            event.make("documentTypeCode").put(self._code)


def _place(address: str) -> tuple[Line, ...]:
    """Return the lines of a place and its position."""
    place = part(
        "place",
        address,
        Location,
        leaf("code", "UNLocationCode"),
        leaf("id", "facilityCode"),
        leaf("name", "locationName"),
        leaf("country", "address/country", _Country()),
    )
    return (
        place,
        leaf("latitude", f"{address}/latitude", DEGREES),
        leaf("longitude", f"{address}/longitude", DEGREES),
    )


def _means() -> tuple[Line, ...]:
    """Return the lines of the means of transport: a ship with its IMO number, or another without."""
    known = (
        leaf("mode", "modeOfTransport", Codes(MODES)),
        leaf("name", "vessel/vesselName"),
        leaf("nationality", "vessel/vesselFlag"),
        leaf("journey", "|".join(_VOYAGES)),
    )
    ship = (const("id_type", "IMO"), leaf("id", "vessel/vesselIMONumber"))
    return (
        part("transport_means", "transportCall[vessel/vesselIMONumber]", TransportMeans, *ship, *known),
        part("transport_means", "transportCall", TransportMeans, *known),
    )


def _lens(code: str, *lines: Line) -> Lens[Event]:
    """Return the correspondence of one type of event, whose code stands in the member `code`."""
    return lens(
        Event,
        leaf("id", "eventID"),
        leaf("type", "eventType", Codes(TYPES)),
        leaf("classifier", "eventClassifierCode", Codes(CLASSIFIERS)),
        leaf("code", f"{code}|eventTypeCode"),
        leaf("at", "eventDateTime", MOMENT),
        leaf("recorded", "eventCreatedDateTime", MOMENT),
        *lines,
    )


_EQUIPMENT: tuple[Line, ...] = (
    leaf("equipment", "equipmentReference"),
    leaf("size_type", "ISOEquipmentCode"),
    leaf("fullness", "emptyIndicatorCode", Codes(FULLNESS)),
    each(
        "seals",
        "seals",
        Seal,
        leaf("id", "sealNumber|number"),
        leaf("party", "sealSource|source", Codes(SEAL_SOURCES)),
    ),
)


def _references() -> tuple[Line, ...]:
    """Return the lines of the transport document and the booking among what an event refers to."""
    return tuple(
        line
        for name, code in (("transport_document", TRANSPORT_DOCUMENT), ("booking", BOOKING))
        for line in (
            leaf(name, f"documentReferences[documentReferenceType={code}]/documentReferenceValue"),
            leaf(name, f"relatedDocumentReferences[type={code}]/value", read_only=True),
        )
    )


def _call() -> tuple[Line, ...]:
    """Return the place that the transport call itself names."""
    return (part("place", "transportCall", Location, leaf("code", "UNLocationCode"), leaf("id", "facilityCode")),)


LENSES: dict[str, Lens[Event]] = {
    "EQUIPMENT": _lens(
        "equipmentEventTypeCode",
        *_EQUIPMENT,
        *_references(),
        *_place("eventLocation"),
        *_place("transportCall/location"),
        *_call(),
        *_means(),
    ),
    "TRANSPORT": _lens(
        "transportEventTypeCode",
        *_references(),
        *_means(),
        *_place("transportCall/location"),
        *_place("eventLocation"),
        *_call(),
    ),
    "SHIPMENT": _lens(
        "shipmentEventTypeCode",
        leaf("transport_document", "documentID", _DocumentOfType(TRANSPORT_DOCUMENT)),
        *_references(),
        leaf("booking", "documentID", _DocumentOfType(BOOKING), read_only=True),
    ),
}
"""eventType → its correspondence."""

_NEEDED = ("eventClassifierCode", "eventDateTime", "eventCreatedDateTime")
_KINDS = {
    "eventID|eventType|eventClassifierCode|eventDateTime|eventCreatedDateTime|eventTypeCode": "text",
    "documentReferences": "list",
    "documentReferences/*": "object",
    "documentReferences/*/documentReferenceType|documentReferenceValue": "text",
}
_CALL_KINDS = {
    "transportCall|eventLocation": "object",
    "transportCall/location|vessel": "object",
    "transportCall/modeOfTransport|carrierVoyageNumber|exportVoyageNumber|importVoyageNumber|UNLocationCode": "text",
    "transportCall/vessel/vesselName|vesselFlag": "text",
    "transportCall/vessel/vesselIMONumber": "text|number",
    "transportCall/location/locationName|UNLocationCode": "text",
    "transportCall/location/latitude|longitude": "text|number",
    "transportCall/location/address": "object",
    "eventLocation/locationName|UNLocationCode": "text",
    "eventLocation/latitude|longitude": "text|number",
    "eventLocation/address": "object",
}
SHAPES: dict[str, Shape] = {
    "EQUIPMENT": Shape(
        (*_NEEDED, "equipmentEventTypeCode|eventTypeCode", "emptyIndicatorCode", "transportCall|eventLocation"),
        _KINDS
        | _CALL_KINDS
        | {
            "equipmentEventTypeCode|equipmentReference|emptyIndicatorCode|ISOEquipmentCode": "text",
            "seals": "list",
            "seals/*": "object",
            "seals/*/sealNumber|sealSource": "text",
        },
    ),
    "TRANSPORT": Shape(
        (*_NEEDED, "transportEventTypeCode|eventTypeCode", "transportCall"),
        _KINDS | _CALL_KINDS | {"transportEventTypeCode": "text"},
    ),
    "SHIPMENT": Shape(
        (*_NEEDED, "shipmentEventTypeCode|eventTypeCode", "documentID", "documentTypeCode"),
        _KINDS | {"shipmentEventTypeCode|documentID|documentTypeCode": "text"},
    ),
}
"""eventType → what such an event must have. Source: DCSA Track & Trace 2.2, DCSA Event Domain 1.0."""


def is_one(data: Any) -> bool:
    """Say whether a value is an event of a type that can be read."""
    return _type_of(data) in TYPES


def _type_of(data: Any) -> str | None:
    """Return the eventType of a value, or None where it has none."""
    if not isinstance(data, dict):
        return None
    for inside in (data, data.get("payload"), data.get("metadata")):
        found = inside.get("eventType") if isinstance(inside, dict) else None
        if isinstance(found, str):
            return found.strip()
    return None


def views(unit: Unit) -> list[View]:
    """Return the one event of a unit."""
    return [View(LENSES[_type_of(unit.data) or ""], DcsaNode(unit.data, unit.source, None, unit.steps))]


def lacks(unit: Unit, most: int) -> list[Fault]:
    """Return what an event lacks; those of version 3 are not held against the table of version 2.2."""
    if isinstance(unit.data, dict) and "payload" in unit.data:
        return []
    return SHAPES[_type_of(unit.data) or ""].faults(unit.node(), most)


DCSA = Format(name="dcsa", title="DCSA Track & Trace", lists=((), ("events",)), is_one=is_one, views=views, lacks=lacks)


_TYPE_CODES = {word: code for code, word in TYPES.items()}


def write(events: Sequence[Event]) -> bytes:
    """Return the JSON list of events; those of a type that DCSA does not have are written as equipment events."""
    made = []
    for event in events:
        root = DcsaNode({})
        known = event if event.type in _TYPE_CODES else replace(event, type="equipment")
        LENSES[_TYPE_CODES[known.type or ""]].write(known, root)
        made.append(root.data)
    return written(made, frozenset({"documentReferences", "seals"}))

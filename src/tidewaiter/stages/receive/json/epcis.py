"""Read and write EPCIS 2.0 events: what was seen of containers, ships and shipments, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tidewaiter.kernel.records import Event, Location, TransportMeans
from tidewaiter.stages.receive.json.epcis_values import (
    LATITUDE,
    LONGITUDE,
    Action,
    Identifier,
    Locode,
    Moment,
    Object,
    PlaceName,
    Ship,
    Step,
    Type,
    Words,
    event_node,
    event_nodes,
)
from tidewaiter.stages.receive.json.shape import Shape
from tidewaiter.stages.receive.json.tree import written
from tidewaiter.stages.receive.json.unit import Format, Unit, View
from tidewaiter.stages.receive.lens import MOMENT, Lens, const, leaf, lens, part
from tidewaiter.stages.receive.model import Fault

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_BILLS = "bol|cbv:BTT-bol|urn:epcglobal:cbv:btt:bol|https://ref.gs1.org/cbv/BTT-bol"

EVENT: Lens[Event] = lens(
    Event,
    const("classifier", "actual"),
    leaf("id", "eventID", Identifier()),
    leaf("type", "type|isA|@type", Type()),
    leaf("code", "bizStep", Step()),
    leaf("code", "action", Action(), read_only=True),
    leaf("at", "eventTime", Moment()),
    leaf("recorded", "recordTime", MOMENT),
    leaf("equipment", "@object", Object()),
    part("transport_means", "@means", TransportMeans, const("id_type", "IMO"), leaf("id", "", Ship())),
    leaf("transport_document", f"bizTransactionList[type={_BILLS}]/bizTransaction", Words("bol")),
    part("place", "readPoint", Location, leaf("code", "id", Locode()), leaf("name", "id", PlaceName())),
    part("place", "bizLocation", Location, leaf("code", "id", Locode()), leaf("name", "id", PlaceName())),
    leaf("latitude", "bizLocation/id", LATITUDE),
    leaf("longitude", "bizLocation/id", LONGITUDE),
    leaf("latitude", "readPoint/id", LATITUDE, read_only=True),
    leaf("longitude", "readPoint/id", LONGITUDE, read_only=True),
    leaf("source", "@document/sender"),
)
"""How an EPCIS event and a record correspond. Sensor readings, dispositions, sources and destinations are left out."""

_NEEDED = ("type|isA|@type", "eventTime", "eventTimeZoneOffset")
_KINDS = {
    "type|isA|@type|eventID|eventTime|recordTime|action|bizStep|parentID": "text",
    "eventTimeZoneOffset": "offset",
    "epcList|childEPCs|inputEPCList|outputEPCList|bizTransactionList": "list",
    "epcList|childEPCs|inputEPCList|outputEPCList/*": "text",
    "bizTransactionList/*": "object",
    "bizTransactionList/*/type|bizTransaction": "text",
    "readPoint|bizLocation": "object",
    "readPoint|bizLocation/id": "text",
    "errorDeclaration": "nothing",
}
SHAPES = {
    "ObjectEvent": Shape((*_NEEDED, "action", "epcList|quantityList|sensorElementList"), _KINDS),
    "AggregationEvent": Shape((*_NEEDED, "action", "parentID|childEPCs|childQuantityList"), _KINDS),
    "AssociationEvent": Shape((*_NEEDED, "action", "parentID"), _KINDS),
    "TransactionEvent": Shape((*_NEEDED, "action", "bizTransactionList"), _KINDS),
    "TransformationEvent": Shape((*_NEEDED, "inputEPCList|inputQuantityList|outputEPCList|outputQuantityList"), _KINDS),
}
"""Type of the event → what it must have. Source: GS1 EPCIS 2.0, 7.4; an event taken back (`errorDeclaration`) is
a fault, for the record would say that it happened."""


def _type_of(data: Any) -> str:
    """Return the type of a value, or nothing where it is no event."""
    found = (data.get("type") or data.get("isA") or data.get("@type")) if isinstance(data, dict) else None
    return found.rpartition(":")[2] if isinstance(found, str) else ""


def is_one(data: Any) -> bool:
    """Say whether a value is an event of a type that can be read."""
    return _type_of(data) in SHAPES


def views(unit: Unit) -> list[View]:
    """Return the events of a unit: one for each piece of equipment that it is about, or one where it names none."""
    document = None if unit.document is unit.data else event_node(unit.document, unit.source)
    return [View(EVENT, node) for node in event_nodes(unit.data, unit.source, unit.steps, document)]


def lacks(unit: Unit, most: int) -> list[Fault]:
    """Return what an event lacks."""
    return SHAPES[_type_of(unit.data)].faults(unit.node(), most)


EPCIS = Format(
    name="epcis",
    title="EPCIS 2.0",
    lists=(
        (),
        ("epcisBody", "eventList"),
        ("epcisBody", "event"),
        ("epcisBody", "queryResults", "resultsBody", "eventList"),
        ("eventList",),
    ),
    is_one=is_one,
    views=views,
    lacks=lacks,
)


def write(events: Sequence[Event], *, created: datetime) -> bytes:
    """Return an EPCIS document of the events; its sender is the source of the first event that has one."""
    listed: list[Any] = []
    head = event_node({})
    for event in events:
        node = event_node({}, document=head)
        EVENT.write(event, node)
        node.data.setdefault("epcList", [])
        listed.append(node.data)
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created.isoformat(),
        **head.data,
        "epcisBody": {"eventList": listed},
    }
    return written(document, frozenset({"bizTransactionList"}))

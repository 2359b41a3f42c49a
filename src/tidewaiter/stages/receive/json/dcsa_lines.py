"""Write DCSA Track & Trace events as lines of JSON, many a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tidewaiter.kernel.records import Event, Location, TransportMeans
from tidewaiter.stages.receive.json.dcsa import (
    BOOKING,
    CLASSIFIERS,
    FULLNESS,
    MODES,
    SEAL_SOURCES,
    TRANSPORT_DOCUMENT,
    TYPES,
)

_TYPES = {word: code for code, word in TYPES.items()}
_CLASSIFIERS = {word: code for code, word in CLASSIFIERS.items()}
_FULLNESS = {word: code for code, word in FULLNESS.items()}
_MODES = {word: code for code, word in MODES.items()}
_SEALS = {word: code for code, word in SEAL_SOURCES.items()}
_CODES = {code: f"{code.lower()}EventTypeCode" for code in TYPES}
_SHIPMENT = "SHIPMENT"
_encode = msgspec.json.Encoder().encode


def write_lines(events: Iterable[Event]) -> bytes:
    """Return the events, one a line; of each what `dcsa.write` says of it."""
    return b"".join([_encode(event_of(one)) + b"\n" for one in events])


def event_of(event: Event) -> dict[str, Any]:
    """Return an event as DCSA has it, in version 2.2; one of a type that it does not have is of equipment."""
    kind = _TYPES.get(event.type or "", "EQUIPMENT")
    known: dict[str, Any] = {
        "eventID": event.id,
        "eventType": kind,
        "eventClassifierCode": _CLASSIFIERS.get(event.classifier or "", event.classifier),
        _CODES[kind]: event.code,
        "eventDateTime": event.at,
        "eventCreatedDateTime": event.recorded,
    }
    pairs = [(TRANSPORT_DOCUMENT, event.transport_document), (BOOKING, event.booking)]
    if kind == _SHIPMENT:
        _, document = pairs.pop(0)
        if document is not None:
            known |= {"documentID": document, "documentTypeCode": TRANSPORT_DOCUMENT}
    elif kind == "EQUIPMENT":
        known |= _equipment(event)
    known["documentReferences"] = [
        {"documentReferenceType": code, "documentReferenceValue": value} for code, value in pairs if value is not None
    ] or None
    if kind != _SHIPMENT:
        place = _place(event.place, event.latitude, event.longitude)
        call = _call(event.transport_means) if event.transport_means is not None else {}
        if kind == "EQUIPMENT":
            known["eventLocation"] = place or None
        elif place:
            call["location"] = place
        known["transportCall"] = call or None
    return {name: value for name, value in known.items() if value is not None}


def _equipment(event: Event) -> Mapping[str, Any]:
    """Return what an event says of equipment alone."""
    return {
        "equipmentReference": event.equipment,
        "ISOEquipmentCode": event.size_type,
        "emptyIndicatorCode": _FULLNESS.get(event.fullness or "", event.fullness),
        "seals": [
            {
                name: value
                for name, value in (("sealNumber", one.id), ("sealSource", _SEALS.get(one.party or "", one.party)))
                if value is not None
            }
            for one in event.seals
        ]
        or None,
    }


def _place(place: Location | None, latitude: float | None, longitude: float | None) -> dict[str, Any]:
    """Return a place and its position."""
    said: dict[str, Any] = {}
    if place is not None:
        names = (("UNLocationCode", place.code), ("facilityCode", place.id), ("locationName", place.name))
        said = {name: value for name, value in names if value is not None}
        if place.country is not None:
            said["address"] = {"country": place.country}
    for name, degrees in (("latitude", latitude), ("longitude", longitude)):
        if degrees is not None:
            said[name] = format(Decimal(repr(degrees)), "f")
    return said


def _call(means: TransportMeans) -> dict[str, Any]:
    """Return a call of a means of transport: a ship's with its IMO number, another's without."""
    ship = (
        ("vesselIMONumber", means.id if means.id_type == "IMO" else None),
        ("vesselName", means.name),
        ("vesselFlag", means.nationality),
    )
    call: dict[str, Any] = {}
    vessel = {name: value for name, value in ship if value is not None}
    if vessel:
        call["vessel"] = vessel
    if means.mode is not None:
        call["modeOfTransport"] = _MODES.get(means.mode, means.mode)
    if means.journey is not None:
        call["carrierVoyageNumber"] = means.journey
    return call

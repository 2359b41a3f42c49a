"""Put what happens to boxes into events, as terminals and carriers tell them."""

from __future__ import annotations

from datetime import datetime, timedelta

from tidewaiter.kernel.records import Event, Location, Seal, TransportMeans
from tidewaiter.world.geography import PLACES, PORTS
from tidewaiter.world.model import SEA, Happening, Leg, Shipment
from tidewaiter.world.writing.parts import means

_GATES = frozenset({"GTIN", "GTOT"})
_SHIFT_HOURS = 6


def told_at(one: Happening) -> datetime:
    """Return when a terminal or carrier writes an event down: terminals at the end of the shift, carriers at once."""
    if one.teller == "carrier":
        return one.at + timedelta(minutes=25)
    shift = one.at.replace(minute=0, second=0, microsecond=0, hour=one.at.hour - one.at.hour % _SHIFT_HOURS)
    return shift + timedelta(hours=_SHIFT_HOURS)


def form_of(one: Happening) -> str:
    """Return the form in which an event is told."""
    if one.teller == "carrier":
        return "dcsa"
    return "codeco" if one.code in _GATES else "coarri"


def sender_of(one: Happening, leg: Leg) -> str:
    """Return who tells an event: the terminal, or the carrier."""
    return PORTS[one.place].terminal if one.teller == "terminal" else leg.carrier.name


def event(shipment: Shipment, one: Happening, identifier: str, country: str) -> Event:
    """Return the record of an event as a country's node is told of it; `identifier` is the carrier's own."""
    leg = shipment.legs[min(one.leg, len(shipment.legs) - 1)]
    box = next((box for box in shipment.boxes if box.number == one.box), None)
    document = shipment.document or None
    seals = (Seal(id=one.seal),) if one.seal else ()
    size = box.size_type if box is not None else None
    fullness = "full" if one.full else "empty"
    if one.teller == "carrier":
        return Event(
            id=identifier,
            type="equipment",
            code=one.code,
            classifier="actual",
            at=one.at,
            recorded=told_at(one),
            place=Location(code=one.place, name=PLACES[one.place].name),
            equipment=one.box,
            size_type=size,
            fullness=fullness,
            seals=seals,
            transport_document=document,
            transport_means=means(leg, stage=None) if one.code in {"LOAD", "DISC"} and leg.means.mode == SEA else None,
        )
    gate, told = one.code in _GATES, told_at(one)
    return Event(
        type="gate" if gate else "equipment",
        code=one.code,
        classifier="actual",
        at=one.at,
        recorded=told,
        place=Location(code=one.place),
        equipment=one.box,
        size_type=size,
        fullness=fullness,
        seals=seals,
        transport_document=document,
        transport_means=_lorry(one, country) if gate else means(leg),
        source=PORTS[one.place].terminal,
        report=f"{one.code}{told:%y%m%d%H}{'' if gate else leg.voyage}"[:35],
        function="9",
        operator=leg.carrier.code,
    )


def _lorry(one: Happening, country: str) -> TransportMeans:
    """Return the lorry that brings or fetches a box: its plate is made of the box's number."""
    return TransportMeans(mode="3", id=f"{country} {one.box[4:8]}-{one.box[8:10]}", id_type="PLATE")

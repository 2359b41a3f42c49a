"""Say which record it is: identity, content hash and day, from the record alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.records.consignment import CargoReport
from tidewaiter.kernel.records.declaration import Declaration
from tidewaiter.kernel.records.knowledge import Intelligence, Outcome
from tidewaiter.kernel.records.movement import Event, TransitMovement
from tidewaiter.kernel.records.parties import Party
from tidewaiter.kernel.records.people import Journey
from tidewaiter.kernel.records.response import Response
from tidewaiter.kernel.records.traffic import Message

if TYPE_CHECKING:
    from tidewaiter.kernel.records.kinds import AnyRecord


class Identity(msgspec.Struct, frozen=True):
    """Which record this is, whatever its version.

    `key` is 16 bytes, stable over versions; `reference` is what an officer types; `weak` says that the
    record names no reference of its own, so that its content stands for it.
    """

    key: bytes
    reference: str
    weak: bool


def identify(record: AnyRecord, content_sha256: bytes) -> Identity:
    """Return the identity of a record: MRN, else (LRN, declarant), else its content hash (32 bytes)."""
    named = _named(record)
    kind = type(record).__name__
    if named is None:
        digest = hashlib.sha256(b"\0".join((kind.encode(), b"content", content_sha256))).digest()[:16]
        return Identity(digest, content_sha256.hex()[:16], weak=True)
    scope, reference, owner = named
    text = f"{kind}\x00{scope}\x00{reference}\x00{owner}"
    return Identity(hashlib.sha256(text.encode()).digest()[:16], reference, weak=False)


def _named(record: AnyRecord) -> tuple[str, str, str] | None:
    """Return (scope, reference, owner) where the record names itself."""
    namer = _NAMERS.get(type(record))
    return namer(record) if namer is not None else None


def _message_name(message: Message) -> tuple[str, str, str] | None:
    """Name a message by its sender's numbers: those of the interchange and of the message in it."""
    envelope = message.interchange
    if envelope is None or not envelope.control_reference:
        return None
    reference = f"{envelope.control_reference}/{message.reference}" if message.reference else envelope.control_reference
    return "message", reference, envelope.sender or ""


def _numbered(scope: str, number: str | None, lrn: str | None, owner: Party | None) -> tuple[str, str, str] | None:
    """Name a record by the number customs gave it, else by the sender's number and the sender."""
    if number:
        return scope, number, ""
    return ("lrn", lrn, (owner and owner.id) or "") if lrn else None


def _owned(number: str | None, owner: str | None) -> tuple[str, str, str] | None:
    """Name a record by a number that is its owner's."""
    return ("reference", number, owner or "") if number else None


def _outcome_name(record: Outcome) -> tuple[str, str, str] | None:
    """Name an outcome by its control number, else by what was controlled and when."""
    if record.reference:
        return "reference", record.reference, ""
    if not record.declaration:
        return None
    when = record.controlled.isoformat() if record.controlled else ""
    owner = f"{record.declarant or ''}/{record.item or ''}/{when}/{record.control or ''}"
    return "declaration", record.declaration, owner


_NAMERS: Mapping[type, Callable[[Any], tuple[str, str, str] | None]] = {
    Declaration: lambda one: _numbered("mrn", one.mrn, one.lrn, one.party("declarant")),
    TransitMovement: lambda one: _numbered("mrn", one.mrn, one.lrn, one.principal),
    CargoReport: lambda one: _numbered("reference", one.reference, one.lrn, one.carrier),
    Outcome: _outcome_name,
    Event: lambda one: ("event", one.id, one.source or "") if one.id else None,
    Message: _message_name,
    Response: lambda one: _owned(one.reference, one.sender),
    Journey: lambda one: _owned(one.reference, one.source),
    Intelligence: lambda one: _owned(one.reference, None),
}
"""Kind of record → how it names itself: (scope, reference, owner), or None."""


def day_of(record: AnyRecord) -> date | None:
    """Return the UTC day the record speaks of: acceptance, issue, event or control; None where it has none."""
    moment: datetime | None
    if isinstance(record, Declaration):
        moment = record.accepted or record.issued
    elif isinstance(record, Event):
        moment = record.at
    elif isinstance(record, Outcome):
        moment = record.controlled
    elif isinstance(record, Message):
        moment = record.interchange.prepared if record.interchange else None
    elif isinstance(record, Journey):
        moment = record.issued or record.changed or record.booked
    elif isinstance(record, CargoReport | TransitMovement | Intelligence | Response):
        moment = record.issued
    if moment is None:
        return None
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()

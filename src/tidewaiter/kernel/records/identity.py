"""Say which record it is: identity, content hash and day, from the record alone."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel.records.consignment import CargoReport
from tidewaiter.kernel.records.declaration import Declaration
from tidewaiter.kernel.records.knowledge import Intelligence, Outcome
from tidewaiter.kernel.records.movement import Event, TransitMovement
from tidewaiter.kernel.records.parties import Party
from tidewaiter.kernel.records.people import Journey

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
    if isinstance(record, Declaration):
        return _numbered("mrn", record.mrn, record.lrn, record.party("declarant"))
    if isinstance(record, TransitMovement):
        return _numbered("mrn", record.mrn, record.lrn, record.principal)
    if isinstance(record, CargoReport):
        return _numbered("reference", record.reference, record.lrn, record.carrier)
    if isinstance(record, Outcome):
        return _outcome_name(record)
    if isinstance(record, Event):
        return ("event", record.id, record.source or "") if record.id else None
    source = (record.source or "") if isinstance(record, Journey) else ""
    return ("reference", record.reference, source) if record.reference else None


def _numbered(scope: str, number: str | None, lrn: str | None, owner: Party | None) -> tuple[str, str, str] | None:
    """Name a record by the number customs gave it, else by the sender's number and the sender."""
    if number:
        return scope, number, ""
    return ("lrn", lrn, (owner and owner.id) or "") if lrn else None


def _outcome_name(record: Outcome) -> tuple[str, str, str] | None:
    """Name an outcome by its control number, else by what was controlled and when."""
    if record.reference:
        return "reference", record.reference, ""
    if not record.declaration:
        return None
    when = record.controlled.isoformat() if record.controlled else ""
    owner = f"{record.declarant or ''}/{record.item or ''}/{when}/{record.control or ''}"
    return "declaration", record.declaration, owner


def day_of(record: AnyRecord) -> date | None:
    """Return the UTC day the record speaks of: acceptance, issue, event or control; None where it has none."""
    moment: datetime | None
    if isinstance(record, Declaration):
        moment = record.accepted or record.issued
    elif isinstance(record, Event):
        moment = record.at
    elif isinstance(record, Outcome):
        moment = record.controlled
    elif isinstance(record, CargoReport | TransitMovement | Journey | Intelligence):
        moment = record.issued
    if moment is None:
        return None
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()

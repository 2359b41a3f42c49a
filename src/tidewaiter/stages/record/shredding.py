"""Destroy personal data of a record or a person unless held; keep the blind index in its epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.errors import Conflict, NotFound, SettingFault
from tidewaiter.kernel.records import encode
from tidewaiter.kernel.records.personal import parted
from tidewaiter.stages.record import _store, sealing, sources
from tidewaiter.stages.record.model import Version

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Work

STEP = "shred"
"""The step that destroys keys once their work is committed; it may run again."""


class Shredding(msgspec.Struct, frozen=True, kw_only=True):
    """What was destroyed: records wholly, people on journeys alone, and how many keys go."""

    records: tuple[str, ...]
    people: int
    keys: int


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A legal hold that is in force: its number, the record's key in hexadecimal, why, by whom, since when."""

    id: int
    record: str
    reason: str
    officer: str
    placed_at: str


def shred_record(work: Work, key: bytes, *, reason: str) -> Shredding:
    """Destroy the personal part of every version of a record; raises Conflict where a hold forbids it.

    Its keys go in a step after the commit. Its source's bytes are blotted out where they can be told from those of
    others; else the whole source of its message goes.
    """
    versions = _store.versions_of(work.connection, key)
    if not versions:
        message = f"There is no record {key.hex()}."
        raise NotFound(message)
    _insist_free(work.connection, [key])
    numbers = _store.keys_of_record(work.connection, key)
    for version in versions:
        numbers += _without_source(work, version)
    _store.forget_sealed(work.connection, key)
    return _told(work, numbers, records=[key], people=0, reason=reason)


def shred_subject(work: Work, identifiers: Mapping[str, str], *, reason: str) -> Shredding:
    """Destroy what is kept of the person that any of the identifiers finds: name (see IDENTIFIERS) → value.

    Of a journey, only that traveller's part goes; of any other record, the whole personal part. Raises NotFound where
    nobody is found, and Conflict where a hold is on any of the records: then nothing is destroyed.
    """
    found = found_by(work, identifiers)
    if not found:
        message = "Nobody is kept under these identifiers."
        raise NotFound(message, "Identifiers are compared whole, without spaces, signs and case.")
    _insist_free(work.connection, sorted({key for key, _, _ in found}))
    whole = sorted({key for key, _, part in found if not part})
    numbers, people = [], set()
    for key in whole:
        for version in _store.versions_of(work.connection, key):
            numbers += _without_source(work, version)
        numbers += _store.keys_of_record(work.connection, key)
        _store.forget_sealed(work.connection, key)
    for key, number, part in found:
        if key in whole:
            continue
        one = _store.read_version(work.connection, key, number)
        at = _store.part_key(work.connection, key, number, part)
        if one is not None and at is not None:
            numbers += [at, *_without_source(work, one)]
            _store.forget_part(work.connection, key, number, part)
            people.add((key, part))
    return _told(work, numbers, records=whole, people=len(people), reason=reason)


def found_by(work: Work, identifiers: Mapping[str, str]) -> list[tuple[bytes, int, int]]:
    """Return (record key, version, part) of what any of the identifiers finds, in order."""
    known = [name for name, _ in sealing.IDENTIFIERS]
    found = set()
    for name, value in identifiers.items():
        if name not in known:
            message = f"{name!r} is no kind of identifier."
            raise SettingFault(message, f"There are: {', '.join(known)}.")
        for row in _store.find_identified(work.connection, sealing.blind(work.vault, name, value)):
            found.add((bytes(row["record_key"]), int(row["version"]), int(row["part"])))
    return sorted(found)


def place_hold(work: Work, key: bytes, *, reason: str) -> int:
    """Forbid to destroy a record until the hold is lifted, and return the hold's number."""
    if _store.read_version(work.connection, key, None) is None:
        message = f"There is no record {key.hex()}."
        raise NotFound(message)
    number = _store.insert_hold(work.connection, key, reason, work.officer, work.now)
    work.leave("hold.placed", {"hold": number, "record": key.hex(), "reason": reason}, about=key)
    return number


def lift_hold(work: Work, number: int, *, reason: str) -> None:
    """Lift a hold; raises NotFound where it is not in force."""
    lifted = _store.lift_hold(work.connection, number, work.now)
    if lifted is None:
        message = f"There is no hold {number} in force."
        raise NotFound(message, "`tidewaiter shred holds` lists them.")
    key = bytes(lifted["record_key"])
    work.leave("hold.lifted", {"hold": number, "record": key.hex(), "reason": reason}, about=key)


def holds(connection: Connection) -> list[Hold]:
    """Return the holds that are in force, the oldest first."""
    return [
        Hold(
            id=row["id"],
            record=bytes(row["record_key"]).hex(),
            reason=row["reason"],
            officer=row["officer"],
            placed_at=f"{row['placed_at']:%Y-%m-%d %H:%M}",
        )
        for row in _store.holds(connection)
    ]


def reindex(work: Work, *, most: int) -> int:
    """Make the blind index of some records anew, for the epoch that is now; return how many were left to do."""
    keys = _store.identified_before(work.connection, work.vault.epoch, most)
    versions = [one for key in keys for one in _store.versions_of(work.connection, key)]
    rows: list[dict[str, Any]] = []
    for one in sealing.opened(work.connection, work.vault, versions):
        if one.personal in {"open", "partly destroyed"}:
            _, values = parted(one.kind, encode(one.record))
            rows += sealing.identifier_rows(work.vault, one.record_key, one.version, values)
    _store.forget_identifiers(work.connection, keys)
    _store.insert_identifiers(work.connection, rows)
    return len(keys)


def _without_source(work: Work, version: Version) -> list[int]:
    """Blot out what a version was read from, and return the numbers of the keys to destroy."""
    if version.message is None:
        return []
    if version.offset is None or version.length is None:
        return _store.raw_keys(work.connection, version.message)
    return sources.blot(work, version.message, version.offset, version.length)


def _insist_free(connection: Connection, keys: Sequence[bytes]) -> None:
    """Raise Conflict where a hold is on any of the records."""
    held = [row for key in keys for row in _store.holds(connection, key)]
    if held:
        numbers = ", ".join(str(row["id"]) for row in held)
        message = f"Legal hold {numbers} forbids to destroy this."
        raise Conflict(message, "It can be destroyed once the hold is lifted: `tidewaiter shred holds`.")


def _told(work: Work, numbers: Sequence[int], *, records: Sequence[bytes], people: int, reason: str) -> Shredding:
    """Queue the destruction of the keys, and leave leaves: one for each record, one for people on journeys."""
    work.later(STEP, {"keys": sorted(set(numbers))})
    for key in records:
        work.leave("data.shredded", {"record": key.hex(), "reason": reason}, about=key)
    if people:
        work.leave("data.shredded", {"people": people, "reason": reason})
    return Shredding(records=tuple(key.hex() for key in records), people=people, keys=len(set(numbers)))

"""Keep records, once and for good, and answer what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.errors import NotFound
from tidewaiter.kernel.records import AnyRecord, Identity, Message, encode
from tidewaiter.stages.receive import Head
from tidewaiter.stages.record import _store, mentions, sealing, sources
from tidewaiter.stages.record.keeping import Stretch, finding_rows, version_row
from tidewaiter.stages.record.model import Arrival, Beside, Checked, Counts, Piece, Receipt, Version
from tidewaiter.stages.validate import Finding

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Work
    from tidewaiter.kernel.seal import Vault


def known_message(work: Work, sha256: str, mapping_sha256: str | None) -> Arrival | None:
    """Return the message with these bytes read through this mapping, open or complete, if there is one."""
    found = _store.find_messages(work.connection, _digest(work, sha256), mapping_sha256)
    return next((one for one in reversed(found) if one.state != "refused"), None)


def message_of(connection: Connection, number: int) -> Arrival:
    """Return the message as it stands now."""
    arrival = _store.read_message(connection, number)
    if arrival is None:
        message = f"There is no message {number}."
        raise NotFound(message)
    return arrival


def messages(connection: Connection, *, limit: int) -> list[Arrival]:
    """Return the newest messages first."""
    return _store.list_messages(connection, limit)


def findings_by_rule(connection: Connection, message: int | None = None) -> list[tuple[str, str, int]]:
    """Return (rule, severity, count) of one message's findings, or of all that is kept, most frequent first."""
    return _store.message_findings(connection, message)


def count_states(connection: Connection) -> dict[tuple[str, str], int]:
    """Return (kind, state) → number of versions."""
    return _store.count_states(connection)


def kept_in(connection: Connection, batch: int, kind: str) -> list[Version]:
    """Return the versions of the kind that a batch kept, in order."""
    return _store.batch_versions(connection, batch, kind)


def keys_of(connection: Connection, references: Sequence[str], kind: str) -> dict[str, list[bytes]]:
    """Return reference → the keys of the kind's records that have it; several where declarants chose the same LRN."""
    return _store.keys_of(connection, references, kind)


def versions_of(connection: Connection, key: bytes) -> list[Version]:
    """Return every version of a record, oldest first."""
    return _store.versions_of(connection, key)


def findings_of(connection: Connection, version: Version) -> list[Finding]:
    """Return a version's findings, in order."""
    return _store.read_findings(connection, version.record_key, version.version)


def findings_of_message(connection: Connection, message: int) -> dict[int, tuple[Finding, ...]]:
    """Return number of a message's record → its findings, as they were when it came; none where nothing is wrong."""
    return _store.numbered_findings(connection, message)


def source_of(connection: Connection, vault: Vault, version: Version) -> bytes:
    """Return the bytes of the source that the version was read from; empty where the format has no such place."""
    if version.message is None or version.offset is None or version.length is None:
        return b""
    return sources.read_piece(connection, vault, version.message, version.offset, version.length)


def whole_source(connection: Connection, vault: Vault, message: int) -> Iterable[bytes]:
    """Yield the bytes of a message as they were received, in pieces."""
    return sources.whole(connection, vault, message)


def open_message(work: Work, head: Head, *, sha256: str, name: str, octets: int) -> Arrival:
    """Enter a message that is about to be received."""
    number = _store.insert_message(work.connection, _message_row(work, head, sha256=sha256, name=name, octets=octets))
    arrival = _store.read_message(work.connection, number)
    assert arrival is not None  # noqa: S101 - inserted above
    work.leave("message.received", _about_message(arrival))
    return arrival


def refuse_message(work: Work, *, sha256: str, name: str, octets: int, reason: str) -> None:
    """Note that a message could not be read at all, and why."""
    head = Head(format="unknown", message=Message())
    row = _message_row(work, head, sha256=sha256, name=name, octets=octets)
    number = _store.insert_message(work.connection, row | {"state": "refused", "reason": reason})
    work.leave("message.refused", {"message": number, "digest": row["sha256"], "octets": octets})


def keep_source(work: Work, message: int, pieces: Iterable[bytes]) -> None:
    """Keep the whole source of a message whose records have no byte places of their own."""
    sources.keep_pieces(work, message, 0, pieces)


def keep(
    work: Work,
    arrival: Arrival,
    checked: Sequence[Checked],
    *,
    raw: Piece | None,
    beside: Beside,
    one_sender: bool = False,
) -> Receipt:
    """Keep a stretch of a message: versions, findings, raw bytes and progress, in the caller's transaction.

    `raw` are the bytes of the source since the last stretch. `beside` says what is wrong with a record beside those
    that are kept: the one it changes, and those of the same consignment. An exact repetition of the newest version is
    kept once: it is noted as a duplicate. `one_sender`: all is from the message's sender, whomever its envelopes name.
    """
    first, last = checked[0].reading.number, checked[-1].reading.number
    batch = _insert_batch(work, message=arrival.id, first=first, last=last)
    if raw is not None:
        sources.keep_pieces(work, arrival.id, raw.offset, raw.octets)
    stretch = Stretch(work, batch, arrival, beside, one_sender=one_sender)
    tally = stretch.keep(checked)
    progress = {
        "readings": last,
        "next_offset": raw.end if raw is not None else arrival.next_offset,
        "counts": msgspec.json.encode(arrival.counts + tally).decode(),
    }
    _store.update_message(work.connection, arrival.id, progress)
    return Receipt(batch=batch, message=arrival.id, first=first, last=last, counts=tally, versions=stretch.kept())


def close_message(work: Work, arrival: Arrival, *, rest: Piece | None) -> None:
    """Note that a message was read to its end; `rest` are bytes after the last record, such as blank lines."""
    if rest is not None:
        sources.keep_pieces(work, arrival.id, rest.offset, rest.octets)
    _store.update_message(work.connection, arrival.id, {"state": "complete", "completed_at": work.now})
    work.leave("message.completed", _about_message(arrival) | {"records": arrival.readings})


def put_version(
    work: Work,
    previous: Version,
    record: AnyRecord,
    findings: tuple[Finding, ...],
    *,
    reason: str,
    changes: str,
    state: str | None = None,
) -> Receipt:
    """Keep an officer's correction as the next version; the original stays as it was.

    `state` is the new version's where an officer decides it; else its findings do.
    """
    batch = _insert_batch(work, message=None, first=1, last=1, reason=reason, changes=changes)
    key, number = previous.record_key, previous.version + 1
    body, identity = encode(record), Identity(key, previous.reference, weak=False)
    row = version_row(record, body, work.vault.digest(body), findings, identity=identity, version=number)
    row.update(batch_id=batch, number=1, offset=None, length=None, line=None, row=None, form=None, sender=None)
    row["state"] = state or row["state"]
    said = finding_rows(findings, key, number, batch)
    sealing.seal_versions(work, [row])
    sealing.found_leaves(work, [row], said)
    work.leave("record.corrected", {"record": key.hex(), "version": number, "reason": reason}, about=key)
    _store.insert_versions(work.connection, [row])
    _store.insert_findings(work.connection, said)
    _store.settle(work.connection, [(previous.record_key, previous.version)])
    mentions.note(work.connection, {key: record})
    repair = int(row["state"] == "repair")
    counts = Counts(read=1, kept=1 - repair, repair=repair, amendments=1, findings=len(findings))
    return Receipt(batch=batch, message=None, first=1, last=1, counts=counts, versions=((key, number),))


def _digest(work: Work, sha256: str) -> str:
    """Return a digest of a source's hash by the node's own key: who guesses the content learns nothing."""
    return work.vault.digest(b"source\0" + sha256.encode()).hex()


def _about_message(arrival: Arrival) -> dict[str, Any]:
    """Return what a leaf says of a message."""
    return {"message": arrival.id, "digest": arrival.digest, "octets": arrival.octets, "format": arrival.format}


def _insert_batch(work: Work, *, message: int | None, first: int, last: int, **why: str) -> int:
    """Insert a batch of this work's time and officer."""
    stretch = {"message_id": message, "first_number": first, "last_number": last}
    return _store.insert_batch(work.connection, stretch | {"received_at": work.now, "officer": work.officer} | why)


def _message_row(work: Work, head: Head, *, sha256: str, name: str, octets: int) -> dict[str, Any]:
    """Return the row of a message that is about to be received."""
    interchange = head.message.interchange
    return {
        "sha256": _digest(work, sha256),
        "name": name,
        "format": head.format,
        "sender": interchange.sender if interchange else None,
        "mapping": head.mapping,
        "mapping_sha256": head.mapping_sha256,
        "layout": head.layout,
        "octets": octets,
        "state": "open",
        "reason": None,
        "readings": 0,
        "next_offset": None,
        "officer": work.officer,
        "received_at": work.now,
    }


def find(connection: Connection, vault: Vault, reference: str, kind: str | None = None) -> list[Version]:
    """Return every version of the records with the reference (MRN, LRN, …) or key (32 hexadecimal digits)."""
    found = _store.find_versions(connection, reference, kind)
    found = found or _store.find_versions(connection, sealing.hidden_reference(vault, reference), kind)
    if not found and len(reference) == 32:  # noqa: PLR2004 - a key of 16 bytes in hexadecimal
        try:
            one = _store.read_version(connection, bytes.fromhex(reference), None)
        except ValueError:
            one = None
        found = [] if one is None else [one]
    if not found:
        message = f"No record has the reference {reference!r}."
        raise NotFound(message, "Give an MRN, an LRN, or the key that `--json` shows.")
    return found

"""Sort a batch's readings into new versions, amendments and repetitions, and write them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.records import AnyRecord, Identity, day_of, encode, identify
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.record import _store, sealing
from tidewaiter.stages.record.mentions import Mentions
from tidewaiter.stages.record.model import Arrival, Beside, Checked, Counts
from tidewaiter.stages.validate import Finding

if TYPE_CHECKING:
    from tidewaiter.kernel.db import Work

_CHANGING = frozenset({"1", "4", "5"})
"""Functions (017) that cancel, change or replace a record that should be known."""

_encode_finding = msgspec.json.Encoder().encode


class Stretch:
    """One batch of a message on its way into the database."""

    def __init__(
        self,
        work: Work,
        batch: int,
        arrival: Arrival,
        beside: Beside,
        *,
        one_sender: bool,
    ) -> None:
        self._work = work
        self._connection = work.connection
        self._batch = batch
        self._arrival = arrival
        self._beside = beside
        self._one_sender = one_sender
        self._mentions = Mentions(work.connection, ())
        self._known: dict[bytes, tuple[int, bytes, str]] = {}
        self._records: dict[tuple[bytes, int], AnyRecord] = {}
        self._versions: list[dict[str, Any]] = []
        self._findings: list[dict[str, Any]] = []
        self._duplicates: list[dict[str, Any]] = []
        self._settled: list[tuple[bytes, int]] = []

    def keep(self, checked: Sequence[Checked]) -> Counts:
        """Keep the readings and return what became of them."""
        named = []
        for one in checked:
            body = encode(one.reading.record)
            digest = self._work.vault.digest(body)
            identity = identify(one.reading.record, self._content(one, digest))
            identity = sealing.named(self._work.vault, type(one.reading.record).__name__, identity)
            named.append((one, body, digest, identity))
        self._known = _store.latest(self._connection, [identity.key for _, _, _, identity in named])
        self._mentions = Mentions(self._connection, (one.reading.record for one in checked))
        amendments = 0
        for one, body, digest, identity in named:
            amendments += self._sort(one, body, digest, identity)
        sealing.seal_versions(self._work, self._versions)
        sealing.found_leaves(self._work, self._versions, self._findings)
        _store.insert_versions(self._connection, self._versions)
        _store.insert_findings(self._connection, self._findings)
        _store.insert_duplicates(self._connection, self._duplicates)
        _store.settle(self._connection, self._settled)
        self._mentions.write()
        repair = sum(row["state"] == "repair" for row in self._versions)
        return Counts(
            read=len(checked),
            kept=len(self._versions) - repair,
            repair=repair,
            duplicates=len(self._duplicates),
            amendments=amendments,
            findings=len(self._findings),
        )

    def kept(self) -> tuple[tuple[bytes, int], ...]:
        """Return (record key, version) of what was kept."""
        return tuple((row["record_key"], row["version"]) for row in self._versions)

    def _content(self, one: Checked, digest: bytes) -> bytes:
        """Return what stands for a nameless record: its content, or its place where it could not be read in full."""
        if one.reading.faults:
            return hashlib.sha256(f"{self._arrival.digest}:{one.reading.number}".encode()).digest()
        return digest

    def _sort(self, one: Checked, body: bytes, digest: bytes, identity: Identity) -> bool:
        """Sort one reading; return whether it amends a record that is kept."""
        reading, findings, version, key = one.reading, one.findings, 1, identity.key
        known = self._known.get(key)
        if known is not None:
            if known[1] == digest:
                again = {"batch_id": self._batch, "number": reading.number, "record_key": key, "version": known[0]}
                self._duplicates.append(again)
                return False
            version = known[0] + 1
            findings += self._beside.amended(reading.record, self._record(key, known[0]))
            self._settled.append((key, known[0]))
        elif getattr(reading.record, "function", None) in _CHANGING:
            findings += self._beside.amended(reading.record, None)
        others = self._mentions.others(key, reading.record)
        if others:
            findings += self._beside.together(reading.record, others)
        row = version_row(reading.record, body, digest, findings, identity=identity, version=version)
        row.update(
            batch_id=self._batch,
            number=reading.number,
            offset=reading.offset,
            length=reading.length,
            line=reading.line,
            row=reading.row,
            form=reading.form,
            sender=self._sender(reading),
        )
        self._versions.append(row)
        self._findings.extend(finding_rows(findings, key, version, self._batch))
        self._known[key] = (version, row["content_sha256"], row["state"])
        self._records[key, version] = reading.record
        self._mentions.note(key, reading.record)
        return known is not None

    def _sender(self, reading: Reading) -> str | None:
        """Return who sent a record where that is somebody else than the source's first sender."""
        if self._one_sender or reading.message is None or reading.message.interchange is None:
            return None
        sender = reading.message.interchange.sender
        return sender if sender != self._arrival.sender else None

    def _record(self, key: bytes, version: int) -> AnyRecord:
        """Return a version's record, from this batch or from the database."""
        if (key, version) in self._records:
            return self._records[key, version]
        found = _store.read_version(self._connection, key, version)
        assert found is not None  # noqa: S101 - `latest` just named it, in the same transaction
        return found.record


def version_row(
    record: AnyRecord, body: bytes, digest: bytes, findings: tuple[Finding, ...], *, identity: Identity, version: int
) -> dict[str, Any]:
    """Return a version's row, but for its batch and its place; `digest` is the keyed digest of `body`, its JSON."""
    errors = sum(finding.severity == "error" for finding in findings)
    day = day_of(record)
    return {
        "record_key": identity.key,
        "version": version,
        "kind": type(record).__name__,
        "reference": identity.reference,
        "state": "repair" if errors else "kept",
        "function": getattr(record, "function", None),
        "day": None if day is None else day.isoformat(),
        "content_sha256": digest,
        "body": body,
        "errors": errors,
        "warnings": len(findings) - errors,
    }


def finding_rows(findings: tuple[Finding, ...], key: bytes, version: int, batch: int) -> list[dict[str, Any]]:
    """Return the rows of a version's findings."""
    return [
        {
            "record_key": key,
            "version": version,
            "sequence": sequence,
            "rule": finding.rule,
            "severity": finding.severity,
            "batch_id": batch,
            "body": _encode_finding(finding).decode(),
        }
        for sequence, finding in enumerate(findings, start=1)
    ]

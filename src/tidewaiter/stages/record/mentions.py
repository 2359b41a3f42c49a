"""Find the records that name a transport document which another record names too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.record import _store
from tidewaiter.stages.record.model import Version
from tidewaiter.stages.validate import transport_documents

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

SCOPE = "transport-document"
"""What is mentioned: the number of a transport document, in capital letters and digits."""

MENTIONS_MAX = 100
"""Most records that may name one number; a number that more of them name tells none of them apart."""

_READ_MAX = 256
"""Most records of others that are remembered while a batch is kept."""


class Mentions:
    """What the records of a batch mention, and which other records mention it: those kept before, then the batch's.

    The records are known by being the very same objects, so they must outlive this.
    """

    def __init__(self, connection: Connection, records: Iterable[AnyRecord]) -> None:
        self._connection = connection
        self._named = {id(one): documents for one in records if (documents := transport_documents(one))}
        wanted = {value for documents in self._named.values() for value in documents}
        self._kept = _store.mentioning(connection, SCOPE, wanted, most=MENTIONS_MAX) if wanted else {}
        self._here: dict[str, dict[bytes, AnyRecord]] = {}
        self._rows: dict[tuple[str, bytes], None] = {}
        self._read: dict[bytes, Version] = {}

    def others(self, key: bytes, record: AnyRecord) -> list[AnyRecord]:
        """Return the newest versions of the other records that mention what this one does, the oldest first."""
        values = self._named.get(id(record))
        if values is None:
            return []
        here = {other: one for value in values for other, one in self._here.get(value, {}).items() if other != key}
        kept = {other for value in values for other in self._kept.get(value, ())} - here.keys() - {key}
        before = sorted(map(self._version, kept), key=lambda one: (one.batch, one.number))
        return [*(one.record for one in before), *list(here.values())[-MENTIONS_MAX:]]

    def note(self, key: bytes, record: AnyRecord) -> None:
        """Note that a record was kept."""
        for value in self._named.get(id(record), ()):
            self._here.setdefault(value, {})[key] = record
            self._rows[value, key] = None

    def write(self) -> None:
        """Write what was noted."""
        _store.insert_mentions(
            self._connection, [{"scope": SCOPE, "value": value, "record_key": key} for value, key in self._rows]
        )

    def _version(self, key: bytes) -> Version:
        """Return the newest version of a record that was kept before."""
        found = self._read.get(key)
        if found is None:
            if len(self._read) >= _READ_MAX:
                self._read.clear()
            found = _store.read_version(self._connection, key, None)
            assert found is not None  # noqa: S101 - what is mentioned is kept, in the same transaction
            self._read[key] = found
        return found


def fellows(connection: Connection, key: bytes, record: AnyRecord) -> Sequence[AnyRecord]:
    """Return the newest versions of the other records that name a transport document of this one, the oldest first."""
    return Mentions(connection, [record]).others(key, record)


def note(connection: Connection, records: Mapping[bytes, AnyRecord]) -> None:
    """Note what records mention, by their keys."""
    mentions = Mentions(connection, records.values())
    for key, record in records.items():
        mentions.note(key, record)
    mentions.write()

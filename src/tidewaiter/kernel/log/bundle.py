"""Write, read and verify evidence bundles: leaves with what they commit to, proofs, and the record itself.

A bundle is one JSON text that can be written one way only. Whoever has it, and the public key of the log from somewhere
else, needs nothing and nobody: no network, no node, none of this program. Whom to trust is never taken from the bundle.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from tidewaiter.kernel.errors import LogFault, NoteFault, NotProven
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.log import proof
from tidewaiter.kernel.log.notes import Verifier
from tidewaiter.kernel.log.policy import Policy

FORMAT = "tidewaiter-evidence/1"
SUFFIX = ".evidence.json"
BUNDLE_BYTES_MAX = 64 * 1024 * 1024
ENTRIES_MAX = 10_000
KEPT = "record.kept"

_FINGERPRINT = b"tidewaiter/key/v1\0"

Open = Callable[[bytes, bytes, str, int], bytes]
"""(key, ciphertext, context, epoch) → what was sealed; raises KeyFault where it does not hold."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One leaf: its line, its proof (C2SP tlog-proof), the statement that it commits to, and the salt in base64url."""

    leaf: str
    proof: str
    statement: str
    salt: str


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A sealed part of a record: ciphertext in base64url, what it is bound to, and its key where that is disclosed."""

    ciphertext: str
    context: str
    epoch: int
    key: str | None = None


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A version of a record as it is kept: the JSON that anybody may read, and the sealed parts in their order."""

    public: str
    sealed: tuple[Sealed, ...]


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A bundle: entries of one log, and the version of a record that the first `record.kept` among them is about."""

    format: str
    origin: str
    entries: tuple[Entry, ...]
    record: Kept | None = None


class Shown(msgspec.Struct, frozen=True):
    """One entry that was proven: its index, kind, time and statement."""

    index: int
    kind: str
    time: str
    statement: Any


class Verified(msgspec.Struct, frozen=True):
    """What a bundle shows: log, entries, the public JSON of the record, disclosed fields, how many parts are not."""

    origin: str
    entries: tuple[Shown, ...]
    public: str | None = None
    disclosed: dict[str, Any] = {}
    undisclosed: int = 0


_decoder = msgspec.json.Decoder(Bundle, strict=True)


def write(bundle: Bundle) -> bytes:
    """Write a bundle."""
    return leaves.canonical(msgspec.to_builtins(bundle)) + b"\n"


def parse(data: bytes) -> Bundle:
    """Read a bundle; raises NoteFault unless it is written in the one way that there is."""
    if len(data) > BUNDLE_BYTES_MAX:
        message = f"A bundle has {len(data):,} bytes; at most {BUNDLE_BYTES_MAX:,} are read."
        raise NoteFault(message)
    try:
        found = _decoder.decode(data)
        same = write(found) == data
    except (msgspec.DecodeError, UnicodeDecodeError, LogFault) as wrong:
        message = f"This is not an evidence bundle: {wrong}."
        raise NoteFault(message) from None
    if found.format != FORMAT or not same:
        message = f"This is not an evidence bundle as {FORMAT} writes them; a byte of it may have been changed."
        raise NoteFault(message)
    if not 1 <= len(found.entries) <= ENTRIES_MAX:
        message = f"A bundle has 1 to {ENTRIES_MAX:,} entries."
        raise NoteFault(message)
    return found


def verify(data: bytes, policy: Policy, log_keys: Iterable[Verifier], open_sealed: Open) -> Verified:
    """Return what a bundle shows, if all of it holds; raises NoteFault or NotProven with the entry that does not.

    `policy` and `log_keys` are the verifier's own: whom they trust. `open_sealed` is asked for parts with a key.
    """
    found, keys = parse(data), tuple(log_keys)
    shown = tuple(_entry(number, one, found.origin, policy, keys) for number, one in enumerate(found.entries))
    if found.record is None:
        return Verified(found.origin, shown)
    kept = next((one for one in shown if one.kind == KEPT), None)
    if kept is None:
        message = f"The bundle has a record and no entry {KEPT} that it could be held against."
        raise NotProven(message)
    public = found.record.public.encode()
    if kept.statement.get("public") != hashlib.sha256(public).hexdigest():
        message = f"The record's open part is not what entry {kept.index:,} commits to."
        raise NotProven(message)
    disclosed, undisclosed = _disclosed(found.record, kept, open_sealed)
    return Verified(found.origin, shown, found.record.public, disclosed, undisclosed)


def _entry(number: int, entry: Entry, origin: str, policy: Policy, keys: tuple[Verifier, ...]) -> Shown:
    """Return an entry, if its leaf is in the log and commits to its statement."""
    try:
        leaf = leaves.parse(entry.leaf.encode())
        statement = msgspec.json.decode(entry.statement)
        one_way = leaves.canonical(statement) == entry.statement.encode()
    except (LogFault, msgspec.DecodeError):
        message = f"Entry {number} of the bundle has a leaf or a statement that is none."
        raise NoteFault(message) from None
    if not one_way or not isinstance(statement, dict):
        message = f"The statement of entry {number} of the bundle is not written as statements are."
        raise NoteFault(message)
    # 1. The leaf is in the log of which the verifier's trusted parties have signed a checkpoint.
    proven = proof.verify(entry.leaf.encode(), entry.proof.encode(), policy, keys)
    if proven.checkpoint.origin != origin:
        message = f"The proof of entry {number} of the bundle is of another log than {origin}."
        raise NotProven(message)
    # 2. The leaf commits to the statement.
    if leaves.commitment(_octets(entry.salt, number), entry.statement.encode()) != leaves.committed(leaf):
        message = f"The statement of entry {number} of the bundle is not what its leaf commits to."
        raise NotProven(message)
    return Shown(proven.index, leaf.type, leaf.time, statement)


def _disclosed(record: Kept, kept: Shown, open_sealed: Open) -> tuple[dict[str, Any], int]:
    """Return the fields of the parts whose keys are disclosed, and how many parts are not."""
    committed = kept.statement.get("sealed")
    if not isinstance(committed, list) or len(committed) != len(record.sealed):
        message = "The bundle does not have the sealed parts that its entry commits to."
        raise NotProven(message)
    fields: dict[str, Any] = {}
    undisclosed = 0
    for number, (part, said) in enumerate(zip(record.sealed, committed, strict=True)):
        sealed = _octets(part.ciphertext, number)
        if said.get("sha256") != hashlib.sha256(sealed).hexdigest():
            message = f"Sealed part {number} is not what the entry commits to."
            raise NotProven(message)
        if part.key is None:
            undisclosed += 1
            continue
        key = _octets(part.key, number)
        if said.get("key") != hashlib.sha256(_FINGERPRINT + key).hexdigest():
            message = f"The key of sealed part {number} is not the one that the entry commits to."
            raise NotProven(message)
        fields |= msgspec.json.decode(open_sealed(key, sealed, part.context, part.epoch))
    return fields, undisclosed


def encode(data: bytes) -> str:
    """Write bytes as a bundle has them: base64url without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _octets(text: str, number: int) -> bytes:
    """Read bytes that are written in the one way that there is."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        found = b""
    if encode(found) != text or not text:
        message = f"Part {number} of the bundle holds something that is not base64url."
        raise NoteFault(message)
    return found

"""Write, read and verify evidence bundles: leaves, what they commit to, proofs, and the record itself.

A bundle is one JSON text that can be written one way only. Whoever has it, and the public key of the log from somewhere
else, needs nothing and nobody: no network, no node, none of this program. Whom to trust is never taken from the bundle.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from tidewaiter.kernel.errors import KeyFault, LogFault, NoteFault, NotProven
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.log import proof
from tidewaiter.kernel.log.notes import Verifier
from tidewaiter.kernel.log.policy import Policy

FORMAT = "tidewaiter-evidence/1"
SUFFIX = ".evidence.json"
BUNDLE_BYTES_MAX = 64 * 1024 * 1024
ENTRIES_MAX = 10_000
KEY_BYTES = 32
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
    """A sealed part of a record: ciphertext in base64url; where it is disclosed, its key and what it is bound to.

    Nothing ties context and epoch to the log but the tag that the key opens, so without a key they are not there.
    """

    ciphertext: str
    context: str | None = None
    epoch: int | None = None
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
    """One entry that was proven: its index, kind, time and statement, and when which witness had seen the log with it.

    `witnesses` are those of the verifier's policy, each with seconds since 1970, UTC.
    """

    index: int
    kind: str
    time: str
    statement: Any
    witnesses: Mapping[str, int] = {}


class Verified(msgspec.Struct, frozen=True):
    """What a bundle shows: log, entries, the record's open JSON, disclosed fields by pointer, how many parts are not.

    `opened` is the record's JSON with the disclosed fields in their places.
    """

    origin: str
    entries: tuple[Shown, ...]
    public: str | None = None
    disclosed: dict[str, Any] = {}
    undisclosed: int = 0
    opened: str | None = None


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
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LogFault) as wrong:
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
    # 3. The record's open part is the one that the entry commits to.
    if kept.statement.get("public") != hashlib.sha256(found.record.public.encode()).hexdigest():
        message = f"The record's open part is not what entry {kept.index:,} of the log commits to."
        raise NotProven(message)
    disclosed, undisclosed = _disclosed(found.record, kept, open_sealed)
    opened = _restored(found.record.public, disclosed)
    return Verified(found.origin, shown, found.record.public, disclosed, undisclosed, opened)


def encode(data: bytes) -> str:
    """Write bytes as a bundle has them: base64url without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _entry(number: int, entry: Entry, origin: str, policy: Policy, keys: tuple[Verifier, ...]) -> Shown:
    """Return an entry, if its leaf is in the log and commits to its statement."""
    where = f"entry {number} of the bundle"
    try:
        leaf = leaves.parse(entry.leaf.encode())
        statement = msgspec.json.decode(entry.statement)
        one_way = leaves.canonical(statement) == entry.statement.encode()
    except (msgspec.DecodeError, RecursionError, LogFault):
        message = f"The leaf or the statement of {where} is none."
        raise NoteFault(message) from None
    if not one_way or not isinstance(statement, dict):
        message = f"The statement of {where} is not written as statements are."
        raise NoteFault(message)
    salt = _octets(entry.salt, f"the salt of {where}", leaves.SALT_BYTES)
    # 1. The leaf is in the log of which the verifier's trusted parties have signed a checkpoint.
    proven = _proven(entry, where, policy, keys)
    if proven.checkpoint.origin != origin:
        message = f"The proof of {where} is of another log than {origin}."
        raise NotProven(message)
    # 2. The leaf commits to the statement.
    if leaves.commitment(salt, entry.statement.encode()) != leaves.committed(leaf):
        message = f"The statement of {where} is not what its leaf commits to."
        raise NotProven(message)
    return Shown(proven.index, leaf.type, leaf.time, statement, proven.judgement.witnesses)


def _proven(entry: Entry, where: str, policy: Policy, keys: tuple[Verifier, ...]) -> proof.Proven:
    """Return what an entry's proof shows; a proof with an `extra` line is refused, since nothing vouches for that."""
    try:
        found = proof.parse(entry.proof.encode())
        if found.extra is None:
            return proof.verify(entry.leaf.encode(), found, policy, keys)
    except (NoteFault, NotProven) as wrong:
        message = f"The proof of {where} does not hold: {wrong.sentence}"
        raise type(wrong)(message, wrong.remedy) from None
    message = f"The proof of {where} says more than is proven."
    raise NoteFault(message)


def _disclosed(record: Kept, kept: Shown, open_sealed: Open) -> tuple[dict[str, Any], int]:
    """Return the fields of the parts whose keys are disclosed, and how many parts are not."""
    committed = kept.statement.get("sealed")
    if not isinstance(committed, list) or len(committed) != len(record.sealed):
        message = f"The bundle does not have the sealed parts that entry {kept.index:,} of the log commits to."
        raise NotProven(message)
    fields: dict[str, Any] = {}
    undisclosed = 0
    for number, (part, said) in enumerate(zip(record.sealed, committed, strict=True)):
        values = _part(part, said, f"sealed part {number}", open_sealed)
        if values is None:
            undisclosed += 1
        elif fields.keys() & values.keys():
            message = f"What is in sealed part {number} is in another part too."
            raise NotProven(message)
        else:
            fields |= values
    return fields, undisclosed


def _part(part: Sealed, said: Any, where: str, open_sealed: Open) -> dict[str, Any] | None:
    """Return the fields of a sealed part that is what a statement says of it; None where it is not disclosed."""
    sealed = _octets(part.ciphertext, f"the ciphertext of {where}")
    # 4. The ciphertext is the one that the entry commits to.
    if not isinstance(said, dict) or said.get("sha256") != hashlib.sha256(sealed).hexdigest():
        message = f"The ciphertext of {where} is not what the entry commits to."
        raise NotProven(message)
    if part.key is None and part.context is None and part.epoch is None:
        return None
    if part.key is None or part.context is None or part.epoch is None:
        message = f"Key, context and epoch of {where} stand together or not at all."
        raise NoteFault(message)
    # 5. So is its key, which the ciphertext alone does not settle, and the one opens the other.
    key = _octets(part.key, f"the key of {where}", KEY_BYTES)
    if said.get("key") != hashlib.sha256(_FINGERPRINT + key).hexdigest():
        message = f"The key of {where} is not the one that the entry commits to."
        raise NotProven(message)
    try:
        values = msgspec.json.decode(open_sealed(key, sealed, part.context, part.epoch), type=dict[str, Any])
    except (KeyFault, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        message = f"The key of {where} does not open it, or there are no fields in it."
        raise NotProven(message) from None
    return values


def _restored(public: str, fields: Mapping[str, Any]) -> str:
    """Return a record's JSON with fields put back where their pointers say (RFC 6901)."""
    if not fields:
        return public
    try:
        record = msgspec.json.decode(public)
        for pointer, value in fields.items():
            _put(record, pointer, value)
    except (msgspec.DecodeError, RecursionError, LookupError, TypeError, ValueError):
        message = "What is disclosed has no place in the record's open part."
        raise NotProven(message) from None
    return msgspec.json.encode(record).decode()


def _put(node: Any, pointer: str, value: Any) -> None:
    """Put a value where a pointer says, in a member that is not there yet; raises ValueError where it is."""
    *way, name = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in way:
        node = node[int(step)] if isinstance(node, list) else dict.setdefault(node, step, {})
    if not isinstance(node, dict) or name in node:
        message = "There is no free place."
        raise ValueError(message)
    node[name] = value


def _octets(text: str, where: str, length: int | None = None) -> bytes:
    """Read bytes that are written in the one way that there is, of a length where one is given."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        found = b""
    if not text or encode(found) != text or length not in {None, len(found)}:
        message = f"In the bundle, {where} is not base64url" + (f" of {length} bytes." if length else ".")
        raise NoteFault(message)
    return found

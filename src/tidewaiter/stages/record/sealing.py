"""Seal the personal part of records, each under a key of its own, and open it for those who may."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.records import KINDS, Identity, decode, is_personal
from tidewaiter.kernel.records.personal import leaves_of, parted, restored, shape
from tidewaiter.stages.record import _store
from tidewaiter.stages.record.model import Version

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Work
    from tidewaiter.kernel.seal import DataKey, Vault

PURPOSES: Mapping[str, str] = {"Journey": "travel", "Intelligence": "intelligence"}
"""Kind of record → the purpose that its keys are for, where it is not `record`."""
SOURCE = "source"
"""The purpose of the keys of sources' own bytes."""

_TRAVELLER = re.compile(r"/travellers/(\d+)/")

IDENTIFIERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("document", re.compile(r"/documents/\d+/number$")),
    ("ticket", re.compile(r"/tickets/\d+$")),
    ("loyalty", re.compile(r"/loyalty/\d+$")),
    ("booking", re.compile(r"^/reference$|/booking$")),
    ("email", re.compile(r"/email$")),
    ("phone", re.compile(r"/phone$")),
)
"""What a person can be found by once sealed: name → where it stands. Each is many-valued; a name or a sex is not."""


class _Part(msgspec.Struct):
    """One part of a record on its way to be sealed: row of its version, its number, its fields by pointer."""

    row: dict[str, Any]
    part: int
    values: dict[str, Any]


def named(vault: Vault, kind: str, identity: Identity) -> Identity:
    """Return a record's identity as it may be kept: where its reference is personal, a keyed digest stands for it."""
    if identity.weak or not is_personal(KINDS[kind], "/reference"):
        return identity
    return Identity(vault.digest(b"key\0" + identity.key)[:16], hidden_reference(vault, identity.reference), weak=False)


def hidden_reference(vault: Vault, reference: str) -> str:
    """Return what stands for a reference that is personal, such as a booking's locator: 16 hexadecimal digits."""
    return vault.digest(b"reference\0" + reference.encode()).hex()[:16]


def seal_versions(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    """Seal what is personal in versions' rows, insert what is kept apart, and leave a leaf for each version.

    A row's `body` is the whole record before, and what anybody may read after. Every version has a key, which salts
    its leaves; people on a journey have one each, so that one of them can be destroyed without the others.
    """
    mains, others = [], []
    for row in rows:
        row["body"], values = parted(row["kind"], row["body"])
        row["hidden"] = _hidden(values)
        parts = dict(_parts(values))
        mains.append(_Part(row, 0, parts.pop(0, {})))
        others += [_Part(row, part, some) for part, some in sorted(parts.items())]
    keys = _fresh(work.vault, [*mains, *others])
    told: dict[int, list[dict[str, str]]] = {id(row): [] for row in rows}
    kept: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for part, key in zip([*mains, *others], keys, strict=True):
        row, sealed = part.row, None
        if part.values:
            context = context_of(row["record_key"], row["version"], part.part)
            sealed = key.seal(msgspec.json.encode(part.values), context)
            told[id(row)].append({"sha256": hashlib.sha256(sealed).hexdigest(), "key": key.fingerprint.hex()})
            found += identifier_rows(work.vault, row["record_key"], row["version"], part.values)
        if part.part:
            kept.append(_key_of(row) | {"part": part.part, "key": key.id, "sealed": sealed})
        else:
            row["key"], row["sealed"] = key.id, sealed
    for part, key in zip(mains, keys, strict=False):
        row = part.row
        work.leave("record.kept", _statement(row, told[id(row)]), about=row["record_key"], key=key)
    _store.insert_parts(work.connection, kept)
    _store.insert_identifiers(work.connection, found)


def found_leaves(work: Work, rows: Sequence[dict[str, Any]], findings: Sequence[dict[str, Any]]) -> None:
    """Leave a leaf for the findings of each version that has some."""
    by: dict[tuple[bytes, int], list[str]] = {}
    for one in findings:
        by.setdefault((one["record_key"], one["version"]), []).append(one["body"])
    if not by:
        return
    numbers = [row["key"] for row in rows if (row["record_key"], row["version"]) in by]
    keys = work.vault.keys(numbers)
    for row in rows:
        bodies = by.get((row["record_key"], row["version"]))
        if bodies:
            digest = hashlib.sha256("\n".join(bodies).encode()).hexdigest()
            statement = {"record": row["record_key"].hex(), "version": row["version"]}
            statement |= {"findings": digest, "count": len(bodies)}
            work.leave("record.found", statement, about=row["record_key"], key=keys[row["key"]])


def context_of(record_key: bytes, version: int, part: int) -> str:
    """Return what the ciphertext of a part is bound to."""
    return f"record_version\0{record_key.hex()}\0{version}\0{part}"


class SealedPart(msgspec.Struct, frozen=True):
    """A part of a version as it is kept: its key's number, ciphertext (None: nothing in it), context, public JSON."""

    key: int
    sealed: bytes | None
    context: str
    public: bytes


def sealed_parts(connection: Connection, version: Version) -> list[SealedPart]:
    """Return the parts of a version, its own first; none where its keys were destroyed."""
    key, number = version.record_key, version.version
    return [
        SealedPart(numbered, sealed, context_of(key, number, part), public)
        for part, numbered, sealed, public in _store.read_sealed(connection, key, number)
    ]


def opened(connection: Connection, vault: Vault, versions: Sequence[Version]) -> list[Version]:
    """Return versions with their personal part in its place, as far as its keys are there.

    `personal` then says open, destroyed or partly destroyed. Whoever calls this has said what for, and left a leaf.
    """
    sealed = {}
    for one in versions:
        if one.hidden and one.personal == "sealed":
            sealed[one.record_key, one.version] = list(_store.read_sealed(connection, one.record_key, one.version))
    keys = vault.keys({key for parts in sealed.values() for _, key, _, _ in parts})
    return [_open(one, sealed[one.record_key, one.version], keys) if _is_in(one, sealed) else one for one in versions]


def _open(one: Version, parts: Sequence[tuple[int, int, bytes | None, bytes]], keys: Mapping[int, DataKey]) -> Version:
    """Put the parts that can be opened back into a version."""
    values: dict[str, Any] = {}
    lost = 0
    for part, number, sealed, _ in parts:
        if sealed is None:
            lost += not part
        elif number in keys:
            plain = keys[number].open(sealed, context_of(one.record_key, one.version, part))
            values |= msgspec.json.decode(plain)
        else:
            lost += 1
    state = "open" if not lost else "partly destroyed" if values else "destroyed"
    return msgspec.structs.replace(one, record=decode(restored(parts[0][3], values)), personal=state)


def _is_in(one: Version, sealed: Mapping[tuple[bytes, int], Any]) -> bool:
    """Say whether a version has a sealed part that was read."""
    return (one.record_key, one.version) in sealed


def _fresh(vault: Vault, parts: Sequence[_Part]) -> list[DataKey]:
    """Return a new key for each part, made in one go for each purpose."""
    purposes = [PURPOSES.get(one.row["kind"], "record") for one in parts]
    made = {one: iter(vault.fresh(one, purposes.count(one))) for one in sorted(set(purposes))}
    return [next(made[one]) for one in purposes]


def _parts(values: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Sort fields into parts: number 0, and one for each traveller, counted from 1."""
    parts: dict[int, dict[str, Any]] = {}
    for pointer, value in values.items():
        at = _TRAVELLER.match(pointer)
        parts.setdefault(int(at[1]) + 1 if at else 0, {})[pointer] = value
    yield from parts.items()


def _hidden(values: Mapping[str, Any]) -> str | None:
    """Return which fields are hidden, as JSON: pointer → shape."""
    return msgspec.json.encode({one: shape(value) for one, value in values.items()}).decode() if values else None


def _statement(row: Mapping[str, Any], sealed: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return what the leaf of a version commits to."""
    return {
        "record": row["record_key"].hex(),
        "version": row["version"],
        "kind": row["kind"],
        "state": row["state"],
        "batch": row["batch_id"],
        "number": row["number"],
        "public": hashlib.sha256(row["body"]).hexdigest(),
        "sealed": list(sealed),
    }


def identifier_rows(vault: Vault, key: bytes, version: int, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the blind index of a version's hidden fields, or of some of them."""
    found = set()
    for pointer, value in values.items():
        at = _TRAVELLER.match(pointer)
        for leaf in leaves_of(pointer, value):
            name = next((one for one, pattern in IDENTIFIERS if pattern.search(leaf)), None)
            if name is not None:
                digest = blind(vault, name, _at(value, leaf.removeprefix(pointer)))
                found.add((int(at[1]) + 1 if at else 0, digest))
    for part, digest in sorted(found):
        yield {"digest": digest, "record_key": key, "version": version, "part": part, "epoch": vault.epoch}


def blind(vault: Vault, name: str, value: str) -> bytes:
    """Return what an identifier is found by while this epoch lasts: 16 bytes. Spaces, signs and case do not count."""
    return vault.blind(f"{name}\0{re.sub(r'[^0-9A-Z@._]', '', str(value).upper())}")


def _at(value: Any, rest: str) -> Any:
    """Return the value at the rest of a pointer."""
    for step in rest.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _key_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what names a version."""
    return {"record_key": row["record_key"], "version": row["version"]}

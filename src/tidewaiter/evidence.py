"""Put together the evidence of a record: what the log has of it, and what of it may be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tidewaiter import witnessing
from tidewaiter.kernel.errors import Shredded
from tidewaiter.kernel.log import bundle
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.log.bundle import Bundle, Entry, Kept, Sealed, encode
from tidewaiter.kernel.log.proof import write as write_proof
from tidewaiter.kernel.seal import DataKey
from tidewaiter.stages import record

if TYPE_CHECKING:
    from tidewaiter.kernel.db import Work
    from tidewaiter.node import Node


def bundle_of(
    node: Node,
    version: record.Version,
    *,
    purpose: str | None = None,
    allow: Callable[[Work], None] = lambda _work: None,
) -> bytes:
    """Return the evidence bundle of a version: all leaves about its record, and the version as it is kept.

    Without a purpose its personal parts stay sealed: the bundle proves what was kept without showing it. With one,
    their keys are disclosed in it, and the log has it first who did so and what for. Raises Shredded where the keys
    that salt the leaves were destroyed: nothing can be proven about such a record, which is what was asked for.
    """
    with node.database.reading() as connection:
        entries = node.ledger.about(connection, version.record_key)
        parts = record.sealed_parts(connection, version)
    keys = node.vault.keys({one.key for one in entries} | {part.key for part in parts})
    kept = [one for one in entries if one.kind == bundle.KEPT]
    own = kept[version.version - 1 : version.version]
    if not own or own[0].key not in keys:
        message = f"The keys of {version.reference} were destroyed; nothing ties the log to it any more."
        raise Shredded(message)
    if purpose is not None:
        with node.work() as work:
            allow(work)
            read = [f"{version.record_key.hex()}/{version.version}"]
            statement = {"purpose": purpose, "records": read, "evidence": True}
            work.leave("data.disclosed", statement, about=version.record_key)
    node.ledger.integrate()
    told = own + [one for one in entries if one.kind != bundle.KEPT and one.key in keys]
    proofs = dict(
        zip(sorted(one.position for one in told), witnessing.prove(node, [one.position for one in told]), strict=True)
    )
    made = []
    for one in told:
        leaf, shown = proofs[one.position]
        salt = keys[one.key].salt(leaves.identity_of(leaves.parse(leaf)))
        made.append(
            Entry(
                leaf=leaf.decode(),
                proof=write_proof(shown).decode(),
                statement=one.statement.decode(),
                salt=encode(salt),
            )
        )
    sealed = [_sealed(part, keys.get(part.key), show=purpose is not None) for part in parts if part.sealed is not None]
    whole = Kept(public=parts[0].public.decode(), sealed=tuple(sealed))
    return bundle.write(Bundle(format=bundle.FORMAT, origin=node.ledger.origin, entries=tuple(made), record=whole))


def open_sealed(key: bytes, sealed: bytes, context: str, epoch: int) -> bytes:
    """Open a part of a bundle with the key that is disclosed in it."""
    return DataKey(0, epoch, key).open(sealed, context)


def _sealed(part: record.SealedPart, key: DataKey | None, *, show: bool) -> Sealed:
    """Return a sealed part as a bundle has it; what opens it is there where it is to be shown and still exists."""
    assert part.sealed is not None  # noqa: S101 - its only caller asks
    if not show or key is None:
        return Sealed(ciphertext=encode(part.sealed))
    return Sealed(ciphertext=encode(part.sealed), context=part.context, epoch=key.epoch, key=encode(key.key))

"""Keep in custody what was recorded: open it for a purpose, destroy it, begin new epochs of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tidewaiter.kernel.errors import Shredded
from tidewaiter.stages import record

if TYPE_CHECKING:
    from tidewaiter.kernel.db import Step, Work
    from tidewaiter.kernel.seal import Rotation
    from tidewaiter.node import Node

TOGETHER = 100
"""Most steps of destruction that are taken at once."""
_READ_TOGETHER = 1_000
"""Most records that one leaf says were read."""

REPAIR = "repair"
"""The purpose of reading personal data to correct a record or to check it again."""


def read_personal(node: Node, versions: Sequence[record.Version], *, purpose: str) -> list[record.Version]:
    """Return versions with their personal part, once the log has it that they were read, by whom and what for."""
    sealed = [one for one in versions if one.personal == "sealed"]
    if not sealed:
        return list(versions)
    with node.work() as work:
        opened = record.opened(work.connection, work.vault, versions)
        for start in range(0, len(sealed), _READ_TOGETHER):
            read = [f"{one.record_key.hex()}/{one.version}" for one in sealed[start : start + _READ_TOGETHER]]
            work.leave("data.read", {"purpose": purpose, "records": read})
    return opened


def source_of(node: Node, version: record.Version, *, purpose: str | None) -> bytes:
    """Return the bytes that a version was read from, as far as they are there.

    With a purpose, the log has it first that they were read; without one, they are for telling places, not for eyes.
    """
    with node.database.reading() as connection:
        try:
            raw = record.source_of(connection, node.vault, version)
        except Shredded:
            return b""
    if purpose is not None and raw:
        with node.work() as work:
            read = [f"{version.record_key.hex()}/{version.version}"]
            work.leave("data.read", {"purpose": purpose, "records": read, "source": True}, about=version.record_key)
    return raw


def _freely(_work: Work) -> None:
    """Let a work go on: whoever calls has asked before."""


def shred(
    node: Node,
    keys: Sequence[bytes],
    identifiers: Mapping[str, str],
    *,
    reason: str,
    allow: Callable[[Work], None] = _freely,
) -> record.Shredding:
    """Destroy the personal data of a record, or of a person found by identifiers; return what was destroyed.

    `allow` is asked in the same transaction, and raises where it may not be.

    What is kept under their keys can be read by nobody once this returns; older copies of the key store can until the
    next epoch begins.
    """
    with node.work() as work:
        allow(work)
        done = [record.shred_record(work, key, reason=reason) for key in keys]
        if identifiers:
            done.append(record.shred_subject(work, identifiers, reason=reason))
    node.outbox.drain([(record.STEP, TOGETHER, lambda steps: destroy(node, steps))])
    node.database.forget_deleted()
    return record.Shredding(
        records=tuple(one for some in done for one in some.records),
        people=sum(one.people for one in done),
        keys=sum(one.keys for one in done),
    )


def begin_epoch(
    node: Node,
    *,
    reason: str,
    progress: Callable[[int], None] | None = None,
    allow: Callable[[Work], None] = _freely,
) -> Rotation:
    """Begin a new epoch of keys: what survives is wrapped anew, what was shredded is gone from every older copy too."""
    with node.work() as work:  # a node that may not sign must not destroy keys either
        allow(work)
        work.leave("keys.rotation", {"epoch": node.vault.refresh() + 1, "reason": reason})
    done = node.vault.rotate(progress=progress)
    reindex(node)
    with node.work() as work:
        work.leave("keys.rotated", {"epoch": done.epoch, "rewrapped": done.rewrapped})
    node.database.forget_deleted()
    return done


def reindex(node: Node) -> None:
    """Make the blind index anew for the epoch that is now, where it is of an older one."""
    while True:
        with node.work() as work:
            if not record.reindex(work, most=node.settings.batch_records):
                return


def destroy(node: Node, steps: Sequence[Step]) -> None:
    """Destroy the keys of what was shredded."""
    node.vault.shred({int(key) for step in steps for key in step.payload["keys"]})

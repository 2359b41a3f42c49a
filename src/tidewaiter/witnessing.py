"""Have the log witnessed: ask whom the policy names, keep what they cosigned, heed who is ahead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tidewaiter.kernel.clock import instant
from tidewaiter.kernel.errors import NoteFault, NotProven
from tidewaiter.kernel.log import asking, checkpoint, policy, proof
from tidewaiter.kernel.log.asking import Asked, Witness
from tidewaiter.kernel.log.cosignatures import WITNESS_KINDS, verifier
from tidewaiter.kernel.log.policy import Judgement, Party, Policy
from tidewaiter.kernel.log.proof import Proof

if TYPE_CHECKING:
    from tidewaiter.kernel.log.store import LogStore
    from tidewaiter.node import Node

POLICY_FILE = "witnesses.policy"
RESTORED = "restored"
"""Fact of a node that was made from a backup, until its witnesses have said that they know of nothing newer."""
_SILENT = "witnesses_silent_at"


def policy_of(node: Node) -> Policy:
    """Return whom this node's log is witnessed by; a policy without witnesses where there is no file."""
    path = Path(node.settings.log_policy) if node.settings.log_policy else node.folder / POLICY_FILE
    own = Party(node.ledger.key)
    if not path.exists():
        return Policy((own,), {}, {}, policy.NONE)
    found = policy.parse(path.read_bytes())
    if found.logs and all(one.key != own.key for one in found.logs):
        message = f"{path} is a policy for another log than {node.ledger.origin}."
        raise NoteFault(message, "Leave its log lines out, or give this log's: `tidewaiter log key`.")
    return Policy((own,), found.witnesses, found.groups, found.quorum)


def witnesses_of(node: Node, found: Policy) -> list[Witness]:
    """Return the witnesses that can be asked: those of the policy that have an address."""
    from tidewaiter.kernel.log.http import transport  # noqa: PLC0415 - most programs never ask, and it takes a while

    return [
        Witness(
            name,
            [verifier(one.key, WITNESS_KINDS)],
            transport(one.url, node.settings),
            size=int(node.fact(_size_of(name)) or 0),
        )
        for name, one in found.witnesses.items()
        if one.url
    ]


def ask(node: Node, *, disregard: Collection[str] = ()) -> tuple[Asked, Judgement | None]:
    """Ask every witness to cosign the newest checkpoint; keep it where they make the quorum.

    Returns what they said, and the judgement where there is a quorum. Raises WitnessAhead where one has seen more of
    this log than this node has, unless it is among those to disregard.
    """
    node.disregarded = frozenset(disregard)
    node.ledger.integrate()
    found, signed = policy_of(node), node.ledger.checkpoint()
    asked = _asked(node, found, signed, disregard)
    try:
        judgement = policy.judge(found, *checkpoint.parse(asked.note.data))
    except NotProven:
        return asked, None
    node.ledger.keep_witnessed(asked.note)
    return asked, judgement


def before_signing(node: Node, log: LogStore) -> None:
    """See to it that no witness has seen more of the log than there is, before this program signs for the first time.

    A node that was restored waits until one of them answers. Any other goes on where none does, and does not wait for
    them again for a while.
    """
    found, restored = policy_of(node), node.fact(RESTORED)
    if not found.witnesses:
        return
    since = instant(node.clock.now() - timedelta(seconds=node.settings.witness_again_seconds))
    if not restored and (node.fact(_SILENT) or "") > since:
        return
    asked = _asked(node, found, log.signed, node.disregarded)
    if restored and len(asked.missing) == len(found.witnesses):
        message = "This node was restored from a backup, and no witness answers who could say whether it is the newest."
        raise NotProven(message, "Wait until one can be reached: `tidewaiter log witness` tries again.")
    if restored:
        node.note(RESTORED, "")


def _asked(node: Node, found: Policy, signed: bytes, disregard: Collection[str]) -> Asked:
    """Ask the witnesses about a signed checkpoint, and note what they know."""
    witnesses = witnesses_of(node, found)
    seconds = node.settings.witness_seconds_max
    asked = asking.ask(witnesses, signed, node.ledger.consistency, disregard=disregard, seconds_max=seconds)
    for one in witnesses:
        if one.name not in asked.missing:
            node.note(_size_of(one.name), str(one.size))
    silent = len(asked.missing) == len(found.witnesses)
    node.note(_SILENT, instant(node.clock.now()) if silent else "")
    return asked


def prove(node: Node, positions: Collection[int]) -> list[tuple[bytes, Proof]]:
    """Return leaves with their proofs, under the witnessed checkpoint if that counts them all, else the newest."""
    signed = node.ledger.checkpoint()
    witnessed = node.ledger.witnessed()
    if witnessed is not None and checkpoint.parse(witnessed)[0].size > max(positions, default=0):
        signed = witnessed
    return node.ledger.prove(sorted(positions), signed)


def _size_of(name: str) -> str:
    """Return the name of the fact that says what a witness cosigned last."""
    return f"witness_size:{name}"[:60]


__all__ = ["POLICY_FILE", "RESTORED", "ask", "before_signing", "policy_of", "proof", "prove", "witnesses_of"]

"""Have the logs of nodes in one process witnessed by one another, without a network in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tidewaiter.kernel.errors import NotProven
from tidewaiter.kernel.ledger import WitnessHeads
from tidewaiter.kernel.log import checkpoint, policy, witness
from tidewaiter.kernel.log.asking import Witness
from tidewaiter.kernel.log.cosignatures import WITNESS_KINDS, verifier
from tidewaiter.kernel.log.notes import Key
from tidewaiter.kernel.log.policy import Group, Party, Policy
from tidewaiter.kernel.log.witness import Answer

if TYPE_CHECKING:
    from tidewaiter.node import Node

_QUORUM = "majority"


def cosign(nodes: Mapping[str, Node], keys: Mapping[str, Key], reaches: Callable[[str, str], bool]) -> dict[str, int]:
    """Have each node that can reach others witnessed by them; return name → size that has its quorum, where new.

    `nodes` are those that run, `keys` the witness keys of all there are; the quorum is the majority of all but the node
    itself. What a witness cosigned last is kept in its database, as in service. Raises WitnessAhead where a node is an
    older copy of itself.
    """
    found: dict[str, int] = {}
    for name, node in nodes.items():
        asked = {other: one for other, one in nodes.items() if other != name and reaches(name, other)}
        others = {other: key for other, key in keys.items() if other != name}
        if asked and (size := _witnessed(node, asked, others)) is not None:
            found[name] = size
    return found


def _witnessed(node: Node, asked: Mapping[str, Node], keys: Mapping[str, Key]) -> int | None:
    """Ask others to cosign a node's newest checkpoint; return its size where the quorum did and it was not known."""
    size = node.ledger.integrate()
    before = node.ledger.witnessed()
    if before is not None and checkpoint.parse(before)[0].size == size:
        return None
    signed = node.ledger.checkpoint()
    note = checkpoint.parse(signed)[1]
    for name, other in asked.items():
        heads = WitnessHeads(other.database)
        known = heads.load(node.ledger.origin).size
        one = Witness(name, [verifier(keys[name], WITNESS_KINDS)], _transport(node, other, heads), known)
        note = note.signed(one.cosign(signed, node.ledger.consistency))
    majority = Group(len(keys) // 2 + 1, tuple(keys))
    parties = {name: Party(key) for name, key in keys.items()}
    wanted = Policy((Party(node.ledger.key),), parties, {_QUORUM: majority}, _QUORUM)
    try:
        policy.judge(wanted, *checkpoint.parse(note.data))
    except NotProven:
        return None
    node.ledger.keep_witnessed(note)
    return size


def _transport(asker: Node, other: Node, heads: WitnessHeads) -> Callable[[bytes], Answer]:
    """Return a way to post a request to another node as the witness that it is."""
    logs = {asker.ledger.origin: [asker.ledger.verifier]}

    def post(body: bytes) -> Answer:
        """Answer as the door of that node would."""
        at = int(other.clock.now().timestamp())
        return witness.add_checkpoint(body, logs, heads, other.cosigners(), at)

    return post

"""Write, read and verify proofs that an entry is in a log, offline, as C2SP tlog-proof says.

This is the receipt that a partner or a court is handed: the entry's place, the path to the root, and a checkpoint with
the signature of the log and the cosignatures of witnesses. Whoever has the entry, the proof and a policy needs no one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tidewaiter.kernel.errors import NoteFault
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import notes, tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.notes import Verifier
from tidewaiter.kernel.log.policy import Judgement, Policy, judge

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
PROOF_LINES_MAX = 63


class Proof(msgspec.Struct, frozen=True):
    """A proof: the entry's index, its path (the leaf's sibling first), the signed checkpoint as it was published.

    `extra` is for the application; nothing vouches for it.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


class Proven(msgspec.Struct, frozen=True):
    """What a proof shows: the log's state, the entry's index in it, who signed."""

    checkpoint: Checkpoint
    index: int
    judgement: Judgement


def prove(hashes: tree.Hashes, index: int, checkpoint: bytes, extra: bytes | None = None) -> Proof:
    """Make the proof for an entry under a signed checkpoint, from the log's hashes."""
    size = checkpoints.parse(checkpoint)[0].size
    return Proof(index, tuple(tree.inclusion_proof(hashes, index, size)), checkpoint, extra)


def write(proof: Proof) -> bytes:
    """Write a proof; raises NoteFault where its checkpoint cannot be one."""
    checkpoints.parse(proof.checkpoint)
    extra = "" if proof.extra is None else f"extra {notes.encode64(proof.extra)}\n"
    return f"{HEADER}\n{extra}index {proof.index}\n{notes.hash_lines(proof.path)}\n".encode() + proof.checkpoint


def parse(data: bytes) -> Proof:
    """Take a proof apart; raises NoteFault unless it is exactly as the standard says."""
    if len(data) > 2 * notes.NOTE_BYTES_MAX:
        message = "A proof is too long."
        raise NoteFault(message)
    head, between, checkpoint = notes.readable(data).partition("\n\n")
    lines = head.split("\n")
    if not between or lines.pop(0) != HEADER:
        message = f"A proof begins with the line {HEADER}, and has a checkpoint after an empty line."
        raise NoteFault(message)
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = notes.decode64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        message = "A proof says the index of its entry."
        raise NoteFault(message)
    index = notes.decimal(lines.pop(0).removeprefix("index "), tree.SIZE_MAX)
    path = read_hashes(lines)
    found, _ = checkpoints.parse(checkpoint.encode())
    if index >= found.size:
        message = f"There is no entry {index} in a log of {found.size}."
        raise NoteFault(message)
    return Proof(index, path, checkpoint.encode(), extra)


def read_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Read at most 63 lines of one hash each."""
    hashes = tuple(notes.decode64(line) for line in lines[: PROOF_LINES_MAX + 1])
    if len(hashes) > PROOF_LINES_MAX or any(len(one) != tree.HASH_BYTES for one in hashes):
        message = f"A proof is at most {PROOF_LINES_MAX} lines of a hash of {tree.HASH_BYTES} bytes each."
        raise NoteFault(message)
    return hashes


def verify(entry: bytes, proof: bytes | Proof, policy: Policy, log_keys: Iterable[Verifier] = ()) -> Proven:
    """Return what the proof shows of the entry; raises NotProven unless the policy accepts it. Needs no network."""
    found = proof if isinstance(proof, Proof) else parse(proof)
    checkpoint, note = checkpoints.parse(found.checkpoint)
    # 1. The checkpoint is one that the policy accepts: signed by a log of it, cosigned by its quorum.
    judgement = judge(policy, checkpoint, note, log_keys)
    # 2. The entry is in the tree of that checkpoint.
    tree.verify_inclusion(tree.leaf_hash(entry), found.index, checkpoint.size, found.path, checkpoint.root)
    return Proven(checkpoint, found.index, judgement)

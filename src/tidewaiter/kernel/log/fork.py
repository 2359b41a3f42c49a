"""Prove that a log signed two states that exclude each other, to whoever has its key.

The proof is a text: what the larger tree began with, hashes that show it (RFC 6962 section 2.1.2), and both signed
checkpoints. Where the sizes are equal the two checkpoints say it all, and there are no hashes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from tidewaiter.kernel.errors import LogFault, NoteFault, NotProven
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import notes, tree
from tidewaiter.kernel.log.notes import Verifier
from tidewaiter.kernel.log.proof import read_hashes
from tidewaiter.kernel.log.tree import Hashes

HEADER = "tidewaiter.fork/v1"
FORKS_MAX = 100
"""Most proofs that are kept in one folder; one is enough to convict."""

_PARTS = 5


class Fork(msgspec.Struct, frozen=True):
    """Two signed checkpoints of one log; `prefix` is the root that the larger tree had at the size of the smaller."""

    prefix: bytes
    proof: tuple[bytes, ...]
    small: bytes
    large: bytes


def find(hashes: Hashes, small: bytes, large: bytes) -> Fork | None:
    """Return the proof that two signed checkpoints exclude each other, or None where the larger grew from the smaller.

    `hashes` are those of the larger tree; raises LogFault where they do not have its root.
    """
    before, after = checkpoints.parse(small)[0], checkpoints.parse(large)[0]
    if before.size == after.size:
        return None if before.root == after.root else Fork(after.root, (), small, large)
    prefix = tree.root_hash(hashes, before.size)
    proof = tuple(tree.consistency_proof(hashes, before.size, after.size))
    try:
        tree.verify_consistency(before.size, after.size, proof, prefix, after.root)
    except NotProven:
        message = f"The hashes of {after.origin} do not have the root of its checkpoint of {after.size:,} entries."
        raise LogFault(message, "Look at the disk, or ask the log's people.") from None
    return None if prefix == before.root else Fork(prefix, proof, small, large)


def write(fork: Fork) -> bytes:
    """Write a proof."""
    head = f"{HEADER}\n{notes.encode64(fork.prefix)}\n{notes.hash_lines(fork.proof)}\n".encode()
    return head + fork.small + b"\n" + fork.large


def parse(data: bytes) -> Fork:
    """Take a proof apart; raises NoteFault where it is malformed."""
    parts = notes.readable(data).split("\n\n")
    lines = parts[0].split("\n")
    if len(parts) != _PARTS or lines.pop(0) != HEADER or not lines:
        message = f"A proof of a fork begins with the line {HEADER}, and has two checkpoints."
        raise NoteFault(message)
    [prefix], proof = read_hashes(lines[:1]), read_hashes(lines[1:])
    _, small, small_signed, large, large_signed = parts
    return Fork(prefix, proof, f"{small}\n\n{small_signed}\n".encode(), f"{large}\n\n{large_signed}".encode())


def verify(fork: Fork, origin: str, keys: Iterable[Verifier]) -> None:
    """Raise NotProven unless a key of the log signed both checkpoints, and only one of them can be true."""
    known = list(keys)
    before, _ = checkpoints.verified(fork.small, origin, known)
    after, _ = checkpoints.verified(fork.large, origin, known)
    if before.size == after.size:
        proven = not fork.proof and fork.prefix == after.root
    else:
        tree.verify_consistency(before.size, after.size, fork.proof, fork.prefix, after.root)
        proven = True
    if not proven or fork.prefix == before.root:
        message = f"The two checkpoints of {origin} do not exclude each other."
        raise NotProven(message)


def keep(fork: Fork, folder: Path) -> Path:
    """Keep a proof in a folder as `fork-<n>.txt`, once, and return where."""
    data = write(fork)
    path = folder / "fork-1.txt"
    for number in range(1, FORKS_MAX + 1):
        path = folder / f"fork-{number}.txt"
        if not path.exists():
            part = path.with_name(path.name + ".part")
            part.write_bytes(data)
            part.replace(path)
            break
        if path.read_bytes() == data:
            break
    return path

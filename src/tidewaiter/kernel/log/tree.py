"""Hash leaves into a Merkle tree, prove what is in it, and prove that it only grew.

The tree is that of RFC 6962 section 2.1. Proofs are also given for subtrees, as draft-ietf-plants-merkle-tree-certs
section 4 defines them: `[start, end)` is a subtree where `start` is a multiple of the least power of two that is not
below its width, so that every tree `[0, size)` is one. Nothing here reads or writes: hashes come from a callable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from tidewaiter.kernel.errors import NotProven

HASH_BYTES = 32
TILE_HEIGHT = 8
"""Levels of the tree in one tile; a tile is 2**8 hashes wide (C2SP tlog-tiles)."""
SIZE_MAX = 2**63 - 1
"""Most leaves of a tree, so that sizes fit a signed 64-bit integer everywhere."""
PROOF_HASHES_MAX = 64

_SHA256 = hashlib.sha256
EMPTY_ROOT = _SHA256(b"").digest()
"""Root of the tree without leaves: MTH({}) of RFC 6962."""

Hashes = Callable[[int, int], bytes]
"""(level, index) -> hash over the 2**level leaves from index * 2**level on; asked only of complete subtrees."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry: SHA-256(0x00 ‖ entry)."""
    return _SHA256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash many entries."""
    sha256 = _SHA256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children: SHA-256(0x01 ‖ left ‖ right)."""
    return _SHA256(b"\x01" + left + right).digest()


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """Hash neighbours in pairs; a last one without a neighbour is left out."""
    sha256 = _SHA256
    two = iter(nodes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(two, two, strict=False)]


class Peaks(msgspec.Struct, frozen=True):
    """All that is needed to grow a tree: its size, and the hashes of the complete subtrees it is made of.

    `tops` has one hash for each one-bit of `size`, the largest subtree first.
    """

    size: int = 0
    tops: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _folded(self.tops)


class Grown(msgspec.Struct, frozen=True):
    """What growing a tree gives: its peaks, and the new hashes of each level that tiles are made of.

    `rows[n]` are the new hashes of level 8 * n, in order; `rows[0]` are the leaves.
    """

    peaks: Peaks
    rows: tuple[list[bytes], ...]


def grow(peaks: Peaks, leaves: Sequence[bytes]) -> Grown:
    """Append leaf hashes to a tree, level by level, with one hash a leaf on average."""
    waiting = dict(zip(levels_of(peaks.size), peaks.tops, strict=True))
    rows: list[list[bytes]] = []
    nodes, level = list(leaves), 0
    while nodes:
        if level % TILE_HEIGHT == 0:
            rows.append(nodes)
        left = waiting.pop(level, None)
        if left is not None:
            nodes = [left, *nodes]
        if len(nodes) % 2:
            waiting[level] = nodes[-1]
        nodes, level = parents(nodes), level + 1
    tops = tuple(waiting[level] for level in sorted(waiting, reverse=True))
    return Grown(Peaks(peaks.size + len(leaves), tops), tuple(rows))


def peaks_at(hashes: Hashes, size: int) -> Peaks:
    """Read the peaks of a tree of `size` leaves from its stored hashes."""
    return Peaks(size, tuple(hashes(level, index) for level, index in cover(0, size)))


def levels_of(size: int) -> list[int]:
    """Return the levels of the complete subtrees that make up a tree, the largest first."""
    return [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]


def is_subtree(start: int, end: int) -> bool:
    """Say whether `[start, end)` is a subtree: aligned to the least power of two that is not below its width."""
    if not 0 <= start <= end <= SIZE_MAX:
        return False
    return start % (1 << max(0, end - start - 1).bit_length()) == 0


def cover(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (level, index) of the complete subtrees that make up a subtree, the largest first."""
    at = start
    for level in levels_of(end - start):
        yield level, at >> level
        at += 1 << level


def subtree_hash(hashes: Hashes, start: int, end: int) -> bytes:
    """Return MTH(D[start:end]) of a subtree."""
    return _folded([hashes(level, index) for level, index in cover(start, end)])


def root_hash(hashes: Hashes, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return subtree_hash(hashes, 0, size)


def inclusion_proof(hashes: Hashes, index: int, size: int, *, start: int = 0) -> list[bytes]:
    """Return the path from a leaf to the root of `[start, size)`: siblings, the leaf's first (RFC 6962, 2.1.1)."""
    if not (is_subtree(start, size) and start <= index < size):
        message = f"There is no leaf {index} in the tree [{start}, {size})."
        raise NotProven(message)
    path = []
    low, high = start, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(subtree_hash(hashes, middle, high))
            high = middle
        else:
            path.append(subtree_hash(hashes, low, middle))
            low = middle
    path.reverse()
    return path


def consistency_proof(hashes: Hashes, old: int, size: int, *, start: int = 0) -> list[bytes]:
    """Prove that the subtree `[start, old)` is part of the tree of `size` leaves (RFC 6962 section 2.1.2)."""
    if not (is_subtree(start, old) and old <= size):
        message = f"[{start}, {old}) is no subtree of a tree of {size} leaves."
        raise NotProven(message)
    path: list[bytes] = []
    if start == old:
        return path
    low, high, known = 0, size, True
    while (low, high) != (start, old):
        middle = low + _split(high - low)
        if old <= middle:
            path.append(subtree_hash(hashes, middle, high))
            high = middle
        else:
            path.append(subtree_hash(hashes, low, middle))
            if start < middle:  # the subtree spans both halves: its left half is no longer part of what is known
                start, known = middle, False
            low = middle
    if not known:
        path.append(subtree_hash(hashes, low, high))
    path.reverse()
    return path


def proven_root(leaf: bytes, index: int, size: int, proof: Sequence[bytes], *, start: int = 0) -> bytes:
    """Return the root that an inclusion proof leads to (RFC 9162 section 2.1.3.2); raises NotProven."""
    if not (is_subtree(start, size) and start <= index < size):
        message = f"There is no leaf {index} in the tree [{start}, {size})."
        raise NotProven(message)
    _check_hashes(proof)
    at, last, reached = index - start, size - start - 1, leaf
    for sibling in proof:
        if last == 0:
            message = f"The proof for leaf {index} of {size} is too long."
            raise NotProven(message)
        if at & 1 or at == last:
            reached = node_hash(sibling, reached)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        at, last = at >> 1, last >> 1
    if last:
        message = f"The proof for leaf {index} of {size} is too short."
        raise NotProven(message)
    return reached


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes, *, start: int = 0
) -> None:
    """Raise NotProven unless the proof leads from the leaf's hash to the root."""
    if proven_root(leaf, index, size, proof, start=start) != root:
        message = f"The proof does not lead from leaf {index} to the root of {size} leaves."
        raise NotProven(message)


def verify_consistency(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes, *, start: int = 0
) -> None:
    """Raise NotProven unless the tree of `size` leaves contains the subtree `[start, old)` with `old_root` unchanged.

    RFC 9162 section 2.1.4.2, widened to subtrees by draft-ietf-plants-merkle-tree-certs section 4.4.
    """
    if not (is_subtree(start, old) and old <= size):
        message = f"[{start}, {old}) is no subtree of a tree of {size} leaves."
        raise NotProven(message)
    _check_hashes(proof)
    if start == old:
        if proof or old_root != EMPTY_ROOT:
            message = "Nothing is proven of an empty tree but that it is empty."
            raise NotProven(message)
        return
    if _climbed(start, old, size, proof, old_root) != (old_root, root):
        message = f"The proof does not show that the tree of {size} leaves grew from that of {old}."
        raise NotProven(message)


def _climbed(start: int, old: int, size: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes] | None:
    """Return the old and the new root that a consistency proof leads to; None where its length cannot be right."""
    first, at, last = start, old - 1, size - 1
    while at != first and (at == last or at & 1):  # climb while the subtree's right edge is complete
        first, at, last = first >> 1, at >> 1, last >> 1
    rest = iter(proof)
    reached = old_reached = old_root if at == first else next(rest, b"")
    for sibling in rest:
        if last == 0:
            return None
        if at & 1 or at == last:
            if first < at:
                old_reached = node_hash(sibling, old_reached)
            reached = node_hash(sibling, reached)
            while not at & 1 and at:
                first, at, last = first >> 1, at >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        first, at, last = first >> 1, at >> 1, last >> 1
    return None if last else (old_reached, reached)


class Tree:
    """A tree in memory with every level kept: for tests, vectors and small jobs."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend(entries)

    def __len__(self) -> int:
        """Return how many leaves there are."""
        return len(self._levels[0])

    def extend(self, entries: Iterable[bytes]) -> None:
        """Append entries."""
        self._levels[0].extend(leaf_hashes(entries))
        for level, row in enumerate(self._levels):
            done = len(self._levels[level + 1]) if level + 1 < len(self._levels) else 0
            more = parents(row[2 * done :])
            if more and level + 1 == len(self._levels):
                self._levels.append([])
            if more:
                self._levels[level + 1].extend(more)

    def hashes(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves, or of all."""
        return root_hash(self.hashes, len(self) if size is None else size)


def _split(width: int) -> int:
    """Return the largest power of two below a width of two or more."""
    return 1 << ((width - 1).bit_length() - 1)


def _folded(tops: Sequence[bytes]) -> bytes:
    """Hash complete subtrees, the largest first, into the root of the tree that they make up."""
    if not tops:
        return EMPTY_ROOT
    reached = tops[-1]
    for top in reversed(tops[:-1]):
        reached = node_hash(top, reached)
    return reached


def _check_hashes(proof: Sequence[bytes]) -> None:
    """Refuse a proof that is longer than any tree is high, or whose hashes are not 32 bytes."""
    if len(proof) > PROOF_HASHES_MAX or any(len(one) != HASH_BYTES for one in proof):
        message = "A proof is at most 64 hashes of 32 bytes."
        raise NotProven(message)

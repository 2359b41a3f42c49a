"""Prove the tree against a definition that is written out, and its proofs against damage."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.errors import NotProven
from tidewaiter.kernel.log import tree
from tidewaiter.kernel.log.tree import Peaks, Tree

SIZE_MAX = 700
GROWN = Tree(str(one).encode() for one in range(SIZE_MAX))
sizes = st.integers(0, SIZE_MAX)


def defined(leaves: list[bytes]) -> bytes:
    """Compute MTH of RFC 6962 section 2.1 as it is defined, by recursion."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:half]) + defined(leaves[half:])).digest()


@given(st.lists(st.binary(max_size=40), max_size=70))
def the_root_is_what_the_definition_says(entries: list[bytes]) -> None:
    assert Tree(entries).root() == defined(entries)
    assert tree.grow(Peaks(), tree.leaf_hashes(entries)).peaks.root() == defined(entries)


@given(st.lists(st.integers(0, 90), max_size=8))
def a_tree_is_the_same_however_it_is_cut_into_commits(counts: list[int]) -> None:
    peaks = Peaks()
    rows: dict[int, list[bytes]] = {0: [], 1: []}
    for count in counts:
        leaves = [GROWN.hashes(0, one) for one in range(peaks.size, peaks.size + count)]
        grown = tree.grow(peaks, leaves)
        peaks = grown.peaks
        for level, row in enumerate(grown.rows):
            rows[level] += row
    size = sum(counts)
    assert (peaks.size, peaks.root()) == (size, GROWN.root(size))
    assert peaks == tree.peaks_at(GROWN.hashes, size)
    assert rows[0] == [GROWN.hashes(0, one) for one in range(size)]
    assert rows[1] == [GROWN.hashes(8, one) for one in range(size // 256)]


@given(st.data(), sizes.filter(bool))
def every_leaf_is_proven_and_no_other_hash_in_its_place(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(GROWN.hashes, index, size)
    leaf, root = GROWN.hashes(0, index), GROWN.root(size)
    tree.verify_inclusion(leaf, index, size, proof, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index)) if size > 1 else index + 1
    with pytest.raises(NotProven):
        tree.verify_inclusion(leaf, other, size, proof, root)
    for place in range(len(proof)):
        wrong = [*proof]
        wrong[place] = bytes([wrong[place][0] ^ 1]) + wrong[place][1:]
        with pytest.raises(NotProven):
            tree.verify_inclusion(leaf, index, size, wrong, root)


@given(sizes, sizes)
def every_tree_is_proven_to_have_grown_from_every_smaller_one(one: int, other: int) -> None:
    old, size = sorted((one, other))
    proof = tree.consistency_proof(GROWN.hashes, old, size)
    tree.verify_consistency(old, size, proof, GROWN.root(old), GROWN.root(size))
    for place in range(len(proof)):
        wrong = [*proof]
        wrong[place] = bytes([wrong[place][0] ^ 1]) + wrong[place][1:]
        with pytest.raises(NotProven):
            tree.verify_consistency(old, size, wrong, GROWN.root(old), GROWN.root(size))


@given(st.data(), sizes.filter(bool))
@settings(max_examples=50)
def no_tree_that_was_rewritten_is_proven_to_have_grown(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    entries = [b"changed" if one == changed else str(one).encode() for one in range(size)]
    rewritten = Tree(entries)
    proof = tree.consistency_proof(rewritten.hashes, old, size)
    with pytest.raises(NotProven):
        tree.verify_consistency(old, size, proof, GROWN.root(old), rewritten.root())


@pytest.mark.parametrize(
    ("start", "end", "valid"),
    [
        (0, 9, True),
        (7, 7, True),
        (7, 9, False),
        (8, 13, True),
        (5, 13, False),
        (-1, 3, False),
        (5, 4, False),
        (0, 2**47 + 1, True),
        (2**46, 2**47 + 1, False),
        (2**46, 2**47, True),
        (0, 2**63, False),
    ],
)
def a_subtree_is_aligned_to_its_width(start: int, end: int, valid: bool) -> None:  # noqa: FBT001 - a table's column
    assert tree.is_subtree(start, end) is valid


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 0), (7, 5)])
def no_proof_is_given_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(NotProven):
        tree.inclusion_proof(GROWN.hashes, index, size)
    with pytest.raises(NotProven):
        tree.proven_root(bytes(32), index, size, [])


def no_proof_shows_that_a_tree_shrank() -> None:
    with pytest.raises(NotProven):
        tree.consistency_proof(GROWN.hashes, 6, 5)
    with pytest.raises(NotProven):
        tree.verify_consistency(6, 5, [], GROWN.root(6), GROWN.root(5))


@pytest.mark.parametrize("proof", [[b"short"], [bytes(33)], [bytes(32)] * 65], ids=["short", "long", "many"])
def no_proof_is_read_that_cannot_be_one(proof: list[bytes]) -> None:
    with pytest.raises(NotProven, match="at most 64 hashes of 32 bytes"):
        tree.proven_root(bytes(32), 0, 2, proof)
    with pytest.raises(NotProven, match="at most 64 hashes of 32 bytes"):
        tree.verify_consistency(1, 2, proof, bytes(32), bytes(32))


def the_empty_tree_proves_nothing_but_itself() -> None:
    tree.verify_consistency(0, 5, [], tree.EMPTY_ROOT, GROWN.root(5))
    with pytest.raises(NotProven):
        tree.verify_consistency(0, 5, [], GROWN.root(1), GROWN.root(5))
    with pytest.raises(NotProven):
        tree.verify_consistency(0, 5, [bytes(32)], tree.EMPTY_ROOT, GROWN.root(5))


def a_leaf_is_not_taken_for_two_hashes_beneath_it() -> None:
    left, right = GROWN.hashes(0, 0), GROWN.hashes(0, 1)
    assert tree.leaf_hash(left + right) != tree.node_hash(left, right)

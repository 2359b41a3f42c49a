"""Hold the log against vectors that nobody here wrote."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.kernel.log.keys import vectors

from tidewaiter.kernel.errors import NotProven
from tidewaiter.kernel.log import checkpoint, cosignatures, notes, tree, witness
from tidewaiter.kernel.log.cosignatures import LOG_KINDS, WITNESS_KINDS, Mldsa44Cosigner, Subtree
from tidewaiter.kernel.log.notes import ED25519, Ed25519Verifier, Key
from tidewaiter.kernel.log.tiles import Tile, parse_path
from tidewaiter.kernel.log.tree import Tree
from tidewaiter.kernel.log.witness import Accepted, Head

PUBLISHED = vectors("published.json")
GO = vectors("go.json")
LEAVES_MAX = 130


def subtrees(end: int) -> Iterator[tuple[int, int]]:
    """Yield every subtree that ends there, in the order of the draft."""
    return ((start, end) for start in range(end + 1) if tree.is_subtree(start, end))


def known(head: Head, _: str) -> Head:
    """Return what a witness knows."""
    return head


def lines(digest: str, proof: list[bytes]) -> bytes:
    """Write a line of the accumulated vectors."""
    return " ".join([digest, *(one.hex() for one in proof)]).encode() + b"\n"


@pytest.fixture(scope="module")
def small() -> Tree:
    """Return the tree of the draft: leaf i is the byte i."""
    return Tree(bytes([one]) for one in range(LEAVES_MAX))


def the_roots_of_rfc_6962_are_met() -> None:
    given = PUBLISHED["rfc6962"]
    made = Tree(bytes.fromhex(one) for one in given["leaves"])
    assert [made.root(size).hex() for size in range(9)] == given["roots"]


def every_subtree_has_the_hash_of_the_draft(small: Tree) -> None:
    total = hashlib.sha256()
    for end in range(LEAVES_MAX + 1):
        for start, stop in subtrees(end):
            total.update(f"[{start}, {stop}) {tree.subtree_hash(small.hashes, start, stop).hex()}\n".encode())
    assert total.hexdigest() == PUBLISHED["accumulated"]["hashes"]


def every_inclusion_proof_is_that_of_the_draft_and_no_other_holds(small: Tree) -> None:
    total = hashlib.sha256()
    for end in range(LEAVES_MAX + 1):
        for start, stop in subtrees(end):
            root = tree.subtree_hash(small.hashes, start, stop)
            for index in range(start, stop):
                proof = tree.inclusion_proof(small.hashes, index, stop, start=start)
                total.update(lines(f"{index} [{start}, {stop})", proof))
                leaf = small.hashes(0, index)
                assert tree.proven_root(leaf, index, stop, proof, start=start) == root
                for wrong in [[*proof, bytes(32)], *([proof[:-1]] if proof else [])]:
                    with pytest.raises(NotProven):
                        tree.proven_root(leaf, index, stop, wrong, start=start)
    assert total.hexdigest() == PUBLISHED["accumulated"]["inclusion"]


def every_consistency_proof_is_that_of_the_draft_and_no_other_holds(small: Tree) -> None:
    total = hashlib.sha256()
    for size in range(LEAVES_MAX + 1):
        root = small.root(size)
        for end in range(size + 1):
            for start, stop in subtrees(end):
                proof = tree.consistency_proof(small.hashes, stop, size, start=start)
                total.update(lines(f"[{start}, {stop}) {size}", proof))
                part = tree.subtree_hash(small.hashes, start, stop)
                tree.verify_consistency(stop, size, proof, part, root, start=start)
                flipped = bytes([part[0] ^ 1]) + part[1:]
                with pytest.raises(NotProven):
                    tree.verify_consistency(stop, size, proof, flipped, root, start=start)
                for wrong in [[*proof, bytes(32)], *([proof[:-1]] if proof else [])]:
                    with pytest.raises(NotProven):
                        tree.verify_consistency(stop, size, wrong, part, root, start=start)
    assert total.hexdigest() == PUBLISHED["accumulated"]["consistency"]


def the_example_of_a_signed_note_is_made_and_verified() -> None:
    given = PUBLISHED["neumann"]
    key = notes.parse_key(given["key"])
    note = notes.parse(given["note"].encode())
    assert [one.name for one in notes.verify(note, [Ed25519Verifier(key)])] == ["PeterNeumann"]
    assert (key.vkey, note.data.decode()) == (given["key"], given["note"])


@pytest.mark.parametrize("name", ["sofa", "quasimodo"])
def every_published_note_is_read_and_written_the_same(name: str) -> None:
    assert notes.parse(PUBLISHED[name].encode()).data.decode() == PUBLISHED[name]


def the_example_of_a_cosigned_checkpoint_is_read() -> None:
    found, note = checkpoint.parse(PUBLISHED["sofa"].encode())
    assert (found.origin, found.size, found.extensions) == ("example.com/behind-the-sofa", 20_852_163, ())
    assert cosignatures.cosigned_at(note.signatures[1]) == 1_679_315_147
    signed = cosignatures.ed25519_message("", found, 1_679_315_147).decode().split("\n")
    assert signed[:3] == ["cosignature/v1", "time 1679315147", "example.com/behind-the-sofa"]


def the_example_of_a_request_to_a_witness_is_read_and_written_the_same() -> None:
    found = witness.parse_request(PUBLISHED["request"].encode())
    assert (found.old, len(found.proof)) == (20_852_014, 4)
    assert witness.write_request(found).decode() == PUBLISHED["request"]


def a_log_that_grows_in_the_tests_of_another_witness_grows_here() -> None:
    given = PUBLISHED["growth"]
    key = Ed25519Verifier(Key(given["origin"], ED25519, bytes.fromhex(given["key"])))
    heads = [Head(), Head(1, b"*" + bytes(31)), Head(1, b"*" + bytes(31))]
    sizes = []
    for body, head in zip(given["requests"], heads, strict=True):
        found = witness.consider(body.encode(), {given["origin"]: [key]}, partial(known, head))
        assert isinstance(found, Accepted)
        sizes.append(found.head.size)
    assert sizes == [1, 3, 5]


def an_ml_dsa_44_signature_of_another_log_verifies() -> None:
    given = PUBLISHED["mldsa"]
    key = notes.parse_key(given["key"])
    found, note = checkpoint.verified(given["checkpoint"].encode(), key.name, [cosignatures.verifier(key, LOG_KINDS)])
    assert (found.size, cosignatures.cosigned_at(note.signatures[0])) == (1, 0)


def the_go_implementation_has_the_same_roots_and_proofs() -> None:
    made = Tree(f"entry {index}".encode() for index in range(GO["size"]))
    assert [notes.encode64(made.root(size)) for size in range(GO["size"] + 1)] == GO["roots"]
    for one in GO["inclusion"]:
        proof = tree.inclusion_proof(made.hashes, one["index"], one["size"])
        assert [notes.encode64(each) for each in proof] == one["proof"]
    for one in GO["consistency"]:
        proof = tree.consistency_proof(made.hashes, one["old"], one["size"])
        assert [notes.encode64(each) for each in proof] == one["proof"]


def the_go_implementation_names_tiles_alike() -> None:
    assert {path: Tile(*values) for path, values in GO["paths"].items()} == {
        path: parse_path(path) for path in GO["paths"]
    }
    assert [Tile(*values).path for values in GO["paths"].values()] == list(GO["paths"])


def the_go_implementation_signs_alike() -> None:
    keys = {name: notes.parse_key(vkey) for name, vkey in GO["keys"].items()}
    found, note = checkpoint.verified(GO["checkpoint"].encode(), keys["log"].name, [Ed25519Verifier(keys["log"])])
    verifiers = [cosignatures.verifier(keys[name], WITNESS_KINDS) for name in ("one", "two")]
    assert [cosignatures.cosigned_at(one) for one in notes.verify(note, verifiers)] == [GO["time"], GO["time"]]
    span = GO["subtree"]
    root = tree.subtree_hash(Tree(f"entry {one}".encode() for one in range(600)).hashes, span["start"], span["end"])
    signature = notes.parse_signature(span["line"].removesuffix("\n"))
    two = Mldsa44Cosigner(keys["two"])
    assert two.verify_subtree(Subtree(found.origin, span["start"], span["end"], root), signature)
    assert not two.verify_subtree(Subtree(found.origin, 0, 256, root), signature)


def an_ed25519_signature_is_deterministic_and_the_same_as_that_of_go() -> None:
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(PUBLISHED["neumann"]["seed"])[1:])
    note = notes.parse(PUBLISHED["neumann"]["note"].encode())
    assert notes.sign(note.text, notes.parse_key(PUBLISHED["neumann"]["key"]), private.sign) == note.signatures[0]

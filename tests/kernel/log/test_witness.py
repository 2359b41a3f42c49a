"""Prove that a witness answers as the standard says, and never cosigns two trees that do not fit."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.log.keys import LOG, NOON, ORIGIN, Pair, entries_to, pair

from tidewaiter.kernel.log import checkpoint, notes, policy, tree, witness
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519, COSIGNED_MLDSA44
from tidewaiter.kernel.log.notes import Note
from tidewaiter.kernel.log.tree import EMPTY_ROOT, Tree
from tidewaiter.kernel.log.witness import Answer, Head, Request

GROWN = Tree(entries_to(200))
OTHER = Tree(entries_to(100) + [b"another"] * 100)
KEYS = {ORIGIN: [LOG.verifier]}
COSIGNERS = [pair("w.example/1", COSIGNED_ED25519), pair("w.example/1", COSIGNED_MLDSA44)]


class Memory:
    """Heads in memory. `rival` is a head that somebody else keeps just before the next swap."""

    def __init__(self, head: Head | None = None) -> None:
        self.heads = {ORIGIN: head} if head else {}
        self.rival: Head | None = None

    def load(self, origin: str) -> Head:
        """Return what is known."""
        return self.heads.get(origin, Head())

    def swap(self, origin: str, known: Head, head: Head) -> bool:
        """Keep the head if nobody was faster."""
        if self.rival is not None:
            self.heads[origin], self.rival = self.rival, None
        if self.load(origin) != known:
            return False
        self.heads[origin] = head
        return True


def head(size: int, grown: Tree = GROWN) -> Head:
    """Return the head of the log at a size."""
    return Head(size, grown.root(size))


def asked(
    old: int, size: int, grown: Tree = GROWN, *, log: Pair = LOG, root: bytes | None = None, proof: object = None
) -> bytes:
    """Write a request to grow from one size to another, right but for what is given."""
    made = Checkpoint(log.key.name, size, grown.root(size) if root is None else root)
    path = tree.consistency_proof(grown.hashes, old, size) if proof is None and 0 < old < size else proof or ()
    assert isinstance(path, list | tuple)
    return witness.write_request(Request(old, tuple(path), log.checkpoint(made)))


def answered(body: bytes, heads: Memory) -> Answer:
    """Ask the witness."""
    return witness.add_checkpoint(body, KEYS, heads, [one.cosigner for one in COSIGNERS], NOON)


@given(st.integers(0, 200), st.integers(0, 200))
def a_log_that_grew_is_cosigned_by_every_key(one: int, other: int) -> None:
    old, size = sorted((one, other))
    heads = Memory(head(old) if old else None)
    answer = answered(asked(old, size), heads)
    assert answer.status == 200
    assert heads.load(ORIGIN) == head(size)
    made = Checkpoint(ORIGIN, size, GROWN.root(size))
    note = notes.parse(made.text.encode() + b"\n" + answer.body)
    assert len(notes.verify(note, [one.verifier for one in COSIGNERS])) == 2


CASES: list[tuple[str, Head | None, bytes, int]] = [
    ("no request", None, b"hello", 400),
    ("no old size", None, asked(0, 5).replace(b"old 0\n", b""), 400),
    ("old size with a zero", None, asked(0, 5).replace(b"old 0\n", b"old 00\n"), 400),
    ("too many hashes", None, asked(0, 5, proof=[bytes(32)] * 64), 400),
    ("a hash too short", None, asked(0, 5).replace(b"old 0\n", b"old 0\nAAAA\n"), 400),
    ("too long", None, asked(0, 5) + b"x" * witness.REQUEST_BYTES_MAX, 400),
    ("old above new", head(9), asked(9, 5, proof=[]), 400),
    ("an unknown log", None, asked(0, 5, log=pair("other.example/log")), 404),
    ("another key", None, asked(0, 5, log=pair(ORIGIN, seed="other")), 403),
    ("a damaged signature", None, asked(0, 5)[:-20] + b"AAAA" + asked(0, 5)[-16:], 403),
    ("an old size of which it knows more", head(9), asked(5, 10), 409),
    ("an old size of which it knows less", head(3), asked(5, 10), 409),
    ("an old size of which it knows nothing", None, asked(5, 10), 409),
    ("another tree of the same size", head(9), asked(9, 9, root=bytes(32)), 409),
    ("a proof that is wrong", head(5), asked(5, 9, proof=[bytes(32)] * 3), 422),
    ("no proof", head(5), asked(5, 9, proof=[]), 422),
    ("another tree that is larger", head(150), asked(150, 180, OTHER), 422),
    ("a proof from nothing", None, asked(0, 5, proof=[bytes(32)]), 422),
    ("a proof of the same", head(5), asked(5, 5, proof=[bytes(32)]), 422),
    ("an empty tree with a root", None, asked(0, 0, root=bytes(32)), 422),
    ("an empty tree with a proof", None, asked(0, 0, proof=[bytes(32)]), 422),
]


@pytest.mark.parametrize(("known", "body", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def a_request_that_is_not_right_changes_and_signs_nothing(known: Head | None, body: bytes, status: int) -> None:
    heads = Memory(known)
    answer = answered(body, heads)
    assert answer.status == status
    assert heads.load(ORIGIN) == (known or Head())
    assert "\u2014".encode() not in answer.body
    if status == 409:
        assert (answer.body, answer.content_type) == (f"{heads.load(ORIGIN).size}\n".encode(), "text/x.tlog.size")


def a_log_that_contradicts_itself_is_noticed() -> None:
    assert answered(asked(150, 180, OTHER), Memory(head(150))).suspicious
    assert answered(asked(9, 9, root=bytes(32)), Memory(head(9))).suspicious
    assert not answered(asked(5, 10), Memory(head(9))).suspicious


def a_witness_that_was_faster_elsewhere_does_not_go_back() -> None:
    heads = Memory(head(5))
    heads.rival = head(20)
    answer = answered(asked(5, 10), heads)
    assert (answer.status, answer.body) == (409, b"20\n")
    assert heads.load(ORIGIN) == head(20)


def the_state_is_kept_before_anything_is_signed() -> None:
    heads, order = Memory(), []

    def sign(message: bytes) -> bytes:
        order.append(heads.load(ORIGIN).size)
        return COSIGNERS[0].sign(message)

    witness.add_checkpoint(asked(0, 5), KEYS, heads, [witness.Cosigner(COSIGNERS[0].key, sign)], NOON)
    assert order == [5]


def an_empty_log_may_be_cosigned_again() -> None:
    heads = Memory()
    assert [answered(asked(0, 0), heads).status for _ in range(2)] == [200, 200]
    assert heads.load(ORIGIN) == Head(0, EMPTY_ROOT)


@pytest.mark.parametrize("witnesses", range(1, 8))
def no_log_that_shows_two_views_gets_a_quorum_for_both(witnesses: int) -> None:
    """Let the log show every honest witness one view first and then the other, over all partitions; liars sign both."""
    faulty = (witnesses - 1) // 3
    least = policy.threshold(witnesses, faulty)
    bodies = {"A": asked(0, 150), "B": asked(0, 150, OTHER)}
    checkpoints = {view: checkpoint.parse(witness.parse_request(body).checkpoint)[0] for view, body in bodies.items()}
    assert checkpoints["A"].root != checkpoints["B"].root
    accepted = {}
    for first, second in product("AB-", repeat=2):  # what one honest witness cosigns of what it is shown
        heads = Memory()
        shown = [view for view in (first, second) if view != "-"]
        accepted[first, second] = {view for view in shown if answered(bodies[view], heads).status == 200}
    assert not any(found == {"A", "B"} for found in accepted.values())
    for partition in product("AB-", repeat=witnesses - faulty):
        counts = dict.fromkeys("AB", faulty)
        for view in partition:
            for signed in accepted[view, "B" if view == "A" else "A"]:
                counts[signed] += 1
        assert min(counts.values()) < least


def a_cosigned_checkpoint_is_a_note_with_more_lines() -> None:
    answer = answered(asked(0, 5), Memory())
    note = checkpoint.parse(witness.parse_request(asked(0, 5)).checkpoint)[1]
    whole = notes.parse(note.data + answer.body)
    assert isinstance(whole, Note)
    assert len(whole.signatures) == 3

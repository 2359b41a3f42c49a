"""Prove that a log takes only sound cosignatures, and stops where a witness knows more than it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from tests.kernel.log.keys import LOG, NOON, ORIGIN, entries_to, pair
from tests.kernel.log.test_witness import Memory, head

from tidewaiter.kernel.errors import NotProven, WitnessAhead
from tidewaiter.kernel.log import asking, notes, tree, witness
from tidewaiter.kernel.log.asking import Transport, Witness
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519
from tidewaiter.kernel.log.tree import Tree
from tidewaiter.kernel.log.witness import Answer

GROWN = Tree(entries_to(200))
ONE = pair("w.example/one", COSIGNED_ED25519)


def signed(size: int) -> bytes:
    """Sign the log's checkpoint at a size."""
    return LOG.checkpoint(Checkpoint(ORIGIN, size, GROWN.root(size)))


def prove(old: int, size: int) -> Sequence[bytes]:
    """Prove that the log grew."""
    return tree.consistency_proof(GROWN.hashes, old, size)


def serving(heads: Memory) -> Transport:
    """Return a transport to a witness in this process."""
    return lambda body: witness.add_checkpoint(body, {ORIGIN: [LOG.verifier]}, heads, [ONE.cosigner], NOON)


def asker(transport: Transport, size: int = 0) -> Witness:
    """Return the witness as the log sees it."""
    return Witness("one", [ONE.verifier], transport, size)


def a_witness_cosigns_as_the_log_grows_and_its_size_is_remembered() -> None:
    one = asker(serving(Memory()))
    for size in (0, 1, 7, 150, 150, 200):
        found = one.cosign(signed(size), prove)
        assert ONE.verifier.verify(Checkpoint(ORIGIN, size, GROWN.root(size)).text, found[0].value)
        assert one.size == size


@pytest.mark.parametrize("remembered", [0, 20, 90])
def a_witness_that_knows_another_size_is_asked_again_from_there(remembered: int) -> None:
    assert asker(serving(Memory(head(50))), remembered).cosign(signed(100), prove)


def a_node_whose_witness_has_seen_more_must_not_go_on() -> None:
    with pytest.raises(WitnessAhead, match="150 entries"):
        asker(serving(Memory(head(150)))).cosign(signed(100), prove)


def a_node_whose_witness_has_seen_another_tree_of_the_size_must_not_go_on() -> None:
    fork = Memory(witness.Head(100, bytes(32)))
    with pytest.raises(WitnessAhead, match="another tree"):
        asker(serving(fork)).cosign(signed(100), prove)
    with pytest.raises(WitnessAhead, match="another tree"):
        asker(serving(Memory(witness.Head(90, bytes(32))))).cosign(signed(100), prove)


def replaced(change: Callable[[Answer], Answer]) -> Transport:
    """Return a transport that changes what the witness answers."""
    serve = serving(Memory())
    return lambda body: change(serve(body))


STRANGE: dict[str, Callable[[Answer], Answer]] = {
    "another key": lambda _: Answer(
        200, pair("w.example/one", COSIGNED_ED25519, "x").signature(made(100), NOON).line.encode()
    ),
    "another checkpoint": lambda _: Answer(200, ONE.signature(made(99), NOON).line.encode()),
    "no time": lambda _: Answer(200, ONE.signature(made(100), 0).line.encode()),
    "nothing": lambda _: Answer(200, b""),
    "no signature": lambda _: Answer(200, b"thank you\n"),
    "too much": lambda answer: Answer(200, answer.body * 1_000),
    "an error": lambda _: Answer(500, b"sorry"),
    "a conflict without a size": lambda _: Answer(409, b"no\n", witness.SIZE_TYPE),
    "a conflict of another type": lambda _: Answer(409, b"7\n", "text/html"),
}


def made(size: int) -> Checkpoint:
    """Return the log's checkpoint at a size."""
    return Checkpoint(ORIGIN, size, GROWN.root(size))


@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
def no_strange_answer_is_taken_for_a_cosignature(change: Callable[[Answer], Answer]) -> None:
    one = asker(replaced(change))
    with pytest.raises(NotProven):
        one.cosign(signed(100), prove)
    assert one.size == 0


def what_else_is_in_an_answer_is_dropped() -> None:
    stranger = pair("other.example", COSIGNED_ED25519).signature(made(100), NOON).line.encode()
    found = asker(replaced(lambda answer: Answer(200, stranger + answer.body))).cosign(signed(100), prove)
    assert [one.name for one in found] == [ONE.key.name]


def a_witness_that_never_agrees_on_a_size_is_left() -> None:
    sizes = iter([b"10\n", b"20\n", b"30\n"])
    with pytest.raises(NotProven, match="3 times"):
        asker(lambda _: Answer(409, next(sizes), witness.SIZE_TYPE)).cosign(signed(100), prove)


def unreachable(_: bytes) -> Answer:
    """Fail as a network does."""
    raise ConnectionRefusedError


def every_witness_that_answers_is_in_the_note_and_the_others_are_named() -> None:
    down = Witness("two", [ONE.verifier], unreachable)
    sulking = Witness("three", [ONE.verifier], lambda _: Answer(403))
    found = asking.ask([asker(serving(Memory())), down, sulking], signed(100), prove)
    assert [one.name for one in found.note.signatures] == [ORIGIN, ONE.key.name]
    assert notes.verify(found.note, [LOG.verifier, ONE.verifier])
    assert found.missing == {
        "two": "It cannot be reached: ConnectionRefusedError.",
        "three": "The witness three refused the checkpoint with status 403.",
    }


def a_node_that_is_behind_hears_of_it_even_if_others_cosign() -> None:
    with pytest.raises(WitnessAhead):
        asking.ask([asker(serving(Memory())), asker(serving(Memory(head(150))))], signed(100), prove)

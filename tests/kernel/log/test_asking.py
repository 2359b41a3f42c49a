"""Prove that a log takes only sound cosignatures, and stops where a witness knows more than it does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from tests.kernel.log.keys import LOG, NOON, ORIGIN, entries_to, pair
from tests.kernel.log.test_witness import Memory, head

from tidewaiter.kernel.errors import LogFault, NotProven, WitnessAhead
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


def liar(said: bytes = b"9000\n") -> Witness:
    """Return a witness that claims to know a larger tree, and shows nothing for it."""
    return Witness("liar", [pair("w.example/liar", COSIGNED_ED25519).verifier], lambda _: Answer(409, said, SIZE))


SIZE = witness.SIZE_TYPE


def a_witness_that_is_disregarded_halts_nobody_and_its_claim_is_told() -> None:
    found = asking.ask([asker(serving(Memory())), liar()], signed(100), prove, disregard=["liar"])
    assert [one.name for one in found.note.signatures] == [ORIGIN, ONE.key.name]
    assert found.claims == found.missing
    assert "9,000 entries" in found.claims["liar"]


def only_the_witness_that_is_named_is_disregarded() -> None:
    with pytest.raises(WitnessAhead, match="one knows 150 entries") as halted:
        asking.ask([asker(serving(Memory(head(150)))), liar()], signed(100), prove, disregard=["liar", "nobody"])
    assert "liar" not in str(halted.value)
    assert "--disregard one`" in halted.value.remedy


def every_witness_that_claims_to_be_ahead_is_named_after_all_were_heard() -> None:
    asked: list[str] = []

    def counting(name: str) -> Witness:
        serve = serving(Memory(head(150)))

        def post(body: bytes) -> Answer:
            asked.append(name)
            return serve(body)

        return Witness(name, [ONE.verifier], post)

    with pytest.raises(WitnessAhead) as halted:
        asking.ask([counting("a"), counting("b"), counting("c")], signed(100), prove)
    assert sorted(asked) == ["a", "b", "c"]
    assert halted.value.facts == {"witnesses": ["a", "b", "c"]}
    assert halted.value.remedy.startswith("3 of 3 witnesses")


def a_witness_that_does_not_answer_in_time_holds_up_nobody() -> None:
    gone = threading.Event()

    def hang(_: bytes) -> Answer:
        gone.wait(20)
        return Answer(500)

    try:
        slow = Witness("slow", [ONE.verifier], hang)
        found = asking.ask([slow, asker(serving(Memory()))], signed(100), prove, seconds_max=1.5)
    finally:
        gone.set()
    assert found.missing == {"slow": "It did not answer within 1.5 seconds."}
    assert [one.name for one in found.note.signatures] == [ORIGIN, ONE.key.name]


def every_witness_is_asked_at_once_but_the_tree_is_read_by_one_at_a_time() -> None:
    meeting = threading.Barrier(3, timeout=20)
    inside: list[int] = []
    most = []

    def prove_alone(old: int, size: int) -> Sequence[bytes]:
        inside.append(old)
        most.append(len(inside))
        found = prove(old, size)
        inside.pop()
        return found

    def together() -> Transport:
        serve, first = serving(Memory(head(50))), [True]

        def post(body: bytes) -> Answer:
            if first:
                first.pop()
                meeting.wait()
            return serve(body)

        return post

    found = asking.ask([Witness(str(n), [ONE.verifier], together()) for n in range(3)], signed(100), prove_alone)
    assert found.missing == {}
    assert most == [1, 1, 1]


def what_goes_wrong_on_this_side_is_not_blamed_on_a_witness() -> None:
    def broken(old: int, size: int) -> Sequence[bytes]:
        message = f"The log cannot be read from {old} to {size}."
        raise LogFault(message)

    with pytest.raises(LogFault):
        asking.ask([asker(serving(Memory(head(50))))], signed(100), broken)


def no_witness_to_ask_is_no_fault() -> None:
    assert asking.ask([], signed(100), prove).missing == {}

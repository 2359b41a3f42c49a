"""Ask witnesses to cosign a checkpoint, and notice where one has seen more than this node.

Any witness that says so halts the node: a node that goes on from an old copy signs a second log, and no majority makes
that good. What a witness says of sizes is its bare word, though. So that a faulty one cannot halt a node for ever, an
officer may have it disregarded by name; what it claimed is then told beside the cosignatures of the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import partial
from http import HTTPStatus

import msgspec

from tidewaiter.kernel.errors import NoteFault, NotProven, WitnessAhead
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import notes, tree
from tidewaiter.kernel.log.cosignatures import cosigned_at
from tidewaiter.kernel.log.notes import Note, Signature, Verifier
from tidewaiter.kernel.log.waiting import begin
from tidewaiter.kernel.log.witness import SIZE_TYPE, Answer, Request, write_request

ATTEMPTS_MAX = 3
"""A witness that answers with another size each time is serving somebody else at once; then it is left."""
ANSWER_BYTES_MAX = 100_000
SECONDS_MAX = 20.0
"""How long all witnesses together are waited for, where the caller does not say."""

_RESTORE = "Do not sign: a newer copy of this log exists. Restore that one."

Transport = Callable[[bytes], Answer]
"""Posts a body to a witness's `add-checkpoint` and returns its answer; raises OSError where it cannot be reached."""
Prove = Callable[[int, int], Sequence[bytes]]
"""(old size, new size) -> the consistency proof of this node's own tree."""


class Asked(msgspec.Struct, frozen=True):
    """What asking witnesses gave: the checkpoint with the cosignatures, and why others are missing, by name.

    `claims` is what disregarded witnesses say they know of the log; they are among the missing too.
    """

    note: Note
    missing: dict[str, str]
    claims: dict[str, str] = {}


class Witness:
    """One witness as a log sees it: its name, its keys, how it is reached, and the size that it cosigned last."""

    def __init__(self, name: str, keys: Sequence[Verifier], transport: Transport, size: int = 0) -> None:
        self.name = name
        self.size = size
        self._keys = keys
        self._transport = transport

    def cosign(self, signed: bytes, prove: Prove) -> tuple[Signature, ...]:
        """Return the witness's cosignatures on a signed checkpoint.

        Raises WitnessAhead where the witness knows a larger tree or another one of this log, NotProven where it
        refuses otherwise or what it returns is no cosignature, OSError where it cannot be reached.
        """
        checkpoint, note = checkpoints.parse(signed)
        old = min(self.size, checkpoint.size)
        for _ in range(ATTEMPTS_MAX):
            proof = tuple(prove(old, checkpoint.size)) if 0 < old < checkpoint.size else ()
            answer = self._transport(write_request(Request(old, proof, signed)))
            if answer.status == HTTPStatus.OK:
                found = self._taken(note, answer.body)
                self.size = checkpoint.size
                return found
            if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
                message = f"The witness {self.name} has seen another tree of {checkpoint.origin} than this one."
                raise WitnessAhead(message, _RESTORE)
            if answer.status != HTTPStatus.CONFLICT or answer.content_type.partition(";")[0] != SIZE_TYPE:
                message = f"The witness {self.name} refused the checkpoint with status {answer.status}."
                raise NotProven(message)
            seen = self._seen(answer.body)
            if seen > checkpoint.size or seen == old:
                known = f"{seen:,} entries" if seen > checkpoint.size else "another tree of the same size"
                message = (
                    f"The witness {self.name} knows {known} of {checkpoint.origin}; this node has {checkpoint.size:,}."
                )
                raise WitnessAhead(message, _RESTORE)
            old = seen
        message = f"The witness {self.name} was served by others {ATTEMPTS_MAX} times meanwhile."
        raise NotProven(message)

    def _taken(self, note: Note, body: bytes) -> tuple[Signature, ...]:
        """Return the cosignatures of an answer that are by the witness's keys and give a time."""
        if len(body) > ANSWER_BYTES_MAX:
            message = f"The answer of the witness {self.name} is too long."
            raise NotProven(message)
        try:
            answered = notes.parse(note.text.encode() + b"\n" + body)
        except NoteFault as wrong:
            message = f"The answer of the witness {self.name} cannot be read: {wrong.sentence}"
            raise NotProven(message) from None
        found = tuple(one for one in notes.verify(answered, self._keys) if cosigned_at(one))
        if not found:
            message = f"The witness {self.name} gave no time with its cosignature."
            raise NotProven(message)
        return found

    def _seen(self, body: bytes) -> int:
        """Read the size in a conflict's answer."""
        try:
            return notes.decimal(notes.readable(body).removesuffix("\n"), tree.SIZE_MAX)
        except NoteFault:
            message = f"The witness {self.name} did not say which size it knows."
            raise NotProven(message) from None


def ask(
    witnesses: Sequence[Witness],
    signed: bytes,
    prove: Prove,
    *,
    disregard: Collection[str] = (),
    seconds_max: float = SECONDS_MAX,
) -> Asked:
    """Ask every witness at once, and return the checkpoint with what they gave.

    A witness that cannot be reached, refuses, or takes too long is named as missing. Raises WitnessAhead where one
    claims to know more of this log, or something else, unless it is to be disregarded: a node that is behind its
    witnesses must not go on signing. All are heard first, so that the error names every one that claims it.
    """
    note = checkpoints.parse(signed)[1]
    missing: dict[str, str] = {}
    ahead: dict[str, WitnessAhead] = {}
    for name, heard in _heard(witnesses, signed, prove, seconds_max).items():
        if not heard.done():
            missing[name] = f"It did not answer within {seconds_max:g} seconds."
            continue
        try:
            note = note.signed(heard.result())
        except WitnessAhead as claimed:
            missing[name], ahead[name] = claimed.sentence, claimed
        except NotProven as refused:
            missing[name] = refused.sentence
        except OSError as unreachable:
            missing[name] = f"It cannot be reached: {type(unreachable).__name__}."
    heeded = {name: one for name, one in ahead.items() if name not in disregard}
    if heeded:
        raise _together(heeded, len(witnesses))
    return Asked(note, missing, {name: one.sentence for name, one in ahead.items()})


def _heard(
    witnesses: Sequence[Witness], signed: bytes, prove: Prove, seconds_max: float
) -> dict[str, Future[tuple[Signature, ...]]]:
    """Ask witnesses in threads of their own, and return what each has said by the time that is given, by name."""
    turn = threading.Lock()

    def in_turn(old: int, size: int) -> Sequence[bytes]:
        """Prove for one witness at a time: who reads the tree need not know of threads."""
        with turn:
            return prove(old, size)

    heard = {one.name: begin(partial(one.cosign, signed, in_turn)) for one in witnesses}
    wait(heard.values(), timeout=seconds_max)
    return heard


def _together(claimed: Mapping[str, WitnessAhead], asked: int) -> WitnessAhead:
    """Return one error for all witnesses that claim to know more, with the way to disregard one that is faulty."""
    sentence = " ".join(one.sentence for one in claimed.values())
    options = " ".join(f"--disregard {name}" for name in claimed)
    remedy = (
        f"{len(claimed)} of {asked} witnesses say so. {_RESTORE} Only where you have made sure that a witness is at "
        f"fault: `tidewaiter log witness {options}`, which goes into the log."
    )
    return WitnessAhead(sentence, remedy, witnesses=sorted(claimed))

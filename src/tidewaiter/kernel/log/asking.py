"""Ask witnesses to cosign a checkpoint, and notice where one has seen more than this node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus

import msgspec

from tidewaiter.kernel.errors import NoteFault, NotProven, WitnessAhead
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import notes, tree
from tidewaiter.kernel.log.cosignatures import cosigned_at
from tidewaiter.kernel.log.notes import Note, Signature, Verifier
from tidewaiter.kernel.log.witness import SIZE_TYPE, Answer, Request, write_request

ATTEMPTS_MAX = 3
"""A witness that answers with another size each time is serving somebody else at once; then it is left."""
ANSWER_BYTES_MAX = 100_000

Transport = Callable[[bytes], Answer]
"""Posts a body to a witness's `add-checkpoint` and returns its answer; raises OSError where it cannot be reached."""
Prove = Callable[[int, int], Sequence[bytes]]
"""(old size, new size) -> the consistency proof of this node's own tree."""


class Asked(msgspec.Struct, frozen=True):
    """What asking witnesses gave: the checkpoint with the cosignatures, and why others are missing, by name."""

    note: Note
    missing: dict[str, str]


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
                raise WitnessAhead(message)
            if answer.status != HTTPStatus.CONFLICT or answer.content_type.partition(";")[0] != SIZE_TYPE:
                message = f"The witness {self.name} refused the checkpoint with status {answer.status}."
                raise NotProven(message)
            seen = self._seen(answer.body)
            if seen > checkpoint.size or seen == old:
                known = f"{seen:,} entries" if seen > checkpoint.size else "another tree of the same size"
                message = f"The witness {self.name} knows {known} of {checkpoint.origin}; this node has {old:,}."
                raise WitnessAhead(message, "Do not sign: a newer copy of this log exists. Restore that one.")
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


def ask(witnesses: Sequence[Witness], signed: bytes, prove: Prove) -> Asked:
    """Ask every witness, and return the checkpoint with what they gave.

    A witness that cannot be reached or refuses is named as missing; WitnessAhead is raised at once, because a node
    that is behind its witnesses must not go on signing.
    """
    note = checkpoints.parse(signed)[1]
    missing = {}
    for one in witnesses:
        try:
            note = note.signed(one.cosign(signed, prove))
        except NotProven as refused:
            missing[one.name] = refused.sentence
        except OSError as unreachable:
            missing[one.name] = f"It cannot be reached: {type(unreachable).__name__}."
    return Asked(note, missing)

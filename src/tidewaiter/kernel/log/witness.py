"""Witness the checkpoints of other logs (C2SP tlog-witness): decide, keep what is known, cosign.

`consider` decides about an `add-checkpoint` request from the request and what the witness knows of the log; nothing is
signed in it. `add_checkpoint` then has the new state kept, by comparing and swapping, before the cosignature is made.
Serving HTTP is for the doors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Protocol

import msgspec

from tidewaiter.kernel.errors import NoteFault, NotProven
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import cosignatures, notes, tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.notes import Key, Sign, Verifier
from tidewaiter.kernel.log.proof import read_hashes

PATH = "add-checkpoint"
REQUEST_BYTES_MAX = 1_000_000
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"

_OLD = "old "


class Head(msgspec.Struct, frozen=True):
    """What a witness remembers of a log: the size and the root that it cosigned last."""

    size: int = 0
    root: bytes = tree.EMPTY_ROOT


class Request(msgspec.Struct, frozen=True):
    """An `add-checkpoint` request: the size that the witness should know, a consistency proof, a signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


class Answer(msgspec.Struct, frozen=True):
    """An answer over HTTP. `suspicious` says that a log signed something that contradicts what the witness knows."""

    status: int
    body: bytes = b""
    content_type: str = TEXT_TYPE
    suspicious: bool = False


class Accepted(msgspec.Struct, frozen=True):
    """A checkpoint that may be cosigned once `head` is kept in place of `known`."""

    checkpoint: Checkpoint
    known: Head
    head: Head


class Heads(Protocol):
    """Where a witness keeps what it knows, durably."""

    def load(self, origin: str) -> Head:
        """Return what is known of a log; `Head()` where nothing is."""
        ...

    def swap(self, origin: str, known: Head, head: Head) -> bool:
        """Keep `head` if what is kept is still `known`; say whether it was. Durable before it returns."""
        ...


class Cosigner(msgspec.Struct, frozen=True):
    """A key that a witness cosigns with."""

    key: Key
    sign: Sign


def write_request(request: Request) -> bytes:
    """Write a request's body."""
    return f"{_OLD}{request.old}\n{notes.hash_lines(request.proof)}\n".encode() + request.checkpoint


def parse_request(body: bytes) -> Request:
    """Take a request's body apart; raises NoteFault where it is malformed."""
    if len(body) > REQUEST_BYTES_MAX:
        message = "A request is too long."
        raise NoteFault(message)
    head, between, checkpoint = notes.readable(body).partition("\n\n")
    first, *lines = head.split("\n")
    if not between or not first.startswith(_OLD):
        message = "A request begins with the old size, and has a checkpoint after an empty line."
        raise NoteFault(message)
    old = notes.decimal(first.removeprefix(_OLD), tree.SIZE_MAX)
    return Request(old, read_hashes(lines), checkpoint.encode())


def consider(body: bytes, logs: Mapping[str, Sequence[Verifier]], load: Callable[[str], Head]) -> Answer | Accepted:
    """Decide about a request: an answer that refuses, or what may be kept and then cosigned.

    `logs` are the keys of each log that is witnessed, by origin.
    """
    try:
        request = parse_request(body)
        checkpoint, note = checkpoints.parse(request.checkpoint)
    except NoteFault as wrong:
        return _refused(HTTPStatus.BAD_REQUEST, wrong.sentence)
    # 1. The log is known, and a key of it signed.
    keys = logs.get(checkpoint.origin)
    if keys is None:
        return _refused(HTTPStatus.NOT_FOUND, "This log is not witnessed here.")
    try:
        notes.verify(note, keys)
    except NotProven as wrong:
        return _refused(HTTPStatus.FORBIDDEN, wrong.sentence)
    # 2. The old size is not above the new one, and is what the witness cosigned last.
    if request.old > checkpoint.size:
        return _refused(HTTPStatus.BAD_REQUEST, "The old size is above that of the checkpoint.")
    known = load(checkpoint.origin)
    if request.old != known.size:
        return _conflict(known)
    # 3. The new tree contains the old one.
    return _grown(request, checkpoint, known)


def add_checkpoint(
    body: bytes, logs: Mapping[str, Sequence[Verifier]], heads: Heads, cosigners: Sequence[Cosigner], at: int
) -> Answer:
    """Answer a request: keep the new state if nobody was faster, then cosign at that time (seconds since 1970, UTC)."""
    found = consider(body, logs, heads.load)
    if isinstance(found, Answer):
        return found
    origin = found.checkpoint.origin
    if not heads.swap(origin, found.known, found.head):
        return _conflict(heads.load(origin))
    lines = [cosignatures.cosign(found.checkpoint, one.key, one.sign, at).line for one in cosigners]
    return Answer(HTTPStatus.OK, "".join(lines).encode())


def _grown(request: Request, checkpoint: Checkpoint, known: Head) -> Answer | Accepted:
    """Check the consistency proof against what is known."""
    head = Head(checkpoint.size, checkpoint.root)
    try:
        if not checkpoint.size and (request.proof or checkpoint.root != tree.EMPTY_ROOT):
            return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, "An empty tree has one root and needs no proof.")
        if request.old == checkpoint.size:
            if head != known:
                return Answer(HTTPStatus.CONFLICT, f"{known.size}\n".encode(), SIZE_TYPE, suspicious=True)
            if request.proof:
                return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, "The same tree needs no proof.")
        elif request.old == 0:
            if request.proof:
                return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, "A tree that grew from nothing needs no proof.")
        else:
            tree.verify_consistency(known.size, checkpoint.size, request.proof, known.root, checkpoint.root)
    except NotProven as wrong:
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, wrong.sentence, suspicious=True)
    return Accepted(checkpoint, known, head)


def _refused(status: HTTPStatus, sentence: str, *, suspicious: bool = False) -> Answer:
    """Return an answer that says why not."""
    return Answer(status, f"{sentence}\n".encode(), suspicious=suspicious)


def _conflict(known: Head) -> Answer:
    """Return the answer that tells the size which the witness knows."""
    return Answer(HTTPStatus.CONFLICT, f"{known.size}\n".encode(), SIZE_TYPE)

"""Write and read checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, signed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tidewaiter.kernel.errors import NoteFault, NotProven
from tidewaiter.kernel.log import notes
from tidewaiter.kernel.log.notes import Note, Signature, Verifier
from tidewaiter.kernel.log.tree import HASH_BYTES, SIZE_MAX

ORIGIN_BYTES_MAX = 255
"""Longest origin: ML-DSA-44 cosignatures give its length in one byte."""
LINES_MIN = 3


class Checkpoint(msgspec.Struct, frozen=True):
    """The state of a log: which log it is, how many leaves it has, and the root over them (32 bytes).

    `extensions` are lines of other logs that we read; ours have none, because nobody could audit them.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed, with its last newline."""
        return "\n".join((self.origin, str(self.size), notes.encode64(self.root), *self.extensions, ""))


def write(checkpoint: Checkpoint, signatures: Iterable[Signature]) -> bytes:
    """Write a signed checkpoint of our own; raises NoteFault where it has what ours must not have."""
    notes.check_name(checkpoint.origin)
    if checkpoint.extensions:
        message = "A checkpoint of this log has no extension lines."
        raise NoteFault(message)
    if parse_text(checkpoint.text) != checkpoint:
        message = "A checkpoint does not say what it was made from."
        raise NoteFault(message)
    note = Note(checkpoint.text, tuple(signatures))
    if not note.signatures:
        message = "A checkpoint has at least one signature."
        raise NoteFault(message)
    return note.data


def parse(data: bytes) -> tuple[Checkpoint, Note]:
    """Take a signed checkpoint apart. Nothing of it is true before its signatures are verified."""
    note = notes.parse(data)
    return parse_text(note.text), note


def parse_text(text: str) -> Checkpoint:
    """Read the text of a checkpoint."""
    lines = text.split("\n")
    if len(lines) <= LINES_MIN or lines.pop() or not all(lines):
        message = "A checkpoint has an origin, a size and a root, each on a line, and no empty line."
        raise NoteFault(message)
    origin, size, root, *extensions = lines
    if len(origin.encode()) > ORIGIN_BYTES_MAX:
        message = f"The origin of a checkpoint has more than {ORIGIN_BYTES_MAX} bytes."
        raise NoteFault(message)
    found = Checkpoint(origin, notes.decimal(size, SIZE_MAX), notes.decode64(root), tuple(extensions))
    if len(found.root) != HASH_BYTES:
        message = f"The root of a checkpoint has {HASH_BYTES} bytes."
        raise NoteFault(message)
    return found


def verified(data: bytes, origin: str, log_keys: Iterable[Verifier]) -> tuple[Checkpoint, Note]:
    """Return a checkpoint of this origin that a key of the log has signed; raises NotProven otherwise."""
    found, note = parse(data)
    if found.origin != origin:
        message = f"The checkpoint is of another log than {origin}."
        raise NotProven(message)
    notes.verify(note, log_keys)
    return found, note

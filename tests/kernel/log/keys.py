"""Make keys, logs and signatures for the tests of the log, always the same ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from tidewaiter.kernel.log import checkpoint, cosignatures, notes, store
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519, COSIGNED_MLDSA44, LOG_KINDS
from tidewaiter.kernel.log.files import Files
from tidewaiter.kernel.log.notes import ED25519, Key, Sign, Signature, Verifier
from tidewaiter.kernel.log.store import LogStore
from tidewaiter.kernel.log.witness import Cosigner

VECTORS = Path(__file__).parents[2] / "vectors" / "log"
ORIGIN = "node.example/log"
NOON = 1_790_000_000


class Pair(msgspec.Struct, frozen=True):
    """A key with what signs for it."""

    key: Key
    sign: Sign

    @property
    def verifier(self) -> Verifier:
        """What verifies its signatures."""
        return cosignatures.verifier(self.key, {ED25519, COSIGNED_ED25519, COSIGNED_MLDSA44})

    def checkpoint(self, made: Checkpoint) -> bytes:
        """Sign a checkpoint as its log."""
        return checkpoint.write(made, [self.signature(made)])

    def signature(self, made: Checkpoint, at: int = 0) -> Signature:
        """Sign or cosign a checkpoint, whatever the key is for."""
        if self.key.kind == ED25519:
            return notes.sign(made.text, self.key, self.sign)
        return cosignatures.cosign(made, self.key, self.sign, at)

    @property
    def cosigner(self) -> Cosigner:
        """The key as a witness uses it."""
        return Cosigner(self.key, self.sign)


def pair(name: str, kind: int = ED25519, seed: str = "") -> Pair:
    """Make a key from its name, or from a seed."""
    start = hashlib.sha256((seed or name).encode()).digest()
    if kind == COSIGNED_MLDSA44:
        quantum = MLDSA44PrivateKey.from_seed_bytes(start)
        return Pair(Key(name, kind, quantum.public_key().public_bytes_raw()), quantum.sign)
    private = Ed25519PrivateKey.from_private_bytes(start)
    return Pair(Key(name, kind, private.public_key().public_bytes_raw()), private.sign)


class QuickKey:
    """A key that signs by hashing: for tests that sign many thousands of times and are about something else."""

    name = ORIGIN
    key_id = b"fast"

    def verify(self, text: str, value: bytes) -> bool:
        """Say whether the hash is that of the text."""
        return value == hashlib.sha256(text.encode()).digest()

    def sign(self, made: Checkpoint) -> bytes:
        """Sign a checkpoint."""
        return checkpoint.write(made, [Signature(self.name, self.key_id, hashlib.sha256(made.text.encode()).digest())])


LOG = pair(ORIGIN)
QUICK = QuickKey()


def entries_to(size: int, first: int = 0) -> list[bytes]:
    """Make different entries, of different lengths."""
    return [f"entry {index}{'.' * (index % 7)}".encode() for index in range(first, size)]


def new_log(files: Files, entries: Sequence[bytes] = (), log: Pair = LOG) -> LogStore:
    """Make a log with entries, a few commits long."""
    made = store.create(files, log.key.name, log.checkpoint)
    for first in range(0, len(entries), 300):
        made.append(entries[first : first + 300])
    return made


def reopened(files: Files, log: Pair = LOG) -> LogStore:
    """Open a log again."""
    return store.open_log(files, log.key.name, [cosignatures.verifier(log.key, LOG_KINDS)], log.checkpoint)


def vectors(name: str) -> Any:
    """Read a file of vectors."""
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))

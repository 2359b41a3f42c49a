"""Cosign checkpoints and verify cosignatures (C2SP tlog-cosignature): Ed25519 and ML-DSA-44.

A cosigner says: as of this time, this is the largest tree that I have seen of this log, and it is consistent with all
that I saw before. The ML-DSA-44 form withstands quantum computers and names the cosigner in what it signs; with a start
other than zero it also signs subtrees. It does not cover extension lines, so checkpoints that have some are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from tidewaiter.kernel.errors import NoteFault
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import notes
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.notes import ED25519, Ed25519Verifier, Key, Sign, Signature, Verifier
from tidewaiter.kernel.log.tree import EMPTY_ROOT, HASH_BYTES, is_subtree

COSIGNED_ED25519 = 0x04
COSIGNED_MLDSA44 = 0x06
ED25519_BYTES = 64
MLDSA44_BYTES = 2_420
MLDSA44_KEY_BYTES = 1_312
TIME_BYTES = 8
TIME_MAX = 2**63 - 1
NAME_BYTES_MAX = 255

_LABEL = b"subtree/v1\n\x00"


class Subtree(msgspec.Struct, frozen=True):
    """A subtree of a log that can be cosigned: the log's origin, the leaves `[start, end)`, and the root over them."""

    origin: str
    start: int
    end: int
    root: bytes


def cosign(checkpoint: Checkpoint, key: Key, by: Sign, at: int) -> Signature:
    """Cosign a checkpoint with a key of kind 0x04 or 0x06; `at` is in seconds since 1970, UTC.

    A log that signs its own checkpoints with ML-DSA-44 gives the time too, or 0 to say nothing about it.
    """
    message = _MESSAGES.get(key.kind, _no_message)(key.name, checkpoint, at)
    return Signature(key.name, key.key_id, at.to_bytes(TIME_BYTES, "big") + by(message))


def cosign_subtree(subtree: Subtree, key: Key, by: Sign) -> Signature:
    """Cosign a subtree of a log, without a time; only ML-DSA-44 keys can."""
    if key.kind != COSIGNED_MLDSA44:
        message = f"The key of {key.name} cannot sign subtrees."
        raise NoteFault(message)
    return Signature(key.name, key.key_id, bytes(TIME_BYTES) + by(subtree_message(key.name, subtree, 0)))


def cosigned_at(signature: Signature) -> int:
    """Return the time of a cosignature in seconds since 1970, UTC; 0 where it says none."""
    return int.from_bytes(signature.value[:TIME_BYTES], "big")


def ed25519_message(_name: str, checkpoint: Checkpoint, at: int) -> bytes:
    """Return what an Ed25519 cosigner signs: a header, the time, and the whole text of the checkpoint."""
    _check_time(at)
    return f"cosignature/v1\ntime {at}\n{checkpoint.text}".encode()


def mldsa44_message(name: str, checkpoint: Checkpoint, at: int) -> bytes:
    """Return what an ML-DSA-44 cosigner signs for a checkpoint: its tree as a subtree that starts at zero."""
    if checkpoint.extensions:
        message = "An ML-DSA-44 cosignature does not cover extension lines."
        raise NoteFault(message)
    return subtree_message(name, Subtree(checkpoint.origin, 0, checkpoint.size, checkpoint.root), at)


def subtree_message(name: str, subtree: Subtree, at: int) -> bytes:
    """Return `cosigned_message`: label, cosigner's name, time, origin, start, end, root (RFC 8446 section 3)."""
    _check_time(at)
    start, end, root = subtree.start, subtree.end, subtree.root
    empty_otherwise = start == end and root != EMPTY_ROOT
    if not is_subtree(start, end) or (start and at) or len(root) != HASH_BYTES or empty_otherwise:
        message = f"[{start}, {end}) with that root and time cannot be cosigned."
        raise NoteFault(message)
    span = start.to_bytes(8, "big") + end.to_bytes(8, "big")
    return _LABEL + _counted(name) + at.to_bytes(TIME_BYTES, "big") + _counted(subtree.origin) + span + root


class Ed25519Cosigner:
    """An Ed25519 key that cosigns (kind 0x04)."""

    def __init__(self, key: Key) -> None:
        self.name, self.key_id, self.key = key.name, key.key_id, key
        self._public = notes.ed25519_key(key, COSIGNED_ED25519)

    def verify(self, text: str, value: bytes) -> bool:
        """Say whether this key cosigned the checkpoint of that text."""
        if len(value) != TIME_BYTES + ED25519_BYTES:
            return False
        message = _cosigned(ed25519_message, self.name, text, value)
        return message is not None and notes.holds(self._public.verify, value[TIME_BYTES:], message)


class Mldsa44Cosigner:
    """An ML-DSA-44 key that cosigns (kind 0x06)."""

    def __init__(self, key: Key) -> None:
        self.name, self.key_id, self.key = key.name, key.key_id, key
        if key.kind != COSIGNED_MLDSA44 or len(key.public) != MLDSA44_KEY_BYTES:
            message = f"The key of {key.name} is not an ML-DSA-44 key of kind {COSIGNED_MLDSA44:#04x}."
            raise NoteFault(message)
        try:
            self._public = MLDSA44PublicKey.from_public_bytes(key.public)
        except UnsupportedAlgorithm:
            message = "This build of the cryptography package has no ML-DSA-44."
            raise NoteFault(message, "Install the package's own wheel, version 48 or later.") from None

    def verify(self, text: str, value: bytes) -> bool:
        """Say whether this key cosigned the checkpoint of that text."""
        if len(value) != TIME_BYTES + MLDSA44_BYTES:
            return False
        message = _cosigned(mldsa44_message, self.name, text, value)
        return message is not None and notes.holds(self._public.verify, value[TIME_BYTES:], message)

    def verify_subtree(self, subtree: Subtree, signature: Signature) -> bool:
        """Say whether this key cosigned the subtree."""
        value = signature.value
        if (signature.name, signature.key_id) != (self.name, self.key_id) or len(value) != TIME_BYTES + MLDSA44_BYTES:
            return False
        try:
            message = subtree_message(self.name, subtree, cosigned_at(signature))
        except NoteFault:
            return False
        return notes.holds(self._public.verify, value[TIME_BYTES:], message)


_MESSAGES: Mapping[int, Callable[[str, Checkpoint, int], bytes]] = {
    COSIGNED_ED25519: ed25519_message,
    COSIGNED_MLDSA44: mldsa44_message,
}
_VERIFIERS: Mapping[int, Callable[[Key], Verifier]] = {
    ED25519: Ed25519Verifier,
    COSIGNED_ED25519: Ed25519Cosigner,
    COSIGNED_MLDSA44: Mldsa44Cosigner,
}
LOG_KINDS = frozenset({ED25519, COSIGNED_MLDSA44})
"""Kinds of keys that sign a log's own checkpoints."""
WITNESS_KINDS = frozenset({COSIGNED_ED25519, COSIGNED_MLDSA44})
"""Kinds of keys that cosign."""


def verifier(key: Key, kinds: Collection[int]) -> Verifier:
    """Return what verifies signatures of a key; raises NoteFault where its kind is not among those wanted."""
    if key.kind not in kinds or key.kind not in _VERIFIERS:
        message = f"The key of {key.name} is of kind {key.kind:#04x}, which does not serve here."
        raise NoteFault(message)
    return _VERIFIERS[key.kind](key)


def _cosigned(message_of: Callable[[str, Checkpoint, int], bytes], name: str, text: str, value: bytes) -> bytes | None:
    """Return what a cosigner of that name signed, if the value is its cosignature of the checkpoint of that text."""
    try:
        return message_of(name, checkpoints.parse_text(text), int.from_bytes(value[:TIME_BYTES], "big"))
    except NoteFault:
        return None


def _counted(text: str) -> bytes:
    """Return a text of 1 to 255 bytes with its length before it."""
    data = text.encode()
    if not 1 <= len(data) <= NAME_BYTES_MAX:
        message = f"A name in a cosignature has 1 to {NAME_BYTES_MAX} bytes."
        raise NoteFault(message)
    return bytes([len(data)]) + data


def _check_time(at: int) -> None:
    """Refuse a time that does not fit."""
    if not 0 <= at <= TIME_MAX:
        message = "The time of a cosignature is out of range."
        raise NoteFault(message)


def _no_message(_name: str, _checkpoint: Checkpoint, _at: int) -> bytes:
    """Refuse a kind of key that does not cosign."""
    message = "That kind of key does not cosign."
    raise NoteFault(message)

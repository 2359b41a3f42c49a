"""Seal and open with a data key: AES-256-GCM, one use, bound to where the ciphertext belongs."""

from __future__ import annotations

import hashlib

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tidewaiter.kernel.errors import KeyFault

KEY_BYTES = 32
_NONCE = bytes(12)
"""A data key seals once, so its nonce may be the same always (NIST SP 800-38D, section 8: never twice under a key)."""
_SALT, _FINGERPRINT = b"tidewaiter/salt/v1\0", b"tidewaiter/key/v1\0"


class DataKey(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """A data key: its number in the key store, the epoch in which it was made, and its 32 bytes."""

    id: int
    epoch: int
    key: bytes

    def __repr__(self) -> str:
        """Say which key it is, never the key."""
        return f"DataKey(id={self.id}, epoch={self.epoch})"

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return the ciphertext with its tag, bound to a context: what it is of, such as table, record and part."""
        return AESGCM(self.key).encrypt(_NONCE, plain, associated(context, self.epoch))

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed; raises KeyFault where key, context or ciphertext are not the ones."""
        try:
            return AESGCM(self.key).decrypt(_NONCE, sealed, associated(context, self.epoch))
        except InvalidTag:
            message = "What is sealed is not what was sealed under this key in this place."
            raise KeyFault(message, "It was damaged or moved; compare it with a backup.") from None

    def salt(self, identity: bytes) -> bytes:
        """Return the salt of a leaf of the log by its random id; nobody can make it without the key."""
        return hashlib.sha256(_SALT + self.key + identity).digest()

    @property
    def fingerprint(self) -> bytes:
        """A hash that commits to the key, which AES-GCM itself does not."""
        return hashlib.sha256(_FINGERPRINT + self.key).digest()


def associated(context: str, epoch: int) -> bytes:
    """Return the associated data of a ciphertext."""
    return f"tidewaiter/v1\0{context}\0{epoch}".encode()

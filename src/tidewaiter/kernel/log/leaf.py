"""Write the leaf of the log: what kind of event, when, by whom, and a commitment to what was sealed.

A leaf is one line of JSON that can be written one way only (RFC 8785) and has at most 200 bytes. It holds no personal
data and no unsalted hash of anything that could be guessed. When the salt is destroyed with the data key, nothing
connects the commitment with what it was about, while the log still verifies.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from tidewaiter.kernel.clock import instant
from tidewaiter.kernel.errors import LogFault

LEAF_BYTES_MAX = 200
VERSION = 1
SALT_BYTES = 32
ID_BYTES = 16
COMMITMENT_BYTES = 32
TYPE_CHARACTERS_MAX = 24
INTEGER_MAX = 2**53 - 1
"""Largest integer that every reader of JSON takes exactly (RFC 8785 section 3.2.2.3)."""

_ID = r"^[A-Za-z0-9_-]{21}[AQgw]\Z"
_TYPE = r"^[a-z][a-z0-9]*([.-][a-z0-9]+)*\Z"
_TIME = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z\Z"
)
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_PLAIN = frozenset({str, bool, type(None)})
_SORTED = msgspec.json.Encoder(order="sorted")


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One leaf. Fields stand in the order of their names, which is the order in which they are written.

    `actor` and `id` are 16 random bytes and `commit` is 32 bytes, in base64url without padding; `time` is UTC with
    microseconds; `type` names the event, such as `record.kept`.
    """

    actor: Annotated[str, msgspec.Meta(pattern=_ID)]
    commit: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")]
    id: Annotated[str, msgspec.Meta(pattern=_ID)]
    time: Annotated[str, msgspec.Meta(pattern=_TIME)]
    type: Annotated[str, msgspec.Meta(pattern=_TYPE, max_length=TYPE_CHARACTERS_MAX)]
    v: Annotated[int, msgspec.Meta(ge=1, le=99)] = VERSION


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Leaf)


def leaf(kind: str, *, at: datetime, actor: bytes, identity: bytes, commit: bytes) -> bytes:
    """Write a leaf: `actor` and `identity` are 16 bytes, `commit` is a commitment of 32."""
    if (len(actor), len(identity), len(commit)) != (ID_BYTES, ID_BYTES, COMMITMENT_BYTES):
        message = f"An actor and an id have {ID_BYTES} bytes, a commitment {COMMITMENT_BYTES}."
        raise LogFault(message)
    _check_type(kind)
    made = Leaf(actor=_text(actor), commit=_text(commit), id=_text(identity), time=_instant(at), type=kind)
    return _ENCODER.encode(made)


_instant = lru_cache(maxsize=16)(instant)
"""The leaves of one commit have one time."""


@lru_cache(maxsize=256)
def _check_type(kind: str) -> None:
    """Refuse a name of an event that does not fit."""
    if len(kind) > TYPE_CHARACTERS_MAX or not re.match(_TYPE, kind):
        message = f"{kind[:40]!r} cannot name an event: small letters, digits, dots; at most {TYPE_CHARACTERS_MAX}."
        raise LogFault(message)


def parse(data: bytes) -> Leaf:
    """Read a leaf; raises LogFault where it is not one, or is written in another way than the one there is."""
    try:
        found = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    if found is None or len(data) > LEAF_BYTES_MAX or _ENCODER.encode(found) != data:
        message = "Something in the log is not a leaf as it is written."
        raise LogFault(message)
    return found


def commitment(salt: bytes, ciphertext: bytes) -> bytes:
    """Commit to a ciphertext: SHA-256(salt ‖ ciphertext). The salt is 32 random bytes, and its length is fixed."""
    if len(salt) != SALT_BYTES:
        message = f"A salt has {SALT_BYTES} bytes."
        raise LogFault(message)
    return hashlib.sha256(salt + ciphertext).digest()


def committed(found: Leaf) -> bytes:
    """Return the commitment of a leaf, 32 bytes."""
    return base64.urlsafe_b64decode(found.commit + "=")


def identity_of(found: Leaf) -> bytes:
    """Return the random id of a leaf, 16 bytes."""
    return base64.urlsafe_b64decode(found.id + "==")


def canonical(value: Any) -> bytes:
    """Write JSON the one way there is (RFC 8785), for values that need no judgement about numbers.

    Keys are ASCII, integers are below 2**53, there are no floats: a decimal is a text. Raises LogFault otherwise.
    """
    _check(value)
    try:
        return _SORTED.encode(value)
    except UnicodeEncodeError:
        message = "A text has half of a character in it."
        raise LogFault(message) from None


def _check(value: Any) -> None:
    """Refuse what two writers of JSON could write differently."""
    kind = type(value)
    if kind in _PLAIN or (kind is int and -INTEGER_MAX <= value <= INTEGER_MAX):
        return
    if kind is dict:
        for key, one in value.items():
            if type(key) is not str or not key.isascii() or not key.isprintable():
                raise _otherwise(kind)
            if type(one) is not str:
                _check(one)
    elif kind is list or kind is tuple:
        for one in value:
            _check(one)
    else:
        raise _otherwise(kind)


def _otherwise(kind: type) -> LogFault:
    """Return the fault of a value that others could write otherwise."""
    message = f"A {kind.__name__} is not written the same way by everybody; it is not part of the log's JSON."
    return LogFault(message)


def _text(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")

"""Sign texts and verify them as C2SP signed-note says: keys, names, strict reading, Ed25519.

A note is a text that ends in a newline, an empty line, and signature lines. Its text means nothing before a signature
by a known key has been verified: `parse` only takes a note apart, `verify` says who signed it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tidewaiter.kernel.errors import NoteFault, NotProven

ED25519 = 0x01
ED25519_KEY_BYTES = 32
KEY_ID_BYTES = 4
NOTE_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 100
"""More than the 16 that every verifier must take."""

_DASH = "\u2014 "
_CONTROLS = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_HEX = re.compile(r"[0-9a-f]{8}")

Sign = Callable[[bytes], bytes]
"""Returns the signature of a private key over a message; where the key is kept is none of our business here."""


class Signature(msgspec.Struct, frozen=True):
    """One signature line: the key's name, its id (4 bytes), and what the key's kind of signature consists of."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {encode64(self.key_id + self.value)}\n"


class Note(msgspec.Struct, frozen=True):
    """A text (with its last newline) and its signatures, none of them verified."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def data(self) -> bytes:
        """The note as it is written."""
        return (self.text + "\n" + "".join(one.line for one in self.signatures)).encode()

    def signed(self, more: Iterable[Signature]) -> Note:
        """Return the note with more signatures; one that is there already is not added again."""
        fresh = [one for one in dict.fromkeys(more) if one not in self.signatures]
        return Note(self.text, (*self.signatures, *fresh))


class Verifier(Protocol):
    """A key that verifies signatures on notes."""

    @property
    def name(self) -> str:
        """The key's name."""
        ...

    @property
    def key_id(self) -> bytes:
        """The key's id, 4 bytes."""
        ...

    def verify(self, text: str, value: bytes) -> bool:
        """Say whether the signature is this key's over the text."""
        ...


class Key(msgspec.Struct, frozen=True):
    """A public key as notes name it: name, kind of signature (one byte), and the bytes of the key."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name that cannot stand in a signature line."""
        check_name(self.name)

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ kind ‖ key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text: `name+id+base64(kind ‖ key)`."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(bytes([self.kind]) + self.public)}"


class Ed25519Verifier:
    """A key that signs the text of a note and nothing else (kind 0x01)."""

    def __init__(self, key: Key) -> None:
        self.name, self.key_id, self.key = key.name, key.key_id, key
        self._public = ed25519_key(key, ED25519)

    def verify(self, text: str, value: bytes) -> bool:
        """Say whether the 64 bytes are this key's signature over the text."""
        return holds(self._public.verify, value, text.encode())


def sign(text: str, key: Key, by: Sign) -> Signature:
    """Sign the text of a note with an Ed25519 key (kind 0x01)."""
    check_text(text)
    if key.kind != ED25519:
        message = f"The key {key.name} is not for signing notes."
        raise NoteFault(message)
    return Signature(key.name, key.key_id, by(text.encode()))


def parse(data: bytes) -> Note:
    """Take a note apart; raises NoteFault unless it is exactly as the standard says."""
    if len(data) > NOTE_BYTES_MAX:
        message = f"A note has {len(data):,} bytes; at most {NOTE_BYTES_MAX:,} are read."
        raise NoteFault(message)
    text, between, tail = readable(data).rpartition("\n\n")
    if not between or not tail.endswith("\n"):
        message = "A note is a text, an empty line, and signature lines, each ending in a newline."
        raise NoteFault(message)
    lines = tail.split("\n")[:-1]
    if len(lines) > SIGNATURES_MAX:
        message = f"A note has {len(lines)} signatures; at most {SIGNATURES_MAX} are read."
        raise NoteFault(message)
    return Note(text + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """Take a signature line (without its newline) apart."""
    dash, name, encoded = line[:2], *line[2:].partition(" ")[::2]
    if dash != _DASH or not encoded:
        message = "A signature line is a dash, a name and a signature."
        raise NoteFault(message)
    check_name(name)
    value = decode64(encoded)
    if len(value) <= KEY_ID_BYTES:
        message = "A signature line holds no signature."
        raise NoteFault(message)
    return Signature(name, value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])


def verify(note: Note, verifiers: Iterable[Verifier]) -> tuple[Signature, ...]:
    """Return the signatures of known keys, each once; raises NotProven where one of them is wrong or there is none.

    Signatures of unknown keys are passed over. Two different keys with one name and id are refused.
    """
    known: dict[tuple[str, bytes], Verifier] = {}
    for one in verifiers:
        if known.setdefault((one.name, one.key_id), one) is not one:
            message = f"Two keys are named {one.name} and have one id."
            raise NotProven(message)
    found: dict[tuple[str, bytes], Signature] = {}
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if not verifier.verify(note.text, signature.value):
            message = f"The signature of {signature.name} does not hold."
            raise NotProven(message)
        found.setdefault((signature.name, signature.key_id), signature)
    if not found:
        message = "No known key has signed the note."
        raise NotProven(message)
    return tuple(found.values())


def parse_key(vkey: str) -> Key:
    """Read a public key from its text, and check its id."""
    name, _, rest = vkey.partition("+")
    hexadecimal, _, encoded = rest.partition("+")
    if not (_HEX.fullmatch(hexadecimal) and encoded):
        message = "A public key is written `name+id+key`."
        raise NoteFault(message)
    material = decode64(encoded)
    key = Key(name, material[0], material[1:]) if material else None
    if key is None or key.key_id.hex() != hexadecimal:
        message = f"The id of the key of {name} does not belong to it."
        raise NoteFault(message)
    return key


def check_name(name: str) -> None:
    """Refuse a key's name that is empty, or has a space, a plus sign or a control character in it."""
    if not name or "+" in name or any(one.isspace() or one < " " for one in name):
        message = "The name of a key has at least one character, no space and no plus sign."
        raise NoteFault(message)


def check_text(text: str) -> None:
    """Refuse a text that cannot be a note's: without a newline at its end, or with control characters."""
    if not text.endswith("\n") or _CONTROLS.search(text.encode()):
        message = "The text of a note ends in a newline and has no other control characters."
        raise NoteFault(message)


def readable(data: bytes) -> str:
    """Decode UTF-8 without control characters other than newline."""
    if _CONTROLS.search(data):
        message = "There is a control character in a note."
        raise NoteFault(message)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        message = f"A note is not UTF-8 at byte {wrong.start}."
        raise NoteFault(message) from None


def encode64(data: bytes) -> str:
    """Write bytes as base64 (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """Read base64 that is written the one way there is: padded, no other characters, no stray bits."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if encode64(data) != text:
        message = "Something that should be base64 is not."
        raise NoteFault(message)
    return data


def decimal(text: str, greatest: int = 2**63 - 1) -> int:
    """Read a decimal number without leading zeros, up to `greatest`."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or len(text) > len(str(greatest)):
        message = "Something that should be a decimal number is not."
        raise NoteFault(message)
    number = int(text)
    if number > greatest:
        message = f"A number is larger than {greatest:,}."
        raise NoteFault(message)
    return number


def ed25519_key(key: Key, kind: int) -> Ed25519PublicKey:
    """Return the public key for its kind of signature."""
    if key.kind != kind or len(key.public) != ED25519_KEY_BYTES:
        message = f"The key of {key.name} is not an Ed25519 key of kind {kind:#04x}."
        raise NoteFault(message)
    return Ed25519PublicKey.from_public_bytes(key.public)


def holds(check: Callable[[bytes, bytes], None], value: bytes, message: bytes) -> bool:
    """Say whether a signature holds, where the check raises if it does not."""
    try:
        check(value, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def hash_lines(hashes: Sequence[bytes]) -> str:
    """Write hashes one a line."""
    return "".join(f"{encode64(one)}\n" for one in hashes)

"""Make evidence bundles, with a Merkle tree that is written down once more, as RFC 6962 has it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.kernel.log.keys import LOG, NOON, ORIGIN, Pair, pair

from tidewaiter.kernel.errors import KeyFault
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.log import policy
from tidewaiter.kernel.log.bundle import FORMAT, KEPT
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519
from tidewaiter.kernel.log.notes import Note

ONE, TWO = pair("w.example/one", COSIGNED_ED25519), pair("w.example/two", COSIGNED_ED25519)
AT = datetime(2026, 9, 21, 12, tzinfo=UTC)
PUBLIC = '{"lrn":"L1","parties":[{"role":"importer"}],"weight":1.5}'
PARTS: tuple[dict[str, Any], ...] = (
    {"/parties/0/name": "Quillfeather", "/contact/a~1b": "Zoë"},
    {"/declarant": "Wend"},
)
WORDS = [f"log {LOG.key.vkey}", f"witness one {ONE.key.vkey}", f"witness two {TWO.key.vkey}"]
BOTH = policy.parse("\n".join([*WORDS, "group g all one two", "quorum g", ""]).encode())
EITHER = policy.parse("\n".join([*WORDS, "group g any one two", "quorum g", ""]).encode())
ALONE = policy.parse("\n".join([*WORDS[:1], "quorum none", ""]).encode())


def web64(data: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def root(hashed: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of leaves that are hashed already (RFC 6962 section 2.1)."""
    if len(hashed) == 1:
        return hashed[0]
    split = 1 << (len(hashed) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(hashed[:split]) + root(hashed[split:])).digest()


def path(index: int, hashed: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of a leaf (RFC 6962 section 2.1.1)."""
    if len(hashed) == 1:
        return []
    split = 1 << (len(hashed) - 1).bit_length() - 1
    if index < split:
        return [*path(index, hashed[:split]), root(hashed[split:])]
    return [*path(index - split, hashed[split:]), root(hashed[:split])]


def key_of(number: int) -> bytes:
    """Return the data key of a sealed part."""
    return hashlib.sha256(b"key %d" % number).digest()


def seal(key: bytes, plain: bytes, number: int) -> bytes:
    """Seal a part, bound to its place."""
    return AESGCM(key).encrypt(bytes(12), plain, f"tidewaiter/v1\0part\0{number}\x001".encode())


def open_sealed(key: bytes, ciphertext: bytes, context: str, epoch: int) -> bytes:
    """Open a part, or raise KeyFault."""
    try:
        return AESGCM(key).decrypt(bytes(12), ciphertext, f"tidewaiter/v1\0{context}\0{epoch}".encode())
    except (InvalidTag, ValueError):
        message = "It does not open."
        raise KeyFault(message) from None


def statement_of(public: str, sealed: Sequence[bytes]) -> dict[str, Any]:
    """Return what a node says of a record that it has kept."""
    told = [
        {
            "key": hashlib.sha256(b"tidewaiter/key/v1\0" + key_of(number)).hexdigest(),
            "sha256": hashlib.sha256(one).hexdigest(),
        }
        for number, one in enumerate(sealed)
    ]
    return {"public": hashlib.sha256(public.encode()).hexdigest(), "sealed": told}


def written(value: Any) -> bytes:
    """Write JSON the one way there is, by the standard library's means."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def entries(said: Sequence[tuple[str, Any]], size: int, log: Pair = LOG, origin: str = ORIGIN) -> list[dict[str, str]]:
    """Put statements into a log of that size, and return the entries that prove them."""
    salts = [hashlib.sha256(b"salt %d" % number).digest() for number in range(size)]
    texts = [written(statement) for _, statement in said]
    lines = [b"filling %d" % number for number in range(size)]
    for number, (kind, _) in enumerate(said):
        commit = hashlib.sha256(salts[number] + texts[number]).digest()
        lines[number] = leaves.leaf(kind, at=AT, actor=bytes(16), identity=bytes([number] * 16), commit=commit)
    hashed = [hashlib.sha256(b"\0" + line).digest() for line in lines]
    made = Checkpoint(origin, size, root(hashed))
    note = Note(made.text, (log.signature(made), ONE.signature(made, NOON), TWO.signature(made, NOON + 5)))
    found = []
    for number, text in enumerate(texts):
        way = "".join(base64.b64encode(one).decode() + "\n" for one in path(number, hashed))
        proof = f"c2sp.org/tlog-proof@v1\nindex {number}\n{way}\n" + note.data.decode()
        leaf = lines[number].decode()
        found.append({"leaf": leaf, "proof": proof, "salt": web64(salts[number]), "statement": text.decode()})
    return found


def bundle_of(
    parts: Sequence[dict[str, Any]] = PARTS,
    public: str = PUBLIC,
    *,
    disclosed: int = 1,
    size: int = 7,
    plain: Sequence[bytes] = (),
    log: Pair = LOG,
    origin: str = ORIGIN,
) -> dict[str, Any]:
    """Make a bundle about a record, with the keys of so many of its parts; `plain` is what is sealed, if not JSON."""
    sealed = [seal(key_of(at), plain[at] if plain else written(one), at) for at, one in enumerate(parts)]
    said = [("record.found", {"count": 3}), (KEPT, statement_of(public, sealed))]
    told: list[dict[str, Any]] = [{"ciphertext": web64(one)} for one in sealed]
    for number in range(disclosed):
        told[number] |= {"context": f"part\0{number}", "epoch": 1, "key": web64(key_of(number))}
    return {
        "format": FORMAT,
        "origin": origin,
        "entries": entries(said, size, log, origin),
        "record": {"public": public, "sealed": told},
    }


def data_of(bundle: dict[str, Any]) -> bytes:
    """Write a bundle."""
    return written(bundle) + b"\n"

"""Verify an evidence bundle without Tidewaiter: python verify_evidence.py BUNDLE LOG-KEY [WITNESS-KEY ...]."""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def insist(holds, what):
    if not holds:
        raise ValueError(what)


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verifier(vkey, kind):
    """A key is name+hash+base64(kind ‖ public key); the hash is of name, newline, kind and key (C2SP signed-note)."""
    name, key_id, data = vkey.split("+", 2)
    raw = base64.b64decode(data)
    insist(raw[0] == kind, f"the key of {name} is not of kind {kind}")
    insist(hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] == key_id, f"{name} is mistyped")
    return name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(raw[1:]), kind


def signed_by(note, key):
    """Say whether a key signed the note (kind 1), or cosigned it at a time that it gives (kind 4)."""
    (name, key_id, public, kind), (text, _, tail) = key, note.rpartition("\n\n")
    for _, who, value in (line.split(" ") for line in tail.splitlines()):
        raw, message = base64.b64decode(value), text + "\n"
        if who == name and raw[:4] == key_id:
            if kind == 4:
                message = f"cosignature/v1\ntime {int.from_bytes(raw[4:12], 'big')}\n{message}"
            public.verify(raw[-64:], message.encode())  # raises where it is forged
            return True
    return False


def root_of(leaf, index, size, path):
    """Return the root that a leaf's path leads to (RFC 9162, section 2.1.3.2)."""
    node, fn, sn = hashlib.sha256(b"\0" + leaf).digest(), index, size - 1
    for one in path:
        insist(sn > 0, "the path is too long")
        right = fn & 1 or fn == sn
        node = hashlib.sha256(b"\1" + (one + node if right else node + one)).digest()
        while right and not fn & 1 and fn:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    insist(sn == 0, "the path is too short")
    return node


def verify_entry(entry, origin, log, witnesses):
    """See that the leaf is in a log that log and witnesses signed, and that it commits to the statement."""
    head, _, note = entry["proof"].partition("\n\n")
    kind, number, *path = head.split("\n")
    insist(kind == "c2sp.org/tlog-proof@v1" and number.startswith("index "), "the proof is not one")
    name, size, root = note.split("\n")[:3]
    insist(name == origin and signed_by(note, log), "the checkpoint is not signed by the log")
    for one in witnesses:
        insist(signed_by(note, one), f"{one[0]} has not seen the checkpoint")
    index, size, leaf = int(number[6:]), int(size), json.loads(entry["leaf"])
    found = root_of(entry["leaf"].encode(), index, size, [base64.b64decode(line) for line in path])
    insist(index < size and found == base64.b64decode(root), "the leaf is not in the log")
    committed = hashlib.sha256(unb64(entry["salt"]) + entry["statement"].encode()).digest()
    insist(unb64(leaf["commit"]) == committed, "the leaf does not commit to the statement")
    print(f"Entry {index} of {size}: {leaf['type']} at {leaf['time']}: {entry['statement']}")
    return leaf["type"], json.loads(entry["statement"])


def verify_record(record, kept):
    """See that the record is the one that was kept, and open the parts whose keys are given."""
    insist(hashlib.sha256(record["public"].encode()).hexdigest() == kept["public"], "the record is another one")
    print("Record:", record["public"])
    for part, said in zip(record["sealed"], kept["sealed"], strict=True):
        data, bound = unb64(part["ciphertext"]), f"tidewaiter/v1\0{part['context']}\0{part['epoch']}".encode()
        insist(hashlib.sha256(data).hexdigest() == said["sha256"], "a sealed part is another one")
        if "key" in part:
            key = unb64(part["key"])
            insist(hashlib.sha256(b"tidewaiter/key/v1\0" + key).hexdigest() == said["key"], "a key is another one")
            print("Personal:", AESGCM(key).decrypt(bytes(12), data, bound).decode())


try:
    log, witnesses = verifier(sys.argv[2], 1), [verifier(one, 4) for one in sys.argv[3:]]
    text = pathlib.Path(sys.argv[1]).read_bytes().decode()
    bundle = json.loads(text)
    one_way = json.dumps(bundle, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    insist(one_way == text and bundle["format"] == "tidewaiter-evidence/1", "the bundle is not written as bundles are")
    said = [verify_entry(one, bundle["origin"], log, witnesses) for one in bundle["entries"]]
    if "record" in bundle:
        verify_record(bundle["record"], next(statement for kind, statement in said if kind == "record.kept"))
    print("Everything in it holds.")
except Exception as wrong:
    sys.exit(f"Refused: {wrong or type(wrong).__name__}")

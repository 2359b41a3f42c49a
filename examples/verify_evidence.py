"""Verify an evidence bundle without Tidewaiter; the README beside this file says how."""

import argparse
import base64
import json
import pathlib
import sys
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def insist(holds, what):
    if not holds:
        raise ValueError(what)


def say(text):
    print("".join(one if one.isprintable() else ascii(one)[1:-1] for one in text))


def unb64(text, signs="+/"):
    """Read base64 that is written the one way there is; where its signs are -_ it has no padding."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), signs, validate=True)
    insist(base64.b64encode(data, signs.encode()).decode().rstrip("=") == text.rstrip("="), "base64 is malformed")
    return data


def verifier(vkey, kind):
    """A key is name+id+base64(kind ‖ public key), and its id a hash of name, kind and key (C2SP signed-note)."""
    name, key_id, raw = *vkey.split("+", 2)[:2], unb64(vkey.split("+", 2)[-1])
    insist(raw[0] == kind and sha256(f"{name}\n".encode() + raw).hexdigest()[:8] == key_id, f"{name} has another key")
    return name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(raw[1:]), kind


def signed_by(note, name, key_id, public, kind):
    """Say whether a key signed the note (kind 1), or cosigned it at a time that it gives (kind 4)."""
    text, _, tail = note.rpartition("\n\n")
    *lines, last = [line.split(" ") for line in tail.split("\n")]
    insist(last == [""] and all(dash == "\u2014" for dash, _, _ in lines), "the signatures are malformed")
    found = [unb64(value)[4:] for _, who, value in lines if who == name and unb64(value)[:4] == key_id]
    for one in found:
        time = f"cosignature/v1\ntime {int.from_bytes(one[:8], 'big')}\n" if kind == 4 else ""
        public.verify(one[8 if time else 0 :], f"{time}{text}\n".encode())  # raises where it is forged
    return bool(found)


def root_of(node, index, size, path):
    """Return the root that a leaf's hash and its path, the leaf's sibling first, lead to (RFC 6962, section 2.1.1)."""
    if size == 1:
        insist(not path, "the path is too long")
        return node
    *below, top = path
    split = 1 << (size - 1).bit_length() - 1
    if index < split:
        return sha256(b"\1" + root_of(node, index, split, below) + top).digest()
    return sha256(b"\1" + top + root_of(node, index - split, size - split, below)).digest()


def verify_entry(entry, origin, log, witnesses, quorum):
    """See that the leaf is in a log that log and witnesses signed, and that it commits to the statement."""
    head, _, note = entry["proof"].partition("\n\n")
    (kind, place, *path), (name, size, root) = head.split("\n"), note.split("\n")[:3]
    index, size, leaf = int(place[6:]), int(size), json.loads(entry["leaf"])
    insist(f"{kind} {place}" == f"c2sp.org/tlog-proof@v1 index {index}" and 0 <= index < size, "the proof is malformed")
    insist(name == origin and signed_by(note, *log), "the checkpoint is not signed by the log")
    seen = [one[0] for one in witnesses if signed_by(note, *one)]
    insist(len(seen) >= quorum, f"{len(seen)} of the witnesses have seen the checkpoint, not {quorum}")
    found = root_of(sha256(b"\0" + entry["leaf"].encode()).digest(), index, size, [unb64(one) for one in path])
    insist(found == unb64(root), "the leaf is not in the log")
    salt, statement = unb64(entry["salt"], "-_"), entry["statement"].encode()
    insist(len(salt) == 32 and unb64(leaf["commit"], "-_") == sha256(salt + statement).digest(), "another statement")
    say(f"Entry {index} of {size}, witnesses {seen}: {leaf['type']} at {leaf['time']}: {statement.decode()}")
    return leaf["type"], json.loads(statement)


def put(whole, pointer, value):
    """Put a value where its pointer says (RFC 6901), in a member that is not there yet."""
    *way, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in way:
        whole = whole[int(step)] if isinstance(whole, list) else whole.setdefault(step, {})
    insist(last not in whole, "what is disclosed has no free place in the record")
    whole[last] = value


def verify_record(record, kept):
    """See that the record is the one that was kept, and put in its place what the keys that are given open."""
    insist(sha256(record["public"].encode()).hexdigest() == kept["public"], "the record is another one")
    whole = json.loads(record["public"])
    for part, said in zip(record["sealed"], kept["sealed"], strict=True):
        data = unb64(part["ciphertext"], "-_")
        insist(sha256(data).hexdigest() == said["sha256"], "a sealed part is another one")
        insist(set(part) in ({"ciphertext"}, {"ciphertext", "context", "epoch", "key"}), "a sealed part is malformed")
        if "key" in part:
            key, bound = unb64(part["key"], "-_"), f"tidewaiter/v1\0{part['context']}\0{part['epoch']}".encode()
            insist(sha256(b"tidewaiter/key/v1\0" + key).hexdigest() == said["key"], "a key is another one")
            for pointer, value in json.loads(AESGCM(key).decrypt(bytes(12), data, bound)).items():
                put(whole, pointer, value)
    say(f"Record ({sum(len(p) == 1 for p in record['sealed'])} parts sealed): {json.dumps(whole, ensure_ascii=False)}")


sys.stdout.reconfigure(errors="backslashreplace")
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("bundle", type=pathlib.Path)
parser.add_argument("--log-key", required=True, help="the log's key, from people whom you trust")
parser.add_argument("--witness", action="append", default=[], help="a key of a witness that you trust")
parser.add_argument("--quorum", type=int, help="how many of these must have seen the log; all, if this is not said")
given = parser.parse_args()
try:
    log, witnesses = verifier(given.log_key, 1), [verifier(one, 4) for one in sorted(set(given.witness))]
    quorum, text = len(witnesses) if given.quorum is None else given.quorum, given.bundle.read_bytes().decode()
    bundle = json.loads(text)
    one_way = json.dumps(bundle, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    insist(one_way == text and bundle["format"] == "tidewaiter-evidence/1", "this is not written as bundles are")
    insist(set(bundle) - {"record"} == {"entries", "format", "origin"}, "this has other members than bundles have")
    entries = [verify_entry(one, bundle["origin"], log, witnesses, quorum) for one in bundle["entries"]]
    if "record" in bundle:
        verify_record(bundle["record"], next(statement for kind, statement in entries if kind == "record.kept"))
    print("Everything in it holds.")
except Exception as wrong:
    parser.exit(1, f"Refused: {wrong or type(wrong).__name__}\n")

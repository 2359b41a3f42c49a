"""Prove that notes are read strictly, and that nothing but what was signed is ever believed."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.log.keys import LOG, NOON, pair

from tidewaiter.kernel.errors import NoteFault, NotProven
from tidewaiter.kernel.log import notes
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519, COSIGNED_MLDSA44
from tidewaiter.kernel.log.notes import Note

MUTATIONS = int(os.environ.get("TIDEWAITER_MUTATED_NOTES", "10000"))
"""How many mutated notes are tried; a million take some two minutes."""
TEXT = "one line\n\nanother\n"
NOTE = Note(TEXT, (notes.sign(TEXT, LOG.key, LOG.sign),))


def changed(data: bytes, found: bytes, put: bytes) -> bytes:
    """Replace a part that is there."""
    assert found in data
    return data.replace(found, put)


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b"one", b"on\xff"),
        (b"one", b"on\x07"),
        (b"one", b"on\r"),
        (b"one", b"on\t"),
        (b"one", b"on\xed\xa0\x80"),
        (b"another\n\n", b"another\n"),
        (b"\xe2\x80\x94 ", b"- "),
        (b"\xe2\x80\x94 ", b"\xe2\x80\x94  "),
        (b"node.example/log ", b"node.example/log  "),
        (b"node.example/log ", b"node.example/log+ "),
        (b"node.example/log ", b"node.example\xc2\xa0log "),
        (b"node.example/log ", b" "),
        (b"node.example/log", b""),
    ],
)
def a_note_that_is_not_exactly_as_the_standard_says_is_refused(found: bytes, put: bytes) -> None:
    with pytest.raises(NoteFault):
        notes.parse(changed(NOTE.data, found, put))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n",
        TEXT.encode(),
        TEXT.encode() + b"\n",
        NOTE.data[:-1],
        NOTE.data + b"\n",
        NOTE.data + b"more\n",
        NOTE.data + bytes(notes.NOTE_BYTES_MAX),
        TEXT.encode() + b"\n" + NOTE.signatures[0].line.encode() * 101,
        "text\n\n— name AAAAAA==\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "text\n\n— name AAAA AAAA\n".encode(),
        "text\n\n— name\n".encode(),
    ],
)
def what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(NoteFault):
        notes.parse(data)


def a_note_may_have_sixteen_signatures_and_more() -> None:
    pairs = [pair(f"signer.example/{one}") for one in range(40)]
    note = NOTE.signed(notes.sign(TEXT, one.key, one.sign) for one in pairs)
    assert notes.parse(note.data) == note
    assert len(notes.verify(notes.parse(note.data), [one.verifier for one in pairs])) == 40


def the_text_ends_at_the_last_empty_line() -> None:
    assert notes.parse(NOTE.data).text == TEXT


def a_signature_by_an_unknown_key_is_passed_over_and_does_not_count() -> None:
    other = pair("other.example")
    note = NOTE.signed([notes.sign(TEXT, other.key, other.sign)])
    assert notes.verify(note, [LOG.verifier]) == NOTE.signatures
    with pytest.raises(NotProven, match="No known key"):
        notes.verify(NOTE, [other.verifier])


def a_key_of_the_same_name_is_another_key() -> None:
    with pytest.raises(NotProven, match="No known key"):
        notes.verify(NOTE, [pair(LOG.key.name, seed="other").verifier])


def a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    right = NOTE.signatures[0]
    wrong = notes.Signature(right.name, right.key_id, bytes(64))
    for signatures in ((right, wrong), (wrong, right)):
        with pytest.raises(NotProven, match="does not hold"):
            notes.verify(Note(TEXT, signatures), [LOG.verifier])


def a_signature_that_is_repeated_counts_once() -> None:
    note = Note(TEXT, NOTE.signatures * 3)
    assert notes.verify(note, [LOG.verifier]) == NOTE.signatures
    assert NOTE.signed(NOTE.signatures * 2) == NOTE


def two_keys_of_one_name_and_id_are_refused() -> None:
    with pytest.raises(NotProven, match="Two keys"):
        notes.verify(NOTE, [LOG.verifier, LOG.verifier])


@pytest.mark.parametrize("kind", [notes.ED25519, COSIGNED_ED25519, COSIGNED_MLDSA44])
def a_key_is_written_and_read_the_same(kind: int) -> None:
    key = pair("witness.example/w", kind).key
    assert notes.parse_key(key.vkey) == key


@pytest.mark.parametrize(
    "spoil",
    [
        lambda vkey: vkey[:-4],
        lambda vkey: vkey.replace("+", "-", 1),
        lambda vkey: vkey.replace("node", "nude"),
        lambda vkey: vkey.replace("node", "no de"),
        lambda vkey: vkey.replace("+", "++", 1),
        lambda vkey: vkey + "=",
        lambda vkey: "+".join((vkey.split("+")[0], vkey.split("+")[1].upper() + "0", vkey.split("+")[2])),
        lambda _: "",
        lambda _: "name+00000000+",
    ],
)
def a_key_that_is_spoilt_is_refused(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(NoteFault):
        notes.parse_key(spoil(LOG.key.vkey))


def a_key_of_the_wrong_kind_or_length_verifies_nothing() -> None:
    with pytest.raises(NoteFault):
        notes.Ed25519Verifier(notes.Key("a", COSIGNED_ED25519, bytes(32)))
    with pytest.raises(NoteFault):
        notes.Ed25519Verifier(notes.Key("a", notes.ED25519, bytes(31)))
    with pytest.raises(NoteFault):
        notes.sign(TEXT, pair("w", COSIGNED_ED25519).key, LOG.sign)


@pytest.mark.parametrize("text", ["no newline", "tab\t\n", "return\r\n", ""])
def no_text_is_signed_that_could_not_be_read(text: str) -> None:
    with pytest.raises(NoteFault):
        notes.sign(text, LOG.key, LOG.sign)


@given(st.binary(max_size=200))
def every_base64_is_read_as_it_was_written(data: bytes) -> None:
    assert notes.decode64(notes.encode64(data)) == data


@pytest.mark.parametrize("text", ["AB==", "AA", "AA=", "A A=", "AA==\n", "AA==AA==", "-_==", "ä==="])
def no_other_base64_is_read(text: str) -> None:
    with pytest.raises(NoteFault):
        notes.decode64(text)


@pytest.mark.parametrize("text", ["", "00", "01", "-1", "+1", "1_0", "٣", " 1", "1\n", str(2**63), "9" * 30])
def no_other_number_is_read(text: str) -> None:
    with pytest.raises(NoteFault):
        notes.decimal(text)


def mutated(data: bytes, dice: random.Random, pieces: Sequence[bytes]) -> bytes:
    """Change a note at one to three places: bits, bytes, pieces cut, doubled, moved, put in."""
    content = bytearray(data)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(content)) if content else 0
        stop = min(len(content), at + dice.randint(1, 12))
        match dice.randrange(6):
            case 0 if content:
                content[at] ^= 1 << dice.randrange(8)
            case 1 if content:
                content[at] = dice.randrange(256)
            case 2:
                del content[at:stop]
            case 3:
                content[at:at] = content[at:stop]
            case 4:
                content[at:at] = dice.choice(pieces)
            case _:
                part = content[at:stop]
                del content[at:stop]
                place = dice.randrange(len(content) + 1)
                content[place:place] = part
    return bytes(content)


def no_mutated_note_is_believed_with_another_text() -> None:
    made = Checkpoint(LOG.key.name, 41, bytes(range(32)))
    witnesses = [pair("w.example/1", COSIGNED_ED25519), pair("w.example/2", COSIGNED_MLDSA44)]
    note = Note(made.text, tuple(one.signature(made, NOON) for one in [LOG, *witnesses]))
    verifiers = [LOG.verifier, *(one.verifier for one in witnesses)]
    pieces = [b"\n", b"\n\n", "— ".encode(), b" ", b"=", b"42\n", *(one.line.encode() for one in note.signatures)]
    seed = random.SystemRandom().randrange(2**32)
    dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    believed = 0
    for _ in range(MUTATIONS):
        data = mutated(note.data, dice, pieces)
        try:
            found = notes.parse(data)
            notes.verify(found, verifiers)
        except (NoteFault, NotProven):
            continue
        believed += 1
        assert found.text == note.text, f"seed {seed}"
    assert believed < MUTATIONS, "every mutation left the note as it was"

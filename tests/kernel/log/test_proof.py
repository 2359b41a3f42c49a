"""Prove that a receipt shows an entry to whoever has a policy, and nothing that is not so."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.log.keys import LOG, NOON, ORIGIN, entries_to, pair

from tidewaiter.kernel.errors import NoteFault, NotProven
from tidewaiter.kernel.log import policy, proof
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519, COSIGNED_MLDSA44
from tidewaiter.kernel.log.notes import Note
from tidewaiter.kernel.log.tree import Tree

ENTRIES = entries_to(300)
GROWN = Tree(ENTRIES)
MADE = Checkpoint(ORIGIN, 300, GROWN.root())
ONE, TWO = pair("w.example/one", COSIGNED_ED25519), pair("w.example/two", COSIGNED_MLDSA44)
SIGNED = Note(MADE.text, tuple(one.signature(MADE, NOON) for one in (LOG, ONE, TWO))).data
KEYS = f"log {LOG.key.vkey}\nwitness one {ONE.key.vkey}\nwitness two {TWO.key.vkey}\n"
POLICY = policy.parse(f"{KEYS}group both all one two\nquorum both\n".encode())


@given(st.integers(0, 299), st.one_of(st.none(), st.binary(max_size=20)))
def a_receipt_shows_its_entry_to_whoever_has_a_policy(index: int, extra: bytes | None) -> None:
    made = proof.prove(GROWN.hashes, index, SIGNED, extra)
    data = proof.write(made)
    assert proof.parse(data) == made
    found = proof.verify(ENTRIES[index], data, POLICY)
    assert (found.checkpoint, found.index, dict(found.judgement.witnesses)) == (MADE, index, {"one": NOON, "two": NOON})


def a_receipt_looks_as_the_standard_says() -> None:
    lines = proof.write(proof.prove(GROWN.hashes, 7, SIGNED, b"age")).decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra YWdl", "index 7"]
    assert lines[lines.index("") + 1 : lines.index("") + 3] == [ORIGIN, "300"]


def no_receipt_shows_another_entry_or_another_place() -> None:
    made = proof.prove(GROWN.hashes, 7, SIGNED)
    with pytest.raises(NotProven):
        proof.verify(ENTRIES[8], made, POLICY)
    with pytest.raises(NotProven):
        proof.verify(ENTRIES[7], msgspec.structs.replace(made, index=8), POLICY)


def a_receipt_needs_the_quorum_of_its_reader() -> None:
    few = Note(MADE.text, (LOG.signature(MADE), ONE.signature(MADE, NOON))).data
    made = proof.prove(GROWN.hashes, 7, few)
    with pytest.raises(NotProven, match="1 of 2 witnesses"):
        proof.verify(ENTRIES[7], made, POLICY)
    lenient = policy.parse(f"log {LOG.key.vkey}\nquorum none\n".encode())
    assert proof.verify(ENTRIES[7], made, lenient).index == 7


def every_byte_of_a_receipt_counts() -> None:
    """Flip one bit of each byte: nothing is accepted that says something else."""
    data = proof.write(proof.prove(GROWN.hashes, 7, SIGNED))
    held = proof.verify(ENTRIES[7], data, POLICY)
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            found = proof.verify(ENTRIES[7], changed, POLICY)
        except (NoteFault, NotProven):
            continue
        assert found == held, at


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b"@v1\n", b"@v2\n"),
        (b"index 7\n", b""),
        (b"index 7\n", b"index 07\n"),
        (b"index 7\n", b"index 300\n"),
        (b"index 7\n", b"index 7\nindex 7\n"),
        (b"index 7\n", b"extra ?\nindex 7\n"),
        (b"index 7\n", b"extra \nextra \nindex 7\n"),
        (b"index 7\n", b"index 7\nAAAA\n"),
        (b"index 7\n", b"index 7\n" + b"A" * 43 + b"=\n" + (b"A" * 43 + b"=\n") * 63),
        (b"\n\nnode", b"\nnode"),
        (b"\n\nnode", b"\n\n\nnode"),
        (b"index 7\n", b"index 7\r\n"),
    ],
)
def a_receipt_that_is_malformed_is_refused(found: bytes, put: bytes) -> None:
    data = proof.write(proof.prove(GROWN.hashes, 7, SIGNED))
    assert found in data
    with pytest.raises(NoteFault):
        proof.parse(data.replace(found, put, 1))


def an_empty_extra_is_not_the_same_as_none() -> None:
    made = proof.prove(GROWN.hashes, 7, SIGNED, b"")
    assert proof.parse(proof.write(made)).extra == b""

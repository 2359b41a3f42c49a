"""Prove that a cosignature holds for its checkpoint, its time and its key, and for nothing else."""

from __future__ import annotations

import msgspec
import pytest
from tests.kernel.log.keys import LOG, NOON, ORIGIN, Pair, pair

from tidewaiter.kernel.errors import NoteFault
from tidewaiter.kernel.log import cosignatures, tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import (
    COSIGNED_ED25519,
    COSIGNED_MLDSA44,
    LOG_KINDS,
    WITNESS_KINDS,
    Ed25519Cosigner,
    Mldsa44Cosigner,
    Subtree,
)
from tidewaiter.kernel.log.notes import ED25519

MADE = Checkpoint(ORIGIN, 41, bytes(range(32)))
CLASSIC = pair("w.example/classic", COSIGNED_ED25519)
QUANTUM = pair("w.example/quantum", COSIGNED_MLDSA44)
BOTH = pytest.mark.parametrize("one", [CLASSIC, QUANTUM], ids=["ed25519", "ml-dsa-44"])


@BOTH
def a_cosignature_holds_for_its_checkpoint_and_no_other(one: Pair) -> None:
    value = one.signature(MADE, NOON).value
    assert one.verifier.verify(MADE.text, value)
    for other in (
        msgspec.structs.replace(MADE, size=42),
        msgspec.structs.replace(MADE, root=bytes(32)),
        msgspec.structs.replace(MADE, origin="other.example"),
        msgspec.structs.replace(MADE, extensions=("more",)),
    ):
        assert not one.verifier.verify(other.text, value)
    assert not one.verifier.verify("no checkpoint\n", value)


@BOTH
def a_cosignature_holds_for_its_time_and_key_only(one: Pair) -> None:
    signature = one.signature(MADE, NOON)
    assert cosignatures.cosigned_at(signature) == NOON
    later = (NOON + 1).to_bytes(8, "big") + signature.value[8:]
    assert not one.verifier.verify(MADE.text, later)
    assert not pair(one.key.name, one.key.kind, seed="other").verifier.verify(MADE.text, signature.value)
    for wrong in (
        b"",
        signature.value[:-1],
        signature.value + b"\0",
        signature.value[:8],
        b"\xff" + signature.value[1:],
    ):
        assert not one.verifier.verify(MADE.text, wrong)


def an_ml_dsa_44_cosignature_names_the_cosigner_and_an_ed25519_one_does_not() -> None:
    value = QUANTUM.signature(MADE, NOON).value
    renamed = cosignatures.verifier(msgspec.structs.replace(QUANTUM.key, name="w.example/other"), WITNESS_KINDS)
    assert not renamed.verify(MADE.text, value)
    same = cosignatures.verifier(msgspec.structs.replace(CLASSIC.key, name="w.example/other"), WITNESS_KINDS)
    assert same.verify(MADE.text, CLASSIC.signature(MADE, NOON).value)


def what_is_signed_is_what_the_standard_says_octet_by_octet() -> None:
    assert cosignatures.ed25519_message("", MADE, 7) == b"cosignature/v1\ntime 7\n" + MADE.text.encode()
    name, origin = b"\x11w.example/quantum", bytes([len(ORIGIN)]) + ORIGIN.encode()
    sizes = (0).to_bytes(8, "big") + (41).to_bytes(8, "big")
    expected = b"subtree/v1\n\x00" + name + (7).to_bytes(8, "big") + origin + sizes + MADE.root
    assert cosignatures.mldsa44_message(QUANTUM.key.name, MADE, 7) == expected


def an_ed25519_cosignature_covers_the_lines_that_other_logs_add() -> None:
    more = msgspec.structs.replace(MADE, extensions=("more",))
    assert CLASSIC.verifier.verify(more.text, CLASSIC.signature(more, NOON).value)
    with pytest.raises(NoteFault, match="extension lines"):
        QUANTUM.signature(more, NOON)


def a_note_signature_is_no_cosignature() -> None:
    twin = pair("twin.example")
    cosigner = pair("twin.example", COSIGNED_ED25519)
    assert twin.key.public == cosigner.key.public
    assert twin.key.key_id != cosigner.key.key_id
    assert not cosigner.verifier.verify(MADE.text, bytes(8) + twin.signature(MADE).value)


def a_subtree_is_cosigned_without_a_time() -> None:
    part = Subtree(ORIGIN, 8, 13, bytes(32))
    signature = cosignatures.cosign_subtree(part, QUANTUM.key, QUANTUM.sign)
    key = Mldsa44Cosigner(QUANTUM.key)
    assert cosignatures.cosigned_at(signature) == 0
    assert key.verify_subtree(part, signature)
    for other in (
        msgspec.structs.replace(part, end=12),
        msgspec.structs.replace(part, start=0),
        msgspec.structs.replace(part, root=bytes(31) + b"1"),
        msgspec.structs.replace(part, origin="other.example"),
        msgspec.structs.replace(part, start=5),
    ):
        assert not key.verify_subtree(other, signature)
    assert not key.verify_subtree(part, msgspec.structs.replace(signature, name="w.example/other"))
    assert not key.verify_subtree(part, msgspec.structs.replace(signature, value=signature.value[:-1]))
    timed = msgspec.structs.replace(signature, value=b"\0" * 7 + b"\1" + signature.value[8:])
    assert not key.verify_subtree(part, timed)


def a_whole_tree_is_a_subtree_too() -> None:
    whole = Subtree(ORIGIN, 0, MADE.size, MADE.root)
    assert Mldsa44Cosigner(QUANTUM.key).verify_subtree(whole, QUANTUM.signature(MADE, NOON))


@pytest.mark.parametrize(
    "part",
    [
        Subtree(ORIGIN, 5, 13, bytes(32)),
        Subtree(ORIGIN, 8, 13, bytes(31)),
        Subtree(ORIGIN, 5, 5, bytes(32)),
        Subtree("", 0, 1, bytes(32)),
        Subtree("o" * 256, 0, 1, bytes(32)),
    ],
)
def no_subtree_is_cosigned_that_cannot_be_one(part: Subtree) -> None:
    with pytest.raises(NoteFault):
        cosignatures.cosign_subtree(part, QUANTUM.key, QUANTUM.sign)


def an_empty_subtree_has_one_hash() -> None:
    part = Subtree(ORIGIN, 5, 5, tree.EMPTY_ROOT)
    assert Mldsa44Cosigner(QUANTUM.key).verify_subtree(
        part, cosignatures.cosign_subtree(part, QUANTUM.key, QUANTUM.sign)
    )


@BOTH
@pytest.mark.parametrize("at", [-1, 2**63])
def no_time_is_signed_that_does_not_fit(one: Pair, at: int) -> None:
    with pytest.raises(NoteFault, match="time"):
        one.signature(MADE, at)


def no_key_serves_for_what_it_is_not() -> None:
    with pytest.raises(NoteFault):
        cosignatures.cosign(MADE, LOG.key, LOG.sign, NOON)
    with pytest.raises(NoteFault):
        cosignatures.cosign_subtree(Subtree(ORIGIN, 0, 1, bytes(32)), CLASSIC.key, CLASSIC.sign)
    with pytest.raises(NoteFault):
        cosignatures.verifier(LOG.key, WITNESS_KINDS)
    with pytest.raises(NoteFault):
        cosignatures.verifier(CLASSIC.key, LOG_KINDS)
    for wrong in (Ed25519Cosigner, Mldsa44Cosigner):
        with pytest.raises(NoteFault):
            wrong(msgspec.structs.replace(LOG.key, kind=ED25519))
    with pytest.raises(NoteFault):
        Mldsa44Cosigner(msgspec.structs.replace(QUANTUM.key, public=bytes(1311)))

"""Prove that an audit finds what was done to a log, and says honestly what only a witness can show."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.kernel.log.keys import LOG, NOON, ORIGIN, new_log, pair

from tidewaiter.kernel.log import audit, checkpoint, leaf, policy
from tidewaiter.kernel.log.audit import FLAWS, Audit
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519
from tidewaiter.kernel.log.memory import MemoryFiles
from tidewaiter.kernel.log.notes import Note

SIZE = 600
MUTATIONS_EACH = 100
DICE = random.Random(41)  # noqa: S311 - the same each time
Contents = dict[str, bytes]
WITNESS = pair("w.example/one", COSIGNED_ED25519)


def leaves(count: int) -> list[bytes]:
    """Make leaves."""
    at = datetime(2026, 7, 1, tzinfo=UTC)
    draw = DICE.randbytes
    kinds = ["record.kept", "finding", "decision.made", "read.privileged"]
    return [
        leaf.leaf(DICE.choice(kinds), at=at, actor=draw(16), identity=draw(16), commit=draw(32)) for _ in range(count)
    ]


LEAVES = leaves(SIZE)


def log_of(entries: list[bytes]) -> Contents:
    """Make a log of entries, as whoever has its key can."""
    files = MemoryFiles()
    new_log(files, entries)
    return files.contents()


SOUND = log_of(LEAVES)
STATE = checkpoint.parse(SOUND["checkpoint"])[0]
WITNESSED = Note(STATE.text, (LOG.signature(STATE), WITNESS.signature(STATE, NOON))).data


def audited(contents: Contents, *given: bytes) -> Audit:
    """Audit a log."""
    return audit.audit(MemoryFiles(contents), ORIGIN, [LOG.verifier], given=given, check_entry=leaf.parse)


def flipped(contents: Contents, name: str, at: int, dice: random.Random) -> Contents:
    """Flip one bit of a byte."""
    data = bytearray(contents[name])
    data[at] ^= 1 << dice.randrange(8)
    return {**contents, name: bytes(data)}


def any_byte_of(name: str) -> Callable[[random.Random], Contents]:
    """Return what flips a bit anywhere in a file."""
    return lambda dice: flipped(SOUND, name, dice.randrange(len(SOUND[name])), dice)


def bit_of_a_hash(dice: random.Random) -> Contents:
    """Flip a bit of a hash of any level."""
    return any_byte_of(dice.choice(["level-0", "level-0", "level-1"]))(dice)


def replaced(dice: random.Random) -> Contents:
    """Put another leaf in an entry's place, with its own hash in the lowest level."""
    at = dice.randrange(SIZE)
    other = log_of([*LEAVES[:at], leaves(1)[0], *LEAVES[at + 1 :]])
    return {**SOUND, **{name: other[name] for name in ("entries", "offsets", "level-0")}}


def removed(dice: random.Random) -> Contents:
    """Take an entry out and rebuild everything but the checkpoint."""
    at = dice.randrange(SIZE)
    return {**log_of(LEAVES[:at] + LEAVES[at + 1 :]), "checkpoint": SOUND["checkpoint"]}


def swapped(dice: random.Random) -> Contents:
    """Exchange two entries and rebuild everything but the checkpoint."""
    one, other = dice.sample(range(SIZE), 2)
    entries = list(LEAVES)
    entries[one], entries[other] = entries[other], entries[one]
    return {**log_of(entries), "checkpoint": SOUND["checkpoint"]}


def missing(dice: random.Random) -> Contents:
    """Take a file away, or cut it."""
    name = dice.choice([*SOUND])
    if dice.random() < 0.3:
        return {one: data for one, data in SOUND.items() if one != name}
    return {**SOUND, name: SOUND[name][: dice.randrange(len(SOUND[name]))]}


def rewritten(dice: random.Random) -> Contents:
    """Change an entry, and sign all anew with the log's own key."""
    at = dice.randrange(SIZE)
    return log_of([*LEAVES[:at], leaves(1)[0], *LEAVES[at + 1 :]])


def inserted(dice: random.Random) -> Contents:
    """Put an entry in, or one twice, and sign all anew with the log's own key."""
    at = dice.randrange(SIZE)
    return log_of([*LEAVES[:at], dice.choice([leaves(1)[0], LEAVES[at]]), *LEAVES[at:]])


def rolled_back(dice: random.Random) -> Contents:
    """Go back to an earlier state, signed at that time."""
    return log_of(LEAVES[: dice.randrange(SIZE)])


CLASSES: dict[str, tuple[Callable[[random.Random], Contents], bool]] = {
    "a bit of an entry": (any_byte_of("entries"), True),
    "a bit of an offset": (any_byte_of("offsets"), True),
    "a bit of a hash": (bit_of_a_hash, True),
    "a bit of the checkpoint": (any_byte_of("checkpoint"), True),
    "an entry replaced": (replaced, True),
    "an entry removed": (removed, True),
    "two entries swapped": (swapped, True),
    "a file cut or missing": (missing, True),
    "rewritten with the log's key": (rewritten, False),
    "rolled back or added to with the log's key": (lambda dice: dice.choice([rolled_back, inserted])(dice), False),
}
"""Ten ways to spoil a log: name -> (what it does, whether the log alone can show it)."""


@pytest.mark.parametrize("name", CLASSES)
def every_mutation_is_found_with_a_witnessed_checkpoint(name: str) -> None:
    spoil, alone = CLASSES[name]
    dice = random.Random(name)  # noqa: S311 - the same each time
    found = Counter[str]()
    for _ in range(MUTATIONS_EACH):
        contents = spoil(dice)
        assert contents != SOUND
        found["alone"] += not audited(contents).sound
        found["witnessed"] += not audited(contents, WITNESSED).sound
    assert found["witnessed"] == MUTATIONS_EACH
    assert found["alone"] == (MUTATIONS_EACH if alone else 0)


def the_mutations_are_ten_classes_and_a_thousand_mutations() -> None:
    assert len(CLASSES) * MUTATIONS_EACH == 1_000


def a_sound_log_has_no_flaw() -> None:
    found = audited(SOUND, WITNESSED)
    assert (found.sound, found.size, found.root, found.checkpoints) == (True, SIZE, STATE.root, 2)


def an_earlier_checkpoint_of_a_sound_log_has_no_flaw() -> None:
    earlier = [log_of(LEAVES[:size])["checkpoint"] for size in (0, 1, 255, 256, 257, 599)]
    found = audited(SOUND, *earlier)
    assert (found.sound, found.checkpoints) == (True, 7)


@pytest.mark.parametrize(
    ("contents", "code", "where"),
    [
        (flipped(SOUND, "entries", 1_000, DICE), "entry-hash", "entry 5"),
        (flipped(SOUND, "level-0", 32 * 400, DICE), "entry-hash", "entry 400"),
        (flipped(SOUND, "level-1", 32, DICE), "level-hash", "level 1, hash 1"),
        (flipped(SOUND, "offsets", 8 * 7 + 7, DICE), "offset", "entry 7"),
        ({**SOUND, "level-0": SOUND["level-0"] + bytes(32)}, "file-length", "level-0"),
        ({**SOUND, "level-7": b"x"}, "file-length", "level-7"),
        ({name: data for name, data in SOUND.items() if name != "level-1"}, "file-missing", "level-1"),
        ({name: data for name, data in SOUND.items() if name != "checkpoint"}, "checkpoint-missing", "checkpoint"),
        ({**SOUND, "checkpoint": b"nonsense"}, "checkpoint-missing", "checkpoint"),
        (log_of([*LEAVES, b"no leaf"]), "leaf", "entry 600"),
    ],
)
def a_flaw_says_what_is_wrong_and_where(contents: Contents, code: str, where: str) -> None:
    found = audited(contents)
    assert [one for one in found.flaws if one.code == code and where in one.where], found.flaws
    assert all(one.sentence.startswith(FLAWS[one.code]) for one in found.flaws)


def a_checkpoint_given_by_others_says_what_it_contradicts() -> None:
    assert [one.code for one in audited(log_of(LEAVES[:500]), WITNESSED).flaws] == ["checkpoint-ahead"]
    assert [one.code for one in audited(rewritten(DICE), WITNESSED).flaws] == ["checkpoint-root"]


def a_given_checkpoint_that_nobody_signed_is_a_flaw_and_not_evidence() -> None:
    forged = Note(STATE.text, (pair(ORIGIN, seed="other").signature(STATE),)).data
    found = audited(SOUND, forged)
    assert [one.code for one in found.flaws] == ["checkpoint-signature"]
    assert found.checkpoints == 1


def a_given_checkpoint_must_have_the_quorum_of_a_policy() -> None:
    rule = policy.parse(f"log {LOG.key.vkey}\nwitness w {WITNESS.key.vkey}\nquorum w\n".encode())
    for given, codes in ((WITNESSED, []), (SOUND["checkpoint"], ["checkpoint-signature"])):
        found = audit.audit(MemoryFiles(SOUND), ORIGIN, [LOG.verifier], given=[given], policy=rule)
        assert [one.code for one in found.flaws] == codes


def the_witnessed_checkpoint_that_the_log_keeps_is_compared_too() -> None:
    assert audited({**SOUND, "checkpoint-witnessed": WITNESSED}).checkpoints == 2
    found = audited({**rewritten(DICE), "checkpoint-witnessed": WITNESSED})
    assert [one.code for one in found.flaws] == ["checkpoint-root"]

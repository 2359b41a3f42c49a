"""Prove that an exercise asks without telling, and lets nothing be changed unseen."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.playground.small_world import made

from tidewaiter.kernel.errors import Conflict, KeyFault, NotFound, NotProven, Refused, TidewaiterError
from tidewaiter.kernel.log import notes
from tidewaiter.kernel.log.notes import ED25519, Ed25519Verifier, Key, Note
from tidewaiter.kernel.seal import files
from tidewaiter.playground.exercise import Lesson, Pack, debrief, make_pack, mark, new_code, verify
from tidewaiter.playground.exercise.clues import CLUES, clue_of
from tidewaiter.world.schemes import all_schemes
from tidewaiter.world.score import Decision
from tidewaiter.world.truth import open_truth, read_manifest

CODE = "TIDES-TURN"
LESSON = Lesson(title="Two in ten", country="NL", day=date(2026, 1, 6), before=1, inspections=3)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Key("customs.example/log", ED25519, PRIVATE.public_key().public_bytes_raw())


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make guesses cheap, so that the tests are quick."""
    monkeypatch.setattr(files, "SCRYPT_N", 2)


def signed(text: str) -> Note:
    """Return a text signed with the test's key."""
    return Note(text, (notes.sign(text, KEY, PRIVATE.sign),))


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Give the folder of a small world."""
    return made(tmp_path / "world")


def packed(world: Path, lesson: Lesson = LESSON, *, code: str = CODE, name: str = "pack.zip") -> Path:
    """Make a pack of it, beside it."""
    manifest, path = read_manifest(world), world.parent / name
    truth = open_truth(world, "tide", manifest.context)
    with path.open("wb") as out:
        make_pack(out, world, manifest, truth, lesson, code=code, sign=signed)
    return path


def chosen(*references: str) -> list[Decision]:
    """Return an answer that inspects these."""
    return [Decision(country="NL", reference=one, action="inspect") for one in references]


def a_trainee_gets_the_records_and_the_question_and_not_the_truth(world: Path, tmp_path: Path) -> None:
    with Pack(packed(world)) as pack:
        assert pack.hand_out(tmp_path / "trainee") == 6
    given = sorted(path.relative_to(tmp_path / "trainee").as_posix() for path in (tmp_path / "trainee").rglob("*.*"))
    assert given == [
        "mappings/csv.toml",
        "mappings/outcomes.toml",
        "question.json",
        "records/2026-01-05T1800-csv.csv",
        "records/2026-01-05T1800-outcomes.csv",
        "records/2026-01-06T1800-csv.csv",
    ]
    question = json.loads((tmp_path / "trainee" / "question.json").read_text(encoding="utf-8"))
    assert (question["declarations"], question["inspections"]) == (10, 3)
    assert question["task"].startswith("10 declarations are lodged in NL on 2026-01-06. At most 3")
    with Pack(world.parent / "pack.zip") as pack, pytest.raises(Conflict, match="not an empty folder"):
        pack.hand_out(tmp_path / "trainee")


def nothing_in_a_pack_tells_what_was_planted(world: Path) -> None:
    data = packed(world).read_bytes()
    assert [word for word in (b"hidden", b"undervaluation", b"worth more", CODE.encode()) if word in data] == []


def the_same_lesson_gives_the_same_bytes(world: Path) -> None:
    assert packed(world).read_bytes() == packed(world, name="again.zip").read_bytes()
    assert packed(world).read_bytes() != packed(world, code="ANOTHER-ONE", name="again.zip").read_bytes()


def the_trainer_reads_the_stories_what_gave_them_away_and_where(world: Path) -> None:
    with Pack(packed(world)) as pack:
        told = debrief(pack, CODE)
    assert [one.planted.scheme for one in told.stories] == ["undervaluation", "hidden"]
    assert "value of a kilogram" in told.stories[0].clue
    assert told.stories[0].law.startswith("WTO Agreement on Customs Valuation")
    assert (told.stories[1].law, told.stories[1].how) == ("", "")
    assert told.stories[1].named == {"26NL12": ["records/2026-01-06T1800-csv.csv"]}
    assert [one.reference for one in told.slips] == ["26NL15"]


def a_wrong_code_opens_nothing(world: Path) -> None:
    with Pack(packed(world)) as pack, pytest.raises(KeyFault, match="another seed or code"):
        debrief(pack, "TIDES-TURNED")


def an_answer_is_marked_for_the_day_that_was_asked(world: Path) -> None:
    with Pack(packed(world)) as pack:
        marked = mark(pack, chosen("26NL12", "26NL17"), CODE)
    [line] = marked.score.selections
    assert (line.planted, line.found, line.held, line.declared) == (2, 1, 1, 10)
    assert [(one.scheme, one.found) for one in marked.answers] == [("undervaluation", False), ("hidden", True)]
    assert marked.score.remarks == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (chosen("26NL11", "26NL12", "26NL13", "26NL14"), "inspects 4; at most 3"),
        ([Decision(country="NL", reference="26NL11", action="release")], "chooses nothing"),
        ([Decision(country="GH", reference="26NL11", action="inspect")], "chooses nothing to inspect in NL"),
    ],
)
def an_answer_outside_the_question_is_refused(world: Path, answer: list[Decision], said: str) -> None:
    with Pack(packed(world)) as pack, pytest.raises(Refused, match=said):
        mark(pack, answer, CODE)


@pytest.mark.parametrize(
    ("lesson", "code", "said"),
    [
        (Lesson(title="x", country="TR", day=LESSON.day), CODE, "no country of this world"),
        (Lesson(title="x", country="NL", day=date(2026, 1, 8)), CODE, "no day of this world"),
        (Lesson(title="x\n", country="NL", day=LESSON.day), CODE, "A title has"),
        (Lesson(title="x", country="NL", day=LESSON.day), "short", "could be guessed open"),
        (Lesson(title="x", country="NL", day=LESSON.day, inspections=11), CODE, "11 inspections are asked for"),
    ],
)
def a_lesson_that_will_not_do_is_refused(world: Path, lesson: Lesson, code: str, said: str) -> None:
    with pytest.raises((NotFound, Refused), match=said):
        packed(world, lesson, code=code)


def a_world_that_was_changed_makes_no_exercise(world: Path) -> None:
    (world / "NL" / "2026-01-05T1800-csv.csv").write_bytes(b"x")
    with pytest.raises(Refused, match="was changed since the world was made"):
        packed(world)


def a_pack_is_verified_against_the_key_that_one_brings(world: Path) -> None:
    contents, flaws = verify(packed(world), [Ed25519Verifier(KEY)])
    assert (contents.question.title, flaws) == ("Two in ten", [])
    other = Key("customs.example/log", ED25519, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    with pytest.raises(NotProven, match="No known key"):
        verify(packed(world), [Ed25519Verifier(other)])


def rebuilt(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """Write a pack anew with other files in it."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def what_was_changed_in_a_pack_is_named(world: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        entries["records/2026-01-05T1800-csv.csv"] += b"x"
        entries["records/extra.csv"] = b"x"
        del entries["mappings/csv.toml"]

    _, flaws = verify(rebuilt(packed(world), change), [Ed25519Verifier(KEY)])
    assert [(one.path, one.what) for one in flaws] == [
        ("mappings/csv.toml", "is missing"),
        ("records/2026-01-05T1800-csv.csv", "was changed"),
        ("records/extra.csv", "is not in the contents"),
    ]


def a_question_that_was_changed_with_its_hash_is_not_signed(world: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        entries["exercise.note"] = entries["exercise.note"].replace(b'"inspections":3', b'"inspections":9')

    with pytest.raises(NotProven, match="does not hold"):
        verify(rebuilt(packed(world), change), [Ed25519Verifier(KEY)])


def no_changed_byte_of_a_pack_passes(world: Path, tmp_path: Path) -> None:
    data, passed = packed(world).read_bytes(), []
    chance = random.Random(7)  # noqa: S311 - the same bytes every time
    path = tmp_path / "changed.zip"
    for at in range(0, len(data), 11):
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :])
        try:
            _, flaws = verify(path, [Ed25519Verifier(KEY)])
        except TidewaiterError:
            continue
        passed += [at] if not flaws else []
    assert passed == []


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "records/../../evil", "records/.hidden", "records/a/b", "x"])
def an_archive_that_could_write_elsewhere_is_refused(world: Path, name: str) -> None:
    path = rebuilt(packed(world), lambda entries: entries.setdefault(name, b"x"))
    with pytest.raises(Refused, match="which no pack has"):
        Pack(path)


def what_is_compressed_or_no_archive_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("records/bomb.csv", bytes(1_000_000))
    for data in (out.getvalue(), b"", b"PK\x05\x06" + bytes(30), b"x" * 5_000):
        (tmp_path / "junk.zip").write_bytes(data)
        with pytest.raises(TidewaiterError):
            Pack(tmp_path / "junk.zip")


def every_scheme_has_a_line_on_what_gives_it_away() -> None:
    assert sorted(CLUES) == sorted(all_schemes())
    for word in ("value", "classification", "origin", "quantity", "prohibited", "other"):
        assert clue_of("unheard-of", word).endswith(".")


def every_code_that_is_drawn_is_another_and_long_enough() -> None:
    codes = {new_code() for _ in range(50)}
    assert len(codes) == 50
    assert {len(code) for code in codes} == {23}

"""Type the commands of worlds and exercises, and read what they answer."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.playground.small_world import made
from typer.main import get_command

from tidewaiter.doors.cli.app import app
from tidewaiter.kernel.seal import files

Say = Callable[..., tuple[int, str, str]]
SEEDED = ("--seed", "tide")
CODED = ("--code", "TIDES-TURN")
LESSON = ("exercise", "make", "world", *SEEDED, "--country", "NL", "--day", "2026-01-06", "--inspect", "3", *CODED)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make guesses cheap, so that the tests are quick."""
    monkeypatch.setattr(files, "SCRYPT_N", 2)


@pytest.fixture
def world(say: Say, tmp_path: Path) -> Say:
    """Give a folder with a small world in it, made by hand."""
    made(tmp_path / "world")
    return say


@pytest.fixture
def node(world: Say) -> Say:
    """Give a folder with a world and a node in it."""
    assert world("init", "--administration", "NL")[0] == 0
    return world


def a_world_is_made_verified_and_made_again_from_its_seed(say: Say, tmp_path: Path) -> None:
    few = ("--countries", "GH,NL", "--days", "2", "--consignments", "20", "--json")
    code, out, err = say("world", "make", "--out", "one", *few)
    assert code == 0, err
    told = json.loads(out)
    assert told["counts"]["GH"]["csv"]["letters"] > 0
    assert {"inventing", "sealing", "writing", "filing", "all"} <= set(told["seconds"])
    assert len(told["seed"]) == 32
    assert say("world", "verify", "one")[0] == 0
    assert say("world", "truth", "one", "--seed", told["seed"])[0] == 0
    assert "seed" not in json.loads(say("world", "make", "--out", "two", "--seed", told["seed"], *few)[1])
    manifests = [(tmp_path / name / "manifest.json").read_bytes() for name in ("one", "two")]
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--countries", "GH,QQ"), 4, "QQ, which cannot have a node"),
        (("--countries", "0"), 4, "there are 10"),
        (("--countries", ","), 4, "names none"),
        (("--start", "soon"), 2, "soon"),
        (("--window-hours", "7"), 4, "do not fill a day"),
    ],
)
def a_world_that_cannot_be_made_is_said(say: Say, words: tuple[str, ...], code: int, said: str) -> None:
    got, _, err = say("world", "make", "--out", "one", *words)
    assert (got, said in err) == (code, True), err


def a_folder_in_use_is_not_written_to(world: Say) -> None:
    code, _, err = world("world", "make", "--out", "world", "--days", "1", "--consignments", "1")
    assert (code, "not an empty folder" in err) == (11, True)


def the_truth_is_told_by_scheme_and_by_reference(world: Say) -> None:
    code, out, _ = world("world", "truth", "world", *SEEDED)
    assert (code, "undervaluation" in out, "It was hidden." in out) == (0, True, True)
    _, out, _ = world("world", "truth", "world", *SEEDED, "--reference", "BL-1", "--json")
    assert [one["references"] for one in json.loads(out)] == [["26NL12", "BL-1"]]
    code, _, err = world("world", "truth", "world", *SEEDED, "--scheme", "unheard")
    assert (code, "Nothing that was planted fits" in err) == (7, True)


def a_wrong_seed_and_a_changed_truth_are_told_apart(world: Say, tmp_path: Path) -> None:
    code, _, err = world("world", "truth", "world", "--seed", "ebb")
    assert (code, "another seed or code" in err) == (18, True)
    path = tmp_path / "world" / "truth.sealed"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    code, _, err = world("world", "truth", "world", *SEEDED)
    assert (code, "was changed in its bytes" in err) == (18, True)


def the_decisions_are_scored_as_a_table_and_as_json(world: Say, tmp_path: Path) -> None:
    rows = [f"NL,26NL{day}{place},{place < 4},{1 - place / 10}" for day in range(3) for place in range(10)]
    text = "\n".join(["country,reference,action,probability", *rows])
    (tmp_path / "d.csv").write_text(text.replace("True", "inspect").replace("False", "release"), encoding="utf-8")
    code, out, _ = world("world", "score", "world", "d.csv", *SEEDED)
    assert (code, "What was found" in out, "undervaluation" in out) == (0, True, True)
    lines = json.loads(world("world", "score", "world", "d.csv", *SEEDED, "--json")[1])["selections"]
    assert [(one["way"], one["inspected"], one["found"]) for one in lines] == [
        ("decided", 12, 6),
        ("5%", 3, 0),
        ("10%", 3, 0),
    ]
    (tmp_path / "d.csv").write_text("reference,action\n26NL12,inspect\n", encoding="utf-8")
    code, _, err = world("world", "score", "world", "d.csv", *SEEDED)
    assert (code, "row 1, has no country" in err) == (3, True)
    assert world("world", "score", "world", "d.csv", *SEEDED, "--country", "nl")[0] == 0


def a_changed_file_of_a_world_is_named(world: Say, tmp_path: Path) -> None:
    assert world("world", "verify", "world")[0] == 0
    (tmp_path / "world" / "NL" / "2026-01-05T1800-csv.csv").write_text("x", encoding="utf-8")
    code, out, _ = world("world", "verify", "world")
    assert (code, "2026-01-05T1800-csv.csv" in out) == (2, True)
    (tmp_path / "world" / "manifest.json").unlink()
    assert world("world", "verify", "world")[0] == 7


def an_exercise_goes_from_the_trainer_to_the_trainee_and_back(node: Say, tmp_path: Path) -> None:
    code, out, err = node(*LESSON, "--out", "pack.zip")
    assert code == 0, err
    assert "At most 3 can be inspected" in out
    key = node("log", "key")[1].strip()
    assert key in out
    assert json.loads(node("log", "status", "--json")[1])["kinds"]["exercise.made"] == 1
    code, out, _ = node("exercise", "verify", "pack.zip", "--log-key", key)
    assert (code, "Signed, and whole." in out) == (0, True)
    assert node("exercise", "open", "pack.zip", "--to", "mine")[0] == 0
    assert (tmp_path / "mine" / "records" / "2026-01-06T1800-csv.csv").is_file()
    assert not list((tmp_path / "mine").rglob("truth*"))
    (tmp_path / "answer.csv").write_text("reference,action\n26NL12,inspect\n26NL17,inspect\n", encoding="utf-8")
    code, out, _ = node("exercise", "mark", "pack.zip", "answer.csv", *CODED)
    assert (code, "It was hidden." in out) == (0, True)
    marked = json.loads(node("exercise", "mark", "pack.zip", "answer.csv", *CODED, "--json")[1])
    assert (marked["score"]["selections"][0]["found"], marked["score"]["selections"][0]["held"]) == (1, 1)
    code, out, _ = node("exercise", "debrief", "pack.zip", *CODED)
    assert (code, "What gives it away" in out, "transposed" in out, "kilogram" in out) == (0, True, True, True)
    assert len(json.loads(node("exercise", "debrief", "pack.zip", *CODED, "--json")[1])["stories"]) == 2


def what_cannot_be_packed_or_opened_is_said(node: Say, tmp_path: Path) -> None:
    code, _, err = node(*LESSON[:-4], "--code", "short", "--out", "pack.zip")
    assert (code, "could be guessed open" in err) == (3, True)
    assert list(tmp_path.glob("*pack.zip*")) == []
    assert node(*LESSON, "--out", "pack.zip")[0] == 0
    assert node(*LESSON, "--out", "pack.zip")[0] == 11
    assert node("exercise", "debrief", "pack.zip", "--code", "TIDES-TURNED")[0] == 18
    assert node("exercise", "verify", "pack.zip")[0] == 4
    (tmp_path / "junk.zip").write_bytes(b"junk")
    assert node("exercise", "open", "junk.zip", "--to", "mine")[0] == 3


@pytest.mark.parametrize("page", ["make-a-world", "train-with-an-exercise"])
def every_command_of_the_pages_has_the_options_that_it_names(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / f"{page}.md").read_text(encoding="utf-8")
    typed = [shlex.split(one)[1:] for one in re.findall(r"^tidewaiter (?:world|exercise) .*$", text, re.MULTILINE)]
    assert len(typed) > 3
    for noun, verb, *words in typed:
        command = get_command(app).commands[noun].commands[verb]  # type: ignore[attr-defined]
        known = {option for parameter in command.params for option in parameter.opts}
        assert [word for word in words if word.startswith("--") and word not in known] == [], verb


def only_who_may_teach_makes_an_exercise(node: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for place in ("session", "login", "officer"):
        monkeypatch.setattr(f"tidewaiter.doors.cli.{place}.account", lambda: "tester")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert node("officer", "add", "tester", "--role", "administrator", "--reason", "first")[0] == 0
    code, _, err = node(*LESSON, "--out", "pack.zip")
    assert (code, "run courses" in err) == (20, True), err
    assert not (tmp_path / "pack.zip").exists()

"""Prove that an evidence bundle convinces a stranger, and that no changed byte of it does."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tidewaiter import evidence
from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.kernel.log import bundle, policy
from tidewaiter.kernel.log.notes import parse_key
from tidewaiter.kernel.log.policy import Party, Policy

Say = Callable[..., tuple[int, str, str]]
SCRIPT = Path(__file__).parents[2] / "examples" / "verify_evidence.py"
LINE = {"kind": "Declaration", "lrn": "L1", "parties": [{"role": "importer", "id": "X", "name": "Quillfeather"}]}


@pytest.fixture
def made(say: Say, tmp_path: Path) -> tuple[Say, str]:
    """Give a folder with a node that has a declaration, and its log's key."""
    (tmp_path / "one.jsonl").write_text(json.dumps(LINE) + "\n", encoding="utf-8")
    say("init", "--administration", "KR")
    say("receive", "one.jsonl")
    return say, say("log", "key")[1].strip()


def stranger(*words: str) -> tuple[int, str]:
    """Run the script that stands among the examples, which knows nothing of this program."""
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def a_stranger_verifies_what_is_handed_over(made: tuple[Say, str], tmp_path: Path) -> None:
    say, key = made
    assert say("evidence", "bundle", "L1")[0] == 0
    file = str(tmp_path / "L1.evidence.json")
    code, said = stranger(file, "--log-key", key)
    assert (code, "Everything in it holds." in said) == (0, True)
    assert "Quillfeather" not in said
    code, out, _ = say("evidence", "verify", "L1.evidence.json", "--log-key", key)
    assert (code, "1 sealed part is not disclosed" in out) == (0, True)


def what_is_personal_is_disclosed_for_a_purpose_and_the_log_has_it(made: tuple[Say, str], tmp_path: Path) -> None:
    say, key = made
    say("evidence", "bundle", "L1", "--purpose", "mutual-assistance", "--out", "shown.json")
    code, said = stranger(str(tmp_path / "shown.json"), "--log-key", key)
    assert (code, "Quillfeather" in said) == (0, True)
    assert "Quillfeather" in say("evidence", "verify", "shown.json", "--log-key", key)[1]
    assert json.loads(say("log", "status", "--json")[1])["kinds"]["data.disclosed"] == 1


def what_is_disclosed_is_in_a_file_of_its_owner_alone(made: tuple[Say, str], tmp_path: Path) -> None:
    say, key = made
    (tmp_path / "shown.json").write_bytes(b" " * 100_000)
    (tmp_path / "shown.json").chmod(0o644)
    say("evidence", "bundle", "L1", "--purpose", "mutual-assistance", "--out", "shown.json")
    assert (tmp_path / "shown.json").stat().st_mode & 0o077 == 0
    assert say("evidence", "verify", "shown.json", "--log-key", key)[0] == 0


def no_changed_byte_is_believed(made: tuple[Say, str], tmp_path: Path) -> None:
    say, key = made
    say("evidence", "bundle", "L1", "--purpose", "audit", "--out", "whole.json")
    data = (tmp_path / "whole.json").read_bytes()
    trusted = Policy((Party(parse_key(key)),), {}, {}, policy.NONE)
    assert bundle.verify(data, trusted, (), evidence.open_sealed).disclosed == {"/parties/0/name": "Quillfeather"}
    chance = random.Random(3)  # noqa: S311 - the same bytes every time
    believed = []
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
        try:
            bundle.verify(changed, trusted, (), evidence.open_sealed)
        except TidewaiterError:
            continue
        believed.append(at)
    assert believed == []


def the_script_refuses_a_changed_byte_wherever_it_is(made: tuple[Say, str], tmp_path: Path) -> None:
    say, key = made
    say("evidence", "bundle", "L1", "--purpose", "audit", "--out", "whole.json")
    data = (tmp_path / "whole.json").read_bytes()
    for at in range(7, len(data), len(data) // 25):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        (tmp_path / "changed.json").write_bytes(changed)
        code, said = stranger(str(tmp_path / "changed.json"), "--log-key", key)
        assert (code, "Refused" in said) == (1, True), at


def a_different_key_is_not_believed_whatever_the_bundle_says(made: tuple[Say, str], tmp_path: Path) -> None:
    say, key = made
    say("evidence", "bundle", "L1")
    say("--home", "other", "init", "--administration", "KR")
    other = say("--home", "other", "log", "key")[1].strip()
    assert say("evidence", "verify", "L1.evidence.json", "--log-key", other)[0] == 14
    assert stranger(str(tmp_path / "L1.evidence.json"), "--log-key", other)[0] == 1
    assert stranger(str(tmp_path / "L1.evidence.json"), "--log-key", key[:-2] + "AA")[0] == 1


def a_record_whose_keys_are_gone_has_no_evidence(made: tuple[Say, str]) -> None:
    say, _ = made
    say("shred", "record", "L1", "--reason", "asked", "--yes")
    code, _, err = say("evidence", "bundle", "L1")
    assert (code, "destroyed" in err) == (19, True)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format":"tidewaiter-evidence/1"}', "\xff", "{" * 5_000])
def what_is_no_bundle_is_said(say: Say, tmp_path: Path, text: str) -> None:
    (tmp_path / "junk.json").write_text(text, encoding="utf-8")
    assert say("evidence", "verify", "junk.json", "--log-key", "a.example+00000000+AAAA")[0] in {13, 14}

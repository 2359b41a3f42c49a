"""Type the commands of log, keys, shredding and backup, and read what they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Say = Callable[..., tuple[int, str, str]]
LINES = [
    {"kind": "Declaration", "lrn": f"L{number}", "parties": [{"role": "importer", "id": "X", "name": f"Zzyx{number}"}]}
    for number in range(3)
]


@pytest.fixture
def made(say: Say, tmp_path: Path) -> Say:
    """Give a folder with a node that has three declarations."""
    (tmp_path / "three.jsonl").write_text("".join(json.dumps(one) + "\n" for one in LINES), encoding="utf-8")
    assert say("init", "--administration", "KR")[0] == 0
    assert say("receive", "three.jsonl")[0] == 0
    return say


def the_log_tells_what_is_in_it(made: Say) -> None:
    code, out, _ = made("log", "status")
    assert code == 0
    assert "record.kept" in out
    assert "no checkpoint has its quorum" in out
    facts = json.loads(made("log", "status", "--json")[1])
    assert facts["entries"] == facts["signed"] > 3
    assert facts["waiting"] == 0
    assert made("log", "key")[1].strip() == facts["key"]
    code, out, _ = made("log", "checkpoint")
    assert out.startswith(f"{facts['origin']}\n{facts['entries']}\n")


def an_entry_is_proven_and_verified_without_the_node(made: Say, tmp_path: Path) -> None:
    key = made("log", "key")[1].strip()
    assert made("log", "prove", "1", "--out", "one")[0] == 0
    code, out, _ = made("log", "verify", "one.tlog-proof", "--leaf", "one.leaf", "--log-key", key)
    assert code == 0
    assert "Proven: it is entry 1" in out
    leaf = (tmp_path / "one.leaf").read_bytes()
    (tmp_path / "one.leaf").write_bytes(leaf[:-3] + b"x" + leaf[-2:])
    code, _, err = made("log", "verify", "one.tlog-proof", "--leaf", "one.leaf", "--log-key", key)
    assert code == 14
    code, _, err = made("log", "verify", "one.tlog-proof", "--leaf", "one.leaf")
    assert code == 4
    assert "Nobody to trust" in err
    assert made("log", "prove", "100000")[0] == 7


def an_audit_finds_nothing_and_then_what_was_changed(made: Say, tmp_path: Path) -> None:
    code, out, _ = made("log", "audit")
    assert (code, "Nothing is wrong with it." in out) == (0, True)
    entries = tmp_path / "tidewaiter-node" / "log" / "entries"
    data = bytearray(entries.read_bytes())
    data[30] ^= 1
    entries.write_bytes(bytes(data))
    code, out, _ = made("log", "audit")
    assert code == 2
    assert "things are wrong with it" in out


def the_log_is_exported_and_read_back(made: Say, tmp_path: Path) -> None:
    code, out, _ = made("log", "export", "published")
    assert code == 0
    assert "every hash right" in out
    assert (tmp_path / "published" / "checkpoint").exists()


def a_node_without_witnesses_says_so(made: Say) -> None:
    code, _, err = made("log", "witness")
    assert code == 4
    assert "names no witnesses" in err


def what_is_personal_is_shown_for_a_purpose_alone(made: Say) -> None:
    _, out, _ = made("show", "L0")
    assert "(sealed)" in out
    assert "Zzyx0" not in out
    _, out, _ = made("show", "L0", "--purpose", "investigation")
    assert "Zzyx0" in out
    code, _, err = made("show", "L0", "--source")
    assert code == 20
    assert "--purpose" in err
    assert "Zzyx0" in made("show", "L0", "--source", "--purpose", "investigation")[1]


def a_record_is_held_released_and_shredded(made: Say) -> None:
    assert made("shred", "hold", "L0", "--reason", "court order")[1].strip() == "Hold 1 is in force."
    assert "court order" in made("shred", "holds")[1]
    code, _, err = made("shred", "record", "L0", "--reason", "asked", "--yes")
    assert code == 11
    assert "forbids" in err
    assert made("shred", "lift", "1", "--reason", "over")[0] == 0
    code, out, _ = made("shred", "record", "L0", "--reason", "asked", "--yes")
    assert code == 0
    assert "Destroyed the personal data of 1 record" in out
    _, out, _ = made("show", "L0", "--purpose", "investigation")
    assert "(destroyed)" in out
    assert "Zzyx0" not in out


def nothing_is_destroyed_without_a_yes(made: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    import io  # noqa: PLC0415 - here alone

    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert made("shred", "record", "L1", "--reason", "asked")[0] == 130
    assert "Zzyx1" in made("show", "L1", "--purpose", "audit")[1]


def a_person_that_nobody_finds_and_an_identifier_that_is_none_are_said(made: Say) -> None:
    assert made("shred", "subject", "--by", "document=NONE1", "--reason", "asked", "--yes")[0] == 7
    assert made("shred", "subject", "--by", "document", "--reason", "asked", "--yes")[0] == 4
    assert made("shred", "subject", "--by", "sex=F", "--reason", "asked", "--yes")[0] == 4


def what_a_node_holds_is_its_owners_alone(made: Say, tmp_path: Path) -> None:
    assert made("log", "status")[0] == 0
    home = tmp_path / "tidewaiter-node"
    assert home.stat().st_mode & 0o077 == 0
    for name in ("node.sqlite3", "keys.sqlite3", "root.keys", "tidewaiter.toml"):
        assert (home / name).stat().st_mode & 0o077 == 0, name


def a_purpose_leaves_one_leaf_and_the_source_another(made: Say) -> None:
    made("show", "L1", "--purpose", "audit")
    assert json.loads(made("log", "status", "--json")[1])["kinds"]["data.read"] == 1
    made("show", "L1", "--purpose", "audit", "--source")
    assert json.loads(made("log", "status", "--json")[1])["kinds"]["data.read"] == 3


def a_new_epoch_begins_and_the_keys_are_told(made: Say) -> None:
    assert "1" in made("keys", "status")[1]
    assert made("keys", "check")[0] == 0
    code, out, _ = made("keys", "rotate", "--reason", "monthly")
    assert code == 0
    assert "Epoch 2 has begun" in out
    assert json.loads(made("keys", "status", "--json")[1])["epoch"] == 2
    assert "Zzyx2" in made("show", "L2", "--purpose", "audit")[1]


def a_node_is_backed_up_and_restored_elsewhere(made: Say, tmp_path: Path) -> None:
    code, out, _ = made("backup", "copy", "--keys", "keys")
    assert code == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "root.keys").write_bytes((tmp_path / "tidewaiter-node" / "root.keys").read_bytes())
    (tmp_path / "other" / "root.keys").chmod(0o600)
    code, out, _ = made("--home", "other", "restore", "copy", "--keys", "keys")
    assert code == 0
    assert "No witness is named" in out
    assert "Zzyx2" in made("--home", "other", "show", "L2", "--purpose", "audit")[1]
    assert made("--home", "other", "restore", "copy")[0] == 11


def the_doctor_looks_at_log_and_keys(made: Say, tmp_path: Path) -> None:
    found = {one["check"]: one for one in json.loads(made("doctor", "--json")[1])}
    assert found["log"]["state"] == "well"
    assert found["keys"]["state"] == "look"
    assert "without a passphrase" in found["keys"]["detail"]
    assert "nobody is registered" in found["officers"]["detail"]
    (tmp_path / "tidewaiter-node" / "log" / "checkpoint").unlink()
    found = {one["check"]: one for one in json.loads(made("doctor", "--json")[1])}
    assert found["log"]["state"] == "wrong"

"""Prove that the doctor tells what is set, and no password."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Say = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("form", ["--settings", "--json"])
def no_password_of_an_address_is_told(say: Say, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setenv("TIDEWAITER_DATABASE_URL", "postgresql://kim:pa@ss:word@db.example:5432/customs")
    monkeypatch.setenv("TIDEWAITER_VAULT_URL", "https://vault.example:8200")
    code, out, _ = say("doctor", *dict.fromkeys(("--settings", form)))
    assert code == 0
    assert "ss:word" not in out
    if form == "--json":
        told = {one["name"]: one["value"] for one in json.loads(out)}
        assert told["database_url"] == "postgresql://kim:***@db.example:5432/customs"
        assert told["vault_url"] == "https://vault.example:8200"


def a_file_with_a_secret_that_others_may_read_is_told(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say("init")[0] == 0
    token = tmp_path / "token"
    token.write_text("s.invented", encoding="utf-8")
    monkeypatch.setenv("TIDEWAITER_VAULT_TOKEN_FILE", str(token))
    for mode, state in ((0o644, "look"), (0o600, "well")):
        token.chmod(mode)
        [told] = [one for one in json.loads(say("doctor", "--json")[1]) if one["check"] == "secrets"]
        assert told["state"] == state
        assert (str(token) in told["detail"]) is (state == "look")
        assert "s.invented" not in told["detail"]

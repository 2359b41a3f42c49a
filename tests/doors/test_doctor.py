"""Prove that the doctor tells what is set, and no password."""

from __future__ import annotations

import json
from collections.abc import Callable

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

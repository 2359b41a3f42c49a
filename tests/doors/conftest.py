"""Share ways to type a command in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tidewaiter.doors.cli.app import run

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Give a way to type a command in an empty folder and see its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIDEWAITER_OFFICER", "tester")

    def type_in(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return code, printed.out, printed.err

    return type_in

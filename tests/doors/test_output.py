"""Prove that what was sent cannot drive the terminal of who reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.text import Text

from tidewaiter.doors.cli import output
from tidewaiter.kernel.errors import Refused

Say = Callable[..., tuple[int, str, str]]
WILD = "a\x1b]0;title\x07b\x1b[2J\x1b[31mc\x9b31md\x00e\x7ff\u202eg\u2066h\u2028i\u200fj"
"""A title, a cleared screen, colours in two ways, and marks that turn the direction of text."""


def is_tame(printed: str) -> bool:
    """Say whether nothing in a text drives a terminal."""
    return all(one in "\n\t" or one.isprintable() for one in printed)


def no_control_character_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.line(WILD)
    output.note(WILD)
    output.table(WILD, (WILD, "Number#"), [(WILD, 1), (Text(WILD, style="bold"), None)])
    output.table(WILD, (WILD,), [])
    output.show_error(Refused(WILD, WILD), as_json=False)
    output.console().print(Text(WILD))
    printed = capsys.readouterr()
    for text in (printed.out, printed.err):
        assert "a␛]0;title" in text
        assert is_tame(text), text


def a_text_without_any_is_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    output.line("Ladung\tfür 上海, Ελλάδα, [bold]x[/]")
    assert "für 上海, Ελλάδα, [bold]x[/]" in capsys.readouterr().out


def the_colours_are_still_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    output.line("wrong", style="bold red")
    assert capsys.readouterr().out.startswith("\x1b[1;31mwrong")


def a_name_that_was_sent_is_shown_tamely(say: Say, tmp_path: Path) -> None:
    assert say("init", "--administration", "XX")[0] == 0
    record = {"kind": "Declaration", "lrn": "L1\x1b[2J", "declarant": {"identifier": "D1"}, "items": []}
    (tmp_path / "one.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    for words in (("check", "one.jsonl"), ("receive", "one.jsonl"), ("repair", "list"), ("queue",)):
        _, out, err = say(*words)
        assert is_tame(out + err), words

"""Prove that every bad input of the list gets a sentence, and costs nothing that was acknowledged."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from bad_input import CASES, Case, Shown, try_case
from bad_node import Done, Run, begin
from bad_places import PLACES, Attempted

from tidewaiter.doors.cli.app import run as run_here


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Give the command, run in this process: it is what `python -m tidewaiter` calls."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")

    def typed(arguments: Sequence[str]) -> Done:
        capfd.readouterr()
        code = run_here(list(arguments))
        printed = capfd.readouterr()
        return Done(code, printed.out, printed.err)

    return typed


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a node that has acknowledged its first declarations; it is copied, never used."""
    home = tmp_path_factory.mktemp("template") / "node"

    def quietly(arguments: Sequence[str]) -> Done:
        return Done(run_here(list(arguments)), "", "")

    begin(home, quietly)
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """Give a copy of that node, in a folder of its own that other accounts may look into."""
    for place in (tmp_path, *list(tmp_path.parents)[:3]):
        if os.access(place, os.W_OK):
            place.chmod(place.stat().st_mode | 0o055)
    return shutil.copytree(template, tmp_path / "node")


@pytest.mark.parametrize("case", CASES, ids=lambda case: re.sub(r"\W+", "-", case.name))
def every_bad_input_gets_a_sentence_and_loses_nothing(case: Case, home: Path, run: Run) -> None:
    shown: Shown = try_case(case, home, run)
    assert shown.said.strip()


@pytest.mark.parametrize(
    ("name", "attempt"), PLACES, ids=lambda one: re.sub(r"\W+", "-", one) if isinstance(one, str) else ""
)
def every_bad_place_gets_a_sentence_and_loses_nothing(
    name: str, attempt: Callable[[Path, Run], Attempted], home: Path, run: Run
) -> None:
    said, _, _ = attempt(home, run)
    if said.startswith("not tried"):
        pytest.skip(f"{name}: {said}")
    assert said.strip()

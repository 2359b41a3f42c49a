"""Run what the page about the playground shows, and compare it with what the page says comes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "play-with-nodes.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the page's blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def the_page_about_the_playground_shows_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    [script] = blocks("toml")
    Path("day.toml").write_text(script)
    exec("\n".join(blocks("python")), {})  # noqa: S102 - our own page
    said = capsys.readouterr().out.splitlines()
    told = re.findall(r"print\(.*\)  # (\S.*)", PAGE)
    assert len(told) == 6
    for line, expected in zip(said[:4], told[:4], strict=True):
        assert line == expected.partition(":")[0] or line == expected
    assert said[4].startswith("Mailed(posted=1")
    assert said[5].startswith("Tally(sent=")
    assert said[6].startswith("True Mailed(posted=3")

"""Prove on a real disk that a process that is killed loses nothing that it acknowledged."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
KILLS = int(os.environ.get("TIDEWAITER_KILLS", "60"))
"""How many writers are killed; a thousand take about a minute."""


@pytest.mark.slow
def no_writer_that_is_killed_loses_what_it_acknowledged(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.kernel.log.killing", str(tmp_path / "log"), str(KILLS)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    found = re.fullmatch(
        r"(\d+) killed, (\d+) while committing, \d+ tails cut, (\d+) lost, (\d+) unsound", done.stdout.strip()
    )
    assert found is not None, done.stderr
    killed, busy, lost, unsound = (int(one) for one in found.groups())
    assert (killed, lost, unsound) == (KILLS, 0, 0)
    assert busy > KILLS // 10, "hardly any was killed while it committed"

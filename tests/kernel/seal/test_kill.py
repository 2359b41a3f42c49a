"""Prove on a real disk that a program that is killed while it begins epochs loses no key."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
KILLS = int(os.environ.get("TIDEWAITER_KILLS", "60"))
"""How many programs are killed; a thousand take about two minutes."""


@pytest.mark.slow
def no_program_that_is_killed_in_a_new_epoch_loses_a_key(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.kernel.seal.killing", str(tmp_path / "node"), str(KILLS)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    found = re.fullmatch(
        r"(\d+) killed, (\d+) before and (\d+) after a new epoch counted, (\d+) lost, (\d+) unclean",
        done.stdout.strip(),
    )
    assert found is not None, done.stderr
    killed, before, after, lost, unclean = (int(one) for one in found.groups())
    assert (killed, lost, unclean) == (KILLS, 0, 0)
    assert before > KILLS // 10 < after, "hardly any was killed in the midst of it"

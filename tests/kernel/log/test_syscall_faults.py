"""Prove that no system call that fails or kills the log's writer loses what it acknowledged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "faults.py"
NO_STRACE = 3


def faults(*words: str) -> list[dict[str, Any]]:
    """Let every call fail, and return what was found; skip where processes cannot be traced."""
    command = [sys.executable, str(SCRIPT), "--small", "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == NO_STRACE:
        pytest.skip(done.stderr.strip())
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found, done.stderr
    assert done.returncode == int(any(one["lost"] or one["went_on"] or one["unsound"] for one in found)), done.stderr
    return found


@pytest.mark.slow
def no_call_that_fails_or_kills_the_writer_loses_what_it_acknowledged() -> None:
    found = faults()
    assert [one for one in found if one["lost"] or one["went_on"] or one["unsound"]] == []
    for one in found:
        ended = one["killed"] if one["fault"] == "signal=KILL" else one["stopped"]
        assert ended == one["runs"], one
    hit = {one["call"] for one in found if one["runs"]}
    assert hit == {"mkdir", "openat", "pwrite64", "write", "ftruncate", "fdatasync", "fsync", "rename"}
    assert sum(one["acknowledged"] for one in found) > 100


@pytest.mark.slow
def a_writer_that_goes_on_after_a_sync_that_failed_is_found_out() -> None:
    found = [one for one in faults("--careless", "--only", "fdatasync") if one["fault"] == "error=EIO"]
    assert sum(one["went_on"] for one in found) > 5

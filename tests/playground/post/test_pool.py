"""Check that processes that write end with the one that started them, even where it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

_PROGRAM = """
import multiprocessing, time
from datetime import UTC, datetime, timedelta
from tidewaiter.kernel.records import Event
from tidewaiter.playground.post import parcels
from tidewaiter.world.model import Letter

def letters():
    for hour in range(24 * 10):
        at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=hour)
        event = Event(id=f"e{hour}", type="equipment", code="LOAD", classifier="actual", at=at, equipment="CSQU3054383")
        yield Letter(at, "GH", "dcsa", "Line", event)

if __name__ == "__main__":
    made = parcels(letters(), window=timedelta(hours=1), workers=2)
    next(made)
    print(*(one.pid for one in multiprocessing.active_children()), flush=True)
    time.sleep(600)
"""


def alive(process: int) -> bool:
    """Say whether a process is there and more than a name."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:  # noqa: PTH123 - not a file of ours
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def no_process_that_writes_outlives_a_program_that_is_killed() -> None:
    program = subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    with program, program.stdout:
        workers = [int(one) for one in program.stdout.readline().split()]
        assert len(workers) == 2
        assert all(alive(one) for one in workers)
        os.kill(program.pid, signal.SIGKILL)
        program.wait()
    for _ in range(300):
        if not any(alive(one) for one in workers):
            return
        time.sleep(0.1)
    left = [one for one in workers if alive(one)]
    for one in left:
        os.kill(one, signal.SIGKILL)
    assert left == []

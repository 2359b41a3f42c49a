"""Kill a process that writes a log, again and again, and look at what is left: `<folder> <times>`."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.kernel.log.keys import LOG, ORIGIN, entries_to

from tidewaiter.kernel.log import audit, store
from tidewaiter.kernel.log.files import DiskFiles

ENTRIES = entries_to(2_000)
ALIVE_SECONDS_MAX = 0.03
LATER_SHARE = 0.7
"""Share of writers that are left alone until their first commit is acknowledged; others die while they start."""


def opened(folder: Path) -> store.LogStore:
    """Open the log for writing."""
    return store.open_log(DiskFiles(folder), ORIGIN, [LOG.verifier], LOG.checkpoint)


def write_until_killed(folder: Path, told: int) -> None:
    """Commit small batches, and tell each size once it is acknowledged."""
    made = opened(folder)
    dice = random.Random(made.size)  # noqa: S311 - the same for one size
    while True:
        count = dice.choice([1, 3, 40, 300])
        done = made.append([ENTRIES[(made.size + one) % len(ENTRIES)] for one in range(count)])
        os.write(told, done.size.to_bytes(8, "big"))


def kill_one(folder: Path, dice: random.Random) -> tuple[int, bool]:
    """Start a writer, kill it, and return the last size that it told, and whether it had told any."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        write_until_killed(folder, writing)
    os.close(writing)
    told = os.read(reading, 8) if dice.random() < LATER_SHARE else b""
    time.sleep(dice.uniform(0, ALIVE_SECONDS_MAX))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while data := os.read(reading, 65_536):
        told += data
    os.close(reading)
    whole = told[: len(told) // 8 * 8]
    return (int.from_bytes(whole[-8:], "big") if whole else 0), bool(whole)


def main(folder: Path, times: int) -> None:
    """Kill that many times, and say how many acknowledged entries were lost and how many logs were unsound."""
    made = store.create(DiskFiles(folder), ORIGIN, LOG.checkpoint)
    made.close()
    dice = random.Random(times)  # noqa: S311 - to be repeated
    lost = unsound = cut = busy = 0
    certain = 0
    for number in range(times):
        size, told = kill_one(folder, dice)
        busy += told
        certain = max(certain, size)
        found = opened(folder)
        lost += max(0, certain - found.size)
        cut += bool(found.recovered.cut)
        found.close()
        if number % 20 == 0 or number == times - 1:
            files = DiskFiles(folder, writing=False)
            unsound += not audit.audit(files, ORIGIN, [LOG.verifier]).sound
            files.close()
    print(  # noqa: T201 - what it is run for
        f"{times} killed, {busy} while committing, {cut} tails cut, {lost} lost, {unsound} unsound"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

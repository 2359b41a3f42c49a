"""Kill a program that begins epochs, again and again, and look at what is left: `<folder> <times>`."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.db import connect_to
from tidewaiter.kernel.seal import _store, create_vault, epochs, open_vault
from tidewaiter.kernel.seal.ring import wrapper
from tidewaiter.kernel.settings import Settings

KEYS = 600
ALIVE_SECONDS_MAX = 0.35
CLOCK = SetClock(datetime(2021, 7, 1, tzinfo=UTC))


def rotate_until_killed(settings: Settings, told: int) -> None:
    """Make keys and begin epochs; tell each key's number and fingerprint once it is acknowledged."""
    epochs.REWRAP_KEYS = 100  # more places to die in
    vault = open_vault(settings, CLOCK)
    while True:
        for one in vault.fresh("record", 3) + vault.fresh("travel", 2):
            os.write(told, one.id.to_bytes(8, "big") + one.fingerprint)
        vault.rotate()


def kill_one(settings: Settings, dice: random.Random) -> dict[int, bytes]:
    """Start a program, kill it, and return number → fingerprint of the keys that it told."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        rotate_until_killed(settings, writing)
    os.close(writing)
    told = os.read(reading, 40) if dice.random() < 0.8 else b""
    time.sleep(dice.uniform(0, ALIVE_SECONDS_MAX))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while data := os.read(reading, 65_536):
        told += data
    os.close(reading)
    return {int.from_bytes(told[at : at + 8], "big"): told[at + 8 : at + 40] for at in range(0, len(told) - 39, 40)}


def main(folder: Path, times: int) -> None:
    """Kill that many times, and say in which stages, how many keys were lost, and how many roots had keys too many."""
    settings, dice = Settings(home=str(folder)), random.Random(7)  # noqa: S311 - the same every time
    vault = create_vault(settings, CLOCK)
    known = {one.id: one.fingerprint for one in vault.fresh("record", KEYS)}
    vault.close()
    stages: Counter[str] = Counter()
    lost = unclean = 0
    for _ in range(times):
        known |= kill_one(settings, dice)
        stages[_stage(settings)] += 1
        vault = open_vault(settings, CLOCK)
        vault.check()
        found = vault.keys(known)
        lost += sum(number not in found or found[number].fingerprint != mark for number, mark in known.items())
        status = vault.status()
        wrappers = {one for one in status.root_keys if one.startswith("wrap-")}
        unclean += wrappers != {wrapper(vault.epoch)} or status.begun is not None
        vault.close()
    sys.stdout.write(f"{times} killed, {stages['begun']} before and {stages['counts']} after a new epoch counted, ")
    sys.stdout.write(f"{lost} lost, {unclean} unclean\n")


def _stage(settings: Settings) -> str:
    """Say where an epoch stands, without going on with it: begun, counting, or none is being begun."""
    store = connect_to(f"sqlite:///{settings.folder / 'keys.sqlite3'}", settings)
    with store.reading() as connection:
        target = int(_store.read_fact(connection, epochs.TARGET) or b"0")
        epoch = epochs.read_epoch(connection)
    store.close()
    return "none" if not target else "begun" if epoch < target else "counts"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

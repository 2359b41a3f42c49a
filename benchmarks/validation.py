"""Measure checking alone beside pandera and frictionless doing the same checks on the same file.

Usage: python benchmarks/validation.py [--rows 50000] [--pairs 3]

ours         read the file and check every rule there is, with the place of each fault (more than the others do)
frictionless read the file and check types, code lists, patterns, ranges, required
pandera      the same checks with pandas, the whole file in memory
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import write_table

ALTERNATIVES = Path(__file__).with_name("alternatives.py")
SAME = ("STR-003", "STR-005", "COD-001", "COD-005", "COD-011")
"""The rules that check what the others check: there and not too long, not negative, country, mode, goods code."""

INSIDE = """
import sys, time
from pathlib import Path
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import standing
from tidewaiter.stages import receive, validate
node = standing(Settings(home="nowhere"))
mapping = receive.load_mapping("kcs")
opened = receive.open_source(Path(sys.argv[1]).open("rb"), name="t", settings=node.settings, mapping=mapping)
start = time.perf_counter()
readings = list(opened.readings())
print(time.perf_counter() - start)
for only in (None, set(sys.argv[2].split(","))):
    checker = validate.Checker(node.codes, today=node.clock.now().date(), settings=node.settings, only=only)
    start = time.perf_counter()
    found = sum(len(checker.check(one.record, one.faults)) for one in readings)
    print(time.perf_counter() - start)
"""


def timed(command: list[str]) -> tuple[float, str]:
    """Run a command in a process of its own; return wall seconds and what it printed."""
    start = time.perf_counter()
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode in {0, 2}, run.stderr
    return time.perf_counter() - start, run.stdout


def main() -> None:
    """Measure, pair by pair, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--pairs", type=int, default=3)
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as on a user's machine, modules are compiled once
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        table = str(Path(scratch) / "table.csv")
        write_table(Path(table), arguments.rows)
        for _ in range(arguments.pairs):
            measure(table, found)
    print(f"checking {arguments.rows:,} declarations; median of {arguments.pairs} rounds, seconds and records/s")
    medians = {name: sorted(times)[len(times) // 2] for name, times in found.items()}
    for name, seconds in medians.items():
        print(f"  {name:44} {seconds:7.2f}  {arguments.rows / seconds:9,.0f}")
    alone = medians["frictionless, checks alone (less its reading)"]
    for name in ("ours, checks alone, every rule", "ours, checks alone, the same checks"):
        print(f"  frictionless takes {alone / medians[name]:.1f} times as long as {name}")
    whole = medians["ours, whole process"]
    for name in ("frictionless", "pandera"):
        print(f"  {name} takes {medians[f'{name}, whole process'] / whole:.2f} times as long as ours, whole process")


def measure(table: str, found: dict[str, list[float]]) -> None:
    """Run everything once, one after the other, and add what it took."""

    def add(name: str, seconds: float) -> None:
        found.setdefault(name, []).append(seconds)

    command = [sys.executable, "-m", "tidewaiter", "check", table, "--mapping", "kcs", "--show", "0"]
    add("ours, whole process", timed(command)[0])
    inside: dict[str, float] = {}
    for name in ("frictionless", "frictionless-read", "pandera"):
        whole, printed = timed([sys.executable, str(ALTERNATIVES), name, table])
        inside[name] = float(printed.split()[1])
        if name != "frictionless-read":
            add(f"{name}, whole process", whole)
            add(f"{name}, read and check, inside", inside[name])
    add("frictionless, checks alone (less its reading)", inside["frictionless"] - inside["frictionless-read"])
    _, printed = timed([sys.executable, "-c", INSIDE, table, ",".join(SAME)])
    read, every, same = map(float, printed.split())
    add("ours, read and check, inside", read + every)
    add("ours, checks alone, every rule", every)
    add("ours, checks alone, the same checks", same)


if __name__ == "__main__":
    main()

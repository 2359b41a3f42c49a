"""Measure checking alone beside pandera and frictionless doing the same checks on the same file.

Usage: python benchmarks/validation.py [--rows 50000] [--pairs 3]

ours         read the file and check every rule there is, with the place of each fault (more than the others do)
frictionless read the file and check types, code lists, patterns, ranges, required
pandera      the same checks with pandas, the whole file in memory
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import write_table

ALTERNATIVES = Path(__file__).with_name("alternatives.py")
CHECK_ALONE = """
import io, sys, time
from pathlib import Path
from tidewaiter import journey
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import standing
from tidewaiter.stages import receive
node = standing(Settings(home="nowhere"))
source = journey.Source(stream=Path(sys.argv[1]).open("rb"), name="t", mapping=receive.load_mapping("kcs"))
opened = receive.open_source(source.stream, name="t", settings=node.settings, mapping=source.mapping)
checker = node.checker
start = time.perf_counter()
readings = list(opened.readings())
read = time.perf_counter() - start
start = time.perf_counter()
found = sum(len(checker.check(one.record, one.faults)) for one in readings)
print(read, time.perf_counter() - start, found)
"""


def timed(command: list[str]) -> tuple[float, str]:
    """Run a command in a process of its own; return wall seconds and what it printed."""
    start = time.perf_counter()
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode in {0, 2}, run.stderr
    return time.perf_counter() - start, run.stdout


def main() -> None:
    """Measure, pair by pair, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--pairs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "table.csv"
        write_table(table, arguments.rows)
        command = [sys.executable, "-m", "tidewaiter", "check", str(table), "--mapping", "kcs", "--show", "0"]
        print(f"checking {arguments.rows:,} declarations, whole processes, seconds")
        ratios: dict[str, list[float]] = {"frictionless": [], "pandera": []}
        for _ in range(arguments.pairs):
            mine, _ = timed(command)
            print(f"  ours         {mine:7.2f}")
            for name, found in ratios.items():
                other, printed = timed([sys.executable, str(ALTERNATIVES), name, str(table)])
                found.append(other / mine)
                print(f"  {name:12} {other:7.2f}  ({printed.strip()} faults)")
        for name, found in ratios.items():
            print(f"  {name} takes {sorted(found)[len(found) // 2]:.2f} times as long as ours (median of pairs)")
        _, printed = timed([sys.executable, "-c", CHECK_ALONE, str(table)])
        read, check, findings = printed.split()
        rows = arguments.rows
        print(
            f"  ours, inside: reading {rows / float(read):,.0f} records/s, "
            f"checking {rows / float(check):,.0f} records/s, {int(findings):,} findings"
        )


if __name__ == "__main__":
    main()

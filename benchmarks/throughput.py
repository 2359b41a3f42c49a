"""Measure receiving end to end, in a process of its own, beside the usual pipeline and a bare floor.

Usage: python benchmarks/throughput.py [--rows 200000] [--long 2000000]

ours      tidewaiter receive --later: read, check every rule, keep versions, findings, raw bytes and steps, durably
pipeline  pandas in chunks, pandera checks, to_sql into SQLite with the same durability
floor     csv.DictReader, json.dumps, sqlite3 executemany with the same durability: no types, no checks, no places
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

HERE = Path(__file__).parent


class Run:
    """What one run of a command took: wall seconds, and the peak memory of its process in MB."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | (environment or {}))
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.perf_counter() - start
        self.megabytes = usage.ru_maxrss / 1024
        assert status == 0, f"{command} failed with status {status}"


def ours(table: Path, folder: Path) -> Run:
    """Receive the table with the command that users run."""
    home = folder / f"node-{time.monotonic_ns()}"
    base = [sys.executable, "-m", "tidewaiter", "--home", str(home)]
    subprocess.run([*base, "init"], check=True, stdout=subprocess.DEVNULL)
    return Run([*base, "receive", str(table), "--mapping", "kcs", "--later"], {"TERM": "dumb"})


def alternative(name: str, table: Path, folder: Path) -> Run:
    """Run one of the alternatives in a process of its own."""
    database = folder / f"{name}-{time.monotonic_ns()}.sqlite3"
    return Run([sys.executable, str(HERE / "alternatives.py"), name, str(table), str(database)])


def main() -> None:
    """Measure, pair by pair, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--long", type=int, default=0, help="also one run of so many rows, for memory")
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as on a user's machine, modules are compiled once
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table = folder / "table.csv"
        write_table(table, arguments.rows)
        print(f"receive + validate + record, {arguments.rows:,} declarations, {table.stat().st_size / 1e6:.0f} MB")
        ratios: dict[str, list[float]] = {"pipeline": [], "floor": []}
        speeds: list[float] = []
        for _ in range(arguments.pairs):
            mine = ours(table, folder)
            speeds.append(arguments.rows / mine.seconds)
            print(f"  ours      {mine.seconds:7.2f} s  {speeds[-1]:9,.0f} records/s  peak {mine.megabytes:5.0f} MB")
            for name, found in ratios.items():
                other = alternative(name, table, folder)
                found.append(other.seconds / mine.seconds)
                speed = arguments.rows / other.seconds
                print(f"  {name:9} {other.seconds:7.2f} s  {speed:9,.0f} records/s  peak {other.megabytes:5.0f} MB")
        print(f"  median    {sorted(speeds)[len(speeds) // 2]:,.0f} records/s (target 5,000)")
        for name, found in ratios.items():
            print(f"  {name} takes {sorted(found)[len(found) // 2]:.2f} times as long as ours (median of pairs)")
        if arguments.long:
            write_table(table, arguments.long)
            long = ours(table, folder)
            print(
                f"  {arguments.long:,} records: {long.seconds:.0f} s, {arguments.long / long.seconds:,.0f} records/s, "
                f"peak memory {long.megabytes:.0f} MB (target 500)"
            )


if __name__ == "__main__":
    main()

"""Make a world twice, and say what it took, what came of it, and whether it was the same.

Usage: python benchmarks/world.py [--countries 5] [--days 90] [--consignments 300000] [--workers 2] [--once]

Runs `tidewaiter world make` in a process of its own: seconds, the most memory that it and any of its children held,
bytes, files and documents by form, and the SHA-256 of the manifest, which names the SHA-256 of every file.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tidewaiter.world.truth import read_manifest, sha256_of, verify

_MANIFEST = "manifest.json"
_COMMAND = (sys.executable, "-m", "tidewaiter")


class Run(NamedTuple):
    """One run: wall seconds, processor seconds, most kilobytes that one process held, the manifest's SHA-256."""

    seconds: float
    busy: float
    kilobytes: int
    manifest: str


def make(folder: Path, asked: argparse.Namespace) -> Run:
    """Make a world in a folder; raises SystemExit where the command fails."""
    options = ["--out", str(folder), "--seed", asked.seed, "--countries", asked.countries, "--days", str(asked.days)]
    options += ["--consignments", str(asked.consignments), "--workers", str(asked.workers), "--json"]
    begun = time.perf_counter()
    with (folder.parent / "said").open("wb") as out:
        process = os.posix_spawn(
            _COMMAND[0],
            [*_COMMAND, "world", "make", *options],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)],
        )
    _, status, used = os.wait4(process, 0)
    if status:
        sys.exit(f"`tidewaiter world make` ended with {os.waitstatus_to_exitcode(status)}")
    spent = time.perf_counter() - begun
    return Run(spent, used.ru_utime + used.ru_stime, used.ru_maxrss, sha256_of(folder / _MANIFEST))


def main() -> int:
    """Make, measure, make again, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--countries", default="5")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--consignments", type=int, default=300_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", default="tide")
    parser.add_argument("--once", action="store_true", help="do not make it a second time")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "first"
        first = make(folder, asked)
        _tell(first, folder)
        if asked.once:
            return 0
        shutil.rmtree(folder)
        second = make(Path(scratch) / "second", asked)
        print(f"again: {second.seconds:,.1f} s, manifest {second.manifest}")
        print("the same, byte for byte" if second.manifest == first.manifest else "NOT THE SAME")
        return 0 if second.manifest == first.manifest else 1


def _tell(run: Run, folder: Path) -> None:
    """Print what a run took and made."""
    manifest = read_manifest(folder)
    flaws = list(verify(folder, manifest))
    print(
        f"{len(manifest.countries)} countries, {manifest.days} days, {manifest.consignments:,} consignments: "
        f"{run.seconds:,.1f} s, {run.busy:,.1f} s of processor, at most {run.kilobytes / 1024:,.0f} MiB in a process"
    )
    print(f"manifest {run.manifest}; {len(manifest.files):,} files, {len(flaws)} not as they were made\n")
    forms = sorted({form for counts in manifest.counts.values() for form in counts})
    print("| form | files | documents | MB |\n|---|---|---|---|")
    whole = [0, 0, 0]
    for form in forms:
        found = [counts[form] for counts in manifest.counts.values() if form in counts]
        sums = [sum(one.parcels for one in found), sum(one.letters for one in found), sum(one.octets for one in found)]
        whole = [one + more for one, more in zip(whole, sums, strict=True)]
        print(f"| {form} | {sums[0]:,} | {sums[1]:,} | {sums[2] / 1e6:,.1f} |")
    print(f"| all | {whole[0]:,} | {whole[1]:,} | {whole[2] / 1e6:,.1f} |\n")


if __name__ == "__main__":
    sys.exit(main())

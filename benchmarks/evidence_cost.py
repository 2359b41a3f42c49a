"""Measure what evidence costs: the spine with the log and the vault, and the same spine without them.

Usage: python benchmarks/evidence_cost.py [--rows 20000] [--pairs 3]

Each run is a process of its own: receive a table, then the steps that follow (history, screening, decisions). Without
evidence, nothing is sealed and no leaf is left; everything else is the same code. Wall time, best of the pairs, and
the median of the ratios of neighbouring runs.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import write_table


def spine(table: Path, *, evidence: bool) -> dict[str, float]:
    """Receive the table into a fresh node and run its steps; return records a second of both, and of the whole."""
    from tidewaiter import journey
    from tidewaiter.kernel.settings import Settings
    from tidewaiter.node import create
    from tidewaiter.stages.receive import load_mapping

    if not evidence:
        _without()
    with tempfile.TemporaryDirectory(dir=table.parent) as folder:
        node, _ = create(Settings(home=f"{folder}/node", administration="KR", currency="KRW", officer="bench"))
        source = journey.Source(stream=io.BytesIO(table.read_bytes()), name="table.csv", mapping=load_mapping("kcs"))
        start = time.perf_counter()
        rows = journey.arrive(node, source).counts.read
        received = time.perf_counter() - start
        journey.follow_up(node)
        whole = time.perf_counter() - start
        node.close()
    return {"receive": rows / received, "spine": rows / whole}


def _without() -> None:
    """Take the leaves and the sealing out of the program."""
    from tidewaiter.kernel.db.work import Work
    from tidewaiter.stages.record import sealing

    def nothing(*_arguments: object, **_named: object) -> None:
        return None

    def plain(_work: object, rows: list[dict[str, object]]) -> None:
        for row in rows:
            row.update(key=None, hidden=None, sealed=None)

    Work.leave = nothing  # type: ignore[method-assign] # what is measured is the program without it
    sealing.seal_versions = plain  # type: ignore[assignment] # as above
    sealing.found_leaves = nothing


def run(table: Path, *, evidence: bool) -> dict[str, float]:
    """Run the spine in a process of its own."""
    command = [sys.executable, __file__, "--one", str(table), "yes" if evidence else "no"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure pair by pair, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("TABLE", "EVIDENCE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(spine(Path(arguments.one[0]), evidence=arguments.one[1] == "yes")))
        return
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "table.csv"
        write_table(table, arguments.rows)
        pairs = [(run(table, evidence=True), run(table, evidence=False)) for _ in range(arguments.pairs)]
    print(f"What evidence costs, {arguments.rows:,} declarations, {arguments.pairs} pairs")
    print(f"{'':20} {'with':>12} {'without':>12} {'cost':>8}")
    for name, said in (("receive", "receive alone"), ("spine", "whole spine")):
        cost = statistics.median(1 - with_[name] / without[name] for with_, without in pairs)
        best = [max(one[at][name] for one in pairs) for at in (0, 1)]
        print(f"{said:20} {best[0]:>10,.0f}/s {best[1]:>10,.0f}/s {cost:>8.1%}")


if __name__ == "__main__":
    main()

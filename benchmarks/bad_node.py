"""Make a node that bad input is tried on, run the command on it, and look at what it holds."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tables import HEADER

ACKNOWLEDGED = 20
"""Declarations that the node has kept before each case."""

NAMES = HEADER.strip().split(",")
PROGRESS = re.compile(r"━|Receiving |Screening |Adding to |Matching |^\s*$|Columns that the mapping does not read")


class Done(NamedTuple):
    """What a command ended with: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class Kept(NamedTuple):
    """What a node holds: current records in order and for repair, and all versions."""

    kept: int
    repair: int
    versions: int


Run = Callable[[Sequence[str]], Done]


def run_process(arguments: Sequence[str]) -> Done:
    """Run the real command in a process of its own."""
    environment = os.environ | {"COLUMNS": "200", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "tidewaiter", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


def row(number: int, **changes: object) -> str:
    """Return a row of a table; `changes` are by the column's name with underscores."""
    values = dict.fromkeys(NAMES, "") | {
        "Declaration ID": str(70_000_000 + number),
        "Date": f"2021-04-{number % 28 + 1:02d}",
        "Office ID": "40",
        "Process Type": "B",
        "Import Type": "11",
        "Import Use": "21",
        "Payment Type": "11",
        "Mode of Transport": "40",
        "Declarant ID": f"DEC{number % 3}",
        "Importer ID": f"IMP{number % 7}",
        "Seller ID": "SEL1",
        "HS6 Code": "420231",
        "Country of Departure": "CN",
        "Country of Origin": "CN",
        "Tax Rate": "8.0",
        "Tax Type": "A",
        "Country of Origin Indicator": "G",
        "Net Mass": "10.5",
        "Item Price": str(1000 + number),
        "Fraud": "0",
        "Critical Fraud": "0",
    }
    values |= {name.replace("_", " "): str(value) for name, value in changes.items()}
    return ",".join(values[name] for name in NAMES) + "\n"


def table(rows: int, first: int = 1) -> str:
    """Return a table of so many good rows."""
    return HEADER + "".join(row(number) for number in range(first, first + rows))


def begin(home: Path, run: Run) -> None:
    """Make a node that has acknowledged its first declarations."""
    good = home.parent / "good.csv"
    good.write_text(table(ACKNOWLEDGED, first=900_000_001))
    for arguments in (["init", "--administration", "KR", "--currency", "KRW"], ["receive", str(good), "-m", "kcs"]):
        done = run(["--home", str(home), *arguments])
        assert done.code == 0, done.err


def holding(home: Path) -> Kept:
    """Count what a node holds, past any code of ours: straight from the database file."""
    with closing(sqlite3.connect(home / "node.sqlite3")) as database:
        states = dict(database.execute("SELECT state, count(*) FROM record_version GROUP BY state").fetchall())
    return Kept(states.get("kept", 0), states.get("repair", 0), sum(states.values()))


def sentences(done: Done, *, most: int = 4) -> str:
    """Return what the user sees, without progress bars and tables."""
    lines = [line.strip() for line in (done.err + done.out).splitlines()]
    said = [line for line in lines if not PROGRESS.search(line) and line[0] not in "┏┡└│┃"]
    return " ".join(said[:most])


def findings(home: Path, run: Run, *, most: int = 1) -> str:
    """Return what `repair show` says of the records that wait: the finding's sentence with its place."""
    listed = run(["--home", str(home), "repair", "list", "--json", "--limit", str(most)])
    references = re.findall(r'"reference": "([^"]+)"', listed.out)
    said = []
    for reference in references:
        shown = run(["--home", str(home), "repair", "show", reference])
        said += [line for line in shown.out.splitlines() if re.match(r"[A-Z]{3}-\d", line)][:1]
    return " ".join(said)


def assert_civil(done: Done) -> None:
    """Assert that a person was spoken to: no traceback, no fault of the program, nothing killed."""
    for text in (done.out, done.err):
        assert "Traceback" not in text, text
        assert "fault of the program" not in text, text

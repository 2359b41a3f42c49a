"""Give the real command every bad input of the list, and print what the user sees as a Markdown table.

Usage: python benchmarks/bad_input.py [--long [--rows 10000000]]

Each case starts from a node that has acknowledged 20 declarations, and ends with the question whether it has them
still. The tests run the same cases (tests/doors/test_bad_input.py).
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bad_node import (
    ACKNOWLEDGED,
    NAMES,
    Run,
    assert_civil,
    begin,
    findings,
    holding,
    row,
    run_process,
    sentences,
    table,
)
from bad_places import PLACES, memory_of_a_long_table
from tables import HEADER


class Case(NamedTuple):
    """A bad input: its name, how to write it, options, and what must come of it beyond what was acknowledged."""

    name: str
    write: Callable[[Path], Path]
    options: tuple[str, ...]
    code: int
    says: str
    kept: int = 0
    repair: int = 0


# --- the inputs ---------------------------------------------------------------------------------------------------


def _text(name: str, text: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    """Return a writer of a text file."""

    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def _workbook(folder: Path, *, cell: str, name: str) -> Path:
    """Write a workbook of two rows, with the cell given as the second one's price."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(NAMES)
    for text in (row(1), row(2, Item_Price=cell)):
        sheet.append([float(one) if re.fullmatch(r"\d+\.\d+", one) else one for one in text.strip().split(",")])
    path = folder / name
    book.save(path)
    return path


def formula_cell(folder: Path) -> Path:
    """Write a workbook with a formula for a price."""
    return _workbook(folder, cell="=1000+2", name="formula.xlsx")


def truncated_workbook(folder: Path) -> Path:
    """Write a workbook and cut off its end."""
    path = _workbook(folder, cell="1002", name="cut.xlsx")
    path.write_bytes(path.read_bytes()[:-900])
    return path


def zip_bomb(folder: Path) -> Path:
    """Write a workbook that unpacks to a thousand times its size."""
    path = _workbook(folder, cell="1002", name="bomb.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/a.xml", "w") as member:
        for _ in range(64):
            member.write(bytes(1024 * 1024))
    return path


def _without(*columns: str) -> str:
    """Return a table that lacks columns."""
    kept = [at for at, name in enumerate(NAMES) if name not in columns]
    lines = [line.split(",") for line in table(3).splitlines()]
    return "\n".join(",".join(cells[at] for at in kept) for cells in lines) + "\n"


_SEMICOLONS = table(3).replace(",", ";")
_MIXED = HEADER + row(1) + row(2, Date="03/04/2021") + row(3, Date="4. April 2021")
_COMMAS = (HEADER + row(1) + row(2, Net_Mass="10#5", Item_Price="1.002#50")).replace(",", ";").replace("#", ",")
_PDF = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"

CASES: tuple[Case, ...] = (
    Case("wrong delimiter: `;`, nothing said", _text("semicolon.csv", _SEMICOLONS), (), 0, "3 records read", kept=3),
    Case(
        "wrong delimiter: `;`, but `--delimiter ,`",
        _text("semicolon.csv", _SEMICOLONS),
        ("--delimiter", ","),
        3,
        r"semicolon\.csv .*(delimiter|semicolon|;)",
    ),
    Case(
        "wrong encoding: Latin-1 read as UTF-8",
        _text("latin.csv", HEADER + row(1) + row(2, Importer_ID="MÜLLER") + row(3), "latin-1"),
        (),
        3,
        r"latin\.csv is not UTF-8.*line 3.*--encoding cp1252",
    ),
    Case(
        "wrong encoding: UTF-16",
        _text("wide.csv", table(3), "utf-16"),
        (),
        3,
        r"wide\.csv is text in UTF-16",
    ),
    Case(
        "missing columns",
        _text("missing.csv", _without("Importer ID", "HS6 Code")),
        (),
        3,
        r"missing\.csv lacks 2 of the columns.*Importer ID",
    ),
    Case(
        "truncated file (CSV, cut in the last row)",
        _text("cut.csv", table(3)[:-60]),
        (),
        0,
        "kept for repair",
        kept=2,
        repair=1,
    ),
    Case("truncated file (.xlsx)", truncated_workbook, (), 3, r"cut\.xlsx is a workbook.*cut off or damaged"),
    Case("zip bomb", zip_bomb, (), 3, r"bomb\.xlsx would unpack from"),
    Case("formula cell", formula_cell, (), 0, "kept for repair", kept=1, repair=1),
    Case(
        "NUL bytes",
        _text("nul.csv", HEADER + row(1) + row(2, Importer_ID="IM\0P2") + row(3)),
        (),
        0,
        "kept for repair",
        kept=2,
        repair=1,
    ),
    Case("mixed date formats", _text("dates.csv", _MIXED), (), 0, "kept for repair", kept=1, repair=2),
    Case("decimal commas", _text("commas.csv", _COMMAS), (), 0, "kept for repair", kept=1, repair=1),
    Case("a PDF named .csv", _text("table.csv", _PDF), (), 3, r"table\.csv is a PDF document"),
    Case("an empty file", _text("empty.csv", ""), (), 3, r"empty\.csv is empty"),
)


class Shown(NamedTuple):
    """A line of the printed table."""

    name: str
    said: str
    code: str
    kept: str


def try_case(case: Case, home: Path, run: Run) -> Shown:
    """Receive one bad input into a node that `begin` made, assert what must hold, and return its line."""
    path = case.write(home.parent)
    done = run(["--home", str(home), "receive", str(path), "-m", "kcs", *case.options])
    said = sentences(done)
    assert_civil(done)
    assert done.code == case.code, (case.name, done)
    assert re.search(case.says, said), (case.name, said)
    now = holding(home)
    assert (now.kept - ACKNOWLEDGED, now.repair) == (case.kept, case.repair), (case.name, now, said)
    if now.repair:
        said += " → " + findings(home, run, most=now.repair)
    return Shown(case.name, said, str(done.code), f"{case.kept} / {case.repair}")


def rows_of(folder: Path, run: Run) -> Iterator[Shown]:
    """Try every case on a copy of the same node."""
    template = folder / "template" / "node"
    template.parent.mkdir()
    begin(template, run)
    for number, case in enumerate(CASES):
        home = folder / f"case{number}" / "node"
        shutil.copytree(template, home)
        yield try_case(case, home, run)
    for name, attempt in PLACES:
        home = folder / attempt.__name__ / "node"
        shutil.copytree(template, home)
        yield Shown(name, *attempt(home, run))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="also receive a very long table, and watch the memory")
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the long table")
    options = parser.parse_args()
    print("| input | what the user sees | exit code | kept / for repair |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="tidewaiter-bad-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        for one in rows_of(folder, run_process):
            said = one.said.replace("|", "\\|").replace(str(folder), "…")
            print(f"| {one.name} | {said} | {one.code} | {one.kept} |", flush=True)
        if options.long:
            said, code, kept = memory_of_a_long_table(folder / "long", options.rows)
            print(f"| {options.rows:,} rows | {said} | {code} | {kept} |")


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
    main()

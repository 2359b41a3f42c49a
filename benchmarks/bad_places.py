"""Try what goes wrong around a file: disk, folder, kill, another version, a very long table."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bad_node import ACKNOWLEDGED, Done, Run, assert_civil, begin, holding, row, run_process, sentences, table
from tables import HEADER

NOBODY = 65_534
"""User id of the account that owns nothing."""

FREE_OCTETS = (0, 150_000, 1_200_000, 2_300_000)
"""How much is left free on the full disk: too little to begin, to enter the message, to keep all, to screen."""

MEMORY_KIBIBYTES_MAX = 500 * 1024

Attempted = tuple[str, str, str]
"""What the user sees, the exit codes, what was kept and is for repair."""


def the_same_file_twice(home: Path, run: Run) -> Attempted:
    """Receive a file twice, the second time under another name."""
    first, second = home.parent / "may.csv", home.parent / "may-again.csv"
    first.write_text(table(5))
    second.write_text(table(5))
    assert run(_receive(home, first)).code == 0
    done = run(_receive(home, second))
    assert_civil(done)
    assert done.code == 0
    assert "received before" in done.out
    assert holding(home) == (ACKNOWLEDGED + 5, 0, ACKNOWLEDGED + 5)
    return sentences(done), "0", "5 / 0 (once)"


@contextmanager
def small_disk(place: Path, octets: int) -> Iterator[Path]:
    """Give a small file system in memory; raises PermissionError where this account may not mount one."""
    if os.geteuid() != 0:
        message = "Only root may mount a small disk."
        raise PermissionError(message)
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={octets}", "tmpfs", str(place)], check=True)  # noqa: S607 - where it is differs
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S607 - as above


def a_full_disk(home: Path, run: Run) -> Attempted:
    """Receive with the disk filled to several degrees, free it, and run the same command again."""
    try:
        tried = [fill_and_free(home, run, free) for free in FREE_OCTETS]
    except PermissionError as error:
        return f"not tried: {error}", "-", "-"
    said = " / ".join(dict.fromkeys(one for one, _ in tried))
    kept = ", ".join(f"{number:,}" for _, number in tried)
    return f"{said} … then, with space: goes on", "6, then 0", f"{kept} when it was full, {_ROWS:,} in the end / 0"


_ROWS = 3_000


def fill_and_free(home: Path, run: Run, free: int) -> tuple[str, int]:
    """Receive on a disk with so many bytes left, then with enough; return the first sentence and what was kept then."""
    file = home.parent / "many.csv"
    file.write_text(table(_ROWS))
    with small_disk(home.parent / "disk", 24 * 1024 * 1024) as disk:
        there, filler = disk / "node", disk / "filler"
        shutil.copytree(home, there)
        left = shutil.disk_usage(disk).free - free
        with filler.open("wb") as stream:
            stream.write(bytes(max(0, left)))
        done = run(_receive(there, file))
        assert_civil(done)
        assert done.code == 6, done
        filler.unlink()
        between = holding(there)
        assert between.versions >= ACKNOWLEDGED, between
        again = run(_receive(there, file))
        assert_civil(again)
        assert again.code == 0, again
        assert holding(there) == (ACKNOWLEDGED + _ROWS, 0, ACKNOWLEDGED + _ROWS)
        doctor = run(["--home", str(there), "doctor"])
        assert doctor.code == 0, doctor
        assert "nothing waits" in doctor.out, doctor.out
    shutil.rmtree(home.parent / "disk")
    return sentences(done), between.versions - ACKNOWLEDGED


_AS_NOBODY = f"""
import contextlib, io, os, sys
from tidewaiter.doors.cli.app import run
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    run(["--home", sys.argv[1], *sys.argv[4:]])  # loads every module while the interpreter's folder can be read
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
sys.exit(run(sys.argv[2:]))
"""


def a_read_only_folder(home: Path, _run: Run) -> Attempted:
    """Receive into a folder that this account may read and not write; permission bits do not bind root."""
    file = home.parent / "five.csv"
    file.write_text(table(5))
    writable = home.parent / "writable"
    shutil.copytree(home, writable)
    for place in (home, *home.rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
    try:
        command = [sys.executable, "-c", _AS_NOBODY, str(writable), *_receive(home, file)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        ended = subprocess.run(command, capture_output=True, text=True, cwd="/", env=environment, check=False)
    finally:
        for place in (home, *home.rglob("*")):
            place.chmod(0o755 if place.is_dir() else 0o644)
    done = Done(ended.returncode, ended.stdout, ended.stderr)
    assert_civil(done)
    assert done.code in {5, 6}, done
    assert str(home) in done.err, done
    assert holding(home).kept == ACKNOWLEDGED
    return sentences(done), str(done.code), "0 / 0"


def a_kill_in_the_middle(home: Path, run: Run) -> Attempted:
    """Kill -9 a receive once it has acknowledged something, and run the same command again."""
    rows = 12_000
    file = home.parent / "long.csv"
    file.write_text(table(rows))
    environment = os.environ | {"TIDEWAITER_BATCH_RECORDS": "500"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tidewaiter", *_receive(home, file), "--later"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    while holding(home).kept == ACKNOWLEDGED and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    process.wait()
    before = holding(home).kept - ACKNOWLEDGED
    assert 0 < before < rows, before
    done = run([*_receive(home, file), "--later"])
    assert_civil(done)
    assert done.code == 0, done
    assert f"Went on after record {before:,}" in done.out, (before, done)
    assert holding(home) == (ACKNOWLEDGED + rows, 0, ACKNOWLEDGED + rows)
    return sentences(done), "-9, then 0", f"{before:,} before the kill, {rows:,} in the end / 0"


def a_newer_database(home: Path, run: Run) -> Attempted:
    """Receive into a node whose tables a newer program has changed."""
    with closing(sqlite3.connect(home / "node.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    file = home.parent / "five.csv"
    file.write_text(table(5))
    done = run(_receive(home, file))
    assert_civil(done)
    assert done.code == 5, done
    assert "newer Tidewaiter" in done.err, done
    assert holding(home).kept == ACKNOWLEDGED
    return sentences(done), "5", "0 / 0"


def memory_of_a_long_table(folder: Path, rows: int) -> Attempted:
    """Stream a table of so many rows into the command, and assert that its memory stayed flat."""
    home = folder / "node"
    folder.mkdir()
    begin(home, run_process)
    report = folder / "stderr.txt"
    command = [sys.executable, "-m", "tidewaiter", *_receive(home, Path("-")), "--later"]
    started = time.monotonic()
    with report.open("w") as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True)
        assert process.stdin is not None
        process.stdin.write(HEADER)
        for first in range(1, rows + 1, 1_000):
            process.stdin.write("".join(row(number) for number in range(first, min(first + 1_000, rows + 1))))
        process.stdin.close()
        assert process.stdout is not None
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    done = Done(process.returncode, out, report.read_text())
    assert_civil(done)
    assert done.code == 0, done
    assert holding(home).kept == ACKNOWLEDGED + rows
    assert usage.ru_maxrss <= MEMORY_KIBIBYTES_MAX, usage.ru_maxrss
    seconds = time.monotonic() - started
    figures = f"({seconds:,.0f} s, {rows / seconds:,.0f} rows/s, peak memory {usage.ru_maxrss / 1024:,.0f} MiB)"
    return f"{sentences(done)} {figures}", "0", f"{rows:,} / 0"


def _receive(home: Path, file: Path) -> list[str]:
    """Return the command that receives the file."""
    return ["--home", str(home), "receive", str(file), "-m", "kcs"]


PLACES: tuple[tuple[str, Callable[[Path, Run], Attempted]], ...] = (
    ("the same file twice", the_same_file_twice),
    ("a full disk", a_full_disk),
    ("a read-only folder", a_read_only_folder),
    ("kill -9 in the middle, then again", a_kill_in_the_middle),
    ("a database from a newer version", a_newer_database),
)

"""Let every system call that writes the log fail or kill its process, and look at what is left.

Usage: python benchmarks/faults.py [--small] [--json]

A writer is started over and over, each time on a fresh copy of a log (or on nothing), and `strace` lets its N-th call
of one kind fail with EIO or ENOSPC, or kills it there, for N = 1, 2, ... until no such call is left. The writer must
then stop; whoever opens the log next must find every entry that was acknowledged, and nothing that is not as it was
written. Needs strace, and leave to trace one's own processes; exits with 3 and says so where either is missing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tidewaiter.kernel.errors import LogFault, LogStopped, TidewaiterError
from tidewaiter.kernel.log import audit, checkpoint, notes, store
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.files import CHECKPOINT_FILE, DiskFiles
from tidewaiter.kernel.log.notes import ED25519, Ed25519Verifier, Key
from tidewaiter.kernel.log.store import LogStore
from tidewaiter.kernel.log.tree import Tree

CALLS = ("mkdir", "openat", "pwrite64", "write", "ftruncate", "fdatasync", "fsync", "rename")
"""What a writer of the log calls. `write` is how it tells what is acknowledged."""
FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")
ENTRIES = [f"entry {index}{'.' * (index % 7)}".encode() for index in range(1_000)]
STARTED = 250
"""Entries of the log that a writer goes on with; behind them lies what a crash left."""
NOTHING_LEFT = 3
FINISHED, STOPPED, FAILED, WRONG = 0, 11, 12, 13
"""How a writer ends: it was not hit; the log stopped it; it could not begin or tell; it went on, or did worse."""
WAIT_SECONDS_MAX = 30.0

_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_KEY = Key("faults.example/log", ED25519, _PRIVATE.public_key().public_bytes_raw())


class Found(msgspec.Struct):
    """What was found for one kind of call and one fault."""

    scenario: str
    call: str
    fault: str
    runs: int = 0
    stopped: int = 0
    killed: int = 0
    acknowledged: int = 0
    lost: int = 0
    went_on: int = 0
    unsound: int = 0

    @property
    def good(self) -> bool:
        """Say whether nothing was lost or wrong."""
        return not (self.lost or self.went_on or self.unsound)


def sign(made: Checkpoint) -> bytes:
    """Sign a checkpoint as the log."""
    return checkpoint.write(made, [notes.sign(made.text, _KEY, _PRIVATE.sign)])


def opened(folder: Path) -> LogStore:
    """Open the log, or make it where there is none yet."""
    files = DiskFiles(folder)
    if CHECKPOINT_FILE not in files.names():
        return store.create(files, _KEY.name, sign)
    return store.open_log(files, _KEY.name, [Ed25519Verifier(_KEY)], sign)


def prepare(folder: Path) -> None:
    """Make a log that a crash left something behind, in every file."""
    made = opened(folder)
    made.append(ENTRIES[:STARTED])
    made.close()
    for name in ("entries", "offsets", "level-0"):
        with (folder / name).open("ab") as stream:
            stream.write(bytes(96))


def write(folder: Path, counts: list[int], told: int) -> int:
    """Commit so many entries at a time, tell each size once it is acknowledged, and return how it ended."""
    try:
        made = opened(folder)
        for count in counts:
            done = made.append(ENTRIES[made.size : made.size + count])
            os.write(told, done.size.to_bytes(8, "big"))
            made.keep_witnessed(checkpoint.parse(done.checkpoint)[1])
    except LogStopped:
        try:
            made.append(ENTRIES[:1])
        except LogStopped:
            return STOPPED
        return WRONG
    except (OSError, TidewaiterError):
        return FAILED
    return FINISHED


def forget_failures() -> None:
    """Make a writer that goes on after a sync that failed, to see that it is found out."""
    sync = DiskFiles.sync

    def careless(files: DiskFiles, name: str) -> None:
        """Sync, and never mind."""
        with contextlib.suppress(OSError):
            sync(files, name)

    DiskFiles.sync = careless  # type: ignore[assignment,method-assign] # what is wrong with it is the point


def child(folder: Path, counts: list[int], go: int, told: int) -> NoReturn:
    """Wait for leave, write, and end with how it went."""
    code = WRONG
    try:
        os.read(go, 1)
        code = write(folder, counts, told)
    except BaseException:  # noqa: BLE001 - the boundary of a process: its exit code says it
        traceback.print_exc()
    os._exit(code)


class Run(msgspec.Struct, frozen=True):
    """How a writer ended: its exit code (negative: the signal), what it told last, and whether the fault hit it."""

    code: int
    told: int
    hit: bool


def run(folder: Path, counts: list[int], call: str, fault: str, number: int) -> Run:
    """Let one writer work under strace, and wait for its end."""
    go_out, go = os.pipe()
    told_out, told = os.pipe()
    writer = os.fork()
    if not writer:
        os.close(told_out)
        child(folder, counts, go_out, told)
    os.close(told)
    os.close(go_out)
    log = folder.with_suffix(".strace")
    command = ["strace", "-f", "-p", str(writer), "-o", str(log)]
    command += ["-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={number}"]
    tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    if "attached" not in said:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        print(f"strace cannot trace a process of its own user: {said.strip()}", file=sys.stderr)
        raise SystemExit(NOTHING_LEFT)
    os.write(go, b"g")
    os.close(go)
    status = waited(writer)
    data = b""
    while more := os.read(told_out, 65_536):
        data += more
    os.close(told_out)
    tracer.communicate(timeout=WAIT_SECONDS_MAX)
    code = os.waitstatus_to_exitcode(status)
    hit = code == -signal.SIGKILL if "KILL" in fault else "INJECTED" in log.read_text(errors="replace")
    return Run(code, int.from_bytes(data[-8:], "big"), hit)


def waited(writer: int) -> int:
    """Wait for a process, but not for ever; return its status."""
    until = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < until:
        ended, status = os.waitpid(writer, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.001)
    os.kill(writer, signal.SIGKILL)
    message = f"A writer did not end within {WAIT_SECONDS_MAX:g} seconds."
    raise TimeoutError(message)


def examine(folder: Path, sizes: set[int]) -> tuple[int, bool]:
    """Open what is left, and return its size and whether it is sound: audited, as it was written, open to more."""
    try:
        made = opened(folder)
        size = made.size
        sound = size in sizes and made.checkpoint.root == Tree(ENTRIES[:size]).root()
        done = made.append(ENTRIES[size : size + 3])
        made.close()
        files = DiskFiles(folder, writing=False)
        seen = audit.audit(files, _KEY.name, [Ed25519Verifier(_KEY)], given=[done.checkpoint])
        sound = sound and seen.sound and seen.root == Tree(ENTRIES[: size + 3]).root()
        files.close()
    except (OSError, LogFault, TidewaiterError) as wrong:
        print(f"{folder}: {wrong}", file=sys.stderr)
        return 0, False
    return size, sound


def try_all(scratch: Path, scenario: str, counts: list[int], call: str, fault: str) -> Found:
    """Let the first, second, ... call of a kind fail, until there is none left."""
    found = Found(scenario, call, fault)
    started = STARTED if scenario == "grow" else 0
    sizes = {started + sum(counts[:done]) for done in range(len(counts) + 1)}
    for number in range(1, 10_000):
        folder = scratch / f"{scenario}-{call}-{fault.partition('=')[2]}-{number}"
        if scenario == "grow":
            shutil.copytree(scratch / "template", folder)
        ended = run(folder, counts, call, fault, number)
        if not ended.hit:
            found.went_on += ended.code != FINISHED
            return found
        size, sound = examine(folder, sizes)
        found.runs += 1
        found.stopped += ended.code in {STOPPED, FAILED}
        found.killed += ended.code == -signal.SIGKILL
        found.acknowledged += max(0, ended.told - started)
        found.lost += max(0, max(ended.told, started) - size)
        found.went_on += ended.code in {FINISHED, WRONG}
        found.unsound += not sound
        shutil.rmtree(folder)
    return found


def everything(scratch: Path, calls: tuple[str, ...], *, small: bool) -> Iterator[Found]:
    """Try every scenario, kind of call and fault: a log that is made and grows, one that goes on after a crash."""
    prepare(scratch / "template")
    scenarios = {"make": [1], "grow": [10]} if small else {"make": [1, 300, 2], "grow": [1, 4, 3, 300, 1]}
    for scenario, counts in scenarios.items():
        for call in calls:
            for fault in FAULTS:
                yield try_all(scratch, scenario, counts, call, fault)


def main() -> int:
    """Try all, print what was found, and return 1 where anything was lost or wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="commit less, for a test")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    parser.add_argument("--only", choices=CALLS, help="this kind of call alone")
    parser.add_argument("--careless", action="store_true", help="with a writer that ignores syncs that fail")
    arguments = parser.parse_args()
    calls = (arguments.only,) if arguments.only else CALLS
    if arguments.careless:
        forget_failures()
    if shutil.which("strace") is None:
        print("There is no strace here.", file=sys.stderr)
        return NOTHING_LEFT
    columns = ("runs", "stopped", "killed", "acknowledged", "lost", "went_on", "unsound")
    if not arguments.json:
        print(f"{'log':5} {'call':10} {'fault':13}" + "".join(f"{re.sub('_', ' ', one):>13}" for one in columns))
    everyone: list[Found] = []
    with tempfile.TemporaryDirectory() as scratch:
        for found in everything(Path(scratch), calls, small=arguments.small):
            everyone.append(found)
            line = f"{found.scenario:5} {found.call:10} {found.fault:13}"
            numbers = "".join(f"{getattr(found, one):>13,}" for one in columns)
            print(json.dumps(msgspec.to_builtins(found)) if arguments.json else line + numbers, flush=True)
    if not arguments.json:
        print(f"{'all':30}" + "".join(f"{sum(getattr(one, name) for one in everyone):>13,}" for name in columns))
    return int(not all(one.good for one in everyone))


if __name__ == "__main__":
    sys.exit(main())

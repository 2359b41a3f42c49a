"""Read messages of absurd size, each in a process of its own, and print time and peak memory.

Usage: python benchmarks/bad_messages.py [--gigabytes 1] [--segments 10000000] [--only WORD] [--folder /tmp]

Before and after the absurd part stand sound messages, which must be read as ever. Exits with 1 where a process
raised, lost a sound message, or took more memory than it may.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

MEGABYTES_MAX = 500
"""How much memory a reader may take, as for tables."""

BLOCK = 1 << 20
FIRST = b"UNB+UNOC:3+A+B+240601:1000+I1'UNH+1+CUSCAR:D:95B:UN'BGM+785+FIRST+9'UNT+3+1'"
LAST = b"UNH+3+CUSCAR:D:95B:UN'BGM+785+LAST+9'UNT+3+3'UNZ+3+I1'"

CHILD = """
import json, resource, sys, time
from collections import Counter
from pathlib import Path
from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start, kinds, codes, names = time.perf_counter(), Counter(), Counter(), set()
with Path(sys.argv[1]).open("rb") as stream:
    try:
        opened = receive.open_source(stream, name="source", settings=Settings(home="nowhere"))
        for one in opened.readings():
            kinds[type(one.record).__name__] += 1
            codes.update(fault.code for fault in one.faults)
            if getattr(one.record, "lrn", None) in {"FIRST", "LAST"}:
                names.add(one.record.lrn)
    except TidewaiterError as error:
        codes[str(error)] += 1
usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": time.perf_counter() - start, "peak": usage / 1024, "before": before / 1024,
                  "kinds": kinds, "codes": codes, "names": sorted(names)}))
"""


class Case(NamedTuple):
    """An absurd source: its name, what writes it in blocks, and which sound messages must be read."""

    name: str
    blocks: Callable[[int, int], Iterator[bytes]]
    names: tuple[str, ...] = ()


def filled(begin: bytes, fill: bytes, end: bytes) -> Callable[[int, int], Iterator[bytes]]:
    """Return what writes a beginning, as many bytes of filling as are asked for, and an end."""

    def blocks(size: int, _: int) -> Iterator[bytes]:
        """Yield the source."""
        yield begin
        block = fill * (BLOCK // len(fill))
        for _ in range(size // len(block)):
            yield block
        yield end

    return blocks


def repeated(
    begin: bytes, unit: Callable[[int], bytes], each: int, end: bytes
) -> Callable[[int, int], Iterator[bytes]]:
    """Return what writes a beginning, units of `each` segments until there are as many as are asked for, and an end."""

    def blocks(_: int, segments: int) -> Iterator[bytes]:
        """Yield the source."""
        yield begin
        for first in range(0, segments // each, 1000):
            yield b"".join(unit(at) for at in range(first, min(first + 1000, segments // each)))
        yield end

    return blocks


def _message(at: int) -> bytes:
    """Return a message of ten segments."""
    return (
        b"UNH+R%d+CUSCAR:D:95B:UN'BGM+785+C%d+9'CNI+1'RFF+BM:B%d'LOC+9+CNSGH:139:6'NAD+CN+++KADE TRADING'GID+1+10:CT'"
        b"FTX+AAA+++SHIRTS'MEA+WT+AAB+KGM:110'UNT+10+R%d'"
    ) % (at, at, at, at)


BOTH = ("FIRST", "LAST")
BEGUN = FIRST + b"UNH+2+CUSCAR:D:95B:UN'BGM+785+BAD+9'"
CASES = (
    Case("one segment", filled(BEGUN + b"FTX+AAA+++", b"X", b"'UNT+4+2'" + LAST), BOTH),
    Case(
        "one segment, every terminator in it released",
        filled(BEGUN + b"FTX+AAA+++", b"?'", b"'UNT+4+2'" + LAST),
        BOTH,
    ),
    Case("one segment of separators", filled(BEGUN + b"FTX+AAA", b"+", b"'UNT+4+2'" + LAST), BOTH),
    Case("one segment of lines", filled(BEGUN + b"FTX+AAA+++", b"TEXT\r\n", b"'UNT+4+2'" + LAST), BOTH),
    Case("blanks between two segments", filled(BEGUN, b" \r\n", b"UNT+3+2'" + LAST), BOTH),
    Case("terminators alone", filled(BEGUN, b"'", b"UNT+3+2'" + LAST), BOTH),
    Case("no terminator at all", filled(FIRST + b"UNH+2+", b"X", b""), ("FIRST",)),
    Case(
        "one message of many segments", repeated(BEGUN, lambda _: b"DTM+137:20240601:102'", 1, b"UNT+4+2'" + LAST), BOTH
    ),
    Case("many segments outside messages", repeated(FIRST, lambda _: b"DTM+137:20240601:102'", 1, LAST), BOTH),
    Case("many groups that do not end", repeated(FIRST, lambda at: b"UNG+X+A+B+1:1+G%d'" % at, 1, LAST), BOTH),
    Case("many messages", repeated(FIRST, _message, 10, LAST), BOTH),
    Case(
        "many interchanges without a message",
        repeated(b"", lambda at: b"UNB+UNOC:3+A+B+240601:1000+N%d'UNZ+0+N%d'" % (at, at), 10, FIRST + LAST),
        BOTH,
    ),
    Case(
        "the longest message that is read",
        lambda *_: repeated(BEGUN, lambda at: b"CNI+%d'" % at, 1, b"UNT+199990+2'" + LAST)(0, 199_987),
        BOTH,
    ),
    Case("XML, one text", filled(b"<Declaration><ID>", b"X", b"</ID></Declaration>")),
    Case("XML, many elements", filled(b"<Declaration>", b"<ID>1</ID>", b"</Declaration>")),
    Case("JSON, one text", filled(b'{"eventType":"', b"X", b'"}')),
    Case("JSON, many members", filled(b'[{"eventType":"EQUIPMENT"}', b',{"eventType":"EQUIPMENT"}', b"]")),
    Case("JSON lines, one line", filled(b'{"kind":"Message"}\n{"kind":"Message","reference":"', b"X", b'"}\n')),
)


class Result(NamedTuple):
    """What reading one absurd source took and gave."""

    seconds: float
    megabytes: float
    read: str
    said: str
    fine: bool


def attempt(case: Case, path: Path) -> Result:
    """Read a source in a process of its own."""
    ran = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=False)
    if ran.returncode:
        return Result(0, 0, "-", f"RAISED {ran.stderr.strip().splitlines()[-1:]}", fine=False)
    told = json.loads(ran.stdout)
    read = ", ".join(f"{count:,} {kind}" for kind, count in told["kinds"].items()) or "-"
    said = ", ".join(f"{code} ({count:,})" for code, count in told["codes"].items()) or "-"
    fine = set(case.names) <= set(told["names"]) and told["peak"] <= MEGABYTES_MAX
    return Result(told["seconds"], told["peak"], read, said, fine)


def main() -> None:
    """Write each source, read it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--segments", type=int, default=10_000_000)
    parser.add_argument("--only", default="", help="only the sources with this in their name")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where there is space")
    arguments = parser.parse_args()
    fine = True
    print("| source | size, MB | seconds | peak, MB | read | said | fine |\n|---|---|---|---|---|---|---|")
    for case in CASES:
        if arguments.only not in case.name:
            continue
        with tempfile.NamedTemporaryFile(dir=arguments.folder) as stream:
            for block in case.blocks(int(arguments.gigabytes * 1e9), arguments.segments):
                stream.write(block)
            stream.flush()
            size = Path(stream.name).stat().st_size / 1e6
            found = attempt(case, Path(stream.name))
        fine = fine and found.fine
        cells = (f"{size:,.0f}", f"{found.seconds:,.1f}", f"{found.megabytes:,.0f}", found.read, found.said)
        print(f"| {case.name} | {' | '.join(cells)} | {'yes' if found.fine else 'NO'} |", flush=True)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()

"""Give each reader bytes that nobody wrote, and say what broke; with atheris where it is there.

Usage: python benchmarks/fuzz.py [--minutes 5] [--reader tokens] [--data ../shared/data] [--seed 1] [--out FOLDER]

Coverage leads atheris to new paths; its bytes come from the samples, the generator (messages.py) and their spoilt
forms. Everything that breaks is kept once by where it broke, with its smallest input, and the run goes on.
Exits with 1 where anything broke. Without --reader each gets an equal share of the time, one after the other.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from messages import interchange, spoilt
from proofs import READERS

BYTES_MAX = 16_384
SLOW_SECONDS = 5.0
"""An input that takes longer counts as broken."""
INVENTED = 300
SAMPLES = {
    "xml": ("*.xml",),
    "json": ("*.json",),
    "jsonl": ("*.jsonl", "*.json"),
    "anything": ("*.xml", "*.json", "*.edi", "*.txt"),
}
TREES = (
    b'<a xmlns="u:1"><b c="1">\xc3\xa9</b><!-- --><![CDATA[x]]></a>',
    b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>',
    b'{"eventType":"EQUIPMENT","eventClassifierCode":"ACT","eventDateTime":"2024-01-01T00:00:00Z","equipmentReference":"X"}',
    b'[{"kind":"Declaration","lrn":"1"},{"kind":"Consignment"}]',
    b'{"kind":"Declaration","lrn":"1","goodsShipment":{"items":[{"sequence":1}]}}\n{"kind":"Message"}\n',
)


class Log:
    """What was tried, what broke, what was slow; told when the time is up."""

    def __init__(self, name: str, prove: Callable[[bytes], object], *, seconds: float, out: Path | None) -> None:
        self.name, self.prove, self.out = name, prove, out
        self.executions = 0
        self.broken: dict[str, tuple[int, bytes, str]] = {}
        self.slowest: tuple[float, bytes] = (0.0, b"")
        self.began = time.monotonic()
        self.until = self.began + seconds

    def attempt(self, raw: bytes) -> None:
        """Try one input; when the time is up, tell and end the process."""
        start = time.perf_counter()
        try:
            self.prove(raw)
        except (Exception, RecursionError) as error:  # noqa: BLE001 - this is what is looked for
            frames = traceback.extract_tb(error.__traceback__)
            where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in frames[:-4:-1])
            self.keep(f"{type(error).__name__} {where}", raw, str(error)[:200])
        took = time.perf_counter() - start
        self.executions += 1
        if took > self.slowest[0]:
            self.slowest = took, raw
        if took > SLOW_SECONDS:
            self.keep("slow", raw, f"{took:.1f} s")
        if time.monotonic() > self.until:
            self.tell()

    def keep(self, where: str, raw: bytes, said: str) -> None:
        """Keep what broke by where it broke, with its smallest input."""
        count, smallest, first = self.broken.get(where, (0, raw, said))
        self.broken[where] = count + 1, min(smallest, raw, key=len), first
        if self.out is not None:
            self.out.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256(where.encode()).hexdigest()[:12]
            (self.out / f"{self.name}-{digest}").write_bytes(self.broken[where][1])

    def tell(self) -> None:
        """Print the figures and end the process, from wherever it is."""
        seconds = time.monotonic() - self.began
        print(f"| {self.name} | {self.executions:,} | {seconds:,.0f} | {len(self.broken)} | {self.slowest[0]:.2f} |")
        for where, (count, raw, said) in self.broken.items():
            print(f"    {count} times {where}: {said}\n      {raw[:300]!r}")
        sys.stdout.flush()
        os._exit(1 if self.broken else 0)  # libFuzzer never returns


def corpus(name: str, data: Path) -> list[bytes]:
    """Return what a reader's inputs grow from."""
    if name in SAMPLES:
        found = [path for pattern in SAMPLES[name] for path in sorted(data.rglob(pattern))]
        seeds = [path.read_bytes()[:BYTES_MAX] for path in found if path.stat().st_size <= 4 * BYTES_MAX]
        return [*seeds, *TREES]
    found = [path for path in sorted((data / "edifact-samples").rglob("*")) if path.suffix in {".edi", ".txt"}]
    return [path.read_bytes() for path in found] + [interchange(seed, fill=0.1).raw for seed in range(INVENTED)]


def changed(raw: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Change bytes a little: flip, cut, repeat, splice with another, or spoil as messages are spoilt."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, size = chance.randint(0, len(raw)), chance.choice((1, 1, 2, 8, 64))
        way = chance.randrange(6)
        if way == 0:
            raw = raw[:at] + chance.randbytes(size) + raw[at + size :]
        elif way == 1:
            raw = raw[:at] + raw[at + size :]
        elif way == 2:
            raw = raw[:at] + raw[at : at + size] * chance.choice((2, 3, 50)) + raw[at + size :]
        elif way == 3:
            other = chance.choice(seeds)
            raw = raw[:at] + other[chance.randint(0, len(other)) :]
        else:
            raw = spoilt(raw, chance.getrandbits(32))
    return raw[:BYTES_MAX]


def by_chance(log: Log, seeds: Sequence[bytes], seed: int) -> None:
    """Try changed seeds until the time is up."""
    chance = random.Random(seed)
    while True:
        if log.name not in SAMPLES and chance.random() < 0.2:
            log.attempt(spoilt(interchange(chance.getrandbits(32), fill=0.1).raw, chance.getrandbits(32)))
        else:
            log.attempt(changed(chance.choice(seeds), seeds, chance))


def led_by_coverage(log: Log, seeds: Sequence[bytes], seed: int, folder: Path) -> None:
    """Let atheris look for new paths until the time is up."""
    import atheris

    for number, raw in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(raw[:BYTES_MAX])

    def mutate(raw: bytes, most: int, number: int) -> bytes:
        """Change an input: libFuzzer's way, or ours."""
        chance = random.Random(number)
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(raw, most))
        return changed(raw, seeds, chance)[:most]

    options = [f"-seed={seed}", f"-max_len={BYTES_MAX}", "-verbosity=0", "-rss_limit_mb=4096", "-timeout=600"]
    for module in [one for one in list(sys.modules) if one.startswith("tidewaiter.stages.receive")]:
        for member in vars(sys.modules[module]).values():
            if getattr(member, "__module__", None) == module:
                _instrument(atheris, member)
    atheris.Setup([sys.argv[0], *options, str(folder)], log.attempt, custom_mutator=mutate)
    atheris.Fuzz()


def _instrument(atheris: object, member: object) -> None:
    """Let atheris watch a function, or a class's methods."""
    watch = atheris.instrument_func  # type: ignore[attr-defined]  # it ships no types
    if hasattr(member, "__code__"):
        watch(member)
    elif isinstance(member, type):
        for one in vars(member).values():
            if hasattr(one, "__code__"):
                watch(one)


def main() -> None:
    """Fuzz one reader, or each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--reader", choices=[*READERS])
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a folder for the smallest input of each break")
    parser.add_argument("--by-chance", action="store_true", help="do without atheris")
    arguments = parser.parse_args()
    if arguments.reader is None:
        print("| reader | executions | seconds | broke | slowest s |\n|---|---|---|---|---|", flush=True)
        share = arguments.minutes / len(READERS)
        own = [sys.executable, __file__, *sys.argv[1:], "--minutes", str(share)]
        codes = [subprocess.run([*own, "--reader", name], check=False).returncode for name in READERS]
        sys.exit(max(map(abs, codes)))
    log = Log(arguments.reader, READERS[arguments.reader], seconds=arguments.minutes * 60, out=arguments.out)
    seeds = corpus(arguments.reader, arguments.data)
    try:
        import atheris  # noqa: F401 - is it there
    except ImportError:
        arguments.by_chance = True
    if arguments.by_chance:
        by_chance(log, seeds, arguments.seed)
    else:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            led_by_coverage(log, seeds, arguments.seed, Path(folder))


if __name__ == "__main__":
    main()

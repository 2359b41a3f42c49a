"""Measure the vault: keys made, read, sealed with, destroyed and wrapped anew.

Usage: python benchmarks/vault.py [--keys 300000] [--url postgresql://…]

Rates are given twice: by wall time, disk and neighbours included, and by this process's own processor time. The root is
a sealed file. Without a URL the key store is a new SQLite file; a database of a URL should be empty.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from tidewaiter.kernel.clock import SystemClock
from tidewaiter.kernel.seal import DataKey, create_vault, open_vault
from tidewaiter.kernel.settings import Settings

TOGETHER = 20_000
"""Keys asked for at once, as a batch of records would."""
PLAIN = b"x" * 400
"""What is sealed: about as long as the personal part of a declaration."""

Result = TypeVar("Result")


def measured(name: str, count: int, do: Callable[[], Result]) -> Result:
    """Do something, print how many of them a second, and return what it returned."""
    wall, own = time.perf_counter(), time.process_time()
    result = do()
    wall, own = time.perf_counter() - wall, time.process_time() - own
    print(f"{name:<28}{count / wall:>12,.0f}/s wall{count / own:>12,.0f}/s processor")
    return result


def pieces(count: int) -> Iterator[int]:
    """Yield how many to ask for at once, until there are so many."""
    for start in range(0, count, TOGETHER):
        yield min(TOGETHER, count - start)


def sealed_and_opened(keys: Sequence[DataKey]) -> None:
    """Seal with every key, and open what was sealed."""
    sealed = measured("seal, 400 bytes", len(keys), lambda: [one.seal(PLAIN, f"r\0{one.id}\0p") for one in keys])
    pairs = list(zip(keys, sealed, strict=True))
    measured("open", len(keys), lambda: [one.open(data, f"r\0{one.id}\0p") for one, data in pairs])


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=300_000)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings, clock = Settings(home=home, key_store_url=given.url), SystemClock()
        vault = create_vault(settings, clock)
        made = measured(
            "fresh", given.keys, lambda: [key for some in pieces(given.keys) for key in vault.fresh("record", some)]
        )
        measured("fresh, one at a time", 500, lambda: [vault.fresh("record", 1) for _ in range(500)])
        numbers = [one.id for one in made]
        starts = range(0, len(numbers), TOGETHER)
        measured("keys", len(numbers), lambda: [len(vault.keys(numbers[at : at + TOGETHER])) for at in starts])
        sealed_and_opened(made[:100_000])
        every_tenth = numbers[::10]
        measured("shred, every tenth", len(every_tenth), lambda: vault.shred(every_tenth))
        left = sum(vault.status().keys.values())
        done = measured("rotate", left, vault.rotate)
        assert done.rewrapped == left, "every key that is left was wrapped anew"
        measured("open the vault", 1, lambda: open_vault(settings, clock).close())
        vault.close()
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()

"""Measure the log and the vault in one run: tree, proofs, audit, and the whole path of a record.

Usage: python benchmarks/evidence.py [--leaves 1000000] [--rounds 5] [--records 40000]

pymerkle  the same leaves in its tree in memory, and proofs from it at 100,000 leaves
openssl   `openssl speed sha256` on messages of 64 bytes: what the machine's own hashing allows, without a tree

Every ratio is of neighbouring measurements of this run: the median of the rounds, with the least and the most.
Wall time; the column of the processor says what a core would do that had nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from tidewaiter.kernel.clock import SystemClock
from tidewaiter.kernel.log import audit, checkpoint, leaf, notes, store, tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.files import DiskFiles, tile_source
from tidewaiter.kernel.log.notes import ED25519, Ed25519Verifier, Key
from tidewaiter.kernel.log.store import LogStore
from tidewaiter.kernel.log.tiles import TileReader
from tidewaiter.kernel.seal import Vault, create_vault
from tidewaiter.kernel.settings import Settings

BATCH = 2_000
ORIGIN = "bench.example/log"
AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
PEER_LEAVES = 100_000
OPENSSL_BYTES = 64
PROOFS = 2_000
PROOFS_ANEW = 200


class Row(msgspec.Struct, frozen=True):
    """A line of the table: what, in which unit, ours and the peer's by round, and what was to be reached.

    `busy` is ours by the processor's time, where that is known.
    """

    name: str
    unit: str
    ours: list[float]
    target: str = ""
    peer: str = ""
    theirs: list[float] = []
    less_is_better: bool = False
    busy: list[float] = []

    def line(self) -> str:
        """Return the line."""
        busy = number(statistics.median(self.busy)) if self.busy else ""
        text = f"{self.name:48} {number(statistics.median(self.ours)):>11} {self.unit:10} {busy:>11} {self.target:>9}"
        if not self.theirs:
            return text
        pairs = zip(self.ours, self.theirs, strict=True)
        ratios = sorted(their / our if self.less_is_better else our / their for our, their in pairs)
        middle = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        return f"{text}  {self.peer:9} {number(statistics.median(self.theirs)):>11}  {middle}"


def number(value: float) -> str:
    """Write a number: large ones without a fraction."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3f}"


class Spent(msgspec.Struct, frozen=True):
    """How many things took how long: seconds on the wall, and of the processor."""

    count: int
    wall: float
    busy: float


def spent(count: int, run: Callable[[], object]) -> Spent:
    """Return how long so many things take."""
    wall, busy = time.perf_counter(), time.process_time()
    run()
    return Spent(count, time.perf_counter() - wall, time.process_time() - busy)


def rates(found: Sequence[Spent]) -> list[float]:
    """Return how many were done a second."""
    return [one.count / one.wall for one in found]


def busy_rates(found: Sequence[Spent]) -> list[float]:
    """Return how many were done a second of the processor, of all together: its clock is coarse."""
    return [sum(one.count for one in found) / max(1e-9, sum(one.busy for one in found))]


def leaves(count: int) -> list[bytes]:
    """Make leaves as the log has them, from a seed."""
    chance = random.Random(1)
    return [
        leaf.leaf("record.kept", at=AT, actor=bytes(16), identity=chance.randbytes(16), commit=chance.randbytes(32))
        for _ in range(count)
    ]


# --- the tree ---------------------------------------------------------------------------------------------------------


def grown(entries: Sequence[bytes]) -> bytes:
    """Append leaves to our tree, batch by batch, and return its root."""
    peaks = tree.Peaks()
    for first in range(0, len(entries), BATCH):
        peaks = tree.grow(peaks, tree.leaf_hashes(entries[first : first + BATCH])).peaks
    return peaks.root()


def peer_tree(entries: Sequence[bytes]) -> Any:
    """Append leaves to pymerkle's tree, batch by batch, and return it."""
    from pymerkle import InmemoryTree

    made = InmemoryTree(algorithm="sha256")
    for first in range(0, len(entries), BATCH):
        made.append_entries(entries[first : first + BATCH])
    return made


def openssl_hashes() -> float:
    """Return how many messages of 64 bytes openssl hashes a second with SHA-256."""
    command = ["openssl", "speed", "-seconds", "1", "-bytes", str(OPENSSL_BYTES), "-mr", "sha256"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = next(line for line in said.splitlines() if line.startswith("+F:"))
    return float(found.rsplit(":", 1)[1]) / OPENSSL_BYTES


def measure_tree(entries: Sequence[bytes], rounds: int) -> Iterator[Row]:
    """Compare appending."""
    few = entries[:PEER_LEAVES]
    assert grown(few) == peer_tree(few).get_root(), "the two trees differ"
    ours, theirs, hashes = [], [], []
    for _ in range(rounds):
        ours.append(spent(len(few), partial(grown, few)))
        theirs.append(spent(len(few), partial(peer_tree, few)))
        hashes.append(openssl_hashes())
    busy = busy_rates(ours)
    yield Row("tree: append", "leaves/s", rates(ours), "700,000", "pymerkle", rates(theirs), busy=busy)
    pure = [2 * one.count / one.busy for one in ours]  # openssl counts the processor's time too
    yield Row("tree: hashes, two a leaf, processor", "hashes/s", pure, "", "openssl", hashes)


# --- a log on a disk --------------------------------------------------------------------------------------------------


def measure_log(entries: Sequence[bytes], folder: Path, rounds: int) -> Iterator[Row]:
    """Fill a log on a disk, prove from it, audit it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    key = Key(ORIGIN, ED25519, private.public_key().public_bytes_raw())
    made = store.create(DiskFiles(folder), ORIGIN, partial(signed, key, private.sign))
    batches = [entries[first : first + BATCH] for first in range(0, len(entries), BATCH)]
    done = [spent(len(batch), partial(made.append, batch)) for batch in batches]
    name = f"log: append, {BATCH:,} a commit, synced, signed"
    yield Row(name, "entries/s", rates(done), busy=busy_rates(done))
    made.close()
    files = DiskFiles(folder, writing=False)
    yield from measure_proofs(entries, files, rounds)
    check = partial(audit.audit, files, ORIGIN, [Ed25519Verifier(key)], check_entry=leaf.parse)
    found = check()
    assert found.sound
    assert found.size == len(entries)
    done = [spent(found.size, check) for _ in range(rounds)]
    name = f"log: full audit of {len(entries):,}, leaves read"
    yield Row(name, "entries/s", rates(done), "200,000", busy=busy_rates(done))
    files.close()


def measure_proofs(entries: Sequence[bytes], files: DiskFiles, rounds: int) -> Iterator[Row]:
    """Compare proofs of inclusion: ours from tiles on the disk and in memory, pymerkle's from its nodes in memory."""
    chance, size = random.Random(2), len(entries)
    source = tile_source(files)
    reader, few = TileReader(source), entries[:PEER_LEAVES]
    inside, other = tree.Tree(few), peer_tree(few)

    def kept(index: int) -> list[bytes]:
        """Prove from tiles, of which the last ones are kept in memory."""
        return tree.inclusion_proof(reader.at(size), index, size)

    def anew(index: int) -> list[bytes]:
        """Prove from tiles that are read for this proof."""
        return tree.inclusion_proof(TileReader(source).at(size), index, size)

    def memory(index: int) -> list[bytes]:
        """Prove from a tree in memory."""
        return tree.inclusion_proof(inside.hashes, index, PEER_LEAVES)

    proven: dict[str, list[float]] = {"kept": [], "anew": [], "memory": [], "peer": []}
    for _ in range(rounds):
        some = [chance.randrange(size) for _ in range(PROOFS)]
        within = [one % PEER_LEAVES for one in some]
        proven["kept"].append(milliseconds_each(kept, some))
        proven["peer"].append(milliseconds_each(lambda index: other.prove_inclusion(index, PEER_LEAVES), within))
        proven["memory"].append(milliseconds_each(memory, within))
        proven["anew"].append(milliseconds_each(anew, some[:PROOFS_ANEW]))
    root = tree.root_hash(reader.at(size), size)
    for at in (0, size // 3, size - 1):
        tree.verify_inclusion(tree.leaf_hash(entries[at]), at, size, kept(at), root)
    said = {
        "kept": f"proof: {size:,} leaves, tiles kept",
        "anew": f"proof: {size:,} leaves, tiles read anew",
        "memory": f"proof: {PEER_LEAVES:,} leaves, in memory",
    }
    for name, what in said.items():
        yield Row(what, "ms", proven[name], "1", "pymerkle", proven["peer"], less_is_better=True)


def milliseconds_each(run: Callable[[int], object], asked: Sequence[int]) -> float:
    """Return how long each takes, on average."""
    start = time.perf_counter()
    for one in asked:
        run(one)
    return 1_000 * (time.perf_counter() - start) / len(asked)


def signed(key: Key, by: notes.Sign, made: Checkpoint) -> bytes:
    """Sign a checkpoint."""
    return checkpoint.write(made, [notes.sign(made.text, key, by)])


# --- the whole path ---------------------------------------------------------------------------------------------------


class Stages:
    """How long each stage of the path took, in seconds."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Measure a stage."""
        start = time.perf_counter()
        yield
        self.spent[name] = self.spent.get(name, 0.0) + time.perf_counter() - start


def declaration(index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a record of about 600 bytes: what anybody may read, and what is personal."""
    items = [{"hs": f"{392690 + at}", "origin": "CN", "mass": f"{index % 900}.5", "value": str(at)} for at in (1, 2, 3)]
    public = {"kind": "Declaration", "lrn": f"L{index:09}", "office": "010", "items": items, "currency": "KRW"}
    personal = {
        "/parties/0/name": f"Importer {index}",
        "/parties/0/address": "1 Invented Street",
        "/contact": "x@y.example",
    }
    return public, personal


Records = list[tuple[dict[str, Any], dict[str, Any]]]


def evidence(vault: Vault, log: LogStore, stages: Stages, records: Records) -> None:
    """Take one batch the whole way: each record sealed under a key of its own, committed to, and in the log."""
    with stages.of("canonical JSON"):
        texts = [(leaf.canonical(public), leaf.canonical(personal)) for public, personal in records]
    with stages.of("fresh keys: made, wrapped, on the disk"):
        keys = vault.fresh("record", BATCH)
    with stages.of("AES-256-GCM"):
        sealed = [key.seal(personal, f"record\0{key.id}") for key, (_, personal) in zip(keys, texts, strict=True)]
    with stages.of("commitment, leaf"):
        random_ids = os.urandom(16 * BATCH)
        entries = []
        for at, (key, (public, _), part) in enumerate(zip(keys, texts, sealed, strict=True)):
            identity = random_ids[16 * at : 16 * at + 16]
            commit = leaf.commitment(key.salt(identity), public + key.fingerprint + part)
            entries.append(leaf.leaf("record.kept", at=AT, actor=bytes(16), identity=identity, commit=commit))
    with stages.of("tree, sync, signature"):
        log.append(entries)


def measure_path(folder: Path, records: int) -> Iterator[Row]:
    """Take records the whole way, from a record in memory to a signed checkpoint on the disk."""
    records = -(-records // BATCH) * BATCH
    vault = create_vault(Settings(home=str(folder)), SystemClock())
    key = Key(ORIGIN, ED25519, vault.signer_public())
    log = store.create(DiskFiles(folder / "log"), ORIGIN, partial(signed, key, vault.sign))
    made = [declaration(index) for index in range(BATCH + records)]
    evidence(vault, log, Stages(), made[:BATCH])
    stages = Stages()
    batches = [made[first : first + BATCH] for first in range(BATCH, BATCH + records, BATCH)]
    done = [spent(BATCH, partial(evidence, vault, log, stages, batch)) for batch in batches]
    log.close()
    vault.close()
    yield Row(f"whole path, {BATCH:,} records a batch", "records/s", rates(done), "50,000", busy=busy_rates(done))
    whole = sum(one.wall for one in done)
    for name, part in stages.spent.items():
        yield Row(f"  {name} ({part / whole:.0%})", "records/s", [records / part])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--records", type=int, default=40_000)
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"{arguments.rounds} rounds on {cores} cores; before this, {load:.1f} processes ran or waited for them")
    print(f"{'evidence':48} {'median':>11} {'':10} {'processor':>11} {'target':>9}  {'peer':9} {'median':>11}  times")
    entries = leaves(max(arguments.leaves, PEER_LEAVES))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for rows in (
            measure_tree(entries, arguments.rounds),
            measure_log(entries, folder / "log", arguments.rounds),
            measure_path(folder / "node", arguments.records),
        ):
            for row in rows:
                print(row.line(), flush=True)


if __name__ == "__main__":
    main()

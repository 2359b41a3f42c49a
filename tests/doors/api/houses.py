"""Make small nodes for the tests of the API, and serve them on loopback in a thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
from fastapi import FastAPI
from tests.kernel.log.keys import NOON, Pair, entries_to, pair

from tidewaiter.doors import api
from tidewaiter.kernel.clock import Clock, SetClock
from tidewaiter.kernel.db import Database, connect, migrate
from tidewaiter.kernel.ledger.heads import WitnessHeads
from tidewaiter.kernel.log import checkpoint, cosignatures, store
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519, LOG_KINDS
from tidewaiter.kernel.log.files import DiskFiles
from tidewaiter.kernel.log.store import LogStore
from tidewaiter.kernel.log.witness import Cosigner
from tidewaiter.kernel.settings import Settings


class House(msgspec.Struct):
    """As much of a node as the API needs, and the keys of its log and as a witness."""

    name: str
    settings: Settings
    clock: Clock
    folder: Path
    database: Database
    key: Pair
    witness: Pair

    @property
    def heads(self) -> WitnessHeads:
        """What it cosigned last."""
        return WitnessHeads(self.database)

    @contextmanager
    def log(self) -> Iterator[LogStore]:
        """Open its log, making it where there is none."""
        folder = self.folder / "log"
        files, sign = DiskFiles(folder), self.key.checkpoint
        if (folder / "checkpoint").exists():
            verifier = cosignatures.verifier(self.key.key, LOG_KINDS)
            opened = store.open_log(files, self.key.key.name, [verifier], sign)
        else:
            opened = store.create(files, self.key.key.name, sign)
        try:
            yield opened
        finally:
            opened.close()

    def grow(self, size: int) -> bytes:
        """Let its log grow to a size, and return the signed checkpoint."""
        with self.log() as log:
            if log.size < size:
                log.append(entries_to(size, log.size))
            return log.signed

    def made(self, size: int, root: bytes) -> bytes:
        """Sign a checkpoint, of its log or of a fork of it."""
        return self.key.checkpoint(Checkpoint(self.key.key.name, size, root))

    def app(self, *others: House, cosigners: Sequence[Cosigner] | None = None) -> FastAPI:
        """Return its API, as a witness of others."""
        known = {one.key.key.name: [one.key.verifier] for one in others}
        return api.app(self, cosigners=[self.witness.cosigner] if cosigners is None else cosigners, logs=known)


@contextmanager
def house(folder: Path, name: str = "one", **given: object) -> Iterator[House]:
    """Make a small node, with a log that anybody may read unless it is said otherwise."""
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    plain = {"home": str(home), "log_public": True, "api_seconds_max": 10.0, "remote_seconds_max": 10.0}
    settings = msgspec.convert(plain | given, Settings)
    database = connect(settings)
    migrate(database)
    key, witness = pair(f"{name}.example/log"), pair(f"{name}.example/witness", COSIGNED_ED25519)
    clock = SetClock(datetime.fromtimestamp(NOON, UTC))
    try:
        yield House(name, settings, clock, home, database, key, witness)
    finally:
        database.close()


@contextmanager
def serving(made: FastAPI, settings: Settings) -> Iterator[str]:
    """Serve an API on loopback, and give its address."""
    listening = api.listen("127.0.0.1", 0)
    server = api.server(made, settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    where = api.address(listening)
    thread.start()
    try:
        yield where
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@contextmanager
def client(url: str) -> Iterator[httpx.Client]:
    """Give a plain client."""
    with httpx.Client(base_url=url, trust_env=False, timeout=20) as made:
        yield made


def size_of(signed: bytes) -> int:
    """Return the size that a checkpoint says."""
    return checkpoint.parse(signed)[0].size

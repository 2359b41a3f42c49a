"""Prove that leaves come into the log in order and once, whatever breaks in between."""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tidewaiter.kernel.db import Database, connect, migrate
from tidewaiter.kernel.errors import LogFault, LogStopped, StorageFault
from tidewaiter.kernel.ledger import Ledger, _store
from tidewaiter.kernel.log import audit, checkpoint, proof, store, tree
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.files import DiskFiles
from tidewaiter.kernel.log.happening import happening
from tidewaiter.kernel.log.notes import Signature
from tidewaiter.kernel.log.policy import Party, Policy
from tidewaiter.kernel.settings import Settings

AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
ORIGIN = "xx.customs.invalid/test"
SIGNER = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"the ledger's tests").digest())


class Keyed(msgspec.Struct, frozen=True):
    """A key for tests: its salts are of its number."""

    id: int = 7

    def salt(self, identity: bytes) -> bytes:
        """Return a salt."""
        return hashlib.sha256(b"%d" % self.id + identity).digest()


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """Give a database with its tables."""
    made = connect(Settings(home=str(tmp_path), database_url=database_url))
    migrate(made)
    yield made
    made.close()


def ledger_of(database: Database, folder: Path, origin: str = ORIGIN) -> Ledger:
    """Return a ledger over a database and a folder."""
    public = SIGNER.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Ledger(database, folder, origin=origin, public=public, sign=SIGNER.sign, wait_seconds_max=20)


def put(database: Database, ledger: Ledger, count: int, kind: str = "record.kept", start: int = 0) -> int:
    """Commit a transaction with so many happenings, and return the position after the last."""
    with database.writing() as connection:
        some = [happening(kind, {"n": start + number}, Keyed(), about=bytes(16)) for number in range(count)]
        return ledger.queue(connection, some, at=AT, actor="tester")


def sound(ledger: Ledger) -> audit.Audit:
    """Audit the whole log and return what was found."""
    files = ledger.files()
    try:
        found = audit.audit(files, ledger.origin, [ledger.verifier], check_entry=leaves.parse)
    finally:
        files.close()
    assert found.sound, found.flaws
    return found


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch, target: Any, name: str) -> Iterator[None]:
    """Let a function die as a process dies: before it does anything."""
    with monkeypatch.context() as patch:

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(target, name, die)
        with pytest.raises(KeyboardInterrupt):
            yield


def what_is_committed_is_in_the_log_in_order_and_verifies(database: Database, tmp_path: Path) -> None:
    ledger = ledger_of(database, tmp_path / "log")
    ends = [put(database, ledger, count) for count in (3, 1, 5_000)]
    assert ends == [3, 4, 5_004]
    assert ledger.integrate(ends[-1]) == 5_004
    assert sound(ledger).size == 5_004
    signed = ledger.checkpoint()
    with database.reading() as connection:
        entry = ledger.entry(connection, 3)
        assert ledger.known(connection)[:2] == (5_004, 5_004)
        assert ledger.counts(connection) == {"record.kept": 5_004}
    [(leaf, shown)] = ledger.prove([3], signed)
    policy = Policy((Party(ledger.key),), {}, {}, "none")
    assert proof.verify(leaf, shown, policy).index == 3
    parsed = leaves.parse(leaf)
    identity = base64.urlsafe_b64decode(parsed.id + "==")
    assert leaves.committed(parsed) == leaves.commitment(Keyed().salt(identity), entry.statement)
    assert entry.statement == b'{"n":0}'
    ledger.close()


def nothing_of_a_transaction_that_is_undone_is_in_the_log(database: Database, tmp_path: Path) -> None:
    ledger = ledger_of(database, tmp_path / "log")
    put(database, ledger, 2)
    with contextlib.suppress(ZeroDivisionError), database.writing() as connection:
        ledger.queue(connection, [happening("record.kept", {}, Keyed())], at=AT, actor="tester")
        raise ZeroDivisionError
    end = put(database, ledger, 2, start=2)
    assert ledger.integrate(end) == 4
    assert sound(ledger).size == 4


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (store.LogStore, "append"),
        (_store, "advance"),
        (checkpoint, "write"),
        (store.LogStore, "_commit"),
        (store, "replace"),
    ],
)
def a_death_at_any_step_is_healed_by_the_next_who_integrates(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Any, name: str
) -> None:
    first = ledger_of(database, tmp_path / "log")
    first.integrate(put(database, first, 300))
    before = checkpoint.parse(first.checkpoint())[0]
    end = put(database, first, 10, start=300)
    with broken(monkeypatch, target, name):
        first.integrate(end)
    more = put(database, first, 5, start=310)  # comes before anybody has looked again
    first.close()
    second = ledger_of(database, tmp_path / "log")
    assert second.integrate(more) == 315
    assert sound(second).size == 315
    after = checkpoint.parse(second.checkpoint())[0]
    tree.verify_consistency(300, 315, second.consistency(300, 315), before.root, after.root)
    with database.reading() as connection:
        told = [second.entry(connection, position).statement for position in range(315)]
    assert told == [b'{"n":%d}' % number for number in range(315)]


def what_was_about_to_be_signed_before_a_death_is_signed_as_it_was(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = ledger_of(database, tmp_path / "log")
    ledger.integrate(put(database, ledger, 4))
    end = put(database, ledger, 3)
    with broken(monkeypatch, store.LogStore, "_commit"):
        ledger.integrate(end)
    with database.reading() as connection:
        _, size, root = ledger.known(connection)
    assert size == 7
    put(database, ledger, 9)
    ledger.close()
    again = ledger_of(database, tmp_path / "log")
    signed: list[Checkpoint] = []
    write = checkpoint.write

    def written(one: Checkpoint, by: list[Signature]) -> bytes:
        signed.append(one)
        return write(one, by)

    monkeypatch.setattr(checkpoint, "write", written)
    assert again.integrate() == 16
    assert (signed[0].size, signed[0].root) == (7, root)


def a_database_that_is_older_than_its_log_is_refused(database: Database, tmp_path: Path) -> None:
    ledger = ledger_of(database, tmp_path / "log")
    ledger.integrate(put(database, ledger, 5))
    with database.writing() as connection:
        connection.execute(_store.head.update().values(size=3, root=b"x" * 32, next_position=3))
    ledger.close()
    with pytest.raises(LogFault, match="older copy"):
        ledger_of(database, tmp_path / "log").integrate()


def a_log_that_is_older_than_its_database_is_refused(database: Database, tmp_path: Path) -> None:
    ledger = ledger_of(database, tmp_path / "log")
    ledger.integrate(put(database, ledger, 5))
    kept = {file.name: file.read_bytes() for file in (tmp_path / "log").iterdir()}
    for _ in range(3):
        ledger.integrate(put(database, ledger, 5))
    ledger.close()
    for name, data in kept.items():
        (tmp_path / "log" / name).write_bytes(data)
    for one in (tmp_path / "log").iterdir():
        if one.name not in kept:
            one.unlink()
    with pytest.raises(LogFault, match=r"older copy|goes on at"):
        ledger_of(database, tmp_path / "log").integrate()


def two_instances_cannot_sign_two_logs(database: Database, tmp_path: Path) -> None:
    one = ledger_of(database, tmp_path / "log")
    one.integrate(put(database, one, 5))
    other = ledger_of(database, tmp_path / "elsewhere")
    put(database, other, 1)
    with pytest.raises(LogFault):
        other.integrate()
    assert one.integrate() == 6


def an_origin_that_the_database_does_not_know_is_refused(database: Database, tmp_path: Path) -> None:
    ledger = ledger_of(database, tmp_path / "log")
    ledger.integrate(put(database, ledger, 1))
    with pytest.raises(LogFault, match="is of the log"):
        ledger_of(database, tmp_path / "log", "yy.customs.invalid/test").integrate()


@pytest.mark.parametrize(("number", "told"), [(errno.EIO, LogStopped), (errno.ENOSPC, StorageFault)])
def a_disk_that_fails_stops_the_log_and_a_new_start_goes_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: type[Exception]
) -> None:
    ledger = ledger_of(database, tmp_path / "log")
    ledger.integrate(put(database, ledger, 1))
    with monkeypatch.context() as patch:

        def fail(_self: object, _name: str) -> None:
            raise OSError(number, "It failed")

        patch.setattr(DiskFiles, "sync", fail)
        with pytest.raises(told):
            ledger.integrate(put(database, ledger, 2))
    assert ledger.integrate() == 3
    assert sound(ledger).size == 3


def the_many_callers_of_one_log_are_each_told_after_their_own_leaf_is_in(database: Database, tmp_path: Path) -> None:
    made = [ledger_of(database, tmp_path / "log") for _ in range(2)]
    failed: list[BaseException] = []

    def run(ledger: Ledger) -> None:
        try:
            for _ in range(8):
                end = put(database, ledger, 3)
                ledger.integrate(end)
                assert checkpoint.parse(ledger.checkpoint())[0].size >= end
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failed.append(error)

    threads = [threading.Thread(target=run, args=(made[number % 2],)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    assert sound(made[0]).size == 6 * 8 * 3
    with database.reading() as connection:
        positions = [one.position for one in made[0].about(connection, bytes(16))]
    assert positions == list(range(6 * 8 * 3))


def the_queue_keeps_no_more_than_the_last_commit(database: Database, tmp_path: Path) -> None:
    ledger = ledger_of(database, tmp_path / "log")
    for _ in range(5):
        ledger.integrate(put(database, ledger, 2))
    with database.reading() as connection:
        assert [first for first, _ in _store.queued(connection, 0, 100)] == [8]

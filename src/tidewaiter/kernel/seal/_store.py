"""Hold the tables of the key store and its queries."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

from tidewaiter.kernel.db import insert_many

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Database

metadata = MetaData()
"""The key store's own catalogue: it is another database than the node's, and never in the same backup."""

fact = Table(
    "seal_fact",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
"""Single facts: the form, the epoch and since when, an epoch that is being begun, secrets wrapped by the root."""

kek = Table(
    "seal_kek",
    metadata,
    Column("purpose", String(20), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
"""Key-encryption keys, wrapped by the root: one for each purpose and epoch."""

key = Table(
    "seal_key",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("purpose", String(20), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("born", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
"""Data keys, wrapped by the key-encryption key of their purpose and epoch; `born` is the epoch they were made in."""

IN_MAX = 5_000
COUNTER = "next_key"
_ALONE = int.from_bytes(b"tidekeys")
"""The number of the lock that a server keeps for whoever begins an epoch."""


_ROW = (key.c.id, key.c.purpose, key.c.epoch, key.c.born, key.c.wrapped)


@contextmanager
def alone(database: Database) -> Iterator[bool]:
    """Say whether nobody else is beginning an epoch, and keep it so until the end; who dies lets go.

    SQLite's key store has a file beside it for this, which stays: who removed it could let two in.
    """
    if not database.is_sqlite:
        with database.saying_faults(), database.engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            got = bool(plain.execute(sa.select(sa.func.pg_try_advisory_lock(_ALONE))).scalar())
            try:
                yield got
            finally:
                if got:
                    plain.execute(sa.select(sa.func.pg_advisory_unlock(_ALONE)))
        return
    file = os.open(f"{database.engine.url.database}-epoch", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)


def make_tables(connection: Connection) -> None:
    """Make the tables, and the counter of keys, where there are none."""
    metadata.create_all(connection)
    if read_fact(connection, COUNTER) is None:
        write_fact(connection, COUNTER, b"1")


def has_tables(connection: Connection) -> bool:
    """Say whether there is a key store."""
    return bool(sa.inspect(connection).has_table(fact.name))


def read_fact(connection: Connection, name: str) -> bytes | None:
    """Return a fact."""
    found = connection.execute(sa.select(fact.c.value).where(fact.c.name == name)).scalar()
    return None if found is None else bytes(found)


def lock(connection: Connection) -> None:
    """Wait for others who change the key store, until the end of the transaction."""
    connection.execute(sa.select(fact.c.value).where(fact.c.name == COUNTER).with_for_update())


def write_fact(connection: Connection, name: str, value: bytes | None) -> None:
    """Write a fact, or take it out."""
    connection.execute(fact.delete().where(fact.c.name == name))
    if value is not None:
        connection.execute(fact.insert(), {"name": name, "value": value})


def reserve(connection: Connection, count: int) -> int:
    """Return the first of so many numbers that no key ever had; the caller holds the lock."""
    first = int(read_fact(connection, COUNTER) or b"1")
    connection.execute(fact.update().where(fact.c.name == COUNTER).values(value=b"%d" % (first + count)))
    return first


def read_kek(connection: Connection, purpose: str, epoch: int) -> bytes | None:
    """Return a wrapped key-encryption key."""
    query = sa.select(kek.c.wrapped).where(kek.c.purpose == purpose, kek.c.epoch == epoch)
    found = connection.execute(query).scalar()
    return None if found is None else bytes(found)


def insert_kek(connection: Connection, purpose: str, epoch: int, wrapped: bytes) -> None:
    """Keep a key-encryption key."""
    connection.execute(kek.insert(), {"purpose": purpose, "epoch": epoch, "wrapped": wrapped})


def purposes(connection: Connection, epoch: int | None = None) -> list[str]:
    """Return the purposes that have a key-encryption key, in an epoch or in any."""
    query = sa.select(kek.c.purpose).distinct().order_by(kek.c.purpose)
    if epoch is not None:
        query = query.where(kek.c.epoch == epoch)
    return [one for (one,) in connection.execute(query)]


def drop_keks_before(connection: Connection, epoch: int) -> None:
    """Delete the key-encryption keys of older epochs."""
    connection.execute(kek.delete().where(kek.c.epoch < epoch))


def insert_keys(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep data keys."""
    insert_many(connection, key, rows)


def read_keys(connection: Connection, ids: Collection[int]) -> list[tuple[int, str, int, int, bytes]]:
    """Return (number, purpose, epoch, epoch of birth, wrapped) of those data keys that there are."""
    wanted, found = sorted(set(ids)), []
    for start in range(0, len(wanted), IN_MAX):
        query = sa.select(*_ROW).where(key.c.id.in_(wanted[start : start + IN_MAX]))
        found += _rows(connection, query)
    return found


def keys_after(
    connection: Connection, number: int, most: int, *, before: int
) -> list[tuple[int, str, int, int, bytes]]:
    """Return some data keys with larger numbers, in their order, that are wrapped under an epoch before that one."""
    query = sa.select(*_ROW).where(key.c.id > number, key.c.epoch < before).order_by(key.c.id).limit(most)
    return _rows(connection, query)


def one_key_of_each(connection: Connection) -> list[tuple[int, str, int, int, bytes]]:
    """Return a data key of each purpose and epoch."""
    some = sa.select(sa.func.max(key.c.id)).group_by(key.c.purpose, key.c.epoch)
    return _rows(connection, sa.select(*_ROW).where(key.c.id.in_(some)))


def _rows(connection: Connection, query: sa.Select[Any]) -> list[tuple[int, str, int, int, bytes]]:
    """Return rows of data keys as the driver gives them; making other rows of them costs as much as reading them."""
    cursor: Any = connection.execute(query).cursor
    return list(cursor.fetchall())


def rewrap(connection: Connection, rows: Sequence[tuple[int, bytes, int]]) -> None:
    """Put other wrappings in the place of those that there are: the epoch, the wrapping, the number of each."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    connection.exec_driver_sql(f"UPDATE {key.name} SET epoch = {mark}, wrapped = {mark} WHERE id = {mark}", list(rows))


def delete_keys(connection: Connection, ids: Collection[int]) -> int:
    """Delete data keys, and return how many there were."""
    wanted, gone = sorted(set(ids)), 0
    for start in range(0, len(wanted), IN_MAX):
        gone += connection.execute(key.delete().where(key.c.id.in_(wanted[start : start + IN_MAX]))).rowcount
    return gone


def count_keys(connection: Connection) -> dict[str, int]:
    """Return purpose → how many data keys."""
    query = sa.select(key.c.purpose, sa.func.count()).group_by(key.c.purpose).order_by(key.c.purpose)
    return dict(tuple(row) for row in connection.execute(query))

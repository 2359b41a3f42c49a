"""Open the state database: SQLite in WAL mode by default, PostgreSQL by URL, the same code on both."""

from __future__ import annotations

import ipaddress
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tidewaiter.kernel.errors import NodeFault, StorageFault, TidewaiterError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

    from tidewaiter.kernel.settings import Settings


class Database:
    """The state database: hands out connections, and says a driver's faults as sentences."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the engine is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def place(self) -> str:
        """Where the database is, without any password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database and changes nothing."""
        with self.saying_faults(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in one transaction: all of it is kept at the end, or nothing."""
        with self.saying_faults(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    @contextmanager
    def saying_faults(self) -> Iterator[None]:
        """Turn a driver's errors into StorageFault or NodeFault sentences."""
        try:
            yield
        except TidewaiterError:
            raise
        except DBAPIError as error:
            name = getattr(error.orig, "sqlite_errorname", "")  # tells the kinds of "disk I/O error" apart
            raise say_fault(f"{error.orig} {name}".strip(), self.place) from error
        except SQLAlchemyError as error:
            raise say_fault(str(error), self.place) from error

    def forget_deleted(self, *tables: str, rebuild: bool = False) -> None:
        """See to it that nothing deleted is left in the files; with `rebuild`, by writing them anew.

        SQLite's write-ahead log is brought into the database and cut off. A server's tables, all where none is named,
        are vacuumed; what its own logs and backups still hold is its administrator's.
        """
        with self.saying_faults(), self.engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            if not self.is_sqlite:
                plain.exec_driver_sql(f"VACUUM {'(FULL) ' if rebuild else ''}{', '.join(tables)}")
                return
            if rebuild:
                plain.exec_driver_sql("VACUUM")
            busy, _, _ = plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if busy:
            message = f"Another program reads {self.place}; what was deleted is still in its write-ahead log."
            raise StorageFault(message, "It goes with the next command, once the other program has ended.")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


_FAULTS: tuple[tuple[str, type[TidewaiterError], str, str], ...] = (
    (
        r"disk is full|no space left|could not extend file|SQLITE_IOERR_SHM(SIZE|MAP)",
        StorageFault,
        "The disk that holds {place} is full; what was acknowledged before is kept.",
        "Free some space and run the same command again: it goes on where it stopped.",
    ),
    (
        r"readonly database|read-only",
        StorageFault,
        "{place} is read-only.",
        "Make the folder and the database writable for this user.",
    ),
    (
        r"unable to open database file",
        NodeFault,
        "{place} cannot be opened.",
        "Check that the folder exists and that this user may write in it.",
    ),
    (
        r"database is locked",
        StorageFault,
        "Another program is writing to {place} and did not finish in time.",
        "Wait for it to end, or raise database_busy_seconds_max.",
    ),
    (
        r"disk i/o error",
        StorageFault,
        "The disk that holds {place} failed ({detail}); what was acknowledged before is kept.",
        "Look at the free space and at the system's log, then run the same command again.",
    ),
    (
        r"malformed|not a database|file is encrypted",
        StorageFault,
        "{place} is damaged or is not a Tidewaiter database ({detail}).",
        "Stop, keep a copy of the folder, and restore the last backup.",
    ),
    (
        r"connection refused|could not connect|connection failed|password authentication|does not exist",
        NodeFault,
        "The database {place} does not answer ({detail}).",
        "Check that the server runs and that the URL in database_url is right.",
    ),
    (
        r"no such table|undefinedtable|no such column",
        NodeFault,
        "{place} does not have the tables this program needs ({detail}).",
        "Run `tidewaiter init` to bring the database up to date.",
    ),
)


def say_fault(detail: str, place: str) -> TidewaiterError:
    """Return the sentence for a driver's message."""
    first = detail.strip().splitlines()[0] if detail.strip() else "no detail"
    for pattern, kind, sentence, remedy in _FAULTS:
        if re.search(pattern, detail, re.IGNORECASE):
            return kind(sentence.format(place=place, detail=first), remedy)
    return StorageFault(f"{place} answered with a fault: {first}.", "`tidewaiter doctor` checks the node.")


def connect(settings: Settings) -> Database:
    """Open the database of the settings; it is not created, nor are its tables."""
    return connect_to(settings.url, settings)


def connect_to(place: str, settings: Settings) -> Database:
    """Open the database of a URL, with the limits of the settings."""
    url = sa.engine.make_url(place)
    if url.get_backend_name() == "sqlite":
        engine = _sqlite(url, settings)
    elif url.get_backend_name() == "postgresql":
        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=8,
            isolation_level="READ COMMITTED",
            connect_args=_tls_to(url, settings),
        )
    else:
        message = f"database_url names {url.get_backend_name()}; this program knows SQLite and PostgreSQL."
        raise NodeFault(message, "Use sqlite:///path or postgresql://host/name.")
    return Database(engine)


def _tls_to(url: sa.engine.URL, settings: Settings) -> dict[str, str]:
    """Return how a server is spoken to: over TLS with its certificate verified, unless it is here or the URL says how.

    Left alone, the driver would go on without TLS where the server has none. A socket of this machine takes no notice.
    """
    if "sslmode" in url.query or _is_here(url.host):
        return {}
    return {"sslmode": "verify-full", "sslrootcert": settings.tls_authorities or "system"}


def _is_here(host: str | None) -> bool:
    """Say whether a host is named, and is this machine."""
    try:
        return host is not None and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False


def _sqlite(url: sa.engine.URL, settings: Settings) -> Engine:
    """Open SQLite so that a commit is on the disk when it returns, and deleted bytes are overwritten."""
    engine = sa.create_engine(url, connect_args={"timeout": settings.database_busy_seconds_max})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun by name, below
        place = Path(url.database or ":memory:")
        if place.exists() and not place.stat().st_size:
            place.chmod(0o600)  # a new one, and with it its write-ahead log, is its owner's alone
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"cache_size=-{settings.database_cache_bytes // 1024}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine

"""Write history as Parquet files; a file counts once its catalogue row is committed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from tidewaiter.kernel.db.tables import lake_file
from tidewaiter.kernel.errors import NodeFault, StorageFault

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.clock import Clock
    from tidewaiter.kernel.db import Database
    from tidewaiter.kernel.settings import Settings


class LakeFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of history: its kind, name, path on the disk, rows and bytes."""

    kind: str
    name: str
    path: Path
    rows: int
    octets: int
    sha256: str


class Lake:
    """The columnar history of a node. The catalogue lives in the state database, the rows in `<folder>/<kind>/`."""

    def __init__(self, folder: Path, database: Database, clock: Clock, settings: Settings) -> None:
        self._folder = folder
        self._database = database
        self._clock = clock
        self._settings = settings

    def append(self, kind: str, name: str, rows: pa.Table) -> None:
        """Keep the rows as the file `name` of the kind; the same name again replaces it, so that no row is doubled."""
        if rows.num_rows == 0:
            return
        path = self._write(kind, name, lambda part: pq.write_table(rows, part, compression="zstd"))
        with self._database.writing() as connection:
            self._enter(connection, kind, name, path, rows.num_rows)

    def files(self, kind: str) -> list[LakeFile]:
        """Return the kind's files in order of name; raises NodeFault when one is missing from the disk."""
        query = sa.select(lake_file).where(lake_file.c.kind == kind).order_by(lake_file.c.name)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        files = [
            LakeFile(
                kind=row["kind"],
                name=row["name"],
                path=self._folder / row["path"],
                rows=row["rows"],
                octets=row["octets"],
                sha256=row["sha256"],
            )
            for row in rows
        ]
        missing = [file.path for file in files if not file.path.exists()]
        if missing:
            message = f"The history file {missing[0]} is missing ({len(missing)} of {len(files)} of its kind)."
            raise NodeFault(message, "Restore the folder from a backup; `tidewaiter doctor` lists what is missing.")
        return files

    def paths(self, kind: str) -> list[Path]:
        """Return the paths of the kind's files."""
        return [file.path for file in self.files(kind)]

    def examine(self) -> tuple[list[Path], int, int]:
        """Return (files that are missing or do not have their hash, bytes in all, files in all)."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(lake_file)).mappings().all()
        damaged = []
        for row in rows:
            path = self._folder / row["path"]
            if not path.exists() or _hash(path) != row["sha256"]:
                damaged.append(path)
        return damaged, sum(row["octets"] for row in rows), len(rows)

    def erase(self, kind: str, record_keys: Sequence[str]) -> int:
        """Rewrite every file of the kind that holds one of the keys without those rows; return how many rows went.

        `record_keys` are 32 hexadecimal digits. The old file's bytes are overwritten before it is removed.
        """
        gone = 0
        keys = pa.table({"record_key": pa.array(list(record_keys), pa.string())})
        with self.engine() as engine:
            engine.register("erased", keys)
            for file in self.files(kind):
                gone += self._erase_from(engine, file)
        return gone

    def compact(self, kind: str) -> int:
        """Merge small files into files of `lake_rows_per_file` rows; return how many files went.

        Only while no append of the kind may be repeated: a repeated append would no longer find its file to replace.
        """
        run: list[LakeFile] = []
        merged = 0
        for file in [*self.files(kind), None]:
            full = file is None or file.rows >= self._settings.lake_rows_per_file
            if file is not None and not full:
                run.append(file)
            if run and (full or sum(one.rows for one in run) >= self._settings.lake_rows_per_file):
                merged += self._merge(kind, run)
                run = []
        return merged

    def engine(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection in memory with the node's limits; the caller closes it.

        It reads and writes history and artefacts alone, loads nothing from the network, and can be told nothing else.
        """
        engine = duckdb.connect(":memory:")
        engine.execute("SET memory_limit = ?", [self._settings.duckdb_memory])
        if self._settings.duckdb_threads:
            engine.execute("SET threads = ?", [self._settings.duckdb_threads])
        spill = self._folder / "spill"
        spill.mkdir(parents=True, exist_ok=True)
        engine.execute("SET temp_directory = ?", [str(spill)])
        engine.execute("SET preserve_insertion_order = false")
        engine.execute("SET autoinstall_known_extensions = false")
        engine.execute("SET allow_community_extensions = false")
        engine.execute("SET allow_persistent_secrets = false")
        engine.execute("SET allowed_directories = ?", [[str(self._folder), str(self._folder.parent / "artefacts")]])
        engine.execute("SET enable_external_access = false")
        engine.execute("SET lock_configuration = true")
        return engine

    def _erase_from(self, engine: duckdb.DuckDBPyConnection, file: LakeFile) -> int:
        """Rewrite one file without the keys in the relation `erased`."""
        held = "FROM read_parquet(?) WHERE record_key IN (SELECT record_key FROM erased)"
        counted = engine.execute(f"SELECT count(*) {held}", [str(file.path)]).fetchone()
        gone = int(counted[0]) if counted else 0
        if not gone:
            return 0
        kept = engine.execute(
            "SELECT * FROM read_parquet(?) WHERE record_key NOT IN (SELECT record_key FROM erased)", [str(file.path)]
        ).to_arrow_table()
        if kept.num_rows:
            self._replace(file, kept)
        with self._database.writing() as connection:
            if kept.num_rows:
                self._enter(connection, file.kind, file.name, file.path, kept.num_rows)
            else:
                _forget(connection, file)
        if not kept.num_rows:
            _shred(file.path)
        return gone

    def _replace(self, file: LakeFile, kept: pa.Table) -> None:
        """Put the kept rows in the file's place and overwrite the old bytes."""
        old = file.path.with_name(file.path.name + ".old")
        os.link(file.path, old)
        self._write(file.kind, file.name, lambda part: pq.write_table(kept, part, compression="zstd"))
        _shred(old)

    def _merge(self, kind: str, run: Sequence[LakeFile]) -> int:
        """Write the run's rows as one file under the first one's name and drop the others."""
        if len(run) == 1:
            return 0
        rows = pa.concat_tables([pq.read_table(file.path) for file in run])
        name = f"{run[0].name.partition('+')[0]}+{run[-1].name.partition('+')[0]}"
        path = self._write(kind, name, lambda part: pq.write_table(rows, part, compression="zstd"))
        with self._database.writing() as connection:
            self._enter(connection, kind, name, path, rows.num_rows)
            for file in run:
                _forget(connection, file)
        for file in run:
            file.path.unlink()
        return len(run) - 1

    def _write(self, kind: str, name: str, write: Callable[[Path], None]) -> Path:
        """Write a file completely, see it on the disk, and only then give it its name."""
        folder = self._folder / kind
        path = folder / f"{name}.parquet"
        part = folder / f".{name}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write(part)
            _sync(part)
            part.replace(path)
            _sync(folder)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            message = f"The history file {path} cannot be written: {error.strerror or error}."
            raise StorageFault(message, "Free some space or mend the folder; the step runs again by itself.") from error
        return path

    def _enter(self, connection: Connection, kind: str, name: str, path: Path, rows: int) -> None:
        """Enter a file in the catalogue, in the caller's transaction."""
        digest = _hash(path)
        key = (lake_file.c.kind == kind) & (lake_file.c.name == name)
        connection.execute(lake_file.delete().where(key))
        entry = {
            "kind": kind,
            "name": name,
            "path": str(path.relative_to(self._folder)),
            "rows": rows,
            "octets": path.stat().st_size,
            "sha256": digest,
            "written_at": self._clock.now(),
        }
        connection.execute(lake_file.insert(), entry)


def _forget(connection: Connection, file: LakeFile) -> None:
    """Take a file out of the catalogue."""
    connection.execute(lake_file.delete().where((lake_file.c.kind == file.kind) & (lake_file.c.name == file.name)))


def _hash(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """See a file or folder on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _shred(path: Path) -> None:
    """Overwrite a file with zeros, then remove it."""
    with path.open("r+b") as stream:
        stream.write(bytes(path.stat().st_size))
        stream.flush()
        os.fsync(stream.fileno())
    path.unlink()

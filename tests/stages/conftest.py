"""Write a small history by hand: goods items and outcomes, and what the profiles make of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tidewaiter.stages import screen
from tidewaiter.stages.record import ITEM_SCHEMA, OUTCOME_SCHEMA

USUAL: dict[str, Any] = {
    "version": 1,
    "state": "kept",
    "office": "10",
    "type": "IM",
    "function": "9",
    "importer": "I1",
    "declarant": "D1",
    "seller": "S1",
    "departure": "IT",
    "mode": "4",
    "item_count": 1,
    "errors": 0,
    "warnings": 0,
    "batch": 1,
    "item": 1,
    "head": True,
    "hs": "420231",
    "origin": "IT",
    "duty_type": "A",
    "duty_rate": 8.0,
    "net_kg": 10.0,
    "value": 80.0,
    "currency": "EUR",
}


class Past:
    """A history that grows row by row."""

    def __init__(self, folder: Path, engine: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self.engine = engine
        self.items: list[dict[str, Any]] = []
        self.outcomes: list[dict[str, Any]] = []
        self._written = 0

    @staticmethod
    def key(reference: str) -> str:
        """Return the record key of a reference, as 32 hexadecimal digits."""
        return hashlib.md5(reference.encode(), usedforsecurity=False).hexdigest()

    def goods(self, reference: str, day: date, *, known_on: date | None = None, **columns: Any) -> dict[str, Any]:
        """Add an item row and return it."""
        row = dict.fromkeys(ITEM_SCHEMA.names) | USUAL | columns
        row |= {"record_key": self.key(reference), "reference": reference, "day": day}
        row |= {"known_on": known_on or day, "received_on": known_on or day}
        self.items.append(row)
        return row

    def outcome(self, reference: str, known_on: date, *, positive: bool, **columns: Any) -> None:
        """Add an outcome about a declaration."""
        row: dict[str, Any] = dict.fromkeys(OUTCOME_SCHEMA.names)
        row |= {"record_key": self.key(reference), "outcome_key": self.key("of " + reference), "version": 1}
        row |= {"known_on": known_on, "positive": positive, "critical": False}
        self.outcomes.append(row | columns)

    def files(self) -> tuple[list[Path], list[Path]]:
        """Write the history and return the item files and the outcome files."""
        self._written += 1
        written: list[list[Path]] = []
        for name, rows, schema in (("items", self.items, ITEM_SCHEMA), ("outcomes", self.outcomes, OUTCOME_SCHEMA)):
            path = self.folder / f"{name}-{self._written}.parquet"
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
            written.append([path] if rows else [])
        return written[0], written[1]

    def profiles(self) -> Path:
        """Build the profiles of the history and return their folder."""
        folder = self.folder / f"profiles-{self._written + 1}"
        screen.build_profiles(self.engine, *self.files(), folder)
        return folder

    def table(self, *rows: dict[str, Any]) -> pa.Table:
        """Return item rows as screening takes them."""
        return pa.Table.from_pylist(list(rows), schema=ITEM_SCHEMA)

    def features(self, *rows: dict[str, Any], profiles: Path | None = None) -> list[dict[str, Any]]:
        """Return the features of item rows."""
        frame = screen.feature_frame(self.engine, self.table(*rows), profiles or self.profiles())
        found: list[dict[str, Any]] = frame.to_pylist()
        return found


@pytest.fixture
def engine() -> duckdb.DuckDBPyConnection:
    """Give an empty DuckDB with the settings a lake gives it."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 1")
    connection.execute("SET preserve_insertion_order = false")
    return connection


@pytest.fixture
def past(tmp_path: Path, engine: duckdb.DuckDBPyConnection) -> Past:
    """Give an empty history."""
    return Past(tmp_path, engine)


@pytest.fixture
def pasts(tmp_path: Path, engine: duckdb.DuckDBPyConnection) -> Callable[[str], Past]:
    """Give as many empty histories as are asked for, by name."""

    def make(name: str) -> Past:
        folder = tmp_path / name
        folder.mkdir()
        return Past(folder, engine)

    return make

"""Gather what a model is fitted on: items with a known outcome, seen as of their own day."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tidewaiter.stages import screen
from tidewaiter.stages.record import ITEM_SCHEMA, OUTCOME_SCHEMA

BLANKED: dict[str, str] = {"pattern_known": "0.0", "pattern_rate": "regime_rate"}
"""Feature → what it is for a row whose goods, route, duty and mass have no known outcome.

That they were declared before stays known: most consignments that repeat were never controlled.
"""


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """Rows to fit on, in order of day: inputs as they were, the same without memory of repeats, and labels.

    `remembered` marks rows whose pattern had a known outcome; `pattern_rows` counts the rows of the row's pattern.
    """

    matrix: NDArray[np.float64]
    blanked: NDArray[np.float64]
    positive: NDArray[np.bool_]
    remembered: NDArray[np.bool_]
    pattern_rows: NDArray[np.float64]
    days: NDArray[np.datetime64]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.positive)


def training_rows(
    con: duckdb.DuckDBPyConnection,
    item_files: Sequence[Path | str],
    outcome_files: Sequence[Path | str],
    *,
    profile_folder: Path,
    pack: screen.RulePack,
) -> Training:
    """Return the rows a model is fitted on.

    An outcome labels the version in force when it became known; that version is seen as of its own day, or as of the
    day the outcome became known where that is earlier: neither the outcome nor anything later is among its features.
    """
    items = _labelled(con, item_files, outcome_files)
    frame = screen.feature_frame(con, items.select(ITEM_SCHEMA.names), profile_folder)
    meanings = pack.meanings
    blank = _blanked(con, frame)
    return Training(
        matrix=screen.matrix(frame, pack.hit_frame(con, frame), meanings, pack),
        blanked=screen.matrix(blank, pack.hit_frame(con, blank), meanings, pack),
        positive=items.column("label").to_numpy(zero_copy_only=False).astype(np.bool_),
        remembered=frame.column("pattern_known").to_numpy(zero_copy_only=False) > 0,
        pattern_rows=items.column("pattern_rows").cast(pa.float64()).to_numpy(),
        days=items.column("day").to_numpy().astype("datetime64[D]"),
    )


def _blanked(con: duckdb.DuckDBPyConnection, frame: pa.Table) -> pa.Table:
    """Return the frame as if no row's pattern had a known outcome."""
    numbered = frame.append_column("row_number", pa.array(range(frame.num_rows), pa.int64()))
    con.register("blank_frame", numbered)
    try:
        replaced = ", ".join(f"{formula} AS {name}" for name, formula in BLANKED.items())
        query = f"SELECT * EXCLUDE (row_number) REPLACE ({replaced}) FROM blank_frame ORDER BY row_number"
        return con.execute(query).to_arrow_table()
    finally:
        con.unregister("blank_frame")


def _labelled(
    con: duckdb.DuckDBPyConnection, item_files: Sequence[Path | str], outcome_files: Sequence[Path | str]
) -> pa.Table:
    """Return the items with a known outcome: ITEM_SCHEMA with their day of judgement, `label`, `pattern_rows`."""
    for name, files, schema in (
        ("fit_item", item_files, ITEM_SCHEMA),
        ("fit_outcome", outcome_files, OUTCOME_SCHEMA),
    ):
        if files:
            con.read_parquet([str(file) for file in files], union_by_name=True).create_view(name, replace=True)
        else:
            con.from_arrow(schema.empty_table()).create_view(name, replace=True)
    try:
        return con.execute(_LABELLED).to_arrow_table()
    finally:
        con.execute("DROP VIEW fit_item")
        con.execute("DROP VIEW fit_outcome")


_LABELLED = """
    WITH newest AS (
        SELECT outcome_key, record_key, item, positive, min(known_on) OVER (PARTITION BY outcome_key) AS known_on
        FROM fit_outcome
        WHERE positive IS NOT NULL AND known_on IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY outcome_key ORDER BY version DESC) = 1
    ),
    told AS (SELECT record_key, min(known_on) AS known_on FROM newest GROUP BY record_key),
    in_force AS (
        SELECT v.record_key, coalesce(max(v.version) FILTER (v.known_on <= t.known_on), min(v.version)) AS version
        FROM (SELECT DISTINCT record_key, version, known_on FROM fit_item
              WHERE item > 0 AND function IS DISTINCT FROM '1') v
        JOIN told t ON t.record_key = v.record_key
        GROUP BY v.record_key
    ),
    labelled AS (
        SELECT i.record_key, i.version, i.item, bool_or(o.positive) AS label, min(o.known_on) AS known_on
        FROM fit_item i
        JOIN in_force f ON f.record_key = i.record_key AND f.version = i.version
        JOIN newest o ON o.record_key = i.record_key
        WHERE i.item > 0 AND (o.item IS NULL OR o.item = i.item)
        GROUP BY i.record_key, i.version, i.item
    )
    SELECT i.* REPLACE (least(coalesce(i.day, i.known_on), l.known_on) AS day), l.label,
           count(*) OVER (PARTITION BY left(i.hs, 6), i.departure, i.origin, i.duty_rate, i.duty_type, i.net_kg)
               AS pattern_rows
    FROM fit_item i
    JOIN labelled l ON l.record_key = i.record_key AND l.version = i.version AND l.item = i.item
    ORDER BY day, i.record_key, i.item
"""
# What every item's outcome says, and the day it is judged as of.

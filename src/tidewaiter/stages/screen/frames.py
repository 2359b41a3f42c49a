"""Compute the features of many goods items at once, from the profiles as of each declaration's day."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pyarrow as pa

from tidewaiter.stages.record import ITEM_SCHEMA
from tidewaiter.stages.screen._past import DERIVED, derived
from tidewaiter.stages.screen.features import CATALOGUE, HELPERS
from tidewaiter.stages.screen.profiles import PROFILES, STATISTICS, Profile, quoted, read_card

KEYS = ("record_key", "version", "item", "reference", "as_of")
"""What a frame's row is called, before its features."""

_TYPES = {"number": "DOUBLE", "text": "VARCHAR", "truth": "BOOLEAN"}


def feature_frame(con: duckdb.DuckDBPyConnection, items: pa.Table, profile_folder: Path) -> pa.Table:
    """Return KEYS and every feature of the catalogue, one row an item (ITEM_SCHEMA), in the order given.

    The same code serves fitting and scoring. A row sees of every profile only the last state strictly before its
    own day (`as_of`: the declaration's day, else the day it became known). Numbers are finite or null, never NaN.
    Raises NodeFault where the profiles do not belong to this program.
    """
    read_card(profile_folder)
    numbered = items.append_column("row_number", pa.array(range(items.num_rows), pa.int64()))
    con.register("frame_given", numbered)
    try:
        wide = con.execute(f"SELECT * FROM ({_ITEMS}) ORDER BY row_number").to_arrow_table()
        con.register("frame_item", wide)
        con.execute(f"CREATE OR REPLACE TEMP TABLE frame_key AS SELECT row_number, as_of, {_keys()} FROM frame_item")
        for profile in PROFILES:
            past = con.execute(_as_of(profile, profile_folder)).to_arrow_table()
            assert past.num_rows == items.num_rows  # noqa: S101 - an as-of join gives each row at most one state
            for name in past.column_names:
                wide = wide.append_column(name, past.column(name))
        con.register("frame_item", wide)
        return con.execute(_features()).to_arrow_table()
    finally:
        con.unregister("frame_given")
        con.unregister("frame_item")
        con.execute("DROP TABLE IF EXISTS frame_key")


_ITEMS = f"SELECT *, coalesce(day, known_on, received_on) AS as_of, {derived()} FROM frame_given"


def _keys() -> str:
    """Return the keys of every profile as a SELECT list.

    They are kept in a table of their own: DuckDB knows its size, and joins it by sorting, not by trying every pair.
    """
    return ", ".join(f"{profile.key} AS key_{profile.name}" for profile in PROFILES)


def _as_of(profile: Profile, folder: Path) -> str:
    """Return the query of a profile's state before each row's day, a row for every row, in order."""
    file = quoted(str(folder / f"{profile.name}.parquet"))
    statistics = ", ".join(f"p.{name} AS past_{profile.name}_{name}" for name in STATISTICS[profile.of])
    return f"""
        SELECT {statistics}
        FROM frame_key f
        ASOF LEFT JOIN (SELECT * FROM read_parquet({file}) WHERE key IN (SELECT key_{profile.name} FROM frame_key)) p
        ON f.key_{profile.name} = p.key AND f.as_of > p.day
        ORDER BY f.row_number
    """


def _features() -> str:
    """Return the query of every feature: nested selects, each level using only what the levels inside it made."""
    query = "SELECT * FROM frame_item"
    for level in _levels():
        query = f"SELECT *, {', '.join(f'{formula} AS {name}' for name, formula in level)} FROM ({query})"
    columns = [f"{name}" for name in KEYS]
    for feature in CATALOGUE:
        value = f"CAST({_inner(feature.name)} AS {_TYPES[feature.kind]})"
        if feature.kind == "number":
            value = f"CASE WHEN isfinite({value}) THEN {value} END"
        columns.append(f"{value} AS {feature.name}")
    return f"SELECT {', '.join(columns)} FROM ({query}) ORDER BY row_number"


def _levels() -> list[list[tuple[str, str]]]:
    """Sort helpers and features by what their formulas need."""
    steps = [*HELPERS, *((one.name, one.formula) for one in CATALOGUE)]
    depth: dict[str, int] = {}
    levels: list[list[tuple[str, str]]] = []
    for name, formula in steps:
        needed = [depth[word] for word in set(_WORD.findall(formula)) if word in depth]
        place = max(needed, default=-1) + 1
        if name not in _DECLARED:
            depth[name] = place
        if place == len(levels):
            levels.append([])
        levels[place].append((_inner(name), formula))
    return levels


def _inner(name: str) -> str:
    """Return a feature's name inside the query: a formula that names a declared column means that column."""
    return f"feature_{name}" if name in _DECLARED else name


_DECLARED = frozenset([*ITEM_SCHEMA.names, *(name for name, _ in DERIVED)])
_WORD = re.compile(r"[a-z_][a-z_0-9]*")

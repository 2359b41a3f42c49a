"""Prepare the history for counting: lines with their life, outcomes as facts, patterns as kinds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa

from tidewaiter.stages.record import ITEM_SCHEMA, OUTCOME_SCHEMA

DERIVED: tuple[tuple[str, str], ...] = (
    ("hs2", "CASE WHEN length(hs) >= 2 THEN left(hs, 2) END"),
    ("hs4", "CASE WHEN length(hs) >= 4 THEN left(hs, 4) END"),
    ("hs6", "CASE WHEN length(hs) >= 6 THEN left(hs, 6) END"),
    ("supplier", "coalesce(seller, exporter)"),
    ("money", "coalesce(currency, '')"),
    ("mass", "CASE WHEN coalesce(net_kg, gross_kg) > 0 THEN coalesce(net_kg, gross_kg) END"),
    ("unit_value", "CASE WHEN value > 0 AND mass > 0 AND isfinite(value / mass) THEN value / mass END"),
    ("ln_unit_value", "CASE WHEN unit_value > 0 THEN ln(unit_value) END"),
    ("ln_mass", "CASE WHEN mass > 0 THEN ln(mass) END"),
    ("size", "CASE WHEN net_kg >= 0 AND isfinite(net_kg) THEN CAST(floor(ln(net_kg + 1)) AS INTEGER) END"),
    (
        "pattern",
        (
            "CASE WHEN hs6 IS NOT NULL AND net_kg IS NOT NULL THEN concat_ws('|', hs6, coalesce(departure, ''), "
            "coalesce(origin, ''), coalesce(CAST(duty_rate AS VARCHAR), ''), coalesce(duty_type, ''), "
            "CAST(net_kg AS VARCHAR)) END"
        ),
    ),
)
"""Name → SQL formula over item columns (and names before it) that keys and features share.

`size` is the whole part of the logarithm of the net mass and one: 0 below 1.7 kg, 1 to 6.4, 2 to 19, 3 to 54.
A *pattern* is goods, departure, origin, duty rate, duty type and net mass together: what repeats when a consignment
repeats.
"""

_VIEWS = ("past_item", "past_outcome")
_TABLES = ("past_version", "past_line", "past_outcome_life", "past_fact", "past_kind")


class PastCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What the history held: the newest day, live lines, outcomes, and outcomes that fitted no goods item."""

    as_of: date | None
    lines: int
    outcomes: int
    unmatched: int


def derived() -> str:
    """Return the derived columns as the tail of a SELECT list."""
    return ", ".join(f"{formula} AS {name}" for name, formula in DERIVED)


def prepare_past(
    con: duckdb.DuckDBPyConnection,
    item_files: Sequence[Path | str],
    outcome_files: Sequence[Path | str],
    *,
    days_max: int,
) -> PastCounts:
    """Make the temporary tables that the profiles count; `drop_past` takes them away."""
    drop_past(con)
    _source(con, "past_item", item_files, ITEM_SCHEMA)
    _source(con, "past_outcome", outcome_files, OUTCOME_SCHEMA)
    newest = con.execute("SELECT max(known_on) FROM past_item").fetchone()
    since = newest[0].toordinal() - days_max if newest and newest[0] else 1
    con.execute(f"CREATE TEMP TABLE past_version AS {_VERSIONS}")
    con.execute(f"CREATE TEMP TABLE past_line AS {_LINES}", {"since": date.fromordinal(max(1, since))})
    con.execute(f"CREATE TEMP TABLE past_outcome_life AS {_OUTCOME_LIFE}")
    con.execute(f"CREATE TEMP TABLE past_fact AS {_FACTS}")
    con.execute(f"CREATE TEMP TABLE past_kind AS {_KINDS}")
    counted = con.execute(
        """
        SELECT greatest((SELECT max(event_day) FROM past_line), (SELECT max(event_day) FROM past_fact)),
               (SELECT count(*) FROM past_line WHERE sign = 1) - (SELECT count(*) FROM past_line WHERE sign = -1),
               (SELECT count(DISTINCT outcome_key) FROM past_outcome_life),
               (SELECT count(DISTINCT outcome_key) FROM past_outcome_life WHERE outcome_key NOT IN
                   (SELECT outcome_key FROM past_fact))
        """
    ).fetchone()
    assert counted is not None  # noqa: S101 - a select of aggregates always has its row
    return PastCounts(as_of=counted[0], lines=counted[1], outcomes=counted[2], unmatched=counted[3])


def drop_past(con: duckdb.DuckDBPyConnection) -> None:
    """Take the temporary tables and views away."""
    for name in _TABLES:
        con.execute(f"DROP TABLE IF EXISTS {name}")
    for name in _VIEWS:
        con.execute(f"DROP VIEW IF EXISTS {name}")


def _source(con: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path | str], schema: pa.Schema) -> None:
    """Make a view of the files, or of no rows where there are none."""
    if files:
        con.read_parquet([str(file) for file in files], union_by_name=True).create_view(name, replace=True)
    else:
        con.from_arrow(schema.empty_table()).create_view(name, replace=True)


_GOODS = "hs2, hs4, hs6, origin, departure, duty_type, duty_rate, size, pattern"

_VERSIONS = """
    SELECT *, lead(known_on) OVER (PARTITION BY record_key ORDER BY version) AS ended_on
    FROM (
        SELECT record_key, version, cancelled, max(known_on) OVER life AS known_on, min(known_on) OVER life AS lodged
        FROM (
            SELECT record_key, version, max(known_on) AS known_on,
                   bool_or(function IS NOT DISTINCT FROM '1') AS cancelled
            FROM past_item
            WHERE record_key IN
                (SELECT record_key FROM past_item GROUP BY record_key HAVING max(version) > min(version))
            GROUP BY record_key, version
        )
        WINDOW life AS (PARTITION BY record_key ORDER BY version)
    )
"""
# Records with several versions: when each became known (never before its predecessor) and when the next one ended it.

_LINES = f"""
    WITH whole AS (
        SELECT i.* EXCLUDE (known_on), {derived()},
               coalesce(v.known_on, i.known_on) AS known_on, coalesce(v.lodged, i.known_on) AS lodged, v.ended_on
        FROM past_item i LEFT JOIN past_version v ON i.record_key = v.record_key AND i.version = v.version
        WHERE i.item > 0 AND i.function IS DISTINCT FROM '1' AND coalesce(v.known_on, i.known_on) >= $since
    ),
    needed AS (
        SELECT record_key, version, item, head, importer, declarant, supplier, carrier, office, money,
               ln_unit_value, ln_mass, known_on, lodged, ended_on, {_GOODS}
        FROM whole
    )
    SELECT *, known_on AS event_day, 1 AS sign FROM needed
    UNION ALL
    SELECT *, ended_on AS event_day, -1 AS sign FROM needed WHERE ended_on IS NOT NULL
"""
# One row when a goods item becomes known, one more when an amendment or cancellation ends it.

_OUTCOME_LIFE = """
    SELECT *, lead(known_on) OVER (PARTITION BY outcome_key ORDER BY version) AS ended_on
    FROM (
        SELECT outcome_key, version, record_key, item, positive,
               max(known_on) OVER (PARTITION BY outcome_key ORDER BY version) AS known_on
        FROM (
            SELECT outcome_key, version, any_value(record_key) AS record_key, any_value(item) AS item,
                   bool_or(positive) AS positive, max(known_on) AS known_on
            FROM past_outcome
            WHERE positive IS NOT NULL AND known_on IS NOT NULL
            GROUP BY outcome_key, version
        )
    )
"""
# An outcome that was corrected takes the place of the one before from the day the correction became known.

_FACTS = """
    WITH in_time AS (
        SELECT DISTINCT record_key, version, known_on FROM past_line WHERE sign = 1
    ),
    chosen AS (
        SELECT o.outcome_key, o.version, o.record_key, o.item, o.positive, o.known_on, o.ended_on,
               coalesce(max(t.version) FILTER (t.known_on <= o.known_on), min(t.version)) AS line_version
        FROM past_outcome_life o JOIN in_time t ON t.record_key = o.record_key
        GROUP BY ALL
    ),
    matched AS (
        SELECT l.* EXCLUDE (event_day, sign, version, head, ended_on), o.outcome_key, o.positive,
               greatest(o.known_on, l.known_on) AS told_on, greatest(o.ended_on, l.known_on) AS untold_on, o.ended_on,
               row_number() OVER (PARTITION BY o.outcome_key, o.version ORDER BY l.item) = 1 AS head
        FROM chosen o
        JOIN past_line l ON l.record_key = o.record_key AND l.version = o.line_version AND l.sign = 1
        WHERE o.item IS NULL OR o.item = l.item
    )
    SELECT *, told_on AS event_day, 1 AS sign FROM matched
    UNION ALL
    SELECT *, untold_on AS event_day, -1 AS sign FROM matched WHERE ended_on IS NOT NULL
"""
# An outcome speaks of the version in force when it became known, else of the first one there was.

_KINDS = f"""
    WITH daily AS (
        SELECT coalesce(pattern, record_key || '#' || item) AS kind, {_GOODS}, event_day,
               sum(sign) AS more, sum(CASE WHEN positive THEN sign ELSE 0 END) AS more_positive
        FROM past_fact
        GROUP BY ALL
    ),
    running AS (
        SELECT *, sum(more) OVER so_far AS known, sum(more_positive) OVER so_far AS positives
        FROM daily
        WINDOW so_far AS (PARTITION BY kind ORDER BY event_day)
    ),
    rated AS (
        SELECT *, CASE WHEN known > 0 THEN 1 ELSE 0 END AS counted,
               CASE WHEN known > 0 THEN positives / known ELSE 0 END AS rate
        FROM running
    )
    SELECT {_GOODS}, event_day,
           counted - coalesce(lag(counted) OVER in_order, 0) AS kinds_more,
           rate - coalesce(lag(rate) OVER in_order, 0) AS sum_more
    FROM rated
    WINDOW in_order AS (PARTITION BY kind ORDER BY event_day)
"""
# A pattern counts once, with its rate so far: repeats of one consignment say nothing more about its neighbours.

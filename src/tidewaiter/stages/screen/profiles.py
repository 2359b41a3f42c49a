"""Declare the as-of statistics of the past, and build them from history as hashed files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import msgspec

from tidewaiter.kernel.errors import NodeFault
from tidewaiter.stages.screen._past import DERIVED, drop_past, prepare_past
from tidewaiter.stages.screen.model import ProfileCard

CARD = "card.json"
"""Name of the card in a profile folder."""

HISTORY_DAYS_MAX = 1_095
"""How far a profile looks back from the newest day of the history, in days, unless told otherwise."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Statistics of the past under one key, cumulated by day.

    `key` is an SQL expression over item columns and derived columns. `of` says what is counted:

    - `goods`: goods items; the key follows from the consignment pattern, so that outcomes can be counted once a pattern
      (`kinds`, `kind_sum`: patterns with a known outcome, and the sum of their rates) and a row's own pattern left out;
    - `items`: goods items, with plain counts;
    - `declarations`: declarations, each once whatever its number of items;
    - `prices`: goods items with a unit value: sums of its logarithm and of the mass's, and their squares.
    """

    name: str
    title: str
    key: str
    of: str


PROFILES: tuple[Profile, ...] = (
    Profile(name="all", title="all goods", key="'*'", of="goods"),
    Profile(name="chapter", title="HS chapter", key="hs2", of="goods"),
    Profile(name="heading", title="HS heading", key="hs4", of="goods"),
    Profile(name="goods", title="HS subheading", key="hs6", of="goods"),
    Profile(name="goods_origin", title="HS subheading and origin", key="hs6 || '|' || origin", of="goods"),
    Profile(
        name="goods_regime",
        title="HS subheading, origin and duty type",
        key="hs6 || '|' || origin || '|' || duty_type",
        of="goods",
    ),
    Profile(name="route", title="route from departure to origin", key="departure || '>' || origin", of="goods"),
    Profile(name="goods_departure", title="HS subheading and departure", key="hs6 || '|' || departure", of="goods"),
    Profile(
        name="chapter_route",
        title="HS chapter, departure and origin",
        key="hs2 || '|' || departure || '>' || origin",
        of="goods",
    ),
    Profile(name="chapter_duty", title="HS chapter and duty type", key="hs2 || '|' || duty_type", of="goods"),
    Profile(name="rate", title="HS chapter and duty rate", key="hs2 || '|' || CAST(duty_rate AS VARCHAR)", of="goods"),
    Profile(
        name="tariff",
        title="duty type and duty rate",
        key="duty_type || '|' || CAST(duty_rate AS VARCHAR)",
        of="goods",
    ),
    Profile(name="size", title="size and duty rate", key="size || '|' || CAST(duty_rate AS VARCHAR)", of="goods"),
    Profile(name="heading_size", title="HS heading and size", key="hs4 || '|' || size", of="goods"),
    Profile(name="pattern", title="goods, route, duty and mass together", key="pattern", of="goods"),
    Profile(name="importer", title="importer", key="importer", of="declarations"),
    Profile(name="declarant", title="declarant", key="declarant", of="declarations"),
    Profile(name="supplier", title="seller or exporter", key="supplier", of="declarations"),
    Profile(name="carrier", title="carrier", key="carrier", of="declarations"),
    Profile(name="office", title="customs office", key="office", of="declarations"),
    Profile(name="pair", title="importer and supplier", key="importer || '|' || supplier", of="declarations"),
    Profile(name="importer_goods", title="importer and HS subheading", key="importer || '|' || hs6", of="items"),
    Profile(name="price_heading", title="unit values of the HS heading", key="hs4 || '|' || money", of="prices"),
    Profile(name="price_goods", title="unit values of the HS subheading", key="hs6 || '|' || money", of="prices"),
    Profile(
        name="price_origin",
        title="unit values of the HS subheading from the origin",
        key="hs6 || '|' || origin || '|' || money",
        of="prices",
    ),
)
"""Every profile there is; the order is of no consequence."""

STATISTICS: dict[str, tuple[str, ...]] = {
    "goods": (
        "seen", "first_day", "last_day", "known", "positives", "kinds", "kind_sum", "dutied", "duty_sum",
    ),
    "items": ("seen", "first_day", "last_day", "known", "positives"),
    "declarations": ("seen", "first_day", "last_day", "known", "positives"),
    "prices": ("priced", "ln_sum", "ln_squares", "mass_sum", "mass_squares"),
}  # fmt: skip
"""What a profile counts → its statistics, all as they stood at the end of the row's day."""

_COUNTED = ("seen", "known", "positives", "kinds", "dutied", "priced")

_LINES: dict[str, str] = {
    "seen": "sign",
    "first_day": "CASE WHEN sign = 1 THEN lodged END",
    "last_day": "CASE WHEN sign = 1 THEN lodged END",
    "dutied": "CASE WHEN duty_rate IS NOT NULL THEN sign ELSE 0 END",
    "duty_sum": "CASE WHEN duty_rate IS NOT NULL THEN sign * duty_rate ELSE 0 END",
    "priced": "sign",
    "ln_sum": "sign * ln_unit_value",
    "ln_squares": "sign * ln_unit_value * ln_unit_value",
    "mass_sum": "sign * ln_mass",
    "mass_squares": "sign * ln_mass * ln_mass",
}
"""Statistic → what a line of history adds to it when it becomes known, or takes away when it ends."""

_FACTS: dict[str, str] = {"known": "sign", "positives": "CASE WHEN positive THEN sign ELSE 0 END"}
"""Statistic → what a known outcome adds to it."""

_KINDS: dict[str, str] = {"kinds": "kinds_more", "kind_sum": "sum_more"}
"""Statistic → what a pattern's change of rate adds to it."""

_TAKEN = {"first_day": "min", "last_day": "max"}
"""Statistic → how its daily values are cumulated, where not by adding up."""


def catalogue_version() -> str:
    """Return the hash (16 hexadecimal digits) of everything that shapes a profile folder."""
    text = json.dumps(
        [[profile.name, profile.key, profile.of, *STATISTICS[profile.of]] for profile in PROFILES]
        + [list(DERIVED), sorted(_LINES.items()), sorted(_FACTS.items())]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def build_profiles(
    con: duckdb.DuckDBPyConnection,
    item_files: Sequence[Path | str],
    outcome_files: Sequence[Path | str],
    folder: Path,
    *,
    days_max: int = HISTORY_DAYS_MAX,
) -> ProfileCard:
    """Build every profile into the folder (made if need be) and return its card.

    A row of a profile says how things stood at the end of its day; a declaration uses the row of the last day
    strictly before its own, so that nothing of its own day or later can enter. Lines of history count from the
    day they became known to the day an amendment or cancellation became known; outcomes count from the day they became
    known. History older than `days_max` days before the newest day is left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = prepare_past(con, item_files, outcome_files, days_max=days_max)
    try:
        rows: dict[str, int] = {}
        for profile in PROFILES:
            target = folder / f"{profile.name}.parquet"
            copied = con.execute(
                f"COPY ({_cumulated(profile)}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
            rows[profile.name] = int(copied[0]) if copied else 0
    finally:
        drop_past(con)
    card = ProfileCard(
        catalogue=catalogue_version(),
        as_of=counts.as_of,
        lines=counts.lines,
        outcomes=counts.outcomes,
        outcomes_unmatched=counts.unmatched,
        days_max=days_max,
        rows=rows,
        sha256={profile.name: _sha256(folder / f"{profile.name}.parquet") for profile in PROFILES},
    )
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(card, order="deterministic"), indent=1))
    return card


def read_card(folder: Path) -> ProfileCard:
    """Return the card of a profile folder; raises NodeFault where it is missing or was built by another program."""
    try:
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=ProfileCard)
    except (OSError, msgspec.DecodeError) as error:
        message = f"The profiles in {folder} cannot be read: {error}."
        raise NodeFault(message, "Build them again from the history.") from error
    if card.catalogue != catalogue_version():
        message = f"The profiles in {folder} were built by another version of this program ({card.catalogue})."
        raise NodeFault(message, "Build them again from the history.")
    return card


def quoted(text: str) -> str:
    """Return the text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _cumulated(profile: Profile) -> str:
    """Return the query of a profile's rows: key, day and every statistic up to and with that day."""
    statistics = STATISTICS[profile.of]
    daily = ", ".join(f"{_TAKEN.get(name, 'sum')}({name}) AS {name}" for name in statistics)
    running = ", ".join(
        f"CAST({_TAKEN.get(name, 'sum')}({name}) OVER so_far AS {_type(name)}) AS {name}" for name in statistics
    )
    return f"""
        SELECT key, day, {running}
        FROM (SELECT key, day, {daily} FROM ({_events(profile, statistics)}) WHERE key IS NOT NULL GROUP BY key, day)
        WINDOW so_far AS (PARTITION BY key ORDER BY day)
        ORDER BY key, day
    """


def _events(profile: Profile, statistics: Sequence[str]) -> str:
    """Return the query of everything that changes a profile: one row an event, zero where it changes nothing."""
    header = profile.of == "declarations"
    sources = [("past_line", _LINES, "head" if header else "true")]
    if profile.of == "prices":
        sources[0] = ("past_line", _LINES, "ln_unit_value IS NOT NULL")
    else:
        sources.append(("past_fact", _FACTS, "head" if header else "true"))
    if profile.of == "goods":
        sources.append(("past_kind", _KINDS, "true"))
    parts = []
    for table, adds, where in sources:
        columns = ", ".join(f"{adds.get(name, 'NULL' if name in _TAKEN else '0')} AS {name}" for name in statistics)
        parts.append(f"SELECT {profile.key} AS key, event_day AS day, {columns} FROM {table} WHERE {where}")
    return " UNION ALL ".join(parts)


def _type(name: str) -> str:
    """Return a statistic's type: left alone, DuckDB adds integers up to a type that Parquet does not have."""
    return "DATE" if name in _TAKEN else "INTEGER" if name in _COUNTED else "DOUBLE"


def _sha256(file: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

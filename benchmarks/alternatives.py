"""Run one alternative to a part of Tidewaiter: what a team would write with well-known libraries."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import time
from pathlib import Path

from tables import HEADER

COLUMNS = HEADER.strip().split(",")
CHUNK = 2_000


def _database(path: str) -> sqlite3.Connection:
    """Open SQLite with the durability that the node has."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def floor(table: str, database: str) -> None:
    """Store each row as JSON: no types, no checks, no places, no versions."""
    connection = _database(database)
    connection.execute("CREATE TABLE declaration (id TEXT PRIMARY KEY, body TEXT)")
    rows: list[tuple[str, str]] = []
    with Path(table).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rows.append((row["Declaration ID"], json.dumps(row)))
            if len(rows) == CHUNK:
                connection.executemany("INSERT INTO declaration VALUES (?, ?)", rows)
                connection.commit()
                rows.clear()
    connection.executemany("INSERT INTO declaration VALUES (?, ?)", rows)
    connection.commit()


def _countries() -> list[str]:
    """Return every ISO 3166-1 alpha-2 code."""
    import pycountry

    return [country.alpha_2 for country in pycountry.countries]


def pandera_schema() -> object:
    """Return the checks in pandera: types, code lists, patterns, ranges, required, unique."""
    import pandera.pandas as pa

    countries = pa.Check.isin(_countries())
    positive = pa.Check.ge(0)
    text = {name: pa.Column(str, nullable=True) for name in COLUMNS}
    return pa.DataFrameSchema(
        text
        | {
            "Declaration ID": pa.Column(str, pa.Check.str_matches(r"^[0-9A-Za-z]{1,22}$"), unique=True),
            "Date": pa.Column("datetime64[ns]", coerce=True),
            "HS6 Code": pa.Column(str, pa.Check.str_matches(r"^(0[1-9]|[1-8][0-9]|9[0-7])[0-9]{4}$")),
            "Mode of Transport": pa.Column(str, pa.Check.isin(["10", "20", "30", "40", "50", "60", "70", "80", "90"])),
            "Country of Departure": pa.Column(str, countries),
            "Country of Origin": pa.Column(str, countries),
            "Tax Rate": pa.Column(float, positive, coerce=True),
            "Net Mass": pa.Column(float, positive, coerce=True),
            "Item Price": pa.Column(float, positive, coerce=True),
        }
    )


def frictionless_schema() -> object:
    """Return the same checks in frictionless."""
    from frictionless import Schema

    special = {
        "Declaration ID": {"type": "string", "constraints": {"required": True, "pattern": "[0-9A-Za-z]{1,22}"}},
        "Date": {"type": "date", "constraints": {"required": True}},
        "HS6 Code": {
            "type": "string",
            "constraints": {"required": True, "pattern": "(0[1-9]|[1-8][0-9]|9[0-7])[0-9]{4}"},
        },
        "Mode of Transport": {
            "type": "string",
            "constraints": {"enum": ["10", "20", "30", "40", "50", "60", "70", "80", "90"]},
        },
        "Country of Departure": {"type": "string", "constraints": {"enum": _countries()}},
        "Country of Origin": {"type": "string", "constraints": {"enum": _countries()}},
        "Tax Rate": {"type": "number", "constraints": {"minimum": 0}},
        "Net Mass": {"type": "number", "constraints": {"minimum": 0}},
        "Item Price": {"type": "number", "constraints": {"minimum": 0}},
    }
    fields = [{"name": name} | special.get(name, {"type": "string"}) for name in COLUMNS]
    return Schema.from_descriptor({"fields": fields})


def pipeline(table: str, database: str) -> None:
    """Read with pandas, check with pandera, write with to_sql, chunk by chunk."""
    import pandas as pd
    import pandera.pandas as pa

    schema = pandera_schema()
    connection = _database(database)
    for frame in pd.read_csv(table, dtype=str, chunksize=CHUNK):
        bad: set[int] = set()
        try:
            schema.validate(frame, lazy=True)  # type: ignore[attr-defined]
        except pa.errors.SchemaErrors as found:
            bad = set(found.failure_cases["index"].dropna())
        good = frame.drop(index=list(bad))
        good.to_sql("declaration", connection, if_exists="append", index=False)
        connection.commit()


def check_pandera(table: str) -> int:
    """Check the table with pandera, whole in memory; return the number of failures."""
    import pandas as pd
    import pandera.pandas as pa

    try:
        pandera_schema().validate(pd.read_csv(table, dtype=str), lazy=True)  # type: ignore[attr-defined]
    except pa.errors.SchemaErrors as found:
        return len(found.failure_cases)
    return 0


def check_frictionless(table: str) -> int:
    """Check the table with frictionless; return the number of failures."""
    from frictionless import Checklist, Resource, system

    with system.use_context(trusted=True):
        resource = Resource(path=table, schema=frictionless_schema())
        report = resource.validate(Checklist(pick_errors=[]), limit_errors=1_000_000)
    return len(report.flatten(["rowNumber"]))


def read_frictionless(table: str) -> int:
    """Only read the table with frictionless, every cell as text: what its checks are on top of."""
    from frictionless import Resource, Schema, system

    text = Schema.from_descriptor({"fields": [{"name": name, "type": "string"} for name in COLUMNS]})
    with system.use_context(trusted=True), Resource(path=table, schema=text) as resource:
        for _ in resource.row_stream:
            pass
    return 0


if __name__ == "__main__":
    what, where, *rest = sys.argv[1:]
    runs = {"floor": floor, "pipeline": pipeline}
    checks = {"pandera": check_pandera, "frictionless": check_frictionless, "frictionless-read": read_frictionless}
    if what in runs:
        runs[what](where, rest[0])
    else:
        if what == "pandera":
            import pandera.pandas  # noqa: F401 - so that the import is not in the time
        import frictionless  # noqa: F401 - as above

        start = time.perf_counter()
        faults = checks[what](where)
        print(faults, time.perf_counter() - start)

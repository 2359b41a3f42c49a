"""Make small parcels by hand: tables of declarations, cargo reports as lines, nonsense."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.journeys.conftest import HEADER, table_row

from tidewaiter.playground.parcels import Sheet
from tidewaiter.stages.receive import mapping_text

DAY = datetime(2021, 7, 1, tzinfo=UTC)
"""Midnight before the day that the parcels are of."""
KCS = mapping_text("kcs")


def declarations(country: str, number: int, *, rows: int = 3, minutes: int = 480, **changes: object) -> Sheet:
    """Return a table of declarations that no other parcel has, sent so many minutes after midnight."""
    data = (HEADER + "".join(table_row(number * rows + at, **changes) for at in range(rows))).encode()
    at = DAY + timedelta(minutes=minutes)
    return Sheet(at=at, country=country, name=f"{number:04d}-table.csv", data=data, letters=rows, mapping=KCS)


def reports(country: str, number: int, *, rows: int = 2, minutes: int = 480) -> Sheet:
    """Return cargo reports as JSON lines, which need no screening and so are quick to take in."""
    lines = [
        json.dumps({"kind": "CargoReport", "lrn": f"{country}-{number}-{at}", "consignments": [{"packages": 5}]})
        for at in range(rows)
    ]
    data = ("\n".join(lines) + "\n").encode()
    return Sheet(
        at=DAY + timedelta(minutes=minutes), country=country, name=f"{number:04d}-lines.jsonl", data=data, letters=rows
    )


def nonsense(country: str, number: int, *, minutes: int = 480) -> Sheet:
    """Return bytes that no node can read."""
    at = DAY + timedelta(minutes=minutes)
    return Sheet(at=at, country=country, name=f"{number:04d}-nonsense.bin", data=bytes(range(256)) * 3)

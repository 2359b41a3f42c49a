"""Check that what the invented world lodges is read without a fault and is mostly in order."""

from __future__ import annotations

import io
from datetime import date

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import Declaration, Outcome
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive, validate
from tidewaiter.world.first import COUNTRY, CURRENCY, DECLARATIONS_MAPPING, OUTCOMES_MAPPING, make_world

SETTINGS = Settings(administration=COUNTRY, currency=CURRENCY)
WORLD = make_world("lodged", start=date(2026, 3, 2), days=10, per_day=60, last_day_count=100)


def read(data: bytes, mapping: str) -> list[receive.Reading]:
    """Return the readings of a table of the world."""
    understood = receive.read_mapping(mapping, "the invented world")
    opened = receive.open_source(io.BytesIO(data), name="world.csv", settings=SETTINGS, mapping=understood)
    return list(opened.readings())


def every_row_of_the_world_is_read_without_a_fault() -> None:
    declarations = read(WORLD.history_csv(), DECLARATIONS_MAPPING)
    outcomes = read(WORLD.outcomes_csv(), OUTCOMES_MAPPING)
    assert [one.faults for one in (*declarations, *outcomes) if one.faults] == []
    assert all(isinstance(one.record, Declaration) for one in declarations)
    assert all(isinstance(one.record, Outcome) for one in outcomes)
    assert any(one.rows > 1 for one in declarations)


def an_honest_slip_is_an_error_and_most_declarations_have_none() -> None:
    checker = validate.Checker(Codes(), today=WORLD.day, settings=SETTINGS)
    readings = read(WORLD.history_csv(), DECLARATIONS_MAPPING)
    broken = {
        finding.rule
        for one in readings
        for finding in checker.check(one.record, one.faults)
        if finding.severity == "error"
    }
    wrong = sum(any(f.severity == "error" for f in checker.check(one.record, one.faults)) for one in readings)
    assert len(broken) >= 5
    assert 0.01 < wrong / len(readings) < 0.08

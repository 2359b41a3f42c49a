"""Prove the front that reads interchanges without a node, and run what its manual shows."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tidewaiter import edifact
from tidewaiter.kernel.records import CargoReport
from tidewaiter.kernel.settings import Settings

MANUAL = Path(__file__).parents[4] / "docs" / "reference" / "edifact.md"


def _raw() -> bytes:
    """Return the interchange of the manual's example."""
    names: dict[str, Any] = {}
    shown = re.search(r"^raw = \((.*?)^\)", MANUAL.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert shown is not None
    exec(f"raw = ({shown[1]})", names)  # noqa: S102 - the example of our own manual
    raw: bytes = names["raw"]
    return raw


def the_example_of_the_manual_runs() -> None:
    shown = re.search(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    exec(shown[1], {"print": lambda *_: None})  # noqa: S102 - the example of our own manual


def a_source_is_read_layer_by_layer() -> None:
    raw = _raw()
    assert [one.tag for one in edifact.segments(raw)][:3] == ["UNB", "UNH", "BGM"]
    (letter,) = edifact.letters(io.BytesIO(raw))
    assert isinstance(letter, edifact.Letter)
    assert letter.faults == ()
    found = edifact.tree(letter, raw)
    assert found is not None
    root, faults = found
    assert faults == []
    assert [node.segment.tag for node in root.children] == ["BGM", "DTM", "TDT"]
    (reading,) = edifact.readings(raw)
    assert isinstance(reading.record, CargoReport)
    assert reading.record.lrn == "CALL7"


def a_type_without_a_table_has_no_tree() -> None:
    raw = _raw().replace(b"CUSREP", b"GENRAL")
    (letter,) = edifact.letters(raw)
    assert isinstance(letter, edifact.Letter)
    assert edifact.tree(letter, raw) is None
    (reading,) = edifact.readings(raw)
    assert [one.code for one in reading.faults] == ["unknown-message"]


def a_fault_of_the_tree_points_into_the_source() -> None:
    raw = _raw().replace(b"CALL7+9'", b"CALL7+99999'")
    (letter,) = edifact.letters(raw)
    assert isinstance(letter, edifact.Letter)
    found = edifact.tree(letter, raw)
    assert found is not None
    (fault,) = found[1]
    assert fault.place is not None
    assert (fault.code, fault.place.segment, fault.place.tag) == ("too-long-element", 2, "BGM")
    assert fault.place.offset is not None
    assert fault.place.length is not None
    assert raw[fault.place.offset : fault.place.offset + fault.place.length] == b"99999"


def what_is_read_is_written_and_read_again() -> None:
    (reading,) = edifact.readings(_raw())
    at = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
    raw = edifact.write([("CUSREP", [reading.record])], sender="A", recipient="B", reference="R", at=at, lines=True)
    (again,) = edifact.readings(raw)
    assert again.record == reading.record
    assert again.faults == ()


def a_limit_is_a_setting() -> None:
    settings = Settings(edifact_segments_max=3)
    (reading,) = edifact.readings(_raw(), settings=settings)
    assert [one.code for one in reading.faults] == ["too-many-segments"]

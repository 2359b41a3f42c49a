"""Prove that senders are listed, looked at, and reported to from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.journeys.conftest import HEADER, table_row

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sent(say: Say, tmp_path: Path) -> Say:
    """Give a node that two senders have sent to."""
    (tmp_path / "a.csv").write_text(HEADER + table_row(1) + table_row(2, origin="ZZ"), encoding="utf-8")
    (tmp_path / "b.csv").write_text(HEADER + table_row(3), encoding="utf-8")
    say("init", "--administration", "KR")
    say("receive", "a.csv", "--mapping", "kcs", "--later", "--sender", "ALPHA")
    say("receive", "b.csv", "--mapping", "kcs", "--later")
    return say


def every_sender_has_a_line_for_people_and_an_entry_for_machines(sent: Say) -> None:
    code, out, _ = sent("quality")
    assert code == 0
    assert "ALPHA" in out
    assert "(not named)" in out
    found = json.loads(sent("quality", "--json")[1])
    assert [(one["sender"], one["records"]) for one in found] == [("ALPHA", 2), (None, 1)]
    assert found[0]["score"] < found[1]["score"]


def a_sender_is_shown_with_the_rules_and_fields_that_cost_most(sent: Say) -> None:
    code, out, _ = sent("quality", "ALPHA")
    assert code == 0
    assert "COD-001" in out
    assert "line 3, column Country of Origin" in out
    found = json.loads(sent("quality", "ALPHA", "--json")[1])
    assert found["rules"][0]["rule"] == "COD-001"
    assert {one["name"] for one in found["quality"]["shares"]} >= {"complete", "right codes"}
    assert sent("quality", "", "--json")[0] == 0


def a_report_is_written_for_one_sender(sent: Say) -> None:
    code, out, _ = sent("quality", "ALPHA", "--report", "--since", "2020-01-01")
    assert code == 0
    assert out.startswith("# Quality of what was received from ALPHA\n")
    assert "ZZ" not in out
    assert sent("quality", "--report")[0] == 4
    code, _, err = sent("quality", "NOBODY")
    assert (code, "Nothing was received from NOBODY" in err) == (7, True)

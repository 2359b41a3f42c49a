"""Prove that a person with a file gets from `init` to a ranked queue, and reads sentences on the way."""

from __future__ import annotations

import io
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.conftest import HEADER, table_row

Say = Callable[..., tuple[int, str, str]]


def _write(path: Path, rows: int, *, start: int = 1, month: int = 4) -> None:
    """Write a table in which cheap goods by way of one country are the wrong ones."""
    chance = random.Random(start)  # noqa: S311 - an invented table
    lines = []
    for number in range(start, start + rows):
        wrong = chance.random() < 0.3
        price = chance.uniform(10, 60) if wrong else chance.uniform(900, 1500)
        day, origin = f"2021-{month:02d}-{number % 28 + 1:02d}", "VN" if wrong else "CN"
        lines.append(table_row(number, price=round(price, 2), fraud=int(wrong), origin=origin, date=day))
    path.write_text(HEADER + "".join(lines), encoding="utf-8")


def a_person_with_a_file_gets_a_ranked_list_with_reasons(say: Say, tmp_path: Path) -> None:
    _write(tmp_path / "past.csv", 400)
    _write(tmp_path / "today.csv", 60, start=1001, month=5)
    assert say("init", "--administration", "KR", "--currency", "KRW")[0] == 0
    code, out, _ = say("receive", "past.csv", "--mapping", "kcs")
    assert code == 0
    assert "400 records read, 400 kept" in out
    code, out, _ = say("outcome", "load", "past.csv", "--mapping", "kcs-outcome")
    assert code == 0
    assert "matched" in out
    assert say("model", "fit")[0] == 0
    assert say("receive", "today.csv", "--mapping", "kcs")[0] == 0
    code, out, _ = say("queue", "--since", "2021-05-01", "--top", "5", "--json")
    assert code == 0
    entries = json.loads(out)
    assert len(entries) == 5
    first = entries[0]["screening"]
    assert first["logOdds"] == pytest.approx(first["base"] + sum(one["contribution"] for one in first["reasons"]))
    assert entries[0]["country"] == "KR"
    code, out, _ = say("queue", "--all", "--since", "2021-05-01", "--json")
    short = [json.loads(line) for line in out.splitlines()]
    assert (code, len(short)) == (0, 60)
    assert {one["action"] for one in short} >= {"inspect", "release"}
    assert say("queue", "--all", "--since", "2021-05-01")[1].startswith(
        "country,reference,day,action,rank,probability,"
    )
    code, out, _ = say("model", "evaluate", "today.csv", "--mapping", "kcs-outcome", "--json")
    assert code == 0
    assert json.loads(out)["auc"] > 0.9
    code, out, _ = say("show", first["reference"])
    assert code == 0
    assert "where every declaration starts" in out


def a_wrong_record_is_shown_corrected_and_leaves_the_repair_queue(say: Say, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(HEADER + table_row(1) + table_row(2, origin="ZZ"), encoding="utf-8")
    say("init")
    code, out, _ = say("check", "one.csv", "--mapping", "kcs")
    assert code == 2
    assert "^^" in out
    say("receive", "one.csv", "--mapping", "kcs")
    waiting = json.loads(say("repair", "list", "--json")[1])
    assert [one["reference"] for one in waiting] == ["40000002"]
    assert "COD-001" in say("repair", "show", "40000002")[1]
    code, _, err = say("repair", "correct", "40000002", "--set", "/goodsShipment/items/0/nothing=CN", "--reason", "try")
    assert code == 12
    assert "unknown field" in err
    code, _, _ = say(
        "repair", "correct", "40000002", "--set", "/goodsShipment/items/0/origin=CN", "--reason", "invoice"
    )
    assert code == 0
    assert json.loads(say("repair", "list", "--json")[1]) == []


def the_same_file_twice_is_said_and_kept_once(say: Say, tmp_path: Path) -> None:
    _write(tmp_path / "day.csv", 5)
    say("init")
    say("receive", "day.csv", "--mapping", "kcs", "--later")
    code, out, _ = say("receive", "day.csv", "--mapping", "kcs", "--later")
    assert code == 0
    assert "received before" in out


def standard_input_is_received(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    class _Input:
        buffer = io.BytesIO((HEADER + table_row(1)).encode())

    say("init")
    monkeypatch.setattr(sys, "stdin", _Input())
    code, out, _ = say("receive", "-", "--mapping", "kcs", "--later", "--json")
    assert code == 0
    assert json.loads(out)[0]["counts"]["kept"] == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("receive", "nowhere.csv", "--mapping", "kcs"), 7, "no file nowhere.csv"),
        (("receive", "one.pdf.csv", "--mapping", "kcs"), 3, "PDF"),
        (("receive", "one.csv", "--mapping", "nothing"), 3, "nothing"),
        (("receive", "one.csv"), 3, "mapping"),
        (("show", "nobody"), 7, "No record"),
        (("model", "fit"), 10, "no outcomes"),
        (("model", "show"), 7, "No model"),
        (("outcome", "record", "nobody", "--result", "maybe"), 4, "conform, irregular, offence"),
        (("codes", "load", "hs", "one.csv", "--edition", "2022"), 8, "hs"),
        (("queue", "--since", "soon"), 2, "soon"),
        (("nothing",), 2, "nothing"),
    ],
)
def what_cannot_be_done_is_said_with_what_to_do(
    say: Say, tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    (tmp_path / "one.csv").write_text(HEADER + table_row(1), encoding="utf-8")
    (tmp_path / "one.pdf.csv").write_bytes(b"%PDF-1.7 nothing")
    say("init")
    found, _, err = say(*words)
    assert (found, sentence in err) == (code, True), err
    assert len(err.strip().splitlines()) >= 2


@pytest.mark.parametrize("words", [("codes", "list"), ("mapping", "list"), ("doctor",), ("doctor", "--settings")])
def what_can_be_listed_is_listed_for_people_and_for_machines(say: Say, words: tuple[str, ...]) -> None:
    say("init")
    code, out, _ = say(*words)
    assert code == 0
    assert "━" in out
    code, out, _ = say(*words, "--json")
    assert code == 0
    parsed: Any = json.loads(out)
    assert parsed


def a_proposed_mapping_reads_the_file_it_was_made_for(say: Say, tmp_path: Path) -> None:
    _write(tmp_path / "day.csv", 30)
    code, out, _ = say("mapping", "suggest", "day.csv")
    assert code == 0
    (tmp_path / "own.toml").write_text(out, encoding="utf-8")
    say("init")
    code, out, _ = say("receive", "day.csv", "--mapping", "own.toml", "--later")
    assert code == 0
    assert "30 records read" in out


def a_node_is_missing_until_it_is_made(say: Say) -> None:
    code, _, err = say("queue")
    assert code == 5
    assert "tidewaiter init" in err

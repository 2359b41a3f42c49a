"""Prove that folders are received file by file, and a watched one as its files come."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.journeys.conftest import HEADER, table_row

from tidewaiter.doors.cli.source import files_below, files_of
from tidewaiter.doors.cli.watching import RECEIVED, REFUSED, Watch
from tidewaiter.kernel.errors import Conflict, NotFound, Refused, TidewaiterError

Say = Callable[..., tuple[int, str, str]]
PDF = b"%PDF-1.7 nothing"


def _table(path: Path, number: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + table_row(number), encoding="utf-8")
    return path


def a_folder_is_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a/y.csv", ".hidden.csv", ".git/x.csv", "c.csv.part", "d.TMP", "e.why.txt"):
        _table(tmp_path / name, 1)
    found = [path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path)]
    assert found == ["a/y.csv", "a/z.csv", "b.csv"]
    assert list(files_of(["-", str(tmp_path / "a"), "nowhere"])) == [
        "-",
        str(tmp_path / "a" / "y.csv"),
        str(tmp_path / "a" / "z.csv"),
        "nowhere",
    ]


def no_link_out_of_a_folder_is_followed(tmp_path: Path) -> None:
    _table(tmp_path / "in" / "a.csv", 1)
    _table(tmp_path / "out" / "b.csv", 1)
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "out" / "b.csv")
    (tmp_path / "in" / "inside.csv").symlink_to(tmp_path / "in" / "a.csv")
    (tmp_path / "in" / "more").symlink_to(tmp_path / "out")
    assert files_below(tmp_path / "in") == [tmp_path / "in" / "a.csv"]
    watch = Watch(tmp_path / "in")
    watch.ready()
    assert watch.ready() == [tmp_path / "in" / "a.csv"]


def a_folder_is_received_and_a_refused_file_stops_none_of_the_others(say: Say, tmp_path: Path) -> None:
    _table(tmp_path / "in" / "a.csv", 1)
    (tmp_path / "in" / "b.csv").write_bytes(PDF)
    _table(tmp_path / "in" / "c.csv", 2)
    say("init")
    code, out, err = say("receive", "in", "nowhere.csv", "--mapping", "kcs", "--later")
    assert code == 3
    assert "PDF" in err
    assert "no file nowhere.csv" in err
    assert "2 sources were received, 0 known from before, 2 could not be received." in out
    code, out, _ = say("receive", "in", "--mapping", "kcs", "--later", "--json")
    assert code == 3
    assert [(one["source"], one.get("again"), "refused" in one) for one in json.loads(out)] == [
        ("in/a.csv", True, False),
        ("in/b.csv", None, True),
        ("in/c.csv", True, False),
    ]


def an_empty_folder_and_contradicting_words_are_said(say: Say, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    say("init")
    assert say("receive", "in")[0] == 7
    assert say("receive")[0] == 4
    assert say("receive", "in", "--watch", "in")[0] == 4
    assert say("receive", "--watch", "nowhere")[0] == 7


def what_messages_and_records_came_is_said_for_formats_that_are_no_tables(say: Say, tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text(
        '{"kind":"Event","id":"E1"}\n{"kind":"Event","id":"E2"}\n{"kind":"Journey"}\n'
    )
    say("init")
    assert "  3 records: 2 Event, 1 Journey\n" in say("receive", "lines.jsonl")[1]


def a_file_is_taken_only_once_it_stands_still(tmp_path: Path) -> None:
    watch, path = Watch(tmp_path), _table(tmp_path / "deep" / "a.csv", 1)
    assert watch.ready() == []
    with path.open("a") as stream:
        stream.write("more")
    assert watch.ready() == []
    assert watch.ready() == [path]
    (tmp_path / "empty.csv").touch()
    (tmp_path / "b.part").write_bytes(b"x")
    watch.ready()
    assert watch.ready() == [path]


@pytest.mark.parametrize(
    ("error", "shelf"),
    [(None, RECEIVED), (Refused("It is a PDF.", "Ask for a table."), REFUSED), (Conflict("."), None)],
)
def a_file_is_put_away_where_it_belongs(tmp_path: Path, error: TidewaiterError | None, shelf: str | None) -> None:
    watch = Watch(tmp_path)
    for number in (1, 2):
        path = _table(tmp_path / "deep" / "a.csv", number)
        watch.ready()
        (path,) = watch.ready()
        assert watch.told(path) is False
        assert watch.told(path) is True
        place = watch.settle(path, error)
        assert path.exists() is (shelf is None)
        if shelf is None:
            assert place is None
            return
        assert place == tmp_path / shelf / "deep" / ("a.csv" if number == 1 else "a.2.csv")
        assert place.with_name(place.name + ".why.txt").exists() is (shelf == REFUSED)
    assert watch.ready() == []
    if shelf == REFUSED:
        said = (tmp_path / shelf / "deep" / "a.2.csv.why.txt").read_text(encoding="utf-8")
        assert said == "It is a PDF.\nAsk for a table.\n"


def a_watch_on_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no folder"):
        Watch(tmp_path / "nowhere")


@pytest.fixture
def watching(tmp_path: Path) -> Callable[[], subprocess.Popen[str]]:
    """Give a way to start a real watch of the folder `in` in a process of its own."""
    (tmp_path / "in").mkdir()
    base = [sys.executable, "-m", "tidewaiter", "--home", str(tmp_path / "node")]
    subprocess.run([*base, "init"], check=True, capture_output=True)
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); import tidewaiter.__main__ as t"
    base[1:3] = ["-c", f"{heeding}; t.main()"]  # who runs tests in the background has SIGINT ignored by every child
    words = [*base, "receive", "--watch", str(tmp_path / "in"), "--mapping", "kcs", "--later", "--json"]
    environment = os.environ | {"TIDEWAITER_WATCH_SECONDS": "0.05", "TERM": "dumb"}

    def begin() -> subprocess.Popen[str]:
        return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return begin


def _until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened; fail after half a minute."""
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def a_watched_folder_is_received_as_its_files_come_until_it_is_told_to_stop(
    watching: Callable[[], subprocess.Popen[str]], tmp_path: Path, number: int
) -> None:
    box = tmp_path / "in"
    process = watching()
    try:
        _table(box / "a.csv", 1)
        _until((box / RECEIVED / "a.csv").exists)
        (box / "b.csv").write_bytes(PDF)
        _until((box / REFUSED / "b.csv").exists)
        _table(box / "sub" / "c.csv", 2)
        _until((box / RECEIVED / "sub" / "c.csv").exists)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, err
    assert "Stopped watching" in err
    assert "PDF" in (box / REFUSED / "b.csv.why.txt").read_text(encoding="utf-8")
    assert [json.loads(one)["name"] for one in out.splitlines()] == ["a.csv", "b.csv", "c.csv"]


def a_watch_that_was_killed_before_moving_a_file_loses_and_repeats_nothing(
    watching: Callable[[], subprocess.Popen[str]], tmp_path: Path
) -> None:
    box = tmp_path / "in"
    _table(box / "a.csv", 1)
    process = watching()
    try:
        _until((box / RECEIVED / "a.csv").exists)
        process.kill()
        process.communicate()
        (box / RECEIVED / "a.csv").rename(box / "a.csv")  # as if it had been killed between keeping and moving
        process = watching()
        _until((box / RECEIVED / "a.csv").exists)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert [json.loads(one)["again"] for one in out.splitlines()] == [True]

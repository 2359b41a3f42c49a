"""Hold the files on a disk and those in memory against one contract."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tidewaiter.kernel.errors import LogFault
from tidewaiter.kernel.log.files import DiskFiles, Files, entries_between, entry_end, replace
from tidewaiter.kernel.log.memory import MemoryFiles


@pytest.fixture(params=["disk", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """Give an empty folder of each kind."""
    return DiskFiles(tmp_path / "log") if request.param == "disk" else MemoryFiles()


def what_is_written_is_read_back_wherever_it_stands(files: Files) -> None:
    files.write("a", 0, b"hello")
    files.write("a", 5, b" world")
    files.write("a", 0, b"J")
    files.sync("a")
    assert (files.length("a"), files.read("a", 0, 100), files.read("a", 6, 3)) == (11, b"Jello world", b"wor")
    assert files.read("a", 50, 3) == b""


def a_gap_before_what_is_written_is_zeros(files: Files) -> None:
    files.write("a", 3, b"x")
    assert files.read("a", 0, 9) == b"\0\0\0x"


def a_file_that_is_cut_is_shorter(files: Files) -> None:
    files.write("a", 0, b"hello")
    files.cut("a", 2)
    assert (files.length("a"), files.read("a", 0, 9)) == (2, b"he")


def a_file_that_is_renamed_takes_the_place_of_the_other(files: Files) -> None:
    files.write("a", 0, b"old")
    files.write("b", 0, b"new!")
    assert files.read("a", 0, 9) == b"old"
    files.rename("b", "a")
    files.sync_folder()
    assert (files.names(), files.read("a", 0, 9)) == ({"a"}, b"new!")
    files.write("b", 0, b"again")
    assert files.read("a", 0, 9) == b"new!"


def a_file_that_is_not_there_is_not_made_by_looking(files: Files) -> None:
    with pytest.raises(FileNotFoundError):
        files.read("a", 0, 1)
    with pytest.raises(FileNotFoundError):
        files.length("a")
    assert files.names() == set()


def a_file_is_replaced_even_if_something_was_left_from_before(files: Files) -> None:
    files.write("a.new", 0, b"left from a crash, and longer")
    replace(files, "a", b"one")
    replace(files, "a", b"two")
    assert (files.names(), files.read("a", 0, 99)) == ({"a"}, b"two")


def an_entry_without_an_end_is_not_there(files: Files) -> None:
    files.write("entries", 0, b"\0\1a\0\1b")
    files.write("offsets", 0, (3).to_bytes(8, "big") + (7).to_bytes(8, "big"))
    assert entry_end(files, -1) == 0
    assert entries_between(files, 0, 1) == b"\0\1a"
    with pytest.raises(LogFault, match="not complete"):
        entries_between(files, 0, 2)
    with pytest.raises(LogFault, match="not written down"):
        entry_end(files, 2)


def two_processes_cannot_write_one_log(tmp_path: Path) -> None:
    first = DiskFiles(tmp_path)
    with pytest.raises(LogFault, match="Another process"):
        DiskFiles(tmp_path)
    first.close()
    DiskFiles(tmp_path).close()


def a_reader_beside_the_writer_changes_nothing(tmp_path: Path) -> None:
    writer = DiskFiles(tmp_path)
    writer.write("a", 0, b"x")
    reader = DiskFiles(tmp_path, writing=False)
    assert (reader.names(), reader.read("a", 0, 9)) == ({"a"}, b"x")
    with pytest.raises(OSError, match="Bad file descriptor"):
        reader.write("a", 0, b"y")
    with pytest.raises(FileNotFoundError):
        reader.write("b", 0, b"y")
    reader.close()
    writer.close()


def a_write_that_the_disk_takes_in_parts_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: whole(file, bytes(data[:3]), at))
    files = DiskFiles(tmp_path)
    files.write("a", 0, b"hello world")
    assert files.read("a", 0, 99) == b"hello world"
    files.close()

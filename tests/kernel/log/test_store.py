"""Prove that a log on a disk keeps what it acknowledged, and refuses what was damaged."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel.log.keys import LOG, NOON, ORIGIN, QUICK, entries_to, new_log, pair, reopened

from tidewaiter.kernel.errors import LogFault, LogStopped, NotProven
from tidewaiter.kernel.log import checkpoint, store, tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519
from tidewaiter.kernel.log.files import DiskFiles
from tidewaiter.kernel.log.memory import MemoryFiles, Named, Operation, Synced, SyncedFolder, Wrote
from tidewaiter.kernel.log.store import COMMIT_ENTRIES_MAX
from tidewaiter.kernel.log.tree import Tree

ENTRIES = entries_to(700)
GROWN = Tree(ENTRIES)


def a_log_is_the_same_after_it_was_closed(tmp_path: Path) -> None:
    made = new_log(DiskFiles(tmp_path / "log"), ENTRIES)
    signed = made.signed
    made.close()
    found = reopened(DiskFiles(tmp_path / "log"))
    assert (found.signed, found.size, found.recovered.cut) == (signed, 700, {})
    assert found.checkpoint == Checkpoint(ORIGIN, 700, GROWN.root())
    assert [found.entry(one) for one in (0, 255, 256, 699)] == [ENTRIES[one] for one in (0, 255, 256, 699)]
    found.append([b"more"])
    assert found.checkpoint.root == Tree([*ENTRIES, b"more"]).root()
    found.close()


@given(st.lists(st.integers(1, 300), max_size=6), st.data())
@settings(max_examples=40)
def every_commit_gives_the_indexes_and_the_root(counts: list[int], data: st.DataObject) -> None:
    files = MemoryFiles()
    made = store.create(files, ORIGIN, QUICK.sign)
    whole: list[bytes] = []
    for count in counts:
        if data.draw(st.booleans()):
            made = store.open_log(files, ORIGIN, [QUICK], QUICK.sign)
        more = entries_to(len(whole) + count, len(whole))
        done = made.append(more)
        assert (done.first, done.size) == (len(whole), len(whole) + count)
        whole += more
        assert checkpoint.parse(done.checkpoint)[0].root == Tree(whole).root()
    for old in {len(whole) // 3, len(whole) // 2}:
        proof = made.consistency(old, len(whole))
        tree.verify_consistency(old, len(whole), proof, Tree(whole[:old]).root(), Tree(whole).root())


def every_entry_is_proven_from_what_is_on_the_disk() -> None:
    made = new_log(MemoryFiles(), ENTRIES)
    for size in (1, 256, 257, 700):
        for index in (0, size // 2, size - 1):
            path = tree.inclusion_proof(made.hashes(size), index, size)
            tree.verify_inclusion(tree.leaf_hash(made.entry(index)), index, size, path, GROWN.root(size))


def a_log_is_not_made_over_another() -> None:
    files = MemoryFiles()
    new_log(files, ENTRIES[:3])
    with pytest.raises(LogFault, match="already"):
        store.create(files, ORIGIN, LOG.checkpoint)
    del files._names["checkpoint"]
    with pytest.raises(LogFault, match="already"):
        store.create(files, ORIGIN, LOG.checkpoint)
    with pytest.raises(LogFault, match="no checkpoint"):
        reopened(files)


def no_checkpoint_of_somebody_else_is_taken() -> None:
    files = MemoryFiles()
    new_log(files, ENTRIES[:3])
    with pytest.raises(NotProven):
        reopened(files, pair(ORIGIN, seed="other"))
    with pytest.raises(NotProven, match="another log"):
        reopened(files, pair("other.example/log"))


@pytest.mark.parametrize("count", [0, COMMIT_ENTRIES_MAX + 1])
def no_commit_is_empty_or_too_large(count: int) -> None:
    with pytest.raises(LogFault, match="A commit has"):
        new_log(MemoryFiles()).append([b""] * count)


def a_commit_that_is_refused_leaves_the_log_as_it_was() -> None:
    files = MemoryFiles()
    made = new_log(files, ENTRIES[:3])
    before = files.contents()
    with pytest.raises(LogFault, match="at most"):
        made.append([b"x", bytes(65_536)])
    assert files.contents() == before
    made.append([b"x"])
    assert made.size == 4


def a_signature_that_fails_leaves_the_log_as_it_was() -> None:
    files, working = MemoryFiles(), [True]

    def sign(wanted: Checkpoint) -> bytes:
        if not working[0]:
            raise TimeoutError
        return LOG.checkpoint(wanted)

    made = store.create(files, ORIGIN, sign)
    made.append(ENTRIES[:3])
    before, working[0] = files.contents(), False
    with pytest.raises(TimeoutError):
        made.append([b"x"])
    assert files.contents() == before
    working[0] = True
    assert made.append([b"x"]).first == 3


def a_signature_over_something_else_is_refused() -> None:
    made = store.create(MemoryFiles(), ORIGIN, lambda one: LOG.checkpoint(Checkpoint(one.origin, 0, tree.EMPTY_ROOT)))
    with pytest.raises(LogFault, match="not the checkpoint"):
        made.append([b"x"])


def the_order_of_a_commit_is_write_sync_name_and_only_then_the_checkpoint() -> None:
    files = MemoryFiles()
    made = new_log(files, ENTRIES[:255])
    start = len(files.journal)
    made.append(ENTRIES[255:257])
    names = {number: name for name, number in files._names.items()}
    steps = [describe(one, names) for one in files.journal[start:]]
    assert steps == [
        "write entries",
        "write offsets",
        "write level-0",
        "name level-1",
        "write level-1",
        "sync entries",
        "sync offsets",
        "sync level-0",
        "sync level-1",
        "sync folder",
        "name checkpoint.new",
        "write checkpoint",
        "sync checkpoint",
        "name checkpoint",
        "sync folder",
    ]


def describe(operation: Operation, names: dict[int, str]) -> str:
    """Say what an operation is."""
    if isinstance(operation, SyncedFolder):
        return "sync folder"
    if isinstance(operation, Named):
        return f"name {operation.name}"
    verb = {Wrote: "write", Synced: "sync"}.get(type(operation), "cut")
    return f"{verb} {names[operation.file]}"


@pytest.mark.parametrize("steps", range(15))
def a_disk_that_fails_at_any_step_stops_the_log_and_loses_nothing(steps: int) -> None:
    """Fail once at each operation of a commit; the log takes no further step, and opens again with what it had."""
    left = [10**6]

    def fail(_: Operation) -> bool:
        left[0] -= 1
        return left[0] == -1

    files = MemoryFiles(fail=fail)
    made = new_log(files, ENTRIES[:255])
    left[0] = steps
    with pytest.raises(LogStopped, match="nothing more is written"):
        made.append(ENTRIES[255:257])
    assert files.closed
    for call in (lambda: made.append([b"x"]), lambda: made.entry(0), lambda: made.hashes(1), made.witnessed):
        with pytest.raises(LogStopped, match="no longer open"):
            call()
    again = MemoryFiles(files.contents())
    found = reopened(again)
    assert found.size == (257 if steps == 14 else 255), "only the last sync follows the rename"
    assert found.append([b"after"]).first == found.size - 1


def what_a_crash_left_behind_the_checkpoint_is_cut_off_and_said() -> None:
    files = MemoryFiles()
    new_log(files, ENTRIES[:300])
    for name, more in (
        ("entries", b"\0\2ab\0"),
        ("offsets", bytes(11)),
        ("level-0", bytes(40)),
        ("level-2", bytes(32)),
    ):
        files.write(name, files.length(name) if name in files.names() else 0, more)
    found = reopened(files)
    assert found.recovered.cut == {"entries": 5, "offsets": 11, "level-0": 40, "level-2": 32}
    found.append(ENTRIES[300:400])
    assert found.checkpoint.root == GROWN.root(400)
    assert reopened(files).recovered.cut == {}


@pytest.mark.parametrize("name", ["entries", "offsets", "level-0", "level-1"])
@pytest.mark.parametrize("gone", [1, 32, 10**6])
def a_file_that_is_shorter_than_the_checkpoint_counts_is_refused(name: str, gone: int) -> None:
    files = MemoryFiles()
    new_log(files, ENTRIES)
    files.cut(name, max(0, files.length(name) - gone))
    with pytest.raises(LogFault, match=r"its checkpoint counts|not written down"):
        reopened(files)


def an_older_checkpoint_is_refused_where_no_crash_can_have_left_the_rest() -> None:
    files = MemoryFiles()
    made = new_log(files, ENTRIES[:3])
    old = made.signed
    for _ in range(2):
        made.append([b"x"] * (COMMIT_ENTRIES_MAX // 2 + 1))
    files.cut("checkpoint", 0)
    files.write("checkpoint", 0, old)
    with pytest.raises(LogFault, match="far more entries"):
        reopened(files)


@pytest.mark.parametrize("name", ["entries", "level-0", "level-1"])
def a_changed_byte_near_the_end_is_noticed_at_start(name: str) -> None:
    files = MemoryFiles()
    new_log(files, ENTRIES)
    at = files.length(name) - random.Random(name).randrange(1, 40)  # noqa: S311 - any place, the same each time
    files.write(name, at, bytes([files.read(name, at, 1)[0] ^ 1]))
    with pytest.raises(LogFault, match=r"root|hashes|inside"):
        reopened(files)


def a_witnessed_checkpoint_is_kept_if_it_is_one_of_this_log() -> None:
    files = MemoryFiles()
    made = new_log(files, ENTRIES)
    assert made.witnessed() is None
    note = checkpoint.parse(made.signed)[1].signed(
        [pair("w.example", COSIGNED_ED25519).signature(made.checkpoint, NOON)]
    )
    made.append([b"more"])
    assert made.keep_witnessed(note)
    assert not made.keep_witnessed(checkpoint.parse(LOG.checkpoint(Checkpoint(ORIGIN, 5, GROWN.root(5))))[1])
    assert reopened(files).witnessed() == note.data
    other = checkpoint.parse(LOG.checkpoint(Checkpoint(ORIGIN, 5, bytes(32))))[1]
    with pytest.raises(LogFault, match="not one of this log"):
        made.keep_witnessed(other)


@pytest.mark.parametrize("index", [-1, 3, 10**9])
def no_entry_is_given_that_is_not_there(index: int) -> None:
    made = new_log(MemoryFiles(), ENTRIES[:3])
    with pytest.raises(LogFault, match="no entry"):
        made.entry(index)
    with pytest.raises(LogFault, match="entries, not"):
        made.hashes(4)

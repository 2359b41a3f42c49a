"""Let the machine crash in every way a disk allows, and look for what was acknowledged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec
import pytest
from tests.kernel.log.keys import ORIGIN, QUICK, entries_to

from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.kernel.log import store
from tidewaiter.kernel.log.memory import Cut, MemoryFiles, Named, Operation, Synced, SyncedFolder, Wrote, crash_states
from tidewaiter.kernel.log.tree import Tree

STATES_MIN = 20_000
"""States that differ in what is on the disk or in what was acknowledged."""
ENTRIES = entries_to(1_400)
GROWN = Tree(ENTRIES)
COUNTED = [one for fill in (245, 243, 242, 246) for one in (1, 2, fill, 3, 1, 2, 4, 1, 3)]
"""Entries of each commit: small ones, and some that fill tiles, so that new files and levels come in between."""


class Run(msgspec.Struct):
    """A run of a log: its files, and after how many operations how many entries were acknowledged."""

    files: MemoryFiles
    acknowledged: list[tuple[int, int]]

    def certain(self, done: int) -> int:
        """Return how many entries were acknowledged once that many operations were done."""
        return max((size for at, size in self.acknowledged if at <= done), default=0)


class Careless(MemoryFiles):
    """Files that forget some of what they are told to sync: what a wrong order of a commit would look like."""

    def __init__(self, forgets: str) -> None:
        super().__init__()
        self._forgets = forgets

    def sync(self, name: str) -> None:
        """Sync, unless it is forgotten."""
        if name != self._forgets:
            super().sync(name)

    def sync_folder(self) -> None:
        """Sync the folder, unless it is forgotten."""
        if self._forgets != "folder":
            super().sync_folder()


def run(files: MemoryFiles, counts: Sequence[int] = COUNTED) -> Run:
    """Make a log and commit to it."""
    made = store.create(files, ORIGIN, QUICK.sign)
    acknowledged = [(len(files.journal), 0)]
    for count in counts:
        made.append(ENTRIES[made.size : made.size + count])
        acknowledged.append((len(files.journal), made.size))
    return Run(files, acknowledged)


def wrong_after(state: dict[str, bytes], certain: int, sizes: set[int]) -> str:
    """Return what is wrong with a log that is opened after a crash, empty where nothing is."""
    files = MemoryFiles(state)
    try:
        found = store.open_log(files, ORIGIN, [QUICK], QUICK.sign)
    except TidewaiterError as refused:
        return f"it does not open: {refused.sentence}"
    if found.size < certain:
        return f"{certain - found.size} acknowledged entries are lost"
    if found.size not in sizes or found.checkpoint.root != GROWN.root(found.size):
        return "it is not a state that the log had"
    contents = files.contents()
    ends = [contents["offsets"][at : at + 8] for at in range(0, found.size * 8, 8)] if found.size else []
    whole = b"".join(len(one).to_bytes(2, "big") + one for one in ENTRIES[: found.size])
    right = (
        contents.get("entries", b"") == whole
        and len(ends) == found.size
        and contents.get("level-0", b"") == b"".join(GROWN.hashes(0, one) for one in range(found.size))
        and contents.get("level-1", b"") == b"".join(GROWN.hashes(8, one) for one in range(found.size // 256))
    )
    return "" if right else "entries or hashes are not what they were"


def crashes_of(done: Run) -> Iterator[tuple[int, dict[str, bytes], str]]:
    """Yield (operations, state, what is wrong) for every state that a crash can leave once the log was made."""
    sizes = {size for _, size in done.acknowledged}
    for at, state in crash_states(done.files, first=done.acknowledged[0][0]):
        yield at, state, wrong_after(state, done.certain(at), sizes)


def no_crash_loses_what_was_acknowledged() -> None:
    done = run(MemoryFiles())
    states, wrong = set(), []
    for at, state, found in crashes_of(done):
        states.add((done.certain(at), hash(tuple(sorted(state.items())))))
        wrong += [found] if found else []
    assert wrong == []
    assert len(states) >= STATES_MIN


@pytest.mark.parametrize("forgets", ["entries", "offsets", "level-0", "level-1", "checkpoint.new", "folder"])
def a_sync_that_is_forgotten_is_found_by_crashing(forgets: str) -> None:
    done = run(Careless(forgets), [250, 3, 4, 2] if forgets != "checkpoint.new" else [3, 2])
    assert any(wrong for _, _, wrong in crashes_of(done)), "the crashes show nothing, so they prove nothing"


def no_crash_while_a_log_is_made_leaves_something_in_between() -> None:
    """A crash while the first checkpoint is written leaves a log without entries, or none, and then it can be made."""
    done = run(MemoryFiles(), [])
    for _, state in crash_states(done.files):
        files = MemoryFiles(state)
        if "checkpoint" in files.names() and files.length("checkpoint"):
            assert wrong_after(state, 0, {0}) == ""
        else:
            assert store.create(files, ORIGIN, QUICK.sign).size == 0


def no_second_crash_while_recovering_loses_anything() -> None:
    """Crash, open, crash while the first crash is being repaired, and open again."""
    done = run(MemoryFiles(), [254, 3, 2])
    sizes = {size for _, size in done.acknowledged}
    again = 0
    for at, state in islice(crash_states(done.files, first=done.acknowledged[1][0]), 0, None, 13):
        repaired = MemoryFiles(state)
        size = store.open_log(repaired, ORIGIN, [QUICK], QUICK.sign).size
        if any(isinstance(one, Cut) for one in repaired.journal):
            for _, second in crash_states(repaired):
                assert wrong_after(second, max(size, done.certain(at)), sizes) == ""
                again += 1
    assert again > 2_000


def the_queue_that_is_integrated_again_gives_the_same_tree() -> None:
    done = run(MemoryFiles(), [254, 3])
    for at, state in crash_states(done.files, first=done.acknowledged[1][0]):
        made = store.open_log(MemoryFiles(state), ORIGIN, [QUICK], QUICK.sign)
        assert made.size >= done.certain(at)
        if made.size < 257:
            made.append(ENTRIES[made.size : 257])
        assert made.checkpoint.root == GROWN.root(257)


def the_model_of_a_disk_knows_lost_torn_and_reordered_writes() -> None:
    files = MemoryFiles({"a": b"12"})
    files.write("a", 2, b"3456")
    files.write("b", 0, b"x")
    files.sync("b")
    found = [state for at, state in crash_states(files) if at == len(files.journal)]
    assert {state["a"] for state in found} >= {b"12", b"123456", b"1234", b"12\0\0\0\0", b"12345", b"123"}
    assert {state.get("b") for state in found} == {None, b"x"}, "a synced file may still have no name"
    files.sync("a")
    files.sync_folder()
    assert [state for at, state in crash_states(files) if at == len(files.journal)] == [{"a": b"123456", "b": b"x"}]
    files.write("c", 0, b"y")
    files.rename("b", "a")
    found = [state for at, state in crash_states(files) if at == len(files.journal)]
    names = [{"a": b"123456", "b": b"x"}, {"a": b"x"}]
    kept = [{**one, **more} for one in names for more in ({}, {"c": b""}, {"c": b"y"}, {"c": b"\0"})]
    assert sorted(found, key=str) == sorted(kept, key=str)


def the_journal_is_what_was_done() -> None:
    files = MemoryFiles()
    files.write("a", 0, b"x")
    files.sync("a")
    files.cut("a", 0)
    files.rename("a", "b")
    files.sync_folder()
    expected: list[Operation] = [
        Named(0, "a"),
        Wrote(0, 0, b"x"),
        Synced(0),
        Cut(0, 0),
        Named(0, "b", "a"),
        SyncedFolder(),
    ]
    assert files.journal == expected

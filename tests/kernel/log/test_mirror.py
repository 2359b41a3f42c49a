"""Prove that a mirror holds only what is proven, and goes on after every break."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.doors.api.houses import house, serving
from tests.kernel.log.keys import LOG, NOON, ORIGIN, Pair, entries_to, new_log, pair

from tidewaiter.kernel.errors import LogFault, NotFound, NotProven
from tidewaiter.kernel.log import export, mirror
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519
from tidewaiter.kernel.log.files import tile_source
from tidewaiter.kernel.log.http import RemoteLog
from tidewaiter.kernel.log.memory import MemoryFiles
from tidewaiter.kernel.log.mirror import PENDING, Bounds, Followed
from tidewaiter.kernel.log.policy import Party, Policy
from tidewaiter.kernel.log.tiles import ENTRIES, Tile, rows_at
from tidewaiter.kernel.log.tree import Tree

WIDE = Bounds(100_000, 10**9, 1_000.0)
SIZES = (0, 1, 3, 255, 256, 257, 700, 1_500)
HONEST = entries_to(1_500)
Change = Callable[[Tile, bytes], bytes]


class Log:
    """A log in memory that is read as one over HTTP is, and that can be made to lie."""

    def __init__(self, entries: Sequence[bytes], key: Pair = LOG) -> None:
        files = MemoryFiles()
        self.signed = new_log(files, entries, key).signed
        self.asked: list[Tile] = []
        self.change: Change = lambda _tile, data: data
        self._rows = rows_at(len(entries))
        self._source = tile_source(files)

    def checkpoint(self) -> bytes:
        """Return the checkpoint."""
        return self.signed

    def tile(self, tile: Tile) -> bytes:
        """Return a tile that there is."""
        self.asked.append(tile)
        level = max(tile.level, 0)
        if level >= len(self._rows) or tile.start + tile.width > self._rows[level]:
            message = f"There is no {tile.path}."
            raise NotFound(message)
        return self.change(tile, self._source(tile))


def follow(remote: mirror.Remote, folder: Path, bounds: Bounds = WIDE, policy: Policy | None = None) -> Followed:
    """Follow the tests' log."""
    return mirror.follow(remote, folder, ORIGIN, [LOG.verifier], bounds=bounds, policy=policy)


def checked(folder: Path) -> int:
    """Read the whole mirror as an export is read, and return its size."""
    return export.check_export(folder, ORIGIN, [LOG.verifier]).size


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def a_log_that_grows_is_followed_and_every_hash_is_right(tmp_path: Path) -> None:
    for size in SIZES:
        found = follow(Log(HONEST[:size]), tmp_path)
        assert found.complete
        assert found.mirrored == found.newest == Checkpoint(ORIGIN, size, Tree(HONEST[:size]).root())
        assert checked(tmp_path) == size
    assert not (tmp_path / PENDING).exists()


def only_what_is_missing_is_fetched(tmp_path: Path) -> None:
    follow(Log(HONEST[:700]), tmp_path)
    later = Log(HONEST[:1_500])
    follow(later, tmp_path)
    assert len(later.asked) == len(set(later.asked))
    assert not {Tile(0, 0), Tile(0, 1), Tile(ENTRIES, 0), Tile(ENTRIES, 1)} & set(later.asked)
    again = Log(HONEST[:1_500])
    assert follow(again, tmp_path) == Followed(found := _at(1_500), found, 0, 0, complete=True)
    assert again.asked == []


def _at(size: int) -> Checkpoint:
    """Return the honest log's checkpoint at a size."""
    return Checkpoint(ORIGIN, size, Tree(HONEST[:size]).root())


def what_a_full_tile_makes_needless_is_dropped(tmp_path: Path) -> None:
    for size in (100, 200, 300):
        follow(Log(HONEST[:size]), tmp_path)
    names = set(contents(tmp_path))
    assert names == {
        *("checkpoint", "lock", "tile/0/000", "tile/0/001.p/44", "tile/entries/000", "tile/entries/001.p/44"),
        "tile/1/000.p/1",
    }


def a_partial_tile_that_the_log_dropped_is_cut_out_of_the_full_one(tmp_path: Path) -> None:
    class Grown(Log):
        """A log that has grown while it is read, and has dropped its partial tiles."""

        def tile(self, tile: Tile) -> bytes:
            if tile.width < 256 and tile.level <= 0:
                message = "It is gone."
                raise NotFound(message)
            return super().tile(tile)

    remote, upper = Grown(HONEST[:768]), Log(HONEST[:700])
    remote.signed = upper.signed
    remote.change = lambda tile, data: upper.tile(tile) if tile.level > 0 else data
    with pytest.raises(NotFound):
        remote.tile(Tile(0, 2, 188))
    assert follow(remote, tmp_path).complete
    assert checked(tmp_path) == 700


LIES: dict[str, Change] = {
    "one bit": lambda _tile, data: data[:-1] + bytes([data[-1] ^ 1]),
    "cut short": lambda _tile, data: data[:-1],
    "nothing": lambda _tile, _data: b"",
    "too long": lambda _tile, data: data + bytes(32),
    "another's": lambda _tile, data: data[::-1],
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
@pytest.mark.parametrize(
    "where", [Tile(0, 3), Tile(0, 5, 220), Tile(1, 0, 5), Tile(ENTRIES, 2), Tile(ENTRIES, 4), Tile(ENTRIES, 5, 220)]
)
def a_lie_in_one_tile_is_noticed_and_what_was_mirrored_before_stands(tmp_path: Path, where: Tile, lie: Change) -> None:
    follow(Log(HONEST[:700]), tmp_path)
    before = contents(tmp_path)
    remote = Log(HONEST)
    remote.change = lambda tile, data: lie(tile, data) if tile == where else data
    with pytest.raises(LogFault, match=ORIGIN):
        follow(remote, tmp_path)
    assert checked(tmp_path) == 700
    after = contents(tmp_path)
    assert {name: after[name] for name in before} == before
    assert where.path not in after or where.path in before
    remote.change = lambda _tile, data: data
    assert follow(remote, tmp_path).complete
    assert checked(tmp_path) == 1_500


@given(old=st.sampled_from(SIZES), new=st.sampled_from(SIZES), place=st.integers(0, 10**6), bit=st.integers(0, 7))
def no_lie_about_any_tile_is_ever_mirrored(
    tmp_path_factory: pytest.TempPathFactory, old: int, new: int, place: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("lies")
    follow(Log(HONEST[:old]), folder)
    remote = Log(HONEST[:new])
    number = place % 7

    def spoilt(_tile: Tile, data: bytes) -> bytes:
        if len(remote.asked) - 1 != number or not data:
            return data
        at = place % len(data)
        return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]

    remote.change = spoilt
    try:
        found = follow(remote, folder)
    except (LogFault, NotProven):
        assert new > old
        assert checked(folder) == old
        assert not list(folder.glob("fork-*"))
    else:
        assert checked(folder) == found.newest.size or old > new


def a_log_that_goes_back_changes_nothing(tmp_path: Path) -> None:
    follow(Log(HONEST), tmp_path)
    before = contents(tmp_path)
    found = follow(Log(HONEST[:700]), tmp_path)
    assert found == Followed(_at(1_500), _at(700), 0, 0, complete=True)
    assert contents(tmp_path) == before


def a_run_that_reaches_its_bounds_is_gone_on_with_by_the_next(tmp_path: Path) -> None:
    runs = 0
    remote = Log(HONEST)
    while not (found := follow(remote, tmp_path, Bounds(4, 10**9, 1_000.0))).complete:
        assert found.tiles <= 4
        assert found.mirrored is None
        runs += 1
        assert runs < 20
    assert runs >= 3
    assert checked(tmp_path) == 1_500


def a_run_stops_at_bytes_and_seconds_too(tmp_path: Path) -> None:
    found = follow(Log(HONEST), tmp_path, Bounds(1_000, 10_000, 1_000.0))
    assert not found.complete
    assert found.bytes < 20_000
    moments = iter(range(1_000))
    slow = mirror.follow(
        Log(HONEST), tmp_path, ORIGIN, [LOG.verifier], bounds=Bounds(1_000, 10**9, 5.0), clock=lambda: next(moments)
    )
    assert not slow.complete
    assert 0 < slow.tiles <= 5


def a_log_that_went_back_while_it_was_being_mirrored_is_mirrored_as_far_as_it_was_seen(tmp_path: Path) -> None:
    follow(Log(HONEST), tmp_path, Bounds(5, 10**9, 1_000.0))
    back = Log(HONEST)
    back.signed = LOG.checkpoint(_at(700))
    found = follow(back, tmp_path)
    assert (found.complete, found.mirrored, found.newest) == (True, _at(1_500), _at(700))
    assert checked(tmp_path) == 1_500


def what_is_wrong_on_this_side_is_fetched_anew_and_convicts_nobody(tmp_path: Path) -> None:
    follow(Log(HONEST[:1_000]), tmp_path)
    for name in ("tile/0/002", "tile/0/003.p/232", "tile/1/000.p/3"):
        (tmp_path / name).write_bytes(bytes(32))
    assert follow(Log(HONEST), tmp_path).complete
    assert not list(tmp_path.glob("fork-*"))
    (tmp_path / "tile/0/000").unlink()
    assert follow(Log(HONEST[:300]), tmp_path).mirrored == _at(1_500)
    assert not list(tmp_path.glob("fork-*"))


def a_checkpoint_of_somebody_else_is_refused(tmp_path: Path) -> None:
    for other in (Log(HONEST[:5], pair("other.example/log")), Log(HONEST[:5], pair(ORIGIN, seed="x"))):
        with pytest.raises(NotProven):
            follow(other, tmp_path)
    follow(Log(HONEST[:5]), tmp_path)
    with pytest.raises(NotProven):
        mirror.follow(
            Log(HONEST[:5], pair("other.example/log")),
            tmp_path,
            "other.example/log",
            [pair("other.example/log").verifier],
            bounds=WIDE,
        )


def a_policy_wants_its_quorum_before_anything_is_mirrored(tmp_path: Path) -> None:
    witness = pair("w.example/one", COSIGNED_ED25519)
    policy = Policy((Party(LOG.key),), {"one": Party(witness.key)}, {}, "one")
    remote = Log(HONEST[:300])
    with pytest.raises(NotProven, match="quorum"):
        follow(remote, tmp_path, policy=policy)
    remote.signed += witness.signature(_at(300), NOON).line.encode()
    assert follow(remote, tmp_path, policy=policy).complete
    assert (tmp_path / "checkpoint").read_bytes() == remote.signed


def two_runs_do_not_write_one_folder(tmp_path: Path) -> None:
    class Again(Log):
        """A log in the middle of whose reading another run is begun."""

        def tile(self, tile: Tile) -> bytes:
            with pytest.raises(LogFault, match="Another process"):
                follow(Log(HONEST), tmp_path)
            return super().tile(tile)

    assert follow(Again(HONEST[:300]), tmp_path).complete


# --- breaks -------------------------------------------------------------------------------------------------------


class Died(BaseException):
    """The process died."""


def a_run_that_dies_at_any_write_leaves_a_whole_mirror_and_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = Path.replace
    for dies_at in range(60):
        folder = tmp_path / str(dies_at)
        follow(Log(HONEST[:300]), folder)
        left = [dies_at]

        def dying(self: Path, target: Path, left: list[int] = left) -> Path:
            if not left[0]:
                raise Died
            left[0] -= 1
            return replaced(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", dying)
            try:
                done = follow(Log(HONEST), folder).complete
            except Died:
                done = False
        assert checked(folder) == (1_500 if done else 300)
        assert follow(Log(HONEST), folder).complete
        assert checked(folder) == 1_500
        if done:
            break
    else:
        pytest.fail("it never came to an end")
    assert dies_at > 10


KILLED = """
import sys
from pathlib import Path
from tests.kernel.log.test_mirror import HONEST, Log, follow

remote = Log(HONEST)
def stopping(tile, data):
    if len(remote.asked) == int(sys.argv[2]):
        print("here", flush=True)
        sys.stdin.read()
    return data
remote.change = stopping
follow(remote, Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 4, 9])
def a_mirror_that_is_killed_is_whole_and_is_gone_on_with(tmp_path: Path, after: int) -> None:
    follow(Log(HONEST[:300]), tmp_path)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), str(after)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "here\n"
        os.kill(running.pid, signal.SIGKILL)
    assert checked(tmp_path) == 300
    assert follow(Log(HONEST), tmp_path).complete
    assert checked(tmp_path) == 1_500


# --- over HTTP ----------------------------------------------------------------------------------------------------


def a_log_is_followed_over_http_while_it_grows(tmp_path: Path) -> None:
    with house(tmp_path, "partner") as one, serving(one.app(), one.settings) as url:
        keys, origin = [one.key.verifier], one.key.key.name
        for size in (0, 5, 256, 900):
            one.grow(size)
            with RemoteLog(f"{url}/log", one.settings) as remote:
                found = mirror.follow(remote, tmp_path / "mirror", origin, keys, bounds=mirror.bounds(one.settings))
            assert found.complete
            assert export.check_export(tmp_path / "mirror", origin, keys).size == size
        one.grow(1_000)
        assert export.check_export(tmp_path / "mirror", origin, keys).size == 900

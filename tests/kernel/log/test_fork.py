"""Prove that a log that forks is convicted by what it signed, and that one that grew is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.kernel.log.keys import LOG, ORIGIN, pair
from tests.kernel.log.test_mirror import HONEST, Log, checked, contents, follow

from tidewaiter.kernel.errors import LogFault, NoteFault, NotProven
from tidewaiter.kernel.log import fork, tree
from tidewaiter.kernel.log.mirror import Bounds
from tidewaiter.kernel.log.tree import Tree

OTHER = [b"another", *HONEST[1:]]


@pytest.mark.parametrize(("first", "second"), [(700, 1_500), (1_500, 700), (700, 700), (256, 257), (1, 1_500), (1, 1)])
def a_log_that_forks_is_refused_and_the_proof_convicts_it(tmp_path: Path, first: int, second: int) -> None:
    follow(Log(HONEST[:first]), tmp_path)
    before = contents(tmp_path)
    for _ in range(2):
        with pytest.raises(NotProven, match="exclude each other"):
            follow(Log(OTHER[:second]), tmp_path)
    after = contents(tmp_path)
    assert set(after) - set(before) == {"fork-1.txt"}
    assert {name: after[name] for name in before} == before
    found = fork.parse(after["fork-1.txt"])
    fork.verify(found, ORIGIN, [LOG.verifier])
    assert {found.small, found.large} == {Log(HONEST[:first]).signed, Log(OTHER[:second]).signed}
    assert fork.write(found) == after["fork-1.txt"]
    with pytest.raises(NotProven):
        fork.verify(found, ORIGIN, [pair(ORIGIN, seed="x").verifier])


def no_log_is_convicted_of_having_grown() -> None:
    tiny, large = Log(HONEST[:700]).signed, Log(HONEST).signed
    grown = Tree(HONEST)
    assert fork.find(grown.hashes, tiny, large) is None
    proof = tuple(tree.consistency_proof(grown.hashes, 700, 1_500))
    honest = fork.Fork(grown.root(700), proof, tiny, large)
    for charge in (
        honest,
        fork.Fork(bytes(32), proof, tiny, large),
        fork.Fork(bytes(32), (), tiny, tiny),
        fork.Fork(grown.root(700), (), tiny, tiny),
        fork.Fork(bytes(32), proof[:-1], tiny, large),
    ):
        with pytest.raises(NotProven):
            fork.verify(charge, ORIGIN, [LOG.verifier])
    with pytest.raises(LogFault):
        fork.find(Tree(OTHER).hashes, tiny, large)


@pytest.mark.parametrize(
    "spoil", [lambda data: data[1:], lambda data: data + b"\n\n", lambda data: data.split(b"\n")[0]]
)
def a_proof_of_a_fork_is_read_strictly(spoil: Callable[[bytes], bytes]) -> None:
    found = fork.find(Tree(OTHER).hashes, Log(HONEST[:3]).signed, Log(OTHER).signed)
    assert found is not None
    assert fork.parse(fork.write(found)) == found
    with pytest.raises(NoteFault):
        fork.parse(spoil(fork.write(found)))


def no_folder_fills_up_with_proofs_of_forks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork, "FORKS_MAX", 2)
    follow(Log(HONEST[:10]), tmp_path)
    for number in range(5):
        with pytest.raises(NotProven):
            follow(Log([b"%d" % number, *HONEST[1:20]]), tmp_path)
    assert sorted(one.name for one in tmp_path.glob("fork-*")) == ["fork-1.txt", "fork-2.txt"]


@pytest.mark.parametrize("tiles", [0, 1, 2, 5])
def a_log_that_forks_before_its_first_state_was_mirrored_is_found_out_too(tmp_path: Path, tiles: int) -> None:
    follow(Log(HONEST[:0]), tmp_path)
    assert not follow(Log(HONEST[:1_000]), tmp_path, Bounds(2 + tiles, 10**9, 1_000.0)).complete
    for size in (1_000, 1_500):
        with pytest.raises(NotProven, match="exclude each other"):
            follow(Log(OTHER[:size]), tmp_path)
    with pytest.raises((LogFault, NotProven)):  # without the tiles of the larger one, there is no proof against it
        follow(Log(OTHER[:700]), tmp_path)
    assert checked(tmp_path) == 0
    assert follow(Log(HONEST), tmp_path).complete

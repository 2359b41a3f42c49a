"""Prove that a witness's memory is changed by one at a time, and only from what was known."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tidewaiter.kernel.db import Database, connect, migrate
from tidewaiter.kernel.ledger.heads import WitnessHeads
from tidewaiter.kernel.log.tree import EMPTY_ROOT
from tidewaiter.kernel.log.witness import Head
from tidewaiter.kernel.settings import Settings

LOG = "partner.example/log"


def head(size: int) -> Head:
    """Return a head with a root of its own."""
    return Head(size, bytes([size]) * 32)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """Give a database with its tables."""
    made = connect(Settings(home=str(tmp_path), database_url=database_url))
    migrate(made)
    yield made
    made.close()


def a_log_that_was_never_cosigned_has_the_empty_head(database: Database) -> None:
    heads = WitnessHeads(database)
    assert heads.load(LOG) == Head(0, EMPTY_ROOT)
    assert heads.all() == {}


def a_head_is_swapped_only_for_the_one_that_is_known(database: Database) -> None:
    heads = WitnessHeads(database)
    assert not heads.swap(LOG, head(3), head(5))
    assert heads.swap(LOG, Head(), head(5))
    assert not heads.swap(LOG, Head(), head(6))
    assert not heads.swap(LOG, Head(5, bytes(32)), head(6))
    assert heads.swap(LOG, head(5), head(5))
    assert heads.swap(LOG, head(5), head(9))
    assert heads.load(LOG) == head(9)
    assert heads.all() == {LOG: head(9)}


def an_empty_log_is_remembered_and_may_grow(database: Database) -> None:
    heads = WitnessHeads(database)
    assert [heads.swap(LOG, Head(), Head()) for _ in range(2)] == [True, True]
    assert heads.swap(LOG, Head(), head(4))
    assert not heads.swap(LOG, Head(), head(5))


def no_log_changes_what_is_known_of_another(database: Database) -> None:
    heads = WitnessHeads(database)
    assert heads.swap(LOG, Head(), head(5))
    assert heads.swap("other.example/log", Head(), head(7))
    assert heads.load(LOG) == head(5)


@pytest.mark.parametrize("known", [Head(), head(9)], ids=["the first", "a later one"])
def only_one_of_many_who_swap_at_once_is_told_that_it_did(database: Database, known: Head) -> None:
    heads = WitnessHeads(database)
    if known.size:
        heads.swap(LOG, Head(), known)
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda size: (size, heads.swap(LOG, known, head(size))), range(10, 34)))
    winners = [size for size, done in told if done]
    assert len(winners) == 1
    assert heads.load(LOG) == head(winners[0])


def what_was_swapped_is_there_after_a_new_start(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path))
    made = connect(settings)
    migrate(made)
    WitnessHeads(made).swap(LOG, Head(), head(5))
    made.close()
    again = connect(settings)
    assert WitnessHeads(again).load(LOG) == head(5)
    again.close()

"""Prove that one program at a time begins an epoch, and that others work on and lose nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.db import Database
from tidewaiter.kernel.errors import Conflict, KeyFault, SettingFault
from tidewaiter.kernel.seal import DataKey, _store, create_vault, epochs, open_root, open_vault
from tidewaiter.kernel.seal.epochs import Epochs
from tidewaiter.kernel.seal.roots.file import FileRoot
from tidewaiter.kernel.settings import Settings

_STAGES: list[tuple[Any, str]] = [
    (FileRoot, "generate"),
    (Epochs, "_prepare"),
    (Epochs, "_rewrap"),
    (Epochs, "_switch"),
    (Database, "forget_deleted"),
    (FileRoot, "destroy"),
]


@pytest.fixture
def keyed(tmp_path: Path, database_url: str) -> Settings:
    """Give the settings of a vault, on each engine."""
    return Settings(home=str(tmp_path / "node"), key_store_url=database_url)


def _once(real: Callable[..., Any], meanwhile: Callable[[], None], *, after: bool) -> Callable[..., Any]:
    """Return a function that does something else before or after its work, the first time it is called."""
    done: list[bool] = []

    def call(*arguments: Any, **named: Any) -> Any:
        first = not done
        done.append(True)
        if first and not after:
            meanwhile()
        result = real(*arguments, **named)
        if first and after:
            meanwhile()
        return result

    return call


@pytest.mark.parametrize(("target", "name"), _STAGES, ids=[name for _, name in _STAGES])
@pytest.mark.parametrize("after", [False, True])
def a_program_that_opens_the_vault_while_an_epoch_begins_works_on_and_leaves_it_alone(
    keyed: Settings, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, target: Any, name: str, *, after: bool
) -> None:
    vault = create_vault(keyed, set_clock)
    made = {one.id: one for one in vault.fresh("record", 5)}
    long_open = open_vault(keyed, set_clock)
    seen: list[DataKey] = []

    def meanwhile() -> None:
        other = open_vault(keyed, set_clock)
        for one in (other, long_open):
            assert one.keys(made) == made
            seen.extend(one.fresh("record", 2) + one.fresh("travel", 1))
            assert one.digest(b"x") == digest
            with pytest.raises(Conflict, match="Another program"):
                one.rotate()
        other.close()

    digest = vault.digest(b"x")
    monkeypatch.setattr(target, name, _once(getattr(target, name), meanwhile, after=after))
    assert vault.rotate().epoch == 2
    assert len(seen) == 6
    made |= {one.id: one for one in seen}
    for one in (vault, long_open, open_vault(keyed, set_clock)):
        assert one.keys(made) == made
        one.check()
        assert one.status().root_keys == ("log-1", "witness-1", "wrap-2")
        assert one.status().begun is None
        one.close()


def an_epoch_that_one_program_began_and_did_not_finish_is_not_in_the_way_of_the_next(
    keyed: Settings, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = create_vault(keyed, set_clock)
    made = {one.id: one for one in vault.fresh("record", 5)}

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FileRoot, "destroy", dies)
        with pytest.raises(KeyboardInterrupt):
            vault.rotate()
    assert vault.status().begun == 2
    assert vault.rotate().epoch == 3
    assert vault.status().root_keys == ("log-1", "witness-1", "wrap-3")
    assert vault.keys(made) == made
    vault.close()


def two_programs_make_keys_while_epochs_begin_and_every_key_opens(
    keyed: Settings, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epochs, "REWRAP_KEYS", 50)
    create_vault(keyed, set_clock).close()
    made: list[DataKey] = []
    faults: list[BaseException] = []

    def work() -> None:
        vault = open_vault(keyed, set_clock)
        try:
            for _ in range(25):
                some = vault.fresh("record", 20)
                assert vault.keys([one.id for one in some]) == {one.id: one for one in some}
                made.extend(some)
        except BaseException as fault:  # noqa: BLE001 - told to the test
            faults.append(fault)
        finally:
            vault.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    vault = open_vault(keyed, set_clock)
    epoch = 1
    while epoch == 1 or any(one.is_alive() for one in workers):
        epoch += 1
        assert vault.rotate().epoch == epoch
    for one in workers:
        one.join()
    assert not faults
    assert len({one.id for one in made}) == len(made) == 1_000
    assert vault.keys([one.id for one in made]) == {one.id: one for one in made}
    vault.close()


def a_damaged_key_stops_a_new_epoch_and_shuts_no_other_in(keyed: Settings, set_clock: SetClock) -> None:
    vault = create_vault(keyed, set_clock)
    made = {one.id: one for one in vault.fresh("record", 5)}
    with vault._store.writing() as connection:
        connection.execute(_store.key.update().where(_store.key.c.id == 3).values(wrapped=b"x" * 60))
    with pytest.raises(KeyFault, match="Data key 3 is damaged"):
        vault.rotate()
    vault.close()
    again = open_vault(keyed, set_clock)
    assert (again.epoch, again.status().begun) == (1, 2)
    del made[3]
    assert again.keys(made) == made
    made |= {one.id: one for one in again.fresh("record", 1)}
    again.shred([3])
    assert again.rotate().epoch == 2
    assert again.keys(made) == made
    again.check()
    again.close()


def a_root_key_that_is_kept_goes_with_the_next_epoch(keyed: Settings, set_clock: SetClock) -> None:
    vault = create_vault(keyed, set_clock)
    vault.rotate(keep_root=True)
    assert vault.status().root_keys == ("log-1", "witness-1", "wrap-1", "wrap-2")
    vault.rotate()
    assert vault.status().root_keys == ("log-1", "witness-1", "wrap-3")
    vault.close()


def a_key_store_is_not_given_another_root(tmp_path: Path, set_clock: SetClock) -> None:
    settings = Settings(home=str(tmp_path / "node"))
    create_vault(settings, set_clock).close()
    other = Settings(home=str(tmp_path / "other"))
    create_vault(other, set_clock).rotate()
    (tmp_path / "node" / "root.keys").write_bytes((tmp_path / "other" / "root.keys").read_bytes())
    with pytest.raises(KeyFault, match="no key of epoch 1"):
        create_vault(settings, set_clock)
    (tmp_path / "node" / "root.keys").unlink()
    with pytest.raises(KeyFault, match="no file of root keys"):
        create_vault(settings, set_clock)


def a_blind_index_follows_the_epoch_that_another_program_began(keyed: Settings, set_clock: SetClock) -> None:
    vault = create_vault(keyed, set_clock)
    other = open_vault(keyed, set_clock)
    before = other.blind("x")
    vault.rotate()
    assert other.blind("x") == before, "it has not looked yet"
    assert other.refresh() == other.epoch == 2
    assert other.blind("x") == vault.blind("x") != before
    late = open_vault(keyed, set_clock)
    vault.rotate()
    assert late.blind("x") == vault.blind("x"), "its own epoch's secret is gone"
    for one in (vault, other, late):
        one.close()


def a_root_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SettingFault, match="file, pkcs11, vault, kms"):
        open_root(Settings(root_kind="stone"))

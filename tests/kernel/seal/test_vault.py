"""Prove that keys open what they sealed alone, that shredding is final, that epochs survive crashes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.db import Database
from tidewaiter.kernel.errors import KeyFault, StorageFault
from tidewaiter.kernel.seal import DataKey, Vault, _store, create_vault, open_vault
from tidewaiter.kernel.seal.epochs import Epochs
from tidewaiter.kernel.seal.ring import Ring
from tidewaiter.kernel.seal.roots.file import FileRoot
from tidewaiter.kernel.settings import Settings


@pytest.fixture
def keyed(tmp_path: Path, database_url: str) -> Settings:
    """Give the settings of a vault, on each engine."""
    return Settings(home=str(tmp_path / "node"), key_store_url=database_url)


@pytest.fixture
def vault(keyed: Settings, set_clock: SetClock) -> Iterator[Vault]:
    """Give a fresh vault."""
    made = create_vault(keyed, set_clock)
    yield made
    made.close()


KEY = DataKey(7, 3, bytes(range(32)))


@given(st.binary(max_size=300), st.text(max_size=40))
def what_is_sealed_is_opened_with_its_key_and_in_its_place_alone(plain: bytes, context: str) -> None:
    sealed = KEY.seal(plain, context)
    assert KEY.open(sealed, context) == plain
    others = (
        (KEY, context + "x"),
        (DataKey(7, 4, KEY.key), context),
        (DataKey(7, 3, bytes(32)), context),
    )
    for key, place in others:
        with pytest.raises(KeyFault):
            key.open(sealed, place)
    with pytest.raises(KeyFault):
        KEY.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), context)


def a_key_is_never_shown() -> None:
    assert "\\x" not in repr(KEY)
    assert str(KEY) == "DataKey(id=7, epoch=3)"


def the_salt_of_a_leaf_depends_on_the_key_and_the_leaf() -> None:
    assert KEY.salt(b"a") != KEY.salt(b"b") != DataKey(7, 3, bytes(32)).salt(b"b")
    assert KEY.fingerprint not in {KEY.salt(b""), KEY.key}


def every_key_that_was_made_is_there_for_whoever_opens_the_vault(
    vault: Vault, keyed: Settings, set_clock: SetClock
) -> None:
    made = vault.fresh("record", 3) + vault.fresh("travel", 2)
    assert [one.id for one in made] == [1, 2, 3, 4, 5]
    assert vault.fresh("record", 0) == []
    again = open_vault(keyed, set_clock)
    assert again.keys([1, 2, 3, 4, 5, 99]) == {one.id: one for one in made}
    assert again.signer_public() == vault.signer_public()
    assert again.digest(b"x") == vault.digest(b"x") != vault.digest(b"y")
    assert again.blind("x") == vault.blind("x") != vault.blind("y")
    again.close()


def what_is_shredded_is_gone_and_its_number_is_not_used_again(vault: Vault) -> None:
    made = vault.fresh("record", 4)
    assert vault.shred([made[1].id, made[3].id, 1_000]) == 2
    assert set(vault.keys([one.id for one in made])) == {made[0].id, made[2].id}
    assert vault.fresh("record", 1)[0].id == 5


def a_new_epoch_keeps_every_key_and_changes_every_wrapping(vault: Vault, keyed: Settings, set_clock: SetClock) -> None:
    made = vault.fresh("record", 50) + vault.fresh("travel", 50)
    before = _rows(vault)
    blind, digest = vault.blind("x"), vault.digest(b"x")
    done = vault.rotate()
    assert (done.epoch, done.rewrapped, vault.epoch) == (2, 100, 2)
    after = _rows(vault)
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert vault.keys([one.id for one in made]) == {one.id: one for one in made}
    assert vault.blind("x") != blind
    assert vault.digest(b"x") == digest
    assert vault.status().root_keys == ("log-1", "witness-1", "wrap-2")
    new = vault.fresh("record", 1)[0]
    assert new.epoch == 2
    again = open_vault(keyed, set_clock)
    assert again.keys([1, new.id]) == {1: made[0], new.id: new}
    again.close()


def a_vault_that_is_open_elsewhere_goes_on_in_the_new_epoch(vault: Vault, keyed: Settings, set_clock: SetClock) -> None:
    other = open_vault(keyed, set_clock)
    made = other.fresh("record", 2)
    vault.rotate()
    assert vault.keys([1, 2]) == {one.id: one for one in made}
    assert other.fresh("record", 1)[0].epoch == 2
    assert other.keys([1, 2]) == {one.id: one for one in made}
    other.close()


_STAGES: list[tuple[Any, str]] = [
    (FileRoot, "generate"),
    (Ring, "keep_secret"),
    (Epochs, "_prepare"),
    (Epochs, "_rewrap"),
    (_store, "rewrap"),
    (_store, "drop_keks_before"),
    (Epochs, "_switch"),
    (Database, "forget_deleted"),
    (FileRoot, "destroy"),
    (_store, "keys_after"),
]


@pytest.mark.parametrize(("target", "name"), _STAGES, ids=[name for _, name in _STAGES])
@pytest.mark.parametrize("after", [False, True])
def a_death_in_any_stage_of_a_new_epoch_is_gone_through_by_the_next_who_opens(
    keyed: Settings, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, target: Any, name: str, *, after: bool
) -> None:
    vault = create_vault(keyed, set_clock)
    made = {one.id: one for one in vault.fresh("record", 30) + vault.fresh("travel", 3)}
    digest = vault.digest(b"x")
    with monkeypatch.context() as patch:
        patch.setattr(target, name, _dying(getattr(target, name), after=after))
        with pytest.raises(KeyboardInterrupt):
            vault.rotate()
    vault.close()
    again = open_vault(keyed, set_clock)
    assert again.epoch == 2
    assert again.keys(made) == made
    assert again.digest(b"x") == digest
    assert again.status().root_keys == ("log-1", "witness-1", "wrap-2")
    again.check()
    again.close()


def _dying(real: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """Return a function that dies before or after it has done its work."""

    def die(*arguments: Any, **named: Any) -> Any:
        if after:
            real(*arguments, **named)
        raise KeyboardInterrupt

    return die


def a_copy_of_the_key_store_from_before_opens_nothing_in_the_new_epoch(tmp_path: Path, set_clock: SetClock) -> None:
    settings = Settings(home=str(tmp_path / "node"))
    vault = create_vault(settings, set_clock)
    made = vault.fresh("record", 100)
    vault.shred([one.id for one in made[:50]])
    old = tmp_path / "old"
    shutil.copytree(tmp_path / "node", old)
    vault.rotate()
    vault.close()
    (old / "root.keys").unlink()
    copied = msgspec.structs.replace(settings, home=str(old), root_file=str(tmp_path / "node" / "root.keys"))
    again = open_vault(copied, set_clock)
    for one in made:
        if one in made[:50]:
            assert again.keys([one.id]) == {}
        else:
            with pytest.raises(KeyFault):
                again.keys([one.id])
    with pytest.raises(KeyFault):
        again.check()
    again.close()


def a_copy_with_its_write_ahead_log_from_before_shredding_opens_nothing_in_the_new_epoch(
    tmp_path: Path, set_clock: SetClock
) -> None:
    settings = Settings(home=str(tmp_path / "node"))
    vault = create_vault(settings, set_clock)
    made = vault.fresh("record", 1_000)
    rows = _rows(vault)
    (tmp_path / "old").mkdir()
    for path in (tmp_path / "node").glob("keys.sqlite3*"):
        shutil.copy(path, tmp_path / "old")
    log = (tmp_path / "old" / "keys.sqlite3-wal").read_bytes()
    assert rows[made[-1].id] in log, "the newest keys are in the write-ahead log alone"
    copied = msgspec.structs.replace(settings, home=str(tmp_path / "old"), root_file=str(tmp_path / "node/root.keys"))
    vault.shred([one.id for one in made[:500]])
    before = open_vault(copied, set_clock)
    assert len(before.keys([one.id for one in made])) == 1_000, "until the next epoch, a copy opens what was shredded"
    before.close()
    vault.rotate()
    assert len(vault.keys([one.id for one in made])) == 500
    vault.close()
    after = open_vault(copied, set_clock)
    for one in made:
        with pytest.raises(KeyFault, match="no key wrap-1"):
            after.keys([one.id])
    with pytest.raises(KeyFault):
        after.digest(b"x")
    with pytest.raises(KeyFault):
        after.blind("x")
    after.close()


def nothing_of_a_shredded_key_is_in_the_files(tmp_path: Path, set_clock: SetClock) -> None:
    settings = Settings(home=str(tmp_path / "node"))
    vault = create_vault(settings, set_clock)
    made = vault.fresh("record", 1_000)
    rows = _rows(vault)
    gone = {one.id for one in made[::3]}
    vault.shred(gone)
    found = b"".join(path.read_bytes() for path in (tmp_path / "node").iterdir())
    assert not [one for one in gone if rows[one] in found]
    assert all(rows[one.id] in found for one in made if one.id not in gone)
    vault.rotate()
    found = b"".join(path.read_bytes() for path in (tmp_path / "node").iterdir())
    assert not [one for one in rows.values() if one in found]
    vault.close()


def a_reader_that_keeps_the_write_ahead_log_alive_is_told_and_shredding_can_be_done_again(
    tmp_path: Path, set_clock: SetClock
) -> None:
    settings = Settings(home=str(tmp_path / "node"), database_busy_seconds_max=0)
    vault = create_vault(settings, set_clock)
    made = vault.fresh("record", 2)
    with vault._store.reading() as connection:
        _store.read_fact(connection, "epoch")
        with pytest.raises(StorageFault, match="write-ahead"):
            vault.shred([made[0].id])
    assert vault.shred([made[0].id]) == 0
    vault.close()


def a_key_store_without_its_root_and_a_root_without_its_key_store_are_refused(
    tmp_path: Path, set_clock: SetClock
) -> None:
    settings = Settings(home=str(tmp_path / "node"))
    vault = create_vault(settings, set_clock)
    vault.fresh("record", 1)
    vault.rotate()
    vault.close()
    root = (tmp_path / "node" / "root.keys").read_bytes()
    (tmp_path / "node" / "root.keys").unlink()
    with pytest.raises(KeyFault, match="no file of root keys"):
        open_vault(settings, set_clock)
    (tmp_path / "node" / "root.keys").write_bytes(root)
    (tmp_path / "node" / "root.keys").chmod(0o600)
    (tmp_path / "node" / "keys.sqlite3").unlink()
    with pytest.raises(KeyFault, match="no key store"):
        open_vault(settings, set_clock)
    with pytest.raises(KeyFault, match="there is no key store"):
        create_vault(settings, set_clock)


def a_key_store_that_is_lost_in_the_first_epoch_is_not_replaced_by_an_empty_one(
    tmp_path: Path, set_clock: SetClock
) -> None:
    settings = Settings(home=str(tmp_path / "node"))
    vault = create_vault(settings, set_clock)
    vault.fresh("record", 3)
    vault.close()
    for path in (tmp_path / "node").glob("keys.sqlite3*"):
        path.unlink()
    with pytest.raises(KeyFault, match="there is no key store"):
        create_vault(settings, set_clock)


@pytest.mark.parametrize("name", ["generate", "wrap"])
@pytest.mark.parametrize("after", [False, True])
def a_death_while_a_vault_is_made_is_made_good_by_making_it_again(
    keyed: Settings, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(FileRoot, name, _dying(getattr(FileRoot, name), after=after))
        with pytest.raises(KeyboardInterrupt):
            create_vault(keyed, set_clock)
    vault = create_vault(keyed, set_clock)
    assert vault.fresh("record", 1)[0].id == 1
    vault.check()
    vault.close()
    again = create_vault(keyed, set_clock)
    assert set(again.keys([1])) == {1}
    again.close()


def a_damaged_wrapping_is_named(vault: Vault) -> None:
    made = vault.fresh("record", 2)
    with vault._store.writing() as connection:
        connection.execute(_store.key.update().where(_store.key.c.id == 2).values(wrapped=b"x" * 60))
    assert vault.keys([1]) == {1: made[0]}
    with pytest.raises(KeyFault, match="Data key 2 is damaged"):
        vault.keys([2])


def _rows(vault: Vault) -> dict[int, bytes]:
    """Return number → wrapped bytes of every data key."""
    with vault._store.reading() as connection:
        return {
            number: bytes(wrapped) for number, *_, wrapped in _store.keys_after(connection, 0, 1_000_000, before=1_000)
        }

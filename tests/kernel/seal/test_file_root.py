"""Prove that the file of root keys keeps them whatever happens, and says what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tidewaiter.kernel.errors import Conflict, KeyFault, StorageFault
from tidewaiter.kernel.seal.roots import file
from tidewaiter.kernel.seal.roots.file import create_root, open_root
from tidewaiter.kernel.settings import Settings

LONG = "six words by dice are long enough"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make guesses at passphrases cheap, for the tests' sake."""
    monkeypatch.setattr(file, "SCRYPT_N", 2**10)


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    """Give settings without a passphrase."""
    return Settings(home=str(tmp_path / "node"))


@pytest.fixture
def sealed(plain: Settings, tmp_path: Path) -> Settings:
    """Give settings with one."""
    (tmp_path / "passphrase").write_text(LONG + "\n", encoding="utf-8")
    return msgspec.structs.replace(plain, root_passphrase_file=str(tmp_path / "passphrase"))


@pytest.mark.parametrize("kind", ["plain", "sealed"])
def what_is_wrapped_is_unwrapped_by_whoever_opens_the_file_again(kind: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(kind)
    root = create_root(settings)
    root.generate("wrap-1", "wrap")
    root.generate("log-1", "sign")
    wrapped = root.wrap("wrap-1", b"k" * 32, b"place")
    again = open_root(settings)
    assert again.unwrap("wrap-1", wrapped, b"place") == b"k" * 32
    assert again.public("log-1") == root.public("log-1")
    assert again.protected is (kind == "sealed")
    data = (settings.folder / "root.keys").read_bytes()
    assert (b"log-1" in data) is (kind == "plain")
    assert (settings.folder / "root.keys").stat().st_mode & 0o777 == 0o600


def a_file_that_is_sealed_later_needs_the_passphrase_from_then_on(plain: Settings, sealed: Settings) -> None:
    create_root(plain).generate("wrap-1", "wrap")
    open_root(sealed).generate("wrap-2", "wrap")
    assert open_root(sealed).names() == {"wrap-1", "wrap-2"}
    with pytest.raises(KeyFault, match="none was given"):
        open_root(plain)


def a_wrong_passphrase_a_short_one_and_one_that_is_not_there_are_refused(sealed: Settings, tmp_path: Path) -> None:
    create_root(sealed).generate("wrap-1", "wrap")
    for text, said in (("another one that is long", "does not open"), ("short", "shorter than")):
        (tmp_path / "passphrase").write_text(text, encoding="utf-8")
        with pytest.raises(KeyFault, match=said):
            open_root(sealed)
    (tmp_path / "passphrase").unlink()
    with pytest.raises(KeyFault, match="cannot be read"):
        open_root(sealed)


def a_file_that_others_may_read_is_refused(plain: Settings) -> None:
    create_root(plain)
    (plain.folder / "root.keys").chmod(0o640)
    with pytest.raises(KeyFault, match="read by others"):
        open_root(plain)


@pytest.mark.parametrize("harm", ["cut", "changed", "form"])
def a_damaged_file_is_refused(sealed: Settings, harm: str) -> None:
    create_root(sealed).generate("wrap-1", "wrap")
    path = sealed.folder / "root.keys"
    data = path.read_bytes()
    harmed = {
        "cut": data[:-20],
        "changed": data.replace(b'"data":"', b'"data":"AAAA', 1),
        "form": data.replace(b"root/1", b"root/9"),
    }[harm]
    path.write_bytes(harmed)
    with pytest.raises(KeyFault):
        open_root(sealed)


def a_key_that_is_destroyed_is_gone_from_the_file_and_a_name_is_used_once(plain: Settings) -> None:
    root = create_root(plain)
    root.generate("wrap-1", "wrap")
    wrapped = root.wrap("wrap-1", b"k" * 32, b"")
    with pytest.raises(Conflict):
        root.generate("wrap-1", "sign")
    with pytest.raises(KeyFault):
        root.sign("wrap-1", b"x")
    root.destroy("wrap-1")
    for wrong in (
        lambda: root.unwrap("wrap-1", wrapped, b""),
        lambda: root.destroy("wrap-1"),
        lambda: open_root(plain).wrap("wrap-1", b"k" * 32, b""),
    ):
        with pytest.raises(KeyFault, match="no key"):
            wrong()


def what_was_wrapped_for_something_else_or_is_no_wrapping_is_refused(plain: Settings) -> None:
    root = create_root(plain)
    root.generate("wrap-1", "wrap")
    wrapped = root.wrap("wrap-1", b"k" * 32, b"one")
    for data, context in ((wrapped, b"other"), (wrapped[:-1], b"one"), (b"", b"one"), (b"x" * 60, b"one")):
        with pytest.raises(KeyFault):
            root.unwrap("wrap-1", data, context)


@pytest.mark.parametrize("kind", ["plain", "sealed"])
@hypothesis(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), bits=st.integers(1, 255), cut=st.booleans())
def a_file_with_any_byte_changed_or_cut_off_is_refused_or_holds_the_same_keys(
    kind: str, request: pytest.FixtureRequest, place: int, bits: int, *, cut: bool
) -> None:
    settings: Settings = request.getfixturevalue(kind)
    path = settings.folder / "root.keys"
    if not path.exists():
        for name in ("wrap-1", "wrap-2"):
            create_root(settings).generate(name, "wrap")
        path.with_suffix(".whole").write_bytes(path.read_bytes())
    data = bytearray(path.with_suffix(".whole").read_bytes())
    at = place % len(data)
    path.write_bytes(data[:at] if cut else data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :])
    try:
        found = open_root(settings)._keys
    except KeyFault:
        return
    path.write_bytes(data)
    assert found == open_root(settings)._keys


def a_cost_that_no_file_of_ours_has_is_refused_before_it_is_paid(sealed: Settings) -> None:
    create_root(sealed)
    path = sealed.folder / "root.keys"
    data = path.read_bytes()
    for wrong in (b'"n":1099511627776', b'"n":1023', b'"n":0', b'"n":-8'):
        path.write_bytes(data.replace(b'"n":1024', wrong))
        with pytest.raises(KeyFault):
            open_root(sealed)


def a_cost_that_was_raised_counts_from_the_next_change_on(sealed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    create_root(sealed)
    monkeypatch.setattr(file, "SCRYPT_N", 2**11)
    open_root(sealed).generate("wrap-1", "wrap")
    assert b'"n":2048' in (sealed.folder / "root.keys").read_bytes()
    assert open_root(sealed).names() == {"wrap-1"}


def a_file_in_the_clear_is_not_called_protected_before_it_is_sealed(plain: Settings, sealed: Settings) -> None:
    create_root(plain)
    root = open_root(sealed)
    assert not root.protected
    root.generate("wrap-1", "wrap")
    assert root.protected


def _made(home: str, number: int) -> None:
    open_root(Settings(home=home)).generate(f"key-{number}", "wrap")


def two_programs_or_more_that_make_keys_at_once_lose_none(plain: Settings) -> None:
    create_root(plain)
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as programs:
        for one in [programs.submit(_made, plain.home, number) for number in range(12)]:
            one.result()
    assert open_root(plain).names() == {f"key-{number}" for number in range(12)}


_STEPS = 13
"""More calls of the disk than changing the file takes."""


@pytest.mark.parametrize("step", range(_STEPS))
@pytest.mark.parametrize("change", ["generate", "destroy"])
def a_death_while_the_file_is_changed_leaves_the_one_or_the_other_and_the_next_change_leaves_nothing(
    plain: Settings, monkeypatch: pytest.MonkeyPatch, change: str, step: int
) -> None:
    root = create_root(plain)
    for name in ("wrap-1", "wrap-2"):
        root.generate(name, "wrap")
    secret = root._keys["wrap-1"].key.encode()
    calls = [0]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            calls[0] += 1
            if calls[0] > step:
                raise KeyboardInterrupt
            return real(*arguments, **named)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", dying(os.fsync))
        for name in ("replace", "unlink", "hardlink_to", "exists"):
            patch.setattr(Path, name, dying(getattr(Path, name)))
        try:
            root.generate("wrap-3", "wrap") if change == "generate" else root.destroy("wrap-1")
        except KeyboardInterrupt:
            done = False
        else:
            done = True
    again = open_root(plain)
    after = {"wrap-1", "wrap-2", "wrap-3"} if change == "generate" else {"wrap-2"}
    assert again.names() in ([after] if done else [after, {"wrap-1", "wrap-2"}])
    if "wrap-1" in again.names():
        again.destroy("wrap-1")
    else:
        again.generate("wrap-4", "wrap")
    assert {one.name for one in plain.folder.iterdir()} == {"root.keys", "root.keys.lock"}
    assert not [one for one in plain.folder.iterdir() if secret in one.read_bytes()]


def a_file_that_cannot_be_written_is_as_it_was(plain: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    root = create_root(plain)
    root.generate("wrap-1", "wrap")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFault, match="No space left"):
            root.generate("wrap-2", "wrap")
    assert root.names() == open_root(plain).names() == {"wrap-1"}
    root.generate("wrap-2", "wrap")


def what_is_overwritten_is_overwritten_in_its_own_place(plain: Settings) -> None:
    root = create_root(plain)
    root.generate("wrap-1", "wrap")
    with (plain.folder / "root.keys").open("rb") as old:
        root.destroy("wrap-1")
        data = old.read()
    assert data
    assert not any(data), "the file that had the key is nothing but zeros"

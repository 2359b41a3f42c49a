"""Prove that the file of root keys keeps them, alone or under a passphrase, and says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tidewaiter.kernel.errors import Conflict, KeyFault
from tidewaiter.kernel.seal import create_root, open_root
from tidewaiter.kernel.settings import Settings

LONG = "six words by dice are long enough"


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

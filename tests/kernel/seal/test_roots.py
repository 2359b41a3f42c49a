"""Hold every root to one contract: the file, a PKCS#11 token, a key server, and KMS."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.kernel.seal.twins import Transit, WithEd25519

from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.db import connect_to
from tidewaiter.kernel.errors import Conflict, KeyFault
from tidewaiter.kernel.seal import Root, Vault, _store, create_root, create_vault, open_root
from tidewaiter.kernel.seal.roots import kms, vault
from tidewaiter.kernel.settings import Settings

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
Opened = Callable[[], Root]


def _file(tmp_path: Path) -> Iterator[Opened]:
    settings = Settings(home=str(tmp_path))
    create_root(settings).close()
    yield lambda: open_root(settings)


def _pkcs11(tmp_path: Path) -> Iterator[Opened]:
    pytest.importorskip("pkcs11")
    tool = shutil.which("softhsm2-util")
    if tool is None or not SOFTHSM.exists():
        pytest.skip("SoftHSM, a token in software, is not on this machine")
    (tmp_path / "pin").write_text("123456\n")
    settings = Settings(
        home=str(tmp_path),
        root_kind="pkcs11",
        root_prefix=tmp_path.name,
        pkcs11_module=str(SOFTHSM),
        pkcs11_token=_token(tool),
        pkcs11_pin_file=str(tmp_path / "pin"),
    )
    yield lambda: create_root(settings)


@cache
def _token(tool: str) -> str:
    """Make one token for all tests of this process: the module looks for tokens when it is loaded, and then no more."""
    folder = Path(tempfile.mkdtemp(prefix="tidewaiter-tokens-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    made = [tool, "--init-token", "--free", "--label", "tests", "--pin", "123456", "--so-pin", "654321"]
    subprocess.run(made, check=True, capture_output=True)
    return "tests"


def _transit(tmp_path: Path) -> Settings:
    return Settings(
        home=str(tmp_path),
        root_kind="vault",
        root_prefix="gb",
        vault_url="http://127.0.0.1:8200",
        vault_token_file=str(tmp_path / "token"),
    )


def _vault(tmp_path: Path) -> Iterator[Opened]:
    (tmp_path / "token").write_text("s.invented\n")
    settings = _transit(tmp_path)
    engine = Transit("s.invented")
    engine.keys["another-nodes-key"] = {"type": "aes256-gcm96", "versions": [bytes(32)], "deletable": True}
    yield lambda: vault.open_root(settings, engine)


def _kms(tmp_path: Path) -> Iterator[Opened]:
    boto3, moto = pytest.importorskip("boto3"), pytest.importorskip("moto")
    del tmp_path
    with pytest.MonkeyPatch.context() as patch, moto.mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        client = WithEd25519(boto3.client("kms", region_name="eu-west-1"))
        yield lambda: kms.KmsRoot(client, "gb")


_KINDS = {"file": _file, "pkcs11": _pkcs11, "vault": _vault, "kms": _kms}


@pytest.fixture(params=list(_KINDS))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Give a way to open a root of each kind, again and again."""
    yield from _KINDS[request.param](tmp_path)


def what_one_wraps_another_who_has_the_root_unwraps(opened: Opened) -> None:
    one, other = opened(), opened()
    assert one.names() == set()
    one.generate("wrap-1", "wrap")
    wrapped = one.wrap("wrap-1", b"k" * 32, b"kek|record|1")
    assert other.unwrap("wrap-1", wrapped, b"kek|record|1") == b"k" * 32
    assert wrapped != one.wrap("wrap-1", b"k" * 32, b"kek|record|1")
    assert b"k" * 32 not in wrapped
    assert other.names() == {"wrap-1"}
    assert one.kind
    one.close()
    other.close()


def what_was_wrapped_in_another_context_or_was_changed_or_is_nothing_is_refused(opened: Opened) -> None:
    root = opened()
    root.generate("wrap-1", "wrap")
    root.generate("wrap-2", "wrap")
    wrapped = root.wrap("wrap-1", b"k" * 32, b"one")
    changed = wrapped[:-3] + bytes([wrapped[-3] ^ 1]) + wrapped[-2:]
    for name, data, context in (
        ("wrap-1", wrapped, b"other"),
        ("wrap-1", changed, b"one"),
        ("wrap-1", b"", b"one"),
        ("wrap-1", b"nothing of the kind", b"one"),
        ("wrap-2", wrapped, b"one"),
    ):
        with pytest.raises(KeyFault):
            root.unwrap(name, data, context)
    assert root.unwrap("wrap-1", wrapped, b"one") == b"k" * 32
    root.close()


def a_signature_is_one_of_ed25519_under_the_public_key(opened: Opened) -> None:
    root = opened()
    root.generate("log-1", "sign")
    public = root.public("log-1")
    assert len(public) == 32
    for message in (b"", b"checkpoint\n7\n", b"x" * 3_000):
        signature = root.sign("log-1", message)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    assert root.sign("log-1", b"same") == root.sign("log-1", b"same")  # RFC 8032: nothing random
    root.close()


def a_name_is_used_once_and_for_one_thing(opened: Opened) -> None:
    root = opened()
    root.generate("wrap-1", "wrap")
    root.generate("log-1", "sign")
    for name, kind in (("wrap-1", "wrap"), ("wrap-1", "sign"), ("log-1", "wrap")):
        with pytest.raises(Conflict):
            root.generate(name, kind)  # type: ignore[arg-type] # the table's kinds are the right ones
    for wrong in (
        lambda: root.sign("wrap-1", b"x"),
        lambda: root.public("wrap-1"),
        lambda: root.wrap("log-1", b"k" * 32, b""),
        lambda: root.wrap("wrap-9", b"k" * 32, b""),
        lambda: root.sign("log-9", b"x"),
        lambda: root.destroy("wrap-9"),
    ):
        with pytest.raises(KeyFault):
            wrong()
    root.close()


def what_is_destroyed_is_gone_for_everybody(opened: Opened) -> None:
    one, other = opened(), opened()
    for name in ("wrap-1", "wrap-2"):
        one.generate(name, "wrap")
    first, second = (one.wrap(name, b"k" * 32, b"c") for name in ("wrap-1", "wrap-2"))
    other.destroy("wrap-1")
    assert one.names() == {"wrap-2"}
    again = opened()
    with pytest.raises(KeyFault):
        again.unwrap("wrap-1", first, b"c")
    assert again.unwrap("wrap-2", second, b"c") == b"k" * 32
    for root in (one, other, again):
        root.close()


def a_vault_lives_through_epochs_under_every_root(opened: Opened, tmp_path: Path, set_clock: SetClock) -> None:
    settings = Settings(home=str(tmp_path))
    store = connect_to(f"sqlite:///{tmp_path / 'keys.sqlite3'}", settings)
    with store.writing() as connection:
        _store.make_tables(connection)
        _store.write_fact(connection, _store.COUNTER, b"1")
    keys = Vault(store, opened(), set_clock)
    keys.begin()
    made = {one.id: one for one in keys.fresh("record", 5) + keys.fresh("travel", 5)}
    public = keys.signer_public()
    for epoch in (2, 3):
        assert keys.rotate().epoch == epoch
        assert keys.keys(made) == made
    assert keys.status().root_keys == ("log-1", "witness-1", "wrap-3")
    Ed25519PublicKey.from_public_bytes(public).verify(keys.sign(b"x"), b"x")
    keys.check()
    keys.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(503, json={"errors": ["Vault is sealed"]}), "status 503"),
        (httpx.Response(429, json={"errors": ["request path rate limit quota exceeded"]}), "status 429"),
        (httpx.Response(404, json={"errors": ['no handler for route "transit/keys"']}), "no Transit engine"),
        (httpx.Response(307, headers={"location": "https://elsewhere.example/"}), "status 307"),
        (httpx.Response(200, text="<html>a portal</html>"), "not as a Transit engine does"),
        (httpx.Response(200, json=[1]), "not as a Transit engine does"),
        (httpx.Response(200, json={"data": {"keys": [1], "plaintext": "%", "signature": 7}}), "not as a Tran|no key"),
        (httpx.Response(200, json={"data": "x"}), "not as a Transit engine does|no key"),
    ],
)
def a_server_that_answers_anything_else_is_not_taken_for_one_that_lost_its_keys(
    tmp_path: Path, answer: httpx.Response, said: str
) -> None:
    (tmp_path / "token").write_text("s.invented\n")
    settings = _transit(tmp_path)
    root = vault.open_root(settings, httpx.MockTransport(lambda _: answer))
    for wrong in (
        root.names,
        lambda: root.wrap("wrap-1", b"k" * 32, b""),
        lambda: root.unwrap("wrap-1", b"vault:v1:AAAA", b""),
        lambda: root.sign("log-1", b"x"),
        lambda: root.public("log-1"),
    ):
        with pytest.raises(KeyFault, match=said):
            wrong()
    root.close()


def a_version_that_somebody_adds_on_the_server_does_not_change_the_key_that_signs(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s.invented\n")
    engine = Transit("s.invented")
    root = vault.open_root(_transit(tmp_path), engine)
    root.generate("log-1", "sign")
    root.generate("wrap-1", "wrap")
    wrapped = root.wrap("wrap-1", b"k" * 32, b"c")
    public = root.public("log-1")
    for name in engine.keys:
        engine.rotate(name)
    assert root.public("log-1") == public
    Ed25519PublicKey.from_public_bytes(public).verify(root.sign("log-1", b"x"), b"x")
    assert root.unwrap("wrap-1", wrapped, b"c") == root.unwrap("wrap-1", root.wrap("wrap-1", b"k" * 32, b"c"), b"c")
    root.close()


def a_key_is_never_made_by_using_its_name(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s.invented\n")
    engine = Transit("s.invented")
    root = vault.open_root(_transit(tmp_path), engine)
    with pytest.raises(KeyFault, match="no key wrap-9"):
        root.wrap("wrap-9", b"k" * 32, b"")
    assert not engine.keys, "the engine would have made one"
    root.close()


@pytest.mark.parametrize("kind", ["pkcs11", "vault", "kms"])
def a_root_that_is_not_said_in_full_is_asked_for(kind: str, tmp_path: Path) -> None:
    pytest.importorskip("pkcs11")
    with pytest.raises(KeyFault, match="not said"):
        open_root(Settings(home=str(tmp_path), root_kind=kind))


def a_server_that_refuses_the_token_or_does_not_answer_is_said(tmp_path: Path, set_clock: SetClock) -> None:
    (tmp_path / "token").write_text("s.wrong\n")
    settings = Settings(
        home=str(tmp_path),
        root_kind="vault",
        root_prefix="gb",
        vault_url="http://127.0.0.1:9",
        vault_token_file=str(tmp_path / "token"),
        remote_seconds_max=2,
    )
    with pytest.raises(KeyFault, match="does not answer"):
        create_vault(settings, set_clock)
    with pytest.raises(KeyFault, match="refuses this node's token"):
        vault.open_root(settings, Transit("s.right")).names()
    (tmp_path / "token").unlink()
    with pytest.raises(KeyFault, match="cannot be read"):
        open_root(settings)

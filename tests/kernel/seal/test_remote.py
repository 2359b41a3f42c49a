"""Prove that keys and tokens go to key servers over lines that others cannot read."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tidewaiter.kernel.errors import KeyFault
from tidewaiter.kernel.seal.roots import kms, vault
from tidewaiter.kernel.seal.roots.remote import check_address, trust
from tidewaiter.kernel.settings import Settings

SAFE = ["https://vault.example:8200", "http://127.0.0.1:8200", "http://[::1]:8200", "http://localhost:8200/"]
OPEN = ["http://vault.example:8200", "http://10.0.0.7", "http://localhost.example", "http://[2001:db8::1]:8200"]
NONE = ["", "vault.example", "ftp://vault.example", "https://", "https://kim:secret@vault.example", "http://[::1"]


@pytest.mark.parametrize("url", SAFE)
def a_line_that_others_cannot_read_is_taken(url: str) -> None:
    check_address(url, "vault_url")


@pytest.mark.parametrize("url", OPEN)
def no_key_goes_over_a_line_that_others_can_read(url: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s.invented", encoding="utf-8")
    settings = Settings(
        root_prefix="gb",
        vault_url=url,
        vault_token_file=str(tmp_path / "token"),
        kms_region="eu-west-1",
        kms_endpoint=url,
    )
    with pytest.raises(KeyFault, match="vault_url names a key server on another machine without TLS"):
        vault.open_root(settings)
    with pytest.raises(KeyFault, match="kms_endpoint names a key server on another machine without TLS"):
        kms.open_root(settings)


@pytest.mark.parametrize("url", NONE)
def an_address_that_is_none_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(KeyFault, match="not the address") as refused:
        check_address(url, "vault_url")
    assert "secret" not in str(refused.value)


def a_key_server_is_believed_only_with_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    made = trust(Settings())
    assert made.verify_mode is ssl.CERT_REQUIRED
    assert made.check_hostname
    assert made.minimum_version >= ssl.TLSVersion.TLSv1_2
    with pytest.raises(KeyFault, match="tls_authorities"):
        trust(Settings(tls_authorities=str(tmp_path / "none.pem")))

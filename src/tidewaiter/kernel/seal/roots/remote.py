"""Reach roots over the network: over TLS that is verified, or on this machine itself."""

from __future__ import annotations

import ipaddress
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tidewaiter.kernel.errors import KeyFault

if TYPE_CHECKING:
    from tidewaiter.kernel.settings import Settings

_HERE = "localhost"


def check_address(url: str, setting: str) -> None:
    """Raise KeyFault where others could read on the way what is asked of a root: its token, and keys to be wrapped."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host or parts.username or parts.scheme not in {"http", "https"}:
        message = f"{setting} is not the address of a key server."
        raise KeyFault(message, "Write https:// and a host, without a name or a password in it.")
    if parts.scheme != "https" and not _is_here(host):
        message = f"{setting} names a key server on another machine without TLS; keys would be read on the way."
        raise KeyFault(message, "Give an address that begins with https://.")


def trust(settings: Settings) -> ssl.SSLContext:
    """Return what verifies a key server's certificate: by the authorities that the settings name, or the system's."""
    try:
        made = ssl.create_default_context(cafile=settings.tls_authorities or None)
    except (OSError, ssl.SSLError) as wrong:
        message = f"tls_authorities names {settings.tls_authorities!r}, which cannot be read: {type(wrong).__name__}."
        raise KeyFault(message, "Give a file of certificates in PEM form.") from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def _is_here(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _HERE

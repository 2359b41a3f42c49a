"""Define what a root of keys does, and open the one that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol

from tidewaiter.kernel.errors import SettingFault

if TYPE_CHECKING:
    from tidewaiter.kernel.settings import Settings

RootKind = Literal["wrap", "sign"]
"""What a root's key is for: wrapping other keys (AES-256), or signing (Ed25519)."""


class Root(Protocol):
    """Where the keys stand that protect all others: they never leave it.

    Every method raises KeyFault where the root cannot be reached or does not have what is asked for.
    """

    @property
    def kind(self) -> str:
        """What it is: file, pkcs11, vault or kms."""
        ...

    @property
    def protected(self) -> bool:
        """Whether more than the disk is needed to use its keys: a passphrase, a PIN, a token."""
        ...

    def names(self) -> set[str]:
        """Return the names of its keys."""
        ...

    def generate(self, name: str, kind: RootKind) -> None:
        """Make a key; raises Conflict where the name is taken."""
        ...

    def wrap(self, name: str, key: bytes, context: bytes) -> bytes:
        """Wrap a key of 32 bytes, bound to a context."""
        ...

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key; the context must be that of wrapping."""
        ...

    def sign(self, name: str, message: bytes) -> bytes:
        """Sign with Ed25519; returns 64 bytes."""
        ...

    def public(self, name: str) -> bytes:
        """Return the public key of a signing key, 32 bytes."""
        ...

    def destroy(self, name: str) -> None:
        """Destroy a key for good."""
        ...

    def close(self) -> None:
        """Let go of the root."""
        ...


_ROOTS: Mapping[str, str] = {
    "file": "tidewaiter.kernel.seal.roots.file",
    "pkcs11": "tidewaiter.kernel.seal.roots.pkcs11",
    "vault": "tidewaiter.kernel.seal.roots.vault",
    "kms": "tidewaiter.kernel.seal.roots.kms",
}
"""Kind of root → the module whose `open_root` opens it and whose `create_root` makes it; loaded when asked for."""


def open_root(settings: Settings) -> Root:
    """Open the root that the settings name; raises KeyFault where there is none."""
    return _of(settings, "open_root")


def create_root(settings: Settings) -> Root:
    """Make the root that the settings name where there is none, and open it."""
    return _of(settings, "create_root")


def _of(settings: Settings, name: str) -> Root:
    """Call a function of the root's module."""
    if settings.root_kind not in _ROOTS:
        message = f"root_kind is {settings.root_kind!r}; this program knows {', '.join(_ROOTS)}."
        raise SettingFault(message, "Set it to one of them.")
    make: Callable[[Settings], Root] = getattr(import_module(_ROOTS[settings.root_kind]), name)
    return make(settings)

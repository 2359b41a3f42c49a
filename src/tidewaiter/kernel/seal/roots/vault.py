"""Keep root keys in the Transit engine of a HashiCorp Vault or an OpenBao, over its HTTP interface.

Calls: create, read, list, configure and delete keys, encrypt and decrypt with associated data, sign. There are seven,
so the HTTP client that the house has anyway serves, and no library of the server's is needed.
"""

from __future__ import annotations

import base64
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from tidewaiter.kernel.errors import Conflict, KeyFault
from tidewaiter.kernel.seal.roots.remote import check_address, trust

if TYPE_CHECKING:
    from tidewaiter.kernel.seal.root import RootKind
    from tidewaiter.kernel.settings import Settings

_TYPES: dict[str, str] = {"wrap": "aes256-gcm96", "sign": "ed25519"}
_VERSION = 1
"""Keys sign with their first version: if somebody adds one on the server, the log must not change its key."""


class VaultRoot:
    """Root keys in a Transit engine, under names with the node's prefix."""

    kind = "vault"
    protected = True

    def __init__(self, client: httpx.Client, mount: str, prefix: str) -> None:
        self._client, self._mount, self._prefix = client, mount, prefix

    def names(self) -> set[str]:
        """Return the names of its keys."""
        found = self._call("GET", "keys?list=true", missing={"keys": []})
        names = found.get("keys")
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            raise _nonsense()
        return {one.removeprefix(self._prefix) for one in names if one.startswith(self._prefix)}

    def generate(self, name: str, kind: RootKind) -> None:
        """Make a key; the engine itself would take no notice of one that is there."""
        if name in self.names():
            message = f"The root has a key {name} already."
            raise Conflict(message)
        self._call("POST", f"keys/{self._prefix}{name}", {"type": _TYPES[kind], "exportable": False})

    def wrap(self, name: str, key: bytes, context: bytes) -> bytes:
        """Wrap a key; what is returned is the engine's own text."""
        asked = {"plaintext": _encode(key), "associated_data": _encode(context)}
        refusal = f"The root has no key {name} for that."
        found = self._call("POST", f"encrypt/{self._known(name)}", asked, refusal=refusal)
        if not isinstance(found.get("ciphertext"), str):
            raise _nonsense()
        return str(found["ciphertext"]).encode()

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key."""
        asked = {"ciphertext": wrapped.decode("ascii", "replace"), "associated_data": _encode(context)}
        refusal = f"A key was not wrapped under the root's key {name}, or for something else."
        found = self._call("POST", f"decrypt/{self._known(name)}", asked, refusal=refusal)
        return _bytes(found, "plaintext")

    def sign(self, name: str, message: bytes) -> bytes:
        """Sign with Ed25519."""
        refusal = f"The root has no key {name} for that."
        asked = {"input": _encode(message), "key_version": _VERSION}
        return _bytes(self._call("POST", f"sign/{self._known(name)}", asked, refusal=refusal), "signature")

    def public(self, name: str) -> bytes:
        """Return a public key."""
        versions = self._call("GET", f"keys/{self._prefix}{name}").get("keys")
        first = versions.get(str(_VERSION)) if isinstance(versions, dict) else None
        if not isinstance(first, dict) or "public_key" not in first:
            raise _missing(name)
        return _bytes(first, "public_key")

    def destroy(self, name: str) -> None:
        """Allow a key's deletion, and delete it with all its versions."""
        self._call("POST", f"keys/{self._known(name)}/config", {"deletion_allowed": True})
        self._call("DELETE", f"keys/{self._prefix}{name}")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _known(self, name: str) -> str:
        """Return a key's name there; encrypting under a name that there is not would make a key."""
        self._call("GET", f"keys/{self._prefix}{name}", refusal=f"The root has no key {name} for that.")
        return self._prefix + name

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, missing: Any = None, refusal: str = ""
    ) -> Any:
        """Call the engine and return its data; `missing` is what a 404 means, `refusal` what any other no does."""
        try:
            answer = self._client.request(method, f"/v1/{self._mount}/{path}", json=body)
        except httpx.HTTPError as error:
            message = f"The key server does not answer: {type(error).__name__}."
            raise KeyFault(message, "Check vault_url, and that the server is unsealed.") from error
        if answer.status_code == HTTPStatus.NOT_FOUND and _said(answer).get("errors"):
            message = f"The key server has no Transit engine at {self._mount}."
            raise KeyFault(message, "Check vault_mount, and that the engine is mounted.")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            if missing is not None:
                return missing
            raise KeyFault(refusal or "The root has no such key.", "It was destroyed, or this is another node's root.")
        if answer.status_code == HTTPStatus.FORBIDDEN:
            message = "The key server refuses this node's token."
            raise KeyFault(message, "Check vault_token_file, and the policy of the token.")
        if answer.status_code == HTTPStatus.BAD_REQUEST and refusal:
            raise KeyFault(refusal, "The key store and the root do not belong together.")
        if not answer.is_success:
            message = f"The key server answered with status {answer.status_code}."
            raise KeyFault(message, "Check that the server is unsealed, and look at its own log.")
        data = _said(answer).get("data") if answer.content else None
        return data if isinstance(data, dict) else {}


def create_root(settings: Settings) -> VaultRoot:
    """Open the engine; it is mounted with the server's own tools."""
    return open_root(settings)


def open_root(settings: Settings, transport: httpx.BaseTransport | None = None) -> VaultRoot:
    """Open the Transit engine that the settings name."""
    if not settings.vault_url or not settings.vault_token_file or not settings.root_prefix:
        message = "The root is a key server, and it is not said which."
        raise KeyFault(message, "Set vault_url, vault_token_file and root_prefix, a name that no other node has.")
    check_address(settings.vault_url, "vault_url")
    try:
        token = Path(settings.vault_token_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        message = f"The token's file {settings.vault_token_file} cannot be read: {error.strerror}."
        raise KeyFault(message, "Check vault_token_file.") from error
    client = httpx.Client(
        base_url=settings.vault_url,
        headers={"X-Vault-Token": token},
        timeout=settings.remote_seconds_max,
        transport=transport,
        verify=trust(settings),
        follow_redirects=False,
        trust_env=False,
    )
    return VaultRoot(client, settings.vault_mount, f"{settings.root_prefix}-")


def _missing(name: str) -> KeyFault:
    """Return the fault of a key that is not there."""
    message = f"The root has no key {name} for that."
    return KeyFault(message, "It was destroyed, or this is another node's root.")


def _said(answer: httpx.Response) -> dict[str, Any]:
    """Return what an answer says; raises KeyFault where it is no answer of a key server's."""
    try:
        found = answer.json()
    except ValueError:
        raise _nonsense() from None
    if not isinstance(found, dict):
        raise _nonsense()
    return found


def _bytes(found: dict[str, Any], name: str) -> bytes:
    """Return bytes that an answer gives in base64, after the server's own prefix where there is one."""
    try:
        return base64.b64decode(str(found[name]).rpartition(":")[2], validate=True)
    except (KeyError, ValueError):
        raise _nonsense() from None


def _nonsense() -> KeyFault:
    """Return the fault of a server that answers something else."""
    message = "The key server answered, but not as a Transit engine does."
    return KeyFault(message, "Check vault_url and vault_mount; look at what stands between this node and the server.")


def _encode(data: bytes) -> str:
    """Write bytes in base64."""
    return base64.b64encode(data).decode()

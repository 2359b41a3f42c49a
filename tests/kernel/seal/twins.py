"""Stand in for key servers: a Transit engine in memory, and what a mocked KMS does not know yet."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable
from typing import Any

import httpx
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Transit(httpx.BaseTransport):
    """The parts of the Transit engine's HTTP interface that a root uses, with its statuses and bodies of errors.

    Written from the public documentation of the interface; no server was run beside it.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.keys: dict[str, dict[str, Any]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        if request.headers.get("X-Vault-Token") != self.token:
            return httpx.Response(403, json={"errors": ["permission denied"]})
        parts = request.url.path.removeprefix("/v1/transit/").split("/")
        body = json.loads(request.content) if request.content else {}
        if parts == ["keys"]:
            found = sorted(self.keys)
            return self._said({"keys": found}) if found else httpx.Response(404, json={"errors": []})
        verb: Callable[..., httpx.Response] = getattr(self, f"_{parts[0]}_{request.method.lower()}")
        return verb(*parts[1:], body=body)

    def rotate(self, name: str) -> None:
        """Add a version to a key, as an administrator of the server may."""
        self.keys[name]["versions"].append(os.urandom(32))

    def _keys_post(self, name: str, what: str = "", *, body: dict[str, Any]) -> httpx.Response:
        if what == "config":
            self.keys[name]["deletable"] = body["deletion_allowed"]
        elif name not in self.keys:  # an engine takes no notice of one that is there
            self.keys[name] = {"type": body["type"], "versions": [os.urandom(32)], "deletable": False}
        return self._said({"name": name})

    def _keys_get(self, name: str, *, body: dict[str, Any]) -> httpx.Response:
        del body
        key = self.keys.get(name)
        if key is None:
            return httpx.Response(404, json={"errors": []})
        versions: dict[str, Any] = {str(at): 1_764_000_000 for at in range(1, len(key["versions"]) + 1)}
        if key["type"] == "ed25519":
            for at, secret in enumerate(key["versions"], 1):
                public = Ed25519PrivateKey.from_private_bytes(secret).public_key()
                raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
                versions[str(at)] = {"name": "ed25519", "public_key": base64.b64encode(raw).decode()}
        return self._said({"type": key["type"], "latest_version": len(versions), "keys": versions})

    def _keys_delete(self, name: str, *, body: dict[str, Any]) -> httpx.Response:
        del body
        if not self.keys[name]["deletable"]:
            return self._refused(f"error deleting policy {name}: deletion is not allowed for this policy")
        del self.keys[name]
        return httpx.Response(204)

    def _encrypt_post(self, name: str, *, body: dict[str, Any]) -> httpx.Response:
        if name not in self.keys:  # an engine makes it then, where the token's policy lets it
            self._keys_post(name, body={"type": "aes256-gcm96"})
        if self.keys[name]["type"] == "ed25519":
            return self._refused("message encryption not supported for key type ed25519")
        versions, nonce = self.keys[name]["versions"], os.urandom(12)
        plain, bound = (base64.b64decode(body[one]) for one in ("plaintext", "associated_data"))
        sealed = nonce + AESGCM(versions[-1]).encrypt(nonce, plain, bound)
        return self._said({"ciphertext": f"vault:v{len(versions)}:{base64.b64encode(sealed).decode()}"})

    def _decrypt_post(self, name: str, *, body: dict[str, Any]) -> httpx.Response:
        if name not in self.keys:
            return self._refused("encryption key not found")
        found = re.fullmatch(r"vault:v(\d+):(.*)", body["ciphertext"])
        if found is None:
            return self._refused("invalid ciphertext: no prefix")
        try:
            sealed = base64.b64decode(found[2], validate=True)
            own = AESGCM(self.keys[name]["versions"][int(found[1]) - 1])
            plain = own.decrypt(sealed[:12], sealed[12:], base64.b64decode(body["associated_data"]))
        except (InvalidTag, ValueError, IndexError):
            return self._refused("cipher: message authentication failed")
        return self._said({"plaintext": base64.b64encode(plain).decode()})

    def _sign_post(self, name: str, *, body: dict[str, Any]) -> httpx.Response:
        if name not in self.keys:
            return self._refused("signing key not found")
        if self.keys[name]["type"] != "ed25519":
            return self._refused("key type aes256-gcm96 does not support signing")
        versions = self.keys[name]["versions"]
        version = body.get("key_version") or len(versions)
        signature = Ed25519PrivateKey.from_private_bytes(versions[version - 1]).sign(base64.b64decode(body["input"]))
        return self._said({"signature": f"vault:v{version}:{base64.b64encode(signature).decode()}"})

    @staticmethod
    def _refused(error: str) -> httpx.Response:
        return httpx.Response(400, json={"errors": [error]})

    @staticmethod
    def _said(data: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, json={"data": data})


class WithEd25519:
    """A client of a mocked KMS, with the Ed25519 keys that the mock does not know; all else is the mock's."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._keys: dict[str, Ed25519PrivateKey] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_key(self, **asked: Any) -> Any:
        """Make a key; one for Ed25519 has its number from the mock, and its key from here."""
        if asked["KeySpec"] != "ECC_NIST_EDWARDS25519":
            return self._client.create_key(**asked)
        made = self._client.create_key(**asked | {"KeySpec": "ECC_NIST_P256"})
        self._keys[made["KeyMetadata"]["KeyId"]] = Ed25519PrivateKey.generate()
        return made

    def encrypt(self, **asked: Any) -> Any:
        """Encrypt with a key of the mock's, which would take any; KMS does not encrypt with a signing key."""
        if self._known(asked["KeyId"]) is not None:
            raise self._misused(operation="Encrypt")
        return self._client.encrypt(**asked)

    def sign(self, **asked: Any) -> Any:
        """Sign with a key from here; KMS does not sign with any other."""
        key = self._known(asked["KeyId"])
        if key is None:
            raise self._misused(operation="Sign")
        return {"Signature": key.sign(asked["Message"])}

    def get_public_key(self, **asked: Any) -> Any:
        """Return a public key as RFC 8410 writes it; a key for encrypting has none."""
        key = self._known(asked["KeyId"])
        if key is None:
            raise self._misused(operation="GetPublicKey")
        return {"PublicKey": key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    @staticmethod
    def _misused(*, operation: str) -> ClientError:
        return ClientError({"Error": {"Code": "InvalidKeyUsageException", "Message": ""}}, operation)

    def _known(self, alias: str) -> Ed25519PrivateKey | None:
        return self._keys.get(self._client.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"])

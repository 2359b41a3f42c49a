"""Keep root keys in AWS KMS; needs the extra `aws`.

Credentials are found as AWS's own tools find them.

A destroyed key is disabled at once, and deleted by AWS after seven days, the shortest time there is: until then whoever
has the right to cancel the deletion could have it back. That right should be nobody's in daily work.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.errors import Conflict, KeyFault
from tidewaiter.kernel.seal.roots.remote import check_address

if TYPE_CHECKING:
    from tidewaiter.kernel.seal.root import RootKind
    from tidewaiter.kernel.settings import Settings

_SPECS: dict[str, dict[str, str]] = {
    "wrap": {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"},
    "sign": {"KeySpec": "ECC_NIST_EDWARDS25519", "KeyUsage": "SIGN_VERIFY"},
}
_ALGORITHM = "ED25519_SHA_512"
_PUBLIC_BYTES = 32
_DAYS = 7


class KmsRoot:
    """Root keys in KMS, each under an alias with the node's prefix."""

    kind = "kms"
    protected = True

    def __init__(self, client: Any, prefix: str) -> None:
        self._client, self._prefix = client, f"alias/{prefix}/"

    def names(self) -> set[str]:
        """Return the names of its keys."""
        with _saying():
            pages = self._client.get_paginator("list_aliases").paginate()
            found = [one["AliasName"] for page in pages for one in page["Aliases"]]
        return {one.removeprefix(self._prefix) for one in found if one.startswith(self._prefix)}

    def generate(self, name: str, kind: RootKind) -> None:
        """Make a key and its alias."""
        if name in self.names():
            message = f"The root has a key {name} already."
            raise Conflict(message)
        with _saying():
            made = self._client.create_key(Description=f"Tidewaiter {name}", **_SPECS[kind])
            self._client.create_alias(AliasName=self._prefix + name, TargetKeyId=made["KeyMetadata"]["KeyId"])

    def wrap(self, name: str, key: bytes, context: bytes) -> bytes:
        """Wrap a key, bound to the context as KMS binds it."""
        with _saying(f"The root has no key {name} for that."):
            found = self._client.encrypt(KeyId=self._prefix + name, Plaintext=key, EncryptionContext=_bound(context))
        return bytes(found["CiphertextBlob"])

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key."""
        with _saying(f"A key was not wrapped under the root's key {name}, or for something else."):
            found = self._client.decrypt(
                KeyId=self._prefix + name, CiphertextBlob=wrapped, EncryptionContext=_bound(context)
            )
        return bytes(found["Plaintext"])

    def sign(self, name: str, message: bytes) -> bytes:
        """Sign with Ed25519; KMS takes at most 4,096 bytes of message."""
        with _saying(f"The root has no key {name} for that."):
            found = self._client.sign(
                KeyId=self._prefix + name, Message=message, MessageType="RAW", SigningAlgorithm=_ALGORITHM
            )
        return bytes(found["Signature"])

    def public(self, name: str) -> bytes:
        """Return a public key: the last 32 bytes of what RFC 8410 writes in DER."""
        with _saying(f"The root has no key {name} for that."):
            found = self._client.get_public_key(KeyId=self._prefix + name)
        return bytes(found["PublicKey"])[-_PUBLIC_BYTES:]

    def destroy(self, name: str) -> None:
        """Disable a key, have it deleted as soon as KMS does, and take its alias away."""
        with _saying(f"The root has no key {name} for that."):
            number = self._client.describe_key(KeyId=self._prefix + name)["KeyMetadata"]["KeyId"]
            self._client.disable_key(KeyId=number)
            self._client.schedule_key_deletion(KeyId=number, PendingWindowInDays=_DAYS)
            self._client.delete_alias(AliasName=self._prefix + name)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def create_root(settings: Settings) -> KmsRoot:
    """Open KMS; its keys are made when they are needed."""
    return open_root(settings)


def open_root(settings: Settings) -> KmsRoot:
    """Open KMS in the region that the settings name."""
    if not settings.kms_region or not settings.root_prefix:
        message = "The root is AWS KMS, and it is not said where."
        raise KeyFault(message, "Set kms_region, and root_prefix, a name that no other node has.")
    if settings.kms_endpoint:
        check_address(settings.kms_endpoint, "kms_endpoint")
    try:
        import boto3  # noqa: PLC0415 - an extra that most nodes do not install
    except ImportError:
        message = "The root is AWS KMS, and the library for it is not installed."
        raise KeyFault(message, "Install it: pip install 'tidewaiter[aws]'.") from None
    client = boto3.client("kms", region_name=settings.kms_region, endpoint_url=settings.kms_endpoint or None)
    return KmsRoot(client, settings.root_prefix)


@contextmanager
def _saying(refusal: str = "") -> Iterator[None]:
    """Say what KMS refuses as a sentence."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - with the extra

    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        message = refusal or f"KMS answered with {code}."
        raise KeyFault(message, f"KMS said {code}; look at the key's state and this node's rights.") from error
    except BotoCoreError as error:
        message = f"KMS cannot be asked: {type(error).__name__}."
        raise KeyFault(message, "Check kms_region, the network and the credentials.") from error


def _bound(context: bytes) -> dict[str, str]:
    """Return a context as KMS takes it."""
    return {"tidewaiter": base64.b64encode(context).decode()}

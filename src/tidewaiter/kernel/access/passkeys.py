"""Ask passkeys to answer, and verify what they answer (WebAuthn level 3); nothing is kept here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tidewaiter.kernel.access.model import Officer
from tidewaiter.kernel.errors import NotSignedIn, SettingFault

CHALLENGE_BYTES = 32
ANSWER_BYTES_MAX = 65_536
CREDENTIAL_BYTES_MAX = 1_023
"""Longest credential id (WebAuthn level 3, section 7.1)."""

_LOCAL = {"localhost", "127.0.0.1", "::1"}
_ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]


class Site(msgspec.Struct, frozen=True):
    """Where passkeys are used: the origin of the pages, and the host that they are bound to."""

    origin: str
    host: str


class Made(msgspec.Struct, frozen=True):
    """A passkey that was just made."""

    credential: bytes
    public_key: bytes
    count: int


def site(origin: str) -> Site:
    """Return where passkeys are used; raises SettingFault where the setting does not name it."""
    parts = urlsplit(origin)
    good = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not good or not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
        message = "Passkeys need the origin of the node's pages, and web_origin does not name it."
        raise SettingFault(message, "Set web_origin, for example https://node.example, without a path.")
    return Site(origin, parts.hostname)


def handle(officer: Officer) -> bytes:
    """Return what names an officer to authenticators: not the login, and not what names the officer in the log."""
    return hashlib.sha256(b"tidewaiter/passkey/v1\0" + officer.pseudonym).digest()


def registration(
    where: Site, officer: Officer, challenge: bytes, has: Sequence[bytes], *, issuer: str, seconds: int
) -> str:
    """Return the options for `navigator.credentials.create()` as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=where.host,
        rp_name=issuer,
        user_id=handle(officer),
        user_name=officer.name,
        user_display_name=officer.display,
        challenge=challenge,
        timeout=seconds * 1_000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in has],
        supported_pub_key_algs=_ALGORITHMS,
    )
    return webauthn.options_to_json(options)


def authentication(where: Site, challenge: bytes, allowed: Sequence[bytes], *, seconds: int) -> str:
    """Return the options for `navigator.credentials.get()` as JSON; with none allowed, a device offers its own.

    Whoever has not signed in is told no credentials, so that nobody learns who is registered.
    """
    options = webauthn.generate_authentication_options(
        rp_id=where.host,
        challenge=challenge,
        timeout=seconds * 1_000,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def parse(answer: str) -> tuple[dict[str, Any], bytes, bytes]:
    """Return an answer, the challenge that it says it is to, and its credential id; raises NotSignedIn."""
    try:
        if len(answer) > ANSWER_BYTES_MAX:
            raise _wrong()
        credential = msgspec.json.decode(answer.encode(), type=dict[str, Any])
        data = msgspec.json.decode(base64url_to_bytes(credential["response"]["clientDataJSON"]), type=dict[str, Any])
        return credential, base64url_to_bytes(data["challenge"]), base64url_to_bytes(credential["id"])
    except NotSignedIn:
        raise
    except (msgspec.DecodeError, UnicodeError, ValueError, TypeError, KeyError, AttributeError):
        raise _wrong() from None


def verify_registration(where: Site, credential: dict[str, Any], challenge: bytes) -> Made:
    """Return the passkey that was made; raises NotSignedIn unless origin, host, challenge, user verification hold."""
    try:
        done = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=where.host,
            expected_origin=where.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except Exception:  # noqa: BLE001 - a boundary: what an authenticator sends can make the library raise anything
        raise _wrong() from None
    if len(done.credential_id) > CREDENTIAL_BYTES_MAX:
        raise _wrong()
    return Made(done.credential_id, done.credential_public_key, done.sign_count)


def verify_authentication(
    where: Site, credential: dict[str, Any], challenge: bytes, *, public_key: bytes, count: int, user: bytes
) -> int:
    """Return the new signature count; raises NotSignedIn where anything does not hold, or the count has not grown.

    Synchronised passkeys always count zero, and that is let through (WebAuthn level 3, section 6.1.1).
    """
    try:
        said = credential["response"].get("userHandle")
        whose = user if said is None else base64url_to_bytes(said)
        done = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=where.host,
            expected_origin=where.origin,
            credential_public_key=public_key,
            credential_current_sign_count=count,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - a boundary: what an authenticator sends can make the library raise anything
        raise _wrong() from None
    if whose != user:
        raise _wrong()
    return done.new_sign_count


def _wrong() -> NotSignedIn:
    """Return the one sentence for whatever does not hold."""
    return NotSignedIn("The passkey's answer does not hold.", "Try again; use another passkey if it goes on.")


def digest(challenge: bytes) -> bytes:
    """Return what is kept of a challenge."""
    return hashlib.sha256(challenge).digest()

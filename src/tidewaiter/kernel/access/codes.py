"""Make and check codes that are good once: time-based ones (RFC 6238) and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1
"""How many steps a clock may be ahead or behind."""
RECOVERY_BYTES = 15
"""120 bits, so that a plain hash of a recovery code tells nobody what it was (ASVS 5.0, 6.5.2)."""

_CODE = re.compile(rf"[0-9]{{{DIGITS}}}\Z")
_RECOVERY = re.compile(r"[A-Z2-7]{24}\Z")


def new_totp() -> str:
    """Return a new secret for time-based codes: 160 bits in base32."""
    return pyotp.random_base32(length=32)


def totp_uri(secret: str, *, name: str, issuer: str) -> str:
    """Return what an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def totp_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """Return the time step whose code this is, or None; a step up to `after` has been used and counts no more."""
    given = re.sub(r"\s", "", code)
    if not _CODE.match(given):
        return None
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(current - WINDOW, current + WINDOW + 1):  # all of them, so that the time taken says nothing
        if hmac.compare_digest(totp.generate_otp(step), given) and step > after:
            found = step
    return found


def new_recovery(count: int) -> list[str]:
    """Return new recovery codes, in groups of four characters."""
    made = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode("ascii") for _ in range(count)]
    return ["-".join(one[at : at + 4] for at in range(0, len(one), 4)) for one in made]


def recovery_digest(code: str) -> bytes | None:
    """Return what is kept of a recovery code, however it is typed; None where it cannot be one."""
    plain = re.sub(r"[\s-]", "", code).upper().replace("0", "O").replace("1", "I")
    return hashlib.sha256(plain.encode()).digest() if _RECOVERY.match(plain) else None

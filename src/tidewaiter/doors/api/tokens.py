"""Tell partners apart by their bearer tokens, which a file at the node lists."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

from tidewaiter.kernel.errors import NotSignedIn, SettingFault

TOKEN_CHARACTERS_MIN = 32
_SCHEME = "bearer"
_FIELDS = 2
_OTHERS = 0o077


def partner(authorization: str, file: str) -> str:
    """Return the name of the partner whose token is in an Authorization header; raises NotSignedIn.

    Every token of the file is compared, in constant time, so that how long it takes says nothing about them.
    """
    scheme, _, token = authorization.partition(" ")
    given = _digest(token.strip()) if scheme.lower() == _SCHEME else b""
    found = ""
    for name, kept in (tokens(Path(file)) if file else {}).items():
        if hmac.compare_digest(given, _digest(kept)):
            found = name
    if not found:
        message = "This is for partners alone, and the token is missing or not one of theirs."
        raise NotSignedIn(message, "Send `Authorization: Bearer` with the token that the node's people gave you.")
    return found


def tokens(file: Path) -> Mapping[str, str]:
    """Return name → token of a file with a name and a token a line; raises SettingFault where it is not as it must be.

    It is read for each request, so that a token that is taken out of it is of no use at once.
    """
    try:
        mode, text = file.stat().st_mode, file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        message = f"api_token_file cannot be read: {type(wrong).__name__}."
        raise SettingFault(message, "Name a text file that this user may read.") from None
    if mode & _OTHERS:
        message = "Others may read the file that api_token_file names."
        raise SettingFault(message, f"Make it its owner's alone: chmod 600 {file}.")
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        if len(fields) != _FIELDS or len(fields[1]) < TOKEN_CHARACTERS_MIN or fields[0] in found:
            message = f"Line {number} of the file that api_token_file names is not a new name and a long token."
            raise SettingFault(
                message, f"A token has at least {TOKEN_CHARACTERS_MIN} characters: openssl rand -hex 32."
            )
        found[fields[0]] = fields[1]
    return found


def _digest(token: str) -> bytes:
    """Hash a token, so that all that is compared has one length."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()

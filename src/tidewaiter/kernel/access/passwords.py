"""Hash fallback passwords with argon2id, a few at a time, and refuse those that are guessed first.

At least 12 characters (a setting): OWASP ASVS 5.0 6.2.1 asks for 8 and recommends 15. A password here never suffices
alone, tries are slowed down, and 12 leaves room for three words. There are no rules of composition and no ageing
(6.2.5, 6.2.10). What is guessed first is told by a rule rather than by a list: a few words, rows of keys, repetitions.
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from argon2.profiles import RFC_9106_LOW_MEMORY

from tidewaiter.kernel.errors import NotSignedIn, SettingFault

if TYPE_CHECKING:
    from tidewaiter.kernel.settings import Settings

CHARACTERS_MAX = 256
"""Longest password; ASVS 6.2.9 asks for at least 64 to be taken."""
UNGUESSED_MIN = 6
"""How much must be left of a password once everything that is guessed first is taken out of it."""
_KINDS_MIN = 5
_ROW_MIN = 4

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "qsdfghjklm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
)
_WORDS = (
    *("password", "passwort", "motdepasse", "contrasena", "passphrase", "passw", "secret", "letmein", "welcome"),
    *("bienvenue", "iloveyou", "sunshine", "princess", "football", "baseball", "superman", "batman", "dragon"),
    *("monkey", "master", "shadow", "michael", "jordan", "charlie", "ashley", "whatever", "trustno", "starwars"),
    *("pokemon", "computer", "internet", "google", "samsung", "administrator", "admin", "changeme", "default"),
    *("temporary", "login", "access", "guest", "tester", "testing", "test", "user", "root", "hello", "summer"),
    *("winter", "spring", "autumn", "january", "february", "october", "november", "december", "monday", "friday"),
    *("customs", "douane", "aduana", "zoll", "tidewaiter", "declaration", "container", "correcthorsebatterystaple"),
)
_LEET = str.maketrans("013457@$!", "oleastasi")


class Passwords:
    """Hashes and verifies, so many at once as the settings let; threads may share one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hasher = PasswordHasher(
            time_cost=settings.password_passes,
            memory_cost=settings.password_memory_kibibytes,
            parallelism=settings.password_lanes,
            hash_len=RFC_9106_LOW_MEMORY.hash_len,
            salt_len=RFC_9106_LOW_MEMORY.salt_len,
            type=Type.ID,
        )
        self._turns = threading.BoundedSemaphore(settings.password_hashes_max)
        self._nobody: bytes | None = None

    def hash(self, password: str) -> bytes:
        """Return what is kept of a password."""
        with self._turn():
            return self._hasher.hash(_normal(password)).encode("ascii")

    def verify(self, kept: bytes | None, password: str) -> bool:
        """Say whether it is the password; where there is none, it takes as long to say no."""
        hashed = kept if kept is not None else self._nobodys()
        with self._turn():
            try:
                self._hasher.verify(hashed.decode("ascii"), _normal(password))
            except (VerificationError, InvalidHashError, UnicodeDecodeError):
                return False
        return kept is not None

    def outdated(self, kept: bytes) -> bool:
        """Say whether the settings ask for more than it was hashed with."""
        had = extract_parameters(kept.decode("ascii"))
        return (
            had.memory_cost < self._hasher.memory_cost
            or had.time_cost < self._hasher.time_cost
            or had.hash_len < self._hasher.hash_len
            or had.type is not Type.ID
        )

    def check(self, password: str, about: Iterable[str] = ()) -> None:
        """Raise SettingFault where a password is too short, too long, or guessed first; `about` names its owner."""
        plain = _normal(password)
        least = self._settings.password_characters_min
        if len(plain) < least:
            message = f"A password has at least {least} characters."
            raise SettingFault(message, "Three or four words that have nothing to do with each other are easy to keep.")
        if len(plain) > CHARACTERS_MAX:
            message = f"A password has at most {CHARACTERS_MAX} characters."
            raise SettingFault(message)
        if guessed_first(plain, about):
            message = "That password is among those that are guessed first."
            raise SettingFault(
                message, "Take words that have nothing to do with each other, with you, or with customs."
            )

    def _turn(self) -> _Turn:
        """Wait for a turn to hash."""
        return _Turn(self._turns, self._settings.password_wait_seconds_max)

    def _nobodys(self) -> bytes:
        """Return the hash that nobody's password is held against."""
        if self._nobody is None:
            self._nobody = self.hash(secrets.token_urlsafe())
        return self._nobody


class _Turn:
    """A turn to hash: there are only so many at once, because each takes memory."""

    def __init__(self, turns: threading.BoundedSemaphore, seconds_max: float) -> None:
        self._turns, self._seconds_max = turns, seconds_max

    def __enter__(self) -> None:
        """Wait for it; raises NotSignedIn where it takes too long."""
        if not self._turns.acquire(timeout=self._seconds_max):
            message = "Too many people sign in at this moment."
            raise NotSignedIn(message, "Try again in a few seconds.")

    def __exit__(self, *_error: object) -> None:
        """Let the next one."""
        self._turns.release()


def guessed_first(password: str, about: Iterable[str] = ()) -> bool:
    """Say whether little is left of a password without words, rows of keys, repetitions, and its owner's names."""
    low = unicodedata.normalize("NFKD", password).casefold()
    known = {part for text in about for part in re.split(r"\W+", text.casefold()) if len(part) >= _ROW_MIN}
    words = sorted({*_WORDS, *known}, key=len, reverse=True)
    return any(_rest(one, words) < UNGUESSED_MIN for one in (low, low.translate(_LEET)))


def _rest(text: str, words: Iterable[str]) -> int:
    """Return how many characters of a text are left, none where it has hardly any two that differ."""
    if len(set(text)) < _KINDS_MIN:
        return 0
    for word in words:
        text = text.replace(word, " ")
    text = re.sub(r"(?:19|20)\d\d", " ", text)
    text = " ".join(_without_rows(part) for part in text.split())
    text = re.sub(r"(.{1,12}?)\1+", r"\1", text)  # abcabcabc is abc
    return len(re.sub(r"[\W_]+", "", text))


def _without_rows(text: str) -> str:
    """Return a text with every stretch of a row of keys, forwards or backwards, cut to one character."""
    kept, at = "", 0
    while at < len(text):
        length = max(_along(text[at:], row) for one in _ROWS for row in (one, one[::-1]))
        kept += text[at]
        at += length if length >= _ROW_MIN else 1
    return kept


def _along(text: str, row: str) -> int:
    """Return how far a text goes along a row of keys."""
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length


def _normal(password: str) -> str:
    """Return a password in the one form in which it is hashed, however a keyboard composes it (NIST SP 800-63B)."""
    try:
        password.encode()
    except UnicodeEncodeError:
        message = "A password has half of a character in it."
        raise SettingFault(message) from None
    return unicodedata.normalize("NFKC", password)

"""Slow down who guesses: a try counts before it is looked at, and each wrong one doubles the wait.

Nobody is locked out. Who comes from a place that is known to be the officer's has a wait of its own, which guesses
from elsewhere do not touch; and passkeys, which cannot be guessed, wait for nobody.
"""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tidewaiter.kernel.access._store import waits
from tidewaiter.kernel.errors import NotSignedIn

if TYPE_CHECKING:
    from tidewaiter.kernel.access.model import Deed
    from tidewaiter.kernel.settings import Settings

EVERYBODY = "*"
FORGOTTEN = timedelta(hours=24)
"""After so long without a try, the tries before are forgotten."""
_MINUTE = timedelta(minutes=1)
_DOUBLINGS_MAX = 30


def subject(name: str, *, registered: bool, known: bool) -> str:
    """Return under which name tries are counted; who is not registered shares 256 names, so the table is bounded."""
    who = name if registered else f"?{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:2]}"
    return f"{who}|{'known' if known else 'new'}"


def seconds_after(tries: int, settings: Settings) -> int:
    """Return how long to wait after so many wrong tries."""
    over = tries - settings.sign_in_tries_free
    return 0 if over < 0 else min(2 ** min(over, _DOUBLINGS_MAX), settings.sign_in_wait_seconds_max)


def count_try(deed: Deed, who: str, settings: Settings, *, known: bool) -> datetime | None:
    """Count a try before it is looked at, and return None; or return until when to wait, and count nothing."""
    if not known:
        tries, since, _ = waits.lock(deed.connection, EVERYBODY, deed.now)
        if deed.now - since >= _MINUTE or since > deed.now:
            tries, since = 0, deed.now
        if tries >= settings.sign_in_tries_per_minute_max:
            return since + _MINUTE
        waits.write(deed.connection, EVERYBODY, tries + 1, since, since)
    tries, since, until = waits.lock(deed.connection, who, deed.now)
    if deed.now < until:
        if not known:
            waits.give_back(deed.connection, EVERYBODY)
        return until
    tries = 0 if deed.now - since > FORGOTTEN else tries
    wait = timedelta(seconds=seconds_after(tries + 1, settings))
    waits.write(deed.connection, who, tries + 1, deed.now, deed.now + wait)
    return None


def succeeded(deed: Deed, who: str, *, known: bool) -> None:
    """Forget the tries before one that was right."""
    if not known:  # first, as in `count_try`: whoever takes two rows takes them in the same order
        waits.give_back(deed.connection, EVERYBODY)
    waits.forget(deed.connection, who)


def too_soon(until: datetime, now: datetime) -> NotSignedIn:
    """Return the sentence for who must wait."""
    seconds = max(1, math.ceil((until - now).total_seconds()))
    return NotSignedIn("Too many tries were wrong.", f"Try again in {seconds:,} s, or use a passkey.")

"""Sign officers in: with a passkey, or with two factors; step them up before what is delicate.

A try is counted and committed before it is looked at, a challenge is used up and committed before its answer is; so
that neither a crash nor many tries at once give anybody a second look. Hashes are computed outside of transactions.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel.access import passkeys
from tidewaiter.kernel.access._store import factors as factor_store
from tidewaiter.kernel.access._store import officers
from tidewaiter.kernel.access._store import sessions as session_store
from tidewaiter.kernel.access._store.factors import Kept
from tidewaiter.kernel.access.factors import Factors, stale
from tidewaiter.kernel.access.model import Begin, Deed, Officer, Session, SignedIn, digest_of, is_name
from tidewaiter.kernel.access.sessions import Sessions, ended
from tidewaiter.kernel.access.waits import count_try, subject, succeeded, too_soon
from tidewaiter.kernel.errors import NotSignedIn

if TYPE_CHECKING:
    from tidewaiter.kernel.settings import Settings


class _Try(msgspec.Struct, frozen=True):
    """A try to sign in, counted and not looked at yet."""

    officer: Officer | None
    password: Kept | None
    who: str
    known: bool
    until: datetime | None
    now: datetime


class SignIn:
    """What lets officers in."""

    def __init__(self, settings: Settings, begin: Begin, factors: Factors, sessions: Sessions) -> None:
        self._settings, self._begin = settings, begin
        self._factors, self._sessions = factors, sessions

    def with_factors(
        self,
        name: str,
        *,
        password: str = "",
        code: str = "",
        account: str = "",
        known: bool = False,
        place: str = "",
        replacing: str = "",
    ) -> SignedIn:
        """Sign in with a password and a code, or with the account of the operating system and a code.

        The account counts where it is the officer's and the officer has no password. A password alone, where there is
        no second factor yet, and a recovery code alone give a limited session. `known` says that the door knows the
        officer from this place; `replacing` is the token of a session that ends. Raises NotSignedIn.
        """
        tried = self._count(name, known=known, account=account)
        if tried.until is not None:
            raise too_soon(tried.until, tried.now)
        anew = None
        if password or tried.officer is None or tried.password is not None or not account:
            first = self._factors.passwords.verify(tried.password.secret if tried.password else None, password)
            if first and tried.password is not None and self._factors.passwords.outdated(tried.password.secret):
                anew = self._factors.passwords.hash(password)
        else:
            first = tried.officer.account == account
        with self._begin() as deed:
            made = self._let_in(deed, tried, first=first, password=bool(password), code=code, place=place)
            if made is None:
                self._failed(deed, tried.officer, "code" if first or not password else "password")
            else:
                succeeded(deed, tried.who, known=tried.known)
                if anew is not None and tried.password is not None:
                    factor_store.replace_secret(deed.connection, tried.password, anew)
                self._replace(deed, replacing)
        if made is None:
            message = "The name, the password or the code is wrong, or one of them is missing."
            raise NotSignedIn(message, "A code is good once; wait for the next one.")
        return made

    def step_up(self, token: str, code: str) -> SignedIn:
        """Give a second factor again: the session goes on under another token. Raises NotSignedIn."""
        with self._begin() as deed:
            session, officer = self._current(deed, token)
            who = subject(officer.name, registered=True, known=True)
            until, now = count_try(deed, who, self._settings, known=True), deed.now
        if until is not None:
            raise too_soon(until, now)
        made = None
        with self._begin() as deed:
            session, officer = self._current(deed, token)
            kind = None if session.limited else self._factors.use_code(deed, officer, code)
            if kind is None:
                self._failed(deed, officer, "code")
            else:
                succeeded(deed, who, known=True)
                made = self._sessions.step_up(deed, session, officer, method=kind)
        if made is None:
            message = "The code is wrong."
            raise NotSignedIn(message, "A code is good once; wait for the next one.")
        return made

    # --- passkeys -------------------------------------------------------------------------------------------------

    def passkey_options(self, *, token: str = "") -> str:
        """Return the options with which a browser asks for a passkey, as JSON; with a token, to step its session up."""
        with self._begin() as deed:
            allowed, use, name = [], "sign-in", None
            if token:
                _, officer = self._current(deed, token)
                use, name = "step-up", officer.name
                kept = factor_store.of(deed.connection, name, "passkey")
                allowed = [one.credential for one in kept if one.credential is not None]
            challenge = self._factors.challenge(deed, use, name)
        seconds = self._settings.challenge_seconds_max
        return passkeys.authentication(self._factors.site, challenge, allowed, seconds=seconds)

    def with_passkey(self, answer: str, *, place: str = "", replacing: str = "") -> SignedIn:
        """Sign in with a passkey alone: it is something one has, and it has verified its user. Raises NotSignedIn."""
        name, kept, count = self._answered(answer, use="sign-in", whose=None)
        with self._begin() as deed:
            officer = officers.read(deed.connection, name, kept=True)
            good = officer is not None and officer.state == "active" and self._counted(deed, kept, count)
            made = None
            if officer is not None and good:
                made = self._sessions.begin(deed, officer, method="passkey", place=place, second=True)
                self._replace(deed, replacing)
        if made is None:
            raise stale()
        return made

    def step_up_with_passkey(self, token: str, answer: str) -> SignedIn:
        """Step a session up with a passkey of its officer's. Raises NotSignedIn."""
        with self._begin() as deed:
            _, officer = self._current(deed, token)
        _, kept, count = self._answered(answer, use="step-up", whose=officer.name)
        made = None
        with self._begin() as deed:
            session, officer = self._current(deed, token)
            if self._counted(deed, kept, count):
                made = self._sessions.step_up(deed, session, officer, method="passkey")
        if made is None:
            raise stale()
        return made

    # --- inside ---------------------------------------------------------------------------------------------------

    def _count(self, name: str, *, known: bool, account: str) -> _Try:
        """Count a try and commit that."""
        with self._begin() as deed:
            officer = officers.read(deed.connection, name) if is_name(name) else None
            officer = officer if officer is not None and officer.state == "active" else None
            known = known or (officer is not None and bool(account) and officer.account == account)
            kept = factor_store.of(deed.connection, name, "password") if officer is not None else []
            who = subject(name, registered=officer is not None, known=known)
            until = count_try(deed, who, self._settings, known=known)
            return _Try(officer, kept[0] if kept else None, who, known, until, deed.now)

    def _let_in(
        self, deed: Deed, tried: _Try, *, first: bool, password: bool, code: str, place: str
    ) -> SignedIn | None:
        """Begin a session where the factors suffice."""
        if tried.officer is None:
            return None
        officer = officers.read(deed.connection, tried.officer.name, kept=True)
        if officer is None or officer.state != "active":
            return None
        if first and password and not code and not self._factors.has_second(deed.connection, officer.name):
            return self._sessions.begin(deed, officer, method="password", place=place, second=False, limited=True)
        if not code or not (first or not password):
            return None
        kind = self._factors.use_code(deed, officer, code, only_recovery=not first)
        if kind is None:
            return None
        method = f"{'password' if password else 'account'}+{kind}" if first else kind
        return self._sessions.begin(deed, officer, method=method, place=place, second=first, limited=not first)

    def _answered(self, answer: str, *, use: str, whose: str | None) -> tuple[str, Kept, int]:
        """Return whose passkey answered, the passkey, and its new count; the challenge is used up either way."""
        credential, challenge, credential_id = passkeys.parse(answer)
        with self._begin() as deed:
            good = self._factors.take_challenge(deed, challenge, use, whose)
            kept = factor_store.by_credential(deed.connection, credential_id)
            officer = None if kept is None else officers.read(deed.connection, kept.factor.officer)
        if not good or kept is None or officer is None or (whose is not None and officer.name != whose):
            raise stale()
        try:
            count = passkeys.verify_authentication(
                self._factors.site,
                credential,
                challenge,
                public_key=kept.secret,
                count=kept.counter,
                user=passkeys.handle(officer),
            )
        except NotSignedIn:
            with self._begin() as deed:
                self._failed(deed, officer, "passkey")
            raise
        return officer.name, kept, count

    def _counted(self, deed: Deed, kept: Kept, count: int) -> bool:
        """Move the passkey's count on; it must still be there, with the count that was looked at."""
        return factor_store.use(deed.connection, kept, counter=count, now=deed.now)

    def _current(self, deed: Deed, token: str) -> tuple[Session, Officer]:
        """Return the session of a token and its officer; raises NotSignedIn."""
        session, why = self._sessions.alive(deed.connection, digest_of(token), deed.now)
        officer = None if session is None else officers.read(deed.connection, session.officer, kept=True)
        if session is None or why or officer is None or officer.state != "active":
            raise ended()
        return session, officer

    def _replace(self, deed: Deed, token: str) -> None:
        """End the session that a new one is in place of."""
        old = session_store.read(deed.connection, digest_of(token)) if token else None
        if old is not None:
            self._sessions.end(deed, old, why="signed in anew")

    def _failed(self, deed: Deed, officer: Officer | None, factor: str) -> None:
        """Say that a try failed, in the log."""
        whose = None if officer is None else officer.pseudonym.hex()
        deed.on_event("sign-in.failed", {"officer": whose, "factor": factor})

"""Add, verify and remove factors: passkeys, time-based codes, fallback passwords, recovery codes."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from tidewaiter.kernel.access import codes, passkeys
from tidewaiter.kernel.access._store import factors, officers
from tidewaiter.kernel.access._store.factors import Kept
from tidewaiter.kernel.access.model import SECOND, Actor, Begin, Deed, Factor, FactorKind, Grant, Officer, Seal, shown
from tidewaiter.kernel.access.passwords import Passwords
from tidewaiter.kernel.access.sessions import Sessions
from tidewaiter.kernel.access.waits import count_try, subject, succeeded, too_soon
from tidewaiter.kernel.errors import Conflict, Forbidden, KeyFault, NotFound, NotSignedIn, SettingFault

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.settings import Settings

RESET = "factor.reset"
CHALLENGES_MAX = 10_000
"""Most challenges that wait for an answer; the oldest go first."""
FACTORS_MAX = 20
"""Most passkeys, or apps for codes, of one officer."""

_TOTP = b"tidewaiter/totp/v1\0"
_LABEL_CHARACTERS_MAX = 60


class Factors:
    """The factors of officers. `seal` and `unseal` keep the secrets of time-based codes."""

    def __init__(self, settings: Settings, begin: Begin, sessions: Sessions, *, seal: Seal, unseal: Seal) -> None:
        self.passwords = Passwords(settings)
        self._settings, self._begin, self._sessions = settings, begin, sessions
        self._seal, self._unseal = seal, unseal

    # --- what there is --------------------------------------------------------------------------------------------

    def of(self, connection: Connection, officer: str) -> list[Factor]:
        """Return the factors of an officer, oldest first."""
        return [one.factor for one in factors.of(connection, officer)]

    def has_second(self, connection: Connection, officer: str) -> bool:
        """Say whether an officer has a passkey or an app for codes."""
        return any(one.factor.kind in SECOND for one in factors.of(connection, officer))

    # --- adding ---------------------------------------------------------------------------------------------------

    def set_password(self, actor: Actor, password: str, *, current: str = "") -> None:
        """Set the actor's own password; where there is one, it must be given, and a wrong one counts as a try."""
        with self._begin() as deed:
            officer = self._own(deed, actor)
            had = factors.of(deed.connection, officer.name, "password")
            who = subject(officer.name, registered=True, known=True)
            until = count_try(deed, who, self._settings, known=True) if had else None
            now = deed.now
        if until is not None:
            raise too_soon(until, now)
        if had and not self.passwords.verify(had[0].secret, current):
            with self._begin() as deed:
                deed.on_event("sign-in.failed", {"officer": officer.pseudonym.hex(), "factor": "password"})
            message = "The current password is wrong."
            raise NotSignedIn(message, "Give it, or have an administrator give you new factors.")
        self.passwords.check(password, (officer.name, officer.display, officer.account or ""))
        hashed = self.passwords.hash(password)
        with self._begin() as deed:
            officer = self._own(deed, actor)
            succeeded(deed, who, known=True)
            has = [one.secret for one in factors.of(deed.connection, officer.name, "password")]
            if has != [one.secret for one in had]:
                message = "The password was changed by somebody else meanwhile."
                raise Conflict(message, "Try again.")
            factors.remove_all(deed.connection, officer.name, "password")
            factors.insert(deed.connection, officer.name, "password", label="", secret=hashed, now=deed.now)
            self._added(deed, officer, "password", but=actor.session)

    def totp_uri(self, officer: Officer, secret: str) -> str:
        """Return what an app for codes reads from a QR code."""
        return codes.totp_uri(secret, name=officer.name, issuer=self._issuer)

    def add_totp(self, deed: Deed, actor: Actor, secret: str, code: str, *, label: str = "") -> int:
        """Add an app for codes, once it has shown a right one; return the factor's number."""
        officer = self._own(deed, actor)
        self._room(deed, officer)
        step = codes.totp_step(secret, code, deed.now, after=-1)
        if step is None:
            message = "That is not the app's code at this moment."
            raise NotSignedIn(message, "Look at the clock of the device, and type the next code.")
        sealed = self._seal(_TOTP + officer.pseudonym + secret.encode("ascii"))
        label = shown(label, _LABEL_CHARACTERS_MAX)
        number = factors.insert(
            deed.connection, officer.name, "totp", label=label, secret=sealed, now=deed.now, counter=step
        )
        self._added(deed, officer, "totp", but=actor.session)
        return number

    def new_recovery(self, deed: Deed, actor: Actor) -> list[str]:
        """Return new recovery codes, which are never seen again; the ones before are good no more."""
        officer = self._own(deed, actor)
        made = self._recovery(deed, officer)
        self._added(deed, officer, "recovery", but=actor.session)
        return made

    def reset(self, deed: Deed, grant: Grant, name: str) -> list[str]:
        """Take all factors from another officer, who is out at once, and return recovery codes to hand over."""
        officer = officers.read(deed.connection, name, kept=True)
        if grant.permission != RESET:
            message = "Giving another officer new factors is a permission of its own."
            raise Forbidden(message)
        if officer is None or officer.state != "active":
            message = "There is no such officer."
            raise NotFound(message, "`tidewaiter officer list` lists them.")
        by = None if grant.pseudonym is None else grant.pseudonym.hex()
        said = {"officer": officer.pseudonym.hex(), "factors": "reset", "by": by}
        deed.on_event("officer.changed", said | {"approval": grant.approval, "alone": grant.alone})
        self.remove_all(deed, officer)
        self._sessions.end_all(deed, officer.name, why="factors")
        made = self._recovery(deed, officer)
        self._added(deed, officer, "recovery", but=None)
        return made

    # --- passkeys -------------------------------------------------------------------------------------------------

    def passkey_options(self, deed: Deed, actor: Actor) -> str:
        """Return the options with which a browser makes a passkey, as JSON; the answer goes to `add_passkey`."""
        officer = self._own(deed, actor)
        self._room(deed, officer)
        has = [one.credential for one in factors.of(deed.connection, officer.name, "passkey") if one.credential]
        return passkeys.registration(
            self.site,
            officer,
            self.challenge(deed, "register", officer.name),
            has,
            issuer=self._issuer,
            seconds=self._settings.challenge_seconds_max,
        )

    def add_passkey(self, actor: Actor, answer: str, *, label: str = "") -> int:
        """Add the passkey that a browser has made; return the factor's number. Its challenge is used up either way."""
        credential, challenge, _ = passkeys.parse(answer)
        with self._begin() as deed:
            good = self.take_challenge(deed, challenge, "register", actor.officer)
        if not good:
            raise stale()
        made = passkeys.verify_registration(self.site, credential, challenge)
        with self._begin() as deed:
            officer = self._own(deed, actor)
            self._room(deed, officer)
            if factors.by_credential(deed.connection, made.credential) is not None:
                message = "That passkey is registered already."
                raise Conflict(message)
            number = factors.insert(
                deed.connection,
                officer.name,
                "passkey",
                label=shown(label, _LABEL_CHARACTERS_MAX),
                secret=made.public_key,
                now=deed.now,
                credential=made.credential,
                counter=made.count,
            )
            self._added(deed, officer, "passkey", but=actor.session)
        return number

    @property
    def site(self) -> passkeys.Site:
        """Where passkeys are used."""
        return passkeys.site(self._settings.web_origin)

    def challenge(self, deed: Deed, use: str, officer: str | None) -> bytes:
        """Return a new challenge, for one use by one officer, or by whoever answers it."""
        made = secrets.token_bytes(passkeys.CHALLENGE_BYTES)
        factors.trim_challenges(deed.connection, deed.now, CHALLENGES_MAX - 1)
        expires = deed.now + timedelta(seconds=self._settings.challenge_seconds_max)
        factors.insert_challenge(deed.connection, passkeys.digest(made), use, officer, expires)
        return made

    def take_challenge(self, deed: Deed, challenge: bytes, use: str, officer: str | None) -> bool:
        """Use a challenge up, and say whether it was good."""
        there, whose = factors.take_challenge(deed.connection, passkeys.digest(challenge), use, deed.now)
        return there and whose == officer

    # --- verifying ------------------------------------------------------------------------------------------------

    def use_code(self, deed: Deed, officer: Officer, code: str, *, only_recovery: bool = False) -> FactorKind | None:
        """Use a code up, of an app or of those for recovery; return which it was, or None where it is not right."""
        for kept in [] if only_recovery else factors.of(deed.connection, officer.name, "totp"):
            step = codes.totp_step(self._opened(kept, officer), code, deed.now, after=kept.counter)
            if step is not None and factors.use(deed.connection, kept, counter=step, now=deed.now):
                return "totp"
        digest = codes.recovery_digest(code)
        if digest is None or not factors.spend(deed.connection, officer.name, digest):
            return None
        deed.on_event("factor.removed", {"officer": officer.pseudonym.hex(), "factor": "recovery", "why": "used"})
        return "recovery"

    # --- removing -------------------------------------------------------------------------------------------------

    def remove(self, deed: Deed, actor: Actor, number: int) -> None:
        """Remove a factor of the actor's own; other sessions end."""
        officer = self._own(deed, actor)
        kind = next((one.kind for one in self.of(deed.connection, officer.name) if one.id == number), None)
        if kind is None or not factors.remove(deed.connection, officer.name, number):
            message = "You have no such factor."
            raise NotFound(message, "`tidewaiter officer factors` lists them.")
        deed.on_event("factor.removed", {"officer": officer.pseudonym.hex(), "factor": kind, "why": "removed"})
        self._sessions.end_all(deed, officer.name, why="factors", but=actor.session)

    def remove_all(self, deed: Deed, officer: Officer) -> None:
        """Remove every factor of an officer."""
        for kind in sorted({one.kind for one in self.of(deed.connection, officer.name)}):
            factors.remove_all(deed.connection, officer.name, kind)
            deed.on_event("factor.removed", {"officer": officer.pseudonym.hex(), "factor": kind, "why": "all"})

    # --- inside ---------------------------------------------------------------------------------------------------

    @property
    def _issuer(self) -> str:
        """What authenticators call the node."""
        return f"Tidewaiter {self._settings.administration}"

    def _own(self, deed: Deed, actor: Actor) -> Officer:
        """Return the actor, who may change factors of its own: with a second one given recently, where it has any."""
        officer = officers.read(deed.connection, actor.officer, kept=True)
        if officer is None or officer.state != "active" or actor.via == "open":
            message = "Only an officer who is registered has factors."
            raise NotSignedIn(message, "An administrator registers officers: `tidewaiter officer add`.")
        session = None
        if actor.session is not None:
            session, why = self._sessions.alive(deed.connection, actor.session, deed.now)
            if session is None or why:
                message = "The session has ended."
                raise NotSignedIn(message, "Sign in again: `tidewaiter login`.")
        if self.has_second(deed.connection, officer.name) and not (
            session is not None and self._sessions.stepped_up(session, deed.now)
        ):
            message = "Changing factors needs a second factor, given in the last few minutes."
            raise NotSignedIn(message, "Sign in with it: `tidewaiter login`.")
        return officer

    def _room(self, deed: Deed, officer: Officer) -> None:
        """Refuse more factors than anybody needs."""
        if sum(one.factor.kind in SECOND for one in factors.of(deed.connection, officer.name)) >= FACTORS_MAX:
            message = f"An officer has at most {FACTORS_MAX} passkeys and apps for codes."
            raise SettingFault(message, "Remove one that is not used any more.")

    def _recovery(self, deed: Deed, officer: Officer) -> list[str]:
        """Put new recovery codes in place of what there are."""
        factors.remove_all(deed.connection, officer.name, "recovery")
        made = codes.new_recovery(self._settings.recovery_codes)
        for one in made:
            digest = codes.recovery_digest(one)
            assert digest is not None  # noqa: S101 - it was made to be one
            factors.insert(deed.connection, officer.name, "recovery", label="", secret=digest, now=deed.now)
        return made

    def _added(self, deed: Deed, officer: Officer, kind: FactorKind, *, but: bytes | None) -> None:
        """Say that a factor was added, and end the officer's other sessions."""
        deed.on_event("factor.added", {"officer": officer.pseudonym.hex(), "factor": kind})
        self._sessions.end_all(deed, officer.name, why="factors", but=but)

    def _opened(self, kept: Kept, officer: Officer) -> str:
        """Return the secret of an app for codes; it was sealed together with whose it is."""
        plain = self._unseal(kept.secret)
        head = _TOTP + officer.pseudonym
        if not plain.startswith(head):
            message = "A sealed secret is not the one of this officer."
            raise KeyFault(message, "The database was changed by hand, or is of another key store.")
        return plain[len(head) :].decode("ascii")


def stale() -> NotSignedIn:
    """Return the sentence for an answer to a challenge that is not, or is no more."""
    return NotSignedIn("The passkey answered too late, or twice.", "Begin again.")

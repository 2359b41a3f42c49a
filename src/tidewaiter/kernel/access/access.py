"""Decide who may do something now: the one question that every door asks before it lets anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.access._store import officers
from tidewaiter.kernel.access.approvals import GIVE, Approvals
from tidewaiter.kernel.access.factors import Factors
from tidewaiter.kernel.access.model import Actor, Approval, Begin, Deed, Grant, Officer, Seal, Session, digest_of
from tidewaiter.kernel.access.register import Register
from tidewaiter.kernel.access.sessions import SEEN_AGAIN, Sessions, ended
from tidewaiter.kernel.access.signing import SignIn
from tidewaiter.kernel.access.table import Permission, table
from tidewaiter.kernel.errors import Forbidden, NotSignedIn

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Database
    from tidewaiter.kernel.settings import Settings


class Access:
    """Who may do what at a node.

    `begin` begins a transaction of the node with its log, `seal` and `unseal` keep a few bytes under the node's keys.
    Threads may share one.
    """

    def __init__(self, database: Database, settings: Settings, *, begin: Begin, seal: Seal, unseal: Seal) -> None:
        self.table = table()
        self.sessions = Sessions(settings)
        self.factors = Factors(settings, begin, self.sessions, seal=seal, unseal=unseal)
        self.approvals = Approvals(settings, self.table, seal=seal, unseal=unseal)
        self.register = Register(self.table, self.factors, self.sessions, self.approvals)
        self.sign_in = SignIn(settings, begin, self.factors, self.sessions)
        self.begin = begin
        self._database = database

    # --- who asks -------------------------------------------------------------------------------------------------

    def actor_by_token(self, token: str, *, now: datetime) -> Actor:
        """Return whose session it is, and note that it is used; raises NotSignedIn where it has ended."""
        digest = digest_of(token)
        with self._database.reading() as connection:
            session, why = self.sessions.alive(connection, digest, now)
            officer = None if session is None else officers.read(connection, session.officer)
        if session is None or officer is None or officer.state != "active":
            raise ended()
        if why:
            with self.begin() as deed:
                self.sessions.end(deed, session, why=why)
            raise ended()
        if now - session.seen_at >= SEEN_AGAIN:
            with self.begin() as deed:
                self.sessions.touch(deed, session)
        return Actor(officer=session.officer, via="session", session=digest)

    def actor_by_account(self, account: str, *, wanted: str | None = None) -> Actor:
        """Return the officer of an account of the operating system, or the one of several who is wanted.

        Where nobody is registered yet, whoever it is acts. Raises NotSignedIn.
        """
        with self._database.reading() as connection:
            if officers.is_empty(connection):
                return Actor(officer=wanted or account, via="open")
            found = officers.by_account(connection, account)
        if wanted is not None:
            found = [one for one in found if one.name == wanted]
        if not found:
            message = "This account of the operating system is not that officer's." if wanted else _NOBODY
            raise NotSignedIn(message, "Sign in: `tidewaiter login`; or have an administrator register the account.")
        if len(found) > 1:
            message = "This account of the operating system is that of several officers."
            raise NotSignedIn(message, "Say which one acts, with --officer.")
        return Actor(officer=found[0].name, via="account")

    def session_of(self, connection: Connection, actor: Actor, now: datetime) -> Session | None:
        """Return the session that an actor acts by, if it is one and goes on."""
        if actor.session is None:
            return None
        session, why = self.sessions.alive(connection, actor.session, now)
        return None if why else session

    def end_session(self, token: str) -> bool:
        """Sign out: end the session of a token; say whether there was one."""
        with self.begin() as deed:
            session, _ = self.sessions.alive(deed.connection, digest_of(token), deed.now)
            return session is not None and self.sessions.end(deed, session, why="signed out")

    def after_restore(self, deed: Deed) -> None:
        """End every session and withdraw every approval: those of an old copy may have ended or been used since."""
        for one in {session.officer for session in self.sessions.of(deed.connection, None, deed.now)}:
            self.sessions.end_all(deed, one, why="restored")
        self.approvals.withdraw_everything(deed)

    # --- what they may --------------------------------------------------------------------------------------------

    def authorise(
        self,
        actor: Actor | None,
        permission: str,
        *,
        purpose: str | None = None,
        now: datetime,
        deed: Deed | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Grant:
        """Return the grant of a permission; raises NotSignedIn or Forbidden with what is missing and who could.

        What needs four eyes needs `deed`, the transaction in which it is done, and `parameters`: an approval of exactly
        those is used up there. Where the register is empty, everything goes.
        """
        if deed is None:
            with self._database.reading() as connection:
                return self._grant(connection, actor, permission, purpose=purpose, now=now)
        return self._grant(
            deed.connection, actor, permission, purpose=purpose, now=now, deed=deed, parameters=parameters
        )

    def authorise_or_ask(
        self,
        deed: Deed,
        actor: Actor | None,
        permission: str,
        parameters: Mapping[str, Any],
        *,
        purpose: str | None = None,
        reason: str,
    ) -> Grant | Approval:
        """Return the grant; or, where an approval is needed that was not given yet, ask for it and return it.

        The same call with the same parameters goes through once another officer has given it.
        """
        officer, found = self._permit(deed.connection, actor, permission, purpose, deed.now)
        if officer is not None and found.four_eyes:
            grant = self._seen_by_two(deed, officer, permission, parameters, purpose=purpose)
            return grant or self.approvals.ask(deed, officer, permission, parameters, purpose=purpose, reason=reason)
        return _granted(actor, officer, permission, purpose)

    def give(self, deed: Deed, actor: Actor | None, number: int) -> Approval:
        """Give an approval that another officer asked for."""
        return self.approvals.give(deed, self._approver(deed, actor), number)

    def refuse(self, deed: Deed, actor: Actor | None, number: int) -> Approval:
        """Refuse what another officer asked for."""
        return self.approvals.refuse(deed, self._approver(deed, actor), number)

    def withdraw(self, deed: Deed, actor: Actor, number: int) -> Approval:
        """Withdraw what the actor asked for."""
        officer = self._acting(deed.connection, actor, deed.now)
        if officer is None:
            raise ended()
        return self.approvals.withdraw(deed, officer, number)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _grant(
        self,
        connection: Connection,
        actor: Actor | None,
        permission: str,
        *,
        purpose: str | None,
        now: datetime,
        deed: Deed | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Grant:
        """Decide on a connection."""
        officer, found = self._permit(connection, actor, permission, purpose, now)
        if officer is None or not found.four_eyes:
            return _granted(actor, officer, permission, purpose)
        grant = None
        if deed is not None and parameters is not None:
            grant = self._seen_by_two(deed, officer, permission, parameters, purpose=purpose)
        if grant is None:
            holders = ", ".join(sorted(self.table.holders(permission, purpose) & self.table.holders(GIVE)))
            message = f"To {found.does} needs the approval of exactly this by a second officer."
            raise Forbidden(message, f"Ask for it; it can be given by: {holders}.")
        return grant

    def _permit(
        self, connection: Connection, actor: Actor | None, name: str, purpose: str | None, now: datetime
    ) -> tuple[Officer | None, Permission]:
        """Check all that one officer alone needs; no officer is returned where nobody is registered."""
        found = self.table.permission(name)
        if actor is None:
            raise NotSignedIn(_NOBODY, "Sign in: `tidewaiter login`.")
        officer = self._acting(connection, actor, now)
        if officer is None:
            return None, found
        session = self.session_of(connection, actor, now)
        if session is not None and session.limited:
            message = "This session is for setting up factors, and for nothing else."
            raise Forbidden(message, "Set up a second factor, then sign in with it.")
        if not self.table.holds(officer.roles, name):
            message = f"You may not {found.does}."
            raise Forbidden(message, f"That is for: {', '.join(found.may)}.")
        self._check_purpose(officer, name, found, purpose)
        if found.step_up and not (session is not None and self.sessions.stepped_up(session, now)):
            message = f"To {found.does} needs a second factor, given in the last few minutes."
            raise NotSignedIn(message, "Sign in with it: `tidewaiter login`.")
        return officer, found

    def _check_purpose(self, officer: Officer, name: str, found: Permission, purpose: str | None) -> None:
        """Refuse a purpose that is missing, or that is not open to the role that may do it."""
        if purpose is None and not found.purposes:
            return
        open_to = [one for one in found.purposes if self.table.holders(name, one) & frozenset(officer.roles)]
        if purpose is None:
            message = f"To {found.does} needs a purpose."
            raise Forbidden(message, f"Yours may be: {', '.join(open_to) or 'none'}.")
        if purpose not in open_to:
            message = f"You may not {found.does} for the purpose {purpose[:40]!r}."
            raise Forbidden(message, f"Yours may be: {', '.join(open_to) or 'none'}.")

    def _acting(self, connection: Connection, actor: Actor, now: datetime) -> Officer | None:
        """Return the officer as it is now, or None where nobody is registered; raises NotSignedIn."""
        if actor.via == "open":
            if not officers.is_empty(connection):
                raise NotSignedIn(_NOBODY, "Officers are registered by now: `tidewaiter login`.")
            return None
        officer = officers.read(connection, actor.officer)
        if officer is None or officer.state != "active":
            raise ended()
        if actor.via == "session" and self.session_of(connection, actor, now) is None:
            raise ended()
        return officer

    def _approver(self, deed: Deed, actor: Actor | None) -> Officer:
        """Return who may answer what others ask for."""
        officer, _ = self._permit(deed.connection, actor, GIVE, None, deed.now)
        if officer is None:
            message = "Nobody is registered, so nobody can be a second officer."
            raise Forbidden(message, "Register officers: `tidewaiter officer add`.")
        return officer

    def _seen_by_two(
        self,
        deed: Deed,
        officer: Officer,
        name: str,
        parameters: Mapping[str, Any],
        *,
        purpose: str | None,
    ) -> Grant | None:
        """Return the grant where an approval was given, or where nobody else could give one and that will do."""
        used = self.approvals.use(deed, officer, name, parameters, purpose=purpose)
        alone = used is None and self.table.permission(name).alone_if_only
        if used is None and not alone:
            return None
        if alone and self.approvals.could_be_given(deed.connection, officer, name, purpose):
            return None
        return Grant(
            officer=officer.name,
            pseudonym=officer.pseudonym,
            permission=name,
            purpose=purpose,
            approval=None if used is None else used.id,
            alone=alone,
        )


_NOBODY = "Nobody is signed in."


def _granted(actor: Actor | None, officer: Officer | None, permission: str, purpose: str | None) -> Grant:
    """Return a grant that needed nobody else."""
    name = officer.name if officer is not None else "" if actor is None else actor.officer
    pseudonym = None if officer is None else officer.pseudonym
    return Grant(officer=name, pseudonym=pseudonym, permission=permission, purpose=purpose)

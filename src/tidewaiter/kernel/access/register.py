"""Keep the register of officers: who is there, with which roles, and who has left, everywhere at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel.access._store import officers
from tidewaiter.kernel.access.approvals import Approvals
from tidewaiter.kernel.access.factors import Factors
from tidewaiter.kernel.access.model import PSEUDONYM_BYTES, Deed, Grant, Officer, check_name
from tidewaiter.kernel.access.sessions import Sessions
from tidewaiter.kernel.access.table import ADMINISTRATOR, Table
from tidewaiter.kernel.errors import Conflict, Forbidden, NotFound, SettingFault

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

MANAGE = "officer.manage"
LEAVE = "officer.leave"
DISPLAY_CHARACTERS_MAX = 100


class Register:
    """The register. Changes take the grant that lets them, so that none is made without."""

    def __init__(self, table: Table, factors: Factors, sessions: Sessions, approvals: Approvals) -> None:
        self._table, self._factors, self._sessions, self._approvals = table, factors, sessions, approvals

    def is_empty(self, connection: Connection) -> bool:
        """Say whether nobody was ever registered."""
        return officers.is_empty(connection)

    def all(self, connection: Connection) -> list[Officer]:
        """Return every officer by name, those who left too."""
        return officers.read_all(connection)

    def active(self, connection: Connection, name: str) -> Officer:
        """Return an officer who has not left; raises NotFound."""
        found = officers.read(connection, name)
        if found is None or found.state != "active":
            message = "There is no such officer, or the officer has left."
            raise NotFound(message, "`tidewaiter officer list` lists them.")
        return found

    def bootstrap(
        self,
        deed: Deed,
        name: str,
        *,
        account: str | None,
        roles: Iterable[str] = (ADMINISTRATOR,),
        display: str = "",
        pseudonym: bytes | None = None,
    ) -> Officer:
        """Register the first officer, an administrator; raises Conflict where there is one already."""
        officers.lock(deed.connection)
        if not officers.is_empty(deed.connection):
            message = "The register has officers already."
            raise Conflict(message, "An administrator adds more: `tidewaiter officer add`.")
        given = {ADMINISTRATOR, *roles}
        return self._insert(deed, name, given, account=account, display=display, pseudonym=pseudonym, grant=None)

    def add(
        self,
        deed: Deed,
        grant: Grant,
        name: str,
        *,
        roles: Iterable[str],
        account: str | None = None,
        display: str = "",
        pseudonym: bytes | None = None,
    ) -> Officer:
        """Register an officer; a name that somebody had is not given again."""
        _check(grant, MANAGE)
        officers.lock(deed.connection)
        if officers.read(deed.connection, name) is not None:
            message = "An officer of that name is or was registered."
            raise Conflict(message, "Take another name: what the former did stays under it.")
        return self._insert(deed, name, roles, account=account, display=display, pseudonym=pseudonym, grant=grant)

    def change_roles(self, deed: Deed, grant: Grant, name: str, roles: Iterable[str]) -> Officer:
        """Give an officer other roles; the officer's sessions end. Somebody who can manage officers always remains."""
        _check(grant, MANAGE)
        officers.lock(deed.connection)
        officer = self.active(deed.connection, name)
        given = self._table.check_roles(roles)
        if not self._table.holds(given, MANAGE):
            self._check_not_last(deed, officer)
        officers.update(deed.connection, name, roles=given)
        changed = msgspec.structs.replace(officer, roles=given)
        deed.on_event("officer.changed", self._said(changed, grant) | {"before": list(officer.roles)})
        self._sessions.end_all(deed, name, why="roles")
        return changed

    def change_account(self, deed: Deed, grant: Grant, name: str, account: str | None) -> Officer:
        """Give an officer another account of the operating system, or none; the officer's sessions end."""
        _check(grant, MANAGE)
        officers.lock(deed.connection)
        officer = self.active(deed.connection, name)
        officers.update(deed.connection, name, account=account)
        changed = msgspec.structs.replace(officer, account=account)
        deed.on_event("officer.changed", self._said(changed, grant) | {"account": "changed"})
        self._sessions.end_all(deed, name, why="account")
        return changed

    def leave(self, deed: Deed, grant: Grant, name: str) -> Officer:
        """Put an officer out everywhere at once: sessions end, factors go, what was asked or given is withdrawn."""
        _check(grant, LEAVE)
        officers.lock(deed.connection)
        officer = self.active(deed.connection, name)
        self._check_not_last(deed, officer)
        officers.update(deed.connection, name, state="left", left_at=deed.now)
        deed.on_event("officer.left", self._said(officer, grant))
        self._sessions.end_all(deed, name, why="left")
        self._factors.remove_all(deed, officer)
        self._approvals.withdraw_all(deed, officer)
        return msgspec.structs.replace(officer, state="left", left_at=deed.now)

    def _insert(
        self,
        deed: Deed,
        name: str,
        roles: Iterable[str],
        *,
        account: str | None,
        display: str,
        pseudonym: bytes | None,
        grant: Grant | None,
    ) -> Officer:
        """Register an officer, whoever lets it."""
        check_name(name)
        if len(display) > DISPLAY_CHARACTERS_MAX or not (display or name).isprintable():
            message = f"A name to display is at most {DISPLAY_CHARACTERS_MAX} characters that can be printed."
            raise SettingFault(message)
        made = Officer(
            name=name,
            display=display or name,
            roles=self._table.check_roles(roles),
            account=account or None,
            state="active",
            pseudonym=pseudonym or secrets.token_bytes(PSEUDONYM_BYTES),
            added_at=deed.now,
        )
        officers.insert(deed.connection, made)
        deed.on_event("officer.added", self._said(made, grant))
        return made

    def _check_not_last(self, deed: Deed, officer: Officer) -> None:
        """Refuse to lose the last officer who can manage officers."""
        others = [one for one in officers.read_all(deed.connection) if one.name != officer.name]
        if self._table.holds(officer.roles, MANAGE) and not any(
            one.state == "active" and self._table.holds(one.roles, MANAGE) for one in others
        ):
            message = "That is the last officer who can manage officers."
            raise Conflict(message, "Give another officer that role first.")

    def _said(self, officer: Officer, grant: Grant | None) -> dict[str, object]:
        """Return what the log is told of an officer."""
        said: dict[str, object] = {"officer": officer.pseudonym.hex(), "roles": list(officer.roles)}
        if grant is None:
            return said | {"first": True}
        by = None if grant.pseudonym is None else grant.pseudonym.hex()
        return said | {"by": by, "approval": grant.approval, "alone": grant.alone}


def _check(grant: Grant, permission: str) -> None:
    """Refuse a grant that is for something else."""
    if grant.permission != permission:
        message = f"The grant is for {grant.permission}, and this needs {permission}."
        raise Forbidden(message)

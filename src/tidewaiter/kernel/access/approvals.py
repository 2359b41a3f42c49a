"""Have two officers agree on exactly one thing: asked, given by another, used once, or closed.

What is asked for is kept sealed while it can be used, and tied to the approval by a salted hash of its canonical JSON.
Salt and sealed request go when the approval is closed, so that nothing in the table or in the log can be guessed back.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidewaiter.kernel.access._store import approvals, officers
from tidewaiter.kernel.access._store.approvals import OPEN, Kept
from tidewaiter.kernel.access.model import Approval, Deed, Officer, Seal, canonical
from tidewaiter.kernel.access.table import Table
from tidewaiter.kernel.errors import Conflict, Forbidden, KeyFault, NotFound, SettingFault

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.settings import Settings

GIVE: Final = "approval.give"
SALT_BYTES = 32
REASON_CHARACTERS_MAX = 500
REQUEST_BYTES_MAX = 65_536
OPEN_MAX = 100
"""Most approvals that one officer may have open."""

_FORM = b"tidewaiter/approval/v1\0"


class Approvals:
    """The approvals of a node. Who may ask is judged by `Access`; here each step happens once or not at all."""

    def __init__(self, settings: Settings, table: Table, *, seal: Seal, unseal: Seal) -> None:
        self._hours = timedelta(hours=settings.approval_hours_max)
        self._table, self._seal, self._unseal = table, seal, unseal

    def ask(
        self,
        deed: Deed,
        asker: Officer,
        permission: str,
        parameters: Mapping[str, Any],
        *,
        purpose: str | None,
        reason: str,
    ) -> Approval:
        """Ask for an approval of exactly this; what was asked for before and is still open is returned again."""
        request = request_of(permission, purpose, parameters)
        if not reason.strip() or not reason.isprintable() or len(reason) > REASON_CHARACTERS_MAX:
            message = f"An approval is asked for with a reason: one line of at most {REASON_CHARACTERS_MAX} characters."
            raise SettingFault(message, "Say why, without naming people.")
        approvals.expire(deed.connection, deed.now)
        mine = approvals.open_ones(deed.connection, deed.now, asked_by=asker.name)
        for one in mine:
            if _tied(one, request):
                return self._shown(one, deed.now)
        if len(mine) >= OPEN_MAX:
            message = f"You have {OPEN_MAX} approvals open already."
            raise Conflict(message, "Withdraw some: `tidewaiter approval withdraw`.")
        salt = secrets.token_bytes(SALT_BYTES)
        commitment = _commitment(salt, request)
        row = {
            "permission": permission,
            "purpose": purpose,
            "salt": salt,
            "commitment": commitment,
            "sealed": self._seal(_FORM + salt + request),
            "reason": reason,
            "state": "asked",
            "asked_by": asker.name,
            "asked_at": deed.now,
            "expires_at": deed.now + self._hours,
        }
        number = approvals.insert(deed.connection, row)
        said = {"approval": number, "permission": permission, "by": asker.pseudonym.hex(), "reason": reason}
        deed.on_event("approval.asked", said | {"purpose": purpose, "commitment": commitment.hex()})
        return self.read(deed.connection, number, deed.now)

    def give(self, deed: Deed, approver: Officer, number: int) -> Approval:
        """Give an approval that another officer asked for; `read` says what it is for."""
        found = self.read(deed.connection, number, deed.now)
        asker = officers.read(deed.connection, found.asked_by)
        if found.state != "asked" or found.request is None:
            raise _not_open(found)
        if asker is None or asker.state != "active" or not self._other(asker, approver):
            message = "Nobody gives an approval to themselves, nor from the same account."
            raise Forbidden(message, "Another officer, with another account, gives it.")
        self._check_holds(approver, found)
        if not approvals.give(deed.connection, number, approver.name, deed.now):
            raise _not_open(self.read(deed.connection, number, deed.now))
        said = {"approval": number, "permission": found.permission, "by": approver.pseudonym.hex()}
        deed.on_event("approval.given", said)
        return self.read(deed.connection, number, deed.now)

    def refuse(self, deed: Deed, approver: Officer, number: int) -> Approval:
        """Refuse what another officer asked for, also where it was given and not used yet."""
        found = self.read(deed.connection, number, deed.now)
        if found.asked_by == approver.name:
            message = "Nobody refuses what they asked for themselves."
            raise Forbidden(message, f"Withdraw it: `tidewaiter approval withdraw {number}`.")
        self._check_holds(approver, found)
        return self._close(deed, found, "refused", approver, by=approver.name)

    def withdraw(self, deed: Deed, asker: Officer, number: int) -> Approval:
        """Withdraw what the officer asked for itself."""
        found = self.read(deed.connection, number, deed.now)
        if found.asked_by != asker.name:
            message = "Only who asked for an approval withdraws it."
            raise Forbidden(message, f"Refuse it: `tidewaiter approval refuse {number}`.")
        return self._close(deed, found, "withdrawn", asker)

    def withdraw_all(self, deed: Deed, leaver: Officer) -> int:
        """Withdraw what an officer asked for or gave, and is still open; return how many."""
        open_ones = approvals.open_ones(deed.connection, deed.now)
        mine = [one.approval for one in open_ones if leaver.name in {one.approval.asked_by, one.approval.answered_by}]
        for one in mine:
            self._close(deed, one, "withdrawn", leaver)
        return len(mine)

    def withdraw_everything(self, deed: Deed) -> int:
        """Withdraw whatever is open, whoever asked for it; return how many."""
        open_ones = approvals.open_ones(deed.connection, deed.now)
        for one in open_ones:
            self._close(deed, one.approval, "withdrawn", None)
        return len(open_ones)

    def use(
        self, deed: Deed, asker: Officer, permission: str, parameters: Mapping[str, Any], *, purpose: str | None
    ) -> Approval | None:
        """Use up an approval that was given for exactly this, or return None; who gave it must still be able to."""
        request = request_of(permission, purpose, parameters)
        for one in approvals.open_ones(deed.connection, deed.now, asked_by=asker.name):
            if one.approval.state != "given" or not _tied(one, request):
                continue
            giver = officers.read(deed.connection, one.approval.answered_by or "")
            if giver is None or not self._could_give(giver, asker, permission, purpose):
                continue
            if not approvals.close(deed.connection, one.approval.id, was=("given",), becomes="used", now=deed.now):
                continue
            said = {"approval": one.approval.id, "permission": permission, "by": asker.pseudonym.hex()}
            deed.on_event("approval.used", said)
            return msgspec.structs.replace(one.approval, state="used")
        return None

    def read(self, connection: Connection, number: int, now: datetime) -> Approval:
        """Return an approval with what it is for, while it is open; raises NotFound."""
        found = approvals.read(connection, number)
        if found is None:
            message = f"There is no approval {number}."
            raise NotFound(message, "`tidewaiter approval list` lists them.")
        return self._shown(found, now)

    def open_ones(self, connection: Connection, now: datetime) -> list[Approval]:
        """Return what is asked or given, and not used, oldest first."""
        return [self._shown(one, now) for one in approvals.open_ones(connection, now)]

    def newest(self, connection: Connection, now: datetime, *, most: int) -> list[Approval]:
        """Return the newest approvals in whatever state."""
        return [self._shown(one, now) for one in approvals.newest(connection, most)]

    def could_be_given(self, connection: Connection, asker: Officer, permission: str, purpose: str | None) -> bool:
        """Say whether anybody else could give this approval."""
        return any(self._could_give(one, asker, permission, purpose) for one in officers.read_all(connection))

    # --- inside ---------------------------------------------------------------------------------------------------

    def _could_give(self, giver: Officer, asker: Officer, permission: str, purpose: str | None) -> bool:
        """Say whether an officer could give another's approval."""
        able = self._table.holds(giver.roles, GIVE) and bool(
            self._table.holders(permission, purpose) & frozenset(giver.roles)
        )
        return giver.state == "active" and able and self._other(asker, giver)

    def _other(self, asker: Officer, giver: Officer) -> bool:
        """Say whether they are two, as far as names and accounts tell."""
        return asker.name != giver.name and (asker.account is None or asker.account != giver.account)

    def _check_holds(self, approver: Officer, found: Approval) -> None:
        """Refuse an approver who could not do it either."""
        holders = self._table.holders(found.permission, found.purpose)
        if not holders & frozenset(approver.roles):
            message = f"Only who may {self._table.permission(found.permission).does} can answer that."
            raise Forbidden(message, f"That is for: {', '.join(sorted(holders))}.")

    def _close(
        self, deed: Deed, found: Approval, becomes: str, who: Officer | None, *, by: str | None = None
    ) -> Approval:
        """Close an approval that is open."""
        if not approvals.close(deed.connection, found.id, was=OPEN, becomes=becomes, now=deed.now, by=by):
            raise _not_open(self.read(deed.connection, found.id, deed.now))
        whose = None if who is None else who.pseudonym.hex()
        said = {"approval": found.id, "permission": found.permission, "by": whose}
        deed.on_event(f"approval.{becomes}", said)
        return self.read(deed.connection, found.id, deed.now)

    def _shown(self, kept: Kept, now: datetime) -> Approval:
        """Return an approval as it is to be seen: expired where it has, its request opened and held to its hash."""
        found = kept.approval
        if found.state in OPEN and found.expires_at <= now:
            return msgspec.structs.replace(found, state="expired")
        if kept.sealed is None or kept.salt is None or found.state not in OPEN:
            return found
        plain, head = self._unseal(kept.sealed), _FORM + kept.salt
        request = plain[len(head) :]
        if not plain.startswith(head) or not _tied(kept, request):
            message = f"What approval {found.id} is for is not what was asked."
            raise KeyFault(message, "The database was changed by hand; ask anew.")
        return msgspec.structs.replace(found, request=request)


def request_of(permission: str, purpose: str | None, parameters: Mapping[str, Any]) -> bytes:
    """Return the canonical JSON of what an approval is for."""
    made = canonical({"parameters": parameters, "permission": permission, "purpose": purpose})
    if len(made) > REQUEST_BYTES_MAX:
        message = f"What is to be approved has more than {REQUEST_BYTES_MAX:,} bytes."
        raise SettingFault(message, "Do it in parts.")
    return made


def _commitment(salt: bytes, request: bytes) -> bytes:
    """Return what ties an approval to its request."""
    return hashlib.sha256(_FORM + salt + request).digest()


def _tied(kept: Kept, request: bytes) -> bool:
    """Say whether an approval is for this request."""
    return kept.salt is not None and hmac.compare_digest(kept.commitment, _commitment(kept.salt, request))


def _not_open(found: Approval) -> Conflict:
    """Return the sentence for an approval that is in another state by now."""
    return Conflict(
        f"Approval {found.id} is {found.state} already.", "`tidewaiter approval list` says how things stand."
    )

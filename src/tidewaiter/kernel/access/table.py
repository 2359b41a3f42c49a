"""Read the one table of who may do what: roles, purposes, permissions."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from tidewaiter.kernel.errors import Forbidden, SettingFault

FILE = Path(__file__).parent / "permissions.toml"
MACHINE = "machine"
ADMINISTRATOR = "administrator"

Need = Literal["step-up", "four-eyes", "four-eyes-if-any"]


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a read of personal data, or a change, may be for; `meaning` is a sentence."""

    meaning: str = msgspec.field(name="is")
    roles: tuple[str, ...] = ()


class Permission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be done: by which roles, needing what, for which purposes (none: no purpose is asked for)."""

    does: str
    may: tuple[str, ...]
    needs: frozenset[Need] = frozenset()
    purposes: tuple[str, ...] = msgspec.field(default=(), name="for")

    @property
    def step_up(self) -> bool:
        """Whether a recent second factor is needed."""
        return "step-up" in self.needs

    @property
    def four_eyes(self) -> bool:
        """Whether another officer's approval is needed, at least where another could give it."""
        return bool(self.needs & {"four-eyes", "four-eyes-if-any"})

    @property
    def alone_if_only(self) -> bool:
        """Whether it may be done alone where nobody else could approve it."""
        return "four-eyes-if-any" in self.needs


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table."""

    roles: Mapping[str, str]
    purposes: Mapping[str, Purpose]
    permissions: Mapping[str, Permission]

    def permission(self, name: str) -> Permission:
        """Return a permission by its name; one that is not in the table is given to nobody."""
        found = self.permissions.get(name)
        if found is None:
            message = f"There is no permission {name!r}, so nobody has it."
            raise Forbidden(message, "docs/reference/permissions.md lists them.")
        return found

    def holders(self, name: str, purpose: str | None = None) -> frozenset[str]:
        """Return the roles that may do it, for this purpose where one is named."""
        found = self.permission(name)
        if purpose is None:
            return frozenset(found.may)
        known = self.purposes.get(purpose)
        if known is None or purpose not in found.purposes:
            return frozenset()
        return frozenset(found.may) & frozenset(known.roles)

    def holds(self, roles: Collection[str], name: str) -> bool:
        """Say whether one of the roles may do it."""
        return not self.holders(name).isdisjoint(roles)

    def check_roles(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Return roles in the table's order; raises SettingFault where there is none, or one that does not go."""
        given = set(roles)
        unknown = sorted(given - set(self.roles))
        if unknown or not given:
            message = f"There is no role {unknown[0]!r}." if unknown else "An officer has at least one role."
            raise SettingFault(message, f"The roles are: {', '.join(self.roles)}.")
        if MACHINE in given and len(given) > 1:
            message = "A machine has no other role."
            raise SettingFault(message, "Register the program under a name of its own.")
        return tuple(one for one in self.roles if one in given)


@cache
def table() -> Table:
    """Return the table that ships; raises SettingFault where it names what there is not."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Table:
    """Read a table; raises SettingFault where it names what there is not."""
    try:
        found = msgspec.convert(tomllib.loads(text), Table)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        message = f"The table of permissions is wrong: {wrong}."
        raise SettingFault(message) from None
    for name, purpose in found.purposes.items():
        _known(f"the purpose {name}", purpose.roles, found.roles)
    for name, one in found.permissions.items():
        _known(name, one.may, found.roles)
        _known(name, one.purposes, found.purposes)
        for wanted in one.purposes:
            if not found.holders(name, wanted):
                message = f"The table of permissions lets nobody do {name} for {wanted}."
                raise SettingFault(message)
        if one.needs and MACHINE in one.may:
            message = f"The table of permissions asks of a machine what it has not: {name}."
            raise SettingFault(message)
    return found


def _known(where: str, names: Iterable[str], there: Collection[str]) -> None:
    """Refuse a name that is not there."""
    for name in names:
        if name not in there:
            message = f"The table of permissions names {name!r} at {where}, which there is not."
            raise SettingFault(message)

"""Prove that nobody may what the table does not grant, and that the table keeps its promises."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tidewaiter.kernel.access import MACHINE, Actor, Deed, table
from tidewaiter.kernel.access._store import officers
from tidewaiter.kernel.access.manual import page
from tidewaiter.kernel.access.table import FILE, read
from tidewaiter.kernel.errors import Forbidden, NotSignedIn, SettingFault

if TYPE_CHECKING:
    from tests.kernel.access.conftest import House

RAW: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
CHANGES = {"model.activate", "rules.activate", "keys.rotate", "data.shred", "officer.manage", "evidence.disclose"}


def granted(roles: Collection[str], permission: str, purpose: str | None) -> bool:
    """Say whether the file grants it, read without the code under test."""
    row = RAW["permissions"][permission]
    able = set(roles) & set(row["may"])
    if purpose is None:
        return bool(able) and not row.get("for")
    return purpose in row.get("for", ()) and bool(able & set(RAW["purposes"][purpose]["roles"]))


def cases() -> Iterator[tuple[str, str | None]]:
    """Yield every permission with every purpose, with none, and with one that there is not."""
    yield from itertools.product(RAW["permissions"], [None, *RAW["purposes"], "curiosity"])


def judge(house: House, deed: Deed, actor: Actor, permission: str, purpose: str | None) -> str:
    """Return what becomes of a question: granted, or what is missing."""
    try:
        house.access.authorise(actor, permission, purpose=purpose, now=house.now, deed=deed)
    except NotSignedIn:
        return "step-up"
    except Forbidden as no:
        return "four-eyes" if "approval of exactly this" in no.sentence else "no"
    return "yes"


def expected(roles: Collection[str], permission: str, purpose: str | None, *, stepped_up: bool) -> str:
    """Return what the file says becomes of it, for an officer whom nobody else could help."""
    if not granted(roles, permission, purpose):
        return "no"
    needs = RAW["permissions"][permission].get("needs", ())
    if "step-up" in needs and not stepped_up:
        return "step-up"
    return "four-eyes" if "four-eyes" in needs or "four-eyes-if-any" in needs else "yes"


def every_role_may_what_the_table_grants_and_nothing_else(house: House) -> None:
    house.officer("first")
    session = house.acting("first")
    account = Actor(officer="first", via="account")
    alone = [{role} for role in RAW["roles"]]
    pairs = [set(two) for two in itertools.combinations(RAW["roles"], 2) if MACHINE not in two]
    seen = 0
    for roles in [*alone, *pairs]:
        with house.begin() as deed:
            officers.update(deed.connection, "first", roles=sorted(roles))
            for permission, purpose in cases():
                got = judge(house, deed, session, permission, purpose)
                assert got == expected(roles, permission, purpose, stepped_up=True), (roles, permission, purpose)
                if len(roles) == 1:
                    got = judge(house, deed, account, permission, purpose)
                    assert got == expected(roles, permission, purpose, stepped_up=False), (roles, permission, purpose)
                seen += 1
    assert seen == len(RAW["permissions"]) * 10 * (8 + 21)


def a_permission_that_is_not_in_the_table_is_nobodys(house: House) -> None:
    house.officer("first")
    with pytest.raises(Forbidden, match="no permission"):
        house.access.authorise(house.acting("first"), "record.burn", now=house.now)


def no_auditor_changes_anything_and_no_administrator_reads_what_is_personal() -> None:
    reading = {name for name in RAW["permissions"] if name.endswith((".read", ".read-status"))}
    auditors = {name for name, one in table().permissions.items() if "auditor" in one.may}
    assert auditors - reading == {"log.checkpoint"}
    assert not any("administrator" in table().permissions[name].may for name in ("record.read", "record.read-personal"))
    assert "auditor" not in table().permissions["record.read-personal"].may
    assert "trainer" not in table().permissions["record.read"].may


def no_machine_holds_what_needs_a_second_factor_or_a_second_officer() -> None:
    assert [name for name, one in table().permissions.items() if MACHINE in one.may and one.needs] == []


def every_change_that_is_delicate_needs_a_second_factor_and_a_second_officer() -> None:
    assert all(table().permissions[name].step_up and table().permissions[name].four_eyes for name in CHANGES)


def every_four_eyes_can_be_met_by_a_role_that_gives_approvals() -> None:
    found = table()
    for name, one in found.permissions.items():
        for purpose in one.purposes or (None,):
            if one.four_eyes:
                assert found.holders(name, purpose) & found.holders("approval.give"), name


@pytest.mark.parametrize(
    ("roles", "said"),
    [([], "at least one role"), (["king"], "no role 'king'"), (["machine", "auditor"], "no other role")],
)
def no_officer_has_roles_that_do_not_go(roles: list[str], said: str) -> None:
    with pytest.raises(SettingFault, match=said):
        table().check_roles(roles)


@pytest.mark.parametrize(
    "wrong",
    [
        '[roles]\na = "x"\n[purposes]\n[permissions]\n"p" = { does = "x", may = ["b"] }',
        '[roles]\na = "x"\n[purposes]\n[permissions]\n"p" = { does = "x", may = ["a"], needs = ["luck"] }',
        '[roles]\na = "x"\n[purposes]\n[permissions]\n"p" = { does = "x", may = ["a"], for = ["fun"] }',
        (
            '[roles]\na = "x"\nb = "y"\n[purposes]\nfun = { is = "x", roles = ["b"] }\n'
            '[permissions]\n"p" = { does = "x", may = ["a"], for = ["fun"] }'
        ),
        '[roles]\nmachine = "x"\n[purposes]\n[permissions]\np = { does = "x", may = ["machine"], needs = ["step-up"] }',
        "roles = 3",
        "[",
    ],
    ids=["role", "need", "purpose", "nobody", "machine", "shape", "toml"],
)
def a_table_that_contradicts_itself_is_refused(wrong: str) -> None:
    with pytest.raises(SettingFault, match="table of permissions"):
        read(wrong)


def the_page_has_every_permission_role_and_purpose() -> None:
    text = page()
    assert [name for name in RAW["permissions"] if f"| `{name}` |" not in text] == []
    assert [name for name in (*RAW["roles"], *RAW["purposes"]) if f"| {name} |" not in text] == []

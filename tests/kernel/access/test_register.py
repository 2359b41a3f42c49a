"""Prove that officers come, change and leave, everywhere at once, and that somebody always remains."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tidewaiter.kernel.access import Actor
from tidewaiter.kernel.errors import Conflict, Forbidden, NotFound, NotSignedIn, SettingFault, TidewaiterError

if TYPE_CHECKING:
    from tests.kernel.access.conftest import House


def the_first_officer_is_an_administrator_and_only_the_first_comes_without_a_grant(house: House) -> None:
    made = house.officer("first", "auditor")
    assert made.roles == ("auditor", "administrator")
    assert len(made.pseudonym) == 16
    with house.begin() as deed:
        assert not house.access.register.is_empty(deed.connection)
        with pytest.raises(Conflict, match="officers already"):
            house.access.register.bootstrap(deed, "another", account=None)


def an_empty_register_lets_everything_through_and_a_full_one_no_more(house: House) -> None:
    actor = house.access.actor_by_account("root")
    grant = house.access.authorise(actor, "data.shred", now=house.now)
    assert (actor.via, grant.pseudonym) == ("open", None)
    with house.begin() as deed:
        asked = house.access.authorise_or_ask(deed, actor, "keys.rotate", {}, reason="x")
        assert asked.permission == "keys.rotate"
        assert type(asked) is type(grant)
    house.officer("first", account="root")
    with pytest.raises(NotSignedIn):
        house.access.authorise(actor, "queue.read", now=house.now)


def two_first_officers_at_once_are_one(house: House) -> None:
    outcomes: list[str] = []

    def come(name: str) -> None:
        try:
            with house.begin() as deed:
                house.access.register.bootstrap(deed, name, account=None)
            outcomes.append("in")
        except TidewaiterError as error:
            outcomes.append(type(error).__name__)

    some = [threading.Thread(target=come, args=(f"first-{number}",)) for number in range(6)]
    for one in some:
        one.start()
    for one in some:
        one.join()
    assert sorted(outcomes) == ["Conflict"] * 5 + ["in"]


def an_account_is_its_officers_and_several_must_say_which(house: House) -> None:
    house.officer("first", account="kim")
    assert house.access.actor_by_account("kim") == Actor(officer="first", via="account")
    house.officer("second", "auditor", account="kim")
    with pytest.raises(NotSignedIn, match="several"):
        house.access.actor_by_account("kim")
    assert house.access.actor_by_account("kim", wanted="second").officer == "second"
    with pytest.raises(NotSignedIn, match="not that officer's"):
        house.access.actor_by_account("lee", wanted="second")
    with pytest.raises(NotSignedIn, match="Nobody"):
        house.access.actor_by_account("lee")


@pytest.mark.parametrize("name", ["", "Kim", "a b", "a\n", "-a", "x" * 65, "é"])
def no_name_is_taken_that_could_be_confused(house: House, name: str) -> None:
    with pytest.raises(SettingFault, match="name of an officer"):
        house.officer(name)


def no_name_is_given_twice_even_after_its_officer_left(house: House) -> None:
    house.officer("first")
    house.officer("kim", "auditor")
    with pytest.raises(Conflict, match="is or was"):
        house.officer("kim", "auditor")
    house.leave("kim")
    with pytest.raises(Conflict, match="is or was"):
        house.officer("kim", "auditor")


def a_change_needs_the_grant_that_is_for_it(house: House) -> None:
    house.officer("first")
    wrong = house.grant("queue.read")
    register = house.access.register
    with house.begin() as deed:
        for change in (
            lambda: register.add(deed, wrong, "x", roles=["auditor"]),
            lambda: register.change_roles(deed, wrong, "first", ["auditor"]),
            lambda: register.change_account(deed, wrong, "first", "x"),
            lambda: register.leave(deed, wrong, "first"),
            lambda: house.access.factors.reset(deed, wrong, "first"),
        ):
            with pytest.raises(Forbidden):
                change()


def the_last_who_can_manage_officers_stays(house: House) -> None:
    house.officer("first")
    house.officer("kim", "supervisor")
    manage = house.grant("officer.manage")
    with pytest.raises(Conflict, match="last officer"):
        house.leave("first")
    with house.begin() as deed, pytest.raises(Conflict, match="last officer"):
        house.access.register.change_roles(deed, manage, "first", ["auditor"])
    with house.begin() as deed:
        house.access.register.change_roles(deed, manage, "kim", ["administrator"])
    house.leave("first")
    with pytest.raises(Conflict, match="last officer"):
        house.leave("kim")


def two_administrators_who_put_each_other_out_at_once_leave_one(house: House) -> None:
    house.officer("first")
    house.officer("second", "administrator")
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def put_out(name: str) -> None:
        together.wait()
        try:
            house.leave(name)
            outcomes.append("left")
        except TidewaiterError as error:
            outcomes.append(type(error).__name__)

    some = [threading.Thread(target=put_out, args=(name,)) for name in ("first", "second")]
    for one in some:
        one.start()
    for one in some:
        one.join()
    assert sorted(outcomes) == ["Conflict", "left"]
    with house.database.reading() as connection:
        assert [one.state for one in house.access.register.all(connection)].count("active") == 1


def a_leaver_is_out_everywhere_at_once(house: House) -> None:
    house.officer("first", "supervisor")
    house.officer("kim", "supervisor", account="kim")
    first, made = house.acting("first"), house.sign_in("kim")
    kim = house.access.actor_by_token(made.token, now=house.now)
    with house.begin() as deed:
        own = house.access.authorise_or_ask(deed, kim, "rules.activate", {"pack": "a"}, reason="new pack")
        other = house.access.authorise_or_ask(deed, first, "rules.activate", {"pack": "b"}, reason="new pack")
    with house.begin() as deed:
        house.access.give(deed, kim, other.id)  # type: ignore[union-attr]
        codes = house.access.factors.new_recovery(deed, kim)
    house.leave("kim")
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(made.token, now=house.now)
    with pytest.raises(NotSignedIn):
        house.access.authorise(kim, "queue.read", now=house.now)
    with pytest.raises(NotSignedIn):
        house.access.authorise(Actor(officer="kim", via="account"), "queue.read", now=house.now)
    with pytest.raises(NotSignedIn):
        house.access.actor_by_account("kim")
    for code in (house.code("kim"), codes[0]):
        with pytest.raises(NotSignedIn, match="wrong"):
            house.access.sign_in.with_factors("kim", password="gravel otter lantern", code=code)  # noqa: S106 - invented
    with house.database.reading() as connection:
        assert house.access.factors.of(connection, "kim") == []
        assert house.access.sessions.of(connection, "kim", house.now) == []
        states = [house.access.approvals.read(connection, one.id, house.now).state for one in (own, other)]  # type: ignore[union-attr]
        assert states == ["withdrawn", "withdrawn"]
        with pytest.raises(NotFound):
            house.access.register.active(connection, "kim")
    kinds = house.kinds()
    assert kinds.count("officer.left") == 1
    assert kinds.count("approval.withdrawn") == 2
    assert {"session.ended", "factor.removed"} <= set(kinds)


def an_officer_with_other_roles_or_another_account_signs_in_anew(house: House) -> None:
    house.officer("first")
    house.officer("kim", "supervisor")
    manage = house.grant("officer.manage")
    made = house.sign_in("kim")
    with house.begin() as deed:
        house.access.register.change_roles(deed, manage, "kim", ["auditor"])
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(made.token, now=house.now)
    made = house.sign_in("kim")
    with house.begin() as deed:
        assert house.access.register.change_account(deed, manage, "kim", "kim").account == "kim"
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(made.token, now=house.now)
    assert house.kinds().count("officer.changed") == 2


def a_restored_copy_has_no_session_and_no_approval(house: House) -> None:
    house.officer("first", "supervisor")
    made = house.sign_in("first")
    actor = house.access.actor_by_token(made.token, now=house.now)
    with house.begin() as deed:
        asked = house.access.authorise_or_ask(deed, actor, "rules.activate", {"pack": "a"}, reason="new pack")
    with house.begin() as deed:
        house.access.after_restore(deed)
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(made.token, now=house.now)
    with house.database.reading() as connection:
        assert house.access.approvals.read(connection, asked.id, house.now).state == "withdrawn"  # type: ignore[union-attr]


def no_event_names_an_officer(house: House) -> None:
    house.officer("first", "supervisor", account="account-of-first")
    house.acting("first")
    house.officer("kim-of-the-port", "auditor", account="account-of-kim")
    house.enrol("kim-of-the-port")
    house.leave("kim-of-the-port")
    text = repr(house.events)
    assert "kim" not in text
    assert "account-of" not in text
    assert "gravel" not in text

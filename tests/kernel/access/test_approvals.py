"""Prove that four eyes means two officers, exactly one request, once, in time, whoever is first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some

from tidewaiter.kernel.access import Actor, Approval, Grant
from tidewaiter.kernel.access._store.tables import approval as approvals
from tidewaiter.kernel.access.approvals import request_of
from tidewaiter.kernel.access.model import canonical
from tidewaiter.kernel.errors import Conflict, Forbidden, KeyFault, NotFound, NotSignedIn, SettingFault, TidewaiterError

if TYPE_CHECKING:
    from tests.kernel.access.conftest import House

WHAT = "rules.activate"
PACK = {"pack": "ab12", "edition": 3}


class Pair:
    """Two supervisors who have just signed in, and a way to ask."""

    def __init__(self, house: House) -> None:
        self.house = house
        house.officer("first", "supervisor", account="one")
        house.officer("kim", "supervisor", account="two")
        self.first, self.kim = house.acting("first"), house.acting("kim")

    def ask(
        self, actor: Actor, parameters: dict[str, Any] | None = None, *, what: str = WHAT, purpose: str | None = None
    ) -> Grant | Approval:
        """Do it, or ask for it."""
        with self.house.begin() as deed:
            return self.house.access.authorise_or_ask(
                deed, actor, what, PACK if parameters is None else parameters, purpose=purpose, reason="a new pack"
            )

    def asked(self) -> int:
        """Have the first officer ask, and return the number."""
        found = self.ask(self.first)
        assert isinstance(found, Approval)
        return found.id

    def give(self, actor: Actor, number: int) -> Approval:
        """Give."""
        with self.house.begin() as deed:
            return self.house.access.give(deed, actor, number)


@pytest.fixture
def pair(house: House) -> Pair:
    """Give two supervisors."""
    return Pair(house)


def at_once(count: int, act: Callable[[], object]) -> list[str]:
    """Do the same in several threads at once, and return how each ended."""
    outcomes: list[str] = []
    together = threading.Barrier(count)

    def run() -> None:
        together.wait()
        try:
            outcomes.append(type(act()).__name__)
        except TidewaiterError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(outcomes)


def an_approval_is_asked_given_and_used_once(pair: Pair) -> None:
    number = pair.asked()
    assert pair.asked() == number
    given = pair.give(pair.kim, number)
    assert (given.state, given.answered_by, given.request) == ("given", "kim", request_of(WHAT, None, PACK))
    grant = pair.ask(pair.first)
    assert isinstance(grant, Grant)
    assert (grant.approval, grant.alone) == (number, False)
    again = pair.ask(pair.first)
    assert isinstance(again, Approval)
    assert again.id != number
    told = [kind for kind in pair.house.kinds() if kind.startswith("approval.")]
    assert told == ["approval.asked", "approval.given", "approval.used", "approval.asked"]


def the_plain_question_uses_an_approval_up_only_where_something_is_done(pair: Pair) -> None:
    pair.give(pair.kim, pair.asked())
    access, now = pair.house.access, pair.house.now
    with pytest.raises(Forbidden, match="second officer"):
        access.authorise(pair.first, WHAT, now=now)
    with pair.house.begin() as deed:
        assert access.authorise(pair.first, WHAT, now=now, deed=deed, parameters=PACK).approval is not None
    with pair.house.begin() as deed, pytest.raises(Forbidden, match="second officer") as no:
        access.authorise(pair.first, WHAT, now=now, deed=deed, parameters=PACK)
    assert "supervisor" in no.value.remedy


def a_failure_after_it_was_used_gives_the_approval_back(pair: Pair) -> None:
    pair.give(pair.kim, pair.asked())

    full = Conflict("The disk was full.")

    def fail() -> None:
        with pair.house.begin() as deed:
            pair.house.access.authorise_or_ask(deed, pair.first, WHAT, PACK, reason="x")
            raise full

    with pytest.raises(Conflict):
        fail()
    assert isinstance(pair.ask(pair.first), Grant)


@pytest.mark.parametrize(
    "other", [{"pack": "ab12", "edition": 4}, {"pack": "ab13", "edition": 3}, {"pack": "ab12"}, PACK | {"more": None}]
)
def an_approval_is_for_exactly_what_was_asked(pair: Pair, other: dict[str, Any]) -> None:
    pair.give(pair.kim, pair.asked())
    assert isinstance(pair.ask(pair.first, other), Approval)
    assert isinstance(pair.ask(pair.first, what="model.activate"), Approval)
    assert isinstance(pair.ask(pair.first, dict(reversed(PACK.items()))), Grant)


def an_approval_is_for_its_asker_and_its_purpose(pair: Pair) -> None:
    asked = pair.ask(pair.first, what="data.shred", purpose="operation")
    assert isinstance(asked, Approval)
    pair.give(pair.kim, asked.id)
    assert isinstance(pair.ask(pair.kim, what="data.shred", purpose="operation"), Approval)
    assert isinstance(pair.ask(pair.first, what="data.shred", purpose="data-subject-request"), Approval)
    assert isinstance(pair.ask(pair.first, what="data.shred", purpose="operation"), Grant)


def no_officer_approves_what_they_asked_for(pair: Pair) -> None:
    number = pair.asked()
    with pytest.raises(Forbidden, match="themselves"):
        pair.give(pair.first, number)
    with pair.house.begin() as deed, pytest.raises(Forbidden, match="themselves"):
        pair.house.access.refuse(deed, pair.first, number)


def no_approval_comes_from_the_same_account_of_the_operating_system(pair: Pair) -> None:
    pair.house.officer("other-self", "supervisor", account="one")
    other = pair.house.acting("other-self")
    with pytest.raises(Forbidden, match="same account"):
        pair.give(other, pair.asked())


def no_approval_comes_from_who_could_not_do_it_or_may_not_approve(pair: Pair) -> None:
    number = pair.asked()
    for name, role in (("dpo", "data-protection-officer"), ("target", "targeting-officer"), ("audit", "auditor")):
        pair.house.officer(name, role)
        actor = pair.house.acting(name)
        with pytest.raises(Forbidden):
            pair.give(actor, number)
    with pytest.raises(NotSignedIn, match="second factor"):
        pair.give(Actor(officer="kim", via="account"), number)


def an_approval_expires_whether_it_was_given_or_not(pair: Pair) -> None:
    one = pair.asked()
    two = pair.ask(pair.first, {"pack": "cd34"})
    assert isinstance(two, Approval)
    pair.give(pair.kim, two.id)
    pair.house.wait(hours=72)
    first, kim = pair.house.acting("first"), pair.house.acting("kim")
    with pytest.raises(Conflict, match="expired"):
        pair.give(kim, one)
    with pair.house.begin() as deed, pytest.raises(Conflict, match="expired"):
        pair.house.access.refuse(deed, kim, two.id)
    again = pair.ask(first, {"pack": "cd34"})
    assert isinstance(again, Approval)
    assert again.id not in {one, two.id}
    with pair.house.database.reading() as connection:
        rows = connection.execute(sa.select(approvals).where(approvals.c.id != again.id)).mappings().all()
    assert [(row["state"], row["salt"], row["sealed"]) for row in rows] == [("expired", None, None)] * 2


def what_was_asked_for_is_forgotten_when_it_is_closed(pair: Pair) -> None:
    number = pair.asked()
    with pair.house.database.reading() as connection:
        row = connection.execute(sa.select(approvals)).mappings().one()
    assert b"ab12" not in bytes(row["sealed"])
    assert "ab12" not in repr(pair.house.events)
    pair.give(pair.kim, number)
    pair.ask(pair.first)
    with pair.house.database.reading() as connection:
        row = connection.execute(sa.select(approvals)).mappings().one()
        assert pair.house.access.approvals.read(connection, number, pair.house.now).asks == ""
    assert (row["state"], row["salt"], row["sealed"]) == ("used", None, None)


def what_is_refused_or_withdrawn_can_be_given_no_more(pair: Pair) -> None:
    access = pair.house.access
    number = pair.asked()
    pair.give(pair.kim, number)
    with pair.house.begin() as deed:
        assert access.refuse(deed, pair.kim, number).state == "refused"
    with pytest.raises(Conflict, match="refused already"):
        pair.give(pair.kim, number)
    number = pair.asked()
    with pair.house.begin() as deed, pytest.raises(Forbidden, match="Only who asked"):
        access.withdraw(deed, pair.kim, number)
    with pair.house.begin() as deed:
        assert access.withdraw(deed, pair.first, number).state == "withdrawn"
    with pytest.raises(Conflict, match="withdrawn already"):
        pair.give(pair.kim, number)
    with pytest.raises(NotFound):
        pair.give(pair.kim, 999)


def an_approver_who_lost_the_role_has_not_approved(pair: Pair) -> None:
    pair.give(pair.kim, pair.asked())
    with pair.house.begin() as deed:
        pair.house.access.register.change_roles(deed, pair.house.grant("officer.manage"), "kim", ["auditor"])
    asked = pair.ask(pair.first)
    assert isinstance(asked, Approval)
    assert asked.state == "given"


def an_asker_who_lost_the_role_uses_nothing(pair: Pair) -> None:
    pair.give(pair.kim, pair.asked())
    with pair.house.begin() as deed:
        pair.house.access.register.change_roles(deed, pair.house.grant("officer.manage"), "first", ["administrator"])
    first = pair.house.acting("first")
    with pytest.raises(Forbidden, match="You may not"):
        pair.ask(first)


def a_request_that_was_changed_in_the_database_is_noticed(pair: Pair) -> None:
    number = pair.asked()
    with pair.house.database.writing() as connection:
        kept = bytes(connection.execute(sa.select(approvals.c.sealed)).scalar_one())
        connection.execute(approvals.update().values(sealed=kept[:-3] + bytes([kept[-3] ^ 1]) + kept[-2:]))
    with pytest.raises(KeyFault, match="not what was asked"):
        pair.give(pair.kim, number)


def only_one_of_many_uses_an_approval(pair: Pair) -> None:
    pair.give(pair.kim, pair.asked())

    def use() -> Grant:
        with pair.house.begin() as deed:
            return pair.house.access.authorise(pair.first, WHAT, now=pair.house.now, deed=deed, parameters=PACK)

    assert at_once(8, use) == ["Forbidden"] * 7 + ["Grant"]
    assert pair.house.kinds().count("approval.used") == 1


def only_one_of_many_gives_an_approval(pair: Pair) -> None:
    number = pair.asked()
    assert at_once(8, lambda: pair.give(pair.kim, number)) == ["Approval"] + ["Conflict"] * 7
    assert pair.house.kinds().count("approval.given") == 1


def a_refusal_and_a_use_at_once_have_one_outcome(pair: Pair) -> None:
    number = pair.asked()
    pair.give(pair.kim, number)
    turns = iter(["use", "refuse"] * 4)
    lock = threading.Lock()

    def either() -> object:
        with lock:
            turn = next(turns)
        with pair.house.begin() as deed:
            if turn == "use":
                return pair.house.access.authorise(pair.first, WHAT, now=pair.house.now, deed=deed, parameters=PACK)
            return pair.house.access.refuse(deed, pair.kim, number)

    ended = at_once(8, either)
    assert len([one for one in ended if one in {"Grant", "Approval"}]) == 1


def only_where_nobody_else_could_approve_are_officers_managed_alone(house: House) -> None:
    house.officer("first", account="one")
    first = house.acting("first")

    def ask() -> Grant | Approval:
        with house.begin() as deed:
            return house.access.authorise_or_ask(deed, first, "officer.manage", {"add": "x"}, reason="joins")

    alone = ask()
    assert isinstance(alone, Grant)
    assert alone.alone
    house.officer("same-person", "administrator", account="one")
    assert isinstance(ask(), Grant)
    house.officer("second", "administrator", account="two")
    assert isinstance(ask(), Approval)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def no_approval_is_asked_for_without_a_reason(pair: Pair, reason: str) -> None:
    with pair.house.begin() as deed, pytest.raises(SettingFault, match="reason"):
        pair.house.access.authorise_or_ask(deed, pair.first, WHAT, PACK, reason=reason)


@pytest.mark.parametrize("value", [1.5, {1: 2}, 2**53, b"x", {"é": 1}, object(), "\ud800"])
def nothing_is_approved_that_two_could_write_differently(value: object) -> None:
    with pytest.raises(SettingFault):
        canonical({"a": [value]})


plain = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53) + 1, 2**53 - 1) | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(some.characters(max_codepoint=127)), inner),
    max_leaves=10,
)


@given(some.dictionaries(some.text(some.characters(max_codepoint=127)), plain))
def the_order_of_parameters_does_not_matter(parameters: dict[str, Any]) -> None:
    turned = dict(reversed(parameters.items()))
    assert request_of(WHAT, None, parameters) == request_of(WHAT, None, turned)
    assert request_of(WHAT, None, parameters) != request_of(WHAT, "operation", parameters)

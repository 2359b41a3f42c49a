"""Prove that sessions end when they must, and that what is kept of them lets nobody in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tidewaiter.kernel.access import COOKIE, Actor
from tidewaiter.kernel.access._store.tables import session as session_table
from tidewaiter.kernel.errors import Forbidden, NotFound, NotSignedIn

if TYPE_CHECKING:
    from tests.kernel.access.conftest import House


def only_the_hash_of_a_token_is_kept(house: House) -> None:
    house.officer("first")
    made = house.sign_in("first")
    assert len(made.token) >= 43
    assert made.token not in repr(made)
    with house.database.reading() as connection:
        row = connection.execute(sa.select(session_table)).mappings().one()
    assert bytes(row["digest"]) == hashlib.sha256(made.token.encode()).digest()
    assert made.token not in repr(dict(row))
    assert made.token not in repr(house.events)
    assert house.access.actor_by_token(made.token, now=house.now).session == made.session.digest


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\ud800"])
def no_other_token_lets_anybody_in(house: House, token: str) -> None:
    house.officer("first")
    house.sign_in("first")
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(token, now=house.now)


def a_session_that_is_not_used_ends(house: House) -> None:
    house.officer("first", "auditor")
    made = house.sign_in("first")
    house.wait(minutes=29)
    actor = house.access.actor_by_token(made.token, now=house.now)
    house.wait(minutes=29)
    assert house.access.actor_by_token(made.token, now=house.now) == actor
    house.wait(minutes=30)
    with pytest.raises(NotSignedIn):
        house.access.authorise(actor, "log.read", now=house.now)
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(made.token, now=house.now)
    assert house.events[-1][1]["why"] == "idle"
    with house.database.reading() as connection:
        assert connection.execute(sa.select(session_table)).first() is None


def a_session_ends_after_its_time_however_much_it_is_used(house: House) -> None:
    house.officer("first", "auditor")
    made = house.sign_in("first")
    for _ in range(35):
        house.wait(minutes=20)
        house.access.actor_by_token(made.token, now=house.now)
    made = house.access.sign_in.step_up(made.token, house.code("first"))
    house.wait(minutes=20)
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(made.token, now=house.now)
    assert house.events[-1][1]["why"] == "too old"


def a_second_factor_counts_for_a_while_and_stepping_up_changes_the_token(house: House) -> None:
    house.officer("first", "supervisor")
    made = house.sign_in("first")
    actor = house.access.actor_by_token(made.token, now=house.now)
    house.wait(minutes=9, seconds=29)
    house.access.authorise(actor, "approval.give", now=house.now)
    house.wait(seconds=1)  # ten minutes since the code was given
    with pytest.raises(NotSignedIn, match="second factor"):
        house.access.authorise(actor, "approval.give", now=house.now)
    house.access.authorise(actor, "queue.read", now=house.now)
    after = house.access.sign_in.step_up(made.token, house.code("first"))
    assert after.token != made.token
    assert after.session.begun_at == made.session.begun_at
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(made.token, now=house.now)
    with pytest.raises(NotSignedIn):
        house.access.sign_in.step_up(made.token, house.code("first"))
    house.access.authorise(house.access.actor_by_token(after.token, now=house.now), "approval.give", now=house.now)


def a_wrong_code_does_not_step_up_and_the_session_goes_on(house: House) -> None:
    house.officer("first", "supervisor")
    made = house.sign_in("first")
    house.wait(minutes=10)
    with pytest.raises(NotSignedIn, match="code is wrong"):
        house.access.sign_in.step_up(made.token, "000000")
    actor = house.access.actor_by_token(made.token, now=house.now)
    with pytest.raises(NotSignedIn, match="second factor"):
        house.access.authorise(actor, "approval.give", now=house.now)
    assert house.kinds()[-1] == "sign-in.failed"


def what_signs_in_anew_ends_the_session_before(house: House) -> None:
    house.officer("first")
    before = house.sign_in("first")
    after = house.access.sign_in.with_factors(
        "first",
        password="gravel otter lantern",  # noqa: S106 - invented
        code=house.code("first"),
        replacing=before.token,
    )
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(before.token, now=house.now)
    house.access.actor_by_token(after.token, now=house.now)


def what_has_ended_unseen_is_taken_out_when_the_next_session_begins(house: House) -> None:
    house.officer("first")
    old = house.sign_in("first").session
    house.wait(minutes=40)
    new = house.sign_in("first").session
    with house.database.reading() as connection:
        rows = connection.execute(sa.select(session_table.c.digest)).scalars().all()
    assert [bytes(one) for one in rows] == [new.digest]
    said = [one for kind, one in house.events if kind == "session.ended"]
    assert [(one["session"], one["why"]) for one in said] == [(old.id, "idle")]


def a_session_is_listed_and_ended_by_its_id(house: House) -> None:
    house.officer("first")
    house.officer("kim", "auditor")
    first, kim = house.sign_in("first"), house.sign_in("kim")
    with house.database.reading() as connection:
        assert {one.id for one in house.access.sessions.of(connection, None, house.now)} == {
            first.session.id,
            kim.session.id,
        }
    with house.begin() as deed:
        with pytest.raises(NotFound):
            house.access.sessions.end_named(deed, kim.session.id, "first")
        house.access.sessions.end_named(deed, kim.session.id)
    with pytest.raises(NotSignedIn):
        house.access.actor_by_token(kim.token, now=house.now)
    assert house.access.end_session(first.token)
    assert not house.access.end_session(first.token)
    assert "digest" not in first.session.facts()


def an_actor_whose_session_has_ended_may_nothing(house: House) -> None:
    house.officer("first", "auditor")
    made = house.sign_in("first")
    actor = house.access.actor_by_token(made.token, now=house.now)
    house.access.end_session(made.token)
    with pytest.raises(NotSignedIn):
        house.access.authorise(actor, "log.read", now=house.now)
    with pytest.raises(NotSignedIn):
        house.access.authorise(None, "log.read", now=house.now)


def a_limited_session_sets_up_factors_and_nothing_else(house: House) -> None:
    house.officer("first", "auditor")
    own = Actor(officer="first", via="account")
    house.access.factors.set_password(own, "gravel otter lantern")
    made = house.access.sign_in.with_factors("first", password="gravel otter lantern")  # noqa: S106 - invented
    assert made.session.limited
    actor = house.access.actor_by_token(made.token, now=house.now)
    with pytest.raises(Forbidden, match="setting up factors"):
        house.access.authorise(actor, "log.read", now=house.now)
    with house.begin() as deed:
        codes = house.access.factors.new_recovery(deed, actor)
    with pytest.raises(NotSignedIn):
        house.access.sign_in.step_up(made.token, codes[0])


def the_cookie_is_bound_to_its_host_and_hidden_from_scripts() -> None:
    assert str(COOKIE["key"]).startswith("__Host-")
    assert (COOKIE["secure"], COOKIE["httponly"], COOKIE["samesite"], COOKIE["path"]) == (True, True, "strict", "/")
    assert "domain" not in COOKIE

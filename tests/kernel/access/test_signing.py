"""Prove who gets in with which factors, that nothing is good twice, and that guessing is slow."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tidewaiter.kernel.access import Actor, new_totp
from tidewaiter.kernel.access._store import officers
from tidewaiter.kernel.access._store.tables import factor as factors
from tidewaiter.kernel.access._store.tables import wait as waits
from tidewaiter.kernel.access.waits import seconds_after
from tidewaiter.kernel.errors import Conflict, Forbidden, KeyFault, NotFound, NotSignedIn, SettingFault
from tidewaiter.kernel.settings import Settings

if TYPE_CHECKING:
    from tests.kernel.access.conftest import House

PASSWORD = "gravel otter lantern"  # noqa: S105 - invented
WRONG = "gravel otter lanterns"


def both(house: House, *, password: str = PASSWORD, code: str = "", known: bool = False) -> str:
    """Try to sign in, and return how."""
    return house.access.sign_in.with_factors(
        "first", password=password, code=code or house.code("first"), known=known
    ).session.method


@pytest.fixture
def first(house: House) -> House:
    """Give a house with one officer who has a password and an app for codes."""
    house.officer("first", "auditor", account="one")
    house.enrol("first")
    return house


def two_factors_let_one_in_and_each_alone_does_not(first: House) -> None:
    sign_in = first.access.sign_in.with_factors
    assert both(first) == "password+totp"
    first.wait(seconds=30)
    for given in (
        {"password": PASSWORD},
        {"code": first.code("first")},
        {"password": WRONG, "code": first.code("first")},
    ):
        with pytest.raises(NotSignedIn, match="wrong, or one of them"):
            sign_in("first", known=True, **given)
    first.wait(seconds=30)
    with pytest.raises(NotSignedIn, match="wrong, or one of them"):
        both(first, code="000000", known=True)


def an_account_counts_where_it_is_the_officers_and_there_is_no_password(house: House) -> None:
    house.officer("first", "auditor", account="one")
    own = Actor(officer="first", via="account")
    house.secrets["first"] = new_totp()
    with house.begin() as deed:
        house.access.factors.add_totp(deed, own, house.secrets["first"], house.code("first"))
    house.wait(seconds=30)
    sign_in = house.access.sign_in.with_factors
    with pytest.raises(NotSignedIn):
        sign_in("first", code=house.code("first"), account="two")
    made = sign_in("first", code=house.code("first"), account="one")
    assert (made.session.method, made.session.step_up_at) == ("account+totp", house.now)
    house.access.factors.set_password(house.access.actor_by_token(made.token, now=house.now), PASSWORD)
    house.wait(seconds=30)
    with pytest.raises(NotSignedIn):
        sign_in("first", code=house.code("first"), account="one")


def a_code_is_good_once(first: House) -> None:
    code = first.code("first")
    assert both(first, code=code) == "password+totp"
    with pytest.raises(NotSignedIn):
        both(first, code=code)


def a_code_is_good_once_however_many_use_it_at_once(first: House) -> None:
    code, outcomes = first.code("first"), []
    together = threading.Barrier(6)

    def run() -> None:
        together.wait()
        try:
            outcomes.append(both(first, code=code, known=True))
        except NotSignedIn:
            outcomes.append("no")

    threads = [threading.Thread(target=run) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["no"] * 5 + ["password+totp"]


def a_recovery_code_stands_in_for_the_app_once(first: House) -> None:
    actor = first.acting("first")
    with first.begin() as deed:
        made = first.access.factors.new_recovery(deed, actor)
    assert len(made) == 10
    assert both(first, code=made[0].lower()) == "password+recovery"
    with pytest.raises(NotSignedIn):
        both(first, code=made[0])
    with first.database.reading() as connection:
        kept = [bytes(one) for (one,) in connection.execute(sa.select(factors.c.secret))]
    assert not any(made[1].replace("-", "").encode() in one for one in kept)


def every_new_set_of_recovery_codes_ends_the_one_before(first: House) -> None:
    actor = first.acting("first")
    with first.begin() as deed:
        before = first.access.factors.new_recovery(deed, actor)
    with first.begin() as deed:
        first.access.factors.new_recovery(deed, actor)
    with pytest.raises(NotSignedIn):
        both(first, code=before[0])


def a_reset_takes_every_factor_and_a_recovery_code_begins_anew(first: House) -> None:
    session = first.sign_in("first")
    with first.begin() as deed:
        made = first.access.factors.reset(deed, first.grant("factor.reset"), "first")
        with pytest.raises(NotFound):
            first.access.factors.reset(deed, first.grant("factor.reset"), "nobody")
    assert [said["factors"] for kind, said in first.events if kind == "officer.changed"] == ["reset"]
    with pytest.raises(NotSignedIn):
        first.access.actor_by_token(session.token, now=first.now)
    with pytest.raises(NotSignedIn):
        both(first)
    got = first.access.sign_in.with_factors("first", code=made[0])
    assert (got.session.limited, got.session.method) == (True, "recovery")
    actor = first.access.actor_by_token(got.token, now=first.now)
    first.access.factors.set_password(actor, PASSWORD)
    first.secrets["first"] = new_totp()
    with first.begin() as deed:
        first.access.factors.add_totp(deed, actor, first.secrets["first"], first.code("first"))
    first.wait(minutes=20)
    assert both(first) == "password+totp"


def only_a_second_factor_given_recently_lets_factors_be_changed(first: House) -> None:
    account = Actor(officer="first", via="account")
    secret = new_totp()
    actor = first.acting("first")
    first.wait(minutes=10)
    for who in (account, actor):
        with first.begin() as deed:
            with pytest.raises(NotSignedIn, match="second factor"):
                first.access.factors.add_totp(deed, who, secret, "000000")
            with pytest.raises(NotSignedIn, match="second factor"):
                first.access.factors.new_recovery(deed, who)
            with pytest.raises(NotSignedIn, match="second factor"):
                first.access.factors.remove(deed, who, 1)
            with pytest.raises(NotSignedIn, match="second factor"):
                first.access.factors.passkey_options(deed, who)
    with first.begin() as deed, pytest.raises(NotSignedIn, match="registered"):
        first.access.factors.new_recovery(deed, Actor(officer="nobody", via="open"))


def a_password_is_changed_with_the_one_before_and_other_sessions_end(first: House) -> None:
    other = first.sign_in("first")
    made = first.sign_in("first")
    actor = first.access.actor_by_token(made.token, now=first.now)
    with pytest.raises(NotSignedIn, match="current password"):
        first.access.factors.set_password(actor, "slate heron copper", current=WRONG)
    with pytest.raises(SettingFault, match="guessed first"):
        first.access.factors.set_password(actor, "password1234", current=PASSWORD)
    first.access.factors.set_password(actor, "slate heron copper", current=PASSWORD)
    first.access.actor_by_token(made.token, now=first.now)
    with pytest.raises(NotSignedIn):
        first.access.actor_by_token(other.token, now=first.now)
    with pytest.raises(NotSignedIn):
        both(first)
    assert both(first, password="slate heron copper") == "password+totp"  # noqa: S106 - invented


def a_factor_is_removed_by_its_number_and_never_anothers(first: House) -> None:
    first.officer("kim", "auditor")
    kim, actor = first.acting("kim"), first.acting("first")
    with first.database.reading() as connection:
        own = {one.kind: one.id for one in first.access.factors.of(connection, "first")}
    with first.begin() as deed, pytest.raises(NotFound):
        first.access.factors.remove(deed, kim, own["totp"])
    with first.begin() as deed:
        first.access.factors.remove(deed, actor, own["totp"])
    with pytest.raises(NotSignedIn):
        both(first)


def an_apps_first_code_must_be_right(house: House) -> None:
    house.officer("first")
    own = Actor(officer="first", via="account")
    with house.begin() as deed, pytest.raises(NotSignedIn, match="at this moment"):
        house.access.factors.add_totp(deed, own, new_totp(), "000000")


def a_sealed_secret_of_another_officer_is_not_taken(first: House) -> None:
    first.officer("kim", "auditor")
    first.enrol("kim")
    with first.database.writing() as connection:
        of_kim = sa.select(factors.c.secret).where(factors.c.officer == "kim", factors.c.kind == "totp")
        secret = connection.execute(of_kim).scalar_one()
        change = factors.update().where(factors.c.officer == "first", factors.c.kind == "totp")
        connection.execute(change.values(secret=secret))
    with pytest.raises(KeyFault, match="not the one of this officer"):
        both(first, code=first.code("kim"))


def a_password_hashed_with_less_is_hashed_anew_at_sign_in(first: House, make_house: Callable[..., House]) -> None:
    after = make_house(password_memory_kibibytes=128)
    after.secrets = first.secrets
    after.wait(seconds=60)

    def kept() -> bytes:
        with after.database.reading() as connection:
            query = sa.select(factors.c.secret).where(factors.c.kind == "password")
            return bytes(connection.execute(query).scalar_one())

    before = kept()
    assert both(after) == "password+totp"
    assert b"m=128," in kept() != before
    after.wait(seconds=30)
    assert both(after) == "password+totp"


# --- guessing ---------------------------------------------------------------------------------------------------------


def a_wait_doubles_with_every_wrong_try_up_to_a_limit() -> None:
    settings = Settings()
    assert [seconds_after(tries, settings) for tries in range(8)] == [0, 0, 0, 1, 2, 4, 8, 16]
    assert seconds_after(10_000, settings) == 900


def wrong(house: House, *, known: bool = False) -> str:
    """Try a wrong password, and return what to do about it."""
    with pytest.raises(NotSignedIn) as no:
        both(house, password=WRONG, code="000000", known=known)
    return no.value.remedy if "Too many" in no.value.sentence else ""


def a_try_too_soon_is_not_looked_at_and_does_not_lengthen_the_wait(first: House) -> None:
    assert [wrong(first) for _ in range(3)] == ["", "", ""]
    for _ in range(50):
        assert "1 s" in wrong(first)
    with pytest.raises(NotSignedIn, match="Too many"):
        both(first)
    first.wait(seconds=30)
    assert both(first) == "password+totp"
    assert [wrong(first) for _ in range(3)] == ["", "", ""]


def an_officer_is_not_kept_out_by_guesses_from_elsewhere(first: House) -> None:
    for _ in range(12):
        first.wait(seconds=900)
        assert wrong(first) == ""
    with pytest.raises(NotSignedIn, match="Too many"):
        both(first)
    assert both(first, known=True) == "password+totp"
    first.wait(seconds=30)
    made = first.access.sign_in.with_factors("first", password=PASSWORD, code=first.code("first"), account="one")
    assert made.session.method == "password+totp"


def what_was_tried_before_yesterday_is_forgotten(first: House) -> None:
    for _ in range(10):
        first.wait(seconds=900)
        wrong(first)
    first.wait(hours=25)
    assert [wrong(first) for _ in range(3)] == ["", "", ""]


def every_guess_from_an_unknown_place_counts_against_them_all(make_house: Callable[..., House]) -> None:
    house = make_house(sign_in_tries_per_minute_max=5)
    house.officer("first", "auditor", account="one")
    house.enrol("first")
    for number in range(5):
        with pytest.raises(NotSignedIn, match="wrong, or one"):
            house.access.sign_in.with_factors(f"nobody-{number}", password=WRONG)
    with pytest.raises(NotSignedIn, match="Too many"):
        both(house)
    assert both(house, known=True) == "password+totp"
    house.wait(seconds=60)
    assert both(house) == "password+totp"


@pytest.mark.parametrize("name", ["nobody", "", "x" * 10_000, "\ud800", "a\0b", "FIRST"])
def no_answer_tells_whether_a_name_is_registered(first: House, name: str) -> None:
    told = []
    for who in (name, "first"):
        with pytest.raises(NotSignedIn) as no:
            first.access.sign_in.with_factors(who, password=WRONG, code="000000")
        told.append((no.value.sentence, no.value.remedy))
    assert told[0] == told[1]
    if name:
        assert name not in told[0][0] + told[0][1]


def no_table_is_filled_by_names_that_nobody_has(first: House) -> None:
    for number in range(400):
        with pytest.raises(NotSignedIn):
            first.access.sign_in.with_factors(f"nobody-{number}", password=WRONG)
        first.wait(seconds=1)
    with first.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(waits)).scalar_one() <= 257


def every_try_is_counted_before_it_is_looked_at(first: House) -> None:
    told: list[str] = []
    together = threading.Barrier(12)

    def run() -> None:
        together.wait()
        try:
            both(first, password=WRONG, code="000000")
        except NotSignedIn as no:
            told.append("wait" if "Too many tries" in no.sentence else "wrong")

    threads = [threading.Thread(target=run) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["wait"] * 9 + ["wrong"] * 3


def a_wrong_try_is_told_to_the_log_without_a_name(first: House) -> None:
    wrong(first)
    with pytest.raises(NotSignedIn):
        first.access.sign_in.with_factors("nobody", password=WRONG)
    failed = [said for kind, said in first.events if kind == "sign-in.failed"]
    assert [one["factor"] for one in failed] == ["password", "password"]
    assert failed[0]["officer"] is not None
    assert failed[1]["officer"] is None


def an_officer_who_leaves_while_signing_in_is_not_let_in(first: House) -> None:
    first.officer("second", "administrator")
    passwords = first.access.factors.passwords
    plain, code = passwords.verify, first.code("first")

    def meanwhile(kept: bytes | None, password: str) -> bool:
        with first.begin() as deed:  # the state alone, so that it is what keeps the officer out
            officers.update(deed.connection, "first", state="left")
        return plain(kept, password)

    passwords.verify = meanwhile  # type: ignore[method-assign]
    with pytest.raises(NotSignedIn, match="wrong"):
        both(first, code=code)


def two_who_change_the_same_password_at_once_do_not_both_succeed(first: House) -> None:
    made = first.sign_in("first")
    actor = first.access.actor_by_token(made.token, now=first.now)
    plain = first.access.factors.passwords.hash

    def meanwhile(password: str) -> bytes:
        first.access.factors.passwords.hash = plain  # type: ignore[method-assign]
        first.access.factors.set_password(actor, "amber falcon window", current=PASSWORD)
        return plain(password)

    first.access.factors.passwords.hash = meanwhile  # type: ignore[method-assign]
    with pytest.raises(Conflict, match="meanwhile"):
        first.access.factors.set_password(actor, "slate heron copper", current=PASSWORD)


def no_officer_has_factors_without_end(first: House) -> None:
    actor = first.acting("first")
    with first.begin() as deed:
        for _ in range(19):
            secret = first.secrets["more"] = new_totp()
            first.access.factors.add_totp(deed, actor, secret, first.code("more"))
        with pytest.raises(SettingFault, match="at most 20"):
            first.access.factors.add_totp(deed, actor, secret, first.code("more"))
    with pytest.raises(Forbidden):
        first.access.authorise(actor, "officer.leave", purpose="fun", now=first.now)

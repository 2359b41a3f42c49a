"""Type the commands for officers, signing in and approvals, and read what they answer."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from tidewaiter.doors.cli import session
from tidewaiter.kernel.clock import SystemClock
from tidewaiter.kernel.errors import StorageFault
from tidewaiter.kernel.ledger import Ledger

Say = Callable[..., tuple[int, str, str]]
PASSWORD = "gravel otter lantern"  # noqa: S105 - invented


class Desk:
    """A terminal at which officers sit down one after the other, and a clock that moves on between codes."""

    def __init__(self, say: Say, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._say, self._monkeypatch, self._folder = say, monkeypatch, folder
        self.secrets: dict[str, str] = {}
        self._now = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
        monkeypatch.delenv("TIDEWAITER_OFFICER")
        monkeypatch.setattr(SystemClock, "now", lambda _clock: self._now)
        self.sit("kim")

    def sit(self, account: str) -> None:
        """Let the account of the operating system be another."""
        self.account = account
        self._monkeypatch.setenv("XDG_STATE_HOME", str(self._folder / account))
        for place in ("session", "login", "officer"):
            self._monkeypatch.setattr(f"tidewaiter.doors.cli.{place}.account", lambda: account)

    def type(self, *words: str, lines: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """Type a command, and lines that it asks for."""
        self._monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in lines)))
        return self._say(*words)

    def code(self) -> str:
        """Return what the app of the account's officer shows."""
        self._now += timedelta(seconds=30)
        return pyotp.TOTP(self.secrets[self.account]).at(int(self._now.timestamp()))

    def enrol(self) -> None:
        """Set up an app for codes, and sign in with it."""
        self.secrets[self.account] = secret = pyotp.random_base32()
        self._monkeypatch.setattr("tidewaiter.kernel.access.new_totp", lambda: secret)
        code, out, _ = self.type("officer", "totp", lines=(self.code(),))
        assert (code, secret in out) == (0, True)
        self.login()

    def login(self) -> None:
        """Sign in with the account and a code."""
        code, out, err = self.type("login", lines=("", self.code()))
        assert (code, "Signed in as" in out) == (0, True), err


@pytest.fixture
def desk(say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Give a desk at a node whose register is empty."""
    made = Desk(say, monkeypatch, tmp_path)
    assert made.type("init", "--administration", "KR")[0] == 0
    return made


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """Give a desk at a node with two administrators who have signed in; kim sits there."""
    assert desk.type("officer", "add", "kim", "--role", "supervisor", "--reason", "first")[0] == 0
    desk.enrol()
    added = desk.type("officer", "add", "lee", "--role", "administrator", "--account", "lee", "--reason", "second")
    assert added[0] == 0
    desk.sit("lee")
    desk.enrol()
    desk.sit("kim")
    return desk


def the_first_officer_is_of_the_account_that_types(desk: Desk) -> None:
    assert "everything goes" in desk.type("whoami")[1]
    code, out, _ = desk.type("officer", "add", "kim", "--role", "supervisor", "--reason", "first")
    assert (code, "supervisor, administrator" in out) == (0, True)
    facts = json.loads(desk.type("whoami", "--json")[1])
    assert (facts["officer"], facts["via"], facts["session"]) == ("kim", "account", None)
    desk.sit("mallory")
    assert desk.type("whoami")[0] == 21
    assert desk.type("officer", "list")[0] == 21


def no_variable_of_the_environment_makes_one_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    own = session.account()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert session.account() == own != "somebody-else"


def a_session_is_kept_for_its_account_alone_and_ended(staffed: Desk, tmp_path: Path) -> None:
    facts = json.loads(staffed.type("whoami", "--json")[1])
    assert (facts["via"], len(facts["session"])) == ("session", 16)
    kept = next((tmp_path / "kim").rglob("*session*"))
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "Signed out." in staffed.type("logout")[1]
    assert not kept.exists()
    assert json.loads(staffed.type("whoami", "--json")[1])["via"] == "account"
    assert "Nobody was signed in." in staffed.type("logout")[1]


def a_token_that_is_printed_serves_in_the_environment(staffed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    staffed.type("logout")
    code, out, _ = staffed.type("login", "--show-token", lines=("", staffed.code()))
    assert code == 0
    monkeypatch.setenv("TIDEWAITER_SESSION", out.strip())
    assert json.loads(staffed.type("whoami", "--json")[1])["via"] == "session"
    monkeypatch.setenv("TIDEWAITER_SESSION", "nonsense")
    assert staffed.type("whoami")[0] == 21


def two_officers_are_needed_to_register_a_third(staffed: Desk) -> None:
    words = ("officer", "add", "ola", "--role", "auditor", "--reason", "joins")
    code, _, err = staffed.type(*words)
    assert (code, "second officer" in err) == (20, True)
    number = re.search(r"number (\d+)", err)
    assert number is not None
    assert staffed.type("approval", "give", number[1])[0] == 20
    staffed.sit("lee")
    listed = json.loads(staffed.type("approval", "list", "--json")[1])
    assert [one["state"] for one in listed] == ["asked"]
    assert '"name":"ola"' in listed[0]["request"]
    assert "ola" in staffed.type("approval", "list")[1]
    assert staffed.type("approval", "give", number[1])[0] == 0
    staffed.sit("kim")
    assert staffed.type("officer", "add", "ola", "--role", "auditor", "--reason", "joins")[0] == 0
    assert staffed.type(*words)[0] in {11, 20}
    rows = {one["name"]: one for one in json.loads(staffed.type("officer", "list", "--json")[1])}
    assert rows["ola"]["roles"] == ["auditor"]
    assert "ola" in staffed.type("officer", "list")[1]


def what_is_asked_for_is_refused_or_withdrawn(staffed: Desk) -> None:
    assert staffed.type("officer", "roles", "lee", "--role", "auditor", "--reason", "moves")[0] == 20
    assert staffed.type("officer", "account", "lee", "--to", "lee2", "--reason", "moves")[0] == 20
    assert staffed.type("approval", "withdraw", "1")[0] == 0
    staffed.sit("lee")
    assert staffed.type("approval", "refuse", "2")[0] == 0
    states = {one["id"]: one["state"] for one in json.loads(staffed.type("approval", "list", "--all", "--json")[1])}
    assert states == {1: "withdrawn", 2: "refused"}
    assert staffed.type("approval", "list")[1].strip() == "Approvals: none."


def a_leaver_is_out_at_the_next_command(staffed: Desk) -> None:
    assert staffed.type("officer", "leave", "lee")[0] == 0
    staffed.sit("lee")
    assert staffed.type("whoami")[0] == 21
    assert staffed.type("login", lines=("", staffed.code()))[0] == 21


def a_password_is_set_and_needed_from_then_on(staffed: Desk) -> None:
    assert staffed.type("officer", "password", lines=(PASSWORD, "something else"))[0] == 4
    assert staffed.type("officer", "password", lines=(PASSWORD, PASSWORD))[0] == 0
    assert staffed.type("login", lines=("", staffed.code()))[0] == 21
    code, out, _ = staffed.type("login", "kim", lines=(PASSWORD, staffed.code()))
    assert (code, PASSWORD in out) == (0, False)
    kinds = {one["kind"] for one in json.loads(staffed.type("officer", "factors", "--json")[1])}
    assert kinds == {"password", "totp"}
    assert "password" in staffed.type("officer", "factors")[1]


def a_recovery_code_opens_the_door_once(staffed: Desk) -> None:
    code, out, _ = staffed.type("officer", "recovery")
    found = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){5}", out)
    assert (code, len(found)) == (0, 10)
    assert staffed.type("login", lines=("", found[0]))[0] == 0
    assert staffed.type("login", lines=("", found[0]))[0] == 21


def a_factor_is_removed_and_a_session_ended_by_number(staffed: Desk) -> None:
    number = json.loads(staffed.type("officer", "factors", "--json")[1])[0]["id"]
    assert staffed.type("officer", "factors", "--remove", str(number))[0] == 0
    assert "lee" in staffed.type("officer", "sessions", "--all")[1]
    mine = json.loads(staffed.type("officer", "sessions", "--json")[1])
    assert staffed.type("officer", "sessions", "--end", mine[0]["id"])[0] == 0
    assert staffed.type("whoami")[0] == 21


def a_reset_needs_a_second_administrator_and_hands_out_codes(staffed: Desk) -> None:
    words = ("officer", "reset", "lee", "--reason", "lost the phone")
    assert staffed.type(*words)[0] == 20
    staffed.sit("lee")
    assert staffed.type("approval", "give", "1")[0] == 0
    staffed.sit("kim")
    code, out, _ = staffed.type(*words)
    assert code == 0
    recovery = re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){5}", out)
    assert recovery is not None
    staffed.sit("lee")
    assert staffed.type("whoami")[0] == 21
    assert staffed.type("login", lines=("", recovery[0]))[0] == 0


def an_epoch_begins_with_four_eyes_and_an_approval_is_used_up_only_by_what_it_was_given_for(
    staffed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("keys", "rotate", "--reason", "monthly")
    code, _, err = staffed.type(*words)
    assert (code, "number 1" in err) == (20, True)
    assert staffed.type("keys", "status", "--json")[0] == 0
    staffed.sit("lee")
    assert staffed.type("approval", "give", "1")[0] == 0
    staffed.sit("kim")

    def fail(*_: object, **__: object) -> None:
        message = "The disk failed."
        raise StorageFault(message)

    with monkeypatch.context() as patch:  # what it was given for fails before it is done
        patch.setattr(Ledger, "queue", fail)
        assert staffed.type(*words)[0] == 6
    code, out, err = staffed.type(*words)
    assert (code, "Epoch 2 has begun" in out) == (0, True), err
    assert staffed.type(*words)[0] == 20  # once


def a_record_is_shredded_by_two(staffed: Desk, tmp_path: Path) -> None:
    line = {"kind": "Declaration", "lrn": "L1", "parties": [{"role": "importer", "id": "X", "name": "Zzyx"}]}
    (tmp_path / "one.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert staffed.type("receive", "one.jsonl")[0] == 0
    words = ("shred", "record", "L1", "--reason", "asked for", "--yes")
    assert staffed.type(*words, "--purpose", "targeting")[0] == 20
    code, _, err = staffed.type(*words)
    assert (code, "number 1" in err) == (20, True)
    assert "(sealed)" in staffed.type("show", "L1")[1]
    staffed.sit("lee")
    assert staffed.type("approval", "give", "1")[0] == 20  # an administrator may not, whoever asks

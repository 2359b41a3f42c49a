"""Share a node's access with officers, a clock that is set, and a list of what the log is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tidewaiter.kernel.access import ADMINISTRATOR, Access, Actor, Deed, Grant, Officer, SignedIn, new_totp
from tidewaiter.kernel.access import codes as codes_of
from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.db import Database, connect, migrate
from tidewaiter.kernel.settings import Settings

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
PASSWORD = "gravel otter lantern"  # noqa: S105 - invented
KEY = hashlib.sha256(b"a key of the tests").digest()


def flip(data: bytes) -> bytes:
    """Seal or open for tests: no secret, and the same both ways."""
    stream = KEY * (len(data) // len(KEY) + 1)
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))


class House:
    """Access over a database, and short ways to have officers."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.clock = SetClock(NOW)
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.secrets: dict[str, str] = {}
        self.access = Access(database, settings, begin=self.begin, seal=flip, unseal=flip)

    @contextmanager
    def begin(self) -> Iterator[Deed]:
        """Begin a transaction; what the log is told counts once it is committed."""
        told: list[tuple[str, Mapping[str, Any]]] = []
        with self.database.writing() as connection:
            yield Deed(connection, self.clock.now(), lambda kind, said: told.append((kind, said)))
        self.events += told

    @property
    def now(self) -> datetime:
        """The time."""
        return self.clock.now()

    def wait(self, **by: float) -> None:
        """Let time pass."""
        self.clock.move(timedelta(**by))

    def kinds(self) -> list[str]:
        """Return the kinds of what the log was told."""
        return [kind for kind, _ in self.events]

    def grant(self, permission: str) -> Grant:
        """Return a grant as if it had been asked for."""
        return Grant(officer="first", pseudonym=bytes(16), permission=permission, purpose=None)

    def officer(self, name: str, *roles: str, account: str | None = None) -> Officer:
        """Register an officer, the first one as administrator too."""
        with self.begin() as deed:
            if self.access.register.is_empty(deed.connection):
                return self.access.register.bootstrap(deed, name, account=account, roles=roles or (ADMINISTRATOR,))
            grant = self.grant("officer.manage")
            return self.access.register.add(deed, grant, name, roles=roles, account=account)

    def enrol(self, name: str) -> str:
        """Give an officer a password and an app for codes; return the app's secret."""
        actor = Actor(officer=name, via="account")
        self.access.factors.set_password(actor, PASSWORD)
        secret = self.secrets[name] = new_totp()
        with self.begin() as deed:
            self.access.factors.add_totp(deed, actor, secret, self.code(name))
        self.wait(seconds=30)  # the code that was shown is used up
        return secret

    def code(self, name: str) -> str:
        """Return what the officer's app shows now."""
        import pyotp  # noqa: PLC0415 - here alone

        return pyotp.TOTP(self.secrets[name]).at(int(self.now.timestamp()))

    def sign_in(self, name: str) -> SignedIn:
        """Sign an officer in with both factors, and let the code pass."""
        if name not in self.secrets:
            self.enrol(name)
        made = self.access.sign_in.with_factors(name, password=PASSWORD, code=self.code(name))
        self.wait(seconds=codes_of.STEP_SECONDS)
        return made

    def acting(self, name: str) -> Actor:
        """Return an officer who has just signed in."""
        return self.access.actor_by_token(self.sign_in(name).token, now=self.now)

    def leave(self, name: str) -> None:
        """Put an officer out."""
        with self.begin() as deed:
            self.access.register.leave(deed, self.grant("officer.leave"), name)


@pytest.fixture
def house_settings(tmp_path: Path, database_url: str) -> Settings:
    """Give settings under which hashing is quick."""
    return Settings(
        home=str(tmp_path),
        database_url=database_url,
        administration="XX",
        web_origin="https://node.example",
        password_memory_kibibytes=64,
        password_passes=1,
        password_lanes=1,
    )


@pytest.fixture
def make_house(house_settings: Settings) -> Iterator[Callable[..., House]]:
    """Give a way to have access over the test's database, with other settings where they are wanted."""
    import msgspec  # noqa: PLC0415 - here alone

    opened: list[Database] = []

    def make(**others: Any) -> House:
        settings = msgspec.structs.replace(house_settings, **others)
        database = connect(settings)
        opened.append(database)
        migrate(database)
        return House(database, settings)

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    """Give access over an empty database."""
    return make_house()

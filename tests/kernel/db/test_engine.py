"""Prove that the state database keeps what it acknowledges and says its faults as sentences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tidewaiter.kernel.db import connect, head_revision, revision_of
from tidewaiter.kernel.db.engine import connect_to, say_fault
from tidewaiter.kernel.db.tables import fact
from tidewaiter.kernel.errors import NodeFault, StorageFault, TidewaiterError
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import create, start

if TYPE_CHECKING:
    from tidewaiter.node import Node


def a_work_that_fails_leaves_nothing(node: Node) -> None:
    with pytest.raises(ZeroDivisionError), node.work() as work:  # noqa: PT012 - the work and its fault belong together
        work.connection.execute(fact.insert(), {"name": "half", "value": "done"})
        _ = 1 / 0
    assert node.fact("half") is None


def a_commit_is_seen_by_the_next_reader(node: Node) -> None:
    node.note("colour", "blue")
    node.note("colour", "green")
    assert node.fact("colour") == "green"


def a_reader_sees_one_state_while_another_writes(node: Node) -> None:
    node.note("colour", "blue")
    with node.database.reading() as connection:
        query = sa.select(fact.c.value).where(fact.c.name == "colour")
        before = connection.execute(query).scalar_one()
        if node.database.is_sqlite:
            node.note("colour", "green")
            assert connection.execute(query).scalar_one() == before


def a_fresh_node_has_the_newest_tables_and_making_it_again_changes_nothing(settings: Settings) -> None:
    first, new = create(settings)
    identity = first.fact("node_id")
    first.close()
    second, again = create(settings)
    assert (new, again) == (True, False)
    assert second.fact("node_id") == identity
    assert revision_of(second.database) == head_revision()
    second.close()


def a_database_of_a_newer_program_is_refused_and_left_as_it_is(node: Node) -> None:
    with node.database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NodeFault, match="newer Tidewaiter"):
        start(node.settings)
    with pytest.raises(NodeFault, match="newer Tidewaiter"):
        create(node.settings)
    assert revision_of(node.database) == "9999"


def a_folder_without_a_node_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NodeFault, match="no node") as caught:
        start(Settings(home=str(tmp_path / "nowhere")))
    assert "tidewaiter init" in caught.value.remedy


def a_full_database_is_a_storage_fault(tmp_path: Path) -> None:
    node, _ = create(Settings(home=str(tmp_path / "node")))
    with pytest.raises(StorageFault, match="full"), node.work() as work:  # noqa: PT012 - filled up inside the work
        pages = work.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        work.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        work.connection.execute(fact.insert(), {"name": "much", "value": "x" * 1_000_000})
    node.close()


def an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(NodeFault, match="SQLite and PostgreSQL"):
        connect(Settings(database_url="mysql://host/name"))


def _asked(url: str, settings: Settings) -> dict[str, object]:
    """Return what the driver would be asked for, and ask nothing."""
    asked: dict[str, object] = {}
    engine = connect_to(url, settings).engine

    @sa.event.listens_for(engine, "do_connect")
    def _instead(_dialect: object, _record: object, _given: object, named: dict[str, object]) -> None:
        asked.update(named)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.connect()
    return asked


@pytest.mark.parametrize("url", ["postgresql://db.example/x", "postgresql://10.0.0.7/x", "postgresql:///x"])
def a_server_elsewhere_is_spoken_to_over_tls_alone(url: str) -> None:
    asked = _asked(url, Settings())
    assert (asked["sslmode"], asked["sslrootcert"]) == ("verify-full", "system")
    assert _asked(url, Settings(tls_authorities="own.pem"))["sslrootcert"] == "own.pem"


def a_server_on_this_machine_needs_no_tls_and_a_url_may_say_otherwise() -> None:
    for url in ("postgresql://localhost/x", "postgresql://127.0.0.1:5432/x", "postgresql://[::1]/x"):
        assert "sslmode" not in _asked(url, Settings())
    assert _asked("postgresql://db.example/x?sslmode=require", Settings())["sslmode"] == "require"


@pytest.mark.parametrize(
    ("detail", "kind", "word"),
    [
        ("database or disk is full", StorageFault, "full"),
        ("attempt to write a readonly database", StorageFault, "read-only"),
        ("unable to open database file", NodeFault, "cannot be opened"),
        ("database is locked", StorageFault, "Another program"),
        ("file is not a database", StorageFault, "damaged"),
        ("connection refused", NodeFault, "does not answer"),
        ("no such table: record_version", NodeFault, "does not have the tables"),
        ("something else", StorageFault, "something else"),
    ],
)
def a_drivers_fault_becomes_a_sentence(detail: str, kind: type[TidewaiterError], word: str) -> None:
    said = say_fault(detail, "sqlite:///node.sqlite3")
    assert isinstance(said, kind)
    assert word in said.sentence
    assert said.remedy

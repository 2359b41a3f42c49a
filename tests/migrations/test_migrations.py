"""Prove that the migrations lead to the tables that the code speaks to, on every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from tidewaiter import journey
from tidewaiter.kernel import access
from tidewaiter.kernel.db import head_revision, metadata, migrate
from tidewaiter.kernel.db.migrate import _config

if TYPE_CHECKING:
    from tidewaiter.node import Node


def the_migrations_make_the_tables_that_the_code_declares(node: Node) -> None:
    assert journey.STAGES  # the journey knows every stage, and with them every table
    assert access.table().roles  # and access has its own
    with node.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def a_database_that_is_up_to_date_is_left_alone(node: Node) -> None:
    assert migrate(node.database) == (head_revision(), head_revision())


def a_database_of_the_first_revision_goes_up_and_down_with_what_it_holds(node: Node) -> None:
    row = {"sha256": "0" * 64, "name": "old.csv", "format": "csv", "octets": 1, "state": "complete", "readings": 0}
    row |= {"counts": "{}", "officer": "tester", "received_at": "2021-01-01T00:00:00.000000Z"}
    with node.database.writing() as connection:
        names = ", ".join(row)
        sets = ", ".join(f":{name}" for name in row)
        connection.execute(sa.text(f"INSERT INTO record_message ({names}) VALUES ({sets})"), row)
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert "form" not in {one["name"] for one in sa.inspect(connection).get_columns("record_version")}
    assert migrate(node.database) == ("0001", head_revision())
    with node.database.reading() as connection:
        assert connection.execute(sa.text("SELECT name FROM record_message")).scalars().all() == ["old.csv"]
        assert "form" in {one["name"] for one in sa.inspect(connection).get_columns("record_version")}


def the_revisions_are_one_line_without_branches() -> None:
    scripts = ScriptDirectory.from_config(_config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1

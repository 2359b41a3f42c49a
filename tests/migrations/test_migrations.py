"""Prove that the migrations lead to the tables that the code speaks to, on every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from tidewaiter import journey
from tidewaiter.kernel.db import head_revision, metadata, migrate
from tidewaiter.kernel.db.migrate import _config

if TYPE_CHECKING:
    from tidewaiter.node import Node


def the_migrations_make_the_tables_that_the_code_declares(node: Node) -> None:
    assert journey.STAGES  # the journey knows every stage, and with them every table
    with node.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def a_database_that_is_up_to_date_is_left_alone(node: Node) -> None:
    assert migrate(node.database) == (head_revision(), head_revision())


def the_revisions_are_one_line_without_branches() -> None:
    scripts = ScriptDirectory.from_config(_config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1

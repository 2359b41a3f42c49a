"""Bring a database's tables up to date with Alembic, and refuse one from a newer program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from tidewaiter.kernel.errors import NodeFault

if TYPE_CHECKING:
    from tidewaiter.kernel.db.engine import Database

_SCRIPTS = Path(__file__).parent / "migrations"


def _config() -> Config:
    """Return Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config


def head_revision() -> str:
    """Return the revision this program's tables are of."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - the package ships its migrations
    return head


def revision_of(database: Database) -> str | None:
    """Return the revision of the database's tables, or None where there are none."""
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database) -> tuple[str | None, str]:
    """Bring the tables up to date and return (revision before, revision after).

    Raises NodeFault when the database was made by a newer program: its revision is unknown here.
    """
    before = revision_of(database)
    refuse_newer(database, before)
    if before != head_revision():
        with database.writing() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return before, head_revision()


def refuse_newer(database: Database, revision: str | None) -> None:
    """Raise NodeFault when the tables are of a revision this program does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        message = f"{database.place} was made by a newer Tidewaiter (its tables are of revision {revision})."
        raise NodeFault(message, "Install that version or a later one. Nothing was changed.")

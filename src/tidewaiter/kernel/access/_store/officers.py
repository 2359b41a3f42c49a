"""Query the register of officers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tidewaiter.kernel.access._store.tables import officer
from tidewaiter.kernel.access.model import Officer

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping


def lock(connection: Connection) -> None:
    """Let nobody else change the register until this transaction has ended; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {officer.name} IN SHARE ROW EXCLUSIVE MODE")


def is_empty(connection: Connection) -> bool:
    """Say whether nobody was ever registered."""
    return connection.execute(sa.select(officer.c.name).limit(1)).first() is None


def read(connection: Connection, name: str, *, kept: bool = False) -> Officer | None:
    """Return an officer; with `kept`, others cannot change the row before this transaction has ended."""
    query = sa.select(officer).where(officer.c.name == name)
    found = connection.execute(query.with_for_update() if kept else query).mappings().first()
    return None if found is None else _officer(found)


def read_all(connection: Connection) -> list[Officer]:
    """Return every officer by name, those who left too."""
    return [_officer(one) for one in connection.execute(sa.select(officer).order_by(officer.c.name)).mappings()]


def by_account(connection: Connection, account: str) -> list[Officer]:
    """Return the active officers of an account of the operating system, by name."""
    query = sa.select(officer).where(officer.c.account == account, officer.c.state == "active")
    return [_officer(one) for one in connection.execute(query.order_by(officer.c.name)).mappings()]


def insert(connection: Connection, made: Officer) -> None:
    """Register an officer."""
    row: dict[str, Any] = {name: getattr(made, name) for name in made.__struct_fields__}
    connection.execute(officer.insert(), row | {"roles": " ".join(made.roles)})


def update(connection: Connection, name: str, **values: Any) -> bool:
    """Change an active officer; say whether there was one."""
    if "roles" in values:
        values["roles"] = " ".join(values["roles"])
    change = officer.update().where(officer.c.name == name, officer.c.state == "active")
    return connection.execute(change.values(**values)).rowcount == 1


def _officer(row: RowMapping) -> Officer:
    """Read a row."""
    values = dict(row)
    return Officer(**values | {"roles": tuple(row["roles"].split()), "pseudonym": bytes(row["pseudonym"])})

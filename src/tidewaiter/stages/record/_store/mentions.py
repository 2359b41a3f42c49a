"""Query what records mention that other records may mention too, such as a transport document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tidewaiter.stages.record._store.versions import IN_MAX
from tidewaiter.stages.record._tables import mention

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_ONCE = sa.text(
    f"INSERT INTO {mention.name} (scope, value, record_key) VALUES (:scope, :value, :record_key) ON CONFLICT DO NOTHING"
)
"""A mention is kept once, however many versions of the record repeat it; both engines read this alike."""


def insert_mentions(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Note what records mention; what is noted already stays as it is."""
    if rows:
        connection.execute(_ONCE, rows)


def mentioning(connection: Connection, scope: str, values: Collection[str], *, most: int) -> dict[str, list[bytes]]:
    """Return value → keys of the records that mention it; a value that more than `most` mention is left out.

    What so many records mention tells none of them apart: it is a word, not a number.
    """
    found: dict[str, list[bytes]] = {}
    wanted = sorted(values)
    for start in range(0, len(wanted), IN_MAX):
        here = (mention.c.scope == scope) & mention.c.value.in_(wanted[start : start + IN_MAX])
        rare = sa.select(mention.c.value).where(here).group_by(mention.c.value).having(sa.func.count() <= most)
        query = sa.select(mention.c.value, mention.c.record_key).where(
            mention.c.scope == scope, mention.c.value.in_(rare)
        )
        for value, key in connection.execute(query.order_by(mention.c.value, mention.c.record_key)):
            found.setdefault(value, []).append(bytes(key))
    return found

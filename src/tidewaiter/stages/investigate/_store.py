"""Hold the table of outcomes and its queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, Float, Index, Integer, LargeBinary, String, Table, Text

from tidewaiter.kernel.db import metadata
from tidewaiter.stages.investigate.model import Settled

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

outcome = Table(
    "investigate_outcome",
    metadata,
    Column("outcome_key", LargeBinary(16), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("declaration_key", LargeBinary(16)),
    Column("reference", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("item", Integer),
    Column("known_on", String(10)),
    Column("result", String(12), nullable=False),
    Column("control", String(12)),
    Column("selection", String(12)),
    Column("weight", Float),
    Column("revenue", Float),
    Index("ix_investigate_outcome_declaration_key", "declaration_key"),
    Index("ix_investigate_outcome_waiting", "state", "reference"),
)

_IN_MAX = 5_000


def put(connection: Connection, settled: Sequence[Settled]) -> None:
    """Insert outcomes, in place of earlier versions of the same ones."""
    rows = [_row(one) for one in settled]
    if rows:
        keys = [row["outcome_key"] for row in rows]
        connection.execute(outcome.delete().where(outcome.c.outcome_key.in_(keys)))
        connection.execute(outcome.insert(), rows)


def states(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes | None, str]]:
    """Return outcome's key → (version, key of its declaration, state) of those that are kept."""
    found = {}
    columns = (outcome.c.outcome_key, outcome.c.version, outcome.c.declaration_key, outcome.c.state)
    for start in range(0, len(keys), _IN_MAX):
        query = sa.select(*columns).where(outcome.c.outcome_key.in_(keys[start : start + _IN_MAX]))
        for key, version, about, state in connection.execute(query):
            found[bytes(key)] = (version, None if about is None else bytes(about), state)
    return found


def waiting(connection: Connection, references: Sequence[str]) -> list[Settled]:
    """Return the unmatched outcomes that name one of the references."""
    found = []
    for start in range(0, len(references), _IN_MAX):
        some = references[start : start + _IN_MAX]
        query = sa.select(outcome).where(outcome.c.state == "unmatched", outcome.c.reference.in_(some))
        found += [_settled(row) for row in connection.execute(query.order_by(outcome.c.outcome_key)).mappings()]
    return found


def controlled(connection: Connection, keys: Sequence[bytes]) -> list[bytes]:
    """Return those of the declarations' keys that have an outcome."""
    found: list[bytes] = []
    for start in range(0, len(keys), _IN_MAX):
        some = keys[start : start + _IN_MAX]
        query = sa.select(outcome.c.declaration_key).where(outcome.c.declaration_key.in_(some)).distinct()
        found += [bytes(key) for (key,) in connection.execute(query)]
    return found


def of_declaration(connection: Connection, key: bytes) -> list[Settled]:
    """Return the outcomes about a declaration, oldest first."""
    query = sa.select(outcome).where(outcome.c.declaration_key == key).order_by(outcome.c.known_on)
    return [_settled(row) for row in connection.execute(query).mappings()]


def tally(connection: Connection) -> dict[tuple[str, str], int]:
    """Return (state, result) → how many outcomes."""
    query = sa.select(outcome.c.state, outcome.c.result, sa.func.count()).group_by(outcome.c.state, outcome.c.result)
    return {(state, result): count for state, result, count in connection.execute(query)}


def _row(one: Settled) -> dict[str, Any]:
    """Return an outcome's row."""
    row: dict[str, Any] = msgspec.structs.asdict(one)
    row["known_on"] = None if one.known_on is None else one.known_on.isoformat()
    return row


def _settled(row: RowMapping) -> Settled:
    """Read an outcome's row."""
    values = dict(row)
    values["outcome_key"] = bytes(row["outcome_key"])
    values["declaration_key"] = None if row["declaration_key"] is None else bytes(row["declaration_key"])
    values["known_on"] = None if row["known_on"] is None else date.fromisoformat(row["known_on"])
    return Settled(**values)

"""Query what was received from whom: counts of records and findings, and the records' bodies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from tidewaiter.stages.record._store.versions import read_version
from tidewaiter.stages.record._tables import batch, duplicate, finding, message, version
from tidewaiter.stages.record.model import Version
from tidewaiter.stages.validate import Finding

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_SENDER = sa.func.coalesce(version.c.sender, message.c.sender)
_BODIES_AT_A_TIME = 1_000


class Wanted(msgspec.Struct, frozen=True):
    """Which records are asked about: those received since a moment; those of one sender, `""` being nobody's name."""

    since: datetime | None = None
    sender: str | None = None

    def among(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """Restrict a query that joins messages, batches and versions."""
        if self.since is not None:
            query = query.where(batch.c.received_at >= self.since)
        if self.sender is not None:
            query = query.where(sa.func.coalesce(_SENDER, "") == self.sender)
        return query


def tally_of_senders(connection: Connection, wanted: Wanted) -> list[dict[str, Any]]:
    """Return for each sender and kind how many versions came, and how many of them have what is counted.

    The columns after `sender`, `kind` and `records` are counts: `errors`, `amended`, `wrong_codes`, `vague`, `late`.
    An officer's corrections came from no message and are not counted.
    """
    codes = (finding.c.rule.like("COD-%")) & (finding.c.severity == "error")
    vague = finding.c.rule == "XFD-004"
    late = (finding.c.rule == "DAT-003") & finding.c.body.like('%"code":"late"%')
    said = (
        sa.select(
            finding.c.record_key,
            finding.c.version,
            _most(codes).label("wrong_codes"),
            _most(vague).label("vague"),
            _most(late).label("late"),
        )
        .where(codes | vague | late)
        .group_by(finding.c.record_key, finding.c.version)
        .subquery()
    )
    changed = (version.c.version > 1) | version.c.function.in_(("4", "5"))
    query = sa.select(
        _SENDER.label("sender"),
        version.c.kind,
        sa.func.count().label("records"),
        _many(version.c.errors > 0).label("errors"),
        _many(changed).label("amended"),
        sa.func.coalesce(sa.func.sum(said.c.wrong_codes), 0).label("wrong_codes"),
        sa.func.coalesce(sa.func.sum(said.c.vague), 0).label("vague"),
        sa.func.coalesce(sa.func.sum(said.c.late), 0).label("late"),
    )
    query = query.select_from(
        _received().outerjoin(said, (said.c.record_key == version.c.record_key) & (said.c.version == version.c.version))
    )
    rows = connection.execute(wanted.among(query).group_by(_SENDER, version.c.kind)).mappings()
    return [{name: int(value) if name in _COUNTS else value for name, value in row.items()} for row in rows]


_COUNTS = frozenset(("records", "errors", "amended", "wrong_codes", "vague", "late"))


def repetitions_of_senders(connection: Connection, wanted: Wanted) -> list[tuple[str | None, str, int]]:
    """Return (sender, kind, count) of readings that repeated exactly what was kept."""
    joined = (
        duplicate.join(batch, duplicate.c.batch_id == batch.c.id)
        .join(message, batch.c.message_id == message.c.id)
        .join(
            version,
            (version.c.record_key == duplicate.c.record_key) & (version.c.version == duplicate.c.version),
        )
    )
    query = wanted.among(sa.select(_SENDER, version.c.kind, sa.func.count()).select_from(joined))
    return [
        (sender, kind, number) for sender, kind, number in connection.execute(query.group_by(_SENDER, version.c.kind))
    ]


def bodies_of_senders(connection: Connection, wanted: Wanted) -> Iterator[tuple[str | None, str, bytes, str | None]]:
    """Yield (sender, kind, public JSON, hidden fields) of every version that came, without holding them all."""
    query = wanted.among(sa.select(_SENDER, version.c.kind, version.c.body, version.c.hidden).select_from(_received()))
    result = connection.execution_options(yield_per=_BODIES_AT_A_TIME).execute(query)
    for sender, kind, body, hidden in result:
        yield sender, kind, bytes(body), hidden


def rules_of_sender(connection: Connection, wanted: Wanted, *, limit: int) -> list[tuple[str, str, int]]:
    """Return (rule, severity, count) of the findings in what came, the most frequent first."""
    number = sa.func.count().label("number")
    query = wanted.among(sa.select(finding.c.rule, finding.c.severity, number).select_from(_found()))
    query = query.group_by(finding.c.rule, finding.c.severity).order_by(number.desc(), finding.c.rule)
    return [(rule, severity, count) for rule, severity, count in connection.execute(query.limit(limit))]


def example_of_rule(
    connection: Connection, wanted: Wanted, rule: str, severity: str
) -> tuple[Finding, Version, str] | None:
    """Return the newest finding of a rule in what came, with the version it is of and its message's name."""
    columns = (finding.c.body, version.c.record_key, version.c.version, message.c.name)
    query = wanted.among(sa.select(*columns).select_from(_found()))
    query = query.where(finding.c.rule == rule, finding.c.severity == severity).order_by(version.c.id.desc())
    row = connection.execute(query.order_by(finding.c.sequence).limit(1)).first()
    if row is None:
        return None
    body, key, number, name = row
    found = read_version(connection, bytes(key), number)
    return None if found is None else (msgspec.json.decode(body, type=Finding), found, name)


def _received() -> sa.Join:
    """Join versions with the batch and the message that they came in."""
    return version.join(batch, version.c.batch_id == batch.c.id).join(message, batch.c.message_id == message.c.id)


def _found() -> sa.Join:
    """Join findings with the versions that came, and their messages."""
    return (
        finding.join(version, (version.c.record_key == finding.c.record_key) & (version.c.version == finding.c.version))
        .join(batch, version.c.batch_id == batch.c.id)
        .join(message, batch.c.message_id == message.c.id)
    )


def _most(condition: sa.ColumnElement[bool]) -> sa.Function[Any]:
    """Return 1 where the condition holds of any row of a group, else 0."""
    return sa.func.max(sa.case((condition, 1), else_=0))


def _many(condition: sa.ColumnElement[bool]) -> sa.Function[Any]:
    """Count the rows of a group of which the condition holds; what is not known does not hold."""
    return sa.func.sum(sa.case((condition, 1), else_=0))

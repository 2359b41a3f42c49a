"""Queue steps to run after a commit, at least once: claim, run, retry, set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from tidewaiter.kernel.db.tables import outbox_step
from tidewaiter.kernel.errors import StorageFault, TidewaiterError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.clock import Clock
    from tidewaiter.kernel.db.engine import Database
    from tidewaiter.kernel.settings import Settings


CLAIM = timedelta(minutes=10)
"""How long a step stays claimed by a worker that died, on a database that several hosts share."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A queued step: its name, what to do it on, how often it was tried."""

    id: int
    name: str
    payload: Mapping[str, Any]
    attempts: int


class StepState(msgspec.Struct, frozen=True, kw_only=True):
    """How many steps of a name wait, and how many were set aside, with the last reason."""

    name: str
    queued: int
    aside: int
    reason: str | None


class Outbox:
    """Runs queued steps. A step runs at least once: its handler must give the same result when run again."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    def drain(
        self,
        handlers: Sequence[tuple[str, int, Callable[[list[Step]], None]]],
        *,
        progress: Callable[[str, int], None] | None = None,
    ) -> int:
        """Run every due step, name by name in the order given, and return how many ran well.

        A handler is (step name, most steps to hand over at once, function). Steps that fail together are tried one
        by one; a step that fails alone is tried again later, and set aside after `outbox_attempts_max` attempts.
        A full or failing disk (StorageFault) stops the drain and is the caller's to tell.
        """
        done = 0
        for name, most, handler in handlers:
            while steps := self._claim(name, most):
                done += self._run(steps, handler)
                if progress is not None:
                    progress(name, done)
        return done

    def waiting(self) -> int:
        """Return how many steps are queued."""
        query = sa.select(sa.func.count()).select_from(outbox_step).where(outbox_step.c.state == "queued")
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def states(self) -> list[StepState]:
        """Return the steps that wait or were set aside, by name."""
        table = outbox_step
        aside = sa.func.sum(sa.case((table.c.state == "aside", 1), else_=0))
        query = sa.select(table.c.name, sa.func.count(), aside, sa.func.max(table.c.reason)).group_by(table.c.name)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(table.c.name)).all()
        return [StepState(name=n, queued=total - put, aside=put, reason=why) for n, total, put, why in rows]

    def requeue(self) -> int:
        """Queue again what was set aside; return how many."""
        change = (
            outbox_step.update()
            .where(outbox_step.c.state == "aside")
            .values(state="queued", attempts=0, due_at=self._clock.now())
        )
        with self._database.writing() as connection:
            return connection.execute(change).rowcount

    def _claim(self, name: str, most: int) -> list[Step]:
        """Claim the oldest due steps of the name, so that no other worker takes them meanwhile."""
        table, now = outbox_step, self._clock.now()
        due = (
            sa.select(table)
            .where(table.c.state == "queued", table.c.name == name, table.c.due_at <= now)
            .order_by(table.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        with self._database.writing() as connection:
            rows = connection.execute(due).mappings().all()
            claim = table.update().where(table.c.id.in_([row["id"] for row in rows]))
            connection.execute(claim.values(attempts=table.c.attempts + 1, due_at=self._claimed_until(now)))
        return [
            Step(
                id=row["id"],
                name=row["name"],
                payload=msgspec.json.decode(row["payload"]),
                attempts=row["attempts"] + 1,
            )
            for row in rows
        ]

    def _claimed_until(self, now: datetime) -> datetime:
        """Return when a claim ends by itself; on SQLite a lock file keeps other workers out and dies with us."""
        return now if self._database.is_sqlite else now + CLAIM

    def _run(self, steps: list[Step], handler: Callable[[list[Step]], None]) -> int:
        """Run claimed steps; return how many ran well."""
        try:
            handler(steps)
        except StorageFault:
            raise
        except TidewaiterError as error:
            if len(steps) > 1:
                return sum(self._run([step], handler) for step in steps)
            self._put_back(steps[0], error.sentence)
            return 0
        done = outbox_step.delete().where(outbox_step.c.id.in_([step.id for step in steps]))
        with self._database.writing() as connection:
            connection.execute(done)
        return len(steps)

    def _put_back(self, step: Step, reason: str) -> None:
        """Try a failed step again later: after 1, 2, 4 … seconds, or set it aside."""
        wait = min(2 ** (step.attempts - 1), self._settings.outbox_retry_seconds_max)
        state = "aside" if step.attempts >= self._settings.outbox_attempts_max else "queued"
        change = outbox_step.update().where(outbox_step.c.id == step.id)
        later = self._clock.now() + timedelta(seconds=max(wait, 1))
        with self._database.writing() as connection:
            connection.execute(change.values(state=state, due_at=later, reason=reason))


def queue(connection: Connection, name: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Queue a step in the caller's transaction."""
    connection.execute(
        outbox_step.insert(),
        {
            "name": name,
            "payload": msgspec.json.encode(payload).decode(),
            "state": "queued",
            "attempts": 0,
            "queued_at": now,
            "due_at": now,
        },
    )

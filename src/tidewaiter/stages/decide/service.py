"""Plan a day: the riskiest within capacity, a random control share, and the rest flows."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.words import say
from tidewaiter.stages.decide import _store
from tidewaiter.stages.decide.model import Candidate, Decision

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

    from tidewaiter.kernel.db import Work
    from tidewaiter.kernel.settings import Settings

_DRAWS = 2**64


def plan(
    candidates: Sequence[Candidate],
    *,
    share: float,
    per_day_max: int,
    control_share: float,
    seed: str,
    day: date,
    done: int = 0,
) -> list[Decision]:
    """Return a decision for every candidate of a day, the riskiest first. Pure: the same input gives the same plan.

    Capacity is the share of the day's records, rounded up, and at most `per_day_max` where that is above 0; `done`
    controls of the day that were carried out count as records of the day and use capacity. The control share is
    drawn by a keyed hash of the record's key, so that neither the score nor an officer can move it.
    """
    ranked = sorted(candidates, key=lambda one: (-one.probability, -(one.value or 0.0), one.record_key))
    capacity = math.ceil(round(share * (len(ranked) + done), 9))  # 0.07 of 100 is 7, whatever floats say
    if per_day_max > 0:
        capacity = min(capacity, per_day_max)
    room = max(0, capacity - done)
    return [
        _decide(one, rank, inspect=rank <= room, room=room, control_share=control_share, seed=seed, day=day)
        for rank, one in enumerate(ranked, start=1)
    ]


def plan_day(
    work: Work, day: date, candidates: Sequence[Candidate], *, settings: Settings, seed: str
) -> list[Decision]:
    """Plan a day anew and keep the plan; what was carried out stays as it was decided, on whatever day that was."""
    done = {bytes(row["record_key"]): row["action"] for row in _store.done_of_day(work.connection, day)}
    settled = _store.done_among(work.connection, [one.record_key for one in candidates])
    planned = plan(
        [one for one in candidates if one.record_key not in settled],
        share=settings.inspection_share,
        per_day_max=settings.inspections_per_day_max,
        control_share=settings.control_share,
        seed=seed,
        day=day,
        done=sum(action == "inspect" for action in done.values()),
    )
    before = _store.planned_of_day(work.connection, day)
    for one in planned:
        if before.get(one.record_key) != one.action:  # a rank that moves decides nothing
            work.leave("decision.made", _statement(one), about=one.record_key)
    rows = [msgspec.structs.asdict(one) for one in planned]
    for row in rows:
        row["day"] = day.isoformat()
    _store.replace_day(work.connection, day, rows, work.now)
    return planned


def carried_out(work: Work, keys: Sequence[bytes]) -> None:
    """Note that the controls of these records were carried out: they leave the queue and are not planned again."""
    for key in _store.mark_done(work.connection, keys):
        work.leave("decision.done", {"record": key.hex()}, about=key)


def forget(work: Work, keys: Sequence[bytes]) -> None:
    """Drop what is planned for records that were cancelled."""
    for key in _store.drop(work.connection, keys):
        work.leave("decision.dropped", {"record": key.hex()}, about=key)


def planned(
    connection: Connection, *, actions: Sequence[str], since: date | None, until: date | None, limit: int
) -> list[RowMapping]:
    """Return the planned decisions of the days, the riskiest first."""
    return _store.queue(connection, actions=actions, since=since, until=until, limit=limit)


def decided(connection: Connection, *, since: date | None, until: date | None) -> list[RowMapping]:
    """Return every decision of the days, what flows and what was carried out too, by day and rank."""
    return _store.all_of(connection, since=since, until=until)


def counts(connection: Connection, *, since: date | None, until: date | None) -> dict[tuple[str, str], int]:
    """Return (action, state) → how many decisions of the days."""
    return _store.count(connection, since=since, until=until)


def decision_of(connection: Connection, key: bytes) -> RowMapping | None:
    """Return the decision about a record, or None."""
    return _store.read(connection, key)


def _decide(
    one: Candidate, rank: int, *, inspect: bool, room: int, control_share: float, seed: str, day: date
) -> Decision:
    """Return the decision for one ranked candidate."""
    drawn = _draw(seed, one.record_key) < control_share
    if inspect:
        action, reason = "inspect", say("Among the {room} riskiest of its day that can be inspected.", room=room)
    elif drawn:
        action, reason = "control", say("Drawn at random, whatever its score.")
    else:
        action, reason = "release", say("Below what can be inspected on its day, and not drawn at random.")
    return Decision(
        record_key=one.record_key,
        day=day,
        action=action,
        rank=rank,
        probability=one.probability,
        drawn=drawn,
        control_probability=control_share,
        reason=reason,
    )


def _statement(one: Decision) -> dict[str, Any]:
    """Return what the leaf of a decision commits to."""
    return {
        "record": one.record_key.hex(),
        "day": one.day.isoformat(),
        "action": one.action,
        "probability": f"{one.probability:.6f}",
        "drawn": one.drawn,
        "reason": one.reason,
    }


def _draw(seed: str, key: bytes) -> float:
    """Return a number from 0 up to 1 that only the seed and the key decide."""
    digest = hmac.new(seed.encode(), key, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / _DRAWS

"""Keep office hours: when somebody who may act from a moment on does so."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

_OPENS, _CLOSES = 7.5, 17.5
_SATURDAY = 5
_ON_SATURDAY, _AT_NIGHT = 0.4, 0.06
_BACKLOG = 0.5
"""Share of what waited over a weekend that is not done on its first day either."""


def at_work(rng: Random, moment: datetime, hours: float) -> datetime:
    """Return when a clerk acts who could from the moment on; `hours` is the place's offset from UTC.

    Mostly within the next office hours, in some cases on a Saturday or at night, to the second.
    """
    if rng.random() < _AT_NIGHT:
        return moment.replace(microsecond=0) + timedelta(seconds=rng.randrange(7200))
    local = moment + timedelta(hours=hours)
    clock = local.hour + local.minute / 60
    if clock >= _CLOSES - 0.5:
        local = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    while local.weekday() > _SATURDAY or (local.weekday() == _SATURDAY and rng.random() > _ON_SATURDAY):
        local = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if local.weekday() == 0:
            while rng.random() < _BACKLOG and local.weekday() < _SATURDAY - 1:
                local += timedelta(days=1)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    earliest = max(_OPENS * 3600, (local - midnight).total_seconds())
    acts = earliest + (_CLOSES * 3600 - earliest) * rng.betavariate(1.4, 2.2)
    return midnight + timedelta(seconds=int(acts)) - timedelta(hours=hours)

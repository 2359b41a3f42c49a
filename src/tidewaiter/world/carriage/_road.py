"""Drive between terminals, ports and borders: by day, with waits at borders, a lorry for each slot."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from random import Random

from tidewaiter.world.carriage._carriers import hauliers, plate
from tidewaiter.world.geography import COUNTRIES, road, road_km
from tidewaiter.world.model import ROAD, Carrier, Leg, Means

SLOT = timedelta(minutes=5)
"""Lorries leave a place for another at most one every so long."""

_EPOCH = datetime(2020, 1, 6, tzinfo=UTC)
_LOADING = timedelta(hours=3)
_DAWN, _DUSK = 5.5, 20.0
"""Hours of the day, by the clock of the country left, between which lorries drive."""
_SPEEDS = (45.0, 60.0)
"""Slowest and fastest trip, in kilometres an hour at the wheel."""
_PLANNED_SPEED = 52.0
_QUEUE_HOURS, _QUEUE_SPREAD, _QUEUE_HOURS_MAX = 5.0, 0.8, 72.0
"""Median wait at a border, the standard deviation of its logarithm, and the longest wait."""
_LEGS_MAX = 50_000
"""Trips kept for those who ask again."""
_FLEET = 20 * 288
"""Lorries of a way: one is seen there again after so many slots, 20 days, when it has long been back."""
_NUMBERS = 10**9
"""Numbers that the lorries of a way are drawn from."""


class Roads:
    """The hauliers of a world and their trips; legs are shared by all who load in one slot."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._hauliers: dict[str, tuple[Carrier, ...]] = {}
        self._legs: dict[tuple[str, str, int], Leg] = {}

    def hauliers(self, country: str) -> tuple[Carrier, ...]:
        """Return a country's hauliers."""
        if country not in self._hauliers:
            self._hauliers[country] = hauliers(self._seed, country, COUNTRIES[country].language)
        return self._hauliers[country]

    def way(self, origin: str, destination: str, ready: datetime) -> list[Leg]:
        """Return the trip of the next lorry; raises KeyError where no road leads there."""
        if origin == destination:
            return []
        slot = -((_EPOCH - self._leaves(origin, ready)) // SLOT)
        key = origin, destination, slot
        found = self._legs.get(key)
        if found is None:
            if len(self._legs) >= _LEGS_MAX:
                self._legs.clear()
            found = self._legs[key] = self._drive(origin, destination, slot)
        return [found]

    def _leaves(self, origin: str, ready: datetime) -> datetime:
        """Return when goods that are ready leave: loaded, and by day; those of a night leave over the morning."""
        leaves = ready + _LOADING
        dawn = _dawn(leaves, COUNTRIES[origin[:2]].hours)
        if leaves < dawn:
            leaves = dawn + timedelta(minutes=int(ready.timestamp()) // 60 * 7919 % 300)
        return leaves

    def _drive(self, origin: str, destination: str, slot: int) -> Leg:
        """Make the trip of the lorry of a slot."""
        rng = Random(f"{self._seed}/road/{origin}/{destination}/{slot}")  # noqa: S311 - an invented world, not a secret
        departs = _EPOCH + slot * SLOT
        hours = COUNTRIES[origin[:2]].hours
        carrier, country, plate_of = self._lorry(origin, destination, slot % _FLEET)
        speed = rng.uniform(*_SPEEDS)
        clock, due, gone, crossings = departs, departs, 0.0, []
        for crossing in road(origin, destination):
            clock, due = (
                _at_the_wheel(clock, crossing.km - gone, speed, hours),
                _at_the_wheel(due, crossing.km - gone, _PLANNED_SPEED, hours),
            )
            gone = crossing.km
            wait = min(rng.lognormvariate(math.log(_QUEUE_HOURS), _QUEUE_SPREAD), _QUEUE_HOURS_MAX)
            clock += timedelta(minutes=round(wait * 60))
            due += timedelta(hours=_QUEUE_HOURS)
            crossings.append((crossing.left.office, crossing.entered.office, clock))
        left = road_km(origin, destination) - gone
        return Leg(
            carrier=carrier,
            means=Means(ROAD, plate_of, "PLATE", "", country),
            voyage=f"{carrier.code}{departs:%y%m%d%H%M}",
            origin=origin,
            destination=destination,
            departs=departs,
            arrives=_at_the_wheel(clock, left, speed, hours),
            due=_at_the_wheel(due, left, _PLANNED_SPEED, hours),
            crossings=tuple(crossings),
        )

    def _lorry(self, origin: str, destination: str, place: int) -> tuple[Carrier, str, str]:
        """Return one of the lorries of a way: its haulier, country and plate, always the same."""
        text = f"{self._seed}/lorries/{origin}/{destination}"
        first = Random(text).randrange(_NUMBERS)  # noqa: S311 - an invented world, not a secret
        rng = Random(f"{text}/{place}")  # noqa: S311 - as above
        country = rng.choice((origin[:2], destination[:2]))
        return rng.choice(self.hauliers(country)), country, plate(country, first + place)


def _dawn(when: datetime, hours: float) -> datetime:
    """Return the moment itself by day; by night, the dawn after it."""
    local = when + timedelta(hours=hours)
    hour = local.hour + local.minute / 60
    if _DAWN <= hour < _DUSK:
        return when
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=hour >= _DUSK, hours=_DAWN - hours)


def _at_the_wheel(when: datetime, km: float, speed: float, hours: float) -> datetime:
    """Return when so many kilometres are driven, by day only, rounded to a minute."""
    left = km / speed
    while left > 0:
        when = _dawn(when, hours)
        local = when + timedelta(hours=hours)
        today = min(left, _DUSK - local.hour - local.minute / 60 - local.second / 3600)
        left -= today
        when += timedelta(hours=max(today, 1 / 60))
    return when.replace(second=0, microsecond=0)

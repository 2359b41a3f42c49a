"""Run the ships of a sea service around its ports, week by week, late as ships are."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random

from tidewaiter.world.carriage._carriers import sea_carriers, ships
from tidewaiter.world.geography import sea_km
from tidewaiter.world.model import Carrier, Means

ANCHOR = datetime(2020, 1, 6, tzinfo=UTC)
"""A Monday; moments within are minutes since then, so that a service runs alike whenever a world begins."""

WEEK = 7 * 24 * 60
"""Minutes between the sailings of a service."""

HUBS = frozenset(
    (
        "SGSIN",
        "MYPKG",
        "MYTPP",
        "LKCMB",
        "AEJEA",
        "OMSLL",
        "SAJED",
        "EGPSD",
        "GRPIR",
        "ITGIT",
        "MAPTM",
        "ESALG",
        "NLRTM",
        "BEANR",
        "DEHAM",
        "PAMIT",
        "PABLB",
        "COCTG",
        "KRPUS",
        "CNSGH",
        "HKHKG",
        "TGLFW",
        "ZADUR",
        "BRSSZ",
        "USNYC",
    )
)
"""Ports where boxes change ships."""

_STAY_HOURS, _HUB_STAY_HOURS = 22, 34
"""How long a ship stays in a port."""
_BUFFER_MINUTES = 36 * 60
"""What a round trip has to spare, at least."""
_CATCH_UP = 0.08
"""Share of a passage's time that a late ship makes good."""
_LATE_HOURS, _LATE_SPREAD = 2.5, 1.1
"""Median of how late a ship becomes on the way to a port, and the standard deviation of its logarithm."""
_STORM_SHARE, _STORM_HOURS = 0.05, 60.0
"""How often it is held up for longer, and for how long at most."""
SKIPPED_SHARE = 0.012
"""How often a ship passes a port by because of the weather."""
_ROUNDS = 1_000
"""Voyage numbers begin anew after so many rounds."""


@dataclass(frozen=True, slots=True)
class Sailing:
    """One round of one ship: arrivals and departures of its calls in minutes since `ANCHOR`, and what it passes by."""

    arrives: tuple[int, ...]
    departs: tuple[int, ...]
    skipped: tuple[bool, ...]


@dataclass(slots=True, eq=False)
class Service:
    """A weekly service around ports: outward calls, then homeward calls, then outward again.

    `arrives` and `departs` are minutes from the start of a round, as planned, with the first arrival at 0; `feeds` says
    for each call at which later call boxes are discharged when it is passed by, or None where it never is.
    """

    code: str
    carrier: Carrier
    ports: tuple[str, ...]
    outward: int
    letters: tuple[str, str]
    arrives: tuple[int, ...]
    departs: tuple[int, ...]
    passages: tuple[int, ...]
    rounds: int
    spare: int
    seed: str
    phase: int
    first_round: int
    fleet: list[Means] = field(default_factory=list)
    feeds: list[int | None] = field(default_factory=list)
    _sailings: dict[int, Sailing] = field(default_factory=dict)

    def planned(self, week: int, call: int) -> tuple[int, int]:
        """Return the planned arrival and departure of a call; calls past the last are those of the next round."""
        again, place = divmod(call, len(self.ports))
        start = self.phase + (week + again * self.rounds) * WEEK
        return start + self.arrives[place], start + self.departs[place]

    def actual(self, week: int, call: int) -> tuple[int, int]:
        """Return the arrival and departure of a call as they happened."""
        again, place = divmod(call, len(self.ports))
        sailing = self.sailing(week + again * self.rounds)
        return sailing.arrives[place], sailing.departs[place]

    def passed_by(self, week: int, call: int) -> bool:
        """Say whether the ship passed the call by."""
        again, place = divmod(call, len(self.ports))
        return self.sailing(week + again * self.rounds).skipped[place]

    def ship(self, week: int) -> Means:
        """Return the ship that sails in a week."""
        return self.fleet[week % self.rounds]

    def voyage(self, week: int, call: int) -> str:
        """Return the number of the voyage that a call belongs to, for example 012W."""
        again, place = divmod(call, len(self.ports))
        count = (week // self.rounds + again + self.first_round) % _ROUNDS
        return f"{count:03d}{self.letters[place >= self.outward]}"

    def sailing(self, week: int) -> Sailing:
        """Return the round that begins in a week."""
        found = self._sailings.get(week)
        if found is None:
            found = self._sailings[week] = self._sail(week)
        return found

    def _sail(self, week: int) -> Sailing:
        """Let a ship go round: held up here and there, it makes good what it can, and is back in time to begin anew."""
        rng = Random(f"{self.seed}/sailing/{self.code}/{week}")  # noqa: S311 - an invented world, not a secret
        start = self.phase + week * WEEK
        made_good = [round(passage * _CATCH_UP) for passage in self.passages]
        ahead = self.spare + sum(made_good)
        late, arrives, departs, skipped = 0, [], [], []
        for call in range(len(self.ports)):
            ahead -= made_good[call]
            held = rng.lognormvariate(math.log(_LATE_HOURS), _LATE_SPREAD)
            if rng.random() < _STORM_SHARE:
                held += rng.uniform(8.0, _STORM_HOURS)
            late = min(max(0, late - made_good[call]) + round(held * 60), ahead)
            arrives.append(start + self.arrives[call] + late)
            departs.append(start + self.departs[call] + late)
            skipped.append(rng.random() < SKIPPED_SHARE and self.feeds[call] is not None)
        return Sailing(tuple(arrives), tuple(departs), tuple(skipped))


def moment(minutes: int) -> datetime:
    """Return the moment so many minutes after `ANCHOR`."""
    return ANCHOR + timedelta(minutes=minutes)


def minutes(when: datetime) -> int:
    """Return the minutes from `ANCHOR` to a moment, rounded up."""
    return -((ANCHOR - when) // timedelta(minutes=1))


def _plan(row: dict[str, str], seed: str, carriers: tuple[Carrier, ...]) -> Service:
    """Return a service as the table has it, with its timetable."""
    rng = Random(f"{seed}/service/{row['code']}")  # noqa: S311 - an invented world, not a secret
    outward, homeward = row["outward"].split(), row["homeward"].split()
    ports = (*outward, *homeward)
    speed = float(row["speed"]) * rng.uniform(0.97, 1.03)
    passages = [round(sea_km(ports[call - 1], port) / speed * 60) for call, port in enumerate(ports)]
    arrives, departs, clock = [], [], 0
    for call, port in enumerate(ports):
        clock += passages[call] if call else 0
        arrives.append(clock)
        clock += (_HUB_STAY_HOURS if port in HUBS else _STAY_HOURS) * 60 + rng.randrange(-240, 241)
        departs.append(clock)
    rounds = -(-(clock + passages[0] + _BUFFER_MINUTES) // WEEK)
    return Service(
        code=row["code"],
        carrier=carriers[int(row["carrier"])],
        ports=ports,
        outward=len(outward),
        letters=(row["out"], row["home"]),
        arrives=tuple(arrives),
        departs=tuple(departs),
        passages=(0, *passages[1:]),
        rounds=rounds,
        spare=rounds * WEEK - clock - passages[0],
        seed=seed,
        phase=rng.randrange(WEEK),
        first_round=rng.randrange(_ROUNDS),
    )


def services(seed: str) -> tuple[Service, ...]:
    """Return the sea services of the world, with their ships."""
    text = (files("tidewaiter.world.carriage") / "services.csv").read_text(encoding="utf-8")
    carriers = sea_carriers(seed)
    found = tuple(_plan(row, seed, carriers) for row in csv.DictReader(text.splitlines()))
    for service, fleet in zip(found, ships(seed, [(one.carrier, one.rounds) for one in found]), strict=True):
        service.fleet = fleet
    return found

"""Carry payloads between places in virtual time, with the faults of a network, all drawn from a seed."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.playground.fate import Fate

PAYLOAD_BYTES_MAX = 64 * 1024 * 1024
FLIGHTS_MAX = 1_000_000
"""Most payloads under way at once."""
DELAY_SIGMAS_MAX = 4.0
"""No delay lies further from the median than so many standard deviations of its logarithm."""
LATE_DELAYS_MAX = 20
"""A payload that is overtaken, and the copy of a repeated one, come at most so many median delays late."""
FLIPS_MAX = 8
"""Most bits that one corruption flips."""

_Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]


class NetworkFault(TidewaiterError):
    """A payload is too long, or too many are under way, or it is sent into the past."""

    slug = "network"


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A time, from `start` up to but without `end`, in which groups of places cannot reach each other.

    A place that is in none of the groups reaches all.
    """

    start: datetime
    end: datetime
    groups: tuple[tuple[str, ...], ...]

    def parts(self, at: datetime, one: str, other: str) -> bool:
        """Say whether two places are in different groups at that time."""
        if not self.start <= at < self.end:
            return False
        sides = {place: number for number, group in enumerate(self.groups) for place in group}
        return one in sides and other in sides and sides[one] != sides[other]


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a network: delays, and the probability of each fault for each payload.

    A delay is `delay_seconds` times e to the power of `spread` times a standard normal number. Payloads of one place to
    another keep their order, but for those that are `reordered`, which come late, and for the copies of those that are
    `repeated`. A copy is lost or corrupted for itself.
    """

    delay_seconds: Annotated[float, msgspec.Meta(ge=0)] = 2.0
    spread: Annotated[float, msgspec.Meta(ge=0, le=3)] = 0.0
    lost: _Probability = 0.0
    repeated: _Probability = 0.0
    reordered: _Probability = 0.0
    corrupted: _Probability = 0.0
    splits: tuple[Split, ...] = ()

    @property
    def delay_least(self) -> timedelta:
        """The shortest delay there is."""
        return timedelta(seconds=self.delay_seconds * math.exp(-DELAY_SIGMAS_MAX * self.spread))

    def reaches(self, at: datetime, one: str, other: str) -> bool:
        """Say whether no split parts two places at that time."""
        return not any(split.parts(at, one, other) for split in self.splits)


class Tally(msgspec.Struct, kw_only=True):
    """What a network did, in payloads: `cut` were lost to a split, `lost` to chance; `arrived_bytes` in bytes."""

    sent: int = 0
    arrived: int = 0
    arrived_bytes: int = 0
    lost: int = 0
    cut: int = 0
    repeated: int = 0
    reordered: int = 0
    corrupted: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """A payload at its place: when, which sending it was (from 0), which copy, and whether it was corrupted.

    Only `source`, `target` and `payload` are for who takes it in; the rest is for who looks on from outside.
    """

    at: datetime
    number: int
    copy: int
    source: str = field(compare=False)
    target: str = field(compare=False)
    payload: bytes = field(compare=False)
    corrupted: bool = field(compare=False, default=False)


class Network:
    """A network between any number of places, by name. It knows nothing of what it carries."""

    def __init__(self, seed: str | int, faults: Faults) -> None:
        self.faults = faults
        """May be put in place of others at any time; payloads under way keep their fate."""
        self.tally = Tally()
        self._seed = f"{seed}/network"
        self._flights: list[Arrival] = []
        self._last: dict[tuple[str, str], datetime] = {}
        self._handed: datetime | None = None

    def send(self, at: datetime, source: str, target: str, payload: bytes) -> None:
        """Send a payload; raises NetworkFault where it is too long, too much is under way, or it would be late."""
        if len(payload) > PAYLOAD_BYTES_MAX:
            message = f"A payload of {len(payload):,} bytes is too long: {PAYLOAD_BYTES_MAX:,} are the limit."
            raise NetworkFault(message)
        if len(self._flights) + 2 > FLIGHTS_MAX:
            message = f"{len(self._flights):,} payloads are under way; more cannot be."
            raise NetworkFault(message)
        number, self.tally.sent = self.tally.sent, self.tally.sent + 1
        fate = Fate(self._seed, number)
        if not self.faults.reaches(at, source, target):
            self.tally.cut += 1
            return
        due = self._due(at, source, target, fate)
        if self._handed is not None and due < self._handed:
            message = f"What is sent at {at} would arrive at {due}; arrivals up to {self._handed} were handed out."
            raise NetworkFault(message)
        if fate.share("repeated") < self.faults.repeated:
            self.tally.repeated += 1
            self._start(Arrival(due + self._late(fate, "copy"), number, 1, source, target, payload), fate)
        self._start(Arrival(due, number, 0, source, target, payload), fate)

    def arrivals(self, until: datetime) -> list[Arrival]:
        """Return what arrives up to and at that time and was not returned before, in the order of its arrival."""
        found: list[Arrival] = []
        while self._flights and self._flights[0].at <= until:
            one = heapq.heappop(self._flights)
            if not self.faults.reaches(one.at, one.source, one.target):
                self.tally.cut += 1
                continue
            self.tally.arrived += 1
            self.tally.arrived_bytes += len(one.payload)
            found.append(one)
        self._handed = until if self._handed is None else max(self._handed, until)
        return found

    @property
    def next_at(self) -> datetime | None:
        """When the next payload arrives, or None where none is under way."""
        return self._flights[0].at if self._flights else None

    def _due(self, at: datetime, source: str, target: str, fate: Fate) -> datetime:
        """Return when a payload arrives: not before what the same place sent there earlier, unless it is overtaken."""
        faults, lane = self.faults, (source, target)
        factor = math.exp(faults.spread * fate.normal("delay", sigmas_max=DELAY_SIGMAS_MAX)) if faults.spread else 1.0
        due = max(at + timedelta(seconds=faults.delay_seconds * factor), self._last.get(lane, at))
        if fate.share("reordered") < faults.reordered:
            self.tally.reordered += 1
            return due + self._late(fate, "overtaken")
        self._last[lane] = due
        return due

    def _late(self, fate: Fate, purpose: str) -> timedelta:
        """Return how much later than its turn something comes: more than nothing."""
        return timedelta(seconds=max(self.faults.delay_seconds, 1.0) * LATE_DELAYS_MAX * (1 - fate.share(purpose)))

    def _start(self, flight: Arrival, fate: Fate) -> None:
        """Put a payload under way, unless it is lost; as it is, or corrupted."""
        if fate.share(f"lost/{flight.copy}") < self.faults.lost:
            self.tally.lost += 1
            return
        if flight.payload and fate.share(f"corrupted/{flight.copy}") < self.faults.corrupted:
            self.tally.corrupted += 1
            payload = corrupt(flight.payload, fate, str(flight.copy))
            flight = Arrival(
                flight.at, flight.number, flight.copy, flight.source, flight.target, payload, corrupted=True
            )
        heapq.heappush(self._flights, flight)


def corrupt(payload: bytes, fate: Fate, purpose: str) -> bytes:
    """Return a payload, which is not empty, with bits flipped, its end cut off, or a stretch of it doubled."""
    kind = ("flip", "cut", "double")[fate.below(f"kind/{purpose}", 3)]
    at = fate.below(f"at/{purpose}", len(payload))
    if kind == "cut":
        return payload[:at]
    if kind == "double":
        length = 1 + fate.below(f"length/{purpose}", len(payload) - at)
        return payload[: at + length] + payload[at:]
    flipped = bytearray(payload)
    bits = 1 + fate.below(f"bits/{purpose}", FLIPS_MAX)
    places = [fate.below(f"bit/{number}/{purpose}", len(payload) * 8) for number in range(bits)]
    for bit in dict.fromkeys(places):  # each once: a bit that is flipped twice would be as it was
        flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)

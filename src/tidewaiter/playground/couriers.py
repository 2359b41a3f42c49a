"""Send each parcel until it is acknowledged, and take it in once and in order."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Annotated

import msgspec

MAGIC = b"TWPG"
PARCEL, RECEIPT = 1, 2
"""Kinds of envelopes: a numbered parcel; a receipt for all parcels up to a number."""
NUMBER_MAX = 2**63 - 1

_HEAD = struct.Struct(">4sBQQ32s")
"""Magic, kind, number, length of the body in bytes, SHA-256 of all that but itself and of the body."""
_SIGNED = struct.Struct(">4sBQQ")


class Envelope(msgspec.Struct, frozen=True):
    """What one payload says: a parcel with its number from 1, or a receipt for all parcels up to a number."""

    kind: int
    number: int
    body: bytes = b""


def write(envelope: Envelope) -> bytes:
    """Write an envelope as a payload."""
    signed = _SIGNED.pack(MAGIC, envelope.kind, envelope.number, len(envelope.body))
    digest = hashlib.sha256(signed + envelope.body).digest()
    return signed + digest + envelope.body


def read(payload: bytes) -> Envelope | None:
    """Read a payload; None where it is not, to the last bit, what somebody wrote."""
    if len(payload) < _HEAD.size:
        return None
    magic, kind, number, length, digest = _HEAD.unpack_from(payload)
    body = payload[_HEAD.size :]
    if magic != MAGIC or kind not in {PARCEL, RECEIPT} or len(body) != length or not 0 <= number <= NUMBER_MAX:
        return None
    signed = _SIGNED.pack(magic, kind, number, length)
    if hashlib.sha256(signed + body).digest() != digest:
        return None
    return Envelope(kind, number, body)


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How a courier goes on: the first wait for a receipt, the longest, what each is longer, how many at once."""

    retry_seconds_min: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    retry_seconds_max: Annotated[float, msgspec.Meta(gt=0)] = 900.0
    growth: Annotated[float, msgspec.Meta(ge=1)] = 2.0
    window_parcels_max: Annotated[int, msgspec.Meta(ge=1)] = 32


@dataclass(slots=True)
class _Waiting:
    """A parcel without its receipt: its payload, how often it was sent, when it is sent again."""

    payload: bytes
    tries: int
    again_at: datetime


class Courier:
    """The sending side of one way: numbers parcels, sends them, and sends again until a receipt comes."""

    def __init__(self, patience: Patience) -> None:
        self.sent = 0
        """Payloads sent, again or for the first time."""
        self.again = 0
        """Payloads sent again."""
        self._patience = patience
        self._waiting: dict[int, _Waiting] = {}
        self._next = 1

    def post(self, at: datetime, body: bytes) -> int:
        """Take a parcel on, to be sent as soon as may be; return its number, from 1."""
        number, self._next = self._next, self._next + 1
        self._waiting[number] = _Waiting(write(Envelope(PARCEL, number, body)), 0, at)
        return number

    def due(self, at: datetime) -> list[bytes]:
        """Return the payloads to be sent now, and wait for their receipts."""
        found = []
        for one in self._window():
            if one.again_at <= at:
                wait = self._patience.retry_seconds_min * self._patience.growth ** min(one.tries, 64)
                one.again_at = at + timedelta(seconds=min(wait, self._patience.retry_seconds_max))
                self.again += one.tries > 0
                one.tries += 1
                found.append(one.payload)
        self.sent += len(found)
        return found

    def receipt(self, at: datetime, number: int) -> None:
        """Note that all parcels up to a number were kept, so that others are next; nothing for a number not ours."""
        if number < self._next:
            for one in list(takewhile(lambda known: known <= number, self._waiting)):  # they are in order
                del self._waiting[one]
            for later in self._window():
                if not later.tries:
                    later.again_at = max(later.again_at, at)

    @property
    def next_at(self) -> datetime | None:
        """When something is due, or None where nothing waits."""
        return min((one.again_at for one in self._window()), default=None)

    @property
    def waiting(self) -> int:
        """How many parcels have no receipt."""
        return len(self._waiting)

    def _window(self) -> list[_Waiting]:
        """Return the oldest parcels without a receipt: those that may be under way."""
        return list(islice(self._waiting.values(), self._patience.window_parcels_max))


class Letterbox:
    """The receiving side of one place: hands over each parcel once, in the order of its sender.

    It remembers nothing by itself: `taken` is, for each sender, the number up to which all was kept, and comes from
    who keeps. What came too early is held in memory, unacknowledged, and is sent again if the place dies.
    """

    def __init__(self, taken: Mapping[str, int], *, held_parcels_max: int = 256) -> None:
        self.refused = 0
        """Payloads that did not match their hash."""
        self.had = 0
        """Parcels that were kept or held before."""
        self._taken = dict(taken)
        self._held: dict[str, dict[int, bytes]] = {}
        self._held_max = held_parcels_max

    def put(self, source: str, payload: bytes) -> list[Envelope]:
        """Put a payload in; return the parcels that are now next, in order. Say `kept` of each once it is."""
        envelope = read(payload)
        if envelope is None or envelope.kind != PARCEL:
            self.refused += 1
            return []
        held, taken = self._held.setdefault(source, {}), self._taken.get(source, 0)
        if envelope.number <= taken or envelope.number in held:
            self.had += 1
        elif len(held) < self._held_max or envelope.number == taken + 1:
            held[envelope.number] = envelope.body
        ready: list[Envelope] = []
        number = taken + 1
        while number in held:
            ready.append(Envelope(PARCEL, number, held[number]))
            number += 1
        return ready

    def kept(self, source: str, number: int) -> None:
        """Note that a sender's next parcel is kept for good."""
        assert number == self._taken.get(source, 0) + 1  # noqa: S101 - parcels are kept in their order
        self._taken[source] = number
        self._held.get(source, {}).pop(number, None)

    def receipt(self, source: str) -> bytes:
        """Write the receipt for what was kept of a sender's parcels."""
        return write(Envelope(RECEIPT, self._taken.get(source, 0)))

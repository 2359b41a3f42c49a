"""Hold a node with its letterbox: take in what arrives, acknowledge what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.playground import couriers
from tidewaiter.playground.couriers import Letterbox
from tidewaiter.playground.hosts import Gone, Host, Took

if TYPE_CHECKING:
    from tidewaiter.playground.network import Arrival


class Happened(msgspec.Struct):
    """What a node did with what arrived: moments and senders of receipts to send, and whether it lived."""

    receipts: list[tuple[datetime, str, bytes]]
    took: list[Took]
    missed: int = 0
    died: bool = False


class Station:
    """A node with its letterbox: what arrives for it is handed to it here, and nowhere else."""

    def __init__(self, country: str, host: Host) -> None:
        self.country = country
        self.host = host
        self.letterbox = Letterbox(host.taken())
        self.behind = False
        """Whether steps may wait that nobody has run yet."""
        self.called = False
        """Whether its worker is called for later."""
        self.refused = self.had = 0
        """What letterboxes of the node's earlier lives refused, and had."""

    def take(self, arrivals: Sequence[Arrival], *, follow_up: bool) -> Happened:
        """Take in what arrived, in order; what reaches it once it is down is missed."""
        happened = Happened([], [])
        for at, arrival in enumerate(arrivals):
            if not self.host.up:
                happened.missed += len(arrivals) - at
                break
            try:
                self._take_one(arrival, happened, follow_up=follow_up)
            except Gone:
                happened.died = True
        return happened

    def _take_one(self, arrival: Arrival, happened: Happened, *, follow_up: bool) -> None:
        """Take in one payload: what it makes ready is kept, in order, and only then acknowledged."""
        for ready in self.letterbox.put(arrival.source, arrival.payload):
            self.host.advance(arrival.at)
            happened.took.append(self.host.deliver(arrival.source, ready.number, ready.body))
            self.letterbox.kept(arrival.source, ready.number)
            self.behind = True
            if follow_up:
                self.catch_up(arrival.at)
        if couriers.read(arrival.payload) is not None:
            happened.receipts.append((arrival.at, arrival.source, self.letterbox.receipt(arrival.source)))

    def catch_up(self, at: datetime) -> None:
        """Run the steps that wait; raises Gone."""
        self.host.advance(at)
        self.host.follow_up()
        self.behind = False

    def restart(self) -> None:
        """Start the node again, with a letterbox that knows what it kept."""
        self.host.restart()
        self.refused, self.had = self.refused + self.letterbox.refused, self.had + self.letterbox.had
        self.letterbox = Letterbox(self.host.taken())
        self.behind = True

"""Run one node of the playground in this process, and let it die between two commits."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter import journey
from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.errors import Refused
from tidewaiter.node import create, start
from tidewaiter.playground.clock import move_to
from tidewaiter.playground.hosts import AGAIN, KEPT, REFUSED, Gone, HostFault, Took
from tidewaiter.playground.parcels import unpack
from tidewaiter.playground.questions import QUESTIONS
from tidewaiter.stages import receive

if TYPE_CHECKING:
    from tidewaiter.kernel.settings import Settings
    from tidewaiter.node import Node

TAKEN = "playground_taken"
"""Fact of a node: sender → number of the last parcel that was kept, as JSON."""
_MAPPINGS_MAX = 64


class Killed(BaseException):
    """The node dies here; nothing between the place where this is raised and the playground may catch it."""


@lru_cache(_MAPPINGS_MAX)
def _mapping(text: str) -> receive.Mapping:
    """Read a mapping once, however many parcels bring it along."""
    return receive.read_mapping(text, "the parcel")


class Inside:
    """A node in this process. Killed, it is left as it is, unclosed, and another is opened on the same folder."""

    def __init__(self, settings: Settings, clock: SetClock) -> None:
        self._settings = settings
        self._clock = clock
        self._dead: list[Node] = []
        self._node: Node | None = None
        self._fuse: int | None = None
        self._made = False
        self.restart()

    @property
    def up(self) -> bool:
        """Whether it runs."""
        return self._node is not None

    @property
    def node(self) -> Node:
        """The node; raises HostFault where it is down."""
        if self._node is None:
            message = f"The node of {self._settings.administration} is down."
            raise HostFault(message, "Start it again first.")
        return self._node

    def advance(self, at: datetime) -> None:
        """Set its clock; never back."""
        move_to(self._clock, at)

    def deliver(self, sender: str, number: int, body: bytes) -> Took:
        """Take a sender's next parcel in, and its number after it: a crash in between gives it again, and it is known.

        Raises Gone where the node dies meanwhile.
        """
        node, taken = self.node, dict(self.taken())
        if number <= taken.get(sender, 0):
            return Took(outcome=AGAIN)
        parcel = unpack(body)
        source = journey.Source(
            stream=io.BytesIO(parcel.data),
            name=parcel.name,
            mapping=None if parcel.mapping is None else _mapping(parcel.mapping),
        )
        try:
            arrived = journey.arrive(node, source, progress=lambda _: self._committed())
            counts = arrived.counts
            outcome = AGAIN if arrived.again else KEPT
            took = Took(outcome=outcome, read=counts.read, kept=counts.kept, repair=counts.repair)
        except Refused:
            took = Took(outcome=REFUSED)
        except Killed:
            self._drop()
            raise Gone from None
        node.note(TAKEN, msgspec.json.encode(taken | {sender: number}).decode())
        return took

    def follow_up(self) -> int:
        """Run the steps that are queued; return how many ran. Raises Gone where the node dies meanwhile."""
        try:
            return journey.follow_up(self.node, progress=lambda *_: self._committed())
        except Killed:
            self._drop()
            raise Gone from None

    def taken(self) -> Mapping[str, int]:
        """Return, for each sender, the number of the last parcel that was kept."""
        return msgspec.json.decode(self.node.fact(TAKEN) or "{}", type=dict[str, int])

    def ask(self, question: str) -> Any:
        """Return the answer to one of the questions; raises HostFault for another."""
        answer = QUESTIONS.get(question)
        if answer is None:
            message = f"There is no question {question!r}."
            raise HostFault(message, f"Ask one of {', '.join(QUESTIONS)}.")
        return answer(self.node)

    def kill(self, *, after: int = 0) -> None:
        """Let it die now, or once so many further batches were kept and steps run, before anything more happens."""
        if after > 0:
            self._fuse = after
        else:
            self._drop()

    def restart(self) -> None:
        """Open the node on its folder, made or brought up to date when it is opened first; nothing where it runs."""
        if self._node is None:
            self._node = start(self._settings, self._clock) if self._made else create(self._settings, self._clock)[0]
            self._made = True

    def close(self) -> None:
        """Close it, and what is left of those that were killed."""
        for one in [*self._dead, *([self._node] if self._node is not None else [])]:
            one.close()
        self._dead, self._node = [], None

    def _committed(self) -> None:
        """Count a commit, and die where it was the last."""
        if self._fuse is not None:
            self._fuse -= 1
            if self._fuse <= 0:
                self._fuse = None
                self.die()

    def die(self) -> None:
        """Die in the midst of work: here, by an exception that nothing on the way catches."""
        raise Killed

    def _drop(self) -> None:
        """Leave the node as it is; its connections stay open and unused until the playground ends."""
        self._fuse = None
        if self._node is not None:
            self._dead.append(self._node)
            self._node = None

"""Say what the playground asks of a node, whether it lives in this process or in one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from tidewaiter.kernel.errors import TidewaiterError

INSIDE, PROCESSES = "inside", "processes"
"""Modes: all nodes in this process, or one process each."""

KEPT, AGAIN, REFUSED = "kept", "again", "refused"
"""What becomes of a parcel: its records were kept; it had been kept before; the node cannot read it, and noted so."""


class Gone(Exception):
    """The node died while it was asked: nothing is known of the answer."""


class HostFault(TidewaiterError):
    """A node of the playground is down, does not answer, or answers what makes no sense."""

    slug = "playground-host"


class Took(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a parcel at a node: `outcome`, and its records read, kept and waiting for repair in this run."""

    outcome: str
    read: int = 0
    kept: int = 0
    repair: int = 0


class Host(Protocol):
    """One node: it can be told the time, given parcels, asked, killed and started again."""

    @property
    def up(self) -> bool:
        """Whether it runs."""
        ...

    def advance(self, at: datetime) -> None:
        """Set its clock; never back."""
        ...

    def deliver(self, sender: str, number: int, body: bytes) -> Took:
        """Take a sender's next parcel in; once this returns it is kept for good, with its number. Raises Gone."""
        ...

    def follow_up(self) -> int:
        """Run the steps that are queued; return how many ran. Raises Gone."""
        ...

    def taken(self) -> Mapping[str, int]:
        """Return, for each sender, the number of the last parcel that was kept. Raises Gone."""
        ...

    def ask(self, question: str) -> Any:
        """Return the answer to one of the questions, as plain data. Raises Gone."""
        ...

    def kill(self, *, after: int = 0) -> None:
        """Let it die now, or after so many further commits, without a chance to clean up."""
        ...

    def restart(self) -> None:
        """Start it again from what is on the disk."""
        ...

    def close(self) -> None:
        """End it in order."""
        ...

"""Run what waits for a disk or a database in threads, a bounded number of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

THREADS_MAX = 16

_Found = TypeVar("_Found")


class Threads:
    """The threads of one app. What was begun goes on where nobody waits for it any more."""

    def __init__(self) -> None:
        self._limiter = anyio.CapacityLimiter(THREADS_MAX)

    async def run(self, work: Callable[[], _Found]) -> _Found:
        """Run something in a thread and wait for it."""
        return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._limiter)

"""Run what may hang in a thread that nobody has to wait for, not even at the end of the program."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_Found = TypeVar("_Found")


def begin(run: Callable[[], _Found]) -> Future[_Found]:
    """Begin to run something, and return where its result or its error will be."""
    made: Future[_Found] = Future()

    def finish() -> None:
        """Run it, and put the result where it is waited for."""
        try:
            made.set_result(run())
        except BaseException as failed:  # noqa: BLE001 - the boundary of a thread: who waits gets whatever it was
            made.set_exception(failed)

    threading.Thread(target=finish, daemon=True).start()
    return made

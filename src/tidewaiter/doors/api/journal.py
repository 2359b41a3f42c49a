"""Write what is asked of the node into the program's log: no address, no name, nothing that was sent."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any

JOURNAL = logging.getLogger("tidewaiter.api")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def answered(scope: Mapping[str, Any], status: int, seconds: float) -> None:
    """Note one request: its method, the route it took as the table has it, the status, and how long it took."""
    method = scope["method"] if scope["method"] in _METHODS else "-"
    route = getattr(scope.get("route"), "path", "-")
    JOURNAL.info("%s %s %d %.0f ms", method, route, status, seconds * 1_000)


def failed(error: BaseException) -> None:
    """Note a fault of the program: what kind, and where in its code; its text may hold anything, and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{one.filename.rpartition('/')[2]}:{one.lineno}" for one in reversed(frames))
    JOURNAL.error("This is a fault of the program: %s at %s", type(error).__name__, where)

"""Put the letters of an invented world into the files that reach a node, in their formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from tidewaiter.playground.post.columns import DECLARATIONS_MAPPING, OUTCOMES_MAPPING
from tidewaiter.playground.post.gathering import batches
from tidewaiter.playground.post.model import Batch, Limits, Parcel
from tidewaiter.playground.post.pool import written_by
from tidewaiter.playground.post.writing import written
from tidewaiter.world.model import Letter

__all__ = ["DECLARATIONS_MAPPING", "OUTCOMES_MAPPING", "Batch", "Limits", "Parcel", "parcels"]


def parcels(
    letters: Iterable[Letter], *, window: timedelta, workers: int = 1, limits: Limits | None = None
) -> Iterator[Parcel]:
    """Yield the parcels of letters that come in time order, in order of their end, country and form.

    A parcel has the letters of one country and form in one window of time; windows begin at midnight UTC and divide the
    day. `workers` is how many processes write: the parcels are the same. Never holds more than the open window and, of
    several workers, a few batches each. Raises ValueError for another window, and for letters out of order.
    """
    limits = limits or Limits()
    gathered = batches(letters, window)
    if workers > 1:
        yield from written_by(workers, gathered, limits)
        return
    for batch in gathered:
        yield from written(batch, limits)

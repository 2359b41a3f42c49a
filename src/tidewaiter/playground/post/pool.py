"""Write batches in several processes, and give the parcels in the order of the batches."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

import msgspec

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.playground.post.model import Batch, Limits, Parcel
from tidewaiter.playground.post.writing import written
from tidewaiter.world.model import Letter

_WAITING_PER_WORKER = 3
"""Batches that are written or wait to be fetched, for each process."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[tuple[datetime, str, str, AnyRecord]]).decode


def written_by(workers: int, batches: Iterable[Batch], limits: Limits) -> Iterator[Parcel]:
    """Yield the parcels of batches that so many processes write; the same as one would.

    Holds at most a few batches for each process. Raises what the writing of a batch raises.
    """
    pending: deque[Future[list[Parcel]]] = deque()
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent)
    try:
        for batch in batches:
            packed = _encode([(one.at, one.sender, one.message, one.record) for one in batch.letters])
            pending.append(pool.submit(_write, batch.at, batch.country, batch.form, packed, limits))
            if len(pending) >= workers * _WAITING_PER_WORKER:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let this process end when the one that started it is gone, killed or not: nobody else tells it to."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    """Wait for the end of a process, and end this one."""
    wait([sentinel])
    os._exit(0)


def _write(at: datetime, country: str, form: str, packed: bytes, limits: Limits) -> list[Parcel]:
    """Write one batch, in a process of the pool."""
    letters = [
        Letter(when, country, form, sender, record, message) for when, sender, message, record in _decode(packed)
    ]
    return list(written(Batch(at, country, form, letters), limits))

"""Watch a folder: take each file once it stands still, and put it away when it is received or refused."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tidewaiter.doors.cli.source import Unreadable, files_below
from tidewaiter.kernel.errors import Conflict, NotFound, StorageFault

if TYPE_CHECKING:
    from types import FrameType

    from tidewaiter.kernel.errors import TidewaiterError

RECEIVED = "received"
REFUSED = "refused"
WHY = ".why.txt"
"""What the name of the note beside a refused file ends in."""

_STAYING = (Conflict, NotFound, Unreadable)
"""Errors after which a file stays where it is and is tried again: it may be received a little later."""


class Still(NamedTuple):
    """How a file looked: its size in bytes and when it was last written, in nanoseconds."""

    size: int
    written: int


class Watch:
    """A watched folder: what its files looked like when it was last looked at."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            message = f"There is no folder {folder}."
            raise NotFound(message, "Make it first, and let senders write into it.")
        self.folder = folder
        self._seen: dict[Path, Still] = {}
        self._tried: dict[Path, Still] = {}

    def ready(self) -> list[Path]:
        """Return the files that stood still since the last look, in the order of their names.

        An empty file is left alone: its writer has only opened it. One that had to stay is returned again.
        """
        seen: dict[Path, Still] = {}
        for path in files_below(self.folder, without=(RECEIVED, REFUSED)):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            seen[path] = Still(status.st_size, status.st_mtime_ns)
        before, self._seen = self._seen, seen
        return [path for path, still in seen.items() if still.size and before.get(path) == still]

    def told(self, path: Path) -> bool:
        """Say whether the file was tried before as it is now, so that the same is not said again and again."""
        known, self._tried[path] = self._tried.get(path), self._seen[path]
        return known == self._seen[path]

    def settle(self, path: Path, error: TidewaiterError | None) -> Path | None:
        """Put a file away where it belongs, and return where; None where it stays to be tried again."""
        if isinstance(error, _STAYING):
            return None
        self._tried.pop(path, None)
        self._seen.pop(path, None)
        place = self._free(RECEIVED if error is None else REFUSED, path)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if error is not None:
                said = "\n".join(filter(None, (error.sentence, error.remedy)))
                place.with_name(place.name + WHY).write_text(said + "\n", encoding="utf-8")
            path.rename(place)
        except FileNotFoundError:
            return None  # somebody else took it away meanwhile; what was received is kept
        except OSError as fault:
            message = f"{path} cannot be moved to {place.parent}: {fault.strerror}."
            raise StorageFault(message, "Make the folder writable for this user; nothing is received twice.") from fault
        return place

    def _free(self, shelf: str, path: Path) -> Path:
        """Return a name on the shelf that no other file has."""
        wanted = self.folder / shelf / path.relative_to(self.folder)
        place, number = wanted, 1
        while place.exists():
            number += 1
            place = wanted.with_name(f"{wanted.stem}.{number}{wanted.suffix}")
        return place


def rounds(watch: Watch, seconds: float, pause: Callable[[float], None] = time.sleep) -> Iterator[list[Path]]:
    """Yield the files that are ready, round after round, until the program is told to stop."""
    with _stopping_on_termination():
        while True:
            found = watch.ready()
            if found:
                yield found
            pause(seconds)


@contextmanager
def _stopping_on_termination() -> Iterator[None]:
    """Let a service manager's SIGTERM stop the watch as cleanly as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

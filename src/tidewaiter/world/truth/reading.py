"""Open the truth with the seed it was sealed under, and read of it what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from tidewaiter.kernel.errors import NotFound
from tidewaiter.kernel.seal.files import open_lines
from tidewaiter.world.truth.lines import Declared, Slipped, Smuggled, is_declared, read_declared, read_told

FILE = "truth.sealed"


class Opens(Protocol):
    """Opens the sealed truth for reading, each time from its beginning."""

    def __call__(self) -> AbstractContextManager[BinaryIO]:
        """Return the stream."""
        ...


class Truth:
    """The truth of a world, read again for each question, so that little of it is in memory at a time.

    Every question raises KeyFault where the seed is not the one, and where a byte was changed, saying where.
    """

    def __init__(self, opens: Opens, seed: str, context: str, *, name: str = FILE) -> None:
        self._opens, self._seed, self._context, self._name = opens, seed, context, name

    def planted(self) -> Iterator[Smuggled]:
        """Yield what was smuggled, in the order in which it was planted."""
        for line in self._lines(declared=False):
            told = read_told(line)
            if isinstance(told, Smuggled):
                yield told

    def slips(self) -> Iterator[Slipped]:
        """Yield where honest people slipped."""
        for line in self._lines(declared=False):
            told = read_told(line)
            if isinstance(told, Slipped):
                yield told

    def declared(self) -> Iterator[Declared]:
        """Yield every declaration, smuggled or not."""
        for line in self._lines(declared=True):
            yield read_declared(line)

    def _lines(self, *, declared: bool) -> Iterator[bytes]:
        """Yield the lines of one sort."""
        with self._opens() as stream:
            for line in open_lines(stream, self._seed, self._context, name=self._name):
                if is_declared(line) is declared:
                    yield line


def open_truth(folder: Path, seed: str, context: str) -> Truth:
    """Return the truth in a world's folder; raises NotFound where there is none."""
    path = folder / FILE
    if not path.is_file():
        message = f"There is no truth in {folder}: {FILE} is missing."
        raise NotFound(message, "Name the folder that `tidewaiter world make` wrote.")
    return Truth(lambda: path.open("rb"), seed, context, name=str(path))

"""Define what every table gives, whatever file it stands in: a header, and rows with their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec

from tidewaiter.stages.receive.model import Fault, Place


class TableRow(msgspec.Struct, kw_only=True, gc=False):
    """A row as it stands in its table.

    `cells` are as many as the header's names, or None where the row cannot be split at all; `row` counts
    data rows from 1; `raw` are its bytes, where the table is text.
    """

    cells: Sequence[Any] | None
    row: int
    offset: int | None = None
    length: int | None = None
    line: int | None = None
    raw: bytes | None = None
    faults: tuple[Fault, ...] = ()


class Table(Protocol):
    """A table opened for reading."""

    header: tuple[str, ...]
    native: bool
    rows_expected: int | None
    facts: dict[str, Any]
    notes: tuple[str, ...]

    def rows(self, *, after_row: int = 0, from_offset: int | None = None) -> Iterator[TableRow]:
        """Yield the rows after the given one; `from_offset` is where its bytes ended, where known."""
        ...

    def rows_before(self, offset: int) -> int:
        """Count the rows that start before the offset."""
        ...

    def place(self, row: TableRow, index: int) -> Place:
        """Return where a row's cell stands."""
        ...

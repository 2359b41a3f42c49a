"""Read a Parquet file batch by batch, only the columns that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import fault
from tidewaiter.stages.receive.model import Place
from tidewaiter.stages.receive.tables.header import check_header
from tidewaiter.stages.receive.tables.table import TableRow

_ROWS_AT_ONCE = 1_000


class Columnar:
    """A Parquet file opened for reading. Nested columns are not read."""

    native = True

    def __init__(self, stream: BinaryIO, *, name: str, settings: Settings) -> None:
        self.name = name
        stream.seek(0)
        try:
            self._file = pq.ParquetFile(stream, pre_buffer=False)
            schema = self._file.schema_arrow
            self.rows_expected: int | None = int(self._file.metadata.num_rows)
        except Exception as error:  # a damaged or hostile file makes the reader raise anything
            message = f"{name} is a Parquet file that is encrypted, cut off or damaged."
            raise Refused(message, "Send it again, without encryption; compare its size with the original.") from error
        nested = [field.name for field in schema if pa.types.is_nested(field.type)]
        self.header = tuple(field.name for field in schema if not pa.types.is_nested(field.type))
        self.notes: tuple[str, ...] = (f"Nested columns are not read: {', '.join(nested[:5])}.",) if nested else ()
        self.facts: dict[str, Any] = {}
        self._wanted: list[str] = list(self.header)
        check_header(self.header, name, settings.columns_max)
        self._check_groups(settings)

    def only(self, columns: Sequence[str]) -> None:
        """Read these columns alone; the cells of others are None."""
        self._wanted = [one for one in self.header if one in set(columns)]

    def rows(self, *, after_row: int = 0, from_offset: int | None = None) -> Iterator[TableRow]:  # noqa: ARG002 - no bytes
        """Yield the rows after the given one. Where the file is damaged, the last row says so."""
        groups, number = self._groups_after(after_row)
        places = {name: index for index, name in enumerate(self.header)}
        try:
            found = self._file.iter_batches(_ROWS_AT_ONCE, row_groups=groups, columns=self._wanted, use_threads=False)
            for batch in found if groups else ():
                columns = [(places[name], batch.column(name).to_pylist()) for name in batch.schema.names]
                for at in range(batch.num_rows):
                    number += 1
                    if number <= after_row:
                        continue
                    cells: list[Any] = [None] * len(self.header)
                    for place, values in columns:
                        cells[place] = values[at]
                    yield TableRow(cells=cells, row=number)
        except Exception as error:  # noqa: BLE001 - as above; what was read before stands, and the fault says the rest
            wrong = fault("cut-off", place=Place(row=number + 1), found=type(error).__name__)
            yield TableRow(cells=None, row=number + 1, faults=(wrong,))

    def rows_before(self, offset: int) -> int:  # noqa: ARG002 - no bytes
        """Count nothing: the rows have no place in the bytes."""
        return 0

    def place(self, row: TableRow, index: int) -> Place:
        """Return where a row's cell stands."""
        return Place(row=row.row, column=self.header[index])

    def _groups_after(self, row: int) -> tuple[list[int], int]:
        """Return the row groups that hold the rows after the given one, and the rows before them."""
        before = 0
        for group in range(self._file.num_row_groups):
            rows = int(self._file.metadata.row_group(group).num_rows)
            if before + rows > row:
                return list(range(group, self._file.num_row_groups)), before
            before += rows
        return [], before

    def _check_groups(self, settings: Settings) -> None:
        """Refuse a file whose row groups would not fit in memory."""
        sizes = [self._file.metadata.row_group(one).total_byte_size for one in range(self._file.num_row_groups)]
        if sizes and max(sizes) > settings.archive_bytes_max:
            message = (
                f"{self.name} has a row group of {max(sizes):,} bytes; the most is {settings.archive_bytes_max:,}."
            )
            raise Refused(message, "Write it with smaller row groups, or raise the setting archive_bytes_max.")

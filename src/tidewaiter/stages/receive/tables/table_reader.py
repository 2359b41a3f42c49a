"""Read the records of a table: rows through a mapping, consecutive rows of one group as one record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from tidewaiter.kernel.records import KINDS, AnyRecord
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import CellFault, fault
from tidewaiter.stages.receive.model import Fault, Head, Reading
from tidewaiter.stages.receive.tables.assembly import Assembler
from tidewaiter.stages.receive.tables.builder import Values
from tidewaiter.stages.receive.tables.header import Fitted
from tidewaiter.stages.receive.tables.mapping import Mapping
from tidewaiter.stages.receive.tables.table import Table, TableRow


class TableMessage:
    """A table opened as a message: its head, and its records."""

    def __init__(self, table: Table, mapping: Mapping, fitted: Fitted, head: Head, settings: Settings) -> None:
        self._table = table
        self._settings = settings
        self._assembler = Assembler(mapping, fitted, native=table.native)
        self._group = fitted.group or ()
        self._empty = KINDS[mapping.kind]()
        layout = self._assembler.layout(table.header, **table.facts)
        expected = None if self._group else table.rows_expected
        self.head = msgspec.structs.replace(head, layout=layout, records_expected=expected)

    def readings(self, *, after_number: int = 0, from_offset: int | None = None) -> Iterator[Reading]:
        """Yield the readings after the given one; `from_offset` is where its bytes ended, where known."""
        if not self._group:
            rows = self._table.rows(after_row=after_number, from_offset=from_offset)
            return self._singles(rows, after_number)
        if from_offset is None:
            return islice(self._groups(self._table.rows(), 0), after_number, None)
        before = self._table.rows_before(from_offset)
        return self._groups(self._table.rows(after_row=before, from_offset=from_offset), after_number)

    def _singles(self, rows: Iterator[TableRow], number: int) -> Iterator[Reading]:
        """Read every row as a record of its own."""
        read, build = self._assembler.read, self._assembler.build
        for number, row in enumerate(rows, number + 1):  # noqa: B020, PLR1704 - counts on from where reading resumes
            if row.cells is None:
                yield self._unreadable(row, number)
                continue
            faults = row.faults
            try:
                record = build([read(row.cells)])
            except CellFault:
                record, faults = self._with_gaps(row)
            yield Reading(
                number=number,
                record=record,
                faults=faults,
                offset=row.offset,
                length=row.length,
                line=row.line,
                row=row.row,
            )

    def _with_gaps(self, row: TableRow) -> tuple[AnyRecord, tuple[Fault, ...]]:
        """Read a row that has cells which cannot be read."""
        values, found = self._values(row, 0)
        return self._assembler.build_with_gaps([values]), self._limited([*row.faults, *found])

    def _values(self, row: TableRow, place: int) -> tuple[Values, list[Fault]]:
        """Read the cells of a row, one by one where some cannot be read."""
        cells = row.cells or ()
        try:
            return self._assembler.read(cells), []
        except CellFault:
            return self._assembler.stumble(cells, place, lambda index: self._table.place(row, index))

    def _limited(self, faults: list[Fault]) -> tuple[Fault, ...]:
        """Return the faults, no more of them than the settings allow."""
        most = self._settings.faults_per_record_max
        if len(faults) <= most:
            return tuple(faults)
        return (*faults[: most - 1], fault("too-many-faults", expected=most))

    def _unreadable(self, row: TableRow, number: int) -> Reading:
        """Return the reading of a row that cannot be split into cells."""
        return Reading(
            number=number,
            record=self._empty,
            faults=row.faults,
            offset=row.offset,
            length=row.length,
            line=row.line,
            row=row.row,
        )

    def _groups(self, rows: Iterator[TableRow], number: int) -> Iterator[Reading]:
        """Read consecutive rows with the same key as one record."""
        group: list[TableRow] = []
        key: tuple[Any, ...] | None = None
        for row in rows:
            found = None if row.cells is None else tuple(_key_cell(row.cells[index]) for index in self._group)
            same = bool(group) and found is not None and found == key and any(found)
            full = self._overflow(group, row) if same else None
            if group and (full or not same):
                number += 1
                yield self._grouped(group, number, full)
                group = []
            key = found
            if found is None:
                number += 1
                yield self._unreadable(row, number)
            else:
                group.append(row)
        if group:
            yield self._grouped(group, number + 1, None)

    def _overflow(self, group: list[TableRow], row: TableRow) -> Fault | None:
        """Return the fault of a group that cannot take one more row."""
        if len(group) >= self._settings.items_max:
            return fault("too-many-items", expected=self._settings.items_max)
        start, end = group[0].offset, row.offset
        if start is not None and end is not None and end + (row.length or 0) - start > self._settings.record_bytes_max:
            return fault("record-too-long", expected=self._settings.record_bytes_max)
        return None

    def _grouped(self, group: list[TableRow], number: int, full: Fault | None) -> Reading:
        """Read the rows of one group."""
        first, last = group[0], group[-1]
        values: list[Values] = []
        faults: list[Fault] = [full] if full else []
        for place, row in enumerate(group):
            each, found = self._values(row, place)
            values.append(each)
            faults += [*row.faults, *found]
        for row in group[1:]:
            faults += self._differing(first, row, values[0])
        build = self._assembler.build_with_gaps if faults else self._assembler.build
        length = None
        if first.offset is not None and last.offset is not None and last.length is not None:
            length = last.offset + last.length - first.offset
        return Reading(
            number=number,
            record=build(values),
            faults=self._limited(faults),
            offset=first.offset,
            length=length,
            line=first.line,
            row=first.row,
            rows=len(group),
        )

    def _differing(self, first: TableRow, row: TableRow, values: Values) -> list[Fault]:
        """Say where a later row of a group contradicts what the first one says of the whole."""
        here = self._assembler
        one, other = here.head(first.cells or ()), here.head(row.cells or ())
        if one == other:
            return []
        faults: list[Fault] = []
        for index in here.differing(one, other):
            place = self._table.place(row, index)
            faults += [fault("header-differs", path=path, place=place) for path in here.pointers_of(index, values)]
        return faults


def _key_cell(cell: Any) -> Any:
    """Return a cell as rows are grouped by it."""
    return cell.strip() if isinstance(cell, str) else cell

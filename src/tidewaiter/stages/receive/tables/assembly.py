"""Make records of rows: a mapping fitted to a header, compiled into straight readers and builders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

import msgspec

from tidewaiter.kernel.records import AnyRecord, is_personal
from tidewaiter.stages.receive.faults import CellFault, fault, shown
from tidewaiter.stages.receive.model import Fault, Layout, Place
from tidewaiter.stages.receive.pointers import ROW, in_record
from tidewaiter.stages.receive.tables.builder import UNREAD, Values, build_plainly, compiled
from tidewaiter.stages.receive.tables.cells import CellReader, Unreadable, canonical, cell_reader, joined, part_reader
from tidewaiter.stages.receive.tables.header import Fitted, FittedColumn
from tidewaiter.stages.receive.tables.mapping import Column, Mapping
from tidewaiter.stages.receive.tables.paths import FieldPath, resolve
from tidewaiter.stages.receive.tables.tree import plant

PlaceOf = Callable[[int], Place]
"""Index of a cell in its row → where it stands in the source."""


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One field that columns fill: the cells' indexes, the headers, the reader, the field.

    A column that the table lacks has no indexes: its slot stays None, and the parts that it alone fills are not made.
    """

    indexes: tuple[int, ...]
    headers: tuple[str, ...]
    read: CellReader
    path: FieldPath
    personal: bool
    inside_row: bool


class Assembler:
    """Reads a row's cells into values, and values into a record.

    `read(cells)` gives the values, or raises CellFault; `stumble` then reads them one by one and gives the faults.
    `build(rows)` makes the record of one or more rows' values.
    """

    def __init__(self, mapping: Mapping, fitted: Fitted, *, native: bool) -> None:
        self.mapping = mapping
        self.native = native
        wanted = [(position, to) for position, column in enumerate(mapping.columns) for to in column.to]
        paths = [resolve(mapping.struct, to) for _, to in wanted]
        constants = [(resolve(mapping.struct, text), value) for text, value in mapping.constants.items()]
        grown = plant(mapping.struct, paths, constants)
        self.root = grown.root
        self.pointers = grown.pointers
        self.constants = grown.constants
        self._known = (*self.pointers, *self.constants)
        found = {column.position: column for column in fitted.columns}
        self.slots = [
            self._slot(mapping.columns[position], found.get(position), path, pointer)
            for (position, _), path, pointer in zip(wanted, paths, self.pointers, strict=True)
        ]
        self.read = _row_reader(self.slots)
        self._build = compiled(self.root)
        self._head_indexes = sorted({one for slot in self.slots if not slot.inside_row for one in slot.indexes})

    def _slot(self, column: Column, fitted: FittedColumn | None, path: FieldPath, pointer: str) -> Slot:
        """Compile one field's reader."""
        conventions, empty = self.mapping.conventions, self.mapping.empty
        read = cell_reader(column, path, conventions, empty, native=self.native and len(column.sources) == 1)
        if len(column.sources) > 1:
            nothing = frozenset(empty) | frozenset(column.empty)
            parts = [part_reader(one, conventions, nothing, native=self.native) for one in column.sources]
            read = _after_join(joined(parts, column.glue), read)
        return Slot(
            indexes=fitted.indexes if fitted else (),
            headers=fitted.headers if fitted else (),
            read=read,
            path=path,
            personal=is_personal(self.mapping.struct, pointer),
            inside_row=ROW in pointer,
        )

    def build(self, rows: list[Values]) -> AnyRecord:
        """Return the record of one or more rows' values; the first row gives the fields outside the list."""
        record: AnyRecord = self._build(rows[0], rows)
        return record

    def build_with_gaps(self, rows: list[Values]) -> AnyRecord:
        """Return the record of rows that may hold values which could not be read; those stay None."""
        record: AnyRecord = build_plainly(self.root, rows[0], rows)
        return record

    def head(self, cells: Sequence[Any]) -> tuple[Any, ...]:
        """Return the cells that fill fields outside the list which each row gives."""
        return tuple(cells[index] for index in self._head_indexes)

    def differing(self, first: tuple[Any, ...], later: tuple[Any, ...]) -> list[int]:
        """Return the indexes of cells where a later row of a group says something else than the first."""
        return [
            index
            for index, one, other in zip(self._head_indexes, first, later, strict=True)
            if other != one and _filled(other)
        ]

    def stumble(self, cells: Sequence[Any], row: int, place_of: PlaceOf) -> tuple[Values, list[Fault]]:
        """Read the cells one by one; `row` is the index of the row in its group, for the faults' paths."""
        values: Values = []
        stumbled: list[tuple[int, CellFault]] = []
        for number, slot in enumerate(self.slots):
            if not slot.indexes:
                values.append(None)
                continue
            try:
                values.append(slot.read(_cells_of(slot, cells)))
            except CellFault as error:
                values.append(UNREAD)
                stumbled.append((number, error))
        return values, [self._fault(number, error, values, cells, row, place_of) for number, error in stumbled]

    def _fault(  # noqa: PLR0917 - one call site, right above
        self, number: int, error: CellFault, values: Values, cells: Sequence[Any], row: int, place_of: PlaceOf
    ) -> Fault:
        """Word what a cell stumbled over; a personal field's value is left out."""
        slot = self.slots[number]
        params: dict[str, str | int] = {"expected": error.expected}
        if not slot.personal:
            params["found"] = shown(" ".join(_as_text(cells[index]) for index in slot.indexes))
        path = self.pointer(number, values, row)
        return fault(error.code, path=path, place=place_of(slot.indexes[0]), **params)

    def pointer(self, number: int, values: Values, row: int) -> str:
        """Return the RFC 6901 pointer of a slot in the record that the values make."""
        return in_record(self.pointers[number], self._known, partial(self._filled, values)).replace(ROW, str(row))

    def _filled(self, values: Values, pointer: str) -> bool:
        """Say whether the values make the member of a list at the pointer."""
        below = f"{pointer}/"
        slots = [at for at, one in enumerate(self.pointers) if one == pointer or one.startswith(below)]
        return not slots or any(values[at] is not None for at in slots)

    def pointers_of(self, index: int, values: Values) -> list[str]:
        """Return the pointers outside the row's list that a cell fills."""
        return [
            self.pointer(number, values, 0)
            for number, slot in enumerate(self.slots)
            if index in slot.indexes and not slot.inside_row
        ]

    def layout(self, header: tuple[str, ...], **facts: Any) -> Layout:
        """Return where every leaf comes from."""
        empties = {
            one: tuple(dict.fromkeys((*self.mapping.empty, *column.empty)))
            for column in self.mapping.columns
            for source in column.sources
            for one in source.names
            if (self.mapping.empty or column.empty) and one in header
        }
        return Layout(
            header=header,
            columns={
                pointer: slot.headers for pointer, slot in zip(self.pointers, self.slots, strict=True) if slot.headers
            },
            constants={pointer: str(value) for pointer, value in self.constants.items() if self._is_made(pointer)},
            empty=empties,
            **facts,
        )

    def _is_made(self, pointer: str) -> bool:
        """Say whether the part that a constant stands in can be made from this table."""
        below = f"{pointer.rsplit('/', 1)[0]}/"
        slots = [slot for slot, one in zip(self.slots, self.pointers, strict=True) if one.startswith(below)]
        return below == "/" or not slots or any(slot.headers for slot in slots)


def _after_join(join: Callable[[Sequence[Any]], str | None], read: CellReader) -> CellReader:
    """Return the reader of several cells: joined, then read as one text."""

    def both(cells: Sequence[Any]) -> Any:
        text = join(cells)
        return None if text is None else read(text)

    return both


def _cells_of(slot: Slot, cells: Sequence[Any]) -> Any:
    """Return the one cell of a slot, or the cells of a join."""
    return cells[slot.indexes[0]] if len(slot.indexes) == 1 else [cells[index] for index in slot.indexes]


def _row_reader(slots: list[Slot]) -> Callable[[Sequence[Any]], Values]:
    """Return the reader of a row: every slot's value in order."""
    if not any(len(slot.indexes) > 1 for slot in slots):
        pairs = [(slot.read, slot.indexes[0]) if slot.indexes else (_nothing, 0) for slot in slots]
        return lambda cells: [read(cells[index]) for read, index in pairs]
    picks = [(slot.read, itemgetter(*slot.indexes)) if slot.indexes else (_nothing, itemgetter(0)) for slot in slots]
    return lambda cells: [read(pick(cells)) for read, pick in picks]


def _nothing(_cell: Any) -> None:
    """Read a column that the table lacks."""


def _filled(cell: Any) -> bool:
    """Say whether a cell holds anything."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _as_text(cell: Any) -> str:
    """Return a cell as text, for a fault."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, Unreadable):
        return cell.shown
    try:
        return canonical(cell, as_text=True) or ""
    except CellFault:
        return type(cell).__name__

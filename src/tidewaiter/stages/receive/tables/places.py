"""Find where a field of a record stands in a table, from the record's own bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

from tidewaiter.stages.receive.model import Layout, Place
from tidewaiter.stages.receive.pointers import ROW, in_mapping, row_of
from tidewaiter.stages.receive.tables.text_cells import cells_of
from tidewaiter.stages.receive.tables.text_table import TextForm, cell_place
from tidewaiter.stages.receive.tables.workbook import sheet_place
from tidewaiter.stages.receive.text_rows import Shape, TextRow, text_rows


def locate_cell(layout: Layout, raw: bytes, path: str, *, offset: int, line: int, row: int | None) -> Place | None:
    """Return where the leaf at the RFC 6901 path stands in a table's row or rows, which are `raw`.

    The path of a list's member that was split out of one cell leads to that cell; the empty path is the whole record.
    """
    if layout.sheet is not None:
        return _in_sheet(layout, path, row)
    if not path and layout.delimiter is not None:
        return Place(offset=offset, length=len(raw), line=line, row=row)
    if layout.delimiter is None:
        return _in_columns(layout, path, row)
    return _in_text(layout, raw, path, offset=offset, line=line, row=row)


def _known(layout: Layout) -> tuple[str, ...]:
    """Return every pointer that the mapping fills."""
    return (*layout.columns, *layout.constants)


def _in_text(layout: Layout, raw: bytes, path: str, *, offset: int, line: int, row: int | None) -> Place | None:
    """Find a cell in the rows of a text table."""
    assert layout.delimiter is not None  # noqa: S101 - the caller has seen to it
    newline, encoding = (layout.newline or "\n").encode(), layout.encoding or "utf-8"
    shape = Shape(newline=newline, delimiter=layout.delimiter.encode(), row_bytes_max=max(len(raw), 1))
    rows = list(text_rows(io.BytesIO(raw), shape, offset=0, line=line))
    place = row_of(path, _known(layout))
    if place >= len(rows):
        return None
    here, head = rows[place], rows[0]

    def present(pointer: str) -> bool:
        one = here if ROW in pointer else head
        return _is_filled(layout, _cells(one, encoding, layout.delimiter or ","), pointer)

    found = _column(layout, path, present)
    if found is None:
        return None
    source, number = (here, place) if ROW in found[0] else (head, 0)
    return cell_place(
        source[0],
        TextForm(encoding=encoding, delimiter=layout.delimiter, newline=newline, header=layout.header),
        layout.header.index(found[1]),
        offset=offset + source[1],
        line=source[3],
        row=None if row is None else row + number,
    )


def _in_sheet(layout: Layout, path: str, row: int | None) -> Place | None:
    """Find a cell's address in a workbook, where its cells are not at hand: as if no part were left out."""
    found = _column(layout, path, lambda _: True)
    if row is None or found is None:
        return None
    here = row + (row_of(path, _known(layout)) if ROW in found[0] else 0)
    return sheet_place(layout.header, layout.sheet or "", layout.header_row or 1, here, layout.header.index(found[1]))


def _in_columns(layout: Layout, path: str, row: int | None) -> Place | None:
    """Name the row and column of a Parquet file."""
    found = _column(layout, path, lambda _: True)
    if row is None or found is None:
        return None
    return Place(row=row + (row_of(path, _known(layout)) if ROW in found[0] else 0), column=found[1])


def _column(layout: Layout, path: str, present: Callable[[str], bool]) -> tuple[str, str] | None:
    """Return (pointer, header) of the column that a path was made from; of a part, its first field's column."""
    pointer = in_mapping(path, _known(layout), present)
    if pointer is None:
        return None
    several = f"{pointer.rsplit('/', 1)[0]}/0"
    if pointer not in layout.columns and pointer.rsplit("/", 1)[-1].isdigit() and several in layout.columns:
        pointer = several
    if pointer not in layout.columns:
        pointer = next((one for one in layout.columns if one.startswith(f"{pointer}/")), "")
    return (pointer, layout.columns[pointer][0]) if pointer else None


def _is_filled(layout: Layout, cells: list[str], pointer: str) -> bool:
    """Say whether the row fills the member of a list at the pointer."""
    below = f"{pointer}/"
    made = [headers for one, headers in layout.columns.items() if one == pointer or one.startswith(below)]
    holds = partial(_holds, layout, cells)
    return not made or any(all(holds(header) for header in headers) for headers in made)


def _holds(layout: Layout, cells: list[str], header: str) -> bool:
    """Say whether the row's cell under the header holds anything."""
    index = layout.header.index(header)
    text = cells[index].strip() if index < len(cells) else ""
    return bool(text) and text not in layout.empty.get(header, ())


def _cells(row: TextRow, encoding: str, delimiter: str) -> list[str]:
    """Split a row of the record's bytes."""
    return cells_of(row[0].decode(encoding, "replace"), delimiter)[0]

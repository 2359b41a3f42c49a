"""Read a sheet of an Excel workbook row by row: values as they are, formulas as faults."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils import get_column_letter

from tidewaiter.kernel.errors import MappingFault, Refused, TidewaiterError
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import CellFault, fault
from tidewaiter.stages.receive.model import Place
from tidewaiter.stages.receive.tables.cells import Unreadable, canonical
from tidewaiter.stages.receive.tables.header import check_header
from tidewaiter.stages.receive.tables.table import TableRow

ROWS_MAX = 1_048_576
"""Most rows that a sheet can have."""

_ROWS_AT_ONCE = 500


class Workbook:
    """A sheet of a workbook opened for reading. A data row is counted from the one below the header, blank or not."""

    native = True
    rows_expected: int | None = None

    def __init__(self, stream: BinaryIO, *, name: str, settings: Settings, sheet: str | None) -> None:
        self.name = name
        check_size(stream, name, settings)
        stream.seek(0)
        self.notes: tuple[str, ...] = ()
        try:
            self._sheet = self._open(stream, sheet)
            header = self._first_row()
        except TidewaiterError:
            raise
        except Exception as error:  # a damaged or hostile workbook makes the readers of XML and zip raise anything
            raise _damaged(name, error) from error
        self.header = header
        check_header(header, name, settings.columns_max)
        self.facts: dict[str, Any] = {"sheet": self._sheet.title, "header_row": self._header_row}

    def rows(self, *, after_row: int = 0, from_offset: int | None = None) -> Iterator[TableRow]:  # noqa: ARG002 - no bytes
        """Yield the rows after the given one. Where the workbook breaks off, the last row says so."""
        row = self._header_row
        blank = 0
        try:
            for cells in self._sheet_rows(self._header_row + 1):
                row += 1
                if not any(cell is not None for cell in cells):
                    blank += 1
                    if blank > ROWS_MAX:
                        break
                    continue
                blank = 0
                if row - self._header_row > after_row:
                    yield self._row(cells, row - self._header_row)
        except Exception as error:  # noqa: BLE001 - as above; what was read before stands, and the fault says the rest
            here = Place(row=row + 1 - self._header_row)
            wrong = fault("cut-off", place=here, found=type(error).__name__)
            yield TableRow(cells=None, row=row + 1 - self._header_row, faults=(wrong,))

    def rows_before(self, offset: int) -> int:  # noqa: ARG002 - no bytes
        """Count nothing: a workbook's rows have no place in the bytes."""
        return 0

    def place(self, row: TableRow, index: int) -> Place:
        """Return where a row's cell stands: its address in the sheet."""
        return sheet_place(self.header, self._sheet.title, self._header_row, row.row, index)

    def _row(self, cells: list[Any], number: int) -> TableRow:
        """Return a data row with as many cells as the header; more of them are a fault."""
        width = len(self.header)
        beyond = [at for at, cell in enumerate(cells[width:], width) if cell is not None]
        row = TableRow(cells=[*cells[:width], *[None] * (width - len(cells))], row=number)
        if beyond:
            place = sheet_place(self.header, self._sheet.title, self._header_row, number, beyond[0])
            row.faults = (fault("cell-count", place=place, found=beyond[-1] + 1, expected=width),)
        return row

    def _open(self, stream: BinaryIO, wanted: str | None) -> Any:
        """Open the sheet: the one that is named, else the first that is visible."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of features that reading values does not need
            book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
            names = [one.title for one in book.worksheets]
            if wanted is not None and wanted not in names:
                message = f"{self.name} has no sheet {wanted!r}; it has {', '.join(map(repr, names))}."
                raise MappingFault(message, "Name one of them under `sheet` in the mapping.")
            visible = [one for one in book.worksheets if one.sheet_state == "visible"] or book.worksheets
            if not visible:
                message = f"{self.name} has no sheet with cells."
                raise Refused(message, "Send the workbook that holds the table.")
            sheet = book[wanted] if wanted is not None else visible[0]
            others = [repr(one) for one in names if one != sheet.title]
            if others:
                self.notes = (f"Only the sheet {sheet.title!r} is read; there are also {', '.join(others[:5])}.",)
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            return sheet

    def _first_row(self) -> tuple[str, ...]:
        """Find the header: the first row that is not blank."""
        for number, cells in enumerate(self._sheet_rows(1), 1):
            if number > ROWS_MAX:
                break
            if any(cell is not None for cell in cells):
                self._header_row = number
                while cells and cells[-1] is None:
                    cells.pop()
                return tuple(_title(cell) for cell in cells)
        message = f"{self.name} is empty: the sheet {self._sheet.title!r} has no filled cell."
        raise Refused(message, "Send the workbook that holds the table, or name its sheet in the mapping.")

    def _sheet_rows(self, first: int) -> Iterator[list[Any]]:
        """Yield the values of the sheet's rows, a bounded number at a time."""
        found = self._sheet.iter_rows(min_row=first)
        while True:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # as above; not across the yield, where others would lose theirs
                batch = [[_value(cell) for cell in row] for row in islice(found, _ROWS_AT_ONCE)]
            yield from batch
            if len(batch) < _ROWS_AT_ONCE:
                return


def _value(cell: Any) -> Any:
    """Return a cell's value; a formula and the error of one become Unreadable; blank text becomes None."""
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Unreadable("formula", str(getattr(value, "text", value)))
    if cell.data_type == "e":
        return Unreadable("error-cell", str(value))
    return value if not isinstance(value, str) or value.strip() else None


def _title(cell: Any) -> str:
    """Return a header cell as text."""
    if cell is None:
        return ""
    try:
        return cell.strip() if isinstance(cell, str) else canonical(cell, as_text=True) or ""
    except CellFault:
        return ""


def sheet_place(header: tuple[str, ...], sheet: str, header_row: int, row: int, index: int) -> Place:
    """Return where a cell of a workbook stands."""
    column = header[index] if index < len(header) else None
    return Place(row=row, column=column, cell=f"{sheet}!{get_column_letter(index + 1)}{header_row + row}")


def check_size(stream: BinaryIO, name: str, settings: Settings) -> None:
    """Refuse a workbook that would unpack to far more than it is: a zip bomb, or too large to hold."""
    try:
        with zipfile.ZipFile(stream) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
            packed = sum(one.compress_size for one in archive.infolist())
            locked = any(one.flag_bits & 0x1 for one in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise _damaged(name, error) from error
    if locked:
        message = f"{name} is protected by a password."
        raise Refused(message, "Save it without a password.")
    if unpacked > settings.archive_bytes_max or unpacked > settings.archive_ratio_max * max(packed, 4096):
        message = (
            f"{name} would unpack from {packed:,} to {unpacked:,} bytes; "
            f"the most is {settings.archive_bytes_max:,} bytes and {settings.archive_ratio_max} times."
        )
        remedy = "If it comes from somebody you trust, save it as CSV, or raise archive_bytes_max or archive_ratio_max."
        raise Refused(message, remedy)


def _damaged(name: str, error: BaseException) -> Refused:
    """Word a workbook that cannot be read."""
    message = f"{name} is a workbook that is cut off or damaged ({type(error).__name__})."
    return Refused(message, "Open it in Excel, save it again as .xlsx, and send that.")

"""Read a text table: its encoding, delimiter and header, and its rows with their place in the bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import fault
from tidewaiter.stages.receive.model import Fault, Place
from tidewaiter.stages.receive.sniff import SAMPLE_BYTES
from tidewaiter.stages.receive.tables.header import check_header, fit
from tidewaiter.stages.receive.tables.mapping import Mapping
from tidewaiter.stages.receive.tables.table import TableRow
from tidewaiter.stages.receive.tables.text_cells import cells_of, slice_of
from tidewaiter.stages.receive.text_rows import Flaw, Shape, TextRow, line_at, newline_of, text_rows

DELIMITERS = (",", ";", "\t", "|")
"""The delimiters that are tried, in order."""

NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
"""Delimiter → what people call it."""

_BOM = codecs.BOM_UTF8
_ASCII = ',;\t|"\r\n09AZaz'


class TextTable:
    """A text table opened for reading; `rows` yields its rows from any known place."""

    native = False
    rows_expected: int | None = None

    def __init__(
        self,
        stream: BinaryIO,
        *,
        name: str,
        settings: Settings,
        mapping: Mapping | None,
        encoding: str | None,
        delimiter: str | None,
    ) -> None:
        self._stream = stream
        self._settings = settings
        self.name = name
        self.encoding = check_encoding(encoding or (mapping and mapping.encoding) or "utf-8", name)
        stream.seek(0)
        sample = stream.read(SAMPLE_BYTES)
        self._start = len(_BOM) if sample.startswith(_BOM) else 0
        self._newline = newline_of(sample)
        check_sample(sample, self._start, self.encoding, name, told=encoding is not None, newline=self._newline)
        self.delimiter = self._find_delimiter(mapping, delimiter)
        header = self._header(self.delimiter)
        self._data, self._data_line = header[1] + header[2], header[3] + header[0].count(self._newline)
        self.header = self._names(header, self.delimiter)
        check_header(self.header, name, settings.columns_max)
        self._form = TextForm(
            encoding=self.encoding, delimiter=self.delimiter, newline=self._newline, header=self.header
        )
        self.facts: dict[str, Any] = {
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "newline": self._newline.decode(),
        }
        self.notes: tuple[str, ...] = ()

    def rows(self, *, after_row: int = 0, from_offset: int | None = None) -> Iterator[TableRow]:
        """Yield the rows after the given one; `from_offset` is where its bytes ended, where known."""
        shape = self._shape(self.delimiter)
        offset, line = self._data, self._data_line
        if from_offset is not None and from_offset > offset:
            line = line_at(self._stream, shape, start=offset, line=line, offset=from_offset)
            offset = from_offset
            skip = 0
        else:
            skip = after_row
        width, delimiter, encoding = len(self.header), self.delimiter, self.encoding
        found = text_rows(self._stream, shape, offset=offset, line=line)
        for number, row in enumerate(found, after_row - skip + 1):
            if number <= after_row:
                continue
            raw, at, length, first, flaw = row
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                yield self._flawed(row, number)
                continue
            if flaw or '"' in text or "\x00" in text:
                yield self._flawed(row, number)
                continue
            cells = text.split(delimiter)
            if len(cells) != width:
                yield self._flawed(row, number)
                continue
            yield TableRow(cells=cells, row=number, offset=at, length=length, line=first, raw=raw)

    def rows_before(self, offset: int) -> int:
        """Count the rows that start before the offset."""
        shape = self._shape(self.delimiter)
        count = 0
        for row in text_rows(self._stream, shape, offset=self._data, line=self._data_line):
            if row[1] >= offset:
                break
            count += 1
        return count

    def place(self, row: TableRow, index: int) -> Place:
        """Return where a row's cell stands."""
        return cell_place(row.raw or b"", self._form, index, offset=row.offset or 0, line=row.line or 0, row=row.row)

    def _flawed(self, row: TextRow, number: int) -> TableRow:
        """Read a row that has quotation marks or something wrong with it, and say what."""
        raw, at, length, first, flaw = row
        here = Place(offset=at, length=length, line=first, row=number)
        if flaw is Flaw.TOO_LONG:
            wrong = fault("row-too-long", place=here, found=length, expected=self._settings.row_bytes_max)
            return TableRow(cells=None, row=number, offset=at, length=length, line=first, raw=None, faults=(wrong,))
        faults: list[Fault] = []
        if flaw is Flaw.UNCLOSED_QUOTE:
            faults.append(fault("unclosed-quote", place=here))
        text = self._decoded(row, number, faults)
        if "\x00" in text:
            faults.append(fault("nul-byte", place=here, found=text.count("\x00")))
            text = text.replace("\x00", "")
        cells, stray = cells_of(text, self.delimiter)
        if stray:
            faults.append(fault("stray-quote", place=here))
        width = len(self.header)
        if len(cells) != width:
            faults.append(fault("cell-count", place=here, found=len(cells), expected=width))
            cells = [*cells[:width], *[""] * (width - len(cells))]
        return TableRow(cells=cells, row=number, offset=at, length=length, line=first, raw=raw, faults=tuple(faults))

    def _decoded(self, row: TextRow, number: int, faults: list[Fault]) -> str:
        """Decode a row; bytes that are wrong become U+FFFD and are a fault."""
        raw, at, _, first, _ = row
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            line = first + raw[: error.start].count(self._newline)
            place = Place(offset=at + error.start, length=error.end - error.start, line=line, row=number)
            faults.append(fault("encoding", place=place, expected=self.encoding))
            return raw.decode(self.encoding, "replace")

    def _shape(self, delimiter: str) -> Shape:
        """Return how the rows are told apart."""
        return Shape(newline=self._newline, delimiter=delimiter.encode(), row_bytes_max=self._settings.row_bytes_max)

    def _header(self, delimiter: str) -> TextRow:
        """Return the first row."""
        row = next(text_rows(self._stream, self._shape(delimiter), offset=self._start, line=1), None)
        if row is None or row[4] is Flaw.TOO_LONG:
            message = f"{self.name} has no header: " + (
                "it holds nothing." if row is None else f"its first row has {row[2]:,} bytes."
            )
            raise Refused(message, "The first row must name the columns.")
        return row

    def _names(self, row: TextRow, delimiter: str) -> tuple[str, ...]:
        """Return the column names of a header row."""
        cells, _ = cells_of(row[0].decode(self.encoding, "replace").replace("\x00", ""), delimiter)
        return tuple(cell.strip() for cell in cells)

    def _find_delimiter(self, mapping: Mapping | None, told: str | None) -> str:
        """Return the delimiter that makes the header fit; refuse one that was told and does not."""
        wanted = told or (mapping.delimiter if mapping else None)
        if wanted is not None and (len(wanted) != 1 or wanted not in DELIMITERS):
            message = f"The delimiter {wanted!r} is not one that can be read."
            raise Refused(message, "It is a comma, a semicolon, a tab or a vertical bar.")
        best = max(DELIMITERS, key=lambda one: self._fitness(one, mapping))
        if wanted is None or wanted == best or self._fitness(wanted, mapping) == self._fitness(best, mapping):
            return wanted or best
        if self._fitness(wanted, mapping)[:2] == self._fitness(best, mapping)[:2]:
            return wanted
        message = f"{self.name} is not separated by a {NAMES[wanted]}: its header then has none of the right columns."
        raise Refused(
            message, f"It is separated by a {NAMES[best]}: give --delimiter '{_typed(best)}' or leave it out."
        )

    def _fitness(self, delimiter: str, mapping: Mapping | None) -> tuple[int, int, int]:
        """Say how well the header fits when it is split at the delimiter."""
        names = self._names(self._header(delimiter), delimiter)
        if mapping is None:
            return 0, 0, len(names) if len(set(names)) == len(names) else 1
        return *fit(mapping, names).score, len(names)


class TextForm(msgspec.Struct, frozen=True, kw_only=True):
    """How the cells of a text table are told apart: encoding, delimiter, the byte that ends a line, the header."""

    encoding: str
    delimiter: str
    newline: bytes
    header: tuple[str, ...]


def cell_place(raw: bytes, form: TextForm, index: int, *, offset: int, line: int, row: int | None) -> Place:
    """Return where a cell stands, from its row's bytes: without surrounding spaces, but with quotation marks."""
    header, newline = form.header, form.newline
    column = header[index] if index < len(header) else None
    found = slice_of(raw, form.encoding, form.delimiter, index)
    if found is None:
        return Place(offset=offset, length=len(raw), line=line, row=row, column=column)
    at, length = found
    cell = raw[at : at + length]
    blank = len(cell) - len(cell.lstrip(b" \t"))
    kept = len(cell.strip(b" \t"))
    if kept:
        at, length = at + blank, kept
    return Place(offset=offset + at, length=length, line=line + raw[:at].count(newline), row=row, column=column)


def check_encoding(encoding: str, name: str) -> str:
    """Return the encoding's name; refuse one that is unknown or in which rows cannot be told apart by their bytes."""
    try:
        fits = _ASCII.encode(encoding) == _ASCII.encode("ascii")
        codecs.lookup(encoding)
    except (LookupError, UnicodeError, ValueError) as error:
        message = f"There is no character encoding {encoding!r} that can be read."
        raise Refused(message, "Use utf-8, cp1252, iso-8859-1, cp1251, cp949 or another one of that kind.") from error
    if not fits:
        message = f"{name} cannot be read as {encoding}: its delimiters are not single bytes."
        raise Refused(message, "Save it as UTF-8.")
    return "utf-8" if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"} else encoding.lower()


def check_sample(sample: bytes, start: int, encoding: str, name: str, *, told: bool, newline: bytes) -> None:
    """Refuse a text whose first part is not in the encoding, naming the byte and how it would read in another."""
    decoder = codecs.getincrementaldecoder(encoding)()
    body = sample[start:]
    try:
        decoder.decode(body, final=len(sample) < SAMPLE_BYTES)
    except UnicodeDecodeError as error:
        at = error.start
        line = body[:at].count(newline) + 1
        message = f"{name} is not {encoding.upper()}: byte 0x{body[at]:02X} at offset {start + at:,}, line {line:,}."
        raise Refused(message, _other_encoding(body, at, told=told)) from error


def _other_encoding(body: bytes, at: int, *, told: bool) -> str:
    """Suggest an encoding, with the word at the wrong byte as it would read in it."""
    start = max((body.rfind(one, 0, at) for one in (b",", b";", b"\t", b"|", b"\n", b"\r", b" ", b'"')), default=-1) + 1
    ends = [end for one in (b",", b";", b"\t", b"|", b"\n", b"\r", b" ", b'"') if (end := body.find(one, at)) >= 0]
    word = body[max(start, at - 40) : min([*ends, at + 40])]
    text = word.decode("cp1252", "replace")
    safe = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    advice = f"If {safe!r} is right there, give --encoding cp1252; else ask the sender for UTF-8."
    return advice if not told else "Leave out --encoding, give another one, or ask the sender for UTF-8."


def _typed(delimiter: str) -> str:
    """Return the delimiter as it is typed."""
    return "\\t" if delimiter == "\t" else delimiter

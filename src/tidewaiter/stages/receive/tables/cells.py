"""Turn a column's cells into a field's values, compiled from the mapping once for the whole table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from tidewaiter.stages.receive.faults import CellFault
from tidewaiter.stages.receive.tables.chain import Chain, chain
from tidewaiter.stages.receive.tables.mapping import Column, Source, chain_of
from tidewaiter.stages.receive.tables.paths import FieldPath
from tidewaiter.stages.receive.tables.transforms import TextStep
from tidewaiter.stages.receive.tables.values import READERS, Conventions

CellReader = Callable[[Any], Any]
"""Cell → value, or None where the cell holds nothing; raises CellFault."""


class Unreadable(msgspec.Struct, frozen=True):
    """A cell that holds no value of its own: a formula, or the error that one gave. `code` is a fault's."""

    code: str
    shown: str


def cell_reader(
    column: Column, path: FieldPath, conventions: Conventions, empty: tuple[str, ...], *, native: bool
) -> CellReader:
    """Return the reader of a column's cell for a field.

    A cell of a text table is text. With `native` a cell may also be a number, a moment or None; such a cell is read
    by its value, whatever the conventions of the text.
    """
    nothing = frozenset(empty) | frozenset(column.empty)
    written = _text_reader(chain_of(column, path, conventions), path, nothing)
    if not native:
        return written
    plain_column = msgspec.structs.replace(column, transform=tuple(_without_conventions(column.transform)))
    plain = _text_reader(chain_of(plain_column, path, Conventions()), path, nothing)
    return _native_reader(written, plain, as_text=path.leaf is str)


def part_reader(source: Source, conventions: Conventions, empty: frozenset[str], *, native: bool) -> CellReader:
    """Return the reader of one part of a join: cell → text, or None."""
    written = _steps_reader(chain(source.transform, conventions).text, empty)
    if not native:
        return written
    plain = _steps_reader(chain(tuple(_without_conventions(source.transform)), Conventions()).text, empty)
    return _native_reader(written, plain, as_text=True)


def joined(readers: Sequence[CellReader], glue: str) -> Callable[[Sequence[Any]], str | None]:
    """Return the reader of several cells as one text; None unless all of them hold something."""

    def read(cells: Sequence[Any]) -> str | None:
        parts = [reader(cell) for reader, cell in zip(readers, cells, strict=True)]
        return None if None in parts else glue.join(parts)

    return read


def _without_conventions(written: Sequence[Any]) -> list[Any]:
    """Drop what a transform says of how text is written: a native cell is read by its value."""
    return [one.split(":")[0] if isinstance(one, str) and one.startswith(_OWN) else one for one in written]


_OWN = ("date:", "datetime:", "decimal:")


def _steps_reader(steps: tuple[TextStep, ...], empty: frozenset[str]) -> CellReader:
    """Return the reader of text that stays text."""
    if not steps and not empty:
        return lambda text: text.strip() or None

    def read(cell: str) -> str | None:
        text = cell.strip()
        if not text or text in empty:
            return None
        for step in steps:
            text = step(text)
        if not text:
            _nothing_left()
        return text

    return read


def _nothing_left() -> NoReturn:
    """Refuse a cell that its transforms empty: what was there must not vanish silently."""
    code = "nothing-left"
    raise CellFault(code, "the transforms")


def _text_reader(ready: Chain, path: FieldPath, empty: frozenset[str]) -> CellReader:
    """Return the reader of text into the field's type."""
    steps = _steps_reader(ready.text, empty)
    maker = READERS.get(path.leaf)
    convert: Callable[[str], Any] | None = maker(ready.conventions) if maker else None
    if path.many:
        return _many_reader(steps, convert, ready.separator)
    if convert is None:
        return steps
    if not ready.text and not empty and not ready.after:
        return _direct_reader(convert)
    after = ready.after

    def read(cell: str) -> Any:
        text = steps(cell)
        if text is None:
            return None
        value = convert(text)
        for step in after:
            value = step(value)
        return value

    return read


def _direct_reader(convert: Callable[[str], Any]) -> CellReader:
    """Return the reader of a number or a day without transforms."""

    def read(cell: str) -> Any:
        text = cell.strip()
        return convert(text) if text else None

    return read


def _many_reader(steps: CellReader, convert: Callable[[str], Any] | None, separator: str | None) -> CellReader:
    """Return the reader of a cell into several values."""

    def read(cell: str) -> tuple[Any, ...] | None:
        text = steps(cell)
        if text is None:
            return None
        parts = [one.strip() for one in text.split(separator)] if separator else [text]
        values = tuple(convert(one) if convert else one for one in parts if one)
        if not values:
            _nothing_left()
        return values

    return read


def _native_reader(written: CellReader, plain: CellReader, *, as_text: bool) -> CellReader:
    """Return the reader of a cell that may be text or a value of its own."""

    def read(cell: Any) -> Any:
        if cell is None:
            return None
        if isinstance(cell, str):
            return written(cell)
        text = canonical(cell, as_text=as_text)
        return None if text is None else plain(text)

    return read


def canonical(cell: Any, *, as_text: bool) -> str | None:
    """Return a native cell's value as text: decimal point, ISO 8601; raises CellFault for what has no value."""
    if isinstance(cell, Unreadable):
        raise CellFault(cell.code, "a value")
    if isinstance(cell, float):
        return _canonical_float(cell)
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if as_text and midnight else cell.isoformat()
    for kinds, write in _WRITERS:
        if isinstance(cell, kinds):
            return write(cell)
    code = "type"
    raise CellFault(code, "a single value")


def _canonical_float(number: float) -> str | None:
    """Return a binary number as text; nothing for not-a-number, which tables use for that."""
    if math.isnan(number):
        return None
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda cell: "true" if cell else "false"),
    ((int, Decimal), str),
    ((date, time), lambda cell: str(cell.isoformat())),
    (bytes, lambda cell: str(cell, "utf-8", "replace")),
)

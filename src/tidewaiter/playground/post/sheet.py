"""Write records as a table, by the mapping that the table is read through."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.receive import read_mapping
from tidewaiter.stages.receive.tables.paths import SELECTORS, resolve
from tidewaiter.stages.receive.tables.tree import Node, plant

_SEPARATOR = "/"
"""What stands between the values of a cell that holds several."""


def _several(values: Iterable[str]) -> str:
    """Write several values into one cell."""
    return _SEPARATOR.join(values)


def _plain(value: Decimal) -> str:
    """Write a number with the decimals that it has, never with an exponent."""
    return format(value, "f")


def _moment(value: datetime) -> str:
    """Write a moment with its offset."""
    return value.isoformat().replace("+00:00", "Z")


def _flag(value: bool) -> str:  # noqa: FBT001 - the value is the flag
    """Write yes or no."""
    return "1" if value else "0"


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    str: str,
    int: str,
    bool: _flag,
    Decimal: _plain,
    datetime: _moment,
    date: date.isoformat,
}
"""Type of a field → how its value is written into a cell."""


class _Filler:
    """What one struct of the record fills: cells of its own fields, and what the structs below it fill."""

    def __init__(self, node: Node, columns: Mapping[int, tuple[int, type]]) -> None:
        self._leaves = [
            (attribute, columns[slot][0], _several if attribute in node.several else _WRITTEN[columns[slot][1]])
            for attribute, slot in node.leaves.items()
        ]
        self._parts = [(attribute, _Filler(below, columns)) for attribute, below in node.parts.items()]
        self._numbered: list[tuple[str, list[tuple[int, _Filler]]]] = []
        self._named: list[tuple[str, str, dict[str, _Filler]]] = []
        for attribute, members in node.lists.items():
            fillers = {key: _Filler(below, columns) for key, below in members.items()}
            numbered = [(int(key), one) for key, one in fillers.items() if key.isdigit()]
            named = {key: one for key, one in fillers.items() if not key.isdigit()}
            if numbered:
                self._numbered.append((attribute, numbered))
            if named:
                owner = next(iter(members.values())).owner
                self._named.append((attribute, SELECTORS[owner], named))

    def fill(self, struct: Any, cells: list[str]) -> None:
        """Fill the cells of a row."""
        for attribute, column, written in self._leaves:
            value = getattr(struct, attribute)
            if value is not None:
                cells[column] = written(value)
        for attribute, part in self._parts:
            value = getattr(struct, attribute)
            if value is not None:
                part.fill(value, cells)
        for attribute, members in self._numbered:
            values = getattr(struct, attribute)
            for at, member in members[: len(values)]:
                member.fill(values[at], cells)
        for attribute, selector, named in self._named:
            done: set[str] = set()
            for value in getattr(struct, attribute):
                key = getattr(value, selector)
                if key in named and key not in done:
                    done.add(key)
                    named[key].fill(value, cells)


class Sheet:
    """A table as its mapping says: the header and how a record is written, each column the one field that it fills.

    The columns that rows are grouped by and that fill no field come first; they hold the number of the record in the
    table. Raises MappingFault for a mapping that cannot be read.
    """

    def __init__(self, mapping: str, where: str) -> None:
        read = read_mapping(mapping, where)
        names = [column.sources[0].names[0] for column in read.columns]
        numbers = [one[0] for one in read.group if one[0] not in names]
        self._numbers = len(numbers)
        self.header = (*numbers, *names)
        paths = [resolve(read.struct, column.to[0]) for column in read.columns]
        constants = [(resolve(read.struct, text), value) for text, value in read.constants.items()]
        root = plant(read.struct, paths, constants).root
        columns = {at: (at + self._numbers, path.leaf) for at, path in enumerate(paths)}
        self._trunk = _Filler(root, columns)
        self._to_rows: tuple[tuple[str, ...], str] | None = None
        row = _row_below(root, ())
        if row is not None:
            way, attribute, node = row
            self._to_rows = way, attribute
            self._row = _Filler(node, columns)

    def rows(self, number: int, record: AnyRecord) -> Iterator[list[str]]:
        """Yield the rows of a record: one for each part that the table has a row of, or one if it has none."""
        cells = [str(number)] * self._numbers + [""] * (len(self.header) - self._numbers)
        self._trunk.fill(record, cells)
        parts = self._parts(record)
        if not parts:
            yield cells
        for part in parts:
            row = cells.copy()
            self._row.fill(part, row)
            yield row

    def write(self, records: Iterable[AnyRecord]) -> bytes:
        """Return the table: UTF-8, commas, a header."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.header)
        for number, record in enumerate(records, start=1):
            writer.writerows(self.rows(number, record))
        return text.getvalue().encode()

    def _parts(self, record: AnyRecord) -> tuple[Any, ...]:
        """Return the parts of a record that have a row each."""
        if self._to_rows is None:
            return ()
        way, attribute = self._to_rows
        struct: Any = record
        for step in way:
            struct = getattr(struct, step)
            if struct is None:
                return ()
        parts: tuple[Any, ...] = getattr(struct, attribute)
        return parts


def _row_below(node: Node, way: tuple[str, ...]) -> tuple[tuple[str, ...], str, Node] | None:
    """Return the way to the list that has a row for each of its parts, its attribute, and the part's node."""
    if node.row is not None:
        return way, *node.row
    for attribute, below in node.parts.items():
        found = _row_below(below, (*way, attribute))
        if found is not None:
            return found
    return None

"""Open a table for reading: find out how it stands in its file, and fit the mapping to its header."""

from __future__ import annotations

from typing import BinaryIO

from tidewaiter.kernel.errors import MappingFault
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.model import Head, Opened, head_of
from tidewaiter.stages.receive.tables.columnar import Columnar
from tidewaiter.stages.receive.tables.header import check_fit, fit
from tidewaiter.stages.receive.tables.mapping import Mapping
from tidewaiter.stages.receive.tables.shelf import best_mappings
from tidewaiter.stages.receive.tables.table import Table
from tidewaiter.stages.receive.tables.table_reader import TableMessage
from tidewaiter.stages.receive.tables.text_table import TextTable
from tidewaiter.stages.receive.tables.workbook import Workbook

FORMATS = frozenset(("csv", "xlsx", "parquet"))
"""The formats that are tables."""

_HEADERS_SHOWN_MAX = 12


def open_table_message(
    stream: BinaryIO,
    found: str,
    *,
    name: str,
    length: int,
    settings: Settings,
    mapping: Mapping | None,
    encoding: str | None,
    delimiter: str | None,
    sender: str | None,
) -> Opened:
    """Open a table as a message of records; `length` is the source's, in bytes.

    Raises MappingFault where there is no mapping or it does not fit.
    """
    table = open_table(
        stream, found, name=name, settings=settings, mapping=mapping, encoding=encoding, delimiter=delimiter
    )
    if mapping is None:
        raise _no_mapping(name, table.header)
    fitted = fit(mapping, table.header)
    check_fit(fitted, mapping, table.header, name)
    if isinstance(table, Columnar):
        used = {one for column in fitted.columns for one in column.headers}
        table.only([*used, *(table.header[index] for index in fitted.group or ())])
    head: Head = head_of(
        found,
        length,
        sender,
        kind=mapping.id,
        directory=mapping.sha256,
        mapping=mapping.id,
        mapping_sha256=mapping.sha256,
        notes=(*table.notes, *_notes(fitted.unused)),
    )
    return TableMessage(table, mapping, fitted, head, settings)


def open_table(
    stream: BinaryIO,
    found: str,
    *,
    name: str,
    settings: Settings,
    mapping: Mapping | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """Open a table of a recognised format, with or without a mapping."""
    if found == "xlsx":
        return Workbook(stream, name=name, settings=settings, sheet=mapping.sheet if mapping else None)
    if found == "parquet":
        return Columnar(stream, name=name, settings=settings)
    return TextTable(stream, name=name, settings=settings, mapping=mapping, encoding=encoding, delimiter=delimiter)


def _notes(unused: tuple[str, ...]) -> tuple[str, ...]:
    """Say which columns the mapping does not read."""
    if not unused:
        return ()
    shown = ", ".join(repr(one) for one in unused[:_HEADERS_SHOWN_MAX])
    more = f" and {len(unused) - _HEADERS_SHOWN_MAX} more" if len(unused) > _HEADERS_SHOWN_MAX else ""
    return (f"Columns that the mapping does not read: {shown}{more}.",)


def _no_mapping(name: str, header: tuple[str, ...]) -> MappingFault:
    """Say that a table needs a mapping, and which ones would fit."""
    fitting = best_mappings(header)
    message = f"{name} is a table; a mapping must say which column is which field."
    if fitting:
        listed = " or ".join(f"--mapping {one}" for one in fitting)
        return MappingFault(message, f"Its header fits: {listed}.")
    return MappingFault(message, f"Let `tidewaiter mapping suggest {name}` write one, and give it with --mapping.")

"""Find where a field of a record stands in the source, from the record's own bytes."""

from __future__ import annotations

from functools import lru_cache

from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.edifact.reader import MessagePlaces
from tidewaiter.stages.receive.json.documents import DocumentPlaces
from tidewaiter.stages.receive.json.places import locate_value
from tidewaiter.stages.receive.model import Layout, Place
from tidewaiter.stages.receive.tables.places import locate_cell
from tidewaiter.stages.receive.xml.reader import locate_xml

_ALL = Settings()
"""The usual limits: what was read once within a node's limits is only read again."""


def locate(
    layout: Layout | None,
    raw: bytes,
    path: str,
    *,
    offset: int,
    line: int,
    row: int | None,
    form: str | None = None,
    format: str | None = None,  # noqa: A002 - the word of every door
) -> Place | None:
    """Return where the leaf at the RFC 6901 path stands in the source, or None where that cannot be told.

    `raw` are the record's bytes, which start at `offset` of the source, on `line`, in data row `row`, or those of the
    message that it is the record number `row` of. `format` is the message's; without one, and without a table's
    layout, they are a JSON line. `form` says how the bytes are written where that differs within a source. A path that
    the record lacks is looked for in the nearest part around it.
    """
    if format == "edifact":
        return _of_message(raw, form, offset, line).find(row or 1, path)
    if format == "xml":
        return locate_xml(raw, path, row=row, settings=_ALL)
    if format == "json":
        return _of_document(raw, offset, line).find(row or 1, path)
    if layout is not None and layout.header:
        return locate_cell(layout, raw, path, offset=offset, line=line, row=row)
    return locate_value(raw, path, offset=offset, line=line)


@lru_cache(maxsize=1)
def _of_message(raw: bytes, form: str | None, offset: int, line: int) -> MessagePlaces:
    """Return the places of one UN/EDIFACT message; the last one is remembered, for its other records and findings."""
    return MessagePlaces(raw, form=form, offset=offset, line=line)


@lru_cache(maxsize=1)
def _of_document(raw: bytes, offset: int, line: int) -> DocumentPlaces:
    """Return the places of one JSON document; the last one is remembered, for its other records and findings."""
    return DocumentPlaces(raw, offset=offset, line=line, settings=_ALL)

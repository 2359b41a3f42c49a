"""Split a row of text into its cells, and say where each of them stands in the row."""

from __future__ import annotations


def cells_of(text: str, delimiter: str) -> tuple[list[str], bool]:
    """Return the row's cells, unquoted, and whether text follows a closing quotation mark somewhere.

    A quoted cell that is never closed runs to the end of the row.
    """
    if '"' not in text:
        return text.split(delimiter), False
    cells: list[str] = []
    stray = False
    for start, end, quoted in spans_of(text, delimiter):
        if not quoted:
            cells.append(text[start:end])
            continue
        value, odd = _unquoted(text[start:end])
        stray = stray or odd
        cells.append(value)
    return cells, stray


def spans_of(text: str, delimiter: str) -> list[tuple[int, int, bool]]:
    """Return each cell's start and end in the row, quotation marks included, and whether it is quoted."""
    spans: list[tuple[int, int, bool]] = []
    start, size = 0, len(text)
    while True:
        quoted = text[start : start + 1] == '"'
        end = text.find(delimiter, _closing(text, start) if quoted else start)
        if end < 0:
            spans.append((start, size, quoted))
            return spans
        spans.append((start, end, quoted))
        start = end + 1


def _closing(text: str, start: int) -> int:
    """Return the place after the quotation mark that closes the cell which starts here, or the text's end."""
    at = text.find('"', start + 1)
    while at >= 0 and text[at + 1 : at + 2] == '"':
        at = text.find('"', at + 2)
    return len(text) if at < 0 else at + 1


def _unquoted(cell: str) -> tuple[str, bool]:
    """Return what a quoted cell says, and whether text follows its closing quotation mark."""
    end = _closing(cell, 0)
    closed = end >= 2 and cell[end - 1] == '"' and (end < len(cell) or _is_closed(cell))  # noqa: PLR2004 - two marks
    inside = cell[1 : end - 1] if closed else cell[1:]
    rest = cell[end:] if closed else ""
    return inside.replace('""', '"') + rest, bool(rest.strip())


def _is_closed(cell: str) -> bool:
    """Say whether a cell's last quotation mark closes it, rather than being half of a doubled one."""
    marks = len(cell) - len(cell.rstrip('"'))
    return marks % 2 == 1 if len(cell) > marks else marks % 2 == 0


def slice_of(raw: bytes, encoding: str, delimiter: str, index: int) -> tuple[int, int] | None:
    """Return a cell's offset and length in the row's bytes, quotation marks included, or None where there is none."""
    text = raw.decode(encoding, "surrogateescape")
    spans = spans_of(text, delimiter)
    if index >= len(spans):
        return None
    start, end, _ = spans[index]
    before = len(text[:start].encode(encoding, "surrogateescape"))
    return before, len(text[start:end].encode(encoding, "surrogateescape"))

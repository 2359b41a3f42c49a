"""Read a code list from a CSV file that the operator gives."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import BinaryIO, NoReturn, TextIO

from tidewaiter.kernel.codes.model import CodeList, Entry, Period, fingerprint
from tidewaiter.kernel.errors import CodeListFault

ENTRIES_MAX = 1_000_000
"""Most codes in one list."""

FIELD_CHARACTERS_MAX = 20_000
"""Longest cell of a list, in characters."""

GUESSES: dict[str, tuple[str, ...]] = {
    "code": ("code", "hscode", "hs_code", "id", "value", "commodity code", "commodity_code", "office", "reference"),
    "name": ("name", "description", "meaning", "label", "title", "text"),
    "start": ("valid_from", "validfrom", "start", "from", "start_date"),
    "end": ("valid_to", "validto", "end", "to", "end_date"),
}
"""What a column is for → the headers tried, in order, without regard to case."""

HS_EDITIONS: dict[str, tuple[date, date | None]] = {
    "2002": (date(2002, 1, 1), date(2006, 12, 31)),
    "2007": (date(2007, 1, 1), date(2011, 12, 31)),
    "2012": (date(2012, 1, 1), date(2016, 12, 31)),
    "2017": (date(2017, 1, 1), date(2021, 12, 31)),
    "2022": (date(2022, 1, 1), date(2027, 12, 31)),
    "2028": (date(2028, 1, 1), None),
}
"""Edition of the Harmonized System → first and last day in force at the WCO."""

_AGAIN = "Give the columns with their names, or mend the file, and load it again."


def load_csv(
    stream: BinaryIO | TextIO,
    list_id: str,
    edition: str,
    *,
    source: str = "loaded by the operator",
    licence: str = "as given by its publisher",
    columns: Mapping[str, str] | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    complete: bool = True,
) -> CodeList:
    """Return the code list of a CSV stream with a header row, UTF-8 with or without byte-order mark.

    `columns` names the header of `code`, `name`, `start` and `end`; what it does not name is guessed from `GUESSES`.
    For `hs` the days in force follow from the edition where none are given. Raises CodeListFault, with the line,
    for a missing column, an empty or repeated code, a day that is none, a list without codes, or text that is no CSV.
    """
    rows = csv.reader(_text(stream), strict=True)
    what = f"the list {list_id}"
    entries: dict[str, Entry] = {}
    lines: dict[str, int] = {}
    try:
        header = next(rows, None)
        if header is None:
            _refuse(f"Line 1: {what} is empty; it has not even a header.")
        places = _columns(header, columns or {}, what)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            line = rows.line_num
            code, entry = _entry(row, places, line, list_id)
            if code in lines:
                _refuse(f"Line {line}: the code {code} stood on line {lines[code]} already.")
            if len(entries) >= ENTRIES_MAX:
                _refuse(f"Line {line}: {what} has more than {ENTRIES_MAX} codes.")
            entries[code], lines[code] = entry, line
    except (csv.Error, UnicodeDecodeError) as error:
        _refuse(f"Line {rows.line_num + 1}: {what} is not CSV in UTF-8: {error}.")
    if not entries:
        _refuse(f"Line {max(rows.line_num, 1)}: {what} ends without a single code.")
    if list_id == "hs" and valid_from is None and valid_to is None:
        valid_from, valid_to = HS_EDITIONS.get(edition, (None, None))
    return CodeList(
        id=list_id,
        edition=edition,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        licence=licence,
        sha256=fingerprint(entries),
        complete=complete,
        entries=entries,
    )


def _refuse(sentence: str) -> NoReturn:
    """Refuse the list, saying what to do."""
    raise CodeListFault(sentence, _AGAIN)


def _text(stream: BinaryIO | TextIO) -> Iterator[str]:
    """Return the stream's lines as text, without a byte-order mark."""
    if isinstance(stream, io.TextIOBase):
        first = True
        for line in stream:
            yield line.removeprefix("\ufeff") if first else line
            first = False
        return
    # decoded by line and not through TextIOWrapper, which would close the caller's stream
    for number, raw in enumerate(stream):
        assert isinstance(raw, bytes)  # noqa: S101 - a binary stream gives bytes
        yield raw.decode("utf-8-sig" if number == 0 else "utf-8")


def _columns(header: list[str], named: Mapping[str, str], what: str) -> dict[str, int]:
    """Return which column is for what; a code column there must be."""
    names = [name.strip().lower() for name in header]
    places: dict[str, int] = {}
    for purpose, guesses in GUESSES.items():
        wanted = named.get(purpose)
        if wanted is not None and wanted.strip().lower() not in names:
            _refuse(f"Line 1: {what} has no column {wanted!r}; it has {', '.join(header)}.")
        for guess in (wanted.strip().lower(),) if wanted is not None else guesses:
            if guess in names:
                places[purpose] = names.index(guess)
                break
    if "code" not in places:
        tried = ", ".join(GUESSES["code"])
        _refuse(f"Line 1: {what} has no column for the code (tried {tried}).")
    return places


def _entry(row: list[str], places: Mapping[str, int], line: int, list_id: str) -> tuple[str, Entry]:
    """Return a row's code and entry."""
    cells = {purpose: row[place].strip() if place < len(row) else "" for purpose, place in places.items()}
    if any(len(cell) > FIELD_CHARACTERS_MAX for cell in cells.values()):
        _refuse(f"Line {line}: a cell is longer than {FIELD_CHARACTERS_MAX} characters.")
    code = cells["code"]
    if not code:
        _refuse(f"Line {line}: the code is missing.")
    if list_id == "hs":
        code = code.replace(".", "").replace(" ", "")
    start, end = (_day(cells.get(purpose, ""), line) for purpose in ("start", "end"))
    periods = (Period(start, end),) if start or end else ()
    return code, Entry(cells.get("name", ""), periods)


def _day(text: str, line: int) -> date | None:
    """Return the day of a cell, None where it is empty."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        _refuse(f"Line {line}: {text[:20]!r} is not a day written YYYY-MM-DD.")

"""Read decisions as nodes and people write them: CSV, JSON lines, or one JSON array."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tidewaiter.kernel.errors import Refused

CHOSEN = frozenset({"inspect", "control"})
"""Actions that look into a consignment."""
ACTIONS = (*sorted(CHOSEN), "release", "")
"""What a decision can say; nothing, where only a rank or a probability is given."""
DECISION_ROWS_MAX = 10_000_000
_COLUMNS = "country, reference, action, rank, probability"


class Decision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was decided about a reference in a country.

    `action` is one of `ACTIONS`; `rank` counts from 1 within its day, the riskiest first; `probability` is 0 to 1.
    """

    country: str
    reference: str
    action: str = ""
    rank: int | None = None
    probability: float | None = None

    @property
    def chosen(self) -> bool:
        """Whether the consignment is looked into."""
        return self.action in CHOSEN


def read_decisions(data: bytes, *, country: str = "", name: str = "decisions") -> list[Decision]:
    """Return the decisions in a file; `country` is that of rows that name none, as a node's own do.

    What `tidewaiter queue --json` and `tidewaiter queue --all` write can be read. Raises Refused with the row where
    one has no reference or country, an action that is unknown, or a number that is none.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        message = f"{name} is not UTF-8 at byte {wrong.start:,}."
        raise Refused(message, f"Write it as CSV or JSON in UTF-8, with {_COLUMNS}.") from None
    rows = _rows(text, name)
    found = []
    for number, row in enumerate(rows, start=1):
        if number > DECISION_ROWS_MAX:
            message = f"{name} has more than {DECISION_ROWS_MAX:,} rows."
            raise Refused(message)
        found.append(_decision(row, country, f"{name}, row {number:,}"))
    return found


def _rows(text: str, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows, each a mapping from the names of columns."""
    start = text.lstrip()[:1]
    if start == "[":
        try:
            whole = msgspec.json.decode(text)
        except msgspec.DecodeError as wrong:
            message = f"{name} begins as a JSON array and is none: {wrong}."
            raise Refused(message) from None
        yield from whole
    elif start == "{":
        lines = (line for line in text.splitlines() if line.strip())
        for number, line in enumerate(lines, start=1):
            try:
                yield msgspec.json.decode(line)
            except msgspec.DecodeError as wrong:
                message = f"{name}, line {number:,}, is not a JSON object: {wrong}."
                raise Refused(message, "Write one object a line, or one array.") from None
    else:
        yield from _table(text, name)


def _table(text: str, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a CSV, whatever the case of its column names."""
    reader = csv.DictReader(io.StringIO(text))
    reader.fieldnames = [one.strip().lower() for one in reader.fieldnames or ()]
    if "reference" not in reader.fieldnames:
        message = f"{name} has no column `reference`."
        raise Refused(message, f"Its first line names the columns: {_COLUMNS}.")
    yield from _regular(reader, name)


def _regular(rows: Iterable[dict[str, Any]], name: str) -> Iterator[Mapping[str, Any]]:
    """Yield rows that fit the columns; raises Refused for one with more cells."""
    for number, row in enumerate(rows, start=1):
        if None in row:
            message = f"{name}, row {number:,}, has more cells than there are columns."
            raise Refused(message)
        yield row


def _decision(row: object, country: str, where: str) -> Decision:
    """Return the decision of a row."""
    if not isinstance(row, Mapping):
        message = f"{where}, is not an object."
        raise Refused(message)
    of = str(row.get("country") or country).strip().upper()
    reference = str(row.get("reference") or "").strip()
    if not reference or not of:
        message = f"{where}, has no {'country' if reference else 'reference'}."
        raise Refused(message, f"Give every row {_COLUMNS}; or name the country once with --country.")
    action = str(row.get("action") or "").strip().lower()
    if action not in ACTIONS:
        message = f"{where}, has the action {action!r}; there are {', '.join(one for one in ACTIONS if one)}."
        raise Refused(message)
    screening = row.get("screening")
    probability = row.get("probability")
    if probability is None and isinstance(screening, Mapping):
        probability = screening.get("probability")
    rank, chance = _number(row.get("rank"), "rank", where), _number(probability, "probability", where)
    if chance is not None and not 0 <= chance <= 1:
        message = f"{where}, has the probability {chance}; it is 0 to 1."
        raise Refused(message)
    return Decision(
        country=of,
        reference=reference,
        action=action,
        rank=None if rank is None else int(rank),
        probability=chance,
    )


def _number(value: object, what: str, where: str) -> float | None:
    """Return a number, or None where the cell is empty."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return float(value)  # type: ignore[arg-type]  # whatever JSON has; what is no number is refused
    except (TypeError, ValueError):
        message = f"{where}, has the {what} {value!r}, which is no number."
        raise Refused(message) from None

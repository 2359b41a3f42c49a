"""Write a batch of letters into parcels, each within its limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from tidewaiter.playground.post import interchanges
from tidewaiter.playground.post.columns import DECLARATIONS_MAPPING, OUTCOMES_MAPPING
from tidewaiter.playground.post.model import Batch, Limits, Parcel
from tidewaiter.playground.post.sheet import Sheet
from tidewaiter.stages.receive.json.dcsa_lines import write_lines
from tidewaiter.stages.receive.xml.ncts_writing import Envelope, write_movements
from tidewaiter.stages.receive.xml.wco import write_declarations
from tidewaiter.world.model import Letter

Write = Callable[[str, datetime, int, Sequence[Letter]], bytes]
"""Writes letters to a country: the country, the moment (UTC), the number of the part of the window, the letters."""


def written(batch: Batch, limits: Limits) -> Iterator[Parcel]:
    """Yield the parcels of a batch, in time order.

    Raises KeyError for a form that there is not, and for an NCTS message that is not in MOVEMENTS.
    """
    write, ending = _WRITERS[batch.form]
    mapping = _MAPPINGS.get(batch.form)
    most = limits.parcel_letters_max
    waiting = [batch.letters[at : at + most] for at in range(0, len(batch.letters), most)][::-1]
    part = 0
    while waiting:
        letters = waiting.pop()
        data = write(batch.country, batch.at, part, letters)
        if len(data) > limits.parcel_bytes_max and len(letters) > 1:
            half = len(letters) // 2
            waiting += [letters[half:], letters[:half]]
            continue
        name = f"{batch.at:%Y-%m-%dT%H%M}-{batch.form}{f'_{part + 1:02}' if part else ''}.{ending}"
        yield Parcel(batch.at, batch.country, batch.form, name, data, len(letters), mapping)
        part += 1


@cache
def _sheet(form: str) -> Sheet:
    """Return the table of a form, made when it is first written."""
    return Sheet(_MAPPINGS[form], f"the table {form}")


def _table(form: str, country: str, at: datetime, part: int, letters: Sequence[Letter]) -> bytes:
    """Write a table."""
    del country, at, part
    return _sheet(form).write(one.record for one in letters)


def _wco(country: str, at: datetime, part: int, letters: Sequence[Letter]) -> bytes:
    """Write declarations in one document of the WCO Data Model."""
    del country, at, part
    records: list[Any] = [one.record for one in letters]
    return write_declarations(records)


def _ncts(country: str, at: datetime, part: int, letters: Sequence[Letter]) -> bytes:
    """Write messages of transit into one document, each numbered in it."""
    stamp = f"{at:%Y%m%d%H%M}-{part}"
    movements: list[tuple[Any, str, Envelope]] = [
        (one.record, one.message, Envelope(one.sender, f"NTA.{country}", f"{stamp}-{number}", one.at))
        for number, one in enumerate(letters, start=1)
    ]
    return write_movements(movements)


def _dcsa(country: str, at: datetime, part: int, letters: Sequence[Letter]) -> bytes:
    """Write events, one a line."""
    del country, at, part
    events: list[Any] = [one.record for one in letters]
    return write_lines(events)


_MAPPINGS = {"csv": DECLARATIONS_MAPPING, "outcomes": OUTCOMES_MAPPING}
"""Form that is a table → its mapping."""

_WRITERS: Mapping[str, tuple[Write, str]] = {
    **{form: (partial(_table, form), "csv") for form in ("csv", "outcomes")},
    **{
        form: (partial(interchanges.write, form), "edi")
        for form in ("cusdec", "cuscar", "cusrep", "coarri", "codeco", "paxlst", "pnrgov")
    },
    "wco": (_wco, "xml"),
    "ncts": (_ncts, "xml"),
    "dcsa": (_dcsa, "jsonl"),
}
"""Form → what writes it, and how the names of its files end."""

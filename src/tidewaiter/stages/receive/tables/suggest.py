"""Propose a mapping for a table, from what its columns are called and what they hold."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import BinaryIO

import msgspec

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import CellFault
from tidewaiter.stages.receive.model import Place
from tidewaiter.stages.receive.sniff import recognise
from tidewaiter.stages.receive.tables.assembly import Assembler
from tidewaiter.stages.receive.tables.cells import canonical
from tidewaiter.stages.receive.tables.draft import Chosen, Draft, write_mapping
from tidewaiter.stages.receive.tables.header import fit, plain
from tidewaiter.stages.receive.tables.mapping import read_mapping
from tidewaiter.stages.receive.tables.opening import open_table
from tidewaiter.stages.receive.tables.profile import Kind, Profile, profile
from tidewaiter.stages.receive.tables.shelf import best_mappings, load_mapping
from tidewaiter.stages.receive.tables.table import Table, TableRow
from tidewaiter.stages.receive.tables.vocabulary import Target, targets

ROWS_SAMPLED = 1_000
"""How many rows of a table are looked at."""

CONFIDENCE_MIN = 0.5
"""How sure a column's field must be to be proposed, from 0 to 1."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FALLBACK = {"Declaration": "lrn", "Outcome": "declaration"}


class SuggestedColumn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a column may be: the field (None where nothing is likely), how sure that is from 0 to 1, and why."""

    column: str
    to: str | None
    confidence: float
    why: str
    transform: tuple[str, ...] = ()


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A proposed mapping: its text, its kind of records, every column of the table in order, and what to look at."""

    toml: str
    kind: str
    columns: tuple[SuggestedColumn, ...]
    notes: tuple[str, ...] = ()


def suggest(stream: BinaryIO, *, name: str, settings: Settings) -> Suggestion:
    """Propose a mapping for the table; its text is a mapping that loads and reads this table.

    Raises Refused for what is no table, with what to do.
    """
    found = recognise(stream, name=name, settings=settings)
    if found == "jsonl":
        message = f"{name} is JSON lines; they name their fields themselves and need no mapping."
        raise Refused(message, "Receive it as it is.")
    table, encoding = _open(stream, found, name, settings)
    rows = [row for row in islice(table.rows(), ROWS_SAMPLED) if row.cells is not None]
    profiles = [profile(_texts(rows, index)) for index in range(len(table.header))]
    kind, chosen = _choose(table.header, profiles)
    draft = Draft(
        name=name,
        kind=kind,
        header=table.header,
        profiles=tuple(profiles),
        chosen=chosen,
        delimiter=table.facts.get("delimiter"),
        encoding=encoding,
        sheet=table.facts.get("sheet"),
        currency=settings.currency,
    )
    written = write_mapping(draft)
    failures = _failures(written.toml, table, rows)
    columns = tuple(
        _said(header, profiles[index], written.columns.get(index), failures.get(header, 0), len(rows))
        for index, header in enumerate(table.header)
    )
    shipped = [one for one in best_mappings(table.header) if _fit_share(one, table.header) > 0.6]  # noqa: PLR2004 - most
    notes = (*(f"The header fits the mapping {one}, which ships: --mapping {one}." for one in shipped), *written.notes)
    return Suggestion(toml=written.toml, kind=kind, columns=columns, notes=notes)


def _fit_share(mapping: str, header: Sequence[str]) -> float:
    """Return the share of a shipped mapping's columns that the header has."""
    loaded = load_mapping(mapping)
    return len(fit(loaded, header).columns) / len(loaded.columns)


def _open(stream: BinaryIO, found: str, name: str, settings: Settings) -> tuple[Table, str | None]:
    """Open the table, as Windows text where it is not UTF-8; return it and the encoding to write down."""
    try:
        return open_table(stream, found, name=name, settings=settings), None
    except Refused:
        if found != "csv":
            raise
        try:
            return open_table(stream, found, name=name, settings=settings, encoding="cp1252"), "cp1252"
        except Refused:
            pass
        raise


def _texts(rows: Sequence[TableRow], index: int) -> list[str]:
    """Return a column's cells as text."""
    texts: list[str] = []
    for row in rows:
        cell = row.cells[index] if row.cells is not None else None
        try:
            texts.append(cell if isinstance(cell, str) else "" if cell is None else canonical(cell, as_text=True) or "")
        except CellFault:
            continue
    return texts


def _choose(header: Sequence[str], profiles: Sequence[Profile]) -> tuple[str, dict[int, Chosen]]:
    """Choose the kind of records, and each column's field."""
    by_kind = {kind: _assign(header, profiles, fields) for kind, fields in targets().items()}
    outcome = by_kind["Outcome"]
    goods = any("items[]" in one.path for one in by_kind["Declaration"].values())
    kind = "Outcome" if not goods and any(one.path == "result" for one in outcome.values()) else "Declaration"
    chosen = by_kind[kind]
    if not chosen:
        most = max(range(len(header)), key=lambda index: (bool(header[index]), profiles[index].different))
        chosen = {most: Chosen(_FALLBACK[kind], 0.1, "nothing is recognised; most of its values differ")}
    return kind, chosen


def _assign(header: Sequence[str], profiles: Sequence[Profile], fields: Sequence[Target]) -> dict[int, Chosen]:
    """Give each column the field that fits it best, each field to one column, the surest first."""
    scored: list[tuple[float, int, int, str]] = []
    for index, name in enumerate(header):
        if not name:
            continue
        for order, target in enumerate(fields):
            score, why = _score(name, profiles[index], target)
            if score >= CONFIDENCE_MIN:
                scored.append((-score, order, index, why))
    chosen: dict[int, Chosen] = {}
    taken: set[int] = set()
    for score, order, index, why in sorted(scored):
        if index not in chosen and order not in taken:
            chosen[index] = Chosen(fields[order].path, -score, why)
            taken.add(order)
    return chosen


def _score(name: str, found: Profile, target: Target) -> tuple[float, str]:
    """Say how likely a column is a field, from 0 to 1, and why."""
    by_name, called = max((_likeness(name, one), one) for one in target.names)
    fitting = [kind for kind in target.kinds if kind in found.kinds]
    if not found.filled:
        return by_name * 0.7, f"called like “{called}”; it is empty"
    if not fitting:
        return by_name * 0.3, f"called like “{called}”, but its values do not fit"
    holds = f"holds {fitting[0].value}"
    if target.alone * 0.9 > by_name:
        return target.alone * 0.9, holds
    return by_name * 0.95 if by_name else 0.0, f"called like “{called}”; {holds}"


def _likeness(header: str, name: str) -> float:
    """Say how alike two names are, from 0 to 1, whatever their case, accents and punctuation."""
    one, other = _folded(header), _folded(name)
    if one == other:
        return 1.0
    if one.replace(" ", "") == other.replace(" ", ""):
        return 0.98
    mine, theirs = one.split(), other.split()
    if any(token.isdigit() for token in theirs):
        return 0.0
    if set(theirs) <= set(mine):
        return 0.55 + 0.35 * len(theirs) / len(mine)
    ratio = difflib.SequenceMatcher(None, one, other).ratio() if abs(len(one) - len(other)) <= 4 else 0.0  # noqa: PLR2004
    return ratio * 0.85 if ratio >= 0.84 else 0.0  # noqa: PLR2004 - a letter or two


@lru_cache(maxsize=4_096)
def _folded(name: str) -> str:
    """Return a name without case, accents and punctuation, its words apart."""
    apart = _CAMEL.sub(" ", name)
    return plain("".join(one for one in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(one)))


def _failures(toml: str, table: Table, rows: Sequence[TableRow]) -> Counter[str]:
    """Read the sampled rows through the proposed mapping; count the cells that cannot be read, by column."""
    mapping = read_mapping(toml, "the proposed mapping")
    assembler = Assembler(mapping, fit(mapping, table.header), native=table.native)
    failed: Counter[str] = Counter()
    for row in rows:
        try:
            assembler.read(row.cells or ())
        except CellFault:
            _, faults = assembler.stumble(row.cells or (), 0, lambda index: Place(column=table.header[index]))
            failed.update({one.place.column for one in faults if one.place is not None and one.place.column})
    return failed


def _said(header: str, found: Profile, chosen: Chosen | None, failed: int, rows: int) -> SuggestedColumn:
    """Word what is proposed for a column."""
    if chosen is None:
        kinds = sorted(kind.value for kind in found.kinds - {Kind.CODE, Kind.TEXT}) or [
            "text" if found.filled else "nothing"
        ]
        return SuggestedColumn(column=header, to=None, confidence=0.0, why=f"not recognised; holds {', '.join(kinds)}")
    why = chosen.why if not failed else f"{chosen.why}; {failed} of {rows} values cannot be read so"
    sure = chosen.confidence * (1 - failed / max(1, rows))
    return SuggestedColumn(
        column=header, to=chosen.path, confidence=round(sure, 2), why=why, transform=chosen.transform
    )

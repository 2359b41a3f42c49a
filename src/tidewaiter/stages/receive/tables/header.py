"""Fit a mapping to a table's header: find each column, say what is missing and what is nearest."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from tidewaiter.kernel.errors import MappingFault, Refused
from tidewaiter.stages.receive.tables.mapping import Column, Mapping

_PUNCTUATION = re.compile(r"[\W_]+")


class FittedColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping's column, the one at `position`, found in the header: one cell, or the cells of a join."""

    position: int
    column: Column
    indexes: tuple[int, ...]
    headers: tuple[str, ...]


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping fitted to a header.

    `missing` are required columns that the table lacks, `absent` other ones, `unused` the headers that nothing reads;
    `group` the indexes of the cells that rows are grouped by, None where one of them is missing.
    """

    columns: tuple[FittedColumn, ...]
    missing: tuple[Column, ...]
    absent: tuple[Column, ...]
    unused: tuple[str, ...]
    group: tuple[int, ...] | None

    @property
    def score(self) -> tuple[int, int]:
        """How well it fits: fewest required columns missing, then most columns found."""
        return -len(self.missing), len(self.columns)


def plain(name: str) -> str:
    """Return a header as it is compared: without case, punctuation and repeated spaces."""
    return _PUNCTUATION.sub(" ", name.casefold()).strip()


def fit(mapping: Mapping, header: Sequence[str]) -> Fitted:
    """Find the mapping's columns in the header, exactly or without case and punctuation."""
    exact = {name: index for index, name in reversed(list(enumerate(header)))}
    near = Counter(plain(name) for name in header)
    loose = {plain(name): index for index, name in enumerate(header) if near[plain(name)] == 1}

    def find(names: Sequence[str]) -> int | None:
        found = next((exact[name] for name in names if name in exact), None)
        return found if found is not None else next((loose[plain(one)] for one in names if plain(one) in loose), None)

    columns: list[FittedColumn] = []
    lost: list[Column] = []
    for position, column in enumerate(mapping.columns):
        indexes = [find(source.names) for source in column.sources]
        if None in indexes:
            lost.append(column)
            continue
        places = tuple(one for one in indexes if one is not None)
        headers = tuple(header[one] for one in places)
        columns.append(FittedColumn(position=position, column=column, indexes=places, headers=headers))
    group = [find(names) for names in mapping.group]
    used = {index for column in columns for index in column.indexes} | set(group)
    return Fitted(
        columns=tuple(columns),
        missing=tuple(column for column in lost if column.required),
        absent=tuple(column for column in lost if not column.required),
        unused=tuple(name for index, name in enumerate(header) if index not in used),
        group=None if None in group else tuple(one for one in group if one is not None),
    )


def check_header(header: Sequence[str], name: str, columns_max: int) -> None:
    """Refuse a header that has too many columns or the same name twice."""
    if len(header) > columns_max:
        message = f"{name} has {len(header)} columns; the most is {columns_max}."
        raise Refused(message, "If that is right, raise the setting columns_max.")
    twice = [one for one, count in Counter(one for one in header if one).items() if count > 1]
    if twice:
        listed = ", ".join(repr(one) for one in twice[:5])
        message = f"{name} has more than one column named {listed}, so that nobody can tell which is meant."
        raise Refused(message, "Rename or remove the second one and send the table again.")


def check_fit(fitted: Fitted, mapping: Mapping, header: Sequence[str], name: str) -> None:
    """Raise MappingFault where the table lacks columns that the mapping requires, or has none of its columns."""
    grouped = [names for names in mapping.group if fitted.group is None and not _has(header, names)]
    wanted = [*(source for column in fitted.missing for source in _lacking(column, header)), *grouped]
    if not wanted and fitted.columns:
        return
    if not fitted.columns and not wanted:
        message = f"{name} has none of the columns of the mapping {mapping.id}; it has {_some(header)}."
    else:
        lost = "; ".join(_with_nearest(names, header) for names in wanted[:12])
        more = f"; and {len(wanted) - 12} more" if len(wanted) > 12 else ""  # noqa: PLR2004 - a screenful
        message = f"{name} lacks {len(wanted)} of the columns that the mapping {mapping.id} requires: {lost}{more}."
    remedy = f"Use another mapping, rename the columns, or let `tidewaiter mapping suggest {name}` write one."
    raise MappingFault(message, remedy)


def _has(header: Sequence[str], names: Sequence[str]) -> bool:
    """Say whether the header has one of the alternatives."""
    return bool({plain(one) for one in header} & {plain(one) for one in names})


def _lacking(column: Column, header: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the alternatives of each part of the column that the header lacks."""
    return [source.names for source in column.sources if not _has(header, source.names)]


def _with_nearest(names: Sequence[str], header: Sequence[str]) -> str:
    """Name a missing column and the header nearest to it."""
    shown = " or ".join(repr(one) for one in names[:3])
    by_plain = {plain(one): one for one in header}
    near = [one for name in names for one in difflib.get_close_matches(plain(name), by_plain, n=1, cutoff=0.55)]
    return f"{shown} (nearest: {by_plain[near[0]]!r})" if near else shown


def _some(header: Sequence[str]) -> str:
    """List the first headers."""
    listed = ", ".join(repr(one) for one in header[:8])
    return f"{listed} and {len(header) - 8} more" if len(header) > 8 else listed or "no header"  # noqa: PLR2004

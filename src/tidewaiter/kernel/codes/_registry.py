"""Keep the code lists at hand: those from packages, built when first asked for, and those loaded."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from datetime import date
from typing import Protocol

from tidewaiter.kernel.codes._countries import countries
from tidewaiter.kernel.codes._currencies import currencies
from tidewaiter.kernel.codes._packages import packages
from tidewaiter.kernel.codes._places import Locodes, airports
from tidewaiter.kernel.codes._units import incoterms, modes, units
from tidewaiter.kernel.codes.model import CodeList, Entry, Summary


class Edition(Protocol):
    """One edition of a list: a CodeList, or a list too large to hold."""

    @property
    def id(self) -> str: ...
    @property
    def edition(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def source(self) -> str: ...
    @property
    def licence(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def complete(self) -> bool: ...

    def get(self, code: str) -> Entry | None: ...
    def count(self) -> int: ...
    def covers(self, day: date) -> bool: ...
    def members(self, day: date | None = None) -> Container[str]: ...


BUILT_IN: dict[str, Callable[[], tuple[Edition, ...]]] = {
    "country": lambda: (countries(),),
    "currency": lambda: (currencies(),),
    "unit": lambda: (units(),),
    "package": lambda: (packages(),),
    "mode": lambda: (modes(),),
    "incoterm": incoterms,
    "locode": lambda: (Locodes(),),
    "airport": lambda: (airports(),),
}
"""List id → how it is built from packages and our own tables."""

NEVER_BUILT_IN = ("hs", "office")
"""Lists that only the operator can load."""


class Codes:
    """The code lists of a node.

    `loaded` are lists that the operator loaded; such a list stands in for the built-in list of the same id. Several
    editions of a list may stand side by side: a question with a day is answered by the edition in force on it, or
    by the newest where none is; one without a day by the newest. Lists are built when first asked for. Reading is
    safe from several threads.
    """

    def __init__(self, loaded: Iterable[CodeList] = ()) -> None:
        self._editions: dict[str, tuple[Edition, ...]] = {}
        self._loaded: frozenset[str] = frozenset()
        for one in loaded:
            self.add(one)

    def add(self, codes: CodeList) -> None:
        """Take a loaded list: beside its other loaded editions, instead of the built-in one and of its own like."""
        stay = self._editions.get(codes.id, ()) if codes.id in self._loaded else ()
        others = tuple(one for one in stay if one.edition != codes.edition)
        self._editions[codes.id] = tuple(sorted((*others, codes), key=_age))
        self._loaded |= {codes.id}

    def loaded(self, list_id: str) -> bool:
        """Say whether there is such a list, built in or loaded by the operator."""
        return list_id in BUILT_IN or bool(self._editions.get(list_id))

    def editions(self, list_id: str) -> tuple[Edition, ...]:
        """Return the editions of a list, oldest first; none where there is no such list."""
        found = self._editions.get(list_id)
        if found is None:
            build = BUILT_IN.get(list_id)
            found = self._editions[list_id] = build() if build else ()
        return found

    def at(self, list_id: str, day: date | None = None) -> Edition | None:
        """Return the edition in force on the day (the newest where none is, or no day is given), or None."""
        editions = self.editions(list_id)
        if not editions:
            return None
        if day is not None:
            for one in reversed(editions):
                if one.covers(day):
                    return one
        return editions[-1]

    def named(self, list_id: str, edition: str) -> Edition | None:
        """Return the edition of that name, or None."""
        return next((one for one in self.editions(list_id) if one.edition == edition), None)

    def has(self, list_id: str, code: str, day: date | None = None) -> bool:
        """Say whether the code is in the list and in force on the day (on any day where none is given)."""
        edition = self.at(list_id, day)
        return edition is not None and code in edition.members(day)

    def members(self, list_id: str, day: date | None = None) -> Container[str]:
        """Return the codes in force on the day as something to look into; empty where there is no such list."""
        edition = self.at(list_id, day)
        return edition.members(day) if edition is not None else frozenset()

    def edition(self, list_id: str, day: date | None = None) -> str:
        """Return the name of the edition that answers; empty where there is no such list."""
        edition = self.at(list_id, day)
        return edition.edition if edition is not None else ""

    def entry(self, list_id: str, code: str, day: date | None = None) -> Entry | None:
        """Return what the list says of a code, whether in force or not; None where it does not have it."""
        edition = self.at(list_id, day)
        return edition.get(code) if edition is not None else None

    def describe(self, list_id: str, code: str) -> str:
        """Return the name of a code; empty where the list does not have it."""
        entry = self.entry(list_id, code)
        return entry.name if entry is not None else ""

    def lists(self) -> tuple[Summary, ...]:
        """Return a line for every edition at hand, built-in lists first, for `tidewaiter codes list`."""
        ids = (*BUILT_IN, *sorted(set(self._editions) - set(BUILT_IN)))
        return tuple(
            Summary(
                id=one.id,
                edition=one.edition,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
                source=one.source,
                licence=one.licence,
                sha256=one.sha256,
                count=one.count(),
                complete=one.complete,
                loaded_by="operator" if list_id in self._loaded else "package",
            )
            for list_id in ids
            for one in self.editions(list_id)
        )


def _age(edition: Edition) -> tuple[date, str]:
    """Order editions by their first day, then by name."""
    return edition.valid_from or date.min, edition.edition

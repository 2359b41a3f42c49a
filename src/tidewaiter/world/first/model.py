"""Define what the invented world gives: tables as bytes, and the truth about what was planted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Planted:
    """A fraud that was planted.

    `scheme` is the law of the scheme in a word; `irregularity` is the word an outcome uses for it; `item` counts from
    1; `story` says in a sentence what is true and what was declared; `evaded` is the duty not paid, in the currency of
    the importing country.
    """

    mrn: str
    item: int
    scheme: str
    irregularity: str
    story: str
    evaded: float


@dataclass(frozen=True, slots=True)
class World:
    """A stretch of invented trade: the declarations of the days before `day`, those of `day`, and outcomes.

    `truth` holds every declaration in which something was planted, by its MRN; it is in no table.
    """

    day: date
    truth: Mapping[str, Planted]
    history: bytes
    today: bytes
    outcomes: bytes

    def history_csv(self) -> bytes:
        """Return the declarations accepted before the day, one row an item, UTF-8 with a header."""
        return self.history

    def day_csv(self) -> bytes:
        """Return the declarations of the day, in the same columns."""
        return self.today

    def outcomes_csv(self) -> bytes:
        """Return the results known by the morning of the day, one row a declaration inspected."""
        return self.outcomes

"""Define an outcome that is tied to the declaration it is about."""

from __future__ import annotations

from datetime import date

import msgspec


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome and what it is about.

    `state` is matched, unmatched (no such declaration yet) or ambiguous (several declarations have the LRN and
    the outcome names no declarant). `known_on` is the day the result was known: the first day it may teach anything
    is the day after. `revenue` is in units of the outcome's currency.
    """

    outcome_key: bytes
    version: int
    declaration_key: bytes | None
    reference: str
    state: str
    item: int | None
    known_on: date | None
    result: str
    control: str | None
    selection: str | None
    weight: float | None
    revenue: float | None

    @property
    def positive(self) -> bool:
        """Whether something was wrong."""
        return self.result in {"irregular", "offence"}

    @property
    def critical(self) -> bool:
        """Whether it was an offence."""
        return self.result == "offence"

"""Say what is true: what was planted, where honest people slipped, what controls found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Planted:
    """One smuggled consignment.

    `scheme` is the name of its scheme, `ring` the number of the people behind it, `skill` how skilled they are, 0 to
    1; `irregularity` is the word an outcome uses for it: value, classification, origin, quantity, prohibited or other;
    `country` is whose law is broken, and `references` are what its node knows the consignment by: numbers of
    declarations, reports and movements, the one to stop first; `item` is the goods item, from 1, 0 where it is the
    whole; `evaded` is the duty and tax not paid, in that country's `currency`; `story` says in a sentence what is true
    and what was said; `day` is the day of the world on which it is declared there; `safety` marks goods that endanger
    people: drugs, weapons, species, waste.
    """

    scheme: str
    ring: int
    skill: float
    irregularity: str
    country: str
    references: tuple[str, ...]
    item: int
    evaded: float
    currency: str
    story: str
    shipment: int = 0
    day: int = 0
    safety: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """One honest mistake: in which letter, what it was, and which findings it makes.

    `reference` is the number of the document; `findings` are rule and code, each once, as validation reports them.
    """

    kind: str
    country: str
    reference: str
    findings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a consignment and what it found; `recovered` is in the country's currency.

    `weight` is the inverse of the probability of a random choice, 0 where it was targeted.
    """

    country: str
    reference: str
    declarant: str
    item: int
    at: datetime
    method: str
    selection: str
    result: str
    irregularity: str
    recovered: float
    currency: str
    weight: float
    shipment: int = 0
    planted: bool = field(default=False)

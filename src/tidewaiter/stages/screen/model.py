"""Define what screening gives: screenings with their reasons, and cards of profiles."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = float | int | str | bool | None
"""A feature's value."""


class ProfileCard(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a folder of profiles was built from.

    `as_of` is the newest day it knows of; `lines` counts the goods items in force, `outcomes` the outcomes,
    `outcomes_unmatched` those that fitted no goods item; `rows` and `sha256` are by profile; `catalogue` is the hash
    of the declarations it was built by.
    """

    catalogue: str
    as_of: date | None
    lines: int
    outcomes: int
    outcomes_unmatched: int
    days_max: int
    rows: dict[str, int]
    sha256: dict[str, str]

    @property
    def id(self) -> str:
        """The profiles' identity: a hash of their contents, 16 hexadecimal digits."""
        return hashlib.sha256("".join(self.sha256[name] for name in sorted(self.sha256)).encode()).hexdigest()[:16]


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Why a score is what it is, in part.

    `name` is a subject, a rule's id, or `rest`; `sentence` can be read aloud; `contribution` is in log-odds.
    `evidence` holds the feature values behind it; `profile`, `records` and `as_of` say which knowledge of the
    past, from how many records, as of which day.
    """

    name: str
    sentence: str
    contribution: float
    evidence: dict[str, Value] = {}
    profile: str | None = None
    records: int | None = None
    as_of: date | None = None


class Hit(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rule that hit: a lead, never a proof."""

    rule: str
    title: str
    severity: str
    sentence: str
    item: int | None


class Screening(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How risky a version of a declaration is, and why: the score is that of its riskiest item.

    `record_key` is 16 bytes. `item` is the riskiest item's number, None for a declaration without items; `hits` are
    those of all items. `log_odds` is the exact sum of `base` and of the reasons' contributions, in that order
    (`math.fsum`); `probability` is its logistic. `value` is the declared value of all items, in their currencies' units
    added up. `model` is None where only rules spoke; `pack`, `profiles` and `model` name what was used.
    """

    record_key: bytes
    version: int
    reference: str
    day: date
    item: int | None
    probability: float
    log_odds: float
    base: float
    value: float | None
    reasons: tuple[Reason, ...]
    hits: tuple[Hit, ...]
    model: str | None
    pack: str
    profiles: str


class Scorer(Protocol):
    """A fitted model as screening sees it. `rules` maps the ids of the rules it knows to their meanings' hashes."""

    @property
    def id(self) -> str:
        """The model's identity."""
        ...

    @property
    def catalogue(self) -> str:
        """The hash of the feature catalogue it was fitted on."""
        ...

    @property
    def rules(self) -> Mapping[str, str]:
        """Rule id → hash of the condition it was fitted with, in the order of its columns after the features."""
        ...

    def contributions(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the exact share of every column in each row's log-odds, and the bias as the last column."""
        ...

"""Define what a score says: a line a country and way of choosing, a line a scheme and band of skill."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

BANDS = ("low", "middle", "high")
"""Bands of skill: each a third of the scale from 0 to 1."""


class Measured(msgspec.Struct, frozen=True, rename="camel"):
    """A share of a count, None of nothing, with the interval (95 %, Wilson) in which it truly is."""

    share: float | None
    low: float
    high: float


class Selection(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What inspecting some consignments of a country finds and costs.

    `way` says which: `decided`, those that the decisions choose, or a share of each day, the riskiest first. `days` are
    the first and last day that the decisions are about, and all counts are of these. `declared` counts declarations,
    `inspected` those chosen, `found` smuggled consignments among them, each once; `reachable` counts the smuggled ones
    of which any reference was decided upon. `held` are inspected ones that are not smuggled and `hours` their delay.
    `chance` is what choosing as many at random would find; `oracle` what knowing the truth would, the costliest first.
    Money is US dollars of duty and tax, at most `RECOVERED_USD_MAX` a consignment. `endangering` counts smuggled goods
    that endanger people, `endangering_found` those found.
    """

    country: str
    way: str
    days: tuple[int, int]
    declared: int
    inspected: int
    planted: int
    reachable: int
    found: int
    recall: Measured
    precision: Measured
    held: int
    hours: float
    evaded_usd: float
    recovered_usd: float
    chance: float
    oracle: int
    oracle_usd: float
    endangering: int
    endangering_found: int


class SchemeRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How much of a scheme is found in a country, by the skill of who is behind it; as in Selection."""

    country: str
    scheme: str
    band: str
    way: str
    planted: int
    reachable: int
    found: int
    recall: Measured
    evaded_usd: float
    recovered_usd: float


class Score(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A whole score; `remarks` are sentences on what could not be told, and why."""

    selections: Sequence[Selection]
    schemes: Sequence[SchemeRow]
    remarks: Sequence[str]

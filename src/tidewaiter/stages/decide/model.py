"""Define what deciding takes and gives: candidates of a day, and what is planned for each."""

from __future__ import annotations

from datetime import date

import msgspec

ACTIONS = ("inspect", "control", "release")
"""Inspect: among the riskiest that capacity allows. Control: drawn at random. Release: flows."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A screened record that waits for a decision: its probability (0 to 1) and its value, in the node's currency."""

    record_key: bytes
    probability: float
    value: float | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is planned for a record. `rank` counts from 1 within its day, the riskiest first.

    `drawn` says whether the random draw chose it, even where its risk did too; `control_probability` is the chance it
    had, whatever its score: the weight of its outcome in an unbiased estimate is the inverse.
    """

    record_key: bytes
    day: date
    action: str
    rank: int
    probability: float
    drawn: bool
    control_probability: float
    reason: str

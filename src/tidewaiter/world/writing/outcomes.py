"""Put what a control found into an outcome."""

from __future__ import annotations

from tidewaiter.kernel.records import Outcome
from tidewaiter.world.model import Control
from tidewaiter.world.writing.parts import amount, plain


def outcome(one: Control, reference: str) -> Outcome:
    """Return the record of a control; `reference` is its number."""
    return Outcome(
        reference=reference,
        declaration=one.reference,
        declarant=one.declarant,
        item=one.item or None,
        controlled=one.at,
        control=one.method,
        selection=one.selection,
        result=one.result,
        irregularity=one.irregularity or None,
        revenue_recovered=amount(one.recovered, one.currency) if one.recovered else None,
        weight=plain(one.weight) if one.weight else None,
    )

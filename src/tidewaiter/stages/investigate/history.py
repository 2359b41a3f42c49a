"""Turn outcomes into rows of the columnar history."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from tidewaiter.stages.investigate.model import Settled
from tidewaiter.stages.record import OUTCOME_SCHEMA


def outcome_rows(settled: Sequence[Settled]) -> pa.Table:
    """Return one row for each outcome whose declaration is known; the others come when it is."""
    known = [one for one in settled if one.declaration_key is not None]
    columns = {
        "record_key": [one.declaration_key.hex() if one.declaration_key else None for one in known],
        "item": [one.item for one in known],
        "known_on": [one.known_on for one in known],
        "positive": [one.positive for one in known],
        "critical": [one.critical for one in known],
        "result": [one.result for one in known],
        "selection": [one.selection for one in known],
        "weight": [one.weight for one in known],
        "revenue": [one.revenue for one in known],
        "outcome_key": [one.outcome_key.hex() for one in known],
        "version": [one.version for one in known],
    }
    return pa.table(columns, schema=OUTCOME_SCHEMA)

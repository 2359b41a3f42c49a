"""Measure how well scores rank what was found: area under the curve, precision at a share."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tidewaiter.stages.learn.model import Quality

SHARES = (0.01, 0.05, 0.10)
"""Shares inspected at which precision and recall are told."""


def measure(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> Quality | None:
    """Return how well the scores rank the positives; None where there is only one class.

    Ties are broken against the model: of equal scores, those that found nothing come first.
    """
    rows, positives = len(positive), int(positive.sum())
    if positives in {0, rows}:
        return None
    order = np.lexsort((positive, -scores))
    found = positive[order]
    cumulated = np.cumsum(found)
    average = float((cumulated[found] / (np.flatnonzero(found) + 1)).mean())
    taken = [max(1, math.ceil(share * rows)) for share in SHARES]
    return Quality(
        rows=rows,
        positives=positives,
        auc=_auc(positive, scores),
        average_precision=average,
        precision={
            f"{share:.0%}": float(cumulated[most - 1] / most) for share, most in zip(SHARES, taken, strict=True)
        },
        recall={
            f"{share:.0%}": float(cumulated[most - 1] / positives) for share, most in zip(SHARES, taken, strict=True)
        },
    )


def _auc(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Return the share of pairs ranked rightly, ties counting half (Mann and Whitney)."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    positives = int(positive.sum())
    negatives = len(positive) - positives
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))

"""Say how sure a share is: the interval of Wilson for a proportion, 95 %."""

from __future__ import annotations

import math

Z = 1.959964
"""The normal quantile of 97.5 %."""


def wilson(found: int, of: int) -> tuple[float, float]:
    """Return the least and the greatest share that agree with `found` of `of`; (0, 1) where there is nothing to count.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    if of <= 0:
        return 0.0, 1.0
    share, square = found / of, Z * Z / of
    middle = (share + square / 2) / (1 + square)
    reach = Z * math.sqrt(share * (1 - share) / of + square / of / 4) / (1 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)

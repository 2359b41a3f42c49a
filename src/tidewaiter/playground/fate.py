"""Draw what happens by chance from a seed, a number and a purpose: the same three, the same fate."""

from __future__ import annotations

import hashlib
from statistics import NormalDist

_BITS = 53
"""What a float holds exactly."""
_SHARES = float(1 << _BITS)
_NORMAL = NormalDist()


class Fate:
    """The chances of one thing: each is a hash of the seed, the thing's number and the purpose.

    So no chance hangs on how many were drawn before: one fault more leaves the fate of everything else as it was.
    """

    def __init__(self, seed: str, number: int) -> None:
        self._name = f"{seed}/{number}/"

    def share(self, purpose: str) -> float:
        """Return a number from 0 up to but without 1, all alike likely."""
        digest = hashlib.sha256((self._name + purpose).encode()).digest()
        return (int.from_bytes(digest[:8], "big") >> (64 - _BITS)) / _SHARES

    def below(self, purpose: str, limit: int) -> int:
        """Return a whole number from 0 up to but without the limit, which is above 0."""
        return int(self.share(purpose) * limit)

    def normal(self, purpose: str, *, sigmas_max: float) -> float:
        """Return a number of the standard normal distribution, cut off at so many standard deviations."""
        share = self.share(purpose)
        return max(-sigmas_max, min(sigmas_max, _NORMAL.inv_cdf(share))) if share else -sigmas_max

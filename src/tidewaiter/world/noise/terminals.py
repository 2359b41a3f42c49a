"""Let terminals misread what they see: now and then a digit of a seal."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from tidewaiter.world.model import Happening
from tidewaiter.world.noise.roads import misread

_MISREAD = 0.006
"""How often a seal is misread at a gate or a crane."""


def at_terminals(rng: Random, happenings: Iterable[Happening]) -> None:
    """Spoil what terminals and carriers tell of boxes, a little."""
    for one in happenings:
        if one.seal and rng.random() < _MISREAD:
            one.seal = misread(rng, one.seal)

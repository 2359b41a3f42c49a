"""Find the way by road between ports, terminals and borders, and the crossings on it."""

from __future__ import annotations

import heapq
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from tidewaiter.world.geography.tables import PORTS, rows
from tidewaiter.world.model import Port


class Crossing(NamedTuple):
    """A border crossed on the way: the post of the country left, that of the country entered.

    `km` is the distance from the origin of the way to the border, in kilometres.
    """

    left: Port
    entered: Port
    km: float


def _graph() -> dict[str, tuple[tuple[str, float], ...]]:
    """Return the roads from each place: (place, kilometres), approximately as they are driven."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in rows("roads.csv"):
        one, other, km = row["from"], row["to"], float(row["km"])
        found.setdefault(one, []).append((other, km))
        found.setdefault(other, []).append((one, km))
    return {place: tuple(sorted(ways)) for place, ways in found.items()}


_ROADS = _graph()


@cache
def _way(origin: str, destination: str) -> tuple[float, tuple[str, ...]]:
    """Return the shortest way: kilometres and the places passed. Raises KeyError where no road leads there."""
    queue: list[tuple[float, tuple[str, ...]]] = [(0.0, (origin,))]
    seen: set[str] = set()
    while queue:
        km, passed = heapq.heappop(queue)
        here = passed[-1]
        if here == destination:
            return km, passed
        if here not in seen:
            seen.add(here)
            for there, more in _ROADS.get(here, ()):
                if there not in seen:
                    heapq.heappush(queue, (km + more, (*passed, there)))
    message = f"no road leads from {origin} to {destination}"
    raise KeyError(message)


def road_km(origin: str, destination: str) -> float:
    """Return the way by road between two places, in kilometres; raises KeyError where no road leads there.

    The figures are approximate, as real lorries drive.
    """
    return _way(origin, destination)[0]


@cache
def road(origin: str, destination: str) -> tuple[Crossing, ...]:
    """Return the border crossings on the way by road, in order; raises KeyError where no road leads there.

    Borders without posts, as within a customs union, are none.
    """
    passed = _way(origin, destination)[1]
    return tuple(
        Crossing(PORTS[one], PORTS[other], road_km(origin, one))
        for one, other in pairwise(passed)
        if one[:2] != other[:2] and PORTS[one].kind == PORTS[other].kind == "border"
    )

"""Say how far it is by sea, from a computed table, and by air, along the great circle."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files

from tidewaiter.world.geography.tables import PLACES

_EARTH_KM = 6371.0


def _triangle() -> dict[tuple[str, str], float]:
    """Return the distance of every two seaports, in both directions, from the triangle that the table is."""
    text = (files("tidewaiter.world.geography") / "sea.csv").read_text(encoding="utf-8")
    codes: list[str] = []
    found: dict[tuple[str, str], float] = {}
    for line in text.splitlines():
        code, *figures = line.split(",")
        for other, figure in zip(codes, figures, strict=True):
            found[code, other] = found[other, code] = float(figure)
        found[code, code] = 0.0
        codes.append(code)
    return found


_SEA = _triangle()


def sea_km(origin: str, destination: str) -> float:
    """Return the way by sea between two seaports, in kilometres; raises KeyError for what is no seaport.

    It is the shortest on searoute's network of lanes, through Suez and Panama, and never less than the great circle.
    """
    return _SEA[origin, destination]


@cache
def air_km(origin: str, destination: str) -> float:
    """Return the great-circle distance of two places, in kilometres; raises KeyError for an unknown place."""
    one, other = PLACES[origin], PLACES[destination]
    lat1, lon1, lat2, lon2 = map(math.radians, (one.latitude, one.longitude, other.latitude, other.longitude))
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))

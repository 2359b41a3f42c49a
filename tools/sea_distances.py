"""Write the distances by sea between the seaports of the invented world, computed with searoute."""

from __future__ import annotations

import csv
import math
import sys
from itertools import pairwise
from pathlib import Path

import searoute

FOLDER = Path(__file__).resolve().parents[1] / "src" / "tidewaiter" / "world" / "geography"
TABLE = FOLDER / "sea.csv"
EARTH_KM = 6371.0
"""Mean radius of the earth, in kilometres."""
NEIGHBOURS_KM = 150.0
"""Ports nearer to each other than this are neighbours, in kilometres along the great circle."""


def seaports() -> list[tuple[str, float, float]]:
    """Return the seaports in the order of their codes: code, latitude, longitude in degrees."""
    with (FOLDER / "ports.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] == "sea"]
    return sorted((row["code"], float(row["latitude"]), float(row["longitude"])) for row in rows)


def line_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two points, latitude and longitude in degrees, in kilometres."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (one, other))
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


def distance(one: tuple[str, float, float], other: tuple[str, float, float]) -> int:
    """Return the way by sea from quay to quay in whole kilometres, never less than the great circle.

    The network's lanes end off the ports, so the stretches from its nearest nodes to the quays are added. Neighbours
    may share their nearest node: between them it is the great circle and a third.
    """
    here, there = one[1:], other[1:]
    straight = line_km(here, there)
    if straight < NEIGHBOURS_KM:
        return math.ceil(straight * 4 / 3)
    route = searoute.searoute([here[1], here[0]], [there[1], there[0]], append_orig_dest=True)
    points = [(latitude, longitude) for longitude, latitude in route.geometry["coordinates"]]
    along = sum(line_km(before, after) for before, after in pairwise(points))
    return math.ceil(max(along, straight))


def table() -> str:
    """Return the lower triangle of distances: a line for each port, its code and those to the ports before it."""
    ports = seaports()
    lines = []
    for place, port in enumerate(ports):
        lines.append(",".join([port[0], *(str(distance(port, other)) for other in ports[:place])]))
        print(f"{place + 1} of {len(ports)}: {port[0]}", file=sys.stderr)
    return "\n".join([*lines, ""])


def main() -> int:
    """Write the table, or with --check say whether it is stale."""
    fresh = table()
    if "--check" in sys.argv[1:]:
        stale = TABLE.read_text(encoding="utf-8") != fresh
        if stale:
            print(f"{TABLE.name}: the distances are stale; run this script without --check.")
        return int(stale)
    TABLE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

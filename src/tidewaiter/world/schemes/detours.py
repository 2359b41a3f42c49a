"""Find other ways across borders by road than the shortest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from tidewaiter.world.geography import COUNTRIES, HOMES, PORTS, road, road_km
from tidewaiter.world.model import Port

_NEAR_KM = 15.0
"""Posts of two countries no further apart than this, in kilometres by road, face each other."""


class Crossed(NamedTuple):
    """A border crossed on a detour: the posts on both sides, and the kilometres to it from the origin of the way."""

    left: Port
    entered: Port
    km: float


class Detour(NamedTuple):
    """A longer way by road, in kilometres, with the borders crossed on it."""

    km: float
    crossings: tuple[Crossed, ...]


@cache
def facing(post: str) -> str:
    """Return the post on the other side of a border; empty where there is none."""
    found = []
    for code, port in sorted(PORTS.items()):
        if port.kind == "border" and code[:2] != post[:2]:
            km = _km(post, code)
            if km is not None and km <= _NEAR_KM:
                found.append((km, code))
    return min(found)[1] if found else ""


@cache
def other_posts(left: str, entered: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of offices, of the country left and of that entered, other than two offices of the usual way."""
    one, other = _country(left), _country(entered)
    if not one or not other:
        return ()
    return tuple(
        (first.crossings[0].left.office, first.crossings[-1].entered.office)
        for first in detours(COUNTRIES[one].sea[0].place.code, COUNTRIES[other].inland[0].place.code)
        if first.crossings[0].left.office != left
    )


@cache
def detours(origin: str, destination: str) -> tuple[Detour, ...]:
    """Return ways from a place to one in another country by other posts than the shortest way's, nearest first."""
    usual = road(origin, destination)
    posts = {one.left.place.code for one in usual}
    others = [post for post in COUNTRIES[origin[:2]].border if post.place.code not in posts]
    found = [way for post in others for way in _by(post, origin, destination)]
    return tuple(sorted(found, key=lambda way: way.km))


def _by(post: Port, origin: str, destination: str) -> Iterator[Detour]:
    """Yield the way by a post of the country of origin, unless it leads back into that country or nowhere."""
    code = post.place.code
    there = facing(code)
    to, on = _km(origin, code), _km(there, destination) if there else None
    if to is None or on is None:
        return
    rest = road(there, destination)
    if any(one.entered.place.country == origin[:2] for one in rest):
        return
    over = to + road_km(code, there)
    crossings = (Crossed(post, PORTS[there], to), *(Crossed(one.left, one.entered, over + one.km) for one in rest))
    yield Detour(over + on, crossings)


@cache
def _km(origin: str, destination: str) -> float | None:
    """Return the kilometres between two places by road; None where no road leads there."""
    try:
        return road_km(origin, destination)
    except KeyError:
        return None


@cache
def _country(office: str) -> str:
    """Return the home whose office it is; empty where it is nobody's."""
    return next((home for home in HOMES for port in COUNTRIES[home].border if port.office == office), "")

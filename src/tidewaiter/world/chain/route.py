"""Find the way goods go: ports, legs by sea, road and air, and what carriage costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from tidewaiter.world.geography import AIRPORTS, COUNTRIES, HOMES, PORTS, air_km, road_km, sea_km
from tidewaiter.world.model import AIR, ROAD, SEA, Box, Leg, Line, Port, Shipment

if TYPE_CHECKING:
    from tidewaiter.world.carriage import Carriage
    from tidewaiter.world.chain.order import Order

_INLAND_SHARE = 0.14
"""Share of full boxes that travel on under transit to an inland terminal of the same country."""

_BOX_KILOGRAMS = 24_000.0
"""How much a box is loaded with at most, in kilograms."""

_LONG_ROAD_KM = 2_000.0
"""What is further apart, in kilometres by road, trades by sea."""

BOXES_MAX = 6
"""Boxes of one consignment; what is heavier goes loose in bulk."""

_SHARED_KILOGRAMS = 7_000.0
_SHARED_SHARE = 0.75
"""What is lighter than this, in kilograms, shares a box with others in so many cases."""

_REEFER = frozenset({"02", "03", "04", "06", "07", "08", "16"})
"""Chapters that travel cold."""

_SIZES: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "dry": (("22G1", "42G1", "45G1"), (0.45, 0.75, 1.0)),
    "cold": (("22R1", "45R1"), (0.3, 1.0)),
}


@dataclass(slots=True)
class Way:
    """The way of a consignment: its legs, and the place of unloading from the main carriage."""

    legs: list[Leg]
    loading: str
    unloading: str
    inland: str = ""


@cache
def _shares(ports: tuple[Port, ...]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the codes of ports and their cumulative shares."""
    return tuple(port.place.code for port in ports), tuple(accumulate(port.share for port in ports))


@cache
def _gateways(country: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the seaports through which a country is reached, and their cumulative shares."""
    found = COUNTRIES[country]
    if found.sea:
        return _shares(found.sea)
    codes, shares = zip(*found.gateways, strict=True)
    return codes, tuple(accumulate(shares))


def seaport(rng: Random, country: str) -> str:
    """Return a seaport that serves the country: one of its own, or a gateway's."""
    codes, cumulative = _gateways(country)
    return rng.choices(codes, cum_weights=cumulative)[0]


def airport(rng: Random, country: str) -> str:
    """Return an airport of the country."""
    codes, cumulative = _shares(COUNTRIES[country].air)
    return rng.choices(codes, cum_weights=cumulative)[0]


def terminal(rng: Random, country: str) -> str:
    """Return an inland terminal of a home."""
    codes, cumulative = _shares(COUNTRIES[country].inland)
    return rng.choices(codes, cum_weights=cumulative)[0]


@cache
def by_road(origin: str, destination: str) -> bool:
    """Say whether lorries go from one country to the other: two homes with no long road between their terminals."""
    if origin not in HOMES or destination not in HOMES:
        return False
    start, end = COUNTRIES[origin].inland[0].place.code, COUNTRIES[destination].inland[0].place.code
    return _road(start, end) and road_km(start, end) < _LONG_ROAD_KM


def by_sea(origin: str, destination: str) -> bool:
    """Say whether goods can go by sea: some port of one country is not the only one of the other."""
    return len({*_gateways(origin)[0], *_gateways(destination)[0]}) > 1


@cache
def _road(origin: str, destination: str) -> bool:
    """Say whether there is a road between two places."""
    try:
        road_km(origin, destination)
    except KeyError:
        return False
    return True


def way_of(rng: Random, carriage: Carriage, order: Order, mode: str, ready: datetime, *, full: bool) -> Way:
    """Return the way of an order whose goods are ready at a moment; `full` says that it fills boxes of its own."""
    seller, buyer = order.seller.country, order.buyer.country
    if mode == ROAD:
        start, end = terminal(rng, seller), terminal(rng, buyer)
        return Way(carriage.road(start, end, ready), start, end)
    if mode == AIR:
        start, end = airport(rng, seller), airport(rng, buyer)
        return Way(carriage.air(start, end, ready), start, end)
    start = order.ports[0] or seaport(rng, seller)
    end = order.ports[1] or seaport(rng, buyer)
    while start == end:
        start, end = seaport(rng, seller), seaport(rng, buyer)
    legs: list[Leg] = []
    if not COUNTRIES[seller].sea:
        legs = carriage.road(terminal(rng, seller), start, ready)
        ready = legs[-1].arrives + timedelta(hours=30)
    legs += carriage.sea_by(start, end, ready, order.hub) if order.hub else carriage.sea(start, end, ready)
    inland = ""
    if not COUNTRIES[buyer].sea or (full and COUNTRIES[buyer].home and rng.random() < _INLAND_SHARE):
        inland = terminal(rng, buyer)
    if inland and _road(end, inland):
        legs += carriage.road(end, inland, legs[-1].arrives + timedelta(hours=rng.randrange(20, 96)))
    else:
        inland = ""
    return Way(legs, start, end, inland)


def cost(rng: Random, way: Way, lines: Sequence[Line], boxes: int) -> float:
    """Return what carriage costs in dollars: by box and distance at sea, by mass in the air, by lorry on the road."""
    mass = sum(line.gross for line in lines)
    dollars = 0.0
    for leg in way.legs:
        if leg.means.mode == SEA:
            km = sea_km(leg.origin, leg.destination)
            dollars += max(45.0, boxes * (380.0 + 0.085 * km) if boxes else mass * (0.035 + km * 6e-6))
        elif leg.means.mode == AIR:
            dollars += mass * (1.1 + air_km(leg.origin, leg.destination) / 4_500)
        else:
            dollars += road_km(leg.origin, leg.destination) * 1.15 * max(boxes, min(1.0, mass / _BOX_KILOGRAMS))
    return dollars * rng.lognormvariate(0.0, 0.14)


def boxes_needed(rng: Random, lines: Sequence[Line]) -> int:
    """Return how many boxes goods fill: 0 where they share one, or are too heavy and go in bulk."""
    mass = sum(line.gross for line in lines)
    if mass < _SHARED_KILOGRAMS and rng.random() < _SHARED_SHARE:
        return 0
    boxes = math.ceil(mass / _BOX_KILOGRAMS)
    return boxes if boxes <= BOXES_MAX else 0


def size_of(rng: Random, lines: Sequence[Line]) -> str:
    """Return the ISO 6346 size and type of the boxes for goods."""
    sizes, cumulative = _SIZES["cold" if lines[0].hs[:2] in _REEFER else "dry"]
    return rng.choices(sizes, cum_weights=cumulative)[0]


def office_at(place: str, mode: str = "") -> str:
    """Return the customs office of a place of a home, of its airport where the mode is air; empty abroad."""
    port = AIRPORTS.get(place) if mode == AIR else PORTS.get(place)
    return port.office if port is not None else ""


def main_legs(shipment: Shipment) -> list[Leg]:
    """Return the legs of the main carriage: those by sea, else by air, else all."""
    return (
        [leg for leg in shipment.legs if leg.means.mode == SEA]
        or [leg for leg in shipment.legs if leg.means.mode == AIR]
        or shipment.legs
    )


def boxes_of(boxes: Sequence[Box], place: int, lines: int) -> tuple[str, ...]:
    """Return the numbers of the boxes that a line is in, by its place: no box is without a line."""
    if len(boxes) <= 1:
        return tuple(box.number for box in boxes)
    if lines >= len(boxes):
        return (boxes[place % len(boxes)].number,)
    return tuple(box.number for box in boxes[place::lines])

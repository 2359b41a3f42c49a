"""Play one scheme by itself in a small scene, so that what it promises can be looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest

from tidewaiter.world.chain.scene import Scene, lot, open_scene
from tidewaiter.world.model import Shipment
from tidewaiter.world.schemes import Ring, Scheme, all_schemes

COUNTRIES = ("GH", "BF", "NL", "AE", "VN")
DAYS, CONSIGNMENTS, ATTEMPTS_MAX = 120, 3_000, 80


@dataclass(frozen=True)
class Played:
    """What a ring did: its scene, the scheme, the ring, all that it shipped, and of that what was smuggled."""

    scene: Scene
    scheme: Scheme
    ring: Ring
    shipments: list[Shipment]

    @property
    def planted(self) -> list[Shipment]:
        """The consignments in which something is planted."""
        return [shipment for shipment in self.shipments if shipment.planted is not None]


@cache
def play_ring(name: str, country: str, skill: float, wanted: int, seed: str) -> Played:
    """Let one ring try until it has planted so many; the result is shared, so nobody may change it."""
    scene = open_scene(seed, COUNTRIES, date(2026, 1, 5), DAYS, CONSIGNMENTS)
    scheme = all_schemes()[name]
    ring = Ring(number=1, scheme=name, country=country, skill=skill, rate=scheme.rate, kin=1_000_001)
    scheme.open(scene, ring, lot(seed, "ring 1"))
    shipments: list[Shipment] = []
    planted = 0
    for attempt in range(ATTEMPTS_MAX):
        rng = lot(seed, f"attempt {attempt}")
        ring.picked = []
        made = scheme.attempt(scene, ring, scene.moment(attempt, rng.randrange(86_400)), rng)
        shipments += made
        planted += sum(shipment.planted is not None for shipment in made)
        if planted >= wanted:
            break
    assert planted >= wanted, f"only {planted} planted in {ATTEMPTS_MAX} attempts"
    return Played(scene, scheme, ring, shipments)


@pytest.fixture
def play() -> Callable[..., Played]:
    """Give a way to play a scheme: its name, and if need be country, skill, how many are wanted, and the seed."""

    def played(name: str, *, country: str = "GH", skill: float = 0.5, wanted: int = 8, seed: str = "schemes") -> Played:
        return play_ring(name, country, skill, wanted, seed)

    return played


def facts(played: Played) -> list[tuple[object, ...]]:
    """Return what can be seen of a ring's consignments, and the truth about them."""
    return [
        (
            paper.kind,
            paper.at,
            (paper.number, paper.local, paper.document, paper.master),
            (paper.exporter.name, paper.importer.id, paper.office),
            paper.lines,
            paper.invoice,
            paper.boxes,
            shipment.happenings,
            shipment.steps,
            shipment.planted,
        )
        for shipment in played.shipments
        for paper in shipment.papers.values()
    ]


@pytest.fixture
def same() -> Callable[[str], bool]:
    """Give a way to ask whether one seed makes a scheme do the same twice, and another seed something else."""

    def check(name: str) -> bool:
        first, again, other = (
            facts(play_ring.__wrapped__(name, "GH", 0.5, 3, seed)) for seed in ("same", "same", "other")
        )
        return bool(first) and first == again and first != other

    return check

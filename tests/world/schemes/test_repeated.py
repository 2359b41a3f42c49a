"""Play every ring of the road twice: what is smuggled depends on the seed alone."""

from datetime import date

import pytest

from tidewaiter.world.chain.scene import lot, open_scene
from tidewaiter.world.schemes import Ring, all_schemes

NAMES = {
    "container-clone": "GH",
    "excess-quantity": "NL",
    "mule-travellers": "AE",
    "phantom-export": "VN",
    "rip-on": "NL",
    "route-deviation-road": "BF",
    "route-deviation-sea": "GH",
    "seal-swap": "AE",
    "transit-diverted": "GH",
    "transit-fictitious-discharge": "GH",
    "transit-never-discharged": "NL",
    "transit-substituted": "GH",
}


def _played(seed: str) -> list[str]:
    """Return what is true and said after one ring of every scheme tried three times."""
    scene = open_scene(seed, ("GH", "BF", "NL", "AE", "VN"), date(2026, 1, 5), 60, 500)
    said = []
    for number, (name, country) in enumerate(NAMES.items()):
        scheme = all_schemes()[name]
        ring = Ring(number=number, scheme=name, country=country, skill=0.5, rate=1.0, kin=number)
        scheme.open(scene, ring, lot(seed, name))
        for attempt in range(3):
            for one in scheme.attempt(scene, ring, scene.moment(attempt), lot(seed, f"{name} {attempt}")):
                said += [f"{one.planted}", f"{one.happenings}", f"{one.steps}", f"{one.boxes}"]
                said += [f"{paper.number} {paper.at} {paper.lines} {paper.invoice}" for paper in one.papers.values()]
        said += [f"{trip}" for trip in ring.trips]
    return said


@pytest.fixture(scope="module")
def first() -> list[str]:
    return _played("tide")


def the_same_seed_smuggles_the_same(first: list[str]) -> None:
    assert first == _played("tide")


def the_other_seed_smuggles_something_else(first: list[str]) -> None:
    assert not set(first) & {one for one in _played("ebb") if len(one) > 60}

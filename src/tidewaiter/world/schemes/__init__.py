"""Plant smuggling by schemes: one file each, with its story, its knobs and its law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from tidewaiter.world.chain.scene import Scene, lot
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.schemes.scheme import Ring, Scheme, usual

__all__ = ["PLANTED_SHARE", "Ring", "Scheme", "all_schemes", "open_rings", "usual"]

PLANTED_SHARE = 0.04
"""Share of consignments that rings ship, their honest cover included."""

_KIN_FROM = 1_000_000
"""Where the kin numbers of rings begin."""


@cache
def all_schemes() -> Mapping[str, Scheme]:
    """Return every scheme by its name: one of each class that a module of this package defines."""
    found: dict[str, Scheme] = {}
    for module in sorted(one.name for one in iter_modules(__path__)):
        for kind in vars(import_module(f"{__name__}.{module}")).values():
            own = isinstance(kind, type) and issubclass(kind, Scheme) and kind is not Scheme
            if own and kind.__module__ == f"{__name__}.{module}" and hasattr(kind, "name"):
                found[kind.name] = kind()
    return MappingProxyType(found)


def open_rings(
    scene: Scene, names: Sequence[str] | None, daily: float, share: float = PLANTED_SHARE
) -> list[tuple[Scheme, Ring]]:
    """Return the rings of a world in which `daily` consignments are ordered a day; every scheme has one at least.

    They ship about the `share` of all consignments.

    Raises KeyError for the name of a scheme that there is not.
    """
    schemes = [all_schemes()[name] for name in names] if names is not None else list(all_schemes().values())
    wealth = sum(COUNTRIES[home].wealth for home in scene.countries)
    tries = sum(scheme.rings * scheme.rate / 7 for scheme in schemes) or 1.0
    rings: list[tuple[Scheme, Ring]] = []
    for country in scene.countries:
        scale = share * daily * COUNTRIES[country].wealth / wealth / tries
        for scheme in schemes:
            if not scheme.possible(scene, country):
                continue
            wanted = scheme.rings * scale
            number = max(1, round(wanted))
            for _ in range(number):
                serial = len(rings) + 1
                rng = lot(scene.seed, f"ring {serial}")
                ring = Ring(
                    number=serial,
                    scheme=scheme.name,
                    country=country,
                    skill=round(rng.uniform(*scheme.skill), 3),
                    rate=scheme.rate * wanted / number,
                    kin=_KIN_FROM + serial,
                )
                scheme.open(scene, ring, rng)
                rings.append((scheme, ring))
    return rings

"""Share a world's companies out: how many a country has, how busy each is, who exports what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tidewaiter.world.goods import of_origin, wanted
from tidewaiter.world.model import Country, Good

_POWER, _BEND = 0.65, 0.001
"""How steeply activity falls with rank; fitted to the importers of the Korean declarations."""


def activity(number: int) -> list[float]:
    """Return how often each of so many companies trades, the busiest first; together 1.

    Activity falls with the rank's quantile, so that worlds of any size are as concentrated as a real register.
    """
    weights = [((place + 0.5) / number + _BEND) ** -_POWER for place in range(number)]
    total = sum(weights)
    return [weight / total for weight in weights]


def exports_of(countries: Sequence[str]) -> dict[str, float]:
    """Return each country's share of what the world wants, at least a thousandth."""
    shares = dict.fromkeys(countries, 0.001)
    for good, share in wanted():
        for country, part in good.origins:
            if country in shares:
                shares[country] += share * part
    return shares


def shared_out(number: float, weights: Mapping[str, float], least: int) -> dict[str, int]:
    """Return a number shared out by weights, with so many for each at least."""
    total = sum(weights.values()) or 1.0
    return {code: max(least, round(number * weight / total)) for code, weight in weights.items()}


def exported_together(homes: Sequence[str], countries: Mapping[str, Country]) -> list[tuple[Good, float]]:
    """Return what some countries export together, each by what it makes."""
    weights: dict[str, tuple[Good, float]] = {}
    for home in homes:
        for good, share in of_origin(home):
            before = weights.get(good.hs, (good, 0.0))[1]
            weights[good.hs] = (good, before + share * countries[home].makes)
    return list(weights.values())

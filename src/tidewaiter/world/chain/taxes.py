"""Say what is due: rates of duty and value added tax by country, goods and origin."""

from __future__ import annotations

from functools import cache

from tidewaiter.world.goods import REMEDY_RATE
from tidewaiter.world.model import Good

_TARIFFS: dict[str, tuple[float, int, float]] = {
    "GH": (1.0, 35, 15.0),
    "BF": (1.0, 35, 18.0),
    "NL": (0.4, 14, 21.0),
    "AE": (0.3, 5, 5.0),
    "VN": (0.7, 30, 10.0),
    "BR": (1.0, 35, 17.0),
    "TR": (0.6, 25, 20.0),
    "MA": (0.9, 40, 20.0),
    "CI": (1.0, 35, 18.0),
    "ZA": (0.7, 30, 15.0),
}
"""Country → (share of the table's rate, highest rate, rate of value added tax), rates in per cent; invented."""

_FRIENDS: dict[str, frozenset[str]] = {
    "GH": frozenset({"BF", "CI", "NG", "SN", "TG", "BJ"}),
    "BF": frozenset({"GH", "CI", "NG", "SN", "TG", "BJ"}),
    "CI": frozenset({"GH", "BF", "NG", "SN", "TG", "BJ"}),
    "NL": frozenset({"MA", "TR", "ZA", "VN", "GH", "CI", "DE", "FR", "ES", "IT", "BE", "PL"}),
    "MA": frozenset({"NL", "TR", "AE", "FR", "ES", "DE", "IT"}),
    "TR": frozenset({"NL", "MA", "DE", "IT", "FR", "ES"}),
    "AE": frozenset({"MA", "SA", "OM", "EG", "JO"}),
    "VN": frozenset({"NL", "TH", "MY", "ID", "SG", "JP", "KR", "CN"}),
    "BR": frozenset({"AR", "UY", "CL"}),
    "ZA": frozenset({"NL", "DE", "MZ", "NA"}),
}
"""Country → countries whose goods come in free of duty under a preference."""

RELIEF_USD = 1_000.0
"""Consignments worth less than this, in US dollars, are free of duty, though not of value added tax; invented."""

PREFERENCE = "300"
"""Tariff preference claimed: goods of an agreement's origin."""


@cache
def duty_rate(country: str, good: Good, origin: str, preference: bool = False) -> int:  # noqa: FBT001, FBT002 - a claim
    """Return the duty and trade remedy on goods of an origin in a country, in per cent of the customs value."""
    share, most, _ = _TARIFFS[country]
    own = 0 if preference else min(most, round(good.duty * share))
    return own + (REMEDY_RATE if origin in good.remedy else 0)


def vat_rate(country: str) -> float:
    """Return the rate of value added tax on imports, in per cent of value and duty."""
    return _TARIFFS[country][2]


def preferred(country: str, origin: str) -> bool:
    """Say whether goods of the origin may come in free under an agreement."""
    return origin in _FRIENDS[country]

"""Say what money is worth in US dollars, and how that drifts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

_UNITS_PER_DOLLAR: dict[str, float] = {
    "AED": 3.6725, "AOA": 915.0, "ARS": 1_180.0, "AUD": 1.53, "BDT": 121.0, "BRL": 5.6, "CAD": 1.39, "CHF": 0.83,
    "CLP": 945.0, "CNY": 7.2, "COP": 4_150.0, "CRC": 508.0, "CZK": 21.8, "DKK": 6.62, "DZD": 131.0, "EGP": 49.8,
    "EUR": 0.887, "GBP": 0.748, "GEL": 2.74, "GHS": 12.4, "GNF": 8_650.0, "HKD": 7.8, "IDR": 16_350.0, "ILS": 3.52,
    "INR": 85.6, "IQD": 1_310.0, "JOD": 0.709, "JPY": 146.0, "KES": 129.3, "KHR": 4_010.0, "KRW": 1_385.0,
    "KWD": 0.307, "LBP": 89_500.0, "LKR": 300.0, "LYD": 5.45, "MAD": 9.2, "MGA": 4_480.0, "MRU": 39.7, "MUR": 45.6,
    "MXN": 19.2, "MYR": 4.25, "MZN": 63.9, "NGN": 1_545.0, "NOK": 10.2, "NZD": 1.67, "OMR": 0.3845, "PEN": 3.65,
    "PHP": 56.2, "PKR": 282.0, "PLN": 3.76, "PYG": 7_850.0, "QAR": 3.64, "RON": 4.48, "RUB": 80.0, "SAR": 3.75,
    "SEK": 9.62, "SGD": 1.29, "THB": 32.8, "TND": 2.98, "TRY": 39.5, "TWD": 30.1, "TZS": 2_650.0, "UAH": 41.6,
    "USD": 1.0, "UYU": 41.2, "VND": 25_950.0, "XAF": 581.8, "XOF": 581.8, "ZAR": 17.9,
}  # fmt: skip
"""Units of a currency for a US dollar: levels of about 2025, rounded, and so invented."""

RATES: Mapping[str, float] = MappingProxyType({code: 1 / units for code, units in _UNITS_PER_DOLLAR.items()})
"""Currency, ISO 4217 → US dollars for one unit of it, at the start of a world."""

_PEGGED: Mapping[str, str] = MappingProxyType(
    {"AED": "USD", "JOD": "USD", "OMR": "USD", "QAR": "USD", "SAR": "USD", "DKK": "EUR", "XAF": "EUR", "XOF": "EUR"}
)
"""Currency → the one that it is tied to, and drifts with."""

DRIFT = 0.04
"""How far a rate moves from where it began, at most, as a share of it."""


@cache
def rate(currency: str, day: int) -> float:
    """Return US dollars for one unit of a currency on a day of the world; raises KeyError for an unknown currency.

    It swings about where it began, within `DRIFT`, in a wave whose length and beginning are the currency's own.
    """
    tied = _PEGGED.get(currency, currency)
    if tied == "USD":
        return RATES[currency]
    letters = sum((place + 1) * ord(letter) for place, letter in enumerate(tied))
    days, phase = 150 + letters % 180, letters % 29 / 29 * math.tau
    wave = math.sin(math.tau * day / days + phase) - math.sin(phase)
    return RATES[currency] * (1 + DRIFT / 2 * wave)

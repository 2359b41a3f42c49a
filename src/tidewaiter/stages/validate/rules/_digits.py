"""Work out check digits: ISO 6346 and what borrows from it, IMO, air waybill, postal item."""

from __future__ import annotations

import re
from functools import lru_cache

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHT = dict(zip("0123456789", range(10), strict=True))
_WEIGHT |= dict(zip(_LETTERS, (value for value in range(10, 39) if value % 11), strict=True))
_S10 = (8, 6, 4, 2, 3, 5, 9, 7)
CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}", re.ASCII)
MRN = re.compile(r"[0-9]{2}([A-Z]{2})[A-Z0-9]{13}[0-9]", re.ASCII)
S10 = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", re.ASCII)

_MRN_COUNTRIES = (
    "AD AT BE BG CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IS IT LT LU LV MD ME MK MT NL NO PL PT RO RS SE SI SK SM"
    " TR UA XI"
)
MRN_COUNTRIES = frozenset(_MRN_COUNTRIES.split())
"""Countries whose movement reference numbers follow the EU and common transit shape."""


@lru_cache(maxsize=65_536)
def iso6346(text: str) -> int:
    """Return the ISO 6346 check digit of capitals and digits: weights 2^position, modulo 11, modulo 10."""
    return sum(_WEIGHT[sign] << place for place, sign in enumerate(text)) % 11 % 10


def container_fits(number: str) -> bool:
    """Say whether the eleventh character of a container number is its check digit."""
    return iso6346(number[:10]) == int(number[10])


def mrn_fits(number: str) -> bool:
    """Say whether the last of the 18 characters of an MRN is its check digit."""
    return iso6346(number[:17]) == int(number[17])


def imo_fits(number: str) -> bool:
    """Say whether the seventh digit of an IMO number is its check digit (IMO Resolution A.1117(30))."""
    return sum(int(sign) * weight for sign, weight in zip(number[:6], range(7, 1, -1), strict=True)) % 10 == int(
        number[6]
    )


def waybill_fits(number: str) -> bool:
    """Say whether the eleventh digit of an air waybill is the seven before it modulo 7 (IATA Resolution 600a)."""
    return int(number[3:10]) % 7 == int(number[10])


def postal_fits(number: str) -> bool:
    """Say whether the ninth digit of a postal item number is its check digit (UPU S10)."""
    rest = 11 - sum(int(sign) * weight for sign, weight in zip(number[2:10], _S10, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest) == int(number[10])

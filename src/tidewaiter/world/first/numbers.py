"""Make numbers whose check digits are right: containers, ships, movement references."""

from __future__ import annotations

from random import Random

from stdnum import imo, iso6346

_OWNERS = ("TWQU", "KLVU", "OSRU", "MBNU")
"""Owner prefixes of containers; invented, so that no box belongs to anybody."""


def container(rng: Random) -> str:
    """Return an ISO 6346 container number."""
    body = rng.choice(_OWNERS) + f"{rng.randrange(1_000_000):06d}"
    return body + iso6346.calc_check_digit(body)


def ship(rng: Random) -> str:
    """Return an IMO ship number, seven digits."""
    body = f"{rng.randrange(910_000, 990_000)}"
    return body + imo.calc_check_digit(body)


def movement_reference(year: int, country: str, serial: int) -> str:
    """Return an MRN of 18 characters: year, country, serial, and the check digit of ISO 6346 over the 17 before."""
    body = f"{year % 100:02d}{country}{serial:012d}M"
    return body + iso6346.calc_check_digit(body)

"""Invent people who travel: names by nationality, ages, passports in their country's form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from types import MappingProxyType

from tidewaiter.world.model import Person
from tidewaiter.world.traders.tongues import CUSTOMS, Custom, filled

_BY_CODE: Mapping[str, Custom] = MappingProxyType({**CUSTOMS, **{one.alpha3: one for one in CUSTOMS.values()}})

_CHILD, _ADULT, _TWO_NAMES = 0.06, 18, 0.25
_OLDEST, _USUAL_AGE = 79, 36
_YEAR = 365.25


def person(rng: Random, nationality: str, *, on: date = date(2026, 1, 1)) -> Person:
    """Return somebody of a nationality, ISO 3166-1 of two or three letters; an adult in all but a few cases.

    The passport is of the nationality's country, in its form, and valid for at least fourteen months from the day `on`.
    Raises KeyError for a country that is not in the world.
    """
    custom = _BY_CODE[nationality]
    sex = "F" if rng.random() < 0.44 else "M"  # noqa: PLR2004 - a share of travellers
    names = custom.tongue.female if sex == "F" else custom.tongue.male
    given = rng.choice(names)
    if rng.random() < _TWO_NAMES:
        second = rng.choice(names)
        given = given if second == given else f"{given} {second}"
    child = rng.random() < _CHILD
    age = rng.uniform(0.5, _ADULT) if child else rng.triangular(_ADULT, _OLDEST, _USUAL_AGE)
    return Person(
        family=rng.choice(custom.tongue.families),
        given=given,
        sex=sex,
        born=on - timedelta(days=int(age * _YEAR) + 1),
        nationality=custom.alpha3,
        document=filled(rng, custom.passport),
        issuer=custom.alpha3,
        expires=on + timedelta(days=rng.randrange(430, 1_825 if child else 3_650)),
    )

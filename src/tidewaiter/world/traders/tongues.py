"""Read what names, addresses and numbers are made of, by tongue and country."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from types import MappingProxyType

_FOLDER = files("tidewaiter.world.traders")

_CAPITALS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Tongue:
    """What names are made of in a language or region; `agents` are the trades of those who clear and forward."""

    patterns: tuple[str, ...]
    words: tuple[str, ...]
    trades: tuple[str, ...]
    agents: tuple[str, ...]
    families: tuple[str, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]
    streets: tuple[str, ...]
    houses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Custom:
    """What a country writes: its code of three letters, its tongue, forms in which # is a digit and @ a capital.

    `dial` is the international dialling code; `forms` are legal forms around a company's name, which is _; `cities` are
    where companies sit, the first most often.
    """

    alpha3: str
    tongue: Tongue
    dial: str
    postcode: str
    passport: str
    forms: tuple[str, ...]
    cities: tuple[str, ...]


def _tongues() -> dict[str, Tongue]:
    """Return every tongue by its name."""
    found = tomllib.loads((_FOLDER / "tongues.toml").read_text(encoding="utf-8"))
    return {name: Tongue(**{part: tuple(words) for part, words in parts.items()}) for name, parts in found.items()}


def _customs() -> dict[str, Custom]:
    """Return every country's custom by its code of two letters."""
    tongues = _tongues()
    text = (_FOLDER / "registers.csv").read_text(encoding="utf-8")
    return {
        row["country"]: Custom(
            alpha3=row["alpha3"],
            tongue=tongues[row["tongue"]],
            dial=row["dial"],
            postcode=row["postcode"],
            passport=row["passport"],
            forms=tuple(row["forms"].split(";")),
            cities=tuple(row["cities"].split(";")),
        )
        for row in csv.DictReader(text.splitlines())
    }


CUSTOMS: Mapping[str, Custom] = MappingProxyType(_customs())
"""Country, ISO 3166-1 alpha-2 → what it writes."""


def filled(rng: Random, form: str) -> str:
    """Return a form with every # a digit and every @ a capital; the letters I, O and Q are not used."""
    digits = f"{rng.randrange(10**24):024d}"
    return "".join(
        digits[place % 24] if sign == "#" else rng.choice(_CAPITALS) if sign == "@" else sign
        for place, sign in enumerate(form)
    )

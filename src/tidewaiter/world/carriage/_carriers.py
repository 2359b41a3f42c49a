"""Read the invented carriers, and make up hauliers, lorries' plates and ships."""

from __future__ import annotations

import csv
from importlib.resources import files
from random import Random

from stdnum import imo

from tidewaiter.world.model import AIR, ROAD, SEA, Carrier, Means

PUBLISHES_SHARE = 0.4
"""Share of the sea carriers that send events of their boxes to customs."""

HAULIERS = 8
"""Hauliers of each country."""

_FLAGS = ("PA", "LR", "MH", "SG", "HK", "MT", "CY", "DK", "PT", "BS")
_BIRDS = (
    "Heron", "Tern", "Plover", "Curlew", "Petrel", "Gannet", "Avocet", "Dunlin", "Osprey", "Pelican", "Ibis",
    "Egret", "Bittern", "Godwit", "Sanderling", "Turnstone", "Whimbrel", "Redshank", "Kittiwake", "Puffin",
    "Fulmar", "Shearwater", "Cormorant", "Lapwing", "Kestrel", "Merlin", "Hoopoe", "Bulbul", "Weaver", "Sunbird",
    "Hornbill", "Drongo", "Skua", "Eider", "Goshawk", "Harrier", "Linnet", "Siskin", "Wheatear", "Pipit",
    "Dipper", "Martin", "Swift", "Swallow", "Nightjar", "Oriole", "Kingfisher", "Spoonbill", "Stilt",
    "Pratincole", "Courser", "Bustard", "Crane", "Rail", "Moorhen", "Coot", "Grebe", "Diver", "Razorbill",
    "Noddy", "Booby", "Frigate", "Tropic", "Albatross", "Bateleur", "Barbet",
)  # fmt: skip
_FIRST_SHIP, _LAST_SHIP = 250_000, 490_000
"""Bodies of IMO numbers that were never given to ships."""

_SYLLABLES = (
    "bra",
    "dov",
    "fen",
    "gul",
    "hask",
    "jor",
    "kem",
    "lusk",
    "mav",
    "nor",
    "pel",
    "quon",
    "rud",
    "sel",
    "tov",
)
_ENDINGS = ("ax", "ero", "ind", "omi", "ura", "eka", "ost", "ali")
_TRADES: dict[str, str] = {
    "ar": "Naql",
    "de": "Spedition",
    "en": "Haulage",
    "es": "Transportes",
    "fr": "Transports Routiers",
    "it": "Trasporti",
    "nl": "Wegvervoer",
    "pt": "Transportes",
    "tr": "Nakliyat",
    "vi": "Van Tai",
}
_PLATES: dict[str, str] = {
    "AE": "DXB @ #####",
    "BF": "## @@ ####",
    "BR": "@@@#@##",
    "CI": "####@@01",
    "GH": "G@ ####-2#",
    "MA": "#####-A-##",
    "NL": "##-@@@-#",
    "TR": "## @@@ ###",
    "VN": "##C-###.##",
    "ZA": "@@ ## @@ GP",
}
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_PLATE_SIGNS = {"#": "0123456789", "@": _LETTERS}
_PLATE_STRIDE = 1_000_003
"""A prime, so that plates repeat only when all of a form are used up."""


def _rows(mode: str) -> list[dict[str, str]]:
    """Return the rows of the table of carriers for a mode."""
    text = (files("tidewaiter.world.carriage") / "carriers.csv").read_text(encoding="utf-8")
    return [row for row in csv.DictReader(text.splitlines()) if row["mode"] == mode]


def sea_carriers(seed: str) -> tuple[Carrier, ...]:
    """Return the sea carriers; about `PUBLISHES_SHARE` of them, drawn by the seed, publish."""
    rows = _rows(SEA)
    rng = Random(f"{seed}/carriers")  # noqa: S311 - an invented world, not a secret
    publishes = rng.sample([row["code"] for row in rows], round(PUBLISHES_SHARE * len(rows)))
    return tuple(Carrier(row["code"], row["name"], SEA, row["code"] in publishes) for row in rows)


def airlines() -> tuple[tuple[Carrier, str, float], ...]:
    """Return the airlines, each with the airport of its hub and how far it flies from there, in kilometres."""
    return tuple((Carrier(row["code"], row["name"], AIR), row["hub"], float(row["reach"])) for row in _rows(AIR))


def hauliers(seed: str, country: str, language: str) -> tuple[Carrier, ...]:
    """Return a country's hauliers."""
    rng = Random(f"{seed}/hauliers/{country}")  # noqa: S311 - an invented world, not a secret
    trade = _TRADES.get(language, "Road Freight")
    names: list[str] = []
    while len(names) < HAULIERS:
        name = (rng.choice(_SYLLABLES) + rng.choice(_SYLLABLES) + rng.choice(_ENDINGS)).capitalize()
        if name not in names:
            names.append(name)
    return tuple(Carrier(f"{country}{_LETTERS[place]}X", f"{name} {trade}", ROAD) for place, name in enumerate(names))


def plate(country: str, lorry: int) -> str:
    """Return the plate of a country's lorry by its number, in the form of the country; no two next to each other."""
    left = lorry * _PLATE_STRIDE
    written = []
    for one in _PLATES.get(country, "@@@ ####"):
        signs = _PLATE_SIGNS.get(one, one)
        left, place = divmod(left, len(signs))
        written.append(signs[place])
    return "".join(written)


def ships(seed: str, counts: list[tuple[Carrier, int]]) -> list[list[Means]]:
    """Return as many ships for each carrier as are asked for, in that order; numbers and names are used once."""
    rng = Random(f"{seed}/ships")  # noqa: S311 - an invented world, not a secret
    total = sum(count for _, count in counts)
    bodies = iter(rng.sample(range(_FIRST_SHIP, _LAST_SHIP), total))
    used: dict[str, int] = {}
    order = rng.sample(_BIRDS, len(_BIRDS))
    found = []
    for carrier, count in counts:
        fleet = []
        for _ in range(count):
            body = f"{next(bodies):06d}"
            serial = used[carrier.code] = used.get(carrier.code, -1) + 1
            again, place = divmod(serial, len(order))
            name = f"{carrier.name.split()[0]} {order[place]}{' ' + 'I' * (again + 1) if again else ''}".upper()
            fleet.append(Means(SEA, body + str(imo.calc_check_digit(body)), "IMO", name, rng.choice(_FLAGS)))
        found.append(fleet)
    return found

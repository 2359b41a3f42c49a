"""Write tables in the layout of the public Korean data, of any length, for the benchmarks."""

from __future__ import annotations

import random
from pathlib import Path

HEADER = (
    "Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,Mode of Transport,Declarant ID,"
    "Importer ID,Seller ID,Courier ID,HS6 Code,Country of Departure,Country of Origin,Tax Rate,Tax Type,"
    "Country of Origin Indicator,Net Mass,Item Price,Fraud,Critical Fraud\n"
)
COUNTRIES = ("CN", "JP", "US", "DE", "VN", "IT", "FR", "TH", "KR", "GB", "ID", "TW", "HK", "IN", "NL")
GOODS = ("420231", "711311", "390690", "392690", "440890", "690722", "620822", "940350", "950300", "850440", "071080")
WRONG_SHARE = 0.01
"""Share of rows with a country code that does not exist."""


def write_table(path: Path, rows: int, seed: int = 1) -> None:
    """Write a table of so many rows; the same seed gives the same bytes."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEADER)
        for number in range(rows):
            origin = "ZZ" if chance.random() < WRONG_SHARE else chance.choice(COUNTRIES)
            mass = round(chance.lognormvariate(4, 2), 1) + 0.1
            stream.write(
                f"{10_000_000 + number},2021-{number % 6 + 1:02d}-{number % 28 + 1:02d},{chance.randrange(10, 60)},B,"
                f"11,21,11,{chance.choice(('10', '40'))},D{chance.randrange(1200)},I{chance.randrange(20_000)},"
                f"S{chance.randrange(10_000)},,{chance.choice(GOODS)},{chance.choice(COUNTRIES)},{origin},"
                f"{chance.choice(('0.0', '8.0', '6.5'))},A,G,{mass:.1f},{mass * chance.lognormvariate(3, 1):.2f},0,0\n"
            )

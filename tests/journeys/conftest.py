"""Share small tables in the layout of the public Korean data, and ways to receive them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tidewaiter import journey
from tidewaiter.stages import receive

if TYPE_CHECKING:
    from tidewaiter.node import Node

HEADER = (
    "Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,Mode of Transport,Declarant ID,"
    "Importer ID,Seller ID,Courier ID,HS6 Code,Country of Departure,Country of Origin,Tax Rate,Tax Type,"
    "Country of Origin Indicator,Net Mass,Item Price,Fraud,Critical Fraud\n"
)


def table_row(number: int, **changes: object) -> str:
    """Return one row; `changes` are by the column's first word in lower case."""
    values: dict[str, object] = {
        "declaration": 40_000_000 + number,
        "date": f"2021-04-{number % 28 + 1:02d}",
        "origin": "CN",
        "hs6": "420231",
        "mass": 10.5,
        "price": 1000 + number,
        "importer": f"IMP{number % 7}",
        "fraud": 0,
    } | changes
    return (
        f"{values['declaration']},{values['date']},40,B,11,21,11,40,DEC{number % 3},{values['importer']},SEL1,,"
        f"{values['hs6']},CN,{values['origin']},8.0,A,G,{values['mass']},{values['price']},{values['fraud']},0\n"
    )


def table_of(rows: int, **changes: object) -> bytes:
    """Return a table of so many rows."""
    return (HEADER + "".join(table_row(number, **changes) for number in range(1, rows + 1))).encode()


@pytest.fixture
def take(node: Node) -> Callable[..., journey.Arrived]:
    """Give a way to receive bytes as a file through a mapping."""

    def receive_bytes(data: bytes, mapping: str = "kcs", name: str = "table.csv") -> journey.Arrived:
        chosen = receive.load_mapping(mapping) if mapping else None
        return journey.arrive(node, journey.Source(stream=io.BytesIO(data), name=name, mapping=chosen))

    return receive_bytes

"""Give tests a small mapping, and a way to read bytes through it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive

PLAIN = """
[mapping]
id = "plain"
kind = "Declaration"
dates = ["%Y-%m-%d"]

[[column]]
from = "Number"
to = "lrn"
required = true

[[column]]
from = "Date"
to = "issued"
required = true

[[column]]
from = "Importer"
to = "parties[importer].name"

[[column]]
from = "Seller"
to = "parties[seller].id"

[[column]]
from = "Carrier"
to = "parties[carrier].id"

[[column]]
from = "Goods"
to = "goodsShipment.items[].commodity.description"

[[column]]
from = "Mass"
to = "goodsShipment.items[].commodity.netMass.value"

[[column]]
from = "Packages"
to = "packages"

[constants]
"goodsShipment.items[].commodity.netMass.unit" = "KGM"
"""

HEADER = b"Number,Date,Importer,Seller,Carrier,Goods,Mass,Packages\n"


@pytest.fixture
def plain_mapping() -> receive.Mapping:
    """A mapping of eight columns."""
    return receive.read_mapping(PLAIN, "plain.toml")


@pytest.fixture
def grouped_mapping() -> receive.Mapping:
    """The same mapping, with the rows of one number making one declaration."""
    return receive.read_mapping(PLAIN + '\n[group]\nby = ["Number"]\n', "grouped.toml")


@pytest.fixture
def opening() -> Callable[..., receive.Opened]:
    """A function that opens bytes as a source."""

    def open_bytes(data: bytes, mapping: receive.Mapping | None = None, **options: Any) -> receive.Opened:
        settings = options.pop("settings", Settings())
        name = options.pop("name", "table.csv")
        return receive.open_source(io.BytesIO(data), name=name, settings=settings, mapping=mapping, **options)

    return open_bytes


@pytest.fixture
def reading(opening: Callable[..., receive.Opened]) -> Callable[..., list[receive.Reading]]:
    """A function that reads every record of bytes."""

    def read_bytes(data: bytes, mapping: receive.Mapping | None = None, **options: Any) -> list[receive.Reading]:
        return list(opening(data, mapping, **options).readings())

    return read_bytes

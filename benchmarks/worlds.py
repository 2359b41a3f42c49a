"""Ask for an invented world on the command line of a benchmark, and read what its declarations say."""

from __future__ import annotations

import argparse
from datetime import date

from tidewaiter.kernel.records import Amount, Declaration, GoodsItem, Measure
from tidewaiter.world.engine import Setup

COUNTRIES = ("GH", "BF", "NL", "AE", "VN")
START = date(2026, 1, 5)
ORIGINAL = "9"


def ask(
    parser: argparse.ArgumentParser, *, days: int, consignments: int, countries: tuple[str, ...] = COUNTRIES
) -> None:
    """Add the options that a world is made from."""
    parser.add_argument("--countries", nargs="+", default=countries, metavar="CC", help="homes, ISO 3166-1 alpha-2")
    parser.add_argument("--days", type=int, default=days)
    parser.add_argument("--consignments", type=int, default=consignments)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--schemes", nargs="+", metavar="NAME", help="play these schemes alone")


def setup_of(asked: argparse.Namespace) -> Setup:
    """Return the setup that was asked for."""
    return Setup(
        seed=asked.seed,
        countries=tuple(asked.countries),
        start=START,
        days=asked.days,
        consignments=asked.consignments,
        schemes=tuple(asked.schemes) if asked.schemes else None,
    )


def said(setup: Setup) -> str:
    """Return in words what a world is made of."""
    return (
        f"{', '.join(setup.countries)}; {setup.days} days, {setup.consignments:,} consignments ordered, "
        f"seed {setup.seed!r}"
    )


def is_original(record: object) -> bool:
    """Say whether a record is an import or export declaration that is lodged for the first time."""
    return isinstance(record, Declaration) and (record.function or ORIGINAL) == ORIGINAL


def is_import(record: Declaration) -> bool:
    """Say whether a declaration is one of import."""
    return record.type == "IM"


def number(one: Amount | Measure | None) -> float:
    """Return an amount or a measure as a number; NaN where there is none."""
    return float(one.value) if one is not None and one.value is not None else float("nan")


def heading(item: GoodsItem) -> str:
    """Return the heading that an item is declared under, six digits; empty where there is none."""
    codes = item.commodity.classifications if item.commodity else ()
    return (codes[0].id or "")[:6] if codes else ""


def transport_number(record: Declaration) -> str:
    """Return the number of the transport document; empty where there is none."""
    travelling = record.goods_shipment.consignment if record.goods_shipment else None
    document = travelling.transport_document if travelling else None
    return (document.number or "") if document else ""


def mode_of(record: Declaration) -> str:
    """Return the mode of transport at the border, one digit; empty where there is none."""
    travelling = record.goods_shipment.consignment if record.goods_shipment else None
    return next((one.mode or "" for one in travelling.transport_means), "") if travelling else ""

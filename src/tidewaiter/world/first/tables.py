"""Write the invented world as tables, in columns close to those of a customs system's export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from importlib.resources import files

from tidewaiter.world.first.draft import AIR, Draft, Item
from tidewaiter.world.first.inspections import Inspection
from tidewaiter.world.first.places import COUNTRY, CURRENCY

DECLARATIONS: dict[str, Callable[[Draft, Item], object]] = {
    "MRN": lambda draft, _: draft.mrn,
    "Function": lambda draft, _: draft.function,
    "LRN": lambda draft, _: draft.lrn,
    "Model": lambda _, __: "IM",
    "Office": lambda draft, _: draft.office,
    "Accepted": lambda draft, _: f"{draft.accepted:%Y-%m-%dT%H:%M:%SZ}",
    "Declarant code": lambda draft, _: draft.declarant,
    "Declarant": lambda draft, _: draft.declarant_name,
    "Importer code": lambda draft, _: draft.importer.id,
    "Importer": lambda draft, _: draft.importer.name,
    "Seller": lambda draft, _: draft.seller.name,
    "Seller country": lambda draft, _: draft.seller.country,
    "Export country": lambda draft, _: draft.export_country,
    "Destination country": lambda _, __: COUNTRY,
    "Mode": lambda draft, _: draft.mode,
    "Carrier id type": lambda draft, _: "FLIGHT" if draft.mode == AIR else "IMO",
    "Carrier id": lambda draft, _: draft.carrier_id,
    "Carrier name": lambda draft, _: draft.carrier_name,
    "Voyage": lambda draft, _: draft.voyage,
    "Arrival": lambda draft, _: f"{draft.arrival:%Y-%m-%d}",
    "Loading": lambda draft, _: draft.loading,
    "Unloading": lambda draft, _: draft.unloading,
    "Transport document type": lambda draft, _: "740" if draft.mode == AIR else "705",
    "Transport document": lambda draft, _: draft.transport_document,
    "In container": lambda draft, _: "1" if draft.container else "0",
    "Container": lambda draft, _: draft.container,
    "Incoterm": lambda draft, _: draft.incoterm,
    "Invoice currency": lambda draft, _: draft.currency,
    "Invoice total": lambda draft, _: f"{sum(one.price for one in draft.items):.2f}",
    "Freight": lambda draft, _: f"{draft.freight:.2f}",
    "Items": lambda draft, _: len(draft.items),
    "Packages total": lambda draft, _: sum(one.packages for one in draft.items) + draft.packages_off,
    "Gross total": lambda draft, _: f"{sum(one.gross for one in draft.items):.1f}",
    "Item": lambda draft, item: draft.items.index(item) + 1,
    "HS": lambda _, item: item.hs,
    "Description": lambda _, item: item.wording,
    "Origin": lambda _, item: item.origin,
    "Package kind": lambda _, item: item.pack,
    "Packages": lambda _, item: item.packages,
    "Gross kg": lambda _, item: f"{item.gross:.1f}",
    "Net kg": lambda _, item: f"{item.net:.1f}",
    "Unit": lambda _, item: item.unit if item.units else "",
    "Units": lambda _, item: item.units or "",
    "Price": lambda _, item: f"{item.price:.2f}",
    "Customs value": lambda draft, item: f"{draft.customs_value(item):.2f}",
    "Procedure": lambda _, __: "4000",
    "Duty rate": lambda _, item: item.duty_rate,
    "Duty": lambda draft, item: f"{draft.duty(item):.2f}",
}
"""Column of the declarations' table → what stands in it; one row an item."""

OUTCOMES: dict[str, Callable[[Inspection], object]] = {
    "MRN": lambda one: one.mrn,
    "Item": lambda one: one.item or "",
    "Known": lambda one: f"{one.known:%Y-%m-%dT%H:%M:%SZ}",
    "Control": lambda one: one.control,
    "Selection": lambda one: one.selection,
    "Result": lambda one: one.result,
    "Irregularity": lambda one: one.irregularity,
    "Recovered": lambda one: f"{one.recovered:.2f}" if one.recovered else "",
    "Currency": lambda one: CURRENCY if one.recovered else "",
    "Weight": lambda one: one.weight or "",
}
"""Column of the outcomes' table → what stands in it; one row a declaration."""

DECLARATIONS_MAPPING = (files("tidewaiter.world.first") / "declarations.toml").read_text(encoding="utf-8")
"""The mapping, as receive reads it, of the declarations' table."""

OUTCOMES_MAPPING = (files("tidewaiter.world.first") / "outcomes.toml").read_text(encoding="utf-8")
"""The mapping of the outcomes' table."""


def declarations_table(drafts: Iterable[Draft]) -> bytes:
    """Return the declarations' table: UTF-8, commas, a header."""
    rows = ([cell(draft, item) for cell in DECLARATIONS.values()] for draft in drafts for item in draft.items)
    return _table(DECLARATIONS, rows)


def outcomes_table(inspections: Iterable[Inspection]) -> bytes:
    """Return the outcomes' table: UTF-8, commas, a header."""
    return _table(OUTCOMES, ([cell(one) for cell in OUTCOMES.values()] for one in inspections))


def _table(header: Iterable[str], rows: Iterable[list[object]]) -> bytes:
    """Return the rows as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()

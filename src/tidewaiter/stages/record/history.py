"""Flatten recorded declarations to one row a goods item, for the columnar history."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from tidewaiter.kernel.records import (
    Amount,
    Consignment,
    Declaration,
    GoodsItem,
    GoodsShipment,
    Measure,
    TransportMeans,
    day_of,
)

if TYPE_CHECKING:
    from tidewaiter.stages.record.model import Version

_TEXT, _SMALL, _REAL, _DAY = pa.string(), pa.int32(), pa.float64(), pa.date32()

_DECLARED: tuple[tuple[str, pa.DataType], ...] = (
    ("record_key", _TEXT),
    ("version", _SMALL),
    ("reference", _TEXT),
    ("state", _TEXT),
    ("day", _DAY),
    ("known_on", _DAY),
    ("received_on", _DAY),
    ("office", _TEXT),
    ("type", _TEXT),
    ("function", _TEXT),
    ("importer", _TEXT),
    ("declarant", _TEXT),
    ("seller", _TEXT),
    ("exporter", _TEXT),
    ("carrier", _TEXT),
    ("departure", _TEXT),
    ("destination", _TEXT),
    ("mode", _TEXT),
    ("container", pa.bool_()),
    ("incoterm", _TEXT),
    ("item_count", _SMALL),
    ("errors", _SMALL),
    ("warnings", _SMALL),
    ("batch", pa.int64()),
)

_ITEM: tuple[tuple[str, pa.DataType], ...] = (
    ("item", _SMALL),
    ("head", pa.bool_()),
    ("hs", _TEXT),
    ("description", _TEXT),
    ("origin", _TEXT),
    ("procedure", _TEXT),
    ("preference", _TEXT),
    ("transaction_nature", _TEXT),
    ("duty_type", _TEXT),
    ("duty_rate", _REAL),
    ("payment_method", _TEXT),
    ("origin_marking", _TEXT),
    ("process_type", _TEXT),
    ("import_use", _TEXT),
    ("net_kg", _REAL),
    ("gross_kg", _REAL),
    ("value", _REAL),
    ("currency", _TEXT),
    ("packages", _SMALL),
    ("equipment", _TEXT),
)

ITEM_SCHEMA = pa.schema([*_DECLARED, *_ITEM])
"""Columns of the history kind `declaration_item`.

`record_key` is 32 hexadecimal digits. `known_on` is the day the version could first be known: of version 1 its own
day, of a later one the day it came, where that is later. `head` marks a declaration's first row. A declaration
without goods items has one row with `item` 0, so that a cancellation (`function` 1) is never lost. Masses are in
kilograms; `duty_rate` is in per cent; `equipment` holds container numbers apart by spaces; parties are identifiers,
never names.
"""

OUTCOME_SCHEMA = pa.schema(
    [
        ("record_key", _TEXT),
        ("item", _SMALL),
        ("known_on", _DAY),
        ("positive", pa.bool_()),
        ("critical", pa.bool_()),
        ("result", _TEXT),
        ("selection", _TEXT),
        ("weight", _REAL),
        ("revenue", _REAL),
        ("outcome_key", _TEXT),
        ("version", _SMALL),
    ]
)
"""Columns of the history kind `outcome`: keys are 32 hexadecimal digits; `item` null means all items."""

_KILOGRAMS = {"TNE": Decimal(1000), "GRM": Decimal("0.001"), "LBR": Decimal("0.45359237")}
"""Mass unit of UN/ECE Recommendation 20 → kilograms in one; KGM itself needs none."""

_SIDE_NOTES = {"originMarking": 0, "processType": 1, "importUse": 2}
"""Type of a coded statement → its place in an item's trio."""


class HistoryInput(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a declaration as the history wants it; `record_key` is 16 bytes, `batch` the batch it came in."""

    record_key: bytes
    version: int
    record: Declaration
    state: str
    received_on: date
    errors: int
    warnings: int
    batch: int
    reference: str = ""


def history_inputs(versions: Iterable[Version]) -> list[HistoryInput]:
    """Return the declarations among recorded versions as inputs of the history."""
    return [
        HistoryInput(
            record_key=version.record_key,
            version=version.version,
            record=version.record,
            state=version.state,
            received_on=version.received_at.date(),
            errors=version.errors,
            warnings=version.warnings,
            batch=version.batch,
            reference=version.reference,
        )
        for version in versions
        if isinstance(version.record, Declaration)
    ]


def item_rows(versions: Sequence[HistoryInput]) -> pa.Table:
    """Return one row a goods item, in the order given, with the columns of ITEM_SCHEMA."""
    rows: list[tuple[Any, ...]] = []
    for one in versions:
        declared = _declared(one)
        items = one.record.items
        if not items:
            rows.append((*declared, 0, True, *(None,) * (len(_ITEM) - 2)))
            continue
        noted = _side_notes(one.record.additional_information)
        numbers = _numbers(items)
        for place, item in enumerate(items):
            rows.append((*declared, numbers[place], place == 0, *_item(item, noted)))
    if not rows:
        return ITEM_SCHEMA.empty_table()
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, ITEM_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=ITEM_SCHEMA)


def _declared(one: HistoryInput) -> tuple[Any, ...]:
    """Return what all items of a declaration share, in the order of its columns."""
    record, key = one.record, one.record_key.hex()
    day, received = day_of(record), one.received_on
    known = day or received
    if one.version > 1:
        known = max(known, received)
    shipment = record.goods_shipment or _NO_SHIPMENT
    consignment = shipment.consignment or _NO_CONSIGNMENT
    ids: dict[str | None, str | None] = {}
    for party in (*record.parties, *consignment.parties):
        if party.id:
            ids.setdefault(party.role, party.id)
    return (
        key,
        one.version,
        one.reference or record.mrn or record.lrn or key[:16],
        one.state,
        day,
        known,
        received,
        record.office,
        record.type,
        record.function,
        ids.get("importer"),
        ids.get("declarant"),
        ids.get("seller"),
        ids.get("exporter"),
        ids.get("carrier"),
        _departure(shipment, consignment),
        shipment.destination_country,
        _mode(consignment.transport_means),
        consignment.container_indicator,
        shipment.trade_terms.code if shipment.trade_terms else None,
        len(shipment.items),
        one.errors,
        one.warnings,
        one.batch,
    )


def _item(item: GoodsItem, noted: tuple[str | None, ...]) -> tuple[Any, ...]:
    """Return what an item says itself, in the order of its columns after `item` and `head`."""
    commodity = item.commodity
    hs = description = net = gross = None
    if commodity is not None:
        hs = _hs(commodity.classifications[0].id) if commodity.classifications else None
        description, net, gross = commodity.description, commodity.net_mass, commodity.gross_mass
    duty = item.duty_taxes[0] if item.duty_taxes else None
    amount = item.customs_value or item.statistical_value or item.invoice_amount or _NO_AMOUNT
    if item.additional_information:
        own = _side_notes(item.additional_information)
        noted = tuple(mine or theirs for mine, theirs in zip(own, noted, strict=True))
    counts = [packing.quantity for packing in item.packaging if packing.quantity is not None]
    return (
        hs,
        description,
        item.origin,
        item.procedure,
        item.preference,
        item.transaction_nature,
        duty.type if duty else None,
        _real(duty.rate) if duty else None,
        duty.payment_method if duty else None,
        *noted,
        _kilograms(net),
        _kilograms(gross),
        _real(amount.value),
        amount.currency,
        min(sum(counts), 2**31 - 1) if counts else None,
        " ".join(item.equipment) or None,
    )


def _numbers(items: tuple[GoodsItem, ...]) -> list[int]:
    """Return the items' own numbers where all have one of their own, else their places, from 1."""
    own = [item.sequence for item in items if item.sequence is not None and 0 < item.sequence < 2**31]
    return own if len(own) == len(items) == len(set(own)) else list(range(1, len(items) + 1))


def _side_notes(statements: Sequence[Any]) -> tuple[str | None, ...]:
    """Return origin marking, process type and import use, from coded statements."""
    found: list[str | None] = [None, None, None]
    for statement in statements:
        place = _SIDE_NOTES.get(statement.type or "")
        if place is not None and found[place] is None:
            found[place] = statement.code or statement.text
    return tuple(found)


def _departure(shipment: GoodsShipment, consignment: Consignment) -> str | None:
    """Return the country the goods were sent from: said, else of the place of loading, else of export."""
    loading = consignment.loading
    return consignment.departure_country or (loading.country if loading else None) or shipment.export_country


def _mode(means: tuple[TransportMeans, ...]) -> str | None:
    """Return the mode of transport at the border, else of the first means that has one."""
    modes = [one for one in means if one.mode]
    return next((one.mode for one in modes if one.stage == "border"), modes[0].mode if modes else None)


def _hs(code: str | None) -> str | None:
    """Return the digits of a nomenclature code."""
    if code is None or (code.isascii() and code.isdigit()):
        return code
    return "".join(letter for letter in code if letter in "0123456789") or None


def _kilograms(measure: Measure | None) -> float | None:
    """Return a mass in kilograms; None where its unit is not a mass."""
    if measure is None or measure.value is None:
        return None
    mass = _real(measure.value)
    if measure.unit == "KGM" or mass is None:
        return mass
    factor = _KILOGRAMS.get(measure.unit or "")
    return None if factor is None else _real(measure.value * factor)


def _real(value: Decimal | None) -> float | None:
    """Return a decimal as a finite float, or None."""
    if value is None or not value.is_finite():
        return None
    number = float(value)
    return number if math.isfinite(number) else None


_NO_SHIPMENT, _NO_CONSIGNMENT, _NO_AMOUNT = GoodsShipment(), Consignment(), Amount()

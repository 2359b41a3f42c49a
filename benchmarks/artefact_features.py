"""Describe a declaration by trifles alone: forms of numbers, decimals, order, gaps, seconds, words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec

from tidewaiter.kernel.records import Declaration, GoodsItem, Party, TransitMovement
from tidewaiter.world.model import FORMS

NAN = float("nan")
_WINDOW_HOURS = 6
_GIVEN = ("mrn", "lrn", "invoice", "transport", "master", "box", "seal")
_FORMS = {form: float(place) for place, form in enumerate(FORMS)}

_CLAIMS = (".status", ".preference")
"""Fields that claim something: that a trader is authorised, that goods come in free."""

FAMILIES = ("numbers", "names", "decimals", "order", "gaps", "times", "place", "words", "form")
"""What the name of each feature begins with."""


def trifles(
    record: Declaration | TransitMovement, form: str, at: datetime, place: tuple[int, int], window: tuple[int, int]
) -> dict[str, float]:
    """Return the features of a declaration or movement; `place` and `window` say the how manieth it was of how many.

    NaN stands for what is not there. No value, mass, heading, country or count of anything is among them.
    """
    found: dict[str, float] = {}
    items = record.items if isinstance(record, Declaration) else record.houses[0].items if record.houses else ()
    _numbers(found, record)
    _names(found, record.parties if isinstance(record, Declaration) else _movement_parties(record))
    _decimals(found, record, items)
    _order(found, items)
    _words(found, items)
    _times(found, record, at)
    found["form"] = _FORMS[form]
    found["place in the day"] = place[0] / max(1, place[1])
    found["place in the parcel"] = window[0] / max(1, window[1])
    for path in set(_set_paths(record)):
        if not path.endswith(_CLAIMS):
            found[f"gaps {path}"] = 1.0
    return found


def window_of(at: datetime) -> int:
    """Return the window of a day that a letter is gathered in, from 0."""
    return at.hour // _WINDOW_HOURS


def _movement_parties(record: TransitMovement) -> tuple[Party, ...]:
    """Return who takes part in a movement."""
    inner = record.houses[0].parties if record.houses else ()
    return (*((record.principal,) if record.principal else ()), *inner)


# --- numbers and names --------------------------------------------------------------------------------------------


def _numbers(found: dict[str, float], record: Declaration | TransitMovement) -> None:
    """Describe every number that somebody gave."""
    given: dict[str, str | None] = {"mrn": record.mrn, "lrn": record.lrn}
    if isinstance(record, Declaration):
        shipment = record.goods_shipment
        travelling = shipment.consignment if shipment else None
        given["invoice"] = shipment.invoices[0].number if shipment and shipment.invoices else None
    else:
        travelling = record.consignment
    if travelling is not None:
        first, master = travelling.transport_document, travelling.master_document
        given["transport"] = first.number if first else None
        given["master"] = master.number if master else None
        if travelling.equipment:
            box = travelling.equipment[0]
            given["box"] = box.id
            given["seal"] = box.seals[0].id if box.seals else None
    for name in _GIVEN:
        _shape(found, f"numbers {name}", given.get(name))


def _names(found: dict[str, float], parties: Sequence[Party]) -> None:
    """Describe what the parties are called, where they live, and their identifiers."""
    for party in parties:
        role = {"consignee": "importer", "buyer": "importer", "seller": "exporter", "consignor": "exporter"}.get(
            party.role or "", party.role or ""
        )
        _shape(found, f"names {role} id", party.id)
        _shape(found, f"names {role} name", party.name)
        if party.address is not None:
            _shape(found, f"names {role} line", party.address.line)
            _shape(found, f"names {role} city", party.address.city)
            _shape(found, f"names {role} postcode", party.address.postcode)
        if party.contact is not None:
            _shape(found, f"names {role} phone", party.contact.phone)


def _shape(found: dict[str, float], name: str, text: str | None) -> None:
    """Describe a text by its length, its classes of characters, its digits and their entropy."""
    if not text:
        return
    digits = [int(one) for one in text if one.isascii() and one.isdigit()]
    found[f"{name}: length"] = len(text)
    found[f"{name}: digits"] = len(digits)
    found[f"{name}: capitals"] = sum(one.isupper() for one in text)
    found[f"{name}: small letters"] = sum(one.islower() for one in text)
    found[f"{name}: other characters"] = sum(not one.isalnum() for one in text)
    found[f"{name}: beyond ASCII"] = sum(not one.isascii() for one in text)
    found[f"{name}: entropy"] = _entropy(text)
    if digits:
        found[f"{name}: last digit"] = digits[-1]
        found[f"{name}: entropy of digits"] = _entropy("".join(map(str, digits)))
        found[f"{name}: as a number"] = float("0." + "".join(map(str, digits)))


def _entropy(text: str) -> float:
    """Return the entropy of the characters of a text, in bits."""
    counts, whole = Counter(text), len(text)
    return -sum(count / whole * math.log2(count / whole) for count in counts.values())


# --- decimals and order -------------------------------------------------------------------------------------------


def _decimals(found: dict[str, float], record: Declaration | TransitMovement, items: Sequence[GoodsItem]) -> None:
    """Describe how amounts and masses are written: decimals, zeros at the end, last digits."""
    heads: dict[str, Decimal | int | None] = {}
    if isinstance(record, Declaration):
        heads["invoice total"] = record.invoice_amount.value if record.invoice_amount else None
        heads["gross total"] = record.gross_mass.value if record.gross_mass else None
        heads["packages total"] = record.packages
        travelling = record.goods_shipment.consignment if record.goods_shipment else None
        heads["freight"] = travelling.freight.value if travelling and travelling.freight else None
    elif record.consignment is not None:
        mass = record.consignment.gross_mass
        heads["gross total"] = mass.value if mass else None
    for name, value in heads.items():
        _written(found, f"decimals {name}", [value])
    columns: dict[str, list[Decimal | int | None]] = {}
    for item in items:
        goods = item.commodity
        rows: tuple[tuple[str, Any], ...] = (
            ("price", item.invoice_amount),
            ("value", item.customs_value or item.statistical_value),
            ("net", goods.net_mass if goods else None),
            ("gross", goods.gross_mass if goods else None),
            ("units", goods.tariff_quantity if goods else None),
        )
        for name, one in rows:
            columns.setdefault(name, []).append(one.value if one is not None else None)
        columns.setdefault("packages", []).append(item.packaging[0].quantity if item.packaging else None)
    for name, values in columns.items():
        _written(found, f"decimals {name}", values)


def _written(found: dict[str, float], name: str, values: Sequence[Decimal | int | None]) -> None:
    """Describe how a column of numbers is written: means over the numbers that are there."""
    there = [Decimal(one) for one in values if one is not None]
    if not there:
        return
    places, zeros, last = [], [], []
    for one in there:
        text = format(one, "f")
        whole, _, fraction = text.partition(".")
        places.append(len(fraction))
        zeros.append(len(whole) - len(whole.rstrip("0")) if not fraction else 0)
        last.append(int(text[-1]))
    found[f"{name}: places"] = sum(places) / len(places)
    found[f"{name}: zeros at the end"] = sum(zeros) / len(zeros)
    found[f"{name}: last digit"] = last[0]
    found[f"{name}: whole"] = sum(not place for place in places) / len(places)


def _order(found: dict[str, float], items: Sequence[GoodsItem]) -> None:
    """Describe in which order items stand: which share of neighbours ascends, by heading, price and mass."""
    if len(items) < 2:
        return
    columns: dict[str, list[Any]] = {
        "heading": [one.commodity.classifications[0].id for one in items if one.commodity],
        "price": [one.invoice_amount.value for one in items if one.invoice_amount],
        "mass": [one.commodity.gross_mass.value for one in items if one.commodity and one.commodity.gross_mass],
    }
    for name, values in columns.items():
        pairs = list(pairwise(values))
        if pairs:
            found[f"order of {name}"] = sum(one < other for one, other in pairs) / len(pairs)
    found["order: headings alike"] = 1.0 - len(set(columns["heading"])) / len(items)


# --- words, times, gaps -------------------------------------------------------------------------------------------


def _words(found: dict[str, float], items: Sequence[GoodsItem]) -> None:
    """Describe how goods are worded: lengths and characters, never the words."""
    texts = [one.commodity.description for one in items if one.commodity and one.commodity.description]
    if not texts:
        return
    found["words: least length"] = min(map(len, texts))
    found["words: greatest length"] = max(map(len, texts))
    found["words: mean length"] = sum(map(len, texts)) / len(texts)
    found["words: number"] = sum(len(one.split()) for one in texts) / len(texts)
    found["words: length of a word"] = sum(map(len, texts)) / sum(len(one.split()) for one in texts)
    joined = "".join(texts)
    found["words: capitals"] = sum(one.isupper() for one in joined) / len(joined)
    found["words: digits"] = sum(one.isdigit() for one in joined) / len(joined)
    found["words: other characters"] = sum(not one.isalnum() and one != " " for one in joined) / len(joined)


def _times(found: dict[str, float], record: Declaration | TransitMovement, at: datetime) -> None:
    """Describe the clock: hours, minutes and seconds of every moment, never how far moments lie apart."""
    moments: dict[str, datetime | None] = {"letter": at, "issued": record.issued}
    if isinstance(record, Declaration):
        moments["accepted"] = record.accepted
        shipment = record.goods_shipment
        travelling = shipment.consignment if shipment else None
        moments["invoice"] = shipment.invoices[0].issued if shipment and shipment.invoices else None
        moments["arrival"] = (
            travelling.transport_means[0].arrival if travelling and travelling.transport_means else None
        )
    for name, moment in moments.items():
        if moment is not None:
            found[f"times {name}: hour"] = moment.hour
            found[f"times {name}: minute"] = moment.minute
            found[f"times {name}: second"] = moment.second
            found[f"times {name}: weekday"] = moment.weekday()
            found[f"times {name}: fraction"] = float(bool(moment.microsecond))


def _set_paths(record: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every field of a record that is set, without the places in lists."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if value is None or value == ():
            continue
        at = f"{path}.{name}" if path else name
        yield at
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, msgspec.Struct):
                yield from _set_paths(one, at)

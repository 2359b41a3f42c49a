"""Judge structure: mandatory elements, lengths, the type and range of a value, the kind of a record."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

import msgspec

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Amount,
    CargoReport,
    Commodity,
    Consignment,
    Declaration,
    Document,
    DutyTax,
    Event,
    GoodsItem,
    Intelligence,
    Invoice,
    Journey,
    Location,
    Measure,
    Outcome,
    Packaging,
    Party,
    Seal,
    TransitMovement,
    TransportMeans,
)
from tidewaiter.stages.validate.rule import Judge, Rule, Sight
from tidewaiter.stages.validate.rules._quantities import POWER_MAX

_LENGTHS: dict[type[msgspec.Struct], dict[str, int]] = {
    Declaration: {"lrn": 22, "mrn": 35, "type": 6, "office": 17},
    TransitMovement: {"lrn": 22, "mrn": 35, "type": 6},
    CargoReport: {"lrn": 35, "reference": 35, "office": 17},
    Party: {"id": 35, "name": 256},
    Commodity: {"description": 512, "brand": 256},
    Document: {"number": 70, "type": 35},
    Packaging: {"marks": 512},
    AdditionalInformation: {"text": 512},
    Invoice: {"number": 70},
    TransportMeans: {"id": 35, "journey": 17, "name": 70},
    Seal: {"id": 20},
    Location: {"name": 256},
}
"""Struct → attribute → most characters. Source: WCO Data Model, EU Customs Data Model."""


def _departs(movement: TransitMovement) -> bool:
    """Say whether a record declares a movement, or lets it depart, rather than reporting a later step of it."""
    return movement.function != "1" and all(step.type == "departure" for step in movement.steps)


_NEEDS: dict[type, tuple[tuple[str, Callable[[Any], bool]], ...]] = {
    Declaration: (
        ("no-reference", lambda one: not one.mrn and not one.lrn),
        ("no-items", lambda one: not one.items and one.function != "1"),
        ("no-parties", lambda one: not one.parties and one.function != "1"),
    ),
    CargoReport: (
        ("no-reference", lambda one: not one.reference and not one.lrn),
        ("no-consignments", lambda one: not (one.consignments or one.movement) and one.function != "1"),
    ),
    TransitMovement: (
        ("no-reference", lambda one: not one.mrn and not one.lrn),
        ("no-office", lambda one: _departs(one) and not (one.departure_office and one.destination_office)),
    ),
    Event: (
        ("no-time", lambda one: one.at is None),
        ("no-type", lambda one: not one.type and not one.code),
    ),
    Outcome: (
        ("no-declaration", lambda one: not one.declaration),
        ("no-result", lambda one: not one.result),
    ),
    Intelligence: (("no-text", lambda one: not one.text and not one.subject),),
    Journey: (("no-travellers", lambda one: not one.travellers),),
}
"""Kind of record → (code of the finding, whether the record lacks it)."""


_VAST = Decimal(10) ** POWER_MAX


class STR001(Rule):
    """The segments of a message are those of its table, in its order, and no more often than it allows."""

    level: ClassVar[str] = "structure"
    standard: ClassVar[str] = "ISO 9735-1, 8.5; UN/EDIFACT message directory (EDMD)"


class STR002(Rule):
    """The elements of a segment are those of its table: none missing, none beyond it, each of its size and kind."""

    level: ClassVar[str] = "structure"
    standard: ClassVar[str] = "ISO 9735-1, 8.6; UN/EDIFACT directories of segments and elements (EDSD, EDCD, EDED)"


class STR003(Rule):
    """A record has its mandatory elements, none that its kind does not know, and none longer than allowed."""

    level: ClassVar[str] = "structure"
    standard: ClassVar[str] = "WCO Data Model; EU Customs Data Model (2015/2446 Annex B)"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {GoodsItem: "", **dict.fromkeys(_NEEDS, "")}
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {kind: tuple(most) for kind, most in _LENGTHS.items()}
    cases: ClassVar[dict[str, str]] = {
        "too-long": "{length} characters where {most} are allowed.",
        "no-items": "there is no goods item.",
        "no-goods": "the item has neither a code nor a description.",
        "no-value": "the item has no value.",
        "no-reference": "there is neither a number given by customs nor one given by the sender.",
        "no-parties": "no party is named.",
        "no-consignments": "there is no consignment.",
        "no-office": "the office of departure or of destination is missing.",
        "no-time": "the event has no time.",
        "no-type": "the event says neither what it is about nor what happened.",
        "no-declaration": "it does not say which declaration was controlled.",
        "no-result": "it does not say what was found.",
        "no-text": "it says nothing.",
        "no-travellers": "there is no traveller.",
    }
    warns = frozenset(("no-value", "no-reference", "no-parties", "no-office"))

    def judge_of(self, kind: type[msgspec.Struct], attribute: str) -> Judge:
        """Return what measures a text."""
        most = _LENGTHS[kind][attribute]

        def measure(text: str, field: str, node: object, sight: Sight) -> None:
            del node
            if len(text) > most:
                sight.find(self, "too-long", field, length=len(text), most=most)

        return measure

    def when_of(self, kind: type[msgspec.Struct], attribute: str) -> str:
        """Ask only of long texts."""
        return f"len(value) > {_LENGTHS[kind][attribute]}"

    def look(self, node: object, sight: Sight) -> None:
        """Ask for what the part cannot do without."""
        if type(node) is GoodsItem:
            self._item(node, sight)
        else:
            for case, lacks in _NEEDS[type(node)]:
                if lacks(node):
                    sight.find(self, case)

    def _item(self, item: GoodsItem, sight: Sight) -> None:
        """Ask for goods and, in a declaration, for a value."""
        goods = item.commodity
        if goods is None or not (goods.description is not None or goods.classifications or goods.dangerous_goods):
            sight.find(self, "no-goods")
        if (
            item.customs_value is None
            and item.invoice_amount is None
            and item.statistical_value is None
            and type(sight.record) is Declaration
        ):
            sight.find(self, "no-value")


class STR004(Rule):
    """A document keeps the schema that is at hand for its kind."""

    level: ClassVar[str] = "structure"
    standard: ClassVar[str] = "XML Schema 1.0; the schema of the kind of document"


_DEGREES = frozenset(("CEL", "FAH"))
"""Units of temperatures, which may be below zero."""


class STR005(Rule):
    """A value has the type of its field and lies in its range: quantities are numbers and not negative."""

    level: ClassVar[str] = "structure"
    standard: ClassVar[str] = "WCO Data Model, element formats"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        Measure: ("value",),
        Amount: ("value",),
        DutyTax: ("rate",),
        Declaration: ("packages", "item_count"),
        Consignment: ("packages",),
        Packaging: ("quantity",),
        GoodsItem: ("sequence", "customs_value", "statistical_value"),
    }
    cases: ClassVar[dict[str, str]] = {
        "not-finite": "the number is not finite.",
        "vast": "the number has a power of ten beyond {most}.",
        "negative": "{value} is below zero.",
        "sequence": "items are numbered from 1, and this is {value}.",
    }

    def judge_of(self, kind: type[msgspec.Struct], attribute: str) -> Judge:
        """Return what judges a number of that kind."""
        if kind is GoodsItem:
            return self._sequence if attribute == "sequence" else self._worth
        if kind is Measure:
            return self._quantity
        return self._money if kind in {Amount, DutyTax} else self._count

    def _quantity(self, value: Decimal, field: str, node: Measure, sight: Sight) -> None:
        """Look at a quantity."""
        try:
            if 0 <= value <= _VAST:
                return
        except InvalidOperation:  # not a number cannot be compared
            sight.find(self, "not-finite", field)
            return
        if value.is_finite() and value < 0 and node.unit not in _DEGREES:
            sight.find(self, "negative", field, value=str(value))
        else:
            self._money(value, field, node, sight)

    def _money(self, value: Decimal, field: str, node: object, sight: Sight) -> None:
        """Look at an amount or a rate, which may be negative where it corrects another."""
        del node
        if not value.is_finite():
            sight.find(self, "not-finite", field)
        elif value and value.adjusted() > POWER_MAX:
            sight.find(self, "vast", field, most=POWER_MAX)

    def _count(self, value: int, field: str, node: object, sight: Sight) -> None:
        """Look at a count."""
        del node
        if value < 0:
            sight.find(self, "negative", field, value=value)

    def _sequence(self, value: int, field: str, node: GoodsItem, sight: Sight) -> None:
        """Look at an item's number."""
        del node
        if value < 1:
            sight.find(self, "sequence", field, value=value)

    def _worth(self, amount: Amount, field: str, node: GoodsItem, sight: Sight) -> None:
        """Look at an item's value: goods are not worth less than nothing."""
        del node
        value = amount.value
        if value is not None and value.is_signed() and value.is_finite() and value < 0:
            sight.find(self, "negative", f"{field}/value", value=str(value))


class STR006(Rule):
    """A record is of a kind, and a message of a version, that this node knows."""

    level: ClassVar[str] = "structure"
    standard: ClassVar[str] = "kinds of records, docs/reference"

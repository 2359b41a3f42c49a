"""Prove that declarations come into the history whole: a row an item, in one unit, without names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Address,
    Amount,
    Classification,
    Commodity,
    Consignment,
    Declaration,
    DutyTax,
    GoodsItem,
    GoodsShipment,
    Location,
    Measure,
    Packaging,
    Party,
    TradeTerms,
    TransportMeans,
)
from tidewaiter.stages.record import ITEM_SCHEMA, HistoryInput, item_rows

RECEIVED = date(2024, 5, 20)


def item(**more: Any) -> GoodsItem:
    """Return a goods item."""
    return GoodsItem(
        commodity=Commodity(
            description="leather cases",
            classifications=(Classification(id="4202.31 00"),),
            net_mass=Measure(value=Decimal("1.5"), unit="TNE"),
            gross_mass=Measure(value=Decimal(1600), unit="KGM"),
        ),
        origin="RO",
        customs_value=Amount(value=Decimal("1248.70"), currency="EUR"),
        duty_taxes=(DutyTax(type="A", rate=Decimal("8.0"), payment_method="11"),),
        packaging=(Packaging(quantity=3), Packaging(quantity=4)),
        equipment=("CSQU3054383", "MSCU6639870"),
        **more,
    )


def declaration(*items: GoodsItem, **more: Any) -> Declaration:
    """Return a declaration."""
    return Declaration(
        mrn="24IT1",
        function="9",
        accepted=datetime(2024, 5, 3, 23, 30, tzinfo=UTC),
        office="IT01",
        parties=(
            Party(role="importer", id="IT99", name="Anna Rossi", address=Address(city="Roma")),
            Party(role="declarant", id="D7"),
            Party(role="seller", name="Nobody's number"),
        ),
        goods_shipment=GoodsShipment(
            destination_country="IT",
            trade_terms=TradeTerms(code="CIF"),
            consignment=Consignment(
                loading=Location(country="TR"),
                container_indicator=True,
                transport_means=(TransportMeans(stage="arrival", mode="3"), TransportMeans(stage="border", mode="1")),
                parties=(Party(role="carrier", id="MSCU"),),
            ),
            items=items,
        ),
        additional_information=(AdditionalInformation(type="processType", code="B"),),
        **more,
    )


def rows_of(*records: Declaration, version: int = 1, received_on: date = RECEIVED) -> list[dict[str, Any]]:
    """Return the history rows of declarations."""
    given_ones = [
        HistoryInput(
            record_key=bytes([number] * 16),
            version=version,
            record=record,
            state="kept",
            received_on=received_on,
            errors=1,
            warnings=2,
            batch=7,
        )
        for number, record in enumerate(records)
    ]
    table = item_rows(given_ones)
    assert table.schema == ITEM_SCHEMA
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def an_item_has_its_own_columns_and_those_of_its_declaration() -> None:
    marking = AdditionalInformation(type="originMarking", code="G")
    row = rows_of(declaration(item(additional_information=(marking,), procedure="40")))[0]
    assert row == dict.fromkeys(ITEM_SCHEMA.names) | {
        "record_key": "00" * 16,
        "version": 1,
        "reference": "24IT1",
        "state": "kept",
        "day": date(2024, 5, 3),
        "known_on": date(2024, 5, 3),
        "received_on": RECEIVED,
        "office": "IT01",
        "function": "9",
        "importer": "IT99",
        "declarant": "D7",
        "carrier": "MSCU",
        "departure": "TR",
        "destination": "IT",
        "mode": "1",
        "container": True,
        "incoterm": "CIF",
        "item_count": 1,
        "errors": 1,
        "warnings": 2,
        "batch": 7,
        "item": 1,
        "head": True,
        "hs": "42023100",
        "description": "leather cases",
        "origin": "RO",
        "procedure": "40",
        "duty_type": "A",
        "duty_rate": 8.0,
        "payment_method": "11",
        "origin_marking": "G",
        "process_type": "B",
        "net_kg": 1500.0,
        "gross_kg": 1600.0,
        "value": 1248.7,
        "currency": "EUR",
        "packages": 7,
        "equipment": "CSQU3054383 MSCU6639870",
    }


def no_name_or_address_comes_into_the_history() -> None:
    told = str(rows_of(declaration(item())))
    assert "Rossi" not in told
    assert "Roma" not in told
    assert "Nobody" not in told


@pytest.mark.parametrize(
    ("unit", "kilograms"),
    [("KGM", 2.5), ("TNE", 2500.0), ("GRM", 0.0025), ("LBR", 1.133980925), ("LTR", None), (None, None)],
)
def a_mass_comes_in_kilograms_or_not_at_all(unit: str | None, kilograms: float | None) -> None:
    goods = GoodsItem(commodity=Commodity(net_mass=Measure(value=Decimal("2.5"), unit=unit)))
    assert rows_of(declaration(goods))[0]["net_kg"] == kilograms


def an_original_is_known_on_its_day_and_an_amendment_when_it_came() -> None:
    assert rows_of(declaration(item()), version=2)[0]["known_on"] == RECEIVED
    assert rows_of(declaration(item()), version=2, received_on=date(2024, 5, 1))[0]["known_on"] == date(2024, 5, 3)
    undated = Declaration(lrn="L1", goods_shipment=GoodsShipment(items=(GoodsItem(),)))
    row = rows_of(undated)[0]
    assert (row["day"], row["known_on"], row["reference"]) == (None, RECEIVED, "L1")


def a_declaration_without_items_has_one_row_so_that_a_cancellation_is_not_lost() -> None:
    row = rows_of(Declaration(mrn="24IT1", function="1"))[0]
    assert (row["item"], row["head"], row["function"], row["item_count"]) == (0, True, "1", 0)


def the_items_keep_their_own_numbers_where_they_are_unambiguous() -> None:
    own = rows_of(declaration(item(sequence=3), item(sequence=5)))
    assert [(row["item"], row["head"]) for row in own] == [(3, True), (5, False)]
    for sequences in ((1, 1), (None, 2), (0, 1)):
        doubtful = rows_of(declaration(*(item(sequence=one) for one in sequences)))
        assert [row["item"] for row in doubtful] == [1, 2]


def the_value_is_the_customs_value_else_the_statistical_one_else_the_invoice() -> None:
    invoiced, counted = Amount(value=Decimal(1)), Amount(value=Decimal(2))
    assert rows_of(declaration(GoodsItem(invoice_amount=invoiced, statistical_value=counted)))[0]["value"] == 2.0
    assert rows_of(declaration(GoodsItem(invoice_amount=invoiced)))[0]["value"] == 1.0
    assert rows_of(declaration(GoodsItem()))[0]["value"] is None


def no_declarations_give_no_rows() -> None:
    assert item_rows([]).num_rows == 0
    assert item_rows([]).schema == ITEM_SCHEMA


@given(
    st.decimals(allow_nan=True, allow_infinity=True),
    st.integers(0, 10**12),
    st.text(max_size=12),
)
def every_number_a_declaration_can_hold_comes_in_finite_or_not_at_all(number: Decimal, packs: int, code: str) -> None:
    goods = GoodsItem(
        commodity=Commodity(
            classifications=(Classification(id=code),), net_mass=Measure(value=number, unit="LBR"), gross_mass=Measure()
        ),
        customs_value=Amount(value=number),
        duty_taxes=(DutyTax(rate=number),),
        packaging=(Packaging(quantity=packs),),
    )
    row = rows_of(declaration(goods))[0]
    for name in ("net_kg", "value", "duty_rate"):
        assert row[name] is None or pa.scalar(row[name]).as_py() - row[name] == 0
    assert row["hs"] is None or (row["hs"].isascii() and row["hs"].isdigit())

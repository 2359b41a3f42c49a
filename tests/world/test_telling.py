"""Check that trifles are found where they are, and are not where they are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from artefact_features import FAMILIES, trifles
from telling import Rows, compared, grouped, logistic, pairs, telling_features

from tidewaiter.kernel.records import (
    Amount,
    Classification,
    Commodity,
    Consignment,
    Declaration,
    GoodsItem,
    GoodsShipment,
    Measure,
    Party,
    TransportMeans,
)

AT = datetime(2026, 1, 7, 9, 41, 5, tzinfo=UTC)


def rows(tell: float, *, substance: float = 0.0, number: int = 3_000) -> Rows:
    """Return rows of which one in ten is planted; `tell` moves one of six features of these, `substance` their cell."""
    lot = np.random.default_rng(3)
    planted = np.arange(number) % 10 == 0
    features = lot.normal(size=(number, 6)).astype(np.float32)
    features[planted, 2] += tell
    cheap = lot.random(number) < np.where(planted, 0.5 + substance / 2, 0.5)
    features[:, 4] += 3.0 * cheap
    group = np.array([f"{'ring' if bad else 'trader'} {one % 90}" for one, bad in enumerate(planted.tolist())])
    return Rows(
        features,
        [f"words {one}" for one in range(6)],
        planted,
        group,
        np.arange(number) % 30,
        [np.full(number, "GH"), np.where(cheap, "GH/cheap", "GH/dear")],
    )


def a_trifle_is_found_and_named() -> None:
    chosen, weights = compared(rows(1.5), 1, 1)
    found = grouped(chosen, weights, "LightGBM", 1)
    assert found.auc > 0.8
    assert found.low > 0.7
    assert telling_features(chosen, weights, 1)[0][0] == "words 2"


def the_regression_finds_it_too() -> None:
    chosen, weights = compared(rows(1.5), 1, 1)
    assert grouped(chosen, weights, "logistic", 1).auc > 0.8


def nothing_is_found_where_nothing_is() -> None:
    chosen, weights = compared(rows(0.0), 1, 1)
    found = grouped(chosen, weights, "LightGBM", 1)
    assert 0.42 < found.auc < 0.58
    assert found.low < 0.5 < found.high


def what_follows_from_the_substance_is_not_found_among_those_alike() -> None:
    some = rows(0.0, substance=1.0)
    apart, alike = compared(some, 1, 1), compared(some, 2, 1)
    assert grouped(*apart, "LightGBM", 1).auc > 0.65
    assert grouped(*alike, "LightGBM", 1).auc < 0.58


def a_cell_without_honest_rows_is_left_out() -> None:
    some = rows(0.0, number=100)
    lonely = np.where(some.planted, "nowhere", "GH")
    chosen, _ = compared(Rows(some.features, some.names, some.planted, some.group, some.day, [lonely]), 1, 1)
    assert len(chosen.planted) == 0


def two_of_a_score_count_by_half() -> None:
    planted = np.array([True, False, False])
    right, whole = pairs(planted, np.ones(3), np.array([1.0, 1.0, 0.0]))
    assert right / whole == 0.75


def the_regression_does_without_what_is_never_there() -> None:
    features = np.array([[0.0, np.nan], [1.0, np.nan]] * 50, dtype=np.float32)
    scores = logistic(features, features[:, 0] > 0, np.ones(100), features[:2])
    assert scores[1] > scores[0]


def declared(*, values: Sequence[str] = ("100.50", "7")) -> Declaration:
    """Return a small declaration."""
    items = tuple(
        GoodsItem(
            commodity=Commodity(
                description="woven cotton shirts",
                classifications=(Classification(id="610910"),),
                gross_mass=Measure(value=Decimal(value), unit="KGM"),
            ),
            invoice_amount=Amount(value=Decimal(value), currency="USD"),
        )
        for value in values
    )
    travelling = Consignment(transport_means=(TransportMeans(mode="1", arrival=AT),))
    return Declaration(
        mrn="26GH000000000001M7",
        type="IM",
        issued=AT,
        parties=(Party(role="importer", id="C00123456", name="Gold Coast Trading Ltd"),),
        goods_shipment=GoodsShipment(consignment=travelling, items=items),
    )


def a_trifle_says_how_something_is_written() -> None:
    found = trifles(declared(), "csv", AT, (3, 10), (1, 4))
    assert found["numbers mrn: length"] == 18
    assert found["names importer id: digits"] == 8
    assert found["decimals price: places"] == pytest.approx(1.0)
    assert found["order of price"] == 0.0
    assert found["order: headings alike"] == 0.5
    assert found["times issued: second"] == 5
    assert found["place in the day"] == 0.3
    assert found["gaps goods_shipment.consignment.transport_means.arrival"] == 1.0
    assert {name.split(" ")[0].rstrip(":") for name in found} <= set(FAMILIES)


def no_trifle_says_how_much() -> None:
    dear, cheap = (declared(values=(one, one)) for one in ("93512.25", "1.25"))
    assert trifles(dear, "csv", AT, (3, 10), (1, 4)) == trifles(cheap, "csv", AT, (3, 10), (1, 4))

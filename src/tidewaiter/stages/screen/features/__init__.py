"""Declare every feature once: name, meaning, unit, formula, what null means, how to say it."""

from __future__ import annotations

import hashlib
import json

from tidewaiter.stages.screen.features.goods import CODES, DUTIES, PRICES
from tidewaiter.stages.screen.features.past import OUTCOMES, PARTIES, QUALITY
from tidewaiter.stages.screen.features.shape import HELPERS, Feature, Subject

SUBJECTS: tuple[Subject, ...] = (
    Subject(name="price", title="Unit value", profile="price_origin", records="price_records"),
    Subject(name="mass", title="Mass", profile="price_origin", records="price_records"),
    Subject(name="roundness", title="Round figures"),
    Subject(name="duty", title="Duty", profile="goods", records="goods_seen"),
    Subject(name="goods", title="Past outcomes of such goods", profile="goods", records="goods_kinds"),
    Subject(name="origin", title="Past outcomes of the goods' origin", profile="goods_origin", records="origin_kinds"),
    Subject(name="route", title="Route", profile="route", records="route_seen"),
    Subject(name="pattern", title="Same consignment before", profile="pattern", records="pattern_seen"),
    Subject(name="importer", title="Importer", profile="importer", records="importer_seen"),
    Subject(name="declarant", title="Declarant", profile="declarant", records="declarant_seen"),
    Subject(name="supplier", title="Supplier", profile="supplier", records="supplier_seen"),
    Subject(name="carrier", title="Carrier", profile="carrier", records="carrier_seen"),
    Subject(name="office", title="Office", profile="office", records="office_seen"),
    Subject(name="quality", title="Quality of the declaration"),
    Subject(name="general", title="All goods", profile="all", records="all_known"),
)
"""What reasons are about."""

CATALOGUE: tuple[Feature, ...] = (*CODES, *PRICES, *DUTIES, *OUTCOMES, *PARTIES, *QUALITY)
"""Every feature, in the order of computation: a formula may use those before it."""

BY_NAME: dict[str, Feature] = {feature.name: feature for feature in CATALOGUE}
"""Name → feature."""

FITTED: tuple[str, ...] = tuple(feature.name for feature in CATALOGUE if feature.fitted)
"""Names of the features that a model may use, in order."""


def catalogue_sha256() -> str:
    """Return the hash of every name and formula: a model fits only the catalogue it was fitted on."""
    text = json.dumps([list(HELPERS), [[one.name, one.kind, one.formula, one.fitted] for one in CATALOGUE]])
    return hashlib.sha256(text.encode()).hexdigest()


__all__ = ["BY_NAME", "CATALOGUE", "FITTED", "HELPERS", "SUBJECTS", "Feature", "Subject", "catalogue_sha256"]

"""Prove that the manual of features and rules is what the code declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidewaiter.stages import screen
from tidewaiter.stages.record import ITEM_SCHEMA
from tidewaiter.stages.screen import manual
from tidewaiter.stages.screen.features import HELPERS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("name", ["features.md", "rule-packs.md"])
def every_page_is_fresh(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == manual.pages()[name]


def every_feature_stands_in_the_manual_with_what_null_means() -> None:
    text = manual.features_page()
    assert len(screen.CATALOGUE) >= 30
    for feature in screen.CATALOGUE:
        assert f"| `{feature.name}` |" in text
        assert feature.null.endswith(".")
        assert feature.meaning.endswith(".")


def no_two_features_or_steps_share_a_name() -> None:
    names = [*(one.name for one in screen.CATALOGUE), *(name for name, _ in HELPERS)]
    assert len(names) == len(set(names))


def no_party_is_named_in_a_reason() -> None:
    parties = {"importer", "declarant", "seller", "exporter", "carrier", "supplier"}
    assert parties <= {*ITEM_SCHEMA.names, "supplier"}
    assert not parties & set(screen.BY_NAME)

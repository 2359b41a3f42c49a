"""Test the manual of mappings: its tables are the code's, and its example loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tidewaiter.stages import receive
from tidewaiter.stages.receive.tables.manual import page, tables

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "mappings.md"


def the_tables_of_the_manual_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text


@pytest.mark.parametrize("name", tables())
def every_table_stands_in_the_manual(name: str) -> None:
    assert tables()[name] in PAGE.read_text(encoding="utf-8")


def the_example_of_the_manual_is_a_mapping() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    mapping = receive.read_mapping(example[1], "docs/reference/mappings.md")
    assert [column.to for column in mapping.columns][-1] == ("mrn",)

"""Check that what is published about the records is what the records are."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tidewaiter.kernel.records import KINDS, ROLES, Declaration
from tidewaiter.kernel.records.schema import pages, schema_of

REPOSITORY = Path(__file__).parents[3]
WCO_ID = re.compile(r"\d{3}|\d{2}[ABC]|[DGLRT]\d{3}")


@pytest.mark.parametrize("name", sorted(pages()))
def every_published_page_is_fresh(name: str) -> None:
    path = REPOSITORY / "docs" / "reference" / name
    assert path.read_text(encoding="utf-8") == pages()[name], f"{name} is stale: run `make docs`"


def no_page_is_left_over_from_a_kind_that_is_gone() -> None:
    published = {f"schemas/{path.name}" for path in (REPOSITORY / "docs/reference/schemas").iterdir()}
    assert published == {name for name in pages() if name.startswith("schemas/")}


def a_schema_holds_every_part_it_refers_to() -> None:
    for kind in KINDS.values():
        text = msgspec.json.encode(schema_of(kind)).decode()
        parts = schema_of(kind)["$defs"]
        assert set(re.findall(r'"#/\$defs/(\w+)"', text)) <= set(parts)


def a_schema_marks_personal_fields() -> None:
    party = schema_of(Declaration)["$defs"]["Party"]["properties"]
    assert party["name"]["x-personal"] is True
    assert "x-personal" not in party["id"]


def every_wco_id_has_the_form_of_one() -> None:
    named = re.findall(r'"x-wco": "([^"]*)"', "".join(pages().values()))
    assert len(named) > 100
    for one in [*" ".join(named).split(), *filter(None, ROLES.values())]:
        assert WCO_ID.fullmatch(one), one

"""Check the WCO ids of the records against the published schemas, where those are at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tidewaiter.kernel.records import ROLES
from tidewaiter.kernel.records.schema import pages

SHARED = Path(__file__).parents[4] / "shared" / "data"
SCHEMAS = SHARED / "wco-dms" / "xsd"


@pytest.mark.skipif(
    not SCHEMAS.is_dir(),
    reason="the WCO schemas are not part of the repository and do not stand beside it",
)
def every_wco_id_stands_in_the_published_schemas() -> None:
    known: set[str] = set()
    for path in SCHEMAS.rglob("*.xsd"):
        known.update(re.findall(r"<WCOID>\s*(\w+)\s*</WCOID>", path.read_text(encoding="utf-8")))
    named = " ".join(re.findall(r'"x-wco": "([^"]*)"', "".join(pages().values()))).split()
    assert set(named) | {role for role in ROLES.values() if role} <= known

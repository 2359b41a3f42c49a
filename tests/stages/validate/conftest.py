"""Give the rules' tests clean records of every kind, and a way to change one field of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from tidewaiter.kernel.codes import Codes, Entry
from tidewaiter.kernel.codes.model import CodeList, fingerprint
from tidewaiter.kernel.records import AnyRecord
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate import Checker
from tidewaiter.stages.validate.cases import record_of

TODAY = date(2021, 7, 1)

Make = Callable[..., AnyRecord]


@pytest.fixture(scope="session")
def make() -> Make:
    """Return a function that makes a clean record with fields changed: JSON pointer without its first slash → value."""

    def made(base: str, edits: Mapping[str, Any] | None = None) -> AnyRecord:
        return record_of(base, edits or {})

    return made


def listed(list_id: str, edition: str, *codes: str, valid_from: date | None = None) -> CodeList:
    """Return a small loaded list."""
    entries = {code: Entry(code) for code in codes}
    return CodeList(
        id=list_id,
        edition=edition,
        valid_from=valid_from,
        source="test",
        licence="none",
        sha256=fingerprint(entries),
        entries=entries,
    )


@pytest.fixture(scope="session")
def checker() -> Checker:
    """Return a checker with two editions of a small HS list and a list of offices."""
    codes = Codes(
        (
            listed("hs", "2017", "610510", "010121", "854081", "930400", "361000", valid_from=date(2017, 1, 1)),
            listed("hs", "2022", "610510", "010121", "854352", "930400", valid_from=date(2022, 1, 1)),
            listed("office", "1", "NL000396", "DE004851"),
        )
    )
    return Checker(codes, today=TODAY, settings=Settings())


@pytest.fixture(scope="session")
def bare() -> Checker:
    """Return a checker with the built-in lists alone."""
    return Checker(Codes(), today=TODAY, settings=Settings())

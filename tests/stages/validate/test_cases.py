"""Check how the table of cases is read, and how the manual shows it."""

from __future__ import annotations

import msgspec
import pytest

from tidewaiter.stages.validate.cases import ABSENT, Case, base_records, cases, cases_markdown, record_of


def a_case_with_a_member_that_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="whatever"):
        msgspec.convert({"base": "a", "breaks": {}, "code": "b", "nearly": {}, "why": "c", "whatever": 1}, Case)


def a_finding_lies_at_the_first_edit_unless_the_case_says_where() -> None:
    said = {"base": "declaration", "breaks": {"a/b": 1, "c": 2}, "code": "x", "nearly": {}, "why": "y"}
    assert msgspec.convert(said, Case).found_at == "/a/b"
    assert msgspec.convert(said | {"path": "/c"}, Case).found_at == "/c"
    assert msgspec.convert(said | {"base": "cargo.edi"}, Case).found_at is None


def an_edit_makes_removes_and_cuts_a_field() -> None:
    before = msgspec.to_builtins(record_of("declaration", {}))
    edited = msgspec.to_builtins(
        record_of("declaration", {"lrn": ABSENT, "parties/1": {"role": "seller"}, "goodsShipment/ucr": "1NL1"})
    )
    assert before["lrn"] == "LRN-1"
    assert "lrn" not in edited
    assert [party["role"] for party in edited["parties"]] == ["importer", "seller"]
    assert edited["goodsShipment"]["ucr"] == "1NL1"
    assert base_records()["declaration"]["lrn"] == "LRN-1"


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("COD-001", "| items/origin `CN` | items/origin `ZZ` → `unknown` | items/origin `XI`: customs add "),
        ("SYN-004", "| `UNT+18+M1` | `UNT+17+M1` → `count` | `UNT+018+M1`: the same number |"),
        ("STR-004", '→ `schema` | without `"equipmentReference": "CSQU3054383",`: not every member must be there |'),
        ("SYN-007", "| `MENS COTTON` | `MENS↵COTTON` → `wrapped` |"),
        ("SYN-009", "`row_bytes_max` 120 → `row-too-long` |"),
        ("ARI-003", "itemCount (absent): a count that nobody states cannot be wrong |"),
        ("XDO-003", "| packages `11`, function `4` | packages `11` → `second-original` | the same again: "),
        ("COD-014", '`[{"unNumber":"1263","hazardCla…'),
    ],
)
def the_manual_shows_what_stood_there_and_what_was_put(rule: str, row: str) -> None:
    assert row in cases_markdown([rule])[-1]


def every_row_of_the_manual_has_four_cells() -> None:
    for line in cases_markdown(cases()):
        assert line.replace("\\|", "").count("|") == 5, line
        assert line.isprintable()

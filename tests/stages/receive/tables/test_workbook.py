"""Test workbooks: native values, formulas, other sheets, hostile files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from tidewaiter.kernel.errors import MappingFault, Refused
from tidewaiter.kernel.records import Declaration
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive

Open = Callable[..., receive.Opened]
Read = Callable[..., list[receive.Reading]]
COLUMNS = ["Number", "Date", "Importer", "Seller", "Carrier", "Goods", "Mass", "Packages"]


def book(*rows: list[Any], title: str = "Data", more: Callable[[Any], None] | None = None) -> bytes:
    """Write a workbook with one sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if more is not None:
        more(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def declared(reading: receive.Reading) -> Declaration:
    """Return the reading's declaration."""
    assert isinstance(reading.record, Declaration)
    return reading.record


def a_sheet_is_read_with_its_native_values(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = book(
        COLUMNS,
        [10121, datetime(2026, 1, 5), "Acme", None, 7.0, "Tea", 12.5, 3],  # noqa: DTZ001 - cells have no offset
        [],
        ["A2", date(2026, 1, 6), "Acme", "", "C", "Tea", "12.50", "3"],
    )
    opened = opening(data, plain_mapping, name="table.xlsx")
    one, two = opened.readings()
    assert opened.head.format == "xlsx"
    assert not opened.head.byte_places
    assert one.faults == two.faults == ()
    assert declared(one).lrn == "10121"
    assert declared(one).issued == datetime(2026, 1, 5, tzinfo=UTC)
    assert [(party.role, party.id) for party in declared(one).parties] == [("importer", None), ("carrier", "7")]
    item = declared(one).items[0].commodity
    assert item is not None
    assert item.net_mass is not None
    assert item.net_mass.value == Decimal("12.5")
    assert (one.row, two.row, one.offset, one.line) == (1, 3, None, None)


def a_code_that_excel_took_for_a_number_gets_its_zero_back(reading: Read) -> None:
    mapping = receive.read_mapping(
        '[mapping]\nid="m"\nkind="Declaration"\ndecimal=","\n[[column]]\nfrom="HS"\n'
        'to="goodsShipment.items[].commodity.classifications[0].id"\ntransform="pad_left:6:0"\n'
        '[[column]]\nfrom="V"\nto="goodsShipment.items[].customsValue.value"\n',
        "m",
    )
    one, two = reading(book(["HS", "V"], [10121, 1.5], ["010122", "1,5"]), mapping)
    for each, code in ((one, "010121"), (two, "010122")):
        item = declared(each).items[0]
        assert each.faults == ()
        assert item.commodity is not None
        assert item.commodity.classifications[0].id == code
        assert item.customs_value is not None
        assert item.customs_value.value == Decimal("1.5")


def a_formula_is_a_fault_with_its_address(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(book(COLUMNS, ["A1", date(2026, 1, 5), "Acme", "S", "C", "Tea", "=1+2", 3]), plain_mapping)
    (fault,) = one.faults
    assert (fault.rule, fault.code, fault.path) == (
        "SYN-007",
        "formula",
        "/goodsShipment/items/0/commodity/netMass/value",
    )
    assert fault.params == {"expected": "a value", "found": "=1+2"}
    assert fault.place == receive.Place(row=1, column="Mass", cell="Data!G2")
    assert "save the workbook with values" in receive.FAULTS["formula"].sentence
    assert declared(one).lrn == "A1"


def a_text_that_starts_like_a_formula_is_text(plain_mapping: receive.Mapping, reading: Read) -> None:
    def write(made: Any) -> None:
        made.active["F2"].value = "=tea"
        made.active["F2"].data_type = "s"

    (one,) = reading(book(COLUMNS, ["A1", date(2026, 1, 5)], more=write), plain_mapping)
    item = declared(one).items[0].commodity
    assert one.faults == ()
    assert item is not None
    assert item.description == "=tea"


def an_error_cell_is_a_fault(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(book(COLUMNS, ["A1", date(2026, 1, 5), "A", "S", "C", "T", "#DIV/0!", 1]), plain_mapping)
    assert [(fault.code, fault.params["found"]) for fault in one.faults] == [("error-cell", "#DIV/0!")]


def the_header_may_stand_below_blank_rows(plain_mapping: receive.Mapping, opening: Open) -> None:
    opened = opening(book([], [], COLUMNS, ["A1", "never"]), plain_mapping)
    (one,) = opened.readings()
    assert one.faults[0].place == receive.Place(row=1, column="Date", cell="Data!B4")
    assert receive.locate(opened.head.layout, b"", "/issued", offset=0, line=1, row=one.row) == receive.Place(
        row=1, column="Date", cell="Data!B4"
    )


def the_mapping_names_the_sheet_and_others_are_noted(plain_mapping: receive.Mapping, opening: Open) -> None:
    def write(made: Any) -> None:
        made.create_sheet("Other").append(["x"])

    data = book(COLUMNS, ["A1", date(2026, 1, 5)], more=write)
    assert opening(data, plain_mapping).head.notes == ("Only the sheet 'Data' is read; there are also 'Other'.",)
    text = receive.mapping_text("kcs").replace("[mapping]", '[mapping]\nsheet = "Dat"', 1)
    with pytest.raises(MappingFault, match="has no sheet 'Dat'; it has 'Data', 'Other'"):
        opening(data, receive.read_mapping(text, "m"))


def a_cell_beyond_the_header_is_a_fault(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(book(COLUMNS, ["A1", date(2026, 1, 5), *[None] * 6, None, "note"]), plain_mapping)
    assert [(fault.code, fault.place and fault.place.cell) for fault in one.faults] == [("cell-count", "Data!J2")]


def the_reading_of_a_sheet_resumes_after_any_row(plain_mapping: receive.Mapping, opening: Open) -> None:
    opened = opening(book(COLUMNS, *([f"A{at}", date(2026, 1, 5)] for at in range(5))), plain_mapping)
    every = list(opened.readings())
    for count in range(6):
        assert list(opened.readings(after_number=count)) == every[count:]


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Write the archive again with its members changed; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(name, changed)
    return out.getvalue()


def a_zip_bomb_is_refused_before_it_is_unpacked(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = book(COLUMNS, ["A1", date(2026, 1, 5)])
    bomb = repacked(data, lambda name, body: body + b" " * 30_000_000 if "sheet1" in name else body)
    assert len(bomb) < 100_000
    with pytest.raises(Refused, match=r"would unpack from .* to 30,\d{3},\d{3} bytes") as refusal:
        opening(bomb, plain_mapping)
    assert "archive_ratio_max" in refusal.value.remedy
    with pytest.raises(Refused, match="would unpack"):
        opening(data, plain_mapping, settings=Settings(archive_bytes_max=1_000))


def an_entity_bomb_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    bomb = repacked(
        book(COLUMNS, ["A1", date(2026, 1, 5)]),
        lambda name, body: entities + b"<worksheet>&b;</worksheet>" if "sheet1" in name else body,
    )
    with pytest.raises(Refused):
        list(opening(bomb, plain_mapping).readings())


def a_workbook_that_is_cut_off_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = book(COLUMNS, ["A1", date(2026, 1, 5)])
    with pytest.raises(Refused, match="cut off or damaged"):
        opening(data[: len(data) // 2], plain_mapping)


def a_sheet_that_breaks_off_keeps_the_rows_before(plain_mapping: receive.Mapping, reading: Read) -> None:
    data = book(COLUMNS, *([f"A{at}", date(2026, 1, 5)] for at in range(2_000)))
    cut = repacked(data, lambda name, body: body[: len(body) // 2] if "sheet1" in name else body)
    *good, last = reading(cut, plain_mapping)
    assert len(good) > 400
    assert all(one.faults == () for one in good)
    assert [(fault.rule, fault.code) for fault in last.faults] == [("SYN-003", "cut-off")]


def an_empty_workbook_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    with pytest.raises(Refused, match="is empty"):
        opening(book(), plain_mapping)


def a_workbook_without_its_parts_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = book(COLUMNS, ["A1", date(2026, 1, 5)])
    for part in ("xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        broken = repacked(data, lambda name, body, part=part: None if name == part else body)  # type: ignore[misc]
        with pytest.raises(Refused):
            list(opening(broken, plain_mapping).readings())

"""Test Parquet: native values in bounded batches, resuming by row, damaged files."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tidewaiter.kernel.errors import MappingFault, Refused
from tidewaiter.kernel.records import Declaration
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive

Open = Callable[..., receive.Opened]


def file(rows_per_group: int = 1_000_000, **columns: Any) -> bytes:
    """Write a Parquet file."""
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, row_group_size=rows_per_group)
    return out.getvalue()


def a_parquet_file_is_read_with_its_native_values(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = file(
        Number=pa.array([10121, None]),
        Date=pa.array([date(2026, 1, 5), date(2026, 1, 6)]),
        Importer=pa.array(["Acme", None]).dictionary_encode(),
        Mass=pa.array([Decimal("12.50"), Decimal("0.10")]),
        Packages=pa.array([3.0, float("nan")]),
        Nested=pa.array([[1], [2]]),
    )
    opened = opening(data, plain_mapping)
    one, two = opened.readings()
    assert (opened.head.format, opened.head.records_expected) == ("parquet", 2)
    assert opened.head.notes == ("Nested columns are not read: Nested.",)
    first, second = one.record, two.record
    assert isinstance(first, Declaration)
    assert isinstance(second, Declaration)
    assert one.faults == two.faults == ()
    assert (first.lrn, first.issued, first.packages) == ("10121", datetime(2026, 1, 5, tzinfo=UTC), 3)
    assert (second.lrn, second.packages, second.parties) == (None, None, ())
    mass = second.items[0].commodity
    assert mass is not None
    assert mass.net_mass is not None
    assert str(mass.net_mass.value) == "0.10"
    assert receive.locate(opened.head.layout, b"", "/issued", offset=0, line=1, row=2) == receive.Place(
        row=2, column="Date"
    )


def the_reading_of_parquet_resumes_after_any_row(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = file(3, Number=[f"A{at}" for at in range(10)], Date=["2026-01-05"] * 10)
    opened = opening(data, plain_mapping)
    every = list(opened.readings())
    assert [one.row for one in every] == list(range(1, 11))
    for count in range(11):
        assert list(opened.readings(after_number=count)) == every[count:]


def a_value_that_is_no_day_is_a_fault_with_its_row_and_column(plain_mapping: receive.Mapping, opening: Open) -> None:
    (one,) = opening(file(Number=["A1"], Date=["never"]), plain_mapping).readings()
    assert [(fault.code, fault.place) for fault in one.faults] == [("not-a-date", receive.Place(row=1, column="Date"))]


def a_parquet_file_without_the_columns_is_a_mapping_fault(plain_mapping: receive.Mapping, opening: Open) -> None:
    with pytest.raises(MappingFault, match="lacks 1 of the columns"):
        opening(file(Number=["A1"]), plain_mapping)


def a_parquet_file_that_is_cut_off_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = file(Number=["A1"], Date=["2026-01-05"])
    with pytest.raises(Refused, match="encrypted, cut off or damaged"):
        opening(data[:-20], plain_mapping)


def a_row_group_that_does_not_fit_in_memory_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = file(Number=["A" * 5_000], Date=["2026-01-05"])
    with pytest.raises(Refused, match="row group of"):
        opening(data, plain_mapping, settings=Settings(archive_bytes_max=1_000))


def a_damaged_page_keeps_the_rows_before(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = bytearray(file(2, Number=["A1", "A2", "A3", "A4"], Date=["2026-01-05"] * 4))
    at = pq.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(1).column(0).dictionary_page_offset
    data[at : at + 12] = b"\xff" * 12
    *good, last = opening(bytes(data), plain_mapping).readings()
    assert [(fault.rule, fault.code) for fault in last.faults] == [("SYN-003", "cut-off")]
    assert [one.record.lrn for one in good if isinstance(one.record, Declaration)] in (["A1", "A2"], [])

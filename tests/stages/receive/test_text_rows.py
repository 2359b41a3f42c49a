"""Test the splitting of text into rows and cells: by the very bytes, on anything, in flat memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.errors import MappingFault, Refused
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive import text_rows as rows_module
from tidewaiter.stages.receive.tables.text_cells import cells_of, slice_of
from tidewaiter.stages.receive.text_rows import Shape, text_rows

Read = Callable[..., list[receive.Reading]]

HEADER = b"Number,Date,Importer,Seller,Carrier,Goods,Mass,Packages\n"
GOOD = b"A1,2026-01-05,Acme,S1,C1,Tea,12.50,3\n"

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
ODD = st.text(alphabet='a",;\n\r| \té', max_size=6)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(CELL | ODD, min_size=width, max_size=width), min_size=1, max_size=6)
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def a_table_that_csv_writes_is_read_back_cell_by_cell_from_its_very_bytes(
    rows: list[list[str]], delimiter: str, ending: str
) -> None:
    if (
        ending == "\n"
    ):  # Python's writer leaves a carriage return unquoted then, so that nobody can tell it from an ending
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(rows)
    data = text.getvalue().encode()
    shape = Shape(delimiter=delimiter.encode(), row_bytes_max=10_000)
    read: list[list[str]] = []
    for raw, offset, length, _, flaw in text_rows(io.BytesIO(data), shape, offset=0, line=1):
        assert not flaw
        assert data[offset : offset + length] == raw
        cells, stray = cells_of(raw.decode(), delimiter)
        assert not stray
        for index, cell in enumerate(cells):
            span = slice_of(raw, "utf-8", delimiter, index)
            assert span is not None
            written = raw[span[0] : span[0] + span[1]].decode()
            assert cell == (written[1:-1].replace('""', '"') if written.startswith('"') else written)
        read.append(cells)
    written_rows = zip(rows, _lines(rows, delimiter, ending), strict=True)
    assert read == [row for row, line in written_rows if line.strip(f" \t\r\n{delimiter}")]


def _lines(rows: list[list[str]], delimiter: str, ending: str) -> list[str]:
    """Write each row by itself."""
    lines = []
    for row in rows:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, lineterminator=ending).writerow(row)
        lines.append(text.getvalue())
    return lines


@given(st.binary(max_size=400), st.sampled_from([None, ",", ";"]))
def no_random_bytes_raise_anything_but_a_refusal(data: bytes, delimiter: str | None) -> None:
    mapping = receive.read_mapping('[mapping]\nid="m"\nkind="Declaration"\n[[column]]\nfrom="a"\nto="lrn"\n', "m")
    for source in (data, b"a,b\n" + data, b'{"kind":' + data, b"PK\x03\x04" + data, b"PAR1" + data + b"PAR1"):
        try:
            opened = receive.open_source(
                io.BytesIO(source), name="f", settings=Settings(row_bytes_max=64), mapping=mapping, delimiter=delimiter
            )
            readings = list(opened.readings())
        except (Refused, MappingFault):
            continue
        assert [one.number for one in readings] == list(range(1, len(readings) + 1))


def every_byte_between_two_records_is_blank_or_a_line_end(plain_mapping: receive.Mapping, reading: Read) -> None:
    data = HEADER + GOOD + b'A1,2026-01-05,"x\n,,\n' + b"\n" + GOOD + b"\x00\n" + GOOD[:9]
    end = len(HEADER)
    for one in reading(data, plain_mapping):
        assert one.offset is not None
        assert one.length is not None
        assert not data[end : one.offset].strip(b" \t\r\n,")
        end = one.offset + one.length
    assert end == len(data)


def the_memory_stays_flat_while_a_large_table_is_read(
    plain_mapping: receive.Mapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "BLOCK_BYTES", 16_384)
    stream = io.BytesIO(HEADER + GOOD * 10_000)
    opened = receive.open_source(stream, name="t", settings=Settings(), mapping=plain_mapping)
    tracemalloc.start()
    try:
        count = sum(1 for _ in opened.readings())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 10_000
    assert peak < 12 * 16_384

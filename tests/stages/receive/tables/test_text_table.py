"""Test text tables: what is read, where it stands, and what bad input is met with."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tidewaiter.kernel.errors import MappingFault, Refused
from tidewaiter.kernel.records import Declaration
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive.text_rows import BLOCK_BYTES

Read = Callable[..., list[receive.Reading]]
Open = Callable[..., receive.Opened]

HEADER = b"Number,Date,Importer,Seller,Carrier,Goods,Mass,Packages\n"
GOOD = b"A1,2026-01-05,Acme,S1,C1,Tea,12.50,3\n"


def declared(reading: receive.Reading) -> Declaration:
    """Return the reading's declaration."""
    assert isinstance(reading.record, Declaration)
    return reading.record


def codes(reading: receive.Reading) -> list[tuple[str, str, str | None]]:
    """Return rule, code and path of every fault."""
    return [(one.rule, one.code, one.path) for one in reading.faults]


def a_row_becomes_a_declaration_with_its_place(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(HEADER + GOOD, plain_mapping)
    record = declared(one)
    assert one.faults == ()
    assert (one.number, one.offset, one.length, one.line, one.row) == (1, len(HEADER), len(GOOD) - 1, 2, 1)
    assert record.lrn == "A1"
    assert record.issued == datetime(2026, 1, 5, tzinfo=UTC)
    assert [(party.role, party.id, party.name) for party in record.parties] == [
        ("importer", None, "Acme"),
        ("seller", "S1", None),
        ("carrier", "C1", None),
    ]
    mass = record.items[0].commodity
    assert mass is not None
    assert mass.net_mass is not None
    assert (mass.net_mass.value, mass.net_mass.unit) == (Decimal("12.50"), "KGM")
    assert record.packages == 3


def a_part_whose_cells_are_empty_is_left_out(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(HEADER + b"A1,2026-01-05,, ,C1,Tea,,\n", plain_mapping)
    record = declared(one)
    assert [party.role for party in record.parties] == ["carrier"]
    assert record.items[0].commodity is not None
    assert record.items[0].commodity.net_mass is None
    assert one.faults == ()


@pytest.mark.parametrize("delimiter", [b",", b";", b"\t", b"|"])
def the_delimiter_is_found_by_which_one_makes_the_header_fit(
    plain_mapping: receive.Mapping, opening: Open, delimiter: bytes
) -> None:
    data = (HEADER + GOOD).replace(b",", delimiter)
    opened = opening(data, plain_mapping)
    assert opened.head.layout is not None
    assert opened.head.layout.delimiter == delimiter.decode()
    assert [declared(one).lrn for one in opened.readings()] == ["A1"]


def a_delimiter_that_does_not_fit_is_refused_naming_the_one_that_does(
    plain_mapping: receive.Mapping, opening: Open
) -> None:
    with pytest.raises(Refused, match=r"not separated by a semicolon") as refusal:
        opening(HEADER + GOOD, plain_mapping, delimiter=";")
    assert "--delimiter ','" in refusal.value.remedy


def an_unknown_delimiter_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    with pytest.raises(Refused, match="delimiter '#'"):
        opening(HEADER + GOOD, plain_mapping, delimiter="#")


def the_columns_that_are_missing_are_named_with_the_nearest(plain_mapping: receive.Mapping, opening: Open) -> None:
    with pytest.raises(MappingFault, match=r"'Number' \(nearest: 'Numbr'\); 'Date'") as fault:
        opening(b"Numbr,When\nA1,2026-01-05\n", plain_mapping)
    assert "mapping suggest" in fault.value.remedy


def the_columns_that_the_mapping_does_not_read_are_noted(plain_mapping: receive.Mapping, opening: Open) -> None:
    opened = opening(b"Number,Date,Colour\nA1,2026-01-05,red\n", plain_mapping)
    assert opened.head.notes == ("Columns that the mapping does not read: 'Colour'.",)


def a_header_with_the_same_name_twice_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    with pytest.raises(Refused, match="more than one column named 'Date'"):
        opening(b"Number,Date,Date\nA1,2026-01-05,2026-01-05\n", plain_mapping)


def a_header_is_found_whatever_its_case_and_punctuation(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(b"NUMBER,date_,Importer\nA1,2026-01-05,Acme\n", plain_mapping)
    assert declared(one).lrn == "A1"


def a_file_in_another_encoding_is_refused_with_how_the_word_would_read(
    plain_mapping: receive.Mapping, opening: Open
) -> None:
    data = HEADER + b"A1,2026-01-05,Caf\xe9 Lima,S1,C1,Tea,1,1\n"
    place = data.index(0xE9)
    with pytest.raises(Refused, match=rf"not UTF-8: byte 0xE9 at offset {place}, line 2\.") as refusal:
        opening(data, plain_mapping)
    assert refusal.value.remedy == "If 'Café' is right there, give --encoding cp1252; else ask the sender for UTF-8."


def the_encoding_that_was_suggested_reads_the_file(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(HEADER + b"A1,2026-01-05,Caf\xe9,S1,C1,Tea,1,1\n", plain_mapping, encoding="cp1252")
    assert declared(one).parties[0].name == "Café"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-99", "cp037", "hex"])
def an_encoding_in_which_rows_cannot_be_told_apart_is_refused(
    plain_mapping: receive.Mapping, opening: Open, encoding: str
) -> None:
    with pytest.raises(Refused):
        opening(HEADER + GOOD, plain_mapping, encoding=encoding)


def a_byte_order_mark_is_no_part_of_the_first_name(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(b"\xef\xbb\xbf" + HEADER + GOOD, plain_mapping)
    assert declared(one).lrn == "A1"
    assert one.offset == len(HEADER) + 3


def a_bad_byte_beyond_the_sample_is_a_fault_of_its_row(plain_mapping: receive.Mapping, reading: Read) -> None:
    rows = 1 + 1_048_576 // len(GOOD)
    data = HEADER + GOOD * rows + b"A2,2026-01-05,Caf\xe9,S1,C1,Tea,1,1\n" + GOOD
    *_, bad, good = reading(data, plain_mapping)
    assert codes(bad) == [("SYN-002", "encoding", None)]
    place = bad.faults[0].place
    assert place is not None
    assert place.offset is not None
    assert data[place.offset] == 0xE9
    assert (place.row, place.line) == (rows + 1, rows + 2)
    assert declared(bad).parties[0].name == "Caf\N{REPLACEMENT CHARACTER}"
    assert good.faults == ()


def a_nul_byte_is_a_fault_and_the_rest_of_the_row_is_read(plain_mapping: receive.Mapping, reading: Read) -> None:
    bad, good = reading(HEADER + GOOD.replace(b"Tea", b"T\x00ea") + GOOD, plain_mapping)
    assert codes(bad) == [("SYN-002", "nul-byte", None)]
    assert bad.faults[0].params == {"found": 1}
    assert declared(bad) == declared(good)


def a_row_with_too_few_cells_is_read_as_far_as_it_goes(plain_mapping: receive.Mapping, reading: Read) -> None:
    one, two = reading(HEADER + b"A1,2026-01-05,Acme\n" + GOOD, plain_mapping)
    assert codes(one) == [("SYN-003", "cell-count", None)]
    assert one.faults[0].params == {"found": 3, "expected": 8}
    assert declared(one).parties[0].name == "Acme"
    assert two.faults == ()


def a_row_with_too_many_cells_is_a_fault(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(HEADER + GOOD.replace(b"\n", b",more\n"), plain_mapping)
    assert codes(one) == [("SYN-003", "cell-count", None)]
    assert declared(one).packages == 3


def a_file_that_is_cut_off_keeps_its_last_row_with_a_fault(plain_mapping: receive.Mapping, reading: Read) -> None:
    one, two = reading(HEADER + GOOD + GOOD[:20], plain_mapping)
    assert one.faults == ()
    assert codes(two) == [("SYN-003", "cell-count", None)]
    assert (two.offset, two.length) == (len(HEADER) + len(GOOD), 20)


def a_quoted_cell_may_hold_delimiters_quotes_and_lines(plain_mapping: receive.Mapping, reading: Read) -> None:
    data = HEADER + b'A1,2026-01-05,"Acme, ""the"" firm",S1,C1,"Tea\ngreen",1,1\r\n' + GOOD
    one, two = reading(data, plain_mapping)
    record = declared(one)
    assert one.faults == ()
    assert record.parties[0].name == 'Acme, "the" firm'
    assert record.items[0].commodity is not None
    assert record.items[0].commodity.description == "Tea\ngreen"
    assert (two.line, two.row) == (4, 2)


def a_quotation_mark_never_closed_costs_its_own_row_only(plain_mapping: receive.Mapping, reading: Read) -> None:
    data = HEADER + b'A1,2026-01-05,"Acme,S1,C1,Tea,1,1\n' + GOOD * 5
    first, *others = reading(data, plain_mapping)
    assert ("SYN-003", "unclosed-quote", None) in codes(first)
    assert len(others) == 5
    assert all(one.faults == () and declared(one).lrn == "A1" for one in others)
    assert [one.line for one in others] == [3, 4, 5, 6, 7]


def two_quotation_marks_left_open_do_not_swallow_what_is_between(plain_mapping: receive.Mapping, reading: Read) -> None:
    bad = b'A9,2026-01-05,"Acme,S1,C1,Tea,1,1\n'
    readings = reading(HEADER + bad + GOOD * 3 + bad + GOOD, plain_mapping)
    assert [bool(one.faults) for one in readings] == [True, False, False, False, True, False]


def a_quote_left_open_is_given_up_at_the_longest_row(plain_mapping: receive.Mapping, reading: Read) -> None:
    data = HEADER + b'A1,2026-01-05,"Acme,S1,C1,Tea,1,1\n' + GOOD * 20
    first, *others = reading(data, plain_mapping, settings=Settings(row_bytes_max=200))
    assert ("SYN-003", "unclosed-quote", None) in codes(first)
    assert len(others) == 20


def a_text_after_a_closing_quote_is_a_fault(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(HEADER + b'A1,2026-01-05,"5" pipe",S1,C1,Tea,1,1\n', plain_mapping)
    assert codes(one) == [("SYN-003", "stray-quote", None)]


def a_row_that_is_too_long_is_passed_over_and_the_next_is_read(plain_mapping: receive.Mapping, reading: Read) -> None:
    for filler in (500, 3 * BLOCK_BYTES):
        long = b"A2,2026-01-05," + b"x" * filler + b"\n"
        one, two, three = reading(HEADER + GOOD + long + GOOD, plain_mapping, settings=Settings(row_bytes_max=400))
        assert one.faults == three.faults == ()
        assert codes(two) == [("SYN-009", "row-too-long", None)]
        assert (two.offset, two.length) == (len(HEADER) + len(GOOD), len(long) - 1)
        assert two.record == Declaration()
        assert (three.line, three.row) == (4, 3)


def a_row_that_is_too_long_at_the_end_is_a_fault_too(plain_mapping: receive.Mapping, reading: Read) -> None:
    data = HEADER + GOOD + b"x" * (2 * BLOCK_BYTES)
    _, two = reading(data, plain_mapping, settings=Settings(row_bytes_max=400))
    assert codes(two) == [("SYN-009", "row-too-long", None)]
    assert two.offset is not None
    assert two.length is not None
    assert two.offset + two.length == len(data)


def no_blank_line_or_row_of_empty_cells_becomes_a_record(plain_mapping: receive.Mapping, reading: Read) -> None:
    one, two = reading(HEADER + b"\n  \n" + GOOD + b",,,,,,,\r\n\n" + GOOD + b"\n", plain_mapping)
    assert (one.line, one.row, two.line, two.row) == (4, 1, 7, 2)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def every_line_ending_is_understood(plain_mapping: receive.Mapping, reading: Read, ending: bytes) -> None:
    data = (HEADER + GOOD + GOOD).replace(b"\n", ending)
    one, two = reading(data, plain_mapping)
    assert (one.line, two.line) == (2, 3)
    assert data[two.offset : (two.offset or 0) + (two.length or 0)] == GOOD[:-1]


def a_table_without_a_mapping_is_met_with_those_that_would_fit(opening: Open) -> None:
    mapping = receive.load_mapping("kcs")
    header = ",".join(source.names[0] for column in mapping.columns for source in column.sources)
    with pytest.raises(MappingFault, match="is a table") as fault:
        opening(f"{header}\n".encode() * 2)
    assert "--mapping kcs" in fault.value.remedy


def a_header_alone_is_a_table_without_records(plain_mapping: receive.Mapping, reading: Read) -> None:
    assert reading(HEADER, plain_mapping) == []


def a_table_with_too_many_columns_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    with pytest.raises(Refused, match="8 columns; the most is 7"):
        opening(HEADER + GOOD, plain_mapping, settings=Settings(columns_max=7))


def the_faults_of_one_record_are_limited(plain_mapping: receive.Mapping, reading: Read) -> None:
    (one,) = reading(HEADER + b"A1,x,Acme,S1,C1,Tea,x,x\n", plain_mapping, settings=Settings(faults_per_record_max=2))
    assert [fault.code for fault in one.faults] == ["not-a-date", "too-many-faults"]


def a_personal_value_is_never_repeated_in_a_fault(reading: Read) -> None:
    mapping = receive.read_mapping(
        '[mapping]\nid = "m"\nkind = "Journey"\n[[column]]\nfrom = "Born"\nto = "travellers[passenger].birthDate"\n'
        '[[column]]\nfrom = "Sent"\nto = "issued"\n',
        "m",
    )
    (one,) = reading(b"Born,Sent\n31 May 1970,31 May 2020\n", mapping)
    born, sent = one.faults
    assert born.path == "/travellers/0/birthDate"
    assert "found" not in born.params
    assert sent.params["found"] == "31 May 2020"


def the_stream_may_be_moved_between_readings(plain_mapping: receive.Mapping) -> None:
    data = HEADER + GOOD * 30_000
    stream = io.BytesIO(data)
    opened = receive.open_source(stream, name="t", settings=Settings(), mapping=plain_mapping)
    count = 0
    for one in opened.readings():
        stream.seek(one.offset or 0)
        assert stream.read(one.length or 0) == GOOD[:-1]
        count += 1
    assert count == 30_000


@pytest.mark.parametrize("kind", ["single", "grouped"])
def the_reading_resumes_after_any_record(
    plain_mapping: receive.Mapping, grouped_mapping: receive.Mapping, opening: Open, kind: str
) -> None:
    rows = b"".join(
        b'A%d,2026-01-05,"Acme\n%d",S1,C1,Tea,%s,1\n%s' % (at // 3, at, b"x" if at % 4 else b"1", b"\n" * (at % 2))
        for at in range(30)
    )
    opened = opening(HEADER + rows, grouped_mapping if kind == "grouped" else plain_mapping)
    every = list(opened.readings())
    assert len(every) == (10 if kind == "grouped" else 30)
    for count in range(len(every) + 1):
        end = None if not count else (every[count - 1].offset or 0) + (every[count - 1].length or 0)
        assert list(opened.readings(after_number=count, from_offset=end)) == every[count:]
        assert list(opened.readings(after_number=count)) == every[count:]

"""Test assembly: groups of rows, joined columns, parts that move up, the compiled builder."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import Declaration
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive.tables.assembly import Assembler
from tidewaiter.stages.receive.tables.header import fit

Read = Callable[..., list[receive.Reading]]
HEADER = b"Number,Date,Importer,Seller,Carrier,Goods,Mass,Packages\n"


def declared(reading: receive.Reading) -> Declaration:
    """Return the reading's declaration."""
    assert isinstance(reading.record, Declaration)
    return reading.record


def read_mapping(columns: str, rest: str = "") -> receive.Mapping:
    """Read a mapping of declarations with these columns."""
    return receive.read_mapping(f'[mapping]\nid = "m"\nkind = "Declaration"\n{columns}\n{rest}', "m")


def the_consecutive_rows_of_a_group_make_one_declaration(grouped_mapping: receive.Mapping, reading: Read) -> None:
    rows = (
        b"A1,2026-01-05,Acme,S1,,Tea,1,3\nA1,2026-01-05,Acme,S1,,Cups,2,3\nA2,2026-01-05,Acme,S1,,Tea,1,1\n"
        b"A1,2026-01-05,Acme,S1,,Late,1,3\n"
    )
    one, two, three = reading(HEADER + rows, grouped_mapping)
    assert [item.commodity and item.commodity.description for item in declared(one).items] == ["Tea", "Cups"]
    assert (one.rows, one.row, one.line, one.offset) == (2, 1, 2, len(HEADER))
    assert (HEADER + rows)[one.offset : (one.offset or 0) + (one.length or 0)].count(b"\n") == 1
    assert (two.row, two.rows, three.row) == (3, 1, 4)
    assert one.faults == two.faults == three.faults == ()


def a_later_row_that_contradicts_the_first_is_a_warning(grouped_mapping: receive.Mapping, reading: Read) -> None:
    rows = b"A1,2026-01-05,,S1,C1,Tea,1,3\nA1,2026-01-05,,S1,C2,Cups,2,\n"
    (one,) = reading(HEADER + rows, grouped_mapping)
    (fault,) = one.faults
    assert (fault.code, fault.path) == ("header-differs", "/parties/1/id")
    assert receive.FAULTS["header-differs"].severity == "warning"
    assert fault.place is not None
    assert (fault.place.row, fault.place.column) == (2, "Carrier")
    assert declared(one).parties[1].id == "C1"


def a_group_with_too_many_rows_is_split_with_a_fault(grouped_mapping: receive.Mapping, reading: Read) -> None:
    row = b"A1,2026-01-05,Acme,S1,C1,Tea,1,3\n"
    one, two = reading(HEADER + row * 5, grouped_mapping, settings=Settings(items_max=3))
    assert [len(declared(each).items) for each in (one, two)] == [3, 2]
    assert [fault.code for fault in one.faults] == ["too-many-items"]
    small = Settings(record_bytes_max=len(row) * 2)
    assert [
        fault.code for each in reading(HEADER + row * 4, grouped_mapping, settings=small) for fault in each.faults
    ] == ["record-too-long"]


def the_rows_without_a_key_are_records_of_their_own(grouped_mapping: receive.Mapping, reading: Read) -> None:
    row = b",2026-01-05,Acme,S1,C1,Tea,1,3\n"
    assert len(reading(HEADER + row * 3, grouped_mapping)) == 3


def a_cell_that_cannot_be_read_costs_its_field_only(grouped_mapping: receive.Mapping, reading: Read) -> None:
    rows = b"A1,2026-01-05,Acme,,C1,Tea,1,3\nA1,2026-01-05,Acme,,C1,Cups,heavy,3\n"
    (one,) = reading(HEADER + rows, grouped_mapping)
    (fault,) = one.faults
    assert (fault.rule, fault.code) == ("STR-005", "not-a-number")
    assert fault.path == "/goodsShipment/items/1/commodity/netMass/value"
    assert fault.params == {"expected": "a number with a decimal point", "found": "heavy"}
    assert fault.place is not None
    assert (HEADER + rows)[fault.place.offset : (fault.place.offset or 0) + (fault.place.length or 0)] == b"heavy"
    assert (fault.place.line, fault.place.row, fault.place.column) == (3, 2, "Mass")
    assert len(declared(one).items) == 2


def the_parts_after_an_empty_one_move_up_in_a_fault_too(reading: Read) -> None:
    mapping = read_mapping(
        '[[column]]\nfrom="A"\nto="documents[0].type"\n[[column]]\nfrom="B"\nto="documents[1].issued"\n'
        '[[column]]\nfrom="C"\nto="documents[1].type"\n'
    )
    (one,) = reading(b"A,B,C\n,never,Z\n", mapping)
    assert one.faults[0].path == "/documents/0/issued"
    assert declared(one).documents[0].type == "Z"


def the_columns_of_a_join_must_all_be_filled(reading: Read) -> None:
    mapping = read_mapping(
        '[[column]]\njoin=["A", {from=["B","Day"], transform="year"}]\nwith="-"\nto="mrn"\n'
        '[[column]]\nfrom="C"\nto="lrn"\n'
    )
    one, two = reading(b"A,Day,C\nX,2026-01-05,1\n,2026-01-05,2\n", mapping)
    assert (declared(one).mrn, declared(two).mrn) == ("X-2026", None)


def a_column_fills_several_fields_and_several_headers_are_alternatives(reading: Read) -> None:
    mapping = read_mapping(
        '[[column]]\nfrom=["Code","Número"]\nto=["lrn","goodsShipment.ucr"]\nempty=["NULL"]\n'
        '[[column]]\nfrom="E"\nto="goodsShipment.items[].equipment"\ntransform="split:/"\n'
    )
    one, two = reading("Número,E\n7,MSKU1/MSKU2\nNULL,\n".encode(), mapping)
    record = declared(one)
    assert record.goods_shipment is not None
    assert (record.lrn, record.goods_shipment.ucr) == ("7", "7")
    assert record.items[0].equipment == ("MSKU1", "MSKU2")
    assert declared(two).lrn is None
    assert declared(two).items[0].equipment == ()


def a_column_that_the_table_lacks_makes_no_part_of_its_constants(opening: Callable[..., receive.Opened]) -> None:
    mapping = read_mapping(
        '[[column]]\nfrom="A"\nto="lrn"\n[[column]]\nfrom="V"\nto="invoiceAmount.value"\n',
        '[constants]\n"invoiceAmount.currency"="USD"\n"goodsShipment.destinationCountry"="KR"\n',
    )
    opened = opening(b"A,B\n1,2\n", mapping)
    (one,) = opened.readings()
    assert declared(one).invoice_amount is None
    assert declared(one).goods_shipment is not None
    assert opened.head.layout is not None
    assert opened.head.layout.constants == {"/goodsShipment/destinationCountry": "KR"}


CELLS = st.lists(st.sampled_from(["", " ", "1", "2.5", "x", "2026-01-05", "MSKU1/MSKU2"]), min_size=9, max_size=9)
WIDE = read_mapping(
    "\n".join(
        f'[[column]]\nfrom="{name}"\nto="{path}"'
        for name, path in (
            ("A", "lrn"), ("B", "parties[seller].id"), ("C", "parties[carrier].address.city"),
            ("D", "documents[3].number"),
            ("E", "goodsShipment.items[].equipment[0]"), ("F", "goodsShipment.items[].equipment[1]"),
            ("G", "goodsShipment.items[].documents[1].number"), ("H", "goodsShipment.items[].commodity.netMass.value"),
            ("I", "issued"),
        )
    ),
    '[constants]\n"documents[0].type"="705"\n"guarantees[0].type"="1"\n"goodsShipment.tradeTerms.code"="CIF"\n'
    '"goodsShipment.items[].sequence"=1\n"goodsShipment.items[].commodity.netMass.unit"="KGM"\n',
)  # fmt: skip


@given(st.lists(CELLS, min_size=1, max_size=3))
def the_compiled_builder_makes_what_the_plain_one_makes(rows: list[list[str]]) -> None:
    assembler = Assembler(WIDE, fit(WIDE, tuple("ABCDEFGHI")), native=False)
    values, broken = [], False
    for row in rows:
        read, faults = assembler.stumble(row, 0, lambda _: receive.Place())
        values.append(read)
        broken = broken or bool(faults)
    record = assembler.build_with_gaps(values)
    assert broken or assembler.build(values) == record

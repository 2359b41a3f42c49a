"""Test JSON lines: strict where all is well, lenient where it is not, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tidewaiter.kernel.records import Declaration, Event, GoodsItem, GoodsShipment, Party, encode
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive.json.places import depth_of, value_span
from tidewaiter.stages.receive.pointers import escape

Read = Callable[..., list[receive.Reading]]

GOOD = Declaration(
    lrn="A1",
    parties=(Party(role="importer", name="Acme"),),
    goods_shipment=GoodsShipment(items=(GoodsItem(sequence=1, origin="KR"),)),
)


def line(**fields: Any) -> bytes:
    """Write a declaration as a JSON line."""
    return json.dumps({"kind": "Declaration", **fields}).encode() + b"\n"


def faults(reading: receive.Reading) -> list[tuple[str, str, str | None]]:
    """Return rule, code and path of every fault."""
    return [(one.rule, one.code, one.path) for one in reading.faults]


def shown(data: bytes, fault: receive.Fault) -> bytes:
    """Return the bytes that a fault points at."""
    assert fault.place is not None
    assert fault.place.offset is not None
    assert fault.place.length is not None
    return data[fault.place.offset : fault.place.offset + fault.place.length]


def a_line_is_a_record_with_its_place(reading: Read) -> None:
    event = Event(id="E1", equipment="MSKU1234565")
    data = b"\xef\xbb\xbf" + encode(GOOD) + b"\n\n" + encode(event)
    one, two = reading(data)
    assert (one.record, two.record) == (GOOD, event)
    assert (one.offset, one.line, two.line) == (3, 1, 3)
    assert data[two.offset : (two.offset or 0) + (two.length or 0)] == encode(event)


def a_value_of_the_wrong_type_costs_its_field_only(reading: Read) -> None:
    data = line(lrn=5, office="X", goodsShipment={"items": [{"origin": "KR"}, {"origin": 7, "sequence": 2}]})
    (one,) = reading(data)
    assert faults(one) == [("STR-005", "type", "/lrn"), ("STR-005", "type", "/goodsShipment/items/1/origin")]
    assert one.faults[0].params == {"expected": "str", "found": "5"}
    assert [shown(data, fault) for fault in one.faults] == [b"5", b"7"]
    assert isinstance(one.record, Declaration)
    assert one.record.office == "X"
    assert [(item.origin, item.sequence) for item in one.record.items] == [("KR", None), (None, 2)]


def a_decimal_keeps_its_digits_while_a_neighbour_is_dropped(reading: Read) -> None:
    data = b'{"kind":"Declaration","lrn":5,"invoiceAmount":{"value":0.10000000000000000001}}'
    (one,) = reading(data)
    assert isinstance(one.record, Declaration)
    assert one.record.invoice_amount is not None
    assert str(one.record.invoice_amount.value) == "0.10000000000000000001"


def an_unknown_member_is_left_out_and_named(reading: Read) -> None:
    data = line(lrn="A1", colour="red", goodsShipment={"items": [{"a/b~": 1}]})
    (one,) = reading(data)
    assert faults(one) == [
        ("STR-003", "unknown-member", "/colour"),
        ("STR-003", "unknown-member", "/goodsShipment/items/0/a~1b~0"),
    ]
    assert [shown(data, fault) for fault in one.faults] == [b'"red"', b"1"]
    assert isinstance(one.record, Declaration)
    assert one.record.lrn == "A1"


def a_whole_part_of_the_wrong_type_is_left_out(reading: Read) -> None:
    (one,) = reading(line(lrn="A1", parties=3, goodsShipment=[]))
    assert faults(one) == [("STR-005", "type", "/parties"), ("STR-005", "type", "/goodsShipment")]


def a_faulty_item_of_a_list_leaves_the_others_where_they_were(reading: Read) -> None:
    (one,) = reading(line(goodsShipment={"items": [5, {"origin": 6}, {"origin": "KR"}]}))
    assert [fault.path for fault in one.faults] == ["/goodsShipment/items/0", "/goodsShipment/items/1/origin"]
    assert isinstance(one.record, Declaration)
    assert [item.origin for item in one.record.items] == [None, None, "KR"]


def a_personal_value_is_not_repeated(reading: Read) -> None:
    (one,) = reading(line(parties=[{"name": 12345}], lrn=99))
    named = {fault.path: fault.params for fault in one.faults}
    assert named["/lrn"]["found"] == "99"
    assert named["/parties/0/name"] == {"expected": "str", "found": "int"}
    (two,) = reading(line(parties=12345))
    assert "12345" not in str(two.faults)


def a_key_that_stands_twice_is_a_fault(reading: Read) -> None:
    for data in (b'{"kind":"Declaration","lrn":"A","lrn":"B"}', b'{"kind":"Declaration","lrn" : "A", "lrn":"B"}'):
        (one,) = reading(data)
        assert faults(one) == [("SYN-010", "duplicate-key", None)]
        assert one.faults[0].params == {"found": "lrn"}
        assert isinstance(one.record, Declaration)
        assert one.record.lrn == "B"


def a_text_that_looks_like_a_key_is_no_fault(reading: Read) -> None:
    (one,) = reading(line(lrn='"x": "lrn":', office=":"))
    assert one.faults == ()


def a_null_and_an_empty_list_are_no_fault(reading: Read) -> None:
    (one,) = reading(line(lrn=None, parties=[], function="9"))
    assert one.faults == ()


def a_line_that_is_not_json_says_where(reading: Read) -> None:
    data = encode(GOOD) + b"\n" + b'{"kind":"Declaration",}\n' + encode(GOOD)
    one, two, three = reading(data)
    assert faults(two) == [("SYN-003", "malformed-json", None)]
    assert two.record == Declaration()
    assert two.faults[0].place is not None
    assert two.faults[0].place.line == 2
    assert shown(data, two.faults[0]) == b"}"
    assert one.record == three.record == GOOD


def a_line_that_is_cut_off_is_a_fault(reading: Read) -> None:
    one, two = reading(encode(GOOD) + b"\n" + encode(GOOD)[:30])
    assert one.faults == ()
    assert faults(two) == [("SYN-003", "malformed-json", None)]


@pytest.mark.parametrize("data", [b'{"kind":"Cargo"}', b'{"lrn":"1"}', b'{"kind":5}', b'{"kind":null}'])
def a_kind_that_is_not_known_is_a_fault(reading: Read, data: bytes) -> None:
    (one,) = reading(data)
    assert [(fault.rule, fault.code) for fault in one.faults] == [("STR-006", "unknown-kind")]


def a_line_that_is_no_object_is_a_fault(reading: Read) -> None:
    _, two = reading(encode(GOOD) + b"\n[1]\n")
    assert faults(two) == [("STR-006", "unknown-kind", None)]


def a_line_nested_too_deep_is_a_fault(reading: Read) -> None:
    deep = b'{"kind":"Declaration","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    one, two = reading(deep + encode(GOOD))
    assert faults(one) == [("SYN-009", "too-deep", None)]
    assert two.record == GOOD


def a_line_that_is_too_long_is_passed_over(reading: Read) -> None:
    one, two = reading(line(lrn="x" * 500) + encode(GOOD), settings=Settings(row_bytes_max=300))
    assert faults(one) == [("SYN-009", "row-too-long", None)]
    assert two.record == GOOD


def the_faults_of_a_line_are_limited(reading: Read) -> None:
    (one,) = reading(line(**{f"x{at}": at for at in range(50)}), settings=Settings(faults_per_record_max=5))
    assert [fault.code for fault in one.faults] == ["unknown-member"] * 5 + ["too-many-faults"]


def a_bad_byte_in_a_text_is_a_fault_and_the_record_is_read(reading: Read) -> None:
    data = b'{"kind":"Declaration","lrn":"Caf\xe9"}'
    (one,) = reading(data)
    assert faults(one) == [("SYN-002", "encoding", None)]
    assert shown(data, one.faults[0]) == b"\xe9"
    assert isinstance(one.record, Declaration)
    assert one.record.lrn == "Caf\N{REPLACEMENT CHARACTER}"


def the_reading_of_lines_resumes_after_any_record(opening: Callable[..., receive.Opened]) -> None:
    opened = opening(b"\n".join([encode(GOOD), b"", b"{}", encode(GOOD), b'{"kind":"Event"}']))
    every = list(opened.readings())
    assert len(every) == 4
    for count in range(5):
        end = None if not count else (every[count - 1].offset or 0) + (every[count - 1].length or 0)
        assert list(opened.readings(after_number=count, from_offset=end)) == every[count:]
        assert list(opened.readings(after_number=count)) == every[count:]


@pytest.mark.parametrize("data", [b'[{"kind":"Event"}]', b'{\n "kind": "Event"\n}\n'])
def a_file_that_is_one_json_text_is_a_document(opening: Callable[..., receive.Opened], data: bytes) -> None:
    opened = opening(data)
    assert opened.head.format == "json"
    assert [type(one.record).__name__ for one in opened.readings()] == ["Event"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


def leaves(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    """Return every value in a JSON text with its pointer."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(pointer, value), *(one for key, each in inner for one in leaves(each, f"{pointer}/{escape(str(key))}"))]


@given(JSON, st.booleans(), st.sampled_from([None, 2]))
def every_value_is_found_in_the_bytes_by_its_pointer(value: Any, ascii_only: object, indent: int | None) -> None:
    raw = json.dumps(value, ensure_ascii=bool(ascii_only), indent=indent).encode("utf-8", "surrogatepass")
    for pointer, expected in leaves(value):
        span = value_span(raw, pointer)
        assert span is not None
        assert json.loads(raw[span[0] : span[1]].decode("utf-8", "surrogatepass")) == expected


@given(JSON)
def the_depth_is_counted_without_parsing(value: Any) -> None:
    def depth(one: Any) -> int:
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    assert depth_of(json.dumps(value).encode()) == depth(value)


@example({"parties": [""], "x": None})
@given(st.dictionaries(st.sampled_from(["lrn", "parties", "goodsShipment", "issued", "packages", "x", "kind"]), JSON))
def no_json_object_raises_or_is_lost(fields: dict[str, Any]) -> None:
    import io  # noqa: PLC0415 - hypothesis runs without fixtures

    raw = json.dumps({"kind": "Declaration", **fields}).encode("utf-8", "surrogatepass")
    opened = receive.open_source(io.BytesIO(raw), name="f", settings=Settings(), format="jsonl")
    (one,) = opened.readings()
    assert (one.offset, one.length) == (0, len(raw))
    if fields.get("kind", "Declaration") != "Declaration" or "x" in fields:
        assert one.faults

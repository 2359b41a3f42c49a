"""Test JSON documents: which they are, whole and in lines, and what becomes of those that are wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tidewaiter.kernel.records import AnyRecord, Declaration, Event, Message, encode
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive import FAULTS, Fault, Reading
from tidewaiter.stages.receive.json.documents import DocumentPlaces, JsonDocument, is_json_document, recognise

Read = Callable[..., list[Reading]]
Open = Callable[..., JsonDocument]
Example = Callable[[str], bytes]
NAMES = ("dcsa", "epcis", "waybill", "one-record")
TITLES = {
    "dcsa": "DCSA Track & Trace",
    "epcis": "EPCIS 2.0",
    "waybill": "UN/CEFACT waybill",
    "one-record": "IATA ONE Record waybill",
}


def codes(readings: list[Reading]) -> list[str]:
    """Return the codes of the faults of all readings."""
    return [one.code for reading in readings for one in reading.faults]


def pointed(data: bytes, fault: Fault) -> bytes:
    """Return the bytes that a fault points at."""
    assert fault.place is not None
    assert fault.place.offset is not None
    return data[fault.place.offset : fault.place.offset + (fault.place.length or 0)]


@pytest.mark.parametrize("name", NAMES)
def a_document_is_recognised_by_what_it_holds(document: Open, example: Example, name: str) -> None:
    data = example(name)
    assert recognise(json.loads(data)) == name
    head = document(data).head
    assert (head.format, head.message.type, head.message.byte_length) == ("json", TITLES[name], len(data))


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [5], {"events": 5}, {"a": {"b": []}}, {"eventType": 7}, [[]]])
def a_value_that_is_no_message_is_recognised_as_none(value: Any) -> None:
    assert recognise(value) is None


@pytest.mark.parametrize("name", NAMES)
def the_readings_of_a_document_share_its_bytes_and_are_numbered(read: Read, example: Example, name: str) -> None:
    data = example(name)
    readings = read(data)
    assert codes(readings) == []
    assert {(one.offset, one.length, one.line) for one in readings} == {(0, len(data), 1)}
    assert [one.row for one in readings] == [one.number for one in readings] == list(range(1, len(readings) + 1))


@pytest.mark.parametrize("name", NAMES)
def the_readings_of_a_document_resume_after_any(document: Open, example: Example, name: str) -> None:
    opened = document(example(name))
    whole = list(opened.readings())
    for at in range(len(whole) + 1):
        assert list(opened.readings(after_number=at, from_offset=len(example(name)))) == whole[at:]


def a_document_may_begin_with_a_byte_order_mark(read: Read, example: Example) -> None:
    data = b"\xef\xbb\xbf" + example("dcsa").replace(b'"GTIN"', b"5")
    one = read(data)[0]
    assert [pointed(data, said) for said in one.faults] == [b"5"]
    assert (one.offset, one.length) == (0, len(data))


def every_line_may_be_a_document_of_its_own(read: Read, document: Open, example: Example) -> None:
    lines = [json.dumps(one).encode() for one in json.loads(example("dcsa"))]
    lines += [json.dumps(json.loads(example("epcis"))).encode(), b'{"eventType": "EQUIPMENT"', b"[]", b"5"]
    data = b"\n\n".join(lines) + b"\n"
    readings = read(data)
    wanted = [*read(example("dcsa")), *read(example("epcis"))]
    assert [one.record for one in readings[:10]] == [one.record for one in wanted]
    assert codes(readings[10:]) == ["malformed-json", "unknown-message", "unknown-message"]
    assert [one.row for one in readings] == [1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 1, 1, 1]
    assert [one.line for one in readings] == [1, 3, 5, *[7] * 7, 9, 11, 13]
    for one in readings:
        assert data[one.offset or 0 : (one.offset or 0) + (one.length or 0)] in lines
    opened = document(data)
    assert opened.head.message.type == TITLES["dcsa"]
    assert list(opened.readings(after_number=5)) == readings[5:]


def a_broken_first_line_leaves_the_lines_after_it(read: Read, example: Example) -> None:
    lines = [json.dumps(one).encode() for one in json.loads(example("dcsa"))]
    lines[0] = lines[0][:50]
    readings = read(b"\n".join(lines))
    assert codes(readings) == ["malformed-json"]
    assert [type(one.record) for one in readings] == [Message, Event, Event]


def a_line_that_is_too_long_is_passed_over(read: Read, example: Example) -> None:
    short = b'{"eventType": "TRANSPORT"}'
    readings = read(b"\n".join([short, b'{"a": "' + b"x" * 500 + b'"}', short]), row_bytes_max=200)
    assert [type(one.record) for one in readings] == [Event, Message, Event]
    assert [(said.rule, said.code) for said in readings[1].faults] == [("SYN-009", "row-too-long")]


def a_document_that_is_too_long_is_not_read(read: Read, example: Example) -> None:
    (one,) = read(example("dcsa"), json_bytes_max=100)
    assert isinstance(one.record, Message)
    assert [(said.rule, said.code, said.params) for said in one.faults] == [
        ("SYN-009", "document-too-long", {"found": len(example("dcsa")), "expected": 100})
    ]


def a_document_that_breaks_off_gives_the_events_before_that(read: Read, example: Example) -> None:
    for name in ("dcsa", "epcis"):
        data = example(name)
        whole = [one.record for one in read(data)]
        readings = read(data[: -len(data) // 3])
        assert 0 < len(readings) - 1 < len(whole)
        assert [one.record for one in readings[:-1]] == whole[: len(readings) - 1]
        assert isinstance(readings[-1].record, Message)
        assert [(said.rule, said.code) for one in readings for said in one.faults] == [("SYN-003", "malformed-json")]


def an_event_that_a_stray_brace_cut_short_is_not_read(read: Read, example: Example) -> None:
    data = example("epcis").replace(b'unlocode#NLRTM"}', b'unlocode#NLRTM"}}')
    (one,) = read(data)
    assert isinstance(one.record, Message)


def a_document_that_goes_wrong_in_its_middle_says_where(read: Read, example: Example) -> None:
    data = example("dcsa").replace(b'"emptyIndicatorCode": "LADEN"', b'"emptyIndicatorCode": NaN')
    (one,) = read(data)
    assert isinstance(one.record, Message)
    (said,) = one.faults
    assert (said.code, pointed(data, said)) == ("malformed-json", b"N")


@pytest.mark.parametrize(
    "data", [b'{"a": 1}', b"[1, 2]", b"[]", b'{"events": [{"eventType": "OPERATIONS"}]}', b"[[{}]]"]
)
def a_document_of_another_kind_is_kept_as_a_message(read: Read, data: bytes) -> None:
    readings = read(data)
    assert {type(one.record) for one in readings} == {Message}
    assert {(said.rule, said.code) for one in readings for said in one.faults} == {("STR-006", "unknown-message")}


def an_unknown_event_among_known_ones_costs_itself_only(read: Read, example: Example) -> None:
    data = example("dcsa").replace(b'"TRANSPORT"', b'"OPERATIONS"')
    readings = read(data)
    assert [type(one.record) for one in readings] == [Event, Message, Event]
    (said,) = readings[1].faults
    assert said.params == {"found": "an object of type OPERATIONS"}
    assert pointed(data, said).startswith(b"{\n") and b"Invented Star" in pointed(data, said)  # noqa: PT018 - one place


def a_key_that_stands_twice_is_a_fault_of_its_own_event(read: Read, example: Example) -> None:
    data = example("dcsa").replace(
        b'"shipmentEventTypeCode": "ISSU"',
        b'"shipmentEventTypeCode": "RECE", "eventID": "X", "shipmentEventTypeCode": "ISSU"',
    )
    readings = read(data)
    assert [[said.code for said in one.faults] for one in readings] == [[], [], ["duplicate-key"] * 2]
    assert [pointed(data, said) for said in readings[2].faults] == [b'"eventID"', b'"shipmentEventTypeCode"']
    assert readings[2].faults[0].rule == "SYN-010"
    record = readings[2].record
    assert isinstance(record, Event)
    assert (record.id, record.code) == ("X", "ISSU")


def a_key_that_stands_twice_outside_the_events_is_said_once(read: Read, example: Example) -> None:
    data = example("epcis").replace(b'"schemaVersion": "2.0"', b'"schemaVersion": "1.2", "schemaVersion": "2.0"')
    assert [len(one.faults) for one in read(data)] == [1, 0, 0, 0, 0, 0, 0]


def a_key_that_stands_twice_in_a_wrapped_message_or_around_it_is_said(read: Read) -> None:
    data = b'{"issuer": 1, "issuer": 2, "credentialSubject": {"transportContractDocument": {"id": "B-1", "id": "B-2"}}}'
    (one,) = read(data)
    assert [(said.code, said.params["found"]) for said in one.faults] == [
        ("duplicate-key", "issuer"),
        ("duplicate-key", "id"),
    ]


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf\n"])
def nothing_but_blanks_has_no_records(read: Read, data: bytes) -> None:
    assert read(data) == []


def a_document_of_too_many_values_is_kept_as_a_message(read: Read, example: Example) -> None:
    data = example("dcsa")
    readings = read(data, json_values_max=3)
    assert [type(one.record) for one in readings] == [Message]
    assert codes(readings) == ["too-many-values"]


def a_document_nested_too_deep_is_kept_as_a_message(read: Read) -> None:
    for data in (
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b"[" * 100_000,
        b'{"eventType": "TRANSPORT", "x": ' + b"[" * 70 + b"]" * 70 + b"}",
    ):
        (one,) = read(data)
        assert isinstance(one.record, Message)
        assert [(said.rule, said.code, said.params) for said in one.faults] == [
            ("SYN-009", "too-deep", {"expected": 64})
        ]


def a_bad_byte_is_a_fault_and_the_document_is_read(read: Read, example: Example) -> None:
    data = example("dcsa").replace(b"Kade", b"Kad\xe9")
    readings = read(data)
    assert codes(readings) == ["encoding"]
    (said,) = readings[0].faults
    assert pointed(data, said) == b"\xe9"
    record = readings[0].record
    assert isinstance(record, Event)
    assert record.place is not None
    assert record.place.name == "Kad? Noord"


def the_faults_of_a_record_are_limited(read: Read) -> None:
    seals = b"[" + b", ".join(b"5" for _ in range(50)) + b"]"
    (one,) = read(b'{"eventType": "EQUIPMENT", "seals": ' + seals + b"}", faults_per_record_max=10)
    assert [said.code for said in one.faults] == ["schema"] * 10


def a_list_of_canonical_records_is_read_as_lines_of_them_are(read: Read) -> None:
    records: list[AnyRecord] = [Declaration(lrn="A1"), Event(id="E1", equipment="MSKU1234565"), Declaration(lrn="A2")]
    data = b"[\n" + b",\n".join(encode(one) for one in records) + b"]"
    assert [one.record for one in read(data)] == records
    assert codes(read(data)) == []
    wrong = data.replace(b'"A2"', b"[5]")
    last = read(wrong)[2]
    assert [(said.code, said.path, pointed(wrong, said)) for said in last.faults] == [("type", "/lrn", b"[5]")]


def a_canonical_record_over_several_lines_is_read(read: Read) -> None:
    data = json.dumps(json.loads(encode(Declaration(lrn="A1", office="NL1"))), indent=2).encode()
    assert is_json_document(data)
    assert [one.record for one in read(data)] == [Declaration(lrn="A1", office="NL1")]


@pytest.mark.parametrize("name", NAMES)
def every_example_is_a_document_by_its_beginning(example: Example, name: str) -> None:
    data = example(name)
    assert is_json_document(data)
    assert is_json_document(b"\xef\xbb\xbf \n" + data)
    assert is_json_document(json.dumps(json.loads(data)).encode())


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"a,b\n1,2\n",
        b"[draft] a,b\n",
        b'{"kind":"Declaration","lrn":"A1"}\n',
        b'{"kind": "Event", "eventType": "x"}\n{"eventType": "EQUIPMENT"}\n',
        b'{"kind": "Event", "id": ',
        b'{"lrn": "A1"}\n{"lrn": "A2"}\n',
        b'"eventType"',
    ],
)
def a_table_and_lines_of_canonical_records_are_no_documents(start: bytes) -> None:
    assert not is_json_document(start)


@pytest.mark.parametrize("name", NAMES)
def every_leaf_of_a_record_is_found_in_the_document(read: Read, example: Example, name: str) -> None:
    data = example(name)
    places = DocumentPlaces(data, offset=0, line=1, settings=Settings())
    for one in read(data):
        for path, value in leaves(json.loads(encode(one.record))):
            if path.rsplit("/", 1)[-1] in {"kind", "classifier", "role", "stage", "idType", "level"}:
                continue  # said by the form of the document, or in its codes
            place = places.find(one.row or 0, path)
            assert place is not None
            raw = data[place.offset or 0 : (place.offset or 0) + (place.length or 0)]
            assert len(raw) < 100, path
            if isinstance(value, str) and value.isupper() and value.isalpha() and path not in {"/code", "/fullness"}:
                assert value.encode() in raw
            assert place.line == data[: place.offset or 0].count(b"\n") + 1


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return pointer and value of every leaf."""
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in leaves(inner, f"{path}/{name}")]
    if isinstance(value, list):
        return [found for at, inner in enumerate(value) for found in leaves(inner, f"{path}/{at}")]
    return [(path, value)]


def the_place_of_what_is_absent_is_that_of_its_part(example: Example) -> None:
    data = example("dcsa")
    places = DocumentPlaces(data, offset=0, line=1, settings=Settings())
    whole = places.find(2, "")
    assert whole is not None
    assert places.find(2, "/equipment") == whole
    assert b"Invented Star" in data[whole.offset or 0 : (whole.offset or 0) + (whole.length or 0)]
    assert places.find(9, "/equipment") is None


def every_code_of_a_fault_is_listed(read: Read) -> None:
    said = codes(read(b'[{"eventType": "EQUIPMENT", "seals": 1}, 5, {"eventType": "X"}]'))
    assert set(said) <= set(FAULTS)

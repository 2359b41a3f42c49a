"""Test DCSA Track & Trace events: each type read, each written, and what such an event must have."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import Event, Location, Seal, TransportMeans
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.receive.json import dcsa

Read = Callable[..., list[Reading]]
Example = Callable[[str], bytes]


def faults(reading: Reading) -> list[tuple[str, str, Any]]:
    """Return rule, code and place in the document of every fault."""
    return [(one.rule, one.code, one.params.get("where")) for one in reading.faults]


def an_equipment_event_names_its_container_seals_place_and_means(read: Read, example: Example) -> None:
    one = read(example("dcsa"))[0]
    assert one.faults == ()
    assert one.record == Event(
        id="5d0d7a2e-0001-4c55-9d3e-000000000001",
        type="equipment",
        code="GTIN",
        classifier="actual",
        at=datetime(2024, 3, 1, 10, 5, tzinfo=timezone(timedelta(hours=1))),
        recorded=datetime(2024, 3, 1, 9, 15, tzinfo=UTC),
        place=Location(code="NLRTM", name="Kade Noord", country="NL"),
        latitude=51.948,
        longitude=4.142,
        equipment="MSKU1234565",
        transport_document="TRD-0001",
        transport_means=TransportMeans(mode="3"),
        booking="BOOK-0001",
        size_type="22G1",
        fullness="full",
        seals=(Seal(id="SL-0001", party="CA"), Seal(id="SL-0002", party="CU")),
    )


def a_transport_event_names_its_ship_and_the_place_of_its_call(read: Read, example: Example) -> None:
    record = read(example("dcsa"))[1].record
    assert isinstance(record, Event)
    assert (record.type, record.code, record.classifier) == ("transport", "ARRI", "estimated")
    assert record.place == Location(code="SGSIN")
    assert record.transport_means == TransportMeans(
        mode="1", id="9074729", id_type="IMO", name="Invented Star", nationality="PA", journey="2402E"
    )


def a_shipment_event_names_the_transport_document_it_is_about(read: Read, example: Example) -> None:
    record = read(example("dcsa"))[2].record
    assert isinstance(record, Event)
    assert (record.type, record.code, record.classifier) == ("shipment", "ISSU", "planned")
    assert (record.transport_document, record.booking) == ("TRD-0003", None)


def a_shipment_event_about_a_booking_names_that(read: Read, example: Example) -> None:
    (one,) = read(example("dcsa").replace(b'"documentTypeCode": "TRD"', b'"documentTypeCode": "BKG"'))[2:]
    assert isinstance(one.record, Event)
    assert (one.record.transport_document, one.record.booking) == (None, "TRD-0003")


@pytest.mark.parametrize("wrap", ['{"events": %s}', "%s", '{"events": %s, "next": null}'])
def the_events_stand_in_a_list_or_in_a_member(read: Read, example: Example, wrap: str) -> None:
    data = (wrap % example("dcsa").decode()).encode()
    assert [one.record for one in read(data)] == [one.record for one in read(example("dcsa"))]


def an_event_may_be_the_whole_document(read: Read, example: Example) -> None:
    for event, whole in zip(json.loads(example("dcsa")), read(example("dcsa")), strict=True):
        (alone,) = read(json.dumps(event, indent=1).encode())
        assert alone.record == whole.record


def an_event_of_version_3_is_read_from_its_two_parts(read: Read) -> None:
    event = {
        "metadata": {"eventID": "V3-1", "eventCreatedDateTime": "2024-03-01T09:15:00Z"},
        "payload": {
            "eventType": "EQUIPMENT",
            "eventClassifierCode": "ACT",
            "eventDateTime": "2024-03-01T10:05:00Z",
            "equipmentEventTypeCode": "LOAD",
            "equipmentReference": "MSKU1234565",
            "relatedDocumentReferences": [{"type": "TRD", "value": "BL-9"}],
            "seals": [{"number": "S-1", "source": "SHI"}],
        },
    }
    (one,) = read(json.dumps([event]).encode())
    record = one.record
    assert isinstance(record, Event)
    assert one.faults == ()
    assert (record.id, record.code, record.equipment, record.transport_document) == (
        "V3-1",
        "LOAD",
        "MSKU1234565",
        "BL-9",
    )
    assert record.seals == (Seal(id="S-1", party="SH"),)


MANDATORY = {
    "EQUIPMENT": {
        "eventClassifierCode",
        "eventDateTime",
        "eventCreatedDateTime",
        "equipmentEventTypeCode",
        "emptyIndicatorCode",
    },
    "TRANSPORT": {
        "eventClassifierCode",
        "eventDateTime",
        "eventCreatedDateTime",
        "transportEventTypeCode",
        "transportCall",
    },
    "SHIPMENT": {
        "eventClassifierCode",
        "eventDateTime",
        "eventCreatedDateTime",
        "shipmentEventTypeCode",
        "documentID",
        "documentTypeCode",
    },
}


def every_member_that_is_left_out_is_missed_where_it_is_mandatory(read: Read, example: Example) -> None:
    for at, event in enumerate(json.loads(example("dcsa"))):
        for name in event:
            listed = json.loads(example("dcsa"))
            del listed[at][name]
            one = read(json.dumps(listed).encode())[at]
            if name == "eventType":
                assert [(said.rule, said.code) for said in one.faults] == [("STR-006", "unknown-message")]
            elif name in MANDATORY[event["eventType"]]:
                assert faults(one) == [("STR-004", "schema", f"/{at}/{name}")]
            else:
                assert one.faults == ()


def a_member_of_the_wrong_type_is_named_with_its_place(read: Read, example: Example) -> None:
    data = example("dcsa").replace(b'"MSKU1234565"', b'{"number": 5}').replace(b'"SL-0001"', b"[1]")
    one = read(data)[0]
    assert faults(one) == [
        ("STR-004", "schema", "/0/equipmentReference"),
        ("STR-004", "schema", "/0/seals/0/sealNumber"),
    ]
    place = one.faults[0].place
    assert place is not None
    assert place.offset is not None
    assert place.length is not None
    assert data[place.offset : place.offset + place.length] == b'{"number": 5}'
    assert place.line == data[: place.offset].count(b"\n") + 1


def a_time_that_is_none_is_a_fault_of_its_field(read: Read, example: Example) -> None:
    data = example("dcsa").replace(b"2024-03-01T10:05:00+01:00", b"yesterday")
    one = read(data)[0]
    assert [(said.rule, said.code, said.path) for said in one.faults] == [("STR-005", "not-a-date", "/at")]
    assert isinstance(one.record, Event)
    assert one.record.at is None
    assert one.record.equipment == "MSKU1234565"


def an_event_of_a_type_that_dcsa_lacks_is_written_as_one_of_equipment(read: Read) -> None:
    (one,) = read(dcsa.write([Event(id="1", type="gate", code="GTOT", equipment="MSKU1234565")]))
    assert isinstance(one.record, Event)
    assert (one.record.type, one.record.code, one.record.equipment) == ("equipment", "GTOT", "MSKU1234565")


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(str.strip).filter(bool)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001 - zones are drawn
countries = st.sampled_from(["NL", "SG", "PA"])
places = st.builds(Location, code=words, id=st.none() | words, name=st.none() | words, country=st.none() | countries)
known = {
    "mode": st.sampled_from(["1", "2", "3", "8"]),
    "name": st.none() | words,
    "nationality": st.none() | countries,
    "journey": st.none() | words,
}
means = st.builds(TransportMeans, id_type=st.just("IMO"), id=words, **known) | st.builds(TransportMeans, **known)
seals = st.lists(st.builds(Seal, id=words, party=st.sampled_from(["CA", "SH", "CU", "TO", "VET"])), max_size=3).map(
    tuple
)
shared = {
    "id": st.none() | words,
    "code": st.none() | words,
    "classifier": st.sampled_from(["planned", "estimated", "actual"]),
    "at": st.none() | moments,
    "recorded": st.none() | moments,
    "transport_document": st.none() | words,
    "booking": st.none() | words,
}
moved = {
    **shared,
    "place": st.none() | places,
    "latitude": st.none() | st.floats(-90, 90),
    "longitude": st.none() | st.floats(-180, 180),
    "transport_means": st.none() | means,
}
events = (
    st.builds(Event, type=st.just("shipment"), **shared)
    | st.builds(Event, type=st.just("transport"), **moved)
    | st.builds(
        Event,
        type=st.just("equipment"),
        equipment=st.none() | words,
        size_type=st.none() | words,
        fullness=st.sampled_from([None, "full", "empty"]),
        seals=seals,
        **moved,
    )
)


@given(st.lists(events, min_size=1, max_size=3))
def every_event_that_dcsa_can_carry_comes_back_as_it_was(read: Read, some: list[Event]) -> None:
    readings = read(dcsa.write(some))
    assert [one.record for one in readings] == some
    for one, event in zip(readings, some, strict=True):
        assert isinstance(one.record, Event)
        for name in ("at", "recorded"):
            before, after = getattr(event, name), getattr(one.record, name)
            assert before is None or before.utcoffset() == after.utcoffset()
        assert {said.code for said in one.faults} <= {"schema"}

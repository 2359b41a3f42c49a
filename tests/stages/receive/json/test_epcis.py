"""Test EPCIS 2.0 events: what each is about, when and where, and that what is written comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import Event, Location, TransportMeans
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.receive.json import epcis

Read = Callable[..., list[Reading]]
Example = Callable[[str], bytes]
CREATED = datetime(2024, 4, 1, tzinfo=UTC)
SENDER = "https://carrier.example/party/7"


def events_of(readings: list[Reading]) -> list[Event]:
    """Return the records, which are all events."""
    assert all(isinstance(one.record, Event) for one in readings)
    return [one.record for one in readings if isinstance(one.record, Event)]


def changed(example: Example, at: int, **members: Any) -> bytes:
    """Return the example with members of one event changed; None leaves one out."""
    document = json.loads(example("epcis"))
    event = document["epcisBody"]["eventList"][at]
    event.update(members)
    for name in [name for name, value in event.items() if value is None]:
        del event[name]
    return json.dumps(document).encode()


def an_object_event_is_about_the_container_that_it_names(read: Read, example: Example) -> None:
    one = read(example("epcis"))[0]
    assert one.faults == ()
    assert one.record == Event(
        id="urn:uuid:00000000-0000-4000-8000-000000000001",
        type="equipment",
        code="LOAD",
        classifier="actual",
        at=datetime(2024, 4, 1, 8, 30, tzinfo=timezone(timedelta(hours=2))),
        recorded=datetime(2024, 4, 1, 6, 31, tzinfo=UTC),
        place=Location(code="NLRTM"),
        latitude=51.95,
        longitude=4.05,
        equipment="CSQU3054383",
        transport_document="BOL-0001",
        transport_means=TransportMeans(id_type="IMO", id="9074729"),
        source=SENDER,
    )
    assert isinstance(one.record, Event)
    assert one.record.at is not None
    assert one.record.at.utcoffset() == timedelta(hours=2)


def an_aggregation_is_about_its_parent_and_its_action_says_what_was_done(read: Read, example: Example) -> None:
    event = events_of(read(example("epcis")))[1]
    assert (event.equipment, event.code, event.place) == (
        "MSKU1234565",
        "STUF",
        Location(name="GLN 0614141073467.1234"),
    )
    undone = events_of(read(changed(example, 1, action="DELETE")))[1]
    assert undone.code == "STRP"
    assert events_of(read(changed(example, 1, action="OBSERVE")))[1].code is None


def an_event_about_several_assets_is_one_record_for_each(read: Read, example: Example) -> None:
    two = read(example("epcis"))[2:4]
    assert [one.equipment for one in events_of(two)] == ["GRAI 09521141123454A-77", "GRAI 04012345123456B-88"]
    assert len({one.id for one in events_of(two)}) == 2
    assert {(one.code, one.at) for one in events_of(two)} == {("DISC", datetime(2024, 4, 3, 10, tzinfo=UTC))}
    assert [one.row for one in two] == [3, 4]


def what_is_named_twice_is_read_once(read: Read, example: Example) -> None:
    twice = ["urn:epc:id:bic:CSQU3054383", "urn:epc:id:bic:CSQU3054383"]
    one = events_of(read(changed(example, 0, epcList=twice)))[0]
    assert (one.id, one.equipment) == ("urn:uuid:00000000-0000-4000-8000-000000000001", "CSQU3054383")


def a_transaction_is_about_a_shipment(read: Read, example: Example) -> None:
    event = events_of(read(example("epcis")))[4]
    assert (event.type, event.code, event.transport_document) == ("shipment", "shipping", "GINC 0614141ABC123")
    assert event.place == Location(name="GLN 9521321000018")
    assert event.at == datetime(2024, 4, 4, 11, tzinfo=UTC)


def an_association_with_a_ship_is_about_the_transport(read: Read, example: Example) -> None:
    event = events_of(read(example("epcis")))[5]
    assert (event.type, event.code) == ("transport", "installing")
    assert event.transport_means == TransportMeans(id_type="IMO", id="8814275")


def a_transformation_is_about_what_went_in(read: Read, example: Example) -> None:
    event = events_of(read(example("epcis")))[6]
    assert (event.type, event.equipment) == ("equipment", "GIAI 061414112345400")


def a_time_without_a_zone_is_in_the_zone_beside_it(read: Read, example: Example) -> None:
    event = events_of(read(changed(example, 0, eventTime="2024-04-01T08:30:00")))[0]
    assert event.at == datetime(2024, 4, 1, 8, 30, tzinfo=timezone(timedelta(hours=2)))


def a_zone_that_is_none_is_a_fault_and_the_time_is_kept(read: Read, example: Example) -> None:
    one = read(changed(example, 0, eventTimeZoneOffset="CET"))[0]
    assert [(said.code, said.params["where"]) for said in one.faults] == [
        ("schema", "/epcisBody/eventList/0/eventTimeZoneOffset")
    ]
    assert events_of([one])[0].at == datetime(2024, 4, 1, 6, 30, tzinfo=UTC)


def an_event_that_is_taken_back_is_a_fault(read: Read, example: Example) -> None:
    declared = {"declarationTime": "2024-05-01T00:00:00Z", "reason": "did_not_occur"}
    one = read(changed(example, 0, errorDeclaration=declared))[0]
    assert [(said.rule, said.code, said.params["what"]) for said in one.faults] == [
        ("STR-004", "schema", "no such member")
    ]


@pytest.mark.parametrize(
    ("at", "name"),
    [
        *((at, name) for at in range(6) for name in ("eventTime", "eventTimeZoneOffset")),
        *((at, "action") for at in range(5)),
        *((2, "epcList"), (3, "bizTransactionList"), (4, "parentID")),
    ],
)
def a_mandatory_member_that_is_left_out_is_missed(read: Read, example: Example, at: int, name: str) -> None:
    readings = read(changed(example, at, **{name: None}))
    said = [(one.code, one.params["where"]) for reading in readings for one in reading.faults]
    assert said == [("schema", f"/epcisBody/eventList/{at}/{name}")]


@pytest.mark.parametrize(
    "step",
    ["loading", "urn:epcglobal:cbv:bizstep:loading", "https://ref.gs1.org/cbv/BizStep-loading", "cbv:BizStep-loading"],
)
def a_step_is_the_same_however_it_is_written(read: Read, example: Example, step: str) -> None:
    assert events_of(read(changed(example, 0, bizStep=step)))[0].code == "LOAD"


def the_events_of_a_query_and_a_bare_event_are_read_too(read: Read, example: Example) -> None:
    document = json.loads(example("epcis"))
    listed = document["epcisBody"]["eventList"]
    wanted = [one.equipment for one in events_of(read(example("epcis")))]
    document["epcisBody"] = {"queryResults": {"resultsBody": {"eventList": listed}}}
    assert [one.equipment for one in events_of(read(json.dumps(document).encode()))] == wanted
    assert [one.equipment for one in events_of(read(json.dumps(listed).encode()))] == wanted
    bare = events_of(read(json.dumps(listed[0]).encode()))
    assert [(one.equipment, one.source) for one in bare] == [("CSQU3054383", None)]


def a_document_of_no_events_has_no_records(read: Read) -> None:
    assert read(b'{"type": "EPCISDocument", "epcisBody": {"eventList": []}}') == []


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=14).map(str.strip).filter(bool)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001 - zones are drawn
numbers = st.sampled_from(
    ["MSKU1234565", "GRAI 09521141123454A", "SSCC 006141411234567890", "GIAI 0614141ABC", "12-AB-34"]
)
places = st.builds(Location, code=st.sampled_from(["NLRTM", "SGSIN"])) | st.builds(
    Location,
    name=words | st.sampled_from(["geo:1,2", "unlocode#NLRTM", "GLN 9521321000018.7", "urn:epc:id:sgln:1.2.3"]),
)
positions = st.tuples(st.none(), st.none()) | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
codes = st.sampled_from(["LOAD", "DISC", "GTIN", "GTOT", "STUF", "loading", "receiving"])
shared = {
    "id": st.none() | words,
    "code": st.none() | words | codes,
    "classifier": st.just("actual"),
    "at": st.none() | moments,
    "recorded": st.none() | moments,
    "transport_document": st.none() | words,
    "place": st.none() | places,
    "source": st.just(SENDER),
}
ships = st.builds(TransportMeans, id_type=st.just("IMO"), id=st.sampled_from(["9074729", "8814275"]))
events = (
    st.builds(Event, type=st.just("shipment"), **shared)
    | st.builds(Event, type=st.just("transport"), transport_means=ships, **shared)
    | st.builds(
        Event, type=st.just("equipment"), equipment=numbers | words, transport_means=st.none() | ships, **shared
    )
)


@given(st.lists(st.tuples(events, positions), min_size=1, max_size=3))
def every_event_that_epcis_can_carry_comes_back_as_it_was(
    read: Read, drawn: list[tuple[Event, tuple[float | None, float | None]]]
) -> None:
    some = [
        Event(**{name: getattr(one, name) for name in one.__struct_fields__} | {"latitude": north, "longitude": east})
        for one, (north, east) in drawn
    ]
    readings = read(epcis.write(some, created=CREATED))
    assert [one.record for one in readings] == some
    for one, event in zip(events_of(readings), some, strict=True):
        assert event.at is None or one.at is None or event.at.utcoffset() == one.at.utcoffset()

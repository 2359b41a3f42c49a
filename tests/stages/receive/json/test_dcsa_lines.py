"""Check that events written a line each say what the correspondence of DCSA says of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import Event, Location, Measure, Seal, TransportMeans
from tidewaiter.stages.receive.json import dcsa
from tidewaiter.stages.receive.json.dcsa_lines import write_lines

TEXT = st.none() | st.sampled_from(("A", "Ö 1", "TDWU1234563", "a/b"))
DEGREES = st.none() | st.floats(-90, 90, allow_nan=False)
MOMENT = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the bounds have no zone, what is drawn has
MEANS = st.builds(
    TransportMeans,
    mode=st.none() | st.sampled_from(("1", "2", "3", "8", "4")),
    id=TEXT,
    id_type=st.sampled_from((None, "IMO", "PLATE")),
    name=TEXT,
    nationality=TEXT,
    journey=TEXT,
)
EVENTS = st.builds(
    Event,
    id=TEXT,
    type=st.sampled_from(("equipment", "transport", "shipment", "gate", None)),
    code=TEXT,
    classifier=st.none() | st.sampled_from(("planned", "estimated", "actual", "other")),
    at=MOMENT,
    recorded=MOMENT,
    place=st.none() | st.builds(Location, code=TEXT, name=TEXT, id=TEXT, country=TEXT),
    latitude=DEGREES,
    longitude=DEGREES,
    equipment=TEXT,
    size_type=TEXT,
    fullness=st.none() | st.sampled_from(("full", "empty", "half")),
    seals=st.lists(st.builds(Seal, id=st.sampled_from(("S1", "S2")), party=TEXT | st.sampled_from(("CA", "TO")))).map(
        tuple
    ),
    transport_document=TEXT,
    transport_means=st.none() | MEANS,
    booking=TEXT,
    gross_mass=st.just(Measure(value=Decimal(1), unit="KGM")),
)


@given(st.lists(EVENTS, max_size=3))
def a_line_says_what_the_correspondence_says(events: list[Event]) -> None:
    lines = write_lines(events).splitlines()
    assert [json.loads(one) for one in lines] == json.loads(dcsa.write(events))


@pytest.mark.parametrize("kind", ["equipment", "transport"])
def a_ship_and_its_place_stand_in_one_call(kind: str) -> None:
    means = TransportMeans(mode="1", id="9074729", id_type="IMO", name="Blue Heron")
    event = Event(type=kind, place=Location(code="GHTEM"), transport_means=means)
    (one,) = json.loads(dcsa.write([event]))
    assert one["transportCall"]["vessel"] == {"vesselIMONumber": "9074729", "vesselName": "Blue Heron"}

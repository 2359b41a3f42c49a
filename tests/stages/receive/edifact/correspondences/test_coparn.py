"""Test COPARN: orders for containers read, written, and told where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stages.receive.edifact.correspondences import carried

from tidewaiter.kernel.records import AnyRecord, Event, Location, TransportMeans
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]
Envelope = Callable[[str, str, str], bytes]

RELEASE = """
BGM+12+REL0815+9
RFF+BN:BOOK42
TDT+20+017W+1++TIDE:172:20+++9074729:146::MORNING TIDE
LOC+9+DEHAM:139:6
NAD+CA+TIDE:172:20
EQD+CN++45G1:102:5+2+2+4
EQN+2
DTM+201:202605040000:203
LOC+98+DEHAM:139:6+DEPOT1:TER:ZZZ
LOC+11+CNSGH:139:6
TDT+1++3
CNT+16:1
"""


@pytest.fixture
def data(envelope: Envelope) -> bytes:
    """The order in its envelope."""
    return envelope("COPARN", "D.95B.UN", RELEASE)


def an_order_is_a_planned_event(read: Read, data: bytes) -> None:
    (reading,) = read(data)
    assert reading.faults == ()
    assert reading.record == Event(
        type="gate",
        code="GTOT",
        classifier="planned",
        report="REL0815",
        function="9",
        operator="TIDE",
        size_type="45G1",
        fullness="empty",
        booking="BOOK42",
        at=datetime(2026, 5, 4, tzinfo=UTC),
        place=Location(code="DEHAM", id="DEPOT1"),
        unloading=Location(code="CNSGH"),
        transport_means=TransportMeans(mode="3"),
        main_carriage=TransportMeans(
            stage="border", mode="1", journey="017W", id="9074729", id_type="IMO", name="MORNING TIDE"
        ),
    )


def every_leaf_is_told_where_it_stands(read: Read, where: Where, data: bytes) -> None:
    (reading,) = read(data)
    assert where(data, reading, "/booking") == b"BOOK42"
    assert where(data, reading, "/place/id") == b"DEPOT1"
    assert where(data, reading, "/operator") == b"TIDE"


@carried.SLOW
@given(
    carried.container_events(
        "gate",
        st.sampled_from(["GTIN", "GTOT", "126"]),
        classifier="planned",
        place=carried.maybe(carried.PLACES),
        transport_means=carried.maybe(carried.means(None, timed=False)),
    )
)
def what_is_written_is_read_again(read: Read, write: Write, events: tuple[Event, ...]) -> None:
    found = read(write("COPARN", events))
    assert tuple(one.record for one in found) == events
    assert [fault for one in found for fault in one.faults] == []

"""Test that no bad JSON document raises, and that none gives one record another's data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.records import AnyRecord, Event, Message, encode
from tidewaiter.stages.receive import FAULTS, Reading
from tidewaiter.stages.receive.json.documents import is_json_document

Read = Callable[..., list[Reading]]
Example = Callable[[str], bytes]
NAMES = ("dcsa", "epcis", "waybill", "one-record")
STRANGE: tuple[Any, ...] = (
    *(
        None,
        True,
        -1,
        1e300,
        10**25,
        "",
        " ",
        "x" * 5000,
        "\x00\ud7ff",
        [],
        {},
        [[]],
        [None],
        {"value": {}},
        {"value": []},
    ),
    *(
        {"": 1},
        [1, "a", {}],
        "2024-13-45T99:99:99Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "geo:,",
        "1e999",
    ),
)


def steps_of(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the steps to every value inside."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in members:
        yield (*steps, step)
        yield from steps_of(inner, (*steps, step))


def changed(data: bytes, steps: tuple[Any, ...], change: Callable[[Any, Any], None]) -> bytes:
    """Return the document with a change made in the holder of the value at these steps."""
    document = json.loads(data)
    holder = document
    for step in steps[:-1]:
        holder = holder[step]
    change(holder, steps[-1])
    return json.dumps(document).encode()


def words_in(record: AnyRecord) -> set[str]:
    """Return the texts in a record that tell it from others: the longer ones with a digit in them."""
    document = json.loads(encode(record))
    found = set()
    for steps in steps_of(document):
        value = document
        for step in steps:
            value = value[step]
        if isinstance(value, str) and len(value) >= 4 and any(one.isdigit() for one in value):
            found.add(value)
    return found


def assert_sound(readings: list[Reading], whole: list[Reading], length: int) -> None:
    """Check that no record holds what only another record of the whole document had, and that faults are in order."""
    own = [words_in(one.record) for one in whole]
    for reading in readings:
        encode(reading.record)
        assert all(said.code in FAULTS for said in reading.faults)
        assert all(said.place is None or 0 <= (said.place.offset or 0) <= length for said in reading.faults)
        if not isinstance(reading.record, Event):
            continue
        found = words_in(reading.record)
        homes = [at for at, words in enumerate(own) if any(reading_id in words for reading_id in identities(found))]
        for at in homes[:1]:
            foreign = (
                set().union(*(words for other, words in enumerate(own) if not own_event(whole, other, at))) - own[at]
            )
            assert not (found & foreign)


def identities(words: set[str]) -> set[str]:
    """Return the words that are an event's identifier."""
    return {word for word in words if word.startswith(("5d0d7a2e", "urn:uuid:"))}


def own_event(whole: list[Reading], one: int, other: int) -> bool:
    """Say whether two records were made from the same event."""
    first, second = whole[one].record, whole[other].record
    assert isinstance(first, Event)
    assert isinstance(second, Event)
    return (first.id or "").partition("#")[0] == (second.id or "").partition("#")[0]


@pytest.mark.parametrize("name", NAMES)
def a_document_without_any_one_member_never_raises(read: Read, example: Example, name: str) -> None:
    data, whole = example(name), read(example(name))
    for steps in steps_of(json.loads(data)):
        less = changed(data, steps, lambda holder, step: holder.pop(step))
        assert_sound(read(less), whole, len(less))


@pytest.mark.parametrize("strange", STRANGE, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("name", NAMES)
def a_document_with_any_one_value_of_another_type_never_raises(
    read: Read, example: Example, name: str, strange: Any
) -> None:
    data, whole = example(name), read(example(name))
    for steps in steps_of(json.loads(data)):
        other = changed(data, steps, lambda holder, step: holder.__setitem__(step, strange))
        assert_sound(read(other), whole, len(other))


@pytest.mark.parametrize("name", NAMES)
def a_document_cut_off_anywhere_gives_whole_records_only(read: Read, example: Example, name: str) -> None:
    for data in (example(name), json.dumps(json.loads(example(name))).encode()):
        whole = [one.record for one in read(data)]
        for end in range(1, len(data.rstrip()), 20):
            readings = read(data[:end])
            assert readings, end
            assert [one.record for one in readings if not isinstance(one.record, Message)] == whole[: len(readings) - 1]
            assert isinstance(readings[-1].record, Message)
            assert [said.code for one in readings for said in one.faults] == ["malformed-json"]
            is_json_document(data[:end])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("signs", [(b",", b";"), (b":", b","), (b'"', b"'"), (b"{", b"["), (b"]", b"}"), (b"}", b"}}")])
def a_document_with_its_signs_swapped_is_malformed(
    read: Read, example: Example, name: str, signs: tuple[bytes, bytes]
) -> None:
    data = example(name).replace(*signs)
    readings = read(data)
    assert readings[-1].faults[0].code == "malformed-json"
    assert all(isinstance(one.record, Message) for one in readings)


@pytest.mark.parametrize("name", NAMES)
def a_document_with_every_member_twice_is_read_by_the_last(read: Read, example: Example, name: str) -> None:
    def doubled(value: Any) -> str:
        """Write a value with every member of its objects twice, the first time as null."""
        if isinstance(value, dict):
            return (
                "{" + ", ".join(f"{json.dumps(k)}: null, {json.dumps(k)}: {doubled(v)}" for k, v in value.items()) + "}"
            )
        if isinstance(value, list):
            return "[" + ", ".join(map(doubled, value)) + "]"
        return json.dumps(value)

    data = doubled(json.loads(example(name))).encode()
    readings = read(data)
    assert [one.record for one in readings] == [one.record for one in read(example(name))]
    twice = sum(not isinstance(step[-1], int) for step in steps_of(json.loads(example(name))))
    assert {said.code for one in readings for said in one.faults} == {"duplicate-key"}
    assert sum(len(one.faults) for one in readings) >= min(twice - 10, 100)


@given(st.data())
@settings(deadline=None)
def no_change_of_bytes_raises(read: Read, example: Example, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    raw = bytearray(example(name))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"{", b"}", b"[", b"]", b",", b":", b"null", b"\n", b"\\"])
        )
    changed_bytes = bytes(raw)
    assert_sound(read(changed_bytes), read(example(name)), len(changed_bytes))
    is_json_document(changed_bytes)


MEMBERS = st.sampled_from(
    (
        *("eventType", "type", "epcList", "parentID", "eventID", "readPoint", "id", "transportCall", "vessel", "seals"),
        *("value", "consignment", "transportContractDocument", "kind", "events", "epcisBody", "eventList"),
        *("waybillNumber", "unitCode"),
    )
)
WORDS = st.sampled_from(
    ["EQUIPMENT", "SHIPMENT", "ObjectEvent", "AggregationEvent", "Event", "urn:epc:id:bic:MSKU1234565"]
)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS | st.text(max_size=3), inner, max_size=6),
        max_leaves=20,
    )
)
def no_json_that_resembles_a_message_raises(read: Read, value: Any) -> None:
    data = json.dumps(value).encode()
    for one in read(data):
        encode(one.record)
        assert all(said.code in FAULTS for said in one.faults)

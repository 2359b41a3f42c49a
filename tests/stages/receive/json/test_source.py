"""Test the decoding of JSON, against another reader; repeated keys; and where values stand."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.json.places import deeper_than, depth_of, inner_spans, value_span
from tidewaiter.stages.receive.json.source import Malformed, Source, decoded, encoded, pointer_of, repeated_keys
from tidewaiter.stages.receive.model import Place

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def strictly(raw: bytes) -> Any:
    """Decode with the standard library, but without the numbers that JSON does not have."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    return json.loads(raw, parse_constant=refuse)


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def every_valid_json_is_decoded_as_the_standard_library_does(value: Any, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001 - drawn
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        return
    found = decoded(raw, 64) if "\\ud" not in text else value
    assert json.loads(encoded(found)) == strictly(raw)


@given(VALUES, st.data())
def every_change_of_a_byte_is_judged_as_the_standard_library_does(value: Any, data: st.DataObject) -> None:
    raw = bytearray(json.dumps(value).encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at : at + data.draw(st.integers(0, 2))] = data.draw(
        st.sampled_from([b"", b",", b"}", b"]", b'"', b"0", b"-", b":", b"e"])
    )
    try:
        strictly(bytes(raw))
        valid = True
    except (ValueError, RecursionError):
        valid = False
    try:
        decoded(bytes(raw), 64)
        ours = True
    except Malformed:
        ours = False
    lone_surrogate = b"\\ud" in raw  # the standard library lets half a character pass
    assert ours == valid or (lone_surrogate and not ours)


@pytest.mark.parametrize(
    "raw", [b"NaN", b"[Infinity]", b'{"a": -Infinity}', b"[1,]", b"{'a': 1}", b"", b"[", b"\xff", b"01"]
)
def a_text_that_is_no_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        decoded(raw, 64)
    assert caught.value.code == "malformed-json"
    assert 0 <= caught.value.at <= len(raw)


@pytest.mark.parametrize("depth", [65, 2000, 100_000])
def a_text_that_is_nested_too_deep_is_not_decoded(depth: int) -> None:
    with pytest.raises(Malformed) as caught:
        decoded(b"[" * depth + b"]" * depth, 64)
    assert caught.value.code == "too-deep"


@given(VALUES, st.integers(0, 5))
def every_depth_is_compared_as_it_is_counted(value: Any, most: int) -> None:
    raw = json.dumps(value).encode()
    assert deeper_than(raw, most) is (depth_of(raw) > most)


def a_string_of_any_length_is_passed_over_in_little_memory() -> None:
    for raw in (b'["' + b"a" * 8_000_000 + b'"]', b'["' + b'\\"' * 4_000_000 + b'"]', b'["' + b'\\"' * 4_000_000):
        tracemalloc.start()
        assert depth_of(raw) == 1
        assert not deeper_than(raw, 1)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 20_000_000


REPEATED = rb'{"a": 1, "b": {"x": "\"a\": 2", "x": 2}, "a": [{"a": 1}, {"a": 2}], "\u0061": 3}'


def a_repeated_key_is_found_with_its_place() -> None:
    found = list(repeated_keys(REPEATED, decoded(REPEATED, 64)))
    assert [(one.name, REPEATED[one.start : one.end]) for one in found] == [
        ("x", b'"x"'),
        ("a", b'"a"'),
        ("a", rb'"\u0061"'),
    ]


@given(VALUES, st.booleans())
def no_text_without_a_repeated_key_is_said_to_have_one(value: Any, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    text = json.dumps(value, ensure_ascii=ascii_only)
    if "\\ud" in text:
        return
    assert list(repeated_keys(text.encode(), decoded(text.encode(), 64))) == []


def what_a_list_or_an_object_holds_is_found_as_far_as_it_is_whole() -> None:
    raw = b' {"a": {"b": [ {"x": "]"} , 2,\n[3], "4" ]}, "a\\u0062": 5, "a": 6, "c": '
    at = raw.index(b"[")
    spans = list(inner_spans(raw, at).items())
    assert [raw[start:end] for start, end in spans] == [b'{"x": "]"}', b"2", b"[3]", b'"4"']
    assert [inner_spans(raw, at).item_at(place) for place in (at, spans[0][0], spans[2][1] - 1, spans[2][1])] == [
        None,
        0,
        2,
        None,
    ]
    broken = raw[: raw.index(b'"4"') + 2]
    assert list(inner_spans(broken, at).items())[-1] == (broken.index(b'"4'), len(broken))
    held = inner_spans(raw, 1).members()
    assert {name: raw[start:end] for name, (start, end) in held.items()} == {"a": b"6", "ab": b"5", "c": b""}
    assert inner_spans(raw, 0).get("a") is inner_spans(raw, len(raw)).get(0) is inner_spans(raw, at).get(4) is None


@given(VALUES)
def every_value_of_a_list_stands_where_its_pointer_says(value: Any) -> None:
    text = json.dumps([value, {"k": [value, 1]}], indent=1)
    if "\\ud" in text:
        return
    raw = text.encode()
    source = Source(raw, 10, 3)
    for steps in ((0,), (1, "k"), (1, "k", 0), (1, "k", 1)):
        span = source.span(steps)
        assert span == value_span(raw, pointer_of(steps))
        assert span is not None
        place = source.place(steps)
        assert place == Place(offset=10 + span[0], length=span[1] - span[0], line=3 + raw[: span[0]].count(b"\n"))


def a_value_that_is_not_there_stands_where_its_holder_does() -> None:
    source = Source(b'{"a": [{"b": 1}]}')
    assert source.span(("a", 0, "c")) is None
    assert source.span(("a", 7)) is None
    assert source.place(("a", 0, "c")) == source.place(("a", 0))
    assert source.place(("a", 7)) == source.place(("a",))
    assert source.place(("x",)) == Place(offset=0, length=17, line=1)

"""Test JSON as the nodes of a lens: read, written, and found again in the bytes."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.json.source import Numeral, Source, decoded
from tidewaiter.stages.receive.json.tree import DEGREES, NUMBER, TRUTH, WHOLE, JsonNode, json_node, written
from tidewaiter.stages.receive.lens import BadValue

DOCUMENT = (
    b'{"a": [{"b": "x"}, null, {"b": [1, 2.50, true]}],\n "c": {"value": " y ", "unit": "KGM"}, "d": null, "e": ""}'
)


def root() -> JsonNode:
    """Return the document as a node."""
    return JsonNode(decoded(DOCUMENT, 64), Source(DOCUMENT, 100, 7))


def a_list_is_as_many_nodes_as_it_has_items(  # the null in it is none
) -> None:
    assert [one.text() for one in root().select("a/b")] == ["x", "1", "2.50", "true"]
    assert [json_node(one).steps() for one in root().select("a/b")] == [
        ("a", 0, "b"),
        ("a", 2, "b", 0),
        ("a", 2, "b", 1),
        ("a", 2, "b", 2),
    ]


def a_value_with_an_object_around_it_is_the_text_of_the_object() -> None:
    (node,) = root().select("c")
    assert node.text() == "y"
    assert [one.text() for one in node.select("unit")] == ["KGM"]


@pytest.mark.parametrize("address", ["d", "d/x", "nothing", "e/x", "a/b/c", "a#9"])
def a_way_that_leads_nowhere_gives_no_node(address: str) -> None:
    assert list(root().select(address)) == []


def a_blank_text_and_an_object_have_no_text() -> None:
    assert [one.text() for one in root().select("e")] == [None]
    assert root().text() is None
    assert JsonNode([1]).text() is None
    assert JsonNode(10**70).text() is None


def a_node_knows_its_place_in_the_bytes() -> None:
    places = [one.place() for one in (*root().select("a/b"), *root().select("c"), root())]
    starts = [(one.offset or 0) - 100 for one in places]
    shown = [DOCUMENT[at : at + (one.length or 0)] for at, one in zip(starts, places, strict=True)]
    assert shown == [b'"x"', b"1", b"2.50", b"true", b'" y "', DOCUMENT]
    assert [one.line for one in places] == [7, 7, 7, 7, 8, 7]


def a_document_is_grown_along_addresses() -> None:
    node = JsonNode({})
    node.make("a/b").put("1")
    node.make("a/c").put("2")
    node.make("l[k=x]/v").put("3")
    node.make("l[k=y]/v").put("4")
    node.make("l[k=x]/w").put("5")
    measure = node.make("m")
    json_node(measure).set(Numeral("7.0"))
    node.make("m/unit").put("KGM")
    node.make("n/unit").put("LTR")
    node.make("n").put("8")
    node.make("empty/inside")
    assert json.loads(written(node.data, frozenset({"a"}))) == {
        "a": [{"b": "1", "c": "2"}],
        "l": [{"k": "x", "v": "3", "w": "5"}, {"k": "y", "v": "4"}],
        "m": {"value": 7.0, "unit": "KGM"},
        "n": {"unit": "LTR", "value": "8"},
    }


def a_number_keeps_its_digits_both_ways() -> None:
    node = JsonNode({})
    NUMBER.write(node.make("n"), Decimal("1.500"))
    WHOLE.write(node.make("w"), 12)
    TRUTH.write(node.make("t"), value=True)
    DEGREES.write(node.make("d"), -1e-7)
    data = written(node.data)
    assert data == b'{"n":1.500,"w":12,"t":true,"d":"-0.0000001"}'
    again = JsonNode(decoded(data, 9))
    assert [str(NUMBER.read(one)) for one in again.select("n")] == ["1.500"]
    assert [WHOLE.read(one) for one in again.select("w")] == [12]
    assert [TRUTH.read(one) for one in again.select("t")] == [True]
    assert [DEGREES.read(one) for one in again.select("d")] == [-1e-7]


@pytest.mark.parametrize(
    ("codec", "value"),
    [
        (NUMBER, "x"),
        (NUMBER, True),
        (NUMBER, "NaN"),
        (WHOLE, 1.5),
        (WHOLE, "1e99"),
        (TRUTH, "perhaps"),
        (DEGREES, "inf"),
        (DEGREES, "1e9999"),
        (DEGREES, "1e999"),
        (DEGREES, "9" * 399),
        (DEGREES, "9" * 999),
    ],
)
def a_value_that_is_none_of_its_type_is_refused(codec: object, value: object) -> None:
    data = Numeral(str(value)) if isinstance(value, float) else value
    with pytest.raises(BadValue):
        codec.read(JsonNode(data))  # type: ignore[attr-defined]  # every codec reads


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-180, max_value=180))
def every_number_of_degrees_comes_back(value: float) -> None:
    node = JsonNode({})
    DEGREES.write(node.make("d"), value)
    assert DEGREES.read(node.make("d")) == value

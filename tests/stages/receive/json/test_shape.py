"""Test the small tables of what a JSON message must have."""

from __future__ import annotations

from typing import Any

import pytest

from tidewaiter.stages.receive.json.shape import Shape
from tidewaiter.stages.receive.json.source import Numeral
from tidewaiter.stages.receive.json.tree import JsonNode

SHAPE = Shape(
    ("id", "list|other", "deep/inside|within"),
    {
        "id": "text",
        "n": "number|text",
        "list": "list",
        "list/*": "object",
        "list/*/x": "flag",
        "zone": "offset",
        "gone": "nothing",
    },
)
GOOD: dict[str, Any] = {
    "id": "1",
    "n": Numeral("1.5"),
    "list": [{"x": True}, None],
    "deep": {"within": 0},
    "zone": "-05:30",
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"n": "1"},
        {"n": 1},
        {"list": None, "other": 1},
        {"deep": [{"inside": 1}]},
        {"unknown": object},
        {"zone": "+14:00"},
    ],
)
def a_value_that_fits_its_table_lacks_nothing(change: dict[str, Any]) -> None:
    assert list(SHAPE.lacks(GOOD | change)) == []


@pytest.mark.parametrize(
    ("change", "what", "where"),
    [
        ({"id": None}, "a member id", ("id",)),
        ({"id": 5}, "a text", ("id",)),
        ({"id": True}, "a text", ("id",)),
        ({"n": {}}, "a number or a text", ("n",)),
        ({"n": False}, "a number or a text", ("n",)),
        ({"list": "x"}, "a list", ("list",)),
        ({"list": [{}, 5]}, "an object", ("list", 1)),
        ({"list": [{}, {"x": 0}]}, "true or false", ("list", 1, "x")),
        ({"list": None}, "a member list", ("list",)),
        ({"deep": {}}, "a member inside", ("deep", "inside")),
        ({"deep": "inside"}, "a member inside", ("deep", "inside")),
        ({"zone": "Z"}, "a time zone such as +02:00", ("zone",)),
        ({"gone": 1}, "no such member", ("gone",)),
    ],
)
def a_value_that_does_not_fit_says_what_and_where(
    change: dict[str, Any], what: str, where: tuple[str | int, ...]
) -> None:
    assert list(SHAPE.lacks(GOOD | change)) == [(what, where)]


@pytest.mark.parametrize("value", [None, 5, "id", [], [GOOD], True])
def a_value_that_is_no_object_lacks_every_member(value: Any) -> None:
    lacking = [] if value == [GOOD] else [("id",), ("list",), ("deep", "inside")]
    assert [where for _, where in SHAPE.lacks(value)] == lacking


def the_faults_of_a_value_are_limited() -> None:
    assert len(SHAPE.faults(JsonNode({}), 2)) == 2
    assert [one.params["where"] for one in SHAPE.faults(JsonNode({}, None, None, ("a/b", 3)), 1)] == ["/a~1b/3/id"]


def a_table_that_names_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="which there are not"):
        Shape((), {"id": "text|poem"})

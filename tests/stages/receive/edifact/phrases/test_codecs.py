"""Test how numbers, long texts and identifications are read from elements and written there."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.edifact.matching import Node as Matched
from tidewaiter.stages.receive.edifact.phrases.codecs import (
    DIGITS,
    EQUIPMENT_ID,
    FLASHPOINT,
    LOCODE,
    MEANS_TYPE,
    NAME,
    NO_LOCODE,
    NUMBER,
    TO_ORDER,
    TRUE_NUMBER,
    number_of,
)
from tidewaiter.stages.receive.edifact.segments import Segment, ServiceCharacters
from tidewaiter.stages.receive.edifact.tree import SegmentNode, Source
from tidewaiter.stages.receive.edifact.writer import Draft
from tidewaiter.stages.receive.lens import BadValue, Codec
from tidewaiter.stages.receive.lens.node import Node

SOURCE = Source(ServiceCharacters(), lambda _offset, _length: b"", 0, {})
BLANKS = " " * 6
SIGNS = "ABCDEFGHIJ'+:?"


def _element(text: str) -> Node:
    """Return an element that holds a text."""
    node = Draft("NAD", None, None).make("3164")
    node.put(text)
    return node


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.5", "12.5"), ("12,5", "12.5"), ("-3", "-3"), ("1200", "1200"), (",5", "0.5"), ("+7", "7"), ("1.", "1")],
)
def a_number_has_a_point_or_a_comma(text: str, number: str) -> None:
    assert number_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,234,567", "1.2.3", "1,2.3", "TEN", "NaN", "Infinity", "1e99", "1_0", "9" * 99])
def what_is_no_number_is_said(text: str) -> None:
    with pytest.raises(BadValue):
        NUMBER.read(_element(text))


@pytest.mark.parametrize(("degrees", "text"), [("12", "012"), ("-5", "-005"), ("250", "250"), ("0", "000")])
def a_flashpoint_has_three_digits(degrees: str, text: str) -> None:
    node = _element("")
    FLASHPOINT.write(node, Decimal(degrees))
    assert node.text() == text
    assert FLASHPOINT.read(node) == Decimal(degrees)


@given(st.text(SIGNS + BLANKS, min_size=1, max_size=140).map(lambda text: " ".join(text.split()) or "X"))
def a_text_survives_being_cut(text: str) -> None:
    node = Draft("NAD", None, None).make("C080")
    NAME.write(node, text)
    pieces = [one.text() for one in node.select("3036")]
    assert all(one is None or len(one) <= 35 for one in pieces)
    assert NAME.read(node) == text


def a_text_is_cut_at_blanks_where_it_fits() -> None:
    assert NAME.cut("NORTHERN LANTERN WORKS COMPANY OF SHANGHAI LIMITED") == [
        "NORTHERN LANTERN WORKS COMPANY OF",
        "SHANGHAI LIMITED",
    ]
    assert NAME.cut("X" * 40 + " Y") == ["X" * 35, "XXXXX Y"]
    assert len(NAME.cut("AAAAAAAAAAAAAAAAAAAAAA " * 7 + "B")) == 5


def what_does_not_fit_is_cut_off() -> None:
    node = Draft("NAD", None, None).make("C080")
    NAME.write(node, "X" * 400)
    assert NAME.read(node) == "X" * 175


def the_lines_of_a_name_are_joined_with_blanks() -> None:
    assert NAME.joined([("ORCHARD", "ORCHARD"), ("IMPORTS", "  IMPORTS "), ("", ""), ("GMBH", "GMBH")]) == (
        "ORCHARD IMPORTS GMBH"
    )
    assert NAME.joined([("X" * 35, "X" * 35), ("YZ", "YZ")]) == "X" * 35 + "YZ"
    assert NAME.joined([("X" * 35, "X" * 35), ("YZ", " YZ")]) == "X" * 35 + " YZ"
    assert NAME.joined([("", " ")]) is None


@pytest.mark.parametrize(
    ("codec", "text", "value"),
    [
        (DIGITS, "9405.21 00", "94052100"),
        (DIGITS, ". .", None),
        (EQUIPMENT_ID, "TIDU 100001 7", "TIDU1000017"),
        (LOCODE, "DEHAM", "DEHAM"),
        (LOCODE, "DEHAMX", None),
        (LOCODE, "DE", None),
        (NO_LOCODE, "DEHAM", None),
        (NO_LOCODE, "DE", None),
        (NO_LOCODE, "CTA", "CTA"),
        (TRUE_NUMBER, "1", None),
        (TRUE_NUMBER, "TIDE1", "TIDE1"),
        (TO_ORDER, "TO ORDER OF A BANK", True),
        (TO_ORDER, "*TO THE ORDER", True),
        (TO_ORDER, "TORDER LTD", None),
    ],
)
def an_identification_is_read_in_its_form(codec: Codec, text: str, value: object) -> None:
    assert codec.read(_element(text)) == value


def nothing_is_read_of_an_empty_element() -> None:
    for codec in (DIGITS, EQUIPMENT_ID, LOCODE, NUMBER, TRUE_NUMBER, TO_ORDER):
        assert codec.read(_element("")) is None
    assert MEANS_TYPE.read(Draft("TDT", None, None).make("C222")) is None


@pytest.mark.parametrize(
    ("number", "code_list", "mode", "kind"),
    [
        ("9074729", "146", "1", "IMO"),
        ("IMO9074729", "", "", "IMO"),
        ("VRIB3", "103", "1", "CALLSIGN"),
        ("VRIB3", "", "1", None),
        ("HH AB 123", "146", "3", "PLATE"),
        ("1234567", "", "2", "RAIL"),
        ("XQ0417", "", "4", "FLIGHT"),
    ],
)
def the_mode_or_the_list_or_the_form_says_what_identifies(
    number: str, code_list: str, mode: str, kind: str | None
) -> None:
    elements = (("20",), ("",), (mode,), ("",), ("",), ("",), ("",), (number, code_list))
    segment = SegmentNode(Matched(Segment("TDT", elements, 0, 0, 1), ()), SOURCE, None)
    (composite,) = segment.select("C222")
    assert MEANS_TYPE.read(composite) == kind

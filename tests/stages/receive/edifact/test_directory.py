"""Test looking up the directories: tables, places, formats; and segments held against their shapes."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.edifact import directory
from tidewaiter.stages.receive.edifact.directory import (
    MESSAGES,
    ElementFormat,
    check_segment,
    element_format,
    message_table,
    position,
    segment_shape,
)
from tidewaiter.stages.receive.edifact.tables.groups import sections
from tidewaiter.stages.receive.edifact.tables.shapes import shapes
from tidewaiter.stages.receive.faults import FAULTS


def every_message_of_the_house_has_a_table() -> None:
    wanted = "BAPLIE CODECO COARRI CONTRL COPARN CUSCAR CUSDEC CUSREP CUSRES IFTMCS IFTMIN PAXLST PNRGOV"
    assert sorted(wanted.split()) == list(MESSAGES)


def every_segment_of_every_message_has_a_shape() -> None:
    tags = {tag for kind in MESSAGES for table in sections(kind) for tag in table.tags}
    assert tags <= set(shapes())


@pytest.mark.parametrize(
    ("release", "named"),
    [
        ("95B", "D94B-D97A"),
        ("97A", "D94B-D97A"),
        ("97B", "D97B-D01C"),
        ("00B", "D97B-D01C"),
        ("02A", "D02A-D24A"),
        ("24A", "D02A-D24A"),
        ("93A", "D94B-D97A"),
        ("25B", "D02A-D24A"),
        ("", "D02A-D24A"),
        ("x?", "D02A-D24A"),
        (" d95b ", "D94B-D97A"),
    ],
)
def a_directory_takes_the_table_of_its_run_or_the_nearest(release: str, named: str) -> None:
    table = message_table("CUSCAR", "D", release)
    assert table is not None
    assert table.named == named


def a_table_says_whether_it_was_written_for_a_directory() -> None:
    newest, oldest = message_table("CUSCAR", "D", "24A"), message_table("CUSCAR", "D", "95B")
    assert newest is not None
    assert oldest is not None
    assert newest.covers("24A")
    assert not newest.covers("24B")
    assert not newest.covers("")
    assert oldest.covers("94B")
    assert not oldest.covers("94A")
    contrl = message_table("CONTRL", "4", "1")
    assert contrl is not None
    assert contrl.covers("1")


@pytest.mark.parametrize("kind", ["", "ORDERS", "cuscar", "../segments", "CUSCAR.txt", "\x00"])
def a_type_without_a_table_has_none(kind: str) -> None:
    assert message_table(kind, "D", "95B") is None


@pytest.mark.parametrize(
    ("tag", "path", "place"),
    [
        ("NAD", "3035", (0, 0)),
        ("NAD", "C082", (1, -1)),
        ("NAD", "C082/3039", (1, 0)),
        ("NAD", "C082/3055", (1, 2)),
        ("NAD", "C080/3036#2", (3, 1)),
        ("NAD", "C080/3045", (3, 5)),
        ("NAD", "3207", (8, 0)),
        ("BGM", "C106/1004", (1, 0)),
        ("GID", "C213#2", (2, -1)),
        ("GID", "C213#2/7224", (2, 0)),
        ("GIN", "C208/7402#2", (1, 1)),
        ("GIN", "C208/7402#3", (2, 0)),
        ("GIN", "C208#2/7402#2", (2, 1)),
        ("PAC", "C402/7064#2", (3, 3)),
        ("TDT", "C001/8178", (3, 3)),
        ("TDT", "C228/8178", (3, 1)),
        ("TDT", "C040/3128", (4, 3)),
        ("TDT", "C040/3126", (4, 3)),
        ("DGS", "8325", (11, 0)),
        ("UNH", "S009/0065", (1, 0)),
        ("UCD", "S011/0098", (1, 0)),
        ("TIF", "C324/9942", (1, 0)),
    ],
)
def a_path_of_identifiers_leads_to_its_place(tag: str, path: str, place: tuple[int, int]) -> None:
    assert position(tag, tuple(path.split("/"))) == place


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        ("XXX", "3035"),
        *(
            ("NAD", path)
            for path in ("3036", "C083", "3035#0", "3035#x", "", "C080/3036#6", "C080#2/3036", "C080#0/3036")
        ),
        ("NAD", "C080/3036/3036"),
    ],
)
def a_path_that_leads_nowhere_is_an_error_that_says_so(tag: str, path: str) -> None:
    with pytest.raises(KeyError, match=f"Segment {tag} has no {path}"):
        position(tag, tuple(path.split("/")))


def an_empty_path_leads_nowhere() -> None:
    with pytest.raises(KeyError):
        position("NAD", ())


def an_element_is_known_by_its_format() -> None:
    assert element_format("3035") == ElementFormat("an", 1, 3)
    assert element_format("0017") == ElementFormat("n", 6, 8)
    assert element_format("7124") == ElementFormat("n", 4, 4)
    assert element_format("0001") == ElementFormat("a", 4, 4)
    assert element_format("9999") is None
    assert segment_shape("XXX") is None


def elements(text: str) -> list[list[str]]:
    """Return the elements of a segment's text without its tag."""
    return [one.split(":") for one in text.split("+")[1:]]


def flaws(text: str) -> list[tuple[str, int, int]]:
    """Return code and place of what is wrong with a segment."""
    shape = segment_shape(text[:3])
    assert shape is not None
    return [(code, element, component) for code, element, component, _ in check_segment(shape, elements(text))]


@pytest.mark.parametrize(
    ("code", "valid", "violating", "place", "near_miss"),
    [
        ("missing-element", "NAD+CN", "NAD++ACME", (0, -1), "NAD+CN++"),
        ("missing-element", "GIN+BX+1", "GIN+BX+:", (1, -1), "GIN+BX+1:"),
        ("missing-component", "RFF+BM:B1", "RFF+:B1", (0, 0), "RFF+BM"),
        ("missing-component", "NAD+CN+X1::9", "NAD+CN+::9", (1, 0), "NAD+CN+::"),
        ("too-many-elements", "CNI+1+B1+2", "CNI+1+B1+2+3", (3, -1), "CNI+1+B1+2++"),
        ("too-many-components", "DTM+137:20260102:102", "DTM+137:20260102:102:9", (0, 3), "DTM+137:20260102:102::"),
        ("too-many-components", "CNI+1", "CNI+1:2", (0, 1), "CNI+1:"),
        ("too-long", "EQD+CN+ABCU1234560", "EQD+CN+ABCU12345600000000", (1, 0), "EQD+CN+ABCU1234560123456"),
        ("too-long", "CNI+12345", "CNI+123456", (0, 0), "CNI+-12345"),
        ("too-long", "MOA+1:12.5", "MOA+1:" + "1" * 35 + ".5", (0, 1), "MOA+1:" + "1" * 34 + ".5"),
        ("too-short", "DGS+IMD+3+1203", "DGS+IMD+3+120", (2, 0), "DGS+IMD+3"),
        ("not-numeric", "CNI+12", "CNI+1 2", (0, 0), "CNI+12 "),
        ("not-numeric", "CNT+16:1234", "CNT+16:1.234.5", (0, 1), "CNT+16:1234,5"),
        ("not-numeric", "CNT+16:-3", "CNT+16:3-", (0, 1), "CNT+16:,5"),
        ("not-numeric", "CNT+16:3", "CNT+16:\u0663", (0, 1), "CNT+16:3."),
        ("not-alphabetic", "NAT+2+:::Norwegian", "NAT+2+:::No4", (1, 3), "NAT+2+:::C\u00f4te d Ivoire"),
        ("not-alphabetic", "UNS+D", "UNS+1", (0, 0), "UNS+d"),
    ],
)
def a_segment_is_held_against_its_shape(
    code: str, valid: str, violating: str, place: tuple[int, int], near_miss: str
) -> None:
    assert flaws(valid) == []
    assert flaws(violating) == [(code, *place)]
    assert flaws(near_miss) == []


def a_composite_that_directories_make_up_differently_may_be_either() -> None:
    assert flaws("TDT+20+V1++13:a ship with holds") == []
    assert flaws("TDT+20+V1++13::ZZZ:a ship with holds") == []
    assert flaws("TDT+20+V1++13:a ship with holds:ZZZ:x:y") == [("too-many-components", 3, 4)]


def a_segment_of_several_flaws_has_them_all_in_order() -> None:
    assert flaws("NAD+CNXX+:::4+++A:B+C+D+E+DEUT+1") == [
        ("too-many-elements", 9, -1),
        ("too-long", 0, 0),
        ("too-many-components", 1, 3),
        ("missing-component", 1, 0),
        ("too-long", 8, 0),
    ]


def every_flaw_says_its_sentence_without_the_value() -> None:
    wrong = ["NAD++SECRET1:2:3:4+++A+B+C+D+SECRET+SECRET", "RFF+:SECRET", "CNI+SECRET", "UNS+S3CRET", "DGS+A++12"]
    codes = set()
    for text in wrong:
        shape = segment_shape(text[:3])
        assert shape is not None
        for code, _, _, params in check_segment(shape, elements(text)):
            kind = FAULTS[{"too-long": "too-long-element", "too-short": "too-short-element"}.get(code, code)]
            said = kind.sentence.format(**params)
            assert text[:3] in said
            assert "SECRET" not in said
            codes.add(code)
    assert len(codes) >= 7


texts = st.one_of(
    st.sampled_from(
        ["", " ", "1", "12", "-1", "1.5", "1,5", ".5", "A", "CN", "DE", "ABCD", "1203", "3-", "1 2", "x" * 513]
    ),
    st.text(alphabet="A1 .-\u00e9", max_size=40),
)


@given(tag=st.sampled_from(sorted(shapes())), parts=st.lists(st.lists(texts, min_size=1, max_size=11), max_size=12))
def the_quick_look_agrees_with_the_close_look(tag: str, parts: list[list[str]]) -> None:
    shape = shapes()[tag]
    assert check_segment(shape, parts) == list(directory._flaws(shape, parts))


ALPHABETS = {"n": "0123456789", "a": "ABCxyz", "an": "AZ19-\u00e9"}


@given(seed=st.integers(0, 2**32), tag=st.sampled_from(sorted(shapes())))
def a_segment_made_by_its_shape_has_no_flaw(seed: int, tag: str) -> None:
    chance = Random(seed)  # noqa: S311 - hypothesis seeds it
    parts: list[list[str]] = []
    for element in shapes()[tag].elements:
        made: list[str] = []
        if element.mandatory or chance.random() < 0.5:
            for part in chance.choice(element.layouts).components:
                kind, least, most = part.format
                wanted = part.mandatory or not made or chance.random() < 0.5
                made.append("".join(chance.choices(ALPHABETS[kind], k=chance.randint(least, most))) if wanted else "")
        parts.append(made or [""])
    assert check_segment(shapes()[tag], parts) == []

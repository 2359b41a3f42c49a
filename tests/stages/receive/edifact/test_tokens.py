"""Prove that segments come out as they were written, each with its place, whatever surrounds them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.edifact import tokens as module
from tidewaiter.stages.receive.edifact.charsets import CHARSETS
from tidewaiter.stages.receive.edifact.segments import Segment, ServiceCharacters, span
from tidewaiter.stages.receive.edifact.tokens import Tokens

STANDARD = ServiceCharacters()
REPEATING = STANDARD._replace(repetition="*")


def _read(raw: bytes, *, most: int = 10_000) -> list[Segment]:
    return list(Tokens(io.BytesIO(raw), segment_bytes_max=most))


def _lists(segment: Segment) -> list[list[str]]:
    return [list(components) for components in segment.elements]


def _written(tag: str, elements: list[list[str]], characters: ServiceCharacters) -> str:
    def escaped(text: str) -> str:
        special = {one for one in characters if one and one != characters.decimal}
        return "".join(characters.release + one if one in special else one for one in text)

    parts = [characters.component.join(escaped(one) for one in element) for element in elements]
    return characters.element.join((tag, *parts)) + characters.terminator


@pytest.fixture(params=[3, 7, 64, 262_144])
def _chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(module, "CHUNK_BYTES", request.param)
    return int(request.param)


@pytest.mark.usefixtures("_chunk")
def a_segment_is_split_into_elements_and_components_with_its_place() -> None:
    raw = b"UNB+UNOA:2+A+B'\r\nBGM+85:::X+12?'3+9'FTX+AAI+++ONE?+TWO:?:THREE??'"
    found = _read(raw)
    assert [one.tag for one in found] == ["UNB", "BGM", "FTX"]
    assert _lists(found[1]) == [["85", "", "", "X"], ["12'3"], ["9"]]
    assert _lists(found[2])[3] == ["ONE+TWO", ":THREE?"]
    for one in found:
        assert raw[one.offset : one.offset + 3].decode() == one.tag
        assert raw[one.offset + one.length : one.offset + one.length + 1] == b"'"
    assert [one.line for one in found] == [1, 2, 2]


@pytest.mark.usefixtures("_chunk")
def an_advice_counts_at_the_start_alone() -> None:
    found = _read(b"UNA|^.\\ ~UNB^UNOA|2^A~FTX^x'UNA:+.? 'y|z~")
    assert _lists(found[0]) == [["UNOA", "2"], ["A"]]
    assert _lists(found[1]) == [["x'UNA:+.? 'y", "z"]]
    inside = _read(b"UNB+UNOA:2+A'FTX+AAI+++?'UNA|^.\\ ~text'BGM+1'")
    assert _lists(inside[1])[3] == ["'UNA|^.\\ ~text"]
    assert _lists(inside[2]) == [["1"]]


def an_advice_that_cannot_structure_anything_is_passed_over_and_remembered() -> None:
    tokens = Tokens(io.BytesIO(b"UNA++.? 'UNB+UNOA:2+A'"), segment_bytes_max=1000)
    assert [one.tag for one in tokens] == ["UNB"]
    assert tokens.bad_advice == "UNA++.? '"


def an_advice_after_a_boundary_holds_for_what_follows() -> None:
    tokens = Tokens(io.BytesIO(b"UNB+UNOA:2+A'UNZ+0+1'\nUNA|^.\\ ~UNB^UNOA|2^B~"), segment_bytes_max=1000)
    found = []
    for one in tokens:
        found.append(one)
        if one.tag == "UNZ":
            tokens.boundary()
    assert _lists(found[-1]) == [["UNOA", "2"], ["B"]]


@pytest.mark.usefixtures("_chunk")
def a_terminator_is_released_however_often_the_release_stands_before_it() -> None:
    found = _read(b"FTX+a??'FTX+b???'c'FTX+d????'")
    assert [_lists(one) for one in found] == [[["a?"]], [["b?'c"]], [["d??"]]]


def an_element_repeats_where_repetition_is_in_use() -> None:
    tokens = Tokens(io.BytesIO(b"DOC+a:1*b:2*c+x'"), segment_bytes_max=1000)
    tokens.use(REPEATING, CHARSETS["UNOC"])
    (only,) = tokens
    assert _lists(only) == [["a", "1"], ["x"]]
    assert only.more == {0: (("b", "2"), ("c",))}


@pytest.mark.usefixtures("_chunk")
def what_has_no_terminator_is_read_and_said() -> None:
    found = _read(b"BGM+1'LOC+9+DEHAM")
    assert _lists(found[1]) == [["9"], ["DEHAM"]]
    assert found[1].flaws == ("unterminated",)


def a_line_end_inside_a_segment_is_left_out_and_said() -> None:
    found = _read(b"FTX+AAI+++LONG\r\nTEXT'")
    assert _lists(found[0])[3] == ["LONGTEXT"]
    assert "wrapped" in found[0].flaws


@pytest.mark.usefixtures("_chunk")
def a_segment_that_is_too_long_costs_bounded_memory_and_the_next_is_read() -> None:
    found = _read(b"FTX+" + b"A" * 1_000_000 + b"'BGM+1'", most=1_000)
    assert found[0].flaws == ("segment-too-long",)
    assert found[0].length == 1_000_004
    assert _lists(found[1]) == [["1"]]
    assert found[1].offset == 1_000_005


@pytest.mark.parametrize(
    ("identifier", "text"), [("UNOC", "Zürich"), ("UNOE", "Москва"), ("UNOW", "東京 Zürich"), ("UNOF", "Αθήνα")]
)
def the_text_is_read_in_the_character_set_announced(identifier: str, text: str) -> None:
    charset = CHARSETS[identifier]
    raw = b"NAD+CN+++" + text.encode(charset.codec) + b"'BGM+1'"
    tokens = Tokens(io.BytesIO(raw), segment_bytes_max=1000)
    tokens.use(STANDARD, charset)
    found = list(tokens)
    assert _lists(found[0])[3] == [text]
    assert found[0].flaws == ()
    assert raw[found[1].offset :] == b"BGM+1'"


def a_character_outside_the_level_is_kept_and_said() -> None:
    tokens = Tokens(io.BytesIO("NAD+CN+++Zürich'BGM+a'BGM+A'".encode("latin-1")), segment_bytes_max=1000)
    tokens.use(STANDARD, CHARSETS["UNOA"])
    first, second, third = tokens
    assert _lists(first)[3] == ["Zürich"]
    assert first.flaws == second.flaws == ("charset-character",)
    assert third.flaws == ()


_texts = st.text(
    st.characters(codec="ascii", exclude_characters="\x00\r\n\t \x1a", exclude_categories=["Cc"]), max_size=6
)
_segments = st.lists(
    st.tuples(st.sampled_from(["BGM", "NAD", "FTX"]), st.lists(st.lists(_texts, min_size=1, max_size=4), max_size=5)),
    max_size=8,
)


@given(_segments, st.sampled_from([STANDARD, ServiceCharacters("|", "^", ",", "\\", "", "~")]))
def what_is_written_is_read_again(segments: list[tuple[str, list[list[str]]]], characters: ServiceCharacters) -> None:
    advice = "UNA" + "".join(one or " " for one in characters)
    text = advice + "".join(_written(tag, elements, characters) for tag, elements in segments)
    found = _read(text.encode())
    assert [(one.tag, _lists(one)) for one in found] == segments
    for one in found:
        piece = text[one.offset : one.offset + one.length]
        assert piece == _written(one.tag, _lists(one), characters)[:-1]
        for index, components in enumerate(one.elements):
            for number, component in enumerate(components):
                start, length = span(piece, characters, index, number)
                escaped = _written("", [[component]], characters)[1:-1]
                assert piece[start : start + length] == escaped


def the_place_of_a_repetition_is_told() -> None:
    text = "DOC+a:1*b:22*c+x"
    assert span(text, REPEATING, 0, 1, repetition=1) == (10, 2)
    assert span(text, REPEATING, 1) == (15, 1)
    assert span(text, REPEATING, 4) == (16, 0)
    assert span(text, REPEATING, -1) == (0, 3)


@given(st.binary(max_size=200))
def no_bytes_make_the_tokenizer_raise(raw: bytes) -> None:
    for one in _read(b"UNB+UNOW:4+A'" + raw, most=100):
        assert one.length >= 0

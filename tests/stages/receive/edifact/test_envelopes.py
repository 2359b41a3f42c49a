"""Prove that envelopes are found and checked, and that nothing crosses from one message into another."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.edifact.envelopes import Envelopes
from tidewaiter.stages.receive.edifact.letters import Envelope, Form, Letter
from tidewaiter.stages.receive.edifact.segments import ServiceCharacters
from tidewaiter.stages.receive.edifact.tokens import Tokens
from tidewaiter.stages.receive.model import Fault

HEAD = "UNB+UNOA:2+SENDER+RECIPIENT+240506:0708+REF1'"
MESSAGE = "UNH+{0}+CUSREP:D:95B:UN'BGM+85+X{0}+9'UNT+3+{0}'"


def _read(text: str, *, most: int = 1000) -> list[Letter | Envelope]:
    tokens = Tokens(io.BytesIO(text.encode()), segment_bytes_max=10_000)
    return list(Envelopes(tokens, segments_max=most))


def _letters(text: str, *, most: int = 1000) -> list[Letter]:
    return [one for one in _read(text, most=most) if isinstance(one, Letter)]


def _faults(text: str) -> list[Fault]:
    return [fault for one in _read(text) for fault in one.faults]


def a_sound_interchange_gives_its_messages_and_nothing_else() -> None:
    text = HEAD + MESSAGE.format("1") + MESSAGE.format("2") + "UNZ+2+REF1'"
    first, second = _read(text)
    assert isinstance(first, Letter)
    assert isinstance(second, Letter)
    assert (first.reference, second.reference) == ("1", "2")
    assert first.faults == second.faults == ()
    assert text[first.offset : first.offset + first.length] == MESSAGE.format("1")
    assert text[second.offset : second.offset + second.length] == MESSAGE.format("2")
    assert first.interchange.sender == "SENDER"
    assert first.interchange.prepared is not None
    assert first.interchange.prepared.isoformat() == "2024-05-06T07:08:00+00:00"


def a_source_may_hold_several_interchanges() -> None:
    one = HEAD + MESSAGE.format("1") + "UNZ+1+REF1'"
    two = "UNA|^.\\ ~UNB^UNOC|3^OTHER^RECIPIENT^20240506|0708^REF2~UNH^1^CUSREP|D|95B|UN~UNT^2^1~UNZ^1^REF2~"
    letters = _letters(one + "\r\n" + two)
    assert [letter.interchange.sender for letter in letters] == ["SENDER", "OTHER"]
    assert letters[1].form == Form("UNOC", "3", ServiceCharacters("|", "^", ".", "\\", "", "~"))
    assert _faults(one + "\r\n" + two) == []


def a_group_counts_its_messages() -> None:
    group = "UNG+CUSREP+A+B+240506:0708+G{0}+UN+D:95B'" + MESSAGE.format("{0}") + "UNE+1+G{0}'"
    text = HEAD + group.format("1") + group.format("2") + "UNZ+2+REF1'"
    assert len(_letters(text)) == 2
    assert _faults(text) == []


WRONG = {
    "count UNZ": (HEAD + MESSAGE.format("1") + "UNZ+2+REF1'", "count"),
    "count UNT": (HEAD + "UNH+1+CUSREP:D:95B:UN'BGM+85'UNT+9+1'UNZ+1+REF1'", "count"),
    "count UNE": (HEAD + "UNG+C+A+B+1:1+G+UN+D'" + MESSAGE.format("1") + "UNE+7+G'UNZ+1+REF1'", "count"),
    "reference UNZ": (HEAD + MESSAGE.format("1") + "UNZ+1+OTHER'", "reference"),
    "reference UNT": (HEAD + "UNH+1+CUSREP:D:95B:UN'UNT+2+2'UNZ+1+REF1'", "reference"),
    "reference UNE": (HEAD + "UNG+C+A+B+1:1+G+UN+D'" + MESSAGE.format("1") + "UNE+1+H'UNZ+1+REF1'", "reference"),
    "no UNZ": (HEAD + MESSAGE.format("1"), "no-end"),
    "no UNT": (HEAD + "UNH+1+CUSREP:D:95B:UN'BGM+85'UNZ+1+REF1'", "no-end"),
    "no UNE": (HEAD + "UNG+C+A+B+1:1+G+UN+D'" + MESSAGE.format("1") + "UNZ+1+REF1'", "no-end"),
    "no UNB": (MESSAGE.format("1"), "no-envelope"),
    "stray": (HEAD + "BGM+85'" + MESSAGE.format("1") + "UNZ+1+REF1'", "stray-segment"),
    "empty": (HEAD + "UNZ+0+REF1'", "empty-envelope"),
    "repeated message": (HEAD + MESSAGE.format("1") * 2 + "UNZ+2+REF1'", "repeated-reference"),
    "repeated interchange": ((HEAD + MESSAGE.format("1") + "UNZ+1+REF1'") * 2, "repeated-reference"),
    "charset": (HEAD.replace("UNOA", "XXXX") + MESSAGE.format("1") + "UNZ+1+REF1'", "charset"),
    "una": ("UNA++.? '" + HEAD + MESSAGE.format("1") + "UNZ+1+REF1'", "una"),
}


@pytest.mark.parametrize("name", WRONG)
def every_fault_of_an_envelope_is_said_once_and_its_message_is_still_read(name: str) -> None:
    text, code = WRONG[name]
    assert [one.code for one in _faults(text)] == [code]
    if name != "empty":
        assert _letters(text)[0].header.tag == "UNH"


def a_message_without_its_end_takes_nothing_of_the_next() -> None:
    text = HEAD + "UNH+1+CUSREP:D:95B:UN'BGM+85+ONE'UNH+2+CUSREP:D:95B:UN'BGM+85+TWO'UNT+3+2'UNZ+2+REF1'"
    first, second = _letters(text)
    assert [one.text(1) for one in first.segments] == ["ONE"]
    assert [one.text(1) for one in second.segments] == ["TWO"]
    assert [one.code for one in first.faults] == ["no-end"]
    assert second.faults == ()


def a_message_with_too_many_segments_is_kept_unread() -> None:
    text = HEAD + "UNH+1+CUSREP:D:95B:UN'" + "LOC+9+DEHAM'" * 50 + "UNT+52+1'UNZ+1+REF1'"
    (letter,) = _letters(text, most=20)
    assert not letter.whole
    assert letter.segments == []
    assert [one.code for one in letter.faults] == ["too-many-segments"]


def a_form_is_written_in_a_line_and_read_again() -> None:
    for form in (Form(), Form("UNOC", "4", ServiceCharacters("|", "^", ",", "", "*", "~"))):
        assert Form.parse(form.text()) == form
    assert Form.parse(None) == Form()


@given(st.text(st.sampled_from("UNBHTZAGE+:'?12\n "), max_size=120))
def no_text_makes_the_envelopes_raise_or_overlap(text: str) -> None:
    end = 0
    for one in _read(HEAD + text):
        if isinstance(one, Letter):
            assert one.offset >= end
            end = one.offset + one.length
            assert all(one.offset < segment.offset < end for segment in one.segments)

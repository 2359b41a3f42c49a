"""Prove that acknowledgements of interchanges are read and written, error by error."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import AnyRecord, GroupAnswer, MessageAnswer, Response, ResponseError
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]

BEGIN = b"UNB+UNOA:3+BORDER+NORDAIR+260501:1545+R1'UNH+1+CONTRL:D:3:UN'"
REFERENCES = st.text("ABCXYZ0189-/", min_size=1, max_size=14)
NUMBERS = st.integers(1, 999)
RESULTS = st.sampled_from(["accepted", "rejected", "acknowledged"])


def answered(*segments: bytes) -> bytes:
    """Return an interchange with one CONTRL of these segments."""
    body = b"".join(one + b"'" for one in segments)
    return BEGIN + body + b"UNT+%d+1'UNZ+1+R1'" % (len(segments) + 2)


def an_acknowledgement_says_which_messages_were_taken(read: Read) -> None:
    source = answered(b"UCI+I7+NORDAIR:ZZ+BORDER+7", b"UCM+M1+CUSCAR:D:95B:UN+7", b"UCM+M2+CUSREP:D:96B:UN+4+13")
    (one,) = read(source)
    assert one.faults == ()
    assert one.record == Response(
        type="CONTRL",
        interchange="I7",
        recipient="NORDAIR",
        sender="BORDER",
        result="accepted",
        messages=(
            MessageAnswer(message="M1", message_type="CUSCAR", directory="D.95B.UN", result="accepted"),
            MessageAnswer(
                message="M2",
                message_type="CUSREP",
                directory="D.96B.UN",
                result="rejected",
                errors=(ResponseError(reason="13"),),
            ),
        ),
    )


def every_error_of_a_segment_keeps_the_segment(read: Read) -> None:
    segments = (b"UCM+M1+CUSCAR:D:95B:UN+4", b"UCS+5+15", b"UCS+9", b"UCD+37+3:1", b"UCD+13+4")
    (one,) = read(answered(b"UCI+I7+A+B+7", *segments))
    assert isinstance(one.record, Response)
    assert one.record.messages[0].errors == (
        ResponseError(segment=5, reason="15"),
        ResponseError(segment=9, reason="37", element=3, component=1),
        ResponseError(segment=9, reason="13", element=4),
    )


def a_refused_interchange_says_why(read: Read) -> None:
    (one,) = read(answered(b"UCI+I7+A+B+4+29+UNZ+2:1"))
    assert isinstance(one.record, Response)
    assert one.record.result == "rejected"
    assert one.record.errors == (ResponseError(reason="29", tag="UNZ", element=2, component=1),)


def the_messages_of_groups_are_answers_too(read: Read) -> None:
    group = (b"UCF+G1+A+B+7", b"UCM+M1+CUSCAR:D:95B:UN+7", b"UCM+M2+CUSCAR:D:95B:UN+4+12")
    (one,) = read(answered(b"UCI+I7+A+B+7", *group))
    assert isinstance(one.record, Response)
    assert one.record.messages == ()
    (answer,) = one.record.groups
    assert (answer.reference, answer.sender, answer.recipient, answer.result) == ("G1", "A", "B", "accepted")
    assert [(inside.message, inside.result) for inside in answer.messages] == [("M1", "accepted"), ("M2", "rejected")]


@pytest.mark.parametrize("position", [b"x:1", b"\xb2:1", b"9999999999:1", b":1"])
def a_position_that_is_none_is_left_out(position: bytes, read: Read) -> None:
    (one,) = read(answered(b"UCI+I7+A+B+4+29+UNZ+" + position))
    assert isinstance(one.record, Response)
    assert one.record.errors == (ResponseError(reason="29", tag="UNZ", component=1),)


def what_was_taken_with_warnings_is_written_as_taken(read: Read, write: Write) -> None:
    (one,) = read(write("CONTRL", [Response(type="CONTRL", interchange="I", result="warned")]))
    assert isinstance(one.record, Response)
    assert one.record.result == "accepted"
    (other,) = read(answered(b"UCI+I7+A+B+2"))
    assert isinstance(other.record, Response)
    assert other.record.result == "warned"


ELEMENT_ERRORS = st.builds(
    ResponseError,
    segment=NUMBERS,
    reason=st.sampled_from(["12", "13", "37"]),
    element=NUMBERS,
    component=st.none() | NUMBERS,
)
SEGMENT_ERRORS = st.builds(ResponseError, segment=NUMBERS, reason=st.sampled_from(["15", "35"]))
OWN_ERRORS = st.builds(
    ResponseError,
    reason=st.sampled_from(["28", "29"]),
    tag=st.sampled_from(["UNH", "UNT"]),
    element=st.none() | NUMBERS,
)


@st.composite
def errors_of_a_message(draw: st.DrawFn) -> tuple[ResponseError, ...]:
    """Return errors in the order in which CONTRL says them: the envelope's, then segment by segment, own ones first."""
    own = draw(st.lists(OWN_ERRORS, max_size=1))
    segments = {one.segment: one for one in draw(st.lists(SEGMENT_ERRORS, max_size=3))}
    elements = draw(st.lists(ELEMENT_ERRORS, max_size=4))
    inside = sorted([*segments.values(), *elements], key=lambda one: (one.segment or 0, one.element is not None))
    return (*own, *inside)


ANSWERS = st.builds(
    MessageAnswer,
    message=REFERENCES,
    message_type=st.sampled_from(["CUSCAR", "CUSDEC"]),
    directory=st.sampled_from(["D.95B.UN", "D.05B.UN", "2.912.UN"]),
    result=RESULTS,
    errors=errors_of_a_message(),
)
GROUPS = st.builds(
    GroupAnswer,
    reference=REFERENCES,
    sender=REFERENCES,
    recipient=REFERENCES,
    result=RESULTS,
    errors=st.lists(OWN_ERRORS, max_size=1).map(tuple),
    messages=st.lists(ANSWERS, max_size=2).map(tuple),
)
RESPONSES = st.builds(
    Response,
    type=st.just("CONTRL"),
    interchange=REFERENCES,
    sender=REFERENCES,
    recipient=REFERENCES,
    result=RESULTS,
    errors=st.lists(OWN_ERRORS, max_size=1).map(tuple),
    messages=st.lists(ANSWERS, max_size=3).map(tuple),
    groups=st.lists(GROUPS, max_size=2).map(tuple),
)


@given(response=RESPONSES)
def what_is_written_is_read_again_as_it_was(response: Response, read: Read, write: Write) -> None:
    (one,) = read(write("CONTRL", [response]))
    assert one.faults == ()
    assert one.record == response

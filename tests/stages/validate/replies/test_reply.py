"""Prove what senders are answered, source by source, by reading the reply as they would."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.errors import Refused, TidewaiterError
from tidewaiter.kernel.records import MessageAnswer, Response, ResponseError
from tidewaiter.stages import receive
from tidewaiter.stages.validate import REPLIES, Reply
from tidewaiter.stages.validate.cases import source_of

Replied = Callable[..., Reply]
ReplyTo = Callable[[str, bytes, str | None], Reply]
Read = Callable[[bytes], list[receive.Reading]]

PLANTED = {
    "GID+1+10:CT": "GID+1+TEN:CT",
    "DTM+137:20210601:102": "ALI+CN",
    "UNT+18+M1": "UNT+17+M1",
    "LOC+11+NLRTM": "LOC+11+NLQQQ",
}
"""Edits of the interchange: three faults of syntax in its first message, and one of content."""


def response_in(readings: list[receive.Reading]) -> Response:
    """Return the one response."""
    (one,) = readings
    assert one.faults == ()
    assert isinstance(one.record, Response)
    return one.record


def an_interchange_with_faults_is_answered_by_contrl(replied: Replied, read: Read) -> None:
    reply = replied("cargo.edi", PLANTED)
    assert reply.format == "contrl"
    control = response_in(read(reply.body))
    assert (control.type, control.interchange, control.result) == ("CONTRL", "I1", "accepted")
    assert (control.sender, control.recipient) == ("NLCUSTOMS", "ACMELINES")
    assert control.messages == (
        MessageAnswer(
            message="M1",
            message_type="CUSCAR",
            directory="D.95B.UN",
            result="rejected",
            errors=(
                ResponseError(reason="29", tag="UNT"),
                ResponseError(segment=3, reason="15"),
                ResponseError(segment=13, reason="37", element=3, component=1),
            ),
        ),
        MessageAnswer(message="M2", message_type="CUSCAR", directory="D.95B.UN", result="accepted"),
    )


def the_same_is_answered_by_cusres_with_words_and_places(replied: Replied, read: Read) -> None:
    first, second = read(replied("cargo.edi", PLANTED, "cusres").body)
    assert isinstance(first.record, Response)
    assert isinstance(second.record, Response)
    answer = first.record
    assert (answer.result, answer.message, answer.lrn, answer.interchange) == ("rejected", "M1", "C1", "I1")
    assert answer.issued == datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
    said = {(one.code, one.severity, one.tag, one.segment) for one in answer.errors}
    assert {
        ("SYN-004", "error", "UNT", 18),
        ("STR-001", "error", "ALI", 3),
        ("STR-002", "error", "GID", 13),
        ("COD-007", "warning", "LOC", 11),
    } <= said
    place = next(one for one in answer.errors if one.code == "COD-007")
    assert place.pointer == "/consignments/0/unloading/code"
    assert place.text is not None
    assert "NLQQQ" in place.text
    assert second.record.message == "M2"


def an_interchange_without_faults_is_answered_by_cusres(replied: Replied, read: Read) -> None:
    reply = replied("cargo.edi")
    assert reply.format == "cusres"
    results = [one.record.result for one in read(reply.body) if isinstance(one.record, Response)]
    assert results == ["accepted", "accepted"]


def an_interchange_whose_count_is_wrong_is_refused_as_a_whole(replied: Replied, read: Read) -> None:
    control = response_in(read(replied("cargo.edi", {"UNZ+2+I1": "UNZ+3+I1"}).body))
    assert control.result == "rejected"
    assert control.errors == (ResponseError(reason="29", tag="UNZ"),)
    assert control.messages == ()


def the_messages_of_a_group_are_answered_in_it(replied: Replied, read: Read) -> None:
    group = "UNG+CUSCAR+LINES+DESK+210601:1000+G1+UN+D:95B'"
    edits = {"UNH+M1": f"{group}UNH+M1", "UNZ+2+I1": "UNE+2+G1'UNZ+1+I1", "UNT+18+M1": "UNT+17+M1"}
    control = response_in(read(replied("cargo.edi", edits).body))
    assert (control.result, control.messages) == ("accepted", ())
    (answer,) = control.groups
    assert (answer.reference, answer.sender, answer.recipient, answer.result) == ("G1", "LINES", "DESK", "accepted")
    assert [(one.message, one.result) for one in answer.messages] == [("M1", "rejected"), ("M2", "accepted")]


def a_reply_is_an_interchange_of_its_own_back_to_the_sender(replied: Replied) -> None:
    body = replied("cargo.edi").body
    assert body.startswith(b"UNA:+.? 'UNB+UNO")
    assert b"+NLCUSTOMS+ACMELINES+260506:0708+R1'" in body
    assert body.endswith(b"UNZ+2+R1'")


def a_message_of_another_type_is_answered_by_contrl(replied: Replied, read: Read) -> None:
    edits = {"UNH+M1+CUSCAR:": "UNH+M1+QQQQQQ:", "UNH+M2+CUSCAR:": "UNH+M2+QQQQQQ:"}
    control = response_in(read(replied("cargo.edi", edits).body))
    assert [(one.message_type, one.result, one.errors[0].reason) for one in control.messages] == [
        ("QQQQQQ", "rejected", "14"),
        ("QQQQQQ", "rejected", "14"),
    ]


def an_acknowledgement_is_not_acknowledged(replied: Replied, reply_to: ReplyTo) -> None:
    assert reply_to("answer.edi", replied("cargo.edi", PLANTED).body, None).format == "problem"


def a_declaration_in_xml_is_answered_by_a_response_with_pointers(replied: Replied, read: Read) -> None:
    reply = replied("declaration.xml", {"<ID>610510</ID>": "<ID>770510</ID>"})
    assert reply.format == "wco"
    response = response_in(read(reply.body))
    assert (response.type, response.result, response.lrn) == ("RES", "rejected", "LRN-1")
    error = next(one for one in response.errors if one.code == "COD-011")
    assert error.location == "42A/67A/68A[1]/23A/21A[1].145"


def a_transit_declaration_is_rejected_with_functional_errors(reply_to: ReplyTo, transit: bytes, read: Read) -> None:
    reply = reply_to("transit.xml", transit, None)
    assert reply.format == "ncts"
    answer = response_in(read(reply.body))
    assert (answer.type, answer.result, answer.message, answer.lrn) == ("CC056C", "rejected", "MID1", "LRN-7")
    assert (answer.sender, answer.recipient, answer.office) == ("NTA.NL", "TRADER1", "NL000396")
    assert answer.message_type == "CC015C"
    (error,) = answer.errors
    assert (error.code, error.reason) == ("FMT-014", "14")
    assert error.location == "/CC015C/CustomsOfficeOfDestinationDeclared/referenceNumber"


def a_transit_declaration_without_errors_was_received(reply_to: ReplyTo, transit: bytes, read: Read) -> None:
    answer = response_in(read(reply_to("transit.xml", transit.replace(b"DE999999", b"DE004851"), None).body))
    assert (answer.type, answer.result, answer.lrn) == ("CC928C", "acknowledged", "LRN-7")


def nothing_is_answered_where_transit_has_no_answer(reply_to: ReplyTo, transit: bytes) -> None:
    arrival = transit.replace(b"CC015C", b"CC007C").replace(b"<LRN>LRN-7</LRN>", b"<MRN>21NL00039612345678</MRN>")
    with pytest.raises(Refused, match="nothing is wrong"):
        reply_to("transit.xml", arrival.replace(b"DE999999", b"DE004851"), "ncts")


def a_table_is_answered_by_problem_details(replied: Replied) -> None:
    reply = replied("rows.csv", {"480.50": "-480.50"})
    assert reply.format == "problem"
    told: dict[str, Any] = json.loads(reply.body)
    assert told["status"] == 422
    assert told["detail"] == "1 error and 0 warnings were found."
    assert [(one["instance"], one["findings"][0]["code"]) for one in told["records"]] == [("#2", "negative")]


def a_record_is_answered_by_its_own_problem_details(replied: Replied) -> None:
    told = json.loads(replied("event.json", wanted="problem").body)
    assert (told["status"], told["findings"], told["instance"]) == (200, [], "#1")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("rows.csv", "contrl"), ("declaration.xml", "contrl"), ("rows.csv", "ncts"), ("cargo.edi", "ncts")],
)
def a_format_that_cannot_answer_is_refused(name: str, wanted: str, replied: Replied) -> None:
    with pytest.raises(Refused, match="the source holds none"):
        replied(name, wanted=wanted)


def an_unknown_format_is_refused_with_those_there_are(replied: Replied) -> None:
    with pytest.raises(Refused) as refused:
        replied("rows.csv", wanted="telex")
    assert refused.value.remedy == "The replies are contrl, cusres, wco, ncts, problem."


PERSONAL = ("Jansen", "Dorpsstraat", "Ameland", "9162")
FULL_OF_FAULTS = {
    "NAD+CN+++KADE TRADING+KADE 1+ROTTERDAM++3011AA+NL": (
        f"NAD+CN+++{'Jansen ' * 40}+{'Dorpsstraat ' * 30}+{'Ameland ' * 20}++{'9162' * 30}+ZZ"
    ),
}


@pytest.mark.parametrize("wanted", sorted(set(REPLIES) - {"ncts"}))
def no_reply_holds_a_value_of_a_personal_field(wanted: str, replied: Replied) -> None:
    body = replied("cargo.edi", FULL_OF_FAULTS, wanted).body
    assert (b"37" in body or b"39" in body) if wanted == "contrl" else b"COD-001" in body
    assert [one for one in PERSONAL if one.encode() in body] == []


SIGNS = b"'+:?*UNABGHTZ19 <>/\x00\x80\xe9\xff\r\n"


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a clean source with some bytes changed, and perhaps its end cut off."""
    raw = bytearray(source_of(draw(st.sampled_from(["cargo.edi", "declaration.xml", "lines.jsonl"])), {}))
    for at, sign in draw(st.lists(st.tuples(st.integers(0, len(raw) - 1), st.sampled_from(SIGNS)), max_size=6)):
        raw[at] = sign
    return bytes(raw[: draw(st.integers(1, len(raw)) | st.just(len(raw)))])


@settings(deadline=None)
@given(raw=damaged(), wanted=st.sampled_from([None, *REPLIES]))
def no_damage_leaves_a_source_without_a_reply_that_can_be_read(
    raw: bytes, wanted: str | None, reply_to: ReplyTo, opened: Callable[[str, bytes], receive.Opened], read: Read
) -> None:
    try:
        opened("damaged", raw)
    except TidewaiterError:
        return
    if wanted is None:
        reply = reply_to("damaged", raw, None)
    else:
        try:
            reply = reply_to("damaged", raw, wanted)
        except Refused:
            return
    if reply.format in {"contrl", "cusres"} and reply.body:
        for one in read(reply.body):
            assert isinstance(one.record, Response)
            assert {fault.rule for fault in one.faults} <= {"STR-002"}  # what the sender left out cannot be named
    elif reply.format == "problem":
        assert json.loads(reply.body)["status"] in {200, 422}
    else:
        assert reply.body.startswith(b"<?xml")

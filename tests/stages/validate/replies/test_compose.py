"""Check what answers are made of, before any format writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tidewaiter.kernel.records import AnyRecord, Interchange, Message, Response
from tidewaiter.stages.receive import FAULTS, Head, Place, Reading
from tidewaiter.stages.receive.model import head_of
from tidewaiter.stages.validate import Finding
from tidewaiter.stages.validate.replies.compose import (
    TEXT_CHARACTERS_MAX,
    Answerer,
    answers,
    content_error,
    controls,
    functional_error,
    rejections,
    result_of,
    section_error,
    syntax_error,
)

Make = Callable[..., AnyRecord]

BY = Answerer("NODE", datetime(2026, 5, 6, tzinfo=UTC), "R1")
HEAD: Head = head_of("edifact", 100, None, kind="edifact")
FIRST = Interchange(format="edifact", sender="ACME", recipient="CUSTOMS", control_reference="I1")
SECOND = Interchange(format="edifact", sender="OTHER", control_reference="I2")


def found(code: str, rule: str | None = None, *, place: Place | None = None, severity: str = "error") -> Finding:
    """Return a finding; of a fault of reading without its rule."""
    known = rule or FAULTS[code].rule
    level = {"SYN": "syntax", "STR": "structure", "COD": "code"}[known[:3]]
    message = f"A law: {code}."
    return Finding(rule=known, severity=severity, level=level, code=code, place=place, message=message, path="/lrn")


def read(record: AnyRecord, number: int, interchange: Interchange, reference: str = "M1", row: int = 1) -> Reading:
    """Return a reading of a message of an interchange; its offset follows from its reference."""
    message = Message(interchange=interchange, reference=reference, type="CUSCAR", directory="D.95B.UN")
    offset = 100 * int(reference[1:]) + (5_000 if interchange is SECOND else 0)
    return Reading(number=number, record=record, offset=offset, length=90, line=1, row=row, message=message)


def envelope(number: int, interchange: Interchange) -> Reading:
    """Return the reading of an interchange whose own envelope is at fault."""
    record = Message(interchange=interchange)
    return Reading(number=number, record=record, offset=0, length=400, line=1, message=record)


@pytest.mark.parametrize(
    ("severities", "result"),
    [((), "accepted"), (("warning",), "warned"), (("warning", "error"), "rejected"), (("error",), "rejected")],
)
def the_result_is_that_of_the_gravest_finding(severities: tuple[str, ...], result: str) -> None:
    assert result_of([found("count", severity=one) for one in severities]) == result


def every_interchange_has_an_acknowledgement_of_its_own(make: Make) -> None:
    cargo = make("cargo")
    checked = [
        (read(cargo, 1, FIRST), ()),
        (read(cargo, 2, FIRST, "M2"), (found("missing-segment", place=Place(segment=3, tag="BGM")),)),
        (read(cargo, 3, SECOND), ()),
    ]
    one, two = controls(HEAD, checked, BY)
    assert (one.sender, one.recipient, one.interchange, one.result) == ("CUSTOMS", "ACME", "I1", "accepted")
    assert [(answer.message, answer.result) for answer in one.messages] == [("M1", "accepted"), ("M2", "rejected")]
    assert (two.sender, two.recipient, two.interchange) == ("NODE", "OTHER", "I2")
    assert {(one.messages[0].message_type, one.messages[0].directory)} == {("CUSCAR", "D.95B.UN")}


def the_records_of_one_message_have_one_answer(make: Make) -> None:
    cargo = make("cargo")
    checked = [
        (read(cargo, 1, FIRST, row=1), (found("missing-segment", place=Place(segment=7, tag="GID")),)),
        (read(cargo, 2, FIRST, row=2), (found("not-numeric", place=Place(segment=3, tag="CNI", element="1.1")),)),
    ]
    (control,) = controls(HEAD, checked, BY)
    (answer,) = control.messages
    assert [(one.segment, one.reason, one.element, one.component) for one in answer.errors] == [
        (3, "37", 2, None),
        (7, "13", None, None),
    ]
    (customs,) = answers(HEAD, checked, BY, kind="CUSRES", error=content_error)
    assert len(customs.errors) == 2
    assert customs.lrn is None


def no_content_and_no_warning_is_acknowledged_as_an_error_of_syntax(make: Make) -> None:
    wrong = (found("unknown", "COD-001"), found("no-items", "STR-003"), found("wrapped", severity="warning"))
    (control,) = controls(HEAD, [(read(make("cargo"), 1, FIRST), wrong)], BY)
    assert control.messages[0].result == "accepted"
    assert control.messages[0].errors == ()


def a_refused_interchange_names_no_message_as_taken(make: Make) -> None:
    cargo = make("cargo")
    checked = [
        (read(cargo, 1, FIRST), ()),
        (read(cargo, 2, FIRST, "M2"), (found("segment-order", place=Place(segment=3, tag="DTM")),)),
        (envelope(3, FIRST), (found("count", place=Place(tag="UNZ")),)),
    ]
    (control,) = controls(HEAD, checked, BY)
    assert control.result == "rejected"
    assert [(one.reason, one.tag, one.segment) for one in control.errors] == [("29", "UNZ", None)]
    assert [one.message for one in control.messages] == ["M2"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(segment=5, tag="NAD", element="2"), (5, "NAD", 3, None)),
        (Place(segment=5, tag="NAD", element="2.1"), (5, "NAD", 3, 1)),
        (Place(segment=5, tag="NAD", element="1.1"), (5, "NAD", 2, None)),
        (Place(segment=9, tag="UNT", element="1.1"), (None, "UNT", 2, None)),
        (Place(segment=5, tag="???", element="1.1"), (5, "???", 2, 1)),
        (Place(xpath="/a/b"), (None, None, None, None)),
        (None, (None, None, None, None)),
    ],
)
def an_error_counts_the_tag_as_the_first_element(
    place: Place | None, expected: tuple[int | None, str | None, int | None, int | None]
) -> None:
    error = syntax_error(found("not-numeric", place=place))
    assert (error.segment, error.tag, error.element, error.component) == expected


def an_envelope_without_its_end_misses_the_segment_that_ends_it() -> None:
    assert syntax_error(found("no-end", place=Place(segment=1, tag="UNH"))).tag == "UNT"
    assert syntax_error(found("no-end", place=Place(tag="UNB"))).tag == "UNZ"


def an_answer_of_customs_names_what_it_answers(make: Make) -> None:
    checked = [(read(make("cargo"), 1, FIRST), ()), (envelope(2, FIRST), (found("count"),))]
    (answer,) = answers(HEAD, checked, BY, kind="CUSRES", error=content_error)
    assert (answer.message, answer.message_type, answer.lrn, answer.mrn) == ("M1", "CUSCAR", "C1", None)
    assert (answer.interchange, answer.reference, answer.issued) == ("I1", "R1", BY.at)


def the_second_of_several_answers_has_its_number(make: Make) -> None:
    checked = [(read(make("cargo"), number, FIRST, f"M{number}"), ()) for number in (1, 2)]
    assert [one.reference for one in answers(HEAD, checked, BY, kind="RES", error=section_error)] == ["R1", "R1-2"]


def an_error_of_content_says_the_rule_the_words_and_the_way(make: Make) -> None:
    finding = found("unknown", "COD-001", place=Place(segment=4, tag="LOC", element="2.1", xpath="/x/y"))
    error = content_error(make("cargo"), finding)
    assert (error.code, error.severity, error.text, error.pointer) == ("COD-001", "error", "A law: unknown.", "/lrn")
    assert (error.segment, error.tag, error.element, error.component) == (4, "LOC", 3, 1)
    assert section_error(make("cargo"), finding).location == "42A.D026"
    assert functional_error(make("cargo"), finding).location == "/x/y"
    assert functional_error(make("cargo"), found("unknown", "COD-001")).location == "/lrn"


def a_text_that_is_too_long_is_cut() -> None:
    finding = Finding(rule="SYN-004", severity="error", level="syntax", code="count", message="x" * 600)
    text = syntax_error(finding).text
    assert text is not None
    assert len(text) == TEXT_CHARACTERS_MAX
    assert text.endswith("...")


def transit(kind: str, record: AnyRecord, *findings: Finding) -> Response:
    """Return the answer to an NCTS message."""
    message = Message(interchange=Interchange(sender="TRADER", recipient="NTA.NL"), reference="MID1", type=kind)
    reading = Reading(number=1, record=record, offset=0, length=9, line=1, row=1, message=message)
    (answer,) = rejections(HEAD, [(reading, findings)], BY)
    return answer


def a_transit_message_is_rejected_by_the_office_that_it_was_for(make: Make) -> None:
    movement, wrong = make("transit"), found("unknown", "COD-001")
    departure = transit("CC015C", movement, wrong)
    assert (departure.type, departure.office, departure.lrn, departure.message) == ("CC056C", "NL000396", "T1", "MID1")
    assert [(one.code, one.at) for one in departure.statuses] == [("12", BY.at)]
    assert [(one.code, one.reason) for one in departure.errors] == [("COD-001", "12")]
    arrival = transit("CC007C", movement, wrong)
    assert (arrival.type, arrival.office) == ("CC057C", "DE004851")


def a_transit_message_with_warnings_alone_was_received(make: Make) -> None:
    answer = transit("CC015C", make("transit"), found("unknown", "COD-001", severity="warning"))
    assert (answer.type, answer.errors, answer.statuses, answer.result) == ("CC928C", (), (), "accepted")

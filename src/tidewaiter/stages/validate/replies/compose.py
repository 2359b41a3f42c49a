"""Compose answers from findings: one record of what is answered, whatever its format will be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from tidewaiter.kernel.records import (
    AnyRecord,
    CargoReport,
    Group,
    GroupAnswer,
    Interchange,
    Message,
    MessageAnswer,
    Party,
    Response,
    ResponseError,
    ResponseStatus,
)
from tidewaiter.stages.receive import Head, Place, Reading
from tidewaiter.stages.receive.edifact.directory import segment_shape
from tidewaiter.stages.validate.model import Finding
from tidewaiter.stages.validate.replies.sections import section_chain
from tidewaiter.stages.validate.replies.syntax_codes import TRAILERS, functional_reason, is_syntax, syntax_reason

TEXT_CHARACTERS_MAX = 512
"""Longest text of an error, in characters: what each format that is written can carry."""

Checked = Sequence[tuple[Reading, tuple[Finding, ...]]]
"""The records of a source in their order, each with what is wrong with it."""

ErrorOf = Callable[[AnyRecord, Finding], ResponseError]

_ENVELOPE = frozenset(("UNA", "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"))


class Answerer(NamedTuple):
    """Who answers when, and under which reference."""

    sender: str
    at: datetime
    reference: str


def result_of(findings: Sequence[Finding]) -> str:
    """Return rejected where one is an error, warned where there is one at all, accepted otherwise."""
    if any(one.severity == "error" for one in findings):
        return "rejected"
    return "warned" if findings else "accepted"


def controls(head: Head, checked: Checked, by: Answerer) -> tuple[Response, ...]:
    """Return one acknowledgement of each interchange: which messages were taken, and what is wrong in their syntax."""
    parts = groupby(checked, key=lambda one: _interchange(one[0], head))
    return tuple(_control(interchange, list(part), by) for interchange, part in parts)


def _control(interchange: Interchange, checked: Checked, by: Answerer) -> Response:
    """Return the acknowledgement of one interchange; one that is refused as a whole names no message as taken."""
    envelope: list[Finding] = []
    told: list[tuple[Group | None, MessageAnswer]] = []
    for _, letters in groupby(checked, key=lambda one: one[0].offset):
        group = list(letters)
        findings = [finding for _, found in group for finding in found if is_syntax(finding)]
        if _of_envelope(group[0][0]):
            envelope += findings
        else:
            message = group[0][0].message or Message()
            told.append((message.group, _answer(message, findings)))
    result = result_of(envelope)
    if envelope:
        told = [(within, answer) for within, answer in told if answer.errors]
    return Response(
        type="CONTRL",
        result=result,
        sender=interchange.recipient or by.sender,
        recipient=interchange.sender,
        issued=by.at,
        reference=by.reference,
        interchange=interchange.control_reference,
        errors=tuple(map(syntax_error, envelope)),
        messages=tuple(answer for within, answer in told if within is None),
        groups=tuple(
            GroupAnswer(
                reference=within.reference,
                sender=within.sender,
                recipient=within.recipient,
                result=result,
                messages=tuple(answer for _, answer in inside),
            )
            for within, inside in groupby(told, key=lambda one: one[0])
            if within is not None
        ),
    )


def _answer(message: Message, findings: Sequence[Finding]) -> MessageAnswer:
    """Return what is answered of one message: its errors in the order of its segments, the envelope's first.

    Of several errors in one place the first is said.
    """
    first: dict[tuple[int | str | None, ...], ResponseError] = {}
    for error in map(syntax_error, findings):
        first.setdefault((error.segment, error.segment or error.tag, error.element, error.component), error)
    errors = sorted(first.values(), key=lambda one: one.segment or 0)
    return MessageAnswer(
        message=message.reference,
        message_type=message.type,
        directory=message.directory,
        result=result_of(findings),
        errors=tuple(errors),
    )


def syntax_error(finding: Finding) -> ResponseError:
    """Return an error of syntax, with its UN/EDIFACT 0085 code; one of an envelope's segment has its tag alone."""
    place = finding.place or Place()
    element, component = _position(place)
    tag = place.tag
    if finding.code == "no-end" and tag is not None:
        tag = TRAILERS.get(tag, tag)
    return ResponseError(
        code=finding.rule,
        reason=syntax_reason(finding),
        severity=finding.severity,
        text=_clipped(finding.message),
        segment=None if tag in _ENVELOPE else place.segment,
        tag=tag,
        element=element,
        component=component,
    )


def content_error(record: AnyRecord, finding: Finding) -> ResponseError:
    """Return an error of a message's content, with the segment that it lies in where its place is known."""
    del record
    place = finding.place or Place()
    element, component = _position(place)
    return ResponseError(
        code=finding.rule,
        severity=finding.severity,
        text=_clipped(finding.message),
        pointer=finding.path or None,
        segment=place.segment,
        tag=place.tag,
        element=element,
        component=component,
    )


def section_error(record: AnyRecord, finding: Finding) -> ResponseError:
    """Return an error with the sections of the WCO Data Model that lead to it."""
    return ResponseError(
        code=finding.rule,
        severity=finding.severity,
        text=_clipped(finding.message),
        pointer=finding.path or None,
        location=section_chain(record, finding.path or ""),
    )


def functional_error(record: AnyRecord, finding: Finding) -> ResponseError:
    """Return an error with its NCTS code, and the XPath of its place where that is known."""
    del record
    place = finding.place or Place()
    return ResponseError(
        code=finding.rule,
        reason=functional_reason(finding),
        severity=finding.severity,
        text=_clipped(finding.message),
        pointer=finding.path or None,
        location=place.xpath or finding.path or "/",
    )


def answers(head: Head, checked: Checked, by: Answerer, *, kind: str, error: ErrorOf) -> tuple[Response, ...]:
    """Return one answer of a kind for each message; envelopes are left to `controls`."""
    return tuple(
        _message_answer(head, group, by._replace(reference=_numbered(by.reference, number)), kind, error)
        for number, group in enumerate(_messages(checked), start=1)
    )


def _messages(checked: Checked) -> list[Checked]:
    """Return the readings of each message, which share its offset; where the format has none, each is its own."""
    groups = groupby(checked, key=lambda one: (one[0].offset, one[0].number if one[0].offset is None else 0))
    return [group for group in (list(found) for _, found in groups) if not _of_envelope(group[0][0])]


def _numbered(reference: str, number: int) -> str:
    """Return the reference of one of several answers: from the second on with its number."""
    return reference if number == 1 else f"{reference}-{number}"


def _message_answer(head: Head, group: Checked, by: Answerer, kind: str, error: ErrorOf) -> Response:
    """Return the answer to the readings of one message; its references are those of its only record."""
    message = group[0][0].message or head.message
    interchange = message.interchange or Interchange()
    record = group[0][0].record if len(group) == 1 else None
    return Response(
        type=kind,
        result=result_of([finding for _, found in group for finding in found]),
        sender=interchange.recipient or by.sender,
        recipient=interchange.sender,
        issued=by.at,
        reference=by.reference,
        interchange=interchange.control_reference,
        message=message.reference or (interchange.control_reference if head.format != "edifact" else None),
        message_type=message.type,
        lrn=getattr(record, "lrn", None),
        mrn=record.reference if isinstance(record, CargoReport) else getattr(record, "mrn", None),
        errors=tuple(error(reading.record, finding) for reading, found in group for finding in found),
    )


def rejections(head: Head, checked: Checked, by: Answerer) -> tuple[Response, ...]:
    """Return the NCTS answer to each message: a rejection that names its errors, or that it was received.

    A rejection says neither warnings nor words: NCTS has room for a code, a rule and a place.
    """
    wrong = [(reading, tuple(one for one in found if one.severity == "error")) for reading, found in checked]
    said = answers(head, wrong, by, kind="CC928C", error=functional_error)
    records = [group[0][0].record for group in _messages(wrong)]
    return tuple(_transit(one, record) for one, record in zip(said, records, strict=True))


def _transit(answer: Response, record: AnyRecord) -> Response:
    """Return an answer as the message of NCTS that says it, with the office that answers."""
    kind = REJECTIONS.get(answer.message_type or "", _REJECTION)
    at_destination = kind == _AT_DESTINATION
    office = getattr(record, "destination_office" if at_destination else "departure_office", None)
    if not answer.errors:
        return msgspec.structs.replace(answer, office=office)
    known: Party | None = getattr(record, "trader", None) if at_destination else None
    return msgspec.structs.replace(
        answer,
        type=kind,
        office=office,
        trader=Party(role=known.role, id=known.id) if known is not None else None,
        statuses=(ResponseStatus(code=_FUNCTIONAL, at=answer.issued),),
    )


_REJECTION, _AT_DESTINATION = "CC056C", "CC057C"
_FUNCTIONAL = "12"
"""NCTS rejection code (CL226, CL227): there are functional errors."""

REJECTIONS: Mapping[str, str] = MappingProxyType({"CC007C": _AT_DESTINATION, "CC044C": _AT_DESTINATION})
"""NCTS message → what rejects it, where that is not CC056C: the office of destination answers."""


def _of_envelope(reading: Reading) -> bool:
    """Say whether a reading stands for an interchange whose own envelope is at fault, and not for a message."""
    record = reading.record
    interchange = (
        record.interchange if isinstance(record, Message) and record.type is record.reference is None else None
    )
    return interchange is not None and interchange.format == "edifact"


def _interchange(reading: Reading, head: Head) -> Interchange:
    """Return the interchange that a reading came in."""
    message = reading.message or head.message
    return message.interchange or Interchange()


def _position(place: Place) -> tuple[int | None, int | None]:
    """Return (0098, 0104) of a place: an element counts from 2, since the tag is 1, a component from 1.

    An element that stands alone has no component.
    """
    element, _, component = (place.element or "").partition(".")
    if not element.isdigit():
        return None, None
    shape, index = segment_shape(place.tag or ""), int(element) - 1
    alone = shape is not None and index < len(shape.elements) and not shape.elements[index].composite
    return index + 2, int(component) if component.isdigit() and not alone else None


def _clipped(text: str) -> str:
    """Return a text that is not too long."""
    return text if len(text) <= TEXT_CHARACTERS_MAX else f"{text[: TEXT_CHARACTERS_MAX - 3]}..."

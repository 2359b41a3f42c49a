"""Write answers in the protocols of trade, through the correspondence of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.records import Response
from tidewaiter.stages.receive import Head
from tidewaiter.stages.receive.edifact.correspondence import Correspondence
from tidewaiter.stages.receive.edifact.correspondences.contrl import CONTRL
from tidewaiter.stages.receive.edifact.correspondences.cusres import CUSRES
from tidewaiter.stages.receive.edifact.writer import Written, write_interchange, write_message
from tidewaiter.stages.receive.xml.ncts_writing import write_answer
from tidewaiter.stages.receive.xml.wco import write_response
from tidewaiter.stages.validate.replies.compose import (
    REJECTIONS,
    Answerer,
    Checked,
    answers,
    content_error,
    controls,
    rejections,
    section_error,
)

REFERENCE_CHARACTERS_MAX = 14
"""Longest reference of an interchange (0020), in characters."""


def write_contrl(head: Head, checked: Checked, by: Answerer) -> bytes:
    """Return an acknowledgement of each interchange; raises Refused where the source is none."""
    _only("contrl", "UN/EDIFACT interchange", head.format == "edifact")
    return _interchanges(CONTRL, controls(head, checked, by), by)


def write_cusres(head: Head, checked: Checked, by: Answerer) -> bytes:
    """Return an answer of customs to each message of a source; raises Refused where there is none to answer."""
    found = answers(head, checked, by, kind="CUSRES", error=content_error)
    _only("cusres", "message to customs", bool(found))
    return _interchanges(CUSRES, found, by)


def write_wco(head: Head, checked: Checked, by: Answerer) -> bytes:
    """Return a response of the WCO Data Model to each message of a source, in one document."""
    found = answers(head, checked, by, kind="RES", error=section_error)
    _only("wco", "message", bool(found))
    return write_response(*found)


def write_ncts(head: Head, checked: Checked, by: Answerer) -> bytes:
    """Return the rejection of an NCTS message, or that it was received; raises Refused where NCTS has no answer."""
    found = rejections(head, checked, by)
    _only("ncts", "single message of NCTS", len(found) == 1 and (found[0].message_type or "").startswith("CC"))
    if not found[0].errors and found[0].message_type in REJECTIONS:
        message = f"NCTS has no answer to {found[0].message_type} that says that nothing is wrong."
        raise Refused(message, "Take problem, which answers every source.")
    return write_answer(found[0])


def _only(format_: str, what: str, met: bool) -> None:  # noqa: FBT001 - the condition is what is asked
    """Raise Refused unless the source is what the format answers."""
    if not met:
        message = f"A reply in {format_} answers a {what}, and the source holds none."
        raise Refused(message, "Leave out the format, or take problem, which answers every source.")


def _interchanges(correspondence: Correspondence, responses: Sequence[Response], by: Answerer) -> bytes:
    """Return the responses as messages, in one interchange for each run of them to the same recipient."""
    written: list[bytes] = []
    for (sender, recipient), group in groupby(responses, key=lambda one: (one.sender, one.recipient)):
        messages: list[Written] = [write_message(correspondence, [one]) for one in group]
        written.append(
            write_interchange(
                messages,
                sender=sender or by.sender,
                recipient=recipient or "",
                reference=_numbered(by.reference, len(written)),
                at=by.at,
            )
        )
    return b"".join(written)


def _numbered(reference: str, number: int) -> str:
    """Return the reference of an interchange of the reply: the reply's own, with a number after the first one."""
    end = f"-{number + 1}" if number else ""
    return f"{reference[: REFERENCE_CHARACTERS_MAX - len(end)]}{end}"

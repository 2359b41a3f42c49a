"""Reply to what was received, in the protocol that it came in or the one that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from tidewaiter.kernel.errors import Refused
from tidewaiter.stages.receive import Head
from tidewaiter.stages.validate.replies.compose import REJECTIONS, Answerer, Checked, result_of
from tidewaiter.stages.validate.replies.model import Reply
from tidewaiter.stages.validate.replies.syntax_codes import is_syntax
from tidewaiter.stages.validate.replies.writing import write_contrl, write_cusres, write_ncts, write_wco
from tidewaiter.stages.validate.report import problem

_encoder = msgspec.json.Encoder(order="deterministic")


def reply(wanted: str | None, head: Head, checked: Checked, *, sender: str, at: datetime, reference: str) -> Reply:
    """Return the answer to a source: what was taken and what is wrong, never with a value of a personal field.

    `checked` holds every record of the source with its findings, whose places say where in the source they lie.
    `wanted` is one of `REPLIES`; None takes what fits the source. `sender` is who answers where the source names
    nobody, `reference` the answer's own number. Raises Refused where the format wanted cannot answer the source.
    """
    format_ = wanted or fitting(head, checked)
    if format_ not in REPLIES:
        message = f"There is no reply {format_!r}."
        raise Refused(message, f"The replies are {', '.join(REPLIES)}.")
    return Reply(format_, REPLIES[format_](head, checked, Answerer(sender, at, reference)))


def fitting(head: Head, checked: Checked) -> str:
    """Return the reply that fits a source: of its protocol where it has one, problem details otherwise.

    An interchange whose syntax is wrong, or that holds no customs message, is answered by CONTRL; CUSRES answers what
    could be read. CONTRL itself is never answered in kind: two nodes would go on for ever (ISO 9735-4). NCTS has no
    answer to an arrival in which nothing is wrong.
    """
    interchange = head.message.interchange
    format_ = interchange.format if interchange is not None else None
    if format_ == "edifact":
        wrong = any(is_syntax(finding) for _, findings in checked for finding in findings)
        types = {(reading.message or head.message).type or "" for reading, _ in checked}
        if not types - {"CONTRL"}:
            return "problem"
        return "contrl" if wrong or not types <= CUSTOMS_MESSAGES else "cusres"
    kind = head.message.type or ""
    if kind in REJECTIONS and result_of([finding for _, findings in checked for finding in findings]) != "rejected":
        return "problem"
    return DOCUMENTS.get((format_ or "", kind), "problem")


CUSTOMS_MESSAGES = frozenset(("CUSCAR", "CUSDEC", "CUSREP", "PAXLST"))
"""Messages to customs, which CUSRES answers."""

_TRANSIT = ("CC007C", "CC013C", "CC014C", "CC015C", "CC044C", "CC170C")
DOCUMENTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {("wco-xml", "DEC"): "wco", **dict.fromkeys((("ncts-xml", one) for one in _TRANSIT), "ncts")}
)
"""(Format of a document, its type) → reply: declarations, and what traders send in transit."""


def _problems(head: Head, checked: Checked, by: Answerer) -> bytes:
    """Return problem details (RFC 9457): of the one record, or of all with those that have findings inside."""
    del head, by
    each = [(reading.number, findings) for reading, findings in checked if findings]
    if len(checked) == 1:
        return _encoder.encode(problem(checked[0][1], instance=_instance(checked[0][0].number)))
    whole: dict[str, Any] = problem([finding for _, findings in each for finding in findings], instance="#")
    del whole["findings"]
    whole["records"] = [problem(findings, instance=_instance(number)) for number, findings in each]
    return _encoder.encode(whole)


def _instance(number: int) -> str:
    """Return the reference of a record within its source."""
    return f"#{number}"


REPLIES: Mapping[str, Callable[[Head, Checked, Answerer], bytes]] = MappingProxyType(
    {
        "contrl": write_contrl,
        "cusres": write_cusres,
        "wco": write_wco,
        "ncts": write_ncts,
        "problem": _problems,
    }
)
"""Format of a reply → what writes it."""

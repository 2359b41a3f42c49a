"""Say what was answered: the acceptance, rejection and errors that are returned for a message."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from tidewaiter.kernel.records._base import Part, Record, own, wco
from tidewaiter.kernel.records.declaration import Amendment
from tidewaiter.kernel.records.goods import AdditionalInformation, GoodsItem
from tidewaiter.kernel.records.parties import Party


class ResponseError(Part, frozen=True, kw_only=True):
    """One error that the answer names (53A), with where it lies in what was sent."""

    code: Annotated[str | None, wco("377", "Validation code: a rule's id, or a code of the sender's own list.")] = None
    reason: Annotated[str | None, own("UN/EDIFACT 0085 code of a syntax error, or a national reason.")] = None
    severity: Annotated[str | None, own("error or warning.")] = None
    text: Annotated[str | None, wco("488", "The error in words; never a value of a personal field.")] = None
    pointer: Annotated[str | None, own("RFC 6901 pointer into the record that is spoken of.")] = None
    location: Annotated[str | None, wco("97A", "Where in the message: an XPath or a chain of section codes.")] = None
    segment: Annotated[int | None, own("UN/EDIFACT 0096: position of the segment in the message, UNH is 1.")] = None
    tag: Annotated[str | None, own("UN/EDIFACT segment tag.")] = None
    element: Annotated[int | None, own("UN/EDIFACT 0098: position in the segment, its tag is 1.")] = None
    component: Annotated[int | None, own("UN/EDIFACT 0104: position of the component in the composite, from 1.")] = None


class MessageAnswer(Part, frozen=True, kw_only=True):
    """What is answered of one message of an interchange."""

    message: Annotated[str | None, own("UN/EDIFACT 0062 of the message answered.")] = None
    message_type: Annotated[str | None, own("Type of the message answered.")] = None
    directory: Annotated[str | None, own("Its version, release and agency, for example D.05B.UN.")] = None
    result: Annotated[str | None, own("accepted, acknowledged, warned or rejected.")] = None
    errors: Annotated[tuple[ResponseError, ...], own("Errors in that message.")] = ()


class GroupAnswer(Part, frozen=True, kw_only=True):
    """What is answered of one group of messages of an interchange."""

    reference: Annotated[str | None, own("UN/EDIFACT 0048 of the group answered.")] = None
    sender: Annotated[str | None, own("Application that sent the group.")] = None
    recipient: Annotated[str | None, own("Application that the group was for.")] = None
    result: Annotated[str | None, own("accepted, acknowledged, warned or rejected.")] = None
    errors: Annotated[tuple[ResponseError, ...], own("Errors in the group's own envelope.")] = ()
    messages: Annotated[tuple[MessageAnswer, ...], own("Answers to its messages.")] = ()


class ResponseStatus(Part, frozen=True, kw_only=True):
    """A state that what was sent has reached (12B)."""

    code: Annotated[str | None, wco("379", "Code of the state.")] = None
    at: Annotated[datetime | None, wco("380", "Since when.")] = None
    released: Annotated[datetime | None, wco("277", "When the goods were released.")] = None


class Response(Record, frozen=True, kw_only=True):
    """What an authority or a partner answers to a message (07B)."""

    reference: Annotated[str | None, own("Number of the answer itself.")] = None
    type: Annotated[str | None, own("Format and kind: CONTRL, CUSRES, RES, CC056C and so on.")] = None
    function: Annotated[str | None, wco("017", "Code of the answer's function.")] = None
    result: Annotated[str | None, own("accepted, acknowledged, warned or rejected.")] = None
    issued: Annotated[datetime | None, wco("D029", "When it was issued.")] = None
    sender: Annotated[str | None, own("Who answers.")] = None
    recipient: Annotated[str | None, own("Who is answered.")] = None
    interchange: Annotated[str | None, own("UN/EDIFACT 0020 of the interchange answered.")] = None
    message: Annotated[str | None, own("UN/EDIFACT 0062, or the identification, of the message answered.")] = None
    message_type: Annotated[str | None, own("Type of the message answered.")] = None
    lrn: Annotated[str | None, wco("D026", "Reference that the sender gave to what is answered.")] = None
    mrn: Annotated[str | None, wco("D014", "Number that customs gave to what is answered.")] = None
    errors: Annotated[tuple[ResponseError, ...], wco("53A", "Errors.")] = ()
    statuses: Annotated[tuple[ResponseStatus, ...], wco("12B", "States reached.")] = ()
    messages: Annotated[tuple[MessageAnswer, ...], own("Answers to single messages of an interchange.")] = ()
    groups: Annotated[tuple[GroupAnswer, ...], own("Answers to its groups, where it has groups.")] = ()
    additional_information: Annotated[tuple[AdditionalInformation, ...], wco("03A", "Coded statements.")] = ()
    accepted: Annotated[datetime | None, wco("023", "When customs accepted what is answered.")] = None
    office: Annotated[str | None, own("Customs office that answers.")] = None
    trader: Annotated[Party | None, own("Trader at destination of the transit movement answered.")] = None
    amendments: Annotated[tuple[Amendment, ...], wco("06A", "What was changed, and why.")] = ()
    items: Annotated[tuple[GoodsItem, ...], wco("68A", "Goods items with what is due for them.")] = ()

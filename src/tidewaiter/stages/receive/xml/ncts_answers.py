"""Say how answers correspond to the messages of NCTS that accept, refuse, warn and complain."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tidewaiter.kernel.records import AdditionalInformation, Party, Response, ResponseError, ResponseStatus
from tidewaiter.stages.receive.lens import Codes, Lens, Line, const, each, leaf, lens, part
from tidewaiter.stages.receive.xml.ncts_lines import NCTS_DAY, NCTS_MOMENT, MessageType

_HEAD: tuple[Line, ...] = (
    leaf("reference", "messageIdentification"),
    leaf("issued", "preparationDateAndTime", NCTS_MOMENT),
    leaf("sender", "messageSender"),
    leaf("recipient", "messageRecipient"),
    leaf("message", "correlationIdentifier"),
    leaf("lrn", "TransitOperation/LRN"),
    leaf("lrn", "Header/LRN"),
    leaf("mrn", "TransitOperation/MRN"),
    leaf("mrn", "Header/MRN"),
    leaf("accepted", "TransitOperation/declarationAcceptanceDate", NCTS_DAY),
)
_FUNCTIONAL = each(
    "errors",
    "FunctionalError",
    ResponseError,
    leaf("location", "errorPointer"),
    leaf("reason", "errorCode"),
    leaf("code", "errorReason"),
)
"""A functional error: which code, which rule or condition, where. What stood there is not read: it may be personal."""

_XML = each(
    "errors",
    "XMLError",
    ResponseError,
    leaf("location", "errorPointer"),
    leaf("reason", "errorCode"),
    leaf("text", "errorText"),
)


def _status(element: str, *, code: str | None = None, day: bool = False) -> Line:
    """Return the line of a state reached at a moment or on a day."""
    said = () if code is None else (leaf("code", f"TransitOperation/{code}"),)
    at = leaf("at", f"TransitOperation/{element}", NCTS_DAY if day else NCTS_MOMENT)
    return each("statuses", "", ResponseStatus, *said, at)


def _statement(kind: str, address: str, *lines: Line) -> Line:
    """Return the line of a statement."""
    return each("additional_information", address, AdditionalInformation, const("type", kind), *lines)


def _answer(result: str | None, *lines: Line, office: str = "CustomsOfficeOfDeparture") -> tuple[Line, ...]:
    """Return the lines of an answer."""
    said = () if result is None else (const("result", result),)
    return (*said, *_HEAD, leaf("office", f"{office}/referenceNumber"), *lines)


_REJECTION: tuple[Line, ...] = (
    leaf("message_type", "TransitOperation/businessRejectionType", MessageType()),
    _status("rejectionDateAndTime", code="rejectionCode"),
    _statement("reason", "TransitOperation", leaf("text", "rejectionReason")),
    _FUNCTIONAL,
)

_ACCEPTED, _REJECTED, _WARNED, _ACKNOWLEDGED = "accepted", "rejected", "warned", "acknowledged"
_DECISION = {"1": _ACCEPTED, "0": _REJECTED}

ANSWERS: Mapping[str, Lens[Response]] = MappingProxyType(
    {
        code: lens(Response, const("type", code), *lines)
        for code, lines in {
            "CC004C": _answer(_ACCEPTED, _status("amendmentAcceptanceDateAndTime")),
            "CC009C": _answer(
                None,
                leaf("result", "Invalidation/decision", Codes(_DECISION, other="drop")),
                _statement("reason", "Invalidation", leaf("text", "justification")),
            ),
            "CC019C": _answer(
                _WARNED,
                _status("discrepanciesNotificationDate", day=True),
                _statement("discrepancies", "TransitOperation", leaf("text", "discrepanciesNotificationText")),
            ),
            "CC022C": _answer(_WARNED, _status("amendmentNotificationDateAndTime"), _FUNCTIONAL),
            "CC023C": _answer(_ACKNOWLEDGED),
            "CC028C": _answer(_ACCEPTED),
            "CC035C": _answer(
                _WARNED, _statement("recovery", "RecoveryNotification", leaf("text", "recoveryNotificationText"))
            ),
            "CC051C": _answer(
                _REJECTED,
                _statement(
                    "no-release",
                    "TransitOperation",
                    leaf("code", "noReleaseMotivationCode"),
                    leaf("text", "noReleaseMotivationText"),
                ),
            ),
            "CC055C": _answer(
                _REJECTED,
                each(
                    "errors",
                    "GuaranteeReference/InvalidGuaranteeReason",
                    ResponseError,
                    leaf("code", "code"),
                    leaf("text", "text"),
                ),
            ),
            "CC056C": _answer(_REJECTED, *_REJECTION),
            "CC057C": _answer(
                _REJECTED,
                *_REJECTION,
                part(
                    "trader",
                    "TraderAtDestination",
                    Party,
                    const("role", "consignee"),
                    leaf("id", "identificationNumber"),
                ),
                office="CustomsOfficeOfDestinationActual",
            ),
            "CC060C": _answer(
                _WARNED,
                _status("controlNotificationDateAndTime", code="notificationType"),
                _statement("control", "TypeOfControls", leaf("code", "type"), leaf("text", "text")),
                _statement("document", "RequestedDocument", leaf("code", "documentType"), leaf("text", "description")),
            ),
            "CC191C": _answer(
                None, leaf("result", "AESResults/globalValidationResponse", Codes(_DECISION, other="drop"))
            ),
            "CC228C": _answer(_ACKNOWLEDGED),
            "CC906C": _answer(_REJECTED, _FUNCTIONAL),
            "CC917C": _answer(_REJECTED, _XML),
            "CC928C": _answer(_ACKNOWLEDGED),
        }.items()
    }
)
"""Message → correspondence, of those that answer. Source: NCTS phase 6, DDNTA 6.4.1."""

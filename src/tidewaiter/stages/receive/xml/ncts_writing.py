"""Write transit movements and answers as NCTS messages, as their schemas want them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tidewaiter.kernel.records import Response, TransitMovement
from tidewaiter.stages.receive.xml.drafts import Dialect, Draft, finished, serialised, wrapped, writing
from tidewaiter.stages.receive.xml.ncts import MESSAGES, MOVEMENTS, NAMESPACE, PHASE
from tidewaiter.stages.receive.xml.ncts_answers import ANSWERS
from tidewaiter.stages.receive.xml.ncts_lines import NCTS_MOMENT
from tidewaiter.stages.receive.xml.orders import TRANSIT_ORDER

_NUMBERED = frozenset(
    (
        *("Authorisation", "CustomsOfficeOfTransitDeclared", "CustomsOfficeOfExitForTransitDeclared", "Guarantee"),
        *("GuaranteeReference", "AdditionalSupplyChainActor", "TransportEquipment", "Seal", "GoodsReference"),
        *("DepartureTransportMeans", "ActiveBorderTransportMeans", "CountryOfRoutingOfConsignment", "Packaging"),
        *("DangerousGoods", "PreviousDocument", "SupportingDocument", "TransportDocument", "AdditionalReference"),
        *("AdditionalInformation", "HouseConsignment"),
    )
)
_SINGLE = frozenset(
    ("Consignment", "TransitOperation", "Commodity", "CommodityCode", "GoodsMeasure", "UnloadingRemark")
)
_KEPT = dict.fromkeys(("CC056C", "CC170C", "CC928C"), frozenset(("HolderOfTheTransitProcedure",)))
"""Message → elements that must stand there, even where nothing is known to fill them."""

_ERRORS = frozenset(("12", "13", "14", "15", "26", "50", "51", "52", "90", "92", "93"))
_RULE_VIOLATION = "14"
_REASON_CHARACTERS_MAX = 7


class Envelope(NamedTuple):
    """What stands around a movement in its message: who sends it to whom, and its number.

    `prepared` counts where the movement does not say when it was issued.
    """

    sender: str
    recipient: str
    reference: str
    prepared: datetime


def write_movement(record: TransitMovement, message: str, envelope: Envelope) -> bytes:
    """Return a message about a movement: CC015C, CC007C, CC044C or another of MOVEMENTS."""
    return serialised(_message(record, message, envelope))


def write_movements(movements: Sequence[tuple[TransitMovement, str, Envelope]]) -> bytes:
    """Return one document of several messages, each a movement, its message and its envelope; of one, it alone.

    NCTS sends a message at a time and has no document for many: the one that holds them here is this program's own.
    """
    if len(movements) == 1:
        return write_movement(*movements[0])
    outer = writing(Dialect(root="Messages", root_namespace=MESSAGES, prefixes={"several": MESSAGES}))
    return wrapped(outer, (_message(*one) for one in movements))


def _message(record: TransitMovement, message: str, envelope: Envelope) -> Draft:
    """Return the root of a message about a movement."""
    node = _begun(message)
    MOVEMENTS[message].write(record, node)
    _put(node, "messageSender", envelope.sender)
    _put(node, "messageRecipient", envelope.recipient)
    _put(node, "messageIdentification", envelope.reference)
    if record.issued is None:
        NCTS_MOMENT.write(node.make("preparationDateAndTime"), envelope.prepared)
    _put(node, "messageType", message)
    return finished(node)


def write_answer(record: Response) -> bytes:
    """Return the answer: CC056C, or the message of ANSWERS that the record says it is.

    A functional error has a code of the list that NCTS knows, else that of a violated rule.
    """
    message = record.type if record.type is not None and record.type in ANSWERS else "CC056C"
    node = _begun(message)
    ANSWERS[message].write(record, node)
    for error in node.select("FunctionalError"):
        code, reason = error.make("errorCode"), error.make("errorReason")
        code.put(text if (text := code.text()) in _ERRORS else _RULE_VIOLATION)
        reason.put((reason.text() or "N/A")[:_REASON_CHARACTERS_MAX])
        if error.value(("errorPointer",)) is None:
            error.make("errorPointer").put("/")
    _put(node, "messageType", message)
    return serialised(finished(node))


def _begun(message: str) -> Draft:
    """Return the root of a new message."""
    node = writing(
        Dialect(
            root=message,
            root_namespace=NAMESPACE,
            prefixes={"ncts": NAMESPACE},
            order=TRANSIT_ORDER,
            single=_SINGLE,
            numbered=dict.fromkeys(_NUMBERED, "sequenceNumber") | {"ConsignmentItem": "goodsItemNumber"},
            counted={"TransportEquipment": ("numberOfSeals", "Seal")},
            kept=_KEPT.get(message, frozenset()),
        )
    )
    node.make("@PhaseID").put(PHASE)
    return node


def _put(node: Draft, name: str, text: str) -> None:
    """Put a text of the message's head, where none stands there."""
    there = node.make(name)
    if there.text() is None:
        there.put(text)

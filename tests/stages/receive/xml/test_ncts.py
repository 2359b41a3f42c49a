"""Test the messages of NCTS: a movement's life, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tidewaiter.kernel.records import (
    Consignment,
    Message,
    MovementStep,
    Response,
    ResponseError,
    ResponseStatus,
    TransitMovement,
    TransportMeans,
)
from tidewaiter.stages import receive
from tidewaiter.stages.receive.xml.ncts import MOVEMENTS
from tidewaiter.stages.receive.xml.ncts_answers import ANSWERS
from tidewaiter.stages.receive.xml.ncts_writing import Envelope, write_answer, write_movement, write_movements
from tidewaiter.stages.receive.xml.reader import XmlMessage

ReadXml = Callable[..., list[receive.Reading]]
ENVELOPE = Envelope("NTA.QQ", "NTA.NO", "M-1", datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))


def _message(code: str, inside: str) -> str:
    """Return a message of NCTS."""
    return (
        f'<ncts:{code} xmlns:ncts="http://ncts.dgtaxud.ec" PhaseID="NCTS5.1"><messageSender>A</messageSender>'
        f"<messageRecipient>B</messageRecipient><preparationDateAndTime>2026-03-04T05:06:07</preparationDateAndTime>"
        f"<messageIdentification>M</messageIdentification><messageType>{code}</messageType>{inside}</ncts:{code}>"
    )


def _movement(read_xml: ReadXml, code: str, inside: str) -> TransitMovement:
    """Read a message about a movement."""
    (one,) = read_xml(_message(code, inside))
    assert one.faults == ()
    assert isinstance(one.record, TransitMovement)
    return one.record


def a_transit_declaration_is_read(read_xml: ReadXml, transit: str) -> None:
    (one,) = read_xml(transit)
    record = one.record
    assert one.faults == ()
    assert isinstance(record, TransitMovement)
    assert (record.function, record.lrn, record.type, record.security) == ("9", "T-77", "T1", "0")
    assert (record.departure_office, record.destination_office) == ("NO000001", "SE000002")
    assert record.transit_offices == ("FI000003", "DK000004")
    assert (record.binding_itinerary, record.reduced_dataset) == (True, False)
    assert record.time_limit == datetime(2026, 3, 10, tzinfo=UTC)
    assert record.principal is not None
    assert record.principal.id == "NO555"
    assert [(one.type, one.reference, one.amount and one.amount.value) for one in record.guarantees] == [
        ("1", "26NO00000000000001", Decimal("100.00")),
        ("1", "26NO00000000000002", Decimal("50.00")),
    ]
    assert record.steps == ()


def the_access_code_of_a_guarantee_is_not_read(read_xml: ReadXml, transit: str) -> None:
    (one,) = read_xml(transit)
    assert "A1B2" not in repr(one)


def the_goods_of_a_transit_declaration_are_read(read_xml: ReadXml, transit: str) -> None:
    (one,) = read_xml(transit)
    assert isinstance(one.record, TransitMovement)
    whole, (first, second) = one.record.consignment, one.record.houses
    assert whole is not None
    assert (whole.level, whole.container_indicator) == ("master", True)
    assert whole.gross_mass is not None
    assert whole.gross_mass.value == Decimal(300)
    assert [(one.stage, one.mode, one.id, one.id_type) for one in whole.transport_means] == [
        ("departure", "3", "AB12345", "PLATE"),
        ("border", "1", None, None),
    ]
    assert whole.transport_document is not None
    assert whole.transport_document.number == "BL-1"
    assert [(one.category, one.number) for one in whole.documents] == [("transport", "BL-2")]
    assert whole.goods_location is not None
    assert (whole.goods_location.qualifier, whole.goods_location.id) == ("V", "NO000001")
    assert [house.level for house in (first, second)] == ["house", "house"]
    (item,), (other,) = first.items, second.items
    assert item.commodity is not None
    assert [(code.type, code.id) for code in item.commodity.classifications] == [("HS", "510710"), ("CN", "51071000")]
    assert (item.equipment, other.equipment) == ((), ("CSQU3054383",))
    assert [one.sequence for one in (item, other)] == [1, 2]


def a_head_says_who_sends_to_whom(opened: Callable[..., XmlMessage], transit: str) -> None:
    message = opened(transit).head.message
    assert message.interchange is not None
    assert (message.type, message.directory, message.interchange.format) == ("CC015C", "NCTS6", "ncts-xml")
    assert (message.interchange.sender, message.interchange.recipient) == ("NTA.QQ", "NTA.NO")
    assert message.interchange.control_reference == "M-1"
    assert message.interchange.prepared == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


_OFFICES = (
    "<CustomsOfficeOfDeparture><referenceNumber>NO000001</referenceNumber></CustomsOfficeOfDeparture>"
    "<CustomsOfficeOfDestinationActual><referenceNumber>SE000002</referenceNumber></CustomsOfficeOfDestinationActual>"
)

LIFE = [
    (
        "CC029C",
        "<TransitOperation><LRN>T</LRN><MRN>M</MRN><releaseDate>2026-03-05</releaseDate></TransitOperation>"
        + _OFFICES
        + "<ControlResult><code>A2</code></ControlResult>",
        MovementStep(type="departure", at=datetime(2026, 3, 5, tzinfo=UTC), result="A2", office="NO000001"),
    ),
    (
        "CC007C",
        "<TransitOperation><MRN>M</MRN><arrivalNotificationDateAndTime>2026-03-06T07:08:09"
        "</arrivalNotificationDateAndTime></TransitOperation>" + _OFFICES,
        MovementStep(type="arrival", at=datetime(2026, 3, 6, 7, 8, 9, tzinfo=UTC), office="SE000002"),
    ),
    (
        "CC043C",
        "<TransitOperation><MRN>M</MRN></TransitOperation>" + _OFFICES,
        MovementStep(
            type="unloading", at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), result="permitted", office="SE000002"
        ),
    ),
    (
        "CC044C",
        "<TransitOperation><MRN>M</MRN></TransitOperation>" + _OFFICES + "<UnloadingRemark><conform>0</conform>"
        "<unloadingCompletion>1</unloadingCompletion><unloadingDate>2026-03-07</unloadingDate>"
        "<stateOfSeals>0</stateOfSeals><unloadingRemark>One short</unloadingRemark></UnloadingRemark>",
        MovementStep(
            type="unloading",
            at=datetime(2026, 3, 7, tzinfo=UTC),
            result="not conform",
            complete=True,
            seals_intact=False,
            remarks="One short",
            office="SE000002",
        ),
    ),
    (
        "CC025C",
        "<TransitOperation><MRN>M</MRN><releaseDate>2026-03-08</releaseDate><releaseIndicator>1</releaseIndicator>"
        "</TransitOperation>" + _OFFICES,
        MovementStep(type="unloading", at=datetime(2026, 3, 8, tzinfo=UTC), result="1", office="SE000002"),
    ),
    (
        "CD118C",
        "<TransitOperation><MRN>M</MRN><passageDate>2026-03-06</passageDate></TransitOperation>"
        "<CustomsOfficeOfTransitActual><referenceNumber>FI000004</referenceNumber></CustomsOfficeOfTransitActual>"
        + _OFFICES,
        MovementStep(type="passage", at=datetime(2026, 3, 6, tzinfo=UTC), office="FI000004"),
    ),
    (
        "CC045C",
        "<TransitOperation><MRN>M</MRN><writeOffDate>2026-03-09</writeOffDate></TransitOperation>" + _OFFICES,
        MovementStep(type="discharge", at=datetime(2026, 3, 9, tzinfo=UTC), office="NO000001"),
    ),
]


@pytest.mark.parametrize(("code", "inside", "step"), LIFE, ids=[one[0] for one in LIFE])
def a_message_reports_a_step_of_the_movement(read_xml: ReadXml, code: str, inside: str, step: MovementStep) -> None:
    record = _movement(read_xml, code, inside)
    assert record.mrn == "M"
    assert record.steps == (step,)


def an_incident_is_read_with_its_place_and_new_seals(read_xml: ReadXml) -> None:
    record = _movement(
        read_xml,
        "CC182C",
        "<TransitOperation><MRN>M</MRN><incidentNotificationDateAndTime>2026-03-05T01:02:03"
        "</incidentNotificationDateAndTime></TransitOperation>"
        "<CustomsOfficeOfIncidentRegistration><referenceNumber>FI000003</referenceNumber>"
        "</CustomsOfficeOfIncidentRegistration><Consignment><Incident><code>4</code><text>Flat tyre</text>"
        "<Location><qualifierOfIdentification>W</qualifierOfIdentification><country>FI</country>"
        "<GNSS><latitude>+60.12345</latitude><longitude>+24.12345</longitude></GNSS></Location>"
        "<TransportEquipment><Seal><identifier>S-2</identifier></Seal></TransportEquipment>"
        "<Transhipment><TransportMeans><typeOfIdentification>30</typeOfIdentification>"
        "<identificationNumber>XY1</identificationNumber></TransportMeans></Transhipment></Incident></Consignment>",
    )
    (step,) = record.steps
    assert (step.type, step.code, step.remarks, step.office) == ("incident", "4", "Flat tyre", "FI000003")
    assert step.at == datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC)
    assert step.place is not None
    assert (step.place.country, step.place.id) == ("FI", "+60.12345 +24.12345")
    assert [seal.id for seal in step.seals] == ["S-2"]
    assert step.transport_means == TransportMeans(id="XY1", id_type="PLATE")


@pytest.mark.parametrize(("code", "function"), [("CC015C", "9"), ("CC013C", "4"), ("CC014C", "1"), ("CC029C", None)])
def a_message_has_its_function(read_xml: ReadXml, code: str, function: str | None) -> None:
    record = _movement(read_xml, code, "<TransitOperation><LRN>T</LRN></TransitOperation>")
    assert record.function == function


@pytest.mark.parametrize("code", [*MOVEMENTS, *ANSWERS])
def every_message_is_read_even_where_it_is_empty(read_xml: ReadXml, code: str) -> None:
    (one,) = read_xml(_message(code, ""))
    assert one.faults == ()
    assert isinstance(one.record, TransitMovement if code in MOVEMENTS else Response)


def a_rejection_is_read_without_what_stood_there(read_xml: ReadXml) -> None:
    (one,) = read_xml(
        _message(
            "CC056C",
            "<TransitOperation><LRN>T</LRN><businessRejectionType>015</businessRejectionType>"
            "<rejectionDateAndTime>2026-03-05T00:00:00</rejectionDateAndTime><rejectionCode>12</rejectionCode>"
            "</TransitOperation><CustomsOfficeOfDeparture><referenceNumber>NO000001</referenceNumber>"
            "</CustomsOfficeOfDeparture><FunctionalError><errorPointer>/CC015C/Consignment/Consignor/name</errorPointer>"
            "<errorCode>14</errorCode><errorReason>R0001</errorReason>"
            "<originalAttributeValue>Jane Invented</originalAttributeValue></FunctionalError>",
        )
    )
    assert one.record == Response(
        reference="M",
        type="CC056C",
        issued=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
        sender="A",
        recipient="B",
        result="rejected",
        lrn="T",
        message_type="CC015C",
        office="NO000001",
        errors=(ResponseError(location="/CC015C/Consignment/Consignor/name", reason="14", code="R0001"),),
        statuses=(ResponseStatus(code="12", at=datetime(2026, 3, 5, tzinfo=UTC)),),
    )


@pytest.mark.parametrize(("decision", "result"), [("1", "accepted"), ("0", "rejected")])
def a_decision_on_an_invalidation_has_its_result(read_xml: ReadXml, decision: str, result: str) -> None:
    inside = f"<Invalidation><decision>{decision}</decision><justification>x</justification></Invalidation>"
    (one,) = read_xml(_message("CC009C", inside))
    assert isinstance(one.record, Response)
    assert one.record.result == result


@pytest.mark.parametrize("code", ["CC999C", "CC015B", "CD001C"])
def a_message_that_is_not_known_is_kept_unread(read_xml: ReadXml, code: str) -> None:
    (one,) = read_xml(_message(code, ""))
    assert isinstance(one.record, Message)
    assert one.record.type == code
    assert [fault.code for fault in one.faults] == ["unknown-message"]


def a_written_error_has_a_code_that_ncts_knows(read_xml: ReadXml) -> None:
    errors = (ResponseError(code="STR-003-long", reason="37", location="/a"), ResponseError(reason="13"))
    (one,) = read_xml(write_answer(Response(type="CC056C", errors=errors)))
    assert isinstance(one.record, Response)
    assert one.record.errors == (
        ResponseError(code="STR-003", reason="14", location="/a"),
        ResponseError(code="N/A", reason="13", location="/"),
    )


def the_mode_of_transport_survives_without_means(read_xml: ReadXml) -> None:
    whole = Consignment(level="master", transport_means=(TransportMeans(stage="departure", mode="3"),))
    record = TransitMovement(function="9", lrn="T", issued=ENVELOPE.prepared, consignment=whole)
    (one,) = read_xml(write_movement(record, "CC015C", ENVELOPE))
    assert one.record == record


def several_messages() -> bytes:
    """Return one document of three messages from two senders."""
    steps = (("NTA.FI", "CD118C"), ("NTA.NO", "CC045C"), ("NTA.FI", "CD118C"))
    return write_movements(
        [
            (TransitMovement(mrn=f"M{number}", issued=ENVELOPE.prepared), message, ENVELOPE._replace(sender=sender))
            for number, (sender, message) in enumerate(steps)
        ]
    )


def every_message_of_a_document_is_read_with_its_own_sender(read_xml: ReadXml) -> None:
    read = read_xml(several_messages())
    assert [one.record.mrn for one in read if isinstance(one.record, TransitMovement)] == ["M0", "M1", "M2"]
    messages = [one.message for one in read if one.message is not None]
    assert [one.interchange.sender for one in messages if one.interchange is not None] == ["NTA.FI", "NTA.NO", "NTA.FI"]
    assert [one.type for one in messages] == ["CD118C", "CC045C", "CD118C"]
    assert [one.faults for one in read] == [(), (), ()]


def a_field_of_the_second_message_of_a_document_is_found() -> None:
    data = several_messages()
    place = receive.locate(None, data, "/mrn", offset=0, line=1, row=2, format="xml")
    assert place is not None
    assert place.offset is not None
    assert place.length is not None
    assert data[place.offset : place.offset + place.length] == b"M1"


def a_document_of_one_message_is_that_message() -> None:
    movement = TransitMovement(mrn="M", issued=ENVELOPE.prepared)
    assert write_movements([(movement, "CC045C", ENVELOPE)]) == write_movement(movement, "CC045C", ENVELOPE)


def every_message_in_an_envelope_of_somebody_else_is_read_too(read_xml: ReadXml) -> None:
    data = several_messages().replace(b"urn:tidewaiter:ncts-messages:1", b"urn:example:other")
    assert sum(isinstance(one.record, TransitMovement) for one in read_xml(data)) == 3

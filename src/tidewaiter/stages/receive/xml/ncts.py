"""Say how transit movements and answers correspond to the messages of NCTS, phases 5 and 6."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tidewaiter.kernel.records import (
    Amount,
    Authorisation,
    Guarantee,
    Location,
    MovementStep,
    Party,
    Seal,
    TransitMovement,
    TransportMeans,
)
from tidewaiter.stages.receive.lens import DECIMAL, Codes, Lens, Line, const, each, leaf, lens, part, texts
from tidewaiter.stages.receive.xml.ncts_goods import HOUSES, MASTER, PARTY, YES_NO
from tidewaiter.stages.receive.xml.ncts_lines import (
    NCTS_DAY,
    NCTS_MOMENT,
    Beside,
    Coordinates,
    rest,
    seen,
)
from tidewaiter.stages.receive.xml.wco import ID_TYPES

NAMESPACE = "http://ncts.dgtaxud.ec"
PHASE = "NCTS6"
MESSAGES = "urn:tidewaiter:ncts-messages:1"
"""Namespace of the element that holds several messages in one document."""

_OFFICE = "referenceNumber"

_GUARANTEE: tuple[Line, ...] = (
    leaf("reference", "GRN"),
    part("amount", "", Amount, leaf("value", "amountToBeCovered", DECIMAL), leaf("currency", "currency")),
)


def _office(name: str, *elements: str) -> tuple[Line, ...]:
    """Return the lines of an office that one of the elements names."""
    return tuple(leaf(name, f"{element}/{_OFFICE}") for element in elements)


_OPERATION: tuple[Line, ...] = (
    leaf("mrn", "TransitOperation/MRN"),
    leaf("lrn", "TransitOperation/LRN"),
    leaf("type", "TransitOperation/declarationType"),
    leaf("additional_type", "TransitOperation/additionalDeclarationType"),
    leaf("tir_carnet", "TransitOperation/TIRCarnetNumber"),
    leaf("security", "TransitOperation/security"),
    leaf("reduced_dataset", "TransitOperation/reducedDatasetIndicator", YES_NO),
    leaf("binding_itinerary", "TransitOperation/bindingItinerary", YES_NO),
    leaf("simplified", "TransitOperation/simplifiedProcedure", YES_NO),
    leaf("time_limit", "TransitOperation/limitDate", NCTS_DAY),
    leaf("issued", "preparationDateAndTime", NCTS_MOMENT),
    each("authorisations", "Authorisation", Authorisation, leaf("type", "type"), leaf("number", "referenceNumber")),
    part("principal", "HolderOfTheTransitProcedure", Party, const("role", "principal"), *PARTY),
    part("representative", "Representative", Party, const("role", "agent"), *PARTY),
    part("trader", "TraderAtDestination", Party, const("role", "consignee"), *PARTY),
    *_office("departure_office", "CustomsOfficeOfDeparture"),
)

_ROUTE: tuple[Line, ...] = (
    texts("transit_offices", f"CustomsOfficeOfTransitDeclared/{_OFFICE}"),
    texts("exit_offices", f"CustomsOfficeOfExitForTransitDeclared/{_OFFICE}"),
    each(
        "guarantees",
        "Guarantee",
        Guarantee,
        leaf("type", "guaranteeType"),
        leaf("id", "otherGuaranteeReference"),
        leaf("reference", "GuaranteeReference/GRN"),
        part(
            "amount",
            "GuaranteeReference",
            Amount,
            leaf("value", "amountToBeCovered", DECIMAL),
            leaf("currency", "currency"),
        ),
    ),
    rest(
        "guarantees", "Guarantee/GuaranteeReference", Guarantee, leaf("type", "", Beside("guaranteeType")), *_GUARANTEE
    ),
)

_DECLARED = _office("destination_office", "CustomsOfficeOfDestinationDeclared", "CustomsOfficeOfDestination")
_ACTUAL = _office("destination_office", "CustomsOfficeOfDestinationActual", "CustomsOfficeOfDestination")


def _movement(function: str | None, *lines: Line) -> Lens[TransitMovement]:
    """Return the correspondence of a message about a movement."""
    said = () if function is None else (const("function", function),)
    return lens(TransitMovement, *said, *_OPERATION, *lines)


def _step(kind: str, address: str, *lines: Line) -> Line:
    """Return the line of a step of the movement."""
    return each("steps", address, MovementStep, const("type", kind), *lines)


_INCIDENTS = _step(
    "incident",
    "Consignment/Incident",
    leaf("code", "code"),
    leaf("remarks", "text"),
    leaf("at", "/TransitOperation/incidentNotificationDateAndTime", NCTS_MOMENT, read_only=True),
    leaf("at", "Endorsement/date", NCTS_DAY),
    *_office("office", "/CustomsOfficeOfIncidentRegistration"),
    part(
        "place",
        "Location",
        Location,
        leaf("qualifier", "qualifierOfIdentification"),
        leaf("code", "UNLocode"),
        leaf("country", "country"),
        leaf("id", "GNSS", Coordinates()),
    ),
    part(
        "transport_means",
        "Transhipment/TransportMeans",
        TransportMeans,
        leaf("id", "identificationNumber"),
        leaf("id_type", "typeOfIdentification", Codes(ID_TYPES)),
        leaf("nationality", "nationality"),
    ),
    each("seals", "TransportEquipment/Seal", Seal, leaf("id", "identifier")),
)
_DEPARTURE = _office("office", "/CustomsOfficeOfDeparture")
_DESTINATION = _office("office", "/CustomsOfficeOfDestinationActual", "/CustomsOfficeOfDestination")

_UNLOADING = _step(
    "unloading",
    "UnloadingRemark",
    leaf("at", "unloadingDate", NCTS_DAY),
    leaf("result", "conform", Codes({"1": "conform", "0": "not conform"})),
    leaf("complete", "unloadingCompletion", YES_NO),
    leaf("seals_intact", "stateOfSeals", YES_NO),
    leaf("remarks", "unloadingRemark"),
    *_DESTINATION,
    seen("seals", "/Consignment/TransportEquipment/Seal", Seal, leaf("id", "identifier")),
)

MOVEMENTS: Mapping[str, Lens[TransitMovement]] = MappingProxyType(
    {
        "CC015C": _movement("9", *_DECLARED, *_ROUTE, MASTER, HOUSES),
        "CC013C": _movement("4", *_DECLARED, *_ROUTE, MASTER, HOUSES),
        "CC014C": _movement("1"),
        "CC170C": _movement(None, MASTER, HOUSES),
        "CC190C": _movement(None, MASTER, HOUSES),
        "CC017C": _movement(
            None,
            *_DECLARED,
            *_ROUTE,
            MASTER,
            HOUSES,
            _step("departure", "ControlResult", leaf("at", "date", NCTS_DAY), leaf("result", "code"), *_DEPARTURE),
        ),
        "CC029C": _movement(
            None,
            *_DECLARED,
            *_ROUTE,
            MASTER,
            HOUSES,
            _step(
                "departure",
                "TransitOperation",
                leaf("at", "releaseDate", NCTS_DAY),
                leaf("result", "/ControlResult/code"),
                leaf("remarks", "/ControlResult/text"),
                *_DEPARTURE,
            ),
        ),
        "CC182C": _movement(None, _INCIDENTS),
        "CC007C": _movement(
            None,
            *_ACTUAL,
            _INCIDENTS,
            _step(
                "arrival", "TransitOperation", leaf("at", "arrivalNotificationDateAndTime", NCTS_MOMENT), *_DESTINATION
            ),
            MASTER,
        ),
        "CC043C": _movement(
            None,
            *_ACTUAL,
            MASTER,
            HOUSES,
            _INCIDENTS,
            _step(
                "unloading",
                "",
                const("result", "permitted"),
                leaf("at", "preparationDateAndTime", NCTS_MOMENT),
                *_DESTINATION,
            ),
        ),
        "CC044C": _movement(None, *_ACTUAL, MASTER, HOUSES, _UNLOADING),
        "CC025C": _movement(
            None,
            *_ACTUAL,
            HOUSES,
            _step(
                "unloading",
                "TransitOperation",
                leaf("at", "releaseDate", NCTS_DAY),
                leaf("result", "releaseIndicator"),
                *_DESTINATION,
            ),
        ),
        "CC042C": _movement(
            None,
            *_ACTUAL,
            _step("unloading", "ExportOperation/ControlResult", leaf("at", "date", NCTS_DAY), leaf("result", "code")),
        ),
        "CC045C": _movement(
            None,
            _step("discharge", "TransitOperation", leaf("at", "writeOffDate", NCTS_DAY), *_DEPARTURE),
        ),
        "CD118C": _movement(
            None,
            _step(
                "passage",
                "TransitOperation",
                leaf("at", "passageDate", NCTS_DAY),
                *_office("office", "/CustomsOfficeOfTransitActual"),
            ),
        ),
        "CC048C": _movement(
            None,
            *_ACTUAL,
            _step("enquiry", "TransitOperation", leaf("at", "recoveryCommunicationDate", NCTS_DAY)),
        ),
        "CC140C": _movement(
            None,
            _step("enquiry", "TransitOperation", leaf("at", "requestOnNonArrivedMovementDate", NCTS_DAY), *_DEPARTURE),
        ),
        "CC141C": _movement(
            None,
            *_ACTUAL,
            _step(
                "enquiry", "Enquiry", leaf("remarks", "text"), *_office("office", "/CustomsOfficeOfEnquiryAtDeparture")
            ),
        ),
        "CC040C": _movement("1"),
    }
)
"""Message → correspondence, of those that tell a movement's life. Source: NCTS phase 6, DDNTA 6.4.1."""

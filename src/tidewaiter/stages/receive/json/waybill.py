"""Read and write waybills in the JSON of UN/CEFACT: a cargo report with its consignments."""

from __future__ import annotations

from typing import Any

from tidewaiter.kernel.records import (
    Address,
    Amount,
    CargoReport,
    Classification,
    Commodity,
    Consignment,
    Contact,
    DangerousGoods,
    Document,
    GoodsItem,
    Location,
    Measure,
    Packaging,
    Party,
    Seal,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive.json.shape import Shape
from tidewaiter.stages.receive.json.tree import NUMBER, TRUTH, WHOLE, JsonNode, written
from tidewaiter.stages.receive.json.unit import Format, Unit, View
from tidewaiter.stages.receive.lens import DAY, MOMENT, Codes, Lens, Line, const, each, leaf, lens, part, texts
from tidewaiter.stages.receive.model import Fault

PARTIES = {
    "consignor": "consignorParty|consignorTradeParty|consignor",
    "consignee": "consigneeParty|consigneeTradeParty|consignee",
    "notify": "notifiedParty|notifiedTradeParty|notifyParty",
    "carrier": "carrierParty|carrierTradeParty|carrier",
    "forwarder": "freightForwarderParty|freightForwarderTradeParty|freightForwarder",
    "exporter": "exporterParty|exporterTradeParty",
    "importer": "importerParty|importerTradeParty",
}
"""Role of a party → the members that hold it, the one that is written first."""

CONSIGNMENTS = {
    "master": "masterConsignment",
    "house": "houseConsignment",
    None: "supplyChainConsignment|specifiedSupplyChainConsignment|specifiedConsignment|consignment",
}
"""Level of a consignment → the members that hold such ones."""

MOVEMENTS = {
    "departure": "preCarriageLogisticsTransportMovement|preCarriageTransportMovement",
    "border": "mainCarriageLogisticsTransportMovement|mainCarriageTransportMovement"
    "|specifiedLogisticsTransportMovement",
    "arrival": "onCarriageLogisticsTransportMovement|onCarriageTransportMovement",
}
"""Stage of a means of transport → the members that hold its movement."""

FULLNESS = {"5": "full", "4": "empty", "FULL": "full", "EMPTY": "empty"}
"""Full or empty indicator (UN/EDIFACT 8169) → word."""

PACKING_GROUPS = {"1": "I", "2": "II", "3": "III"}
"""Packaging danger level (UN/EDIFACT 8339) → packing group."""

MASTER_DOCUMENTS = "704|741"
"""UN/EDIFACT 1001: master bill of lading, master air waybill."""

ID = "id|identifier|identification|iD"
_CONTRACT = "transportContractDocument|transportContractReferencedDocument"
_ITEMS = "includedSupplyChainConsignmentItem|includedConsignmentItem"
_EQUIPMENT = "utilizedLogisticsTransportEquipment|utilizedTransportEquipment|usedTransportEquipment"
_MEANS = "usedLogisticsTransportMeans|usedTransportMeans"
_MOMENTS = "actualOccurrenceDateTime|estimatedOccurrenceDateTime|scheduledOccurrenceDateTime"


def _measure(name: str, address: str) -> Line:
    """Return the line of a quantity with its unit."""
    return part(name, address, Measure, leaf("value", "", NUMBER), leaf("unit", "unitCode|unit"))


def _amount(name: str, address: str) -> Line:
    """Return the line of money in a currency."""
    return part(
        name, address, Amount, leaf("value", "", NUMBER), leaf("currency", "currencyId|currencyID|currencyCode")
    )


def _document_lines() -> tuple[Line, ...]:
    """Return the lines of a document."""
    return (
        leaf("type", "typeCode"),
        leaf("number", f"{ID}|issuerAssignedId"),
        leaf("issuer", f"issuerParty/{ID}"),
        leaf("issuer", "issuerParty/name", read_only=True),
        leaf("issued", "issueDateTime|formattedIssueDateTime", DAY),
    )


def _place(name: str, address: str) -> Line:
    """Return the line of a place."""
    return part(name, address, Location, *_place_lines())


def _place_lines() -> tuple[Line, ...]:
    """Return the lines of a place."""
    return (leaf("code", ID), leaf("name", "name"), leaf("country", "countryId|countryCode|countryIdentifier"))


def _party(role: str, address: str) -> Line:
    """Return the line of the parties of one role."""
    return each(
        "parties",
        address,
        Party,
        const("role", role),
        leaf("id", f"{ID}|globalId"),
        leaf("scheme", "id|identifier|globalId/schemeId|schemeID|schemeAgencyId"),
        leaf("name", "name"),
        part(
            "address",
            "postalAddress|postalTradeAddress|address",
            Address,
            leaf("line", "streetName|lineOne|line1|street"),
            leaf("city", "cityName|city"),
            leaf("postcode", "postcode|postcodeCode|postalCode"),
            leaf("region", "countrySubDivisionName|region"),
            leaf("country", "countryId|countryCode|countryIdentifier"),
        ),
        part(
            "contact",
            "definedContact|definedTradeContact|contact",
            Contact,
            leaf("name", "personName|name"),
            leaf("phone", "telephoneCommunication|telephoneUniversalCommunication/completeNumber"),
            leaf("email", "emailCommunication|emailURIUniversalCommunication/completeNumber|uriId|uriID"),
        ),
    )


def _movement(stage: str, address: str) -> Line:
    """Return the line of the means of one stage."""
    return each(
        "transport_means",
        address,
        TransportMeans,
        const("stage", stage),
        leaf("mode", "modeCode"),
        leaf("journey", ID),
        leaf("id", f"{_MEANS}/{ID}"),
        leaf("id_type", f"{_MEANS}/id|identifier/schemeId|schemeID"),
        leaf("name", f"{_MEANS}/name"),
        leaf("nationality", f"{_MEANS}/registrationCountry|registrationTradeCountry/code|{ID}"),
        leaf("departure", f"departureEvent|departureTransportEvent/{_MOMENTS}", MOMENT),
        leaf("arrival", f"arrivalEvent|arrivalTransportEvent/{_MOMENTS}", MOMENT),
    )


def _equipment() -> Line:
    """Return the line of containers and trailers."""
    return each(
        "equipment",
        _EQUIPMENT,
        TransportEquipment,
        leaf("id", ID),
        leaf("size_type", "characteristicCode|sizeTypeCode"),
        leaf("fullness", "fullnessCode|usedCapacityCode|loadedStatusCode", Codes(FULLNESS)),
        each(
            "seals",
            "affixedLogisticsSeal|affixedSeal|affixedLogisticsSeals",
            Seal,
            leaf("id", ID),
            leaf("party", "sealingPartyRoleCode"),
            leaf("condition", "conditionCode"),
        ),
        _measure("tare", "tareWeightMeasure"),
        _measure("temperature", "settingTransportTemperature|settingTransportSettingTemperature/valueMeasure"),
        _measure("gross_mass", "grossWeightMeasure"),
        _measure("verified_gross_mass", "verifiedGrossWeightMeasure"),
    )


def _commodity() -> Line:
    """Return the line of the goods themselves, which stand in their item."""
    cargo = "natureIdentificationTransportCargo|natureIdentificationCargo"
    return part(
        "commodity",
        "",
        Commodity,
        leaf("description", f"{cargo}/identification|identificationText"),
        leaf("description", "information|description", read_only=True),
        each(
            "classifications",
            "applicableClassification|applicableProductClassification|commodityClassification",
            Classification,
            leaf("id", f"classCode|{ID}"),
            leaf("type", "systemId|systemID|systemName"),
            leaf("edition", "systemVersionId|versionId"),
        ),
        _measure("gross_mass", "grossWeightMeasure|grossWeight"),
        _measure("net_mass", "netWeightMeasure|netWeight"),
        _measure("volume", "grossVolumeMeasure|grossVolume"),
        each(
            "dangerous_goods",
            "applicableTransportDangerousGoods|transportDangerousGoods|applicableDangerousGoods",
            DangerousGoods,
            leaf("un_number", "undgIdentificationCode|undgId|unDGIdentificationCode"),
            leaf("hazard_class", "hazardClassificationId|hazardClassificationID|hazardClassCode"),
            leaf("packing_group", "packagingDangerLevelCode", Codes(PACKING_GROUPS)),
            leaf("name", "properShippingName|technicalName"),
            _measure("flashpoint", "flashpointTemperatureMeasure"),
        ),
    )


def _items() -> Line:
    """Return the line of the goods items."""
    return each(
        "items",
        _ITEMS,
        GoodsItem,
        leaf("sequence", "sequenceNumber|sequenceNumeric|sequence", WHOLE),
        _commodity(),
        _amount("invoice_amount", "invoiceAmount"),
        leaf("origin", f"originCountry|originTradeCountry/code|{ID}"),
        each(
            "packaging",
            "transportLogisticsPackage|transportPackage|logisticsPackage",
            Packaging,
            leaf("type", "typeCode"),
            leaf("quantity", "itemQuantity|quantity", WHOLE),
            leaf("marks", "physicalLogisticsShippingMarks|physicalShippingMarks/marking|markingText"),
        ),
        each("documents", "associatedReferencedDocument", Document, *_document_lines()),
        texts("equipment", f"associatedTransportEquipment|associatedLogisticsTransportEquipment/{ID}"),
    )


def _consignment_lines() -> tuple[Line, ...]:
    """Return the lines of a consignment."""
    return (
        part("transport_document", _CONTRACT, Document, *_document_lines()),
        part(
            "master_document",
            f"associatedReferencedDocument[typeCode={MASTER_DOCUMENTS}]",
            Document,
            *_document_lines(),
        ),
        each(
            "documents",
            f"associatedReferencedDocument[!typeCode={MASTER_DOCUMENTS}]",
            Document,
            *_document_lines(),
        ),
        each("previous_documents", "previousDocument|previousReferencedDocument", Document, *_document_lines()),
        leaf("ucr", ID),
        *(_party(role, address) for role, address in PARTIES.items()),
        _place("loading", "loadingLocation|loadingBaseportLocation|loadingBaseportLogisticsLocation"),
        _place("unloading", "unloadingLocation|unloadingBaseportLocation|unloadingBaseportLogisticsLocation"),
        leaf("departure_country", f"exportCountry|exportTradeCountry/code|{ID}"),
        leaf("destination_country", f"importCountry|importTradeCountry/code|{ID}"),
        each("itinerary", "transitLocation|transitLogisticsLocation", Location, *_place_lines()),
        *(_movement(stage, address) for stage, address in MOVEMENTS.items()),
        _amount("freight", "totalChargeAmount|freightChargeAmount"),
        leaf("freight_payment", "applicableServiceCharge|applicableLogisticsServiceCharge/paymentArrangementCode"),
        _measure("gross_mass", "grossWeightMeasure|grossWeight"),
        leaf("packages", "packageQuantity|totalPackageQuantity|totalPieceQuantity", WHOLE),
        leaf("to_order", "toOrderIndicator", TRUTH),
        _equipment(),
        _items(),
    )


WAYBILL: Lens[CargoReport] = lens(
    CargoReport,
    leaf("lrn", f"exchangedDocument/{ID}"),
    leaf("function", "exchangedDocument/purposeCode"),
    leaf("issued", "exchangedDocument/issueDateTime", MOMENT),
    *(
        each(
            "consignments",
            address,
            Consignment,
            *((const("level", level),) if level is not None else ()),
            *_consignment_lines(),
        )
        for level, address in CONSIGNMENTS.items()
    ),
    leaf("lrn", f"{CONSIGNMENTS[None]}/{_CONTRACT}/{ID}", read_only=True),
    leaf("lrn", f"masterConsignment/{_CONTRACT}/{ID}", read_only=True),
    leaf("lrn", f"houseConsignment/{_CONTRACT}/{ID}", read_only=True),
)
"""How a document and a cargo report correspond; one without a number of its own has that of its first waybill."""

_EVERY = "|".join(CONSIGNMENTS.values())
_CONSIGNMENT_KINDS = {
    f"{_CONTRACT}": "object",
    f"{_CONTRACT}/{ID}|issuerAssignedId|typeCode": "text|number|object|list",
    "|".join(PARTIES.values()): "object|list",
    f"{_ITEMS}|{_EQUIPMENT}|{'|'.join(MOVEMENTS.values())}": "object|list",
    f"{_ITEMS}|{_EQUIPMENT}|{'|'.join(MOVEMENTS.values())}/*": "object",
    "grossWeightMeasure|grossWeight|packageQuantity": "number|object|text",
}
SHAPE = Shape(
    (_EVERY, f"{_EVERY}/{_CONTRACT}/{ID}|issuerAssignedId"),
    {"exchangedDocument": "object", _EVERY: "object|list", f"{_EVERY}/*": "object"}
    | {f"{_EVERY}/{address}": kind for address, kind in _CONSIGNMENT_KINDS.items()}
    | {f"{_EVERY}/*/{address}": kind for address, kind in _CONSIGNMENT_KINDS.items()},
)
"""What a waybill must have. Source: UN/CEFACT Multi-Modal Transport Reference Data Model."""

_MARKS = {name for one in (_CONTRACT, _ITEMS) for name in one.split("|")}


class WaybillNode(JsonNode):
    """A node of a waybill; a document that is a consignment itself is read as one that holds it."""

    __slots__ = ()

    def children(self, names: tuple[str, ...]) -> list[WaybillNode]:
        """Return the members with one of the names."""
        if self.up is None and is_consignment(self.data) and names[0] == CONSIGNMENTS[None].split("|", 1)[0]:
            return [self.child((), self.data)]
        return super().children(names)


def is_consignment(data: Any) -> bool:
    """Say whether a value is a consignment with its transport document or its goods."""
    return isinstance(data, dict) and not _MARKS.isdisjoint(data)


def is_one(data: Any) -> bool:
    """Say whether a value is a waybill."""
    if not isinstance(data, dict) or is_consignment(data):
        return is_consignment(data)
    for name in _EVERY.split("|"):
        held = data.get(name)
        if any(is_consignment(one) for one in (held if isinstance(held, list) else [held])):
            return True
    return False


def views(unit: Unit) -> list[View]:
    """Return the one cargo report of a unit."""
    return [View(WAYBILL, WaybillNode(unit.data, unit.source, None, unit.steps))]


def lacks(unit: Unit, most: int) -> list[Fault]:
    """Return what a waybill lacks."""
    if not is_consignment(unit.data):
        return SHAPE.faults(unit.node(), most)
    return SHAPE_BARE.faults(unit.node(), most)


SHAPE_BARE = Shape((f"{_CONTRACT}/{ID}|issuerAssignedId",), _CONSIGNMENT_KINDS)
"""What a consignment that is a document of its own must have."""

WAYBILLS = Format(
    name="waybill",
    title="UN/CEFACT waybill",
    lists=((), ("credentialSubject",)),
    is_one=is_one,
    views=views,
    lacks=lacks,
)

_LISTED = frozenset(
    {
        _ITEMS.split("|", 1)[0],
        _EQUIPMENT.split("|", 1)[0],
        *(one.split("|", 1)[0] for one in MOVEMENTS.values()),
        *("affixedLogisticsSeal", "transportLogisticsPackage", "associatedReferencedDocument"),
    }
)


def write(report: CargoReport) -> bytes:
    """Return the document of a cargo report."""
    root = JsonNode({})
    WAYBILL.write(report, root)
    return written(root.data, _LISTED)

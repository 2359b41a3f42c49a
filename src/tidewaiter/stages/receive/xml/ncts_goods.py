"""Say how the goods of a transit movement and of NCTS messages correspond."""

from __future__ import annotations

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Address,
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
from tidewaiter.stages.receive.lens import DECIMAL, INTEGER, Codes, Flag, Line, const, each, leaf, part
from tidewaiter.stages.receive.xml.ncts_lines import CombinedCode, ContainersOfItem, Coordinates, rest
from tidewaiter.stages.receive.xml.values import plain_mass
from tidewaiter.stages.receive.xml.wco import ACTORS, ID_TYPES

YES_NO = Flag("1", "0", also={"true": True, "false": False})

PARTY: tuple[Line, ...] = (
    leaf("id", "identificationNumber"),
    leaf("id", "TIRHolderIdentificationNumber"),
    leaf("name", "name"),
    part(
        "address",
        "Address",
        Address,
        leaf("line", "streetAndNumber"),
        leaf("postcode", "postcode"),
        leaf("city", "city"),
        leaf("country", "country"),
    ),
    part(
        "contact",
        "ContactPerson",
        Contact,
        leaf("name", "name"),
        leaf("phone", "phoneNumber"),
        leaf("email", "eMailAddress"),
    ),
    leaf("representation", "status"),
)
"""The lines of a party, whatever its role."""


def party(address: str, role: str) -> Line:
    """Return the line of a party in a role."""
    return each("parties", address, Party, const("role", role), *PARTY)


ACTOR_LINES = tuple(party(f"AdditionalSupplyChainActor[role={code}]", role) for code, role in ACTORS.items())

_DOCUMENT: tuple[Line, ...] = (
    leaf("type", "type"),
    leaf("number", "referenceNumber"),
    leaf("name", "complementOfInformation"),
)
SUPPORTING = each(
    "documents", "SupportingDocument", Document, *_DOCUMENT, leaf("item", "documentLineItemNumber", INTEGER)
)
REFERENCES = each("documents", "AdditionalReference", Document, const("category", "reference"), *_DOCUMENT)
PREVIOUS = each(
    "previous_documents", "PreviousDocument", Document, *_DOCUMENT, leaf("item", "goodsItemNumber", INTEGER)
)
STATEMENTS = each(
    "additional_information", "AdditionalInformation", AdditionalInformation, leaf("code", "code"), leaf("text", "text")
)

SEALS = each("seals", "Seal", Seal, leaf("id", "identifier"))

_COMMODITY = part(
    "commodity",
    "Commodity",
    Commodity,
    leaf("description", "descriptionOfGoods"),
    each(
        "classifications",
        "CommodityCode",
        Classification,
        const("type", "HS"),
        leaf("id", "harmonizedSystemSubHeadingCode"),
    ),
    each("classifications", "CommodityCode", Classification, const("type", "CN"), leaf("id", "", CombinedCode())),
    each("classifications", "cusCode", Classification, const("type", "CUS"), leaf("id", "")),
    plain_mass("gross_mass", "GoodsMeasure/grossMass"),
    plain_mass("net_mass", "GoodsMeasure/netMass"),
    part("tariff_quantity", "GoodsMeasure/supplementaryUnits", Measure, leaf("value", "", DECIMAL)),
    each("dangerous_goods", "DangerousGoods", DangerousGoods, leaf("un_number", "UNNumber")),
)

ITEM: tuple[Line, ...] = (
    leaf("sequence", "declarationGoodsItemNumber", INTEGER),
    leaf("sequence", "goodsItemNumber", INTEGER),
    leaf("transit_type", "declarationType"),
    leaf("export_country", "countryOfDispatch"),
    leaf("destination_country", "countryOfDestination"),
    leaf("ucr", "referenceNumberUCR"),
    party("Consignor", "consignor"),
    party("Consignee", "consignee"),
    *ACTOR_LINES,
    _COMMODITY,
    each(
        "packaging",
        "Packaging",
        Packaging,
        leaf("type", "typeOfPackages"),
        leaf("quantity", "numberOfPackages", INTEGER),
        leaf("marks", "shippingMarks"),
    ),
    PREVIOUS,
    each("documents", "TransportDocument", Document, const("category", "transport"), *_DOCUMENT),
    REFERENCES,
    SUPPORTING,
    STATEMENTS,
    leaf("equipment", "declarationGoodsItemNumber", ContainersOfItem()),
)
"""The lines of a goods item."""


def means_of_transport(address: str, stage: str, mode: str, *more: Line) -> Line:
    """Return the line of the means of transport at a stage; their mode stands once in the consignment."""
    return each(
        "transport_means",
        address,
        TransportMeans,
        const("stage", stage),
        leaf("id", "identificationNumber"),
        leaf("id_type", "typeOfIdentification", Codes(ID_TYPES)),
        leaf("nationality", "nationality"),
        *more,
        leaf("mode", f"/Consignment/{mode}"),
    )


def _mode_alone(name: str, means: str, stage: str) -> Line:
    """Return the line of a means of which nothing but its mode is said."""
    return each(
        "transport_means",
        f"/Consignment[!{means}/identificationNumber]/{name}",
        TransportMeans,
        const("stage", stage),
        leaf("mode", ""),
    )


def _place(name: str, address: str) -> Line:
    """Return the line of a place of loading or unloading."""
    return part(name, address, Location, leaf("code", "UNLocode"), leaf("country", "country"), leaf("name", "location"))


def _goods_location(qualifier: str, *lines: Line) -> Line:
    """Return the line of the place of the goods that is identified in one way."""
    address = f"LocationOfGoods[qualifierOfIdentification={qualifier}]"
    kind = (leaf("type", "typeOfLocation"), leaf("name", "additionalIdentifier"))
    return part("goods_location", address, Location, const("qualifier", qualifier), *kind, *lines)


_PLACES_OF_GOODS = (
    _goods_location("U", leaf("code", "UNLocode")),
    _goods_location("V", leaf("id", "CustomsOffice/referenceNumber")),
    _goods_location("W", leaf("id", "GNSS", Coordinates())),
    _goods_location("X", leaf("id", "EconomicOperator/identificationNumber")),
    _goods_location("Y", leaf("id", "authorisationNumber")),
    _goods_location("T", leaf("id", "PostcodeAddress/postcode"), leaf("country", "PostcodeAddress/country")),
    _goods_location("Z", leaf("country", "Address/country")),
    part(
        "goods_location",
        "LocationOfGoods",
        Location,
        leaf("type", "typeOfLocation"),
        leaf("qualifier", "qualifierOfIdentification"),
        leaf("code", "UNLocode"),
        leaf("id", "authorisationNumber"),
        leaf("name", "additionalIdentifier"),
        leaf("country", "Address/country"),
    ),
)
"""EU code list 326: how the place of the goods is identified → where its identifier stands."""

_SHARED: tuple[Line, ...] = (
    leaf("departure_country", "countryOfDispatch"),
    leaf("destination_country", "countryOfDestination"),
    plain_mass("gross_mass", "grossMass"),
    leaf("ucr", "referenceNumberUCR"),
    party("Carrier", "carrier"),
    party("Consignor", "consignor"),
    party("Consignee", "consignee"),
    *ACTOR_LINES,
    part("transport_document", "TransportDocument", Document, *_DOCUMENT),
    PREVIOUS,
    rest("documents", "TransportDocument", Document, const("category", "transport"), *_DOCUMENT),
    REFERENCES,
    SUPPORTING,
    STATEMENTS,
    leaf("freight_payment", "TransportCharges/methodOfPayment"),
)

MASTER = part(
    "consignment",
    "Consignment",
    Consignment,
    const("level", "master"),
    leaf("container_indicator", "containerIndicator", YES_NO),
    *_SHARED,
    each("equipment", "TransportEquipment", TransportEquipment, leaf("id", "containerIdentificationNumber"), SEALS),
    *_PLACES_OF_GOODS,
    means_of_transport("DepartureTransportMeans", "departure", "inlandModeOfTransport"),
    means_of_transport(
        "ActiveBorderTransportMeans",
        "border",
        "modeOfTransportAtTheBorder",
        leaf("office", "customsOfficeAtBorderReferenceNumber"),
        leaf("journey", "conveyanceReferenceNumber"),
    ),
    _mode_alone("inlandModeOfTransport", "DepartureTransportMeans", "departure"),
    _mode_alone("modeOfTransportAtTheBorder", "ActiveBorderTransportMeans", "border"),
    each("itinerary", "CountryOfRoutingOfConsignment", Location, leaf("country", "country")),
    _place("loading", "PlaceOfLoading"),
    _place("unloading", "PlaceOfUnloading"),
)
"""The line of what is said of all goods together."""

HOUSES = each(
    "houses",
    "Consignment/HouseConsignment",
    Consignment,
    const("level", "house"),
    *_SHARED,
    means_of_transport("DepartureTransportMeans", "departure", "inlandModeOfTransport"),
    each("items", "ConsignmentItem", GoodsItem, *ITEM),
)
"""The line of the house consignments, each with its items."""

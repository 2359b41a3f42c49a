"""Say how declarations and responses correspond to messages of the WCO Data Model 3.6."""

from __future__ import annotations

from collections.abc import Iterable

from tidewaiter.kernel.records import (
    Amendment,
    Authorisation,
    Consignment,
    Declaration,
    Document,
    DutyTax,
    GoodsItem,
    GoodsShipment,
    Guarantee,
    Invoice,
    Location,
    Party,
    Response,
    ResponseError,
    ResponseStatus,
    Seal,
    TradeTerms,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive.lens import INTEGER, Codes, Flag, Line, Node, const, each, leaf, lens, part
from tidewaiter.stages.receive.xml.drafts import Dialect, Draft, finished, wrapped, writing
from tidewaiter.stages.receive.xml.orders import DECLARATION_ORDER, RESPONSE_ORDER
from tidewaiter.stages.receive.xml.values import CHAIN, WCO_MOMENT, amount, mass
from tidewaiter.stages.receive.xml.wco_goods import DUTY_TAX, PREVIOUS, document, items, party, statements

METADATA = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
DECLARATION = "urn:wco:datamodel:WCO:DEC-DMS:2"
RESPONSE = "urn:wco:datamodel:WCO:RES-DMS:2"
VERSION = "3.6"

ID_TYPES = {"10": "IMO", "11": "NAME", "20": "RAIL", "30": "PLATE", "40": "FLIGHT"}
"""EU code list 219, type of identification of a means of transport → word of the record."""

_REQUEST = "13"
REQUESTS = {"COR": "4", "INV": "1"}
"""Type of a request (function 13) → function of the record: a change, a cancellation."""

RESULTS = {"01": "accepted", "02": "acknowledged", "03": "rejected"}
"""Function of a response → what is answered."""


class _Function:
    """The function of a declaration: a request to change or cancel says in its type which of both it is."""

    def read(self, node: Node) -> str | None:
        """Return the function."""
        code = node.value(("FunctionCode",))
        return REQUESTS.get(node.value(("TypeCode",)) or "", code) if code == _REQUEST else code

    def write(self, node: Node, value: str) -> None:
        """Put the function, and the type of a request."""
        request = next((kind for kind, function in REQUESTS.items() if function == value), None)
        node.make("FunctionCode").put(value if request is None else _REQUEST)
        if request is not None:
            node.make("TypeCode").put(request)


class _Type:
    """The type of a declaration; that of a request is not one."""

    def read(self, node: Node) -> str | None:
        """Return the type."""
        text = node.text()
        return None if text in REQUESTS else text

    def write(self, node: Node, value: str) -> None:
        """Put the type, unless the type of a request stands there."""
        if node.text() is None:
            node.put(value)


class _Result:
    """What is answered, by the function of the response."""

    def read(self, node: Node) -> str | None:
        """Return the word."""
        return RESULTS.get(node.text() or "")

    def write(self, node: Node, value: str) -> None:
        """Put the function, unless it stands there."""
        if node.text() is None:
            node.put(next((code for code, word in RESULTS.items() if word == value), "01"))


ACTORS = {"CS": "consolidator", "FW": "forwarder", "MF": "manufacturer", "WH": "warehouse"}
"""EU code list 704, role of a further actor in the supply chain → role of the record."""


def _amendments(address: str) -> Line:
    """Return the line of what is changed, and why."""
    return each("amendments", address, Amendment, leaf("reason", "ChangeReasonCode"), leaf("location", "", CHAIN))


def _means(address: str, stage: str) -> Line:
    """Return the line of the means of transport at a stage."""
    return each(
        "transport_means",
        address,
        TransportMeans,
        const("stage", stage),
        leaf("mode", "ModeCode"),
        leaf("id", "ID"),
        leaf("id_type", "IdentificationTypeCode", Codes(ID_TYPES)),
        leaf("name", "Name"),
        leaf("nationality", "RegistrationNationalityCode"),
        leaf("journey", "JourneyID", read_only=True),
    )


def _place(name: str, address: str) -> Line:
    """Return the line of a place of loading or unloading."""
    return part(name, address, Location, leaf("code", "ID"), leaf("name", "Name"))


_CONSIGNMENT = part(
    "consignment",
    "",
    Consignment,
    leaf("container_indicator", "Consignment/ContainerCode", Flag("1", "0")),
    part(
        "transport_document",
        "Consignment/TransportContractDocument",
        Document,
        leaf("type", "TypeCode"),
        leaf("number", "ID"),
    ),
    _place("loading", "Consignment/LoadingLocation"),
    _place("unloading", "Consignment/UnloadingLocation"),
    part(
        "goods_location",
        "Consignment/GoodsLocation",
        Location,
        leaf("id", "ID"),
        leaf("name", "Name"),
        leaf("type", "TypeCode"),
        leaf("qualifier", "Address/TypeCode"),
        leaf("country", "Address/CountryCode"),
    ),
    each("itinerary", "/Consignment/Itinerary", Location, leaf("country", "RoutingCountryCode")),
    _means("Consignment/DepartureTransportMeans", "departure"),
    _means("/BorderTransportMeans", "border"),
    _means("Consignment/ArrivalTransportMeans", "arrival"),
    amount("freight", "CustomsValuation/FreightChargeAmount"),
    leaf("freight_payment", "/Consignment/Freight/PaymentMethodCode"),
    each(
        "equipment",
        "Consignment/TransportEquipment",
        TransportEquipment,
        leaf("id", "ID"),
        each("seals", "Seal", Seal, leaf("id", "ID")),
    ),
    party("parties", "Consignor", "consignor"),
    party("parties", "Consignee", "consignee"),
    party("parties", "/Consignment/Carrier", "carrier"),
)

_SHIPMENT = part(
    "goods_shipment",
    "GoodsShipment",
    GoodsShipment,
    leaf("export_country", "ExportCountry/ID"),
    leaf("destination_country", "Destination/CountryCode"),
    leaf("transaction_nature", "TransactionNatureCode"),
    part(
        "trade_terms",
        "TradeTerms",
        TradeTerms,
        leaf("code", "ConditionCode"),
        leaf("place", "LocationName"),
        leaf("place", "LocationID"),
    ),
    leaf("ucr", "UCR/TraderAssignedReferenceID"),
    leaf("ucr", "UCR/ID"),
    each("invoices", "Invoice", Invoice, leaf("number", "ID"), leaf("issued", "IssueDateTime", WCO_MOMENT)),
    each("previous_documents", "PreviousDocument", Document, *PREVIOUS),
    _CONSIGNMENT,
    items("items", "GovernmentAgencyGoodsItem"),
)

DECLARATIONS = lens(
    Declaration,
    leaf("function", "", _Function()),
    leaf("lrn", "FunctionalReferenceID"),
    leaf("mrn", "ID"),
    leaf("type", "TypeCode", _Type()),
    leaf("issued", "IssueDateTime", WCO_MOMENT),
    leaf("accepted", "AcceptanceDateTime", WCO_MOMENT),
    leaf("office", "DeclarationOfficeID"),
    leaf("item_count", "GoodsItemQuantity", INTEGER),
    amount("invoice_amount", "InvoiceAmount"),
    *mass("gross_mass", "TotalGrossMassMeasure"),
    leaf("packages", "TotalPackageQuantity", INTEGER),
    party("parties", "Exporter", "exporter"),
    party("parties", "GoodsShipment/Importer", "importer"),
    party("parties", "Declarant", "declarant"),
    party("parties", "Agent", "agent", leaf("representation", "FunctionCode")),
    party("parties", "GoodsShipment/Buyer", "buyer"),
    party("parties", "GoodsShipment/Seller", "seller"),
    party("parties", "Submitter", "submitter"),
    party("parties", "GoodsShipment/Payer", "payer"),
    party("parties", "GoodsShipment/Surety", "surety"),
    each("parties", "GoodsShipment/Warehouse", Party, const("role", "warehouse"), leaf("id", "ID")),
    *(
        each(
            "parties",
            f"GoodsShipment/AEOMutualRecognitionParty[RoleCode={code}]",
            Party,
            const("role", role),
            leaf("id", "ID"),
        )
        for code, role in ACTORS.items()
    ),
    _SHIPMENT,
    each(
        "guarantees",
        "ObligationGuarantee",
        Guarantee,
        leaf("type", "SecurityDetailsCode"),
        leaf("reference", "ReferenceID"),
        leaf("id", "ID"),
        amount("amount", "AmountAmount"),
    ),
    each("documents", "AdditionalDocument", Document, *document()),
    statements("additional_information", "AdditionalInformation"),
    leaf("exit_office", "ExitOffice/ID"),
    leaf("presentation_office", "PresentationOffice/ID"),
    leaf("supervising_office", "SupervisingOffice/ID"),
    each("authorisations", "AuthorisationHolder", Authorisation, leaf("type", "CategoryCode"), leaf("holder", "ID")),
    _amendments("Amendment"),
)
"""Declaration (42A), and the requests to change or cancel one."""

RESPONSES = lens(
    Response,
    const("type", "RES"),
    leaf("function", "FunctionCode"),
    leaf("result", "FunctionCode", _Result()),
    leaf("reference", "FunctionalReferenceID"),
    leaf("issued", "IssueDateTime", WCO_MOMENT),
    leaf("lrn", "Declaration/FunctionalReferenceID"),
    leaf("mrn", "Declaration/ID"),
    leaf("accepted", "Declaration/AcceptanceDateTime", WCO_MOMENT),
    each(
        "errors",
        "Error",
        ResponseError,
        leaf("code", "ValidationCode"),
        leaf("text", "Description"),
        leaf("location", "", CHAIN),
    ),
    each(
        "statuses",
        "Status",
        ResponseStatus,
        leaf("code", "NameCode"),
        leaf("at", "EffectiveDateTime", WCO_MOMENT),
        leaf("released", "ReleaseDateTime", WCO_MOMENT),
    ),
    statements("additional_information", "AdditionalInformation"),
    _amendments("Amendment"),
    each(
        "items",
        "Declaration#1/GoodsShipment/GovernmentAgencyGoodsItem",
        GoodsItem,
        leaf("sequence", "SequenceNumeric", INTEGER),
        leaf("preference", "Commodity/DutyTaxFee/DutyRegimeCode"),
        each("duty_taxes", "Commodity/DutyTaxFee", DutyTax, *DUTY_TAX),
    ),
)
"""Response (07B), both ways."""

_NUMBERED = dict.fromkeys(("Packaging", "TransportEquipment", "Seal", "Itinerary"), "SequenceNumeric")
_SINGLE = frozenset(("Consignment", "GoodsShipment", "Commodity", "Declaration"))

_DECLARATION = Dialect(
    root="Declaration",
    root_namespace=DECLARATION,
    namespace=DECLARATION,
    others={"DateTimeString": "urn:wco:datamodel:WCO:Declaration_DS:DMS:2"},
    prefixes={None: DECLARATION, "ds": "urn:wco:datamodel:WCO:Declaration_DS:DMS:2"},
    order=DECLARATION_ORDER,
    single=_SINGLE,
    numbered=_NUMBERED | {"GovernmentAgencyGoodsItem": "SequenceNumeric"},
)
_RESPONSE = Dialect(
    root="Response",
    root_namespace=RESPONSE,
    namespace=RESPONSE,
    others={"DateTimeString": "urn:wco:datamodel:WCO:Response_DS:DMS:2"},
    prefixes={None: RESPONSE, "ds": "urn:wco:datamodel:WCO:Response_DS:DMS:2"},
    order=RESPONSE_ORDER,
    single=_SINGLE,
    numbered={"GovernmentAgencyGoodsItem": "SequenceNumeric"},
)


def write_declaration(record: Declaration) -> bytes:
    """Return the message of a declaration, in the wrapper that says its version."""
    return write_declarations((record,))


def write_declarations(records: Iterable[Declaration]) -> bytes:
    """Return one document of several declarations, in the one wrapper."""
    return _wrapped(map(_drafted, records), "DEC")


def write_response(*records: Response) -> bytes:
    """Return the message of responses; a function is 01 where the record says neither function nor result."""
    roots = []
    for record in records:
        node = writing(_RESPONSE)
        RESPONSES.write(record, node)
        if node.value(("FunctionCode",)) is None:
            node.make("FunctionCode").put("01")
        roots.append(finished(node))
    return _wrapped(roots, "RES")


def _drafted(record: Declaration) -> Draft:
    """Return the document of a declaration."""
    node = writing(_DECLARATION)
    DECLARATIONS.write(record, node)
    return finished(node)


_METADATA = Dialect(root="MetaData", root_namespace=METADATA, namespace=METADATA, prefixes={"md": METADATA})


def _wrapped(roots: Iterable[Draft], name: str) -> bytes:
    """Return the bytes of a message in its wrapper."""
    outer = writing(_METADATA)
    for child, text in (("WCODataModelVersionCode", VERSION), ("WCOTypeName", name)):
        outer.add(child).put(text)
    return wrapped(outer, roots)

"""Say how goods items of a record and of a WCO declaration correspond."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Address,
    Classification,
    Commodity,
    Contact,
    DangerousGoods,
    Document,
    DutyTax,
    GoodsItem,
    Packaging,
    Party,
)
from tidewaiter.stages.receive.lens import DECIMAL, INTEGER, Line, Node, const, each, leaf, part
from tidewaiter.stages.receive.xml.values import WCO_MOMENT, amount, mass, measure


class _Texts:
    """The texts of several nodes below one, as a tuple."""

    def __init__(self, *path: str) -> None:
        self._path = path

    def read(self, node: Node) -> tuple[str, ...] | None:
        """Return the texts, or None where there are none."""
        return tuple(text for one in node.select("/".join(self._path)) if (text := one.text())) or None

    def write(self, node: Node, value: Sequence[str]) -> None:
        """Put each text into a node of its own."""
        for text in value:
            node.grow((self._path[0],)).make("/".join(self._path[1:])).put(text)


class _FurtherProcedures:
    """The codes of the procedures after the one that was requested: that with a previous one, else the first."""

    def read(self, node: Node) -> tuple[str, ...] | None:
        """Return the codes, or None where there are none."""
        found = list(node.children(("GovernmentProcedure",)))
        requested = next((one for one in found if one.value(("PreviousCode",))), found[0] if found else None)
        codes = (one.value(("CurrentCode",)) for one in found if one is not requested)
        return tuple(filter(None, codes)) or None

    def write(self, node: Node, value: Sequence[str]) -> None:
        """Put each code into a procedure of its own."""
        for code in value:
            node.grow(("GovernmentProcedure",)).make("CurrentCode").put(code)


class _WcoDay:
    """A day, written as a moment."""

    def read(self, node: Node) -> date | None:
        """Return the day."""
        moment = WCO_MOMENT.read(node)
        return moment.date() if moment is not None else None

    def write(self, node: Node, value: date) -> None:
        """Put the day."""
        inside = node.make("DateTimeString")
        inside.make("@formatCode").put("102")
        inside.put(value.strftime("%Y%m%d"))


def party(name: str, address: str, role: str, *more: Line) -> Line:
    """Return the line of a party in a role."""
    return each(
        name,
        address,
        Party,
        const("role", role),
        leaf("id", "ID"),
        leaf("name", "Name"),
        part(
            "address",
            "Address",
            Address,
            leaf("line", "Line"),
            leaf("city", "CityName"),
            leaf("postcode", "PostcodeID"),
            leaf("region", "CountrySubDivisionName"),
            leaf("region", "CountrySubDivisionCode"),
            leaf("country", "CountryCode"),
        ),
        part(
            "contact",
            "",
            Contact,
            leaf("name", "Contact/Name"),
            leaf("phone", "Communication[TypeCode=TE]/ID"),
            leaf("email", "Communication[TypeCode=EM]/ID"),
        ),
        *more,
    )


def document(*more: Line) -> tuple[Line, ...]:
    """Return the lines of a document."""
    return (
        leaf("category", "CategoryCode"),
        leaf("type", "TypeCode"),
        leaf("number", "ID"),
        leaf("issued", "IssueDateTime", _WcoDay(), read_only=True),
        *more,
    )


def statements(name: str, address: str) -> Line:
    """Return the line of additional information."""
    return each(
        name,
        address,
        AdditionalInformation,
        leaf("type", "StatementTypeCode"),
        leaf("code", "StatementCode"),
        leaf("text", "StatementDescription"),
    )


PREVIOUS = document(leaf("item", "LineNumeric", INTEGER))
"""The lines of a document that came before."""

SUPPORTING = document(
    leaf("name", "Name"),
    leaf("exemption", "LPCOExemptionCode"),
    leaf("expires", "EffectiveDateTime|ExpirationDateTime", _WcoDay()),
    leaf("issuer", "Submitter/Name"),
    measure("written_off", "WriteOff/QuantityQuantity"),
)
"""The lines of a document that supports an item."""

DUTY_TAX: tuple[Line, ...] = (
    leaf("type", "TypeCode"),
    leaf("rate", "TaxRateNumeric", DECIMAL),
    amount("base", "AdValoremTaxBaseAmount"),
    amount("assessed", "Payment/TaxAssessedAmount"),
    leaf("payment_method", "Payment/MethodCode"),
    measure("base_quantity", "SpecificTaxBaseQuantity"),
    amount("deducted", "DeductAmount"),
    amount("payable", "Payment/PaymentAmount"),
    leaf("quota", "QuotaOrderID"),
)

_COMMODITY = part(
    "commodity",
    "Commodity",
    Commodity,
    leaf("description", "Description"),
    each("classifications", "Classification", Classification, leaf("id", "ID"), leaf("type", "IdentificationTypeCode")),
    *mass("gross_mass", "GoodsMeasure/GrossMassMeasure"),
    *mass("net_mass", "GoodsMeasure/NetNetWeightMeasure|NetWeightMeasure"),
    measure("tariff_quantity", "GoodsMeasure/TariffQuantity"),
    each("dangerous_goods", "DangerousGoods", DangerousGoods, leaf("un_number", "UNDGID")),
)

ITEM: tuple[Line, ...] = (
    leaf("sequence", "SequenceNumeric", INTEGER),
    _COMMODITY,
    amount("customs_value", "CustomsValueAmount"),
    amount("statistical_value", "StatisticalValueAmount"),
    amount("invoice_amount", "Commodity/InvoiceLine/ItemChargeAmount"),
    leaf("procedure", "GovernmentProcedure[PreviousCode]/CurrentCode"),
    leaf("procedure", "GovernmentProcedure/CurrentCode"),
    leaf("previous_procedure", "GovernmentProcedure/PreviousCode"),
    leaf("additional_procedures", "", _FurtherProcedures()),
    leaf("transaction_nature", "TransactionNatureCode"),
    leaf("origin", "Origin[TypeCode=1]/CountryCode"),
    leaf("origin", "Origin[!TypeCode=2]/CountryCode"),
    leaf("preferential_origin", "Origin[TypeCode=2]/CountryCode"),
    leaf("preference", "Commodity/DutyTaxFee/DutyRegimeCode"),
    each(
        "packaging",
        "Packaging",
        Packaging,
        leaf("type", "TypeCode"),
        leaf("quantity", "QuantityQuantity", INTEGER),
        leaf("marks", "MarksNumbersID"),
    ),
    each("duty_taxes", "Commodity/DutyTaxFee", DutyTax, *DUTY_TAX),
    each("documents", "AdditionalDocument", Document, *SUPPORTING),
    each("previous_documents", "PreviousDocument", Document, *PREVIOUS),
    statements("additional_information", "AdditionalInformation"),
    leaf("equipment", "Commodity", _Texts("TransportEquipment", "ID")),
    leaf("ucr", "UCR/TraderAssignedReferenceID"),
    leaf("ucr", "UCR/ID"),
    leaf("valuation_method", "CustomsValuation/MethodCode"),
    leaf("valuation_indicators", "ValuationAdjustment/AdditionCode"),
    leaf("export_country", "ExportCountry/ID"),
    leaf("destination_country", "Destination/CountryCode"),
    party("parties", "Buyer", "buyer"),
    party("parties", "Seller", "seller"),
    party("parties", "Consignee", "consignee"),
    party("parties", "Consignor", "consignor"),
)
"""The lines of a goods item (68A)."""


def items(name: str, address: str) -> Line:
    """Return the line of goods items."""
    return each(name, address, GoodsItem, *ITEM)

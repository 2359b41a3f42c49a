"""Say how an ASYCUDA World declaration (SAD in XML) is read as a declaration; leniently, and one way."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Amount,
    Classification,
    Commodity,
    Consignment,
    Declaration,
    Document,
    DutyTax,
    GoodsItem,
    GoodsShipment,
    Guarantee,
    Location,
    Measure,
    Packaging,
    Party,
    TradeTerms,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive.lens import BadValue, Codes, Flag, Line, Node, const, decimal_of, each, leaf, lens, part

_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", re.ASCII)
_DAY = re.compile(r"(?P<first>[0-9]{1,2})[/.](?P<second>[0-9]{1,2})[/.](?P<year>[0-9]{2}|[0-9]{4})")
_CENTURY = 2000
_MONTHS = 12
_FLAG = Flag("true", "false", also={"1": True, "0": False, "yes": True, "no": False, "t": True, "f": False})
_FLOWS = {"I": "IM", "E": "EX", "T": "TR"}
"""ASYCUDA, flow of a declaration → type of the record, where the declaration names none."""


class _Number:
    """A decimal number, also with commas between thousands."""

    def read(self, node: Node) -> Decimal | None:
        """Return the number."""
        text = node.text()
        if text is None:
            return None
        plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text
        return decimal_of(plain, "a number with a decimal point", "not-a-number")

    def write(self, node: Node, value: Decimal) -> None:
        """Write nothing: this correspondence is read only."""


class _Whole(_Number):
    """A whole number, also as a decimal one."""

    def read(self, node: Node) -> int | None:  # type: ignore[override]  # a codec's value is its own
        """Return the number."""
        value = super().read(node)
        if value is None:
            return None
        if value != value.to_integral_value():
            raise BadValue(code="not-an-integer", expected="a whole number")
        return int(value)


class _Day:
    """A day: year, month, day; or month and day in either order, where that is one day alone."""

    def read(self, node: Node) -> date | None:
        """Return the day."""
        text = node.text()
        if text is None:
            return None
        found = _DAY.fullmatch(text)
        try:
            if found is None:
                return date.fromisoformat(text[:10])
            first, second, year = (int(part) for part in found.groups())
            year += _CENTURY if len(found["year"]) == len("26") else 0
            if first <= _MONTHS and second <= _MONTHS and first != second:
                raise BadValue(code="ambiguous-date", expected="MM/DD/YYYY and DD/MM/YYYY")
            return date(year, second, first) if second <= _MONTHS else date(year, first, second)
        except ValueError as error:
            if isinstance(error, BadValue):
                raise
            raise BadValue(code="not-a-date", expected="YYYY-MM-DD") from error

    def write(self, node: Node, value: date) -> None:
        """Write nothing: this correspondence is read only."""


class _Moment(_Day):
    """A day, as the moment at which it begins in UTC."""

    def read(self, node: Node) -> datetime | None:
        """Return the moment."""
        day = super().read(node)
        return None if day is None else datetime.combine(day, time(), UTC)


class _Joined:
    """Texts of several elements below a node, put together."""

    def __init__(self, *addresses: str, between: str = "", needs: str = "") -> None:
        self._addresses, self._between, self._needs = addresses, between, needs

    def read(self, node: Node) -> str | None:
        """Return them, or None where there are none, or the one that is needed is missing."""
        if self._needs and not _first(node, self._needs):
            return None
        return self._between.join(filter(None, (_first(node, one) for one in self._addresses))) or None

    def write(self, node: Node, value: str) -> None:
        """Write nothing: this correspondence is read only."""


def _first(node: Node, address: str) -> str | None:
    """Return the first text at an address."""
    return next((text for one in node.select(address) if (text := one.text())), None)


NUMBER, WHOLE, DAY, MOMENT = _Number(), _Whole(), _Day(), _Moment()


def _party(address: str, role: str, prefix: str) -> Line:
    """Return the line of a party; its name and address are one text of several lines."""
    return each(
        "parties",
        address,
        Party,
        const("role", role),
        leaf("id", f"{prefix}_code"),
        leaf("name", f"{prefix}_name"),
    )


def _mass(name: str, address: str) -> Line:
    """Return the line of a mass in kilograms."""
    return part(name, address, Measure, const("unit", "KGM"), leaf("value", "", NUMBER))


def _amount(name: str, address: str) -> Line:
    """Return the line of an amount in a currency that stands beside it."""
    return part(
        name,
        address,
        Amount,
        leaf("value", "Amount_foreign_currency", NUMBER),
        leaf("value", "Amount_national_currency", NUMBER),
        leaf("currency", "Currency_code"),
    )


_COMMODITY = part(
    "commodity",
    "",
    Commodity,
    leaf("description", "Goods_description/Commercial_Description"),
    leaf("description", "Goods_description/Description_of_goods"),
    each(
        "classifications",
        "Tarification/HScode",
        Classification,
        leaf("id", "", _Joined("Commodity_code", "Precision_1", "Precision_2", needs="Commodity_code")),
    ),
    _mass("gross_mass", "Valuation_item/Weight_itm/Gross_weight_itm"),
    _mass("net_mass", "Valuation_item/Weight_itm/Net_weight_itm"),
    part(
        "tariff_quantity",
        "Tarification/Supplementary_unit",
        Measure,
        leaf("value", "Suppplementary_unit_quantity|Supplementary_unit_quantity", NUMBER),
        leaf("unit", "Suppplementary_unit_code|Supplementary_unit_code"),
    ),
    part("licence", "", Document, leaf("number", "Licence_number")),
)

_ITEM: tuple[Line, ...] = (
    _COMMODITY,
    part("statistical_value", "Valuation_item", Amount, leaf("value", "Statistical_value", NUMBER)),
    part("customs_value", "Valuation_item", Amount, leaf("value", "Total_CIF_itm", NUMBER)),
    _amount("invoice_amount", "Valuation_item/Item_Invoice"),
    leaf("procedure", "Tarification/Extended_customs_procedure"),
    leaf("origin", "Goods_description/Country_of_origin_code"),
    leaf("preference", "Tarification/Preference_code"),
    leaf("valuation_method", "Tarification/Valuation_method_code"),
    each(
        "packaging",
        "Packages",
        Packaging,
        leaf("type", "Kind_of_packages_code"),
        leaf("quantity", "Number_of_packages", WHOLE),
        leaf("marks", "", _Joined("Marks1_of_packages", "Marks2_of_packages", between=" ")),
    ),
    each(
        "duty_taxes",
        "Taxation/Taxation_line",
        DutyTax,
        leaf("type", "Duty_tax_code"),
        leaf("rate", "Duty_tax_rate", NUMBER),
        part("base", "Duty_tax_Base|Duty_tax_base", Amount, leaf("value", "", NUMBER)),
        part("assessed", "Duty_tax_amount", Amount, leaf("value", "", NUMBER)),
        leaf("payment_method", "Duty_tax_MP"),
    ),
    each(
        "documents",
        "Attached_documents",
        Document,
        leaf("type", "Attached_document_code"),
        leaf("number", "Attached_document_reference"),
        leaf("name", "Attached_document_name"),
        leaf("issued", "Attached_document_date", DAY),
    ),
    each(
        "previous_documents",
        "Previous_doc",
        Document,
        leaf("number", "Summary_declaration|Previous_document_reference"),
    ),
    each(
        "additional_information",
        "Tarification/National_customs_procedure",
        AdditionalInformation,
        const("type", "nationalProcedure"),
        leaf("code", ""),
    ),
    each("additional_information", "Free_text_1|Free_text_2", AdditionalInformation, leaf("text", "")),
)

_CONSIGNMENT = part(
    "consignment",
    "",
    Consignment,
    part(
        "transport_document",
        "Item#1/Previous_doc/Summary_declaration",
        Document,
        leaf("number", ""),
    ),
    leaf("container_indicator", "Transport/Container_flag", _FLAG),
    part(
        "loading",
        "Transport/Place_of_loading",
        Location,
        leaf("code", "Code"),
        leaf("name", "Name"),
        leaf("country", "Country"),
    ),
    part("goods_location", "Transport/Location_of_goods", Location, leaf("id", "")),
    each(
        "transport_means",
        "Transport/Means_of_transport/Departure_arrival_information",
        TransportMeans,
        const("stage", "arrival"),
        leaf("id", "Identity"),
        leaf("nationality", "Nationality"),
        leaf("mode", "/Transport/Means_of_transport/Inland_mode_of_transport"),
    ),
    each(
        "transport_means",
        "Transport/Means_of_transport/Border_information",
        TransportMeans,
        const("stage", "border"),
        leaf("id", "Identity"),
        leaf("nationality", "Nationality"),
        leaf("mode", "Mode"),
    ),
    each(
        "equipment",
        "Container",
        TransportEquipment,
        leaf("id", "Container_identity"),
        leaf("size_type", "Container_type"),
        _mass("gross_mass", "Gross_weight"),
    ),
    _mass("gross_mass", "Valuation/Weight/Gross_weight"),
    _amount("freight", "Valuation/Gs_external_freight"),
    leaf("departure_country", "General_information/Country/Export/Export_country_code"),
)

DECLARATIONS = lens(
    Declaration,
    const("function", "9"),
    leaf("lrn", "Declarant/Reference/Number"),
    leaf(
        "mrn",
        "Identification",
        _Joined(
            "Office_segment/Customs_clearance_office_code",
            "Registration/Serial_number",
            "Registration/Number",
            "Registration/Date",
            between=" ",
            needs="Registration/Number",
        ),
    ),
    leaf("type", "Identification/Type/Type_of_declaration"),
    leaf("type", "Property/Sad_flow", Codes(_FLOWS)),
    leaf("issued", "Property/Date_of_declaration", MOMENT),
    leaf("accepted", "Identification/Registration/Date", MOMENT),
    leaf("office", "Identification/Office_segment/Customs_clearance_office_code"),
    leaf("item_count", "Property/Nbers/Total_number_of_items", WHOLE),
    _amount("invoice_amount", "Valuation/Gs_Invoice"),
    _mass("gross_mass", "Valuation/Weight/Gross_weight"),
    leaf("packages", "Property/Nbers/Total_number_of_packages", WHOLE),
    _party("Traders/Exporter", "exporter", "Exporter"),
    _party("Traders/Consignee", "importer", "Consignee"),
    _party("Traders/Financial", "payer", "Financial"),
    _party("Declarant", "declarant", "Declarant"),
    part(
        "goods_shipment",
        "",
        GoodsShipment,
        leaf("export_country", "General_information/Country/Export/Export_country_code"),
        leaf("destination_country", "General_information/Country/Destination/Destination_country_code"),
        part(
            "trade_terms",
            "Transport/Delivery_terms",
            TradeTerms,
            leaf("code", "Code"),
            leaf("place", "Place"),
        ),
        leaf(
            "transaction_nature",
            "Financial/Financial_transaction",
            _Joined("code1|code_1|Code1", "code2|code_2|Code2", needs="code1|code_1|Code1"),
        ),
        _CONSIGNMENT,
        each("items", "Item", GoodsItem, *_ITEM),
    ),
    each(
        "guarantees",
        "Financial/Guarantee",
        Guarantee,
        leaf("reference", "Name"),
        part("amount", "Amount", Amount, leaf("value", "", NUMBER)),
    ),
    each(
        "additional_information",
        "Identification/Manifest_reference_number",
        AdditionalInformation,
        const("type", "manifest"),
        leaf("text", ""),
    ),
    each(
        "additional_information",
        "General_information/Comments_free_text|Additional_information",
        AdditionalInformation,
        leaf("text", ""),
    ),
    leaf("exit_office", "Transport/Border_office/Code"),
)
"""An ASYCUDA World declaration. Source: the XML that ASYCUDA World exports and imports; names as it spells them."""

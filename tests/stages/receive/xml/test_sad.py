"""Test that ASYCUDA declarations are read leniently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tidewaiter.kernel.records import Declaration
from tidewaiter.stages import receive
from tidewaiter.stages.receive.xml.reader import XmlMessage

ReadXml = Callable[..., list[receive.Reading]]

SAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<ASYCUDA><Property><Sad_flow>I</Sad_flow><Nbers><Total_number_of_items>1</Total_number_of_items>
<Total_number_of_packages>25.0</Total_number_of_packages></Nbers></Property>
<Identification><Manifest_reference_number>2026 41</Manifest_reference_number>
<Office_segment><Customs_clearance_office_code>QQ01</Customs_clearance_office_code></Office_segment>
<Type><Type_of_declaration>IM</Type_of_declaration><Declaration_gen_procedure_code>4</Declaration_gen_procedure_code></Type>
<Registration><Serial_number>C</Serial_number><Number>123</Number><Date>1/31/26</Date></Registration></Identification>
<Traders><Exporter><Exporter_code><null/></Exporter_code><Exporter_name>Invented Mills</Exporter_name></Exporter>
<Consignee><Consignee_code>TIN1</Consignee_code><Consignee_name>Nobody Ltd</Consignee_name></Consignee></Traders>
<Declarant><Declarant_code>BR9</Declarant_code><Reference><Number>REF-5</Number></Reference></Declarant>
<General_information><Country><Export><Export_country_code>NO</Export_country_code></Export>
<Destination><Destination_country_code>QQ</Destination_country_code></Destination></Country></General_information>
<Transport><Means_of_transport><Border_information><Identity>SEA SPIRIT</Identity><Nationality>NO</Nationality>
<Mode>1</Mode></Border_information></Means_of_transport><Container_flag>true</Container_flag>
<Delivery_terms><Code>CIF</Code><Place>PORT</Place></Delivery_terms></Transport>
<Valuation><Gs_Invoice><Amount_national_currency>2,000,000.00</Amount_national_currency>
<Amount_foreign_currency>1000</Amount_foreign_currency><Currency_code>USD</Currency_code></Gs_Invoice></Valuation>
<Container><Container_identity>CSQU3054383</Container_identity></Container>
<Item><Packages><Number_of_packages>25.0</Number_of_packages><Marks1_of_packages>AB</Marks1_of_packages>
<Marks2_of_packages>CD</Marks2_of_packages><Kind_of_packages_code>CT</Kind_of_packages_code></Packages>
<Tarification><HScode><Commodity_code>51071000</Commodity_code><Precision_1>00</Precision_1></HScode>
<Extended_customs_procedure>4000</Extended_customs_procedure>
<National_customs_procedure>000</National_customs_procedure></Tarification>
<Goods_description><Country_of_origin_code>NO</Country_of_origin_code>
<Description_of_goods>Yarn of combed wool</Description_of_goods><Commercial_Description>YARN</Commercial_Description>
</Goods_description>
<Previous_doc><Summary_declaration>BL-77</Summary_declaration></Previous_doc>
<Taxation><Taxation_line><Duty_tax_code>ID</Duty_tax_code><Duty_tax_Base>2000000</Duty_tax_Base>
<Duty_tax_rate>5</Duty_tax_rate><Duty_tax_amount>100000</Duty_tax_amount><Duty_tax_MP>1</Duty_tax_MP></Taxation_line>
</Taxation>
<Valuation_item><Weight_itm><Gross_weight_itm>110.5</Gross_weight_itm><Net_weight_itm>100</Net_weight_itm></Weight_itm>
<Statistical_value>2000000</Statistical_value></Valuation_item>
<Attached_documents><Attached_document_code>INV</Attached_document_code>
<Attached_document_reference>F-1</Attached_document_reference><Attached_document_date>2026-01-15</Attached_document_date>
</Attached_documents></Item></ASYCUDA>
"""


def _read(read_xml: ReadXml, text: str) -> Declaration:
    """Read a declaration without faults."""
    (one,) = read_xml(text)
    assert one.faults == ()
    assert isinstance(one.record, Declaration)
    return one.record


def an_asycuda_declaration_is_read(read_xml: ReadXml) -> None:
    record = _read(read_xml, SAD)
    assert (record.function, record.lrn, record.type, record.office) == ("9", "REF-5", "IM", "QQ01")
    assert record.mrn == "QQ01 C 123 1/31/26"
    assert record.accepted == datetime(2026, 1, 31, tzinfo=UTC)
    assert (record.item_count, record.packages) == (1, 25)
    assert [(party.role, party.id, party.name) for party in record.parties] == [
        ("exporter", None, "Invented Mills"),
        ("importer", "TIN1", "Nobody Ltd"),
        ("declarant", "BR9", None),
    ]
    assert record.invoice_amount is not None
    assert (record.invoice_amount.value, record.invoice_amount.currency) == (Decimal(1000), "USD")
    shipment = record.goods_shipment
    assert shipment is not None
    assert (shipment.export_country, shipment.destination_country) == ("NO", "QQ")
    assert shipment.consignment is not None
    assert shipment.consignment.container_indicator is True
    assert [one.id for one in shipment.consignment.equipment] == ["CSQU3054383"]
    assert [(one.stage, one.id, one.mode) for one in shipment.consignment.transport_means] == [
        ("border", "SEA SPIRIT", "1")
    ]


def an_asycuda_item_is_read(read_xml: ReadXml) -> None:
    (item,) = _read(read_xml, SAD).items
    assert item.commodity is not None
    assert item.commodity.description == "YARN"
    assert [code.id for code in item.commodity.classifications] == ["5107100000"]
    assert item.commodity.gross_mass is not None
    assert (item.commodity.gross_mass.value, item.commodity.gross_mass.unit) == (Decimal("110.5"), "KGM")
    assert (item.procedure, item.origin) == ("4000", "NO")
    assert [(pack.type, pack.quantity, pack.marks) for pack in item.packaging] == [("CT", 25, "AB CD")]
    assert [(tax.type, tax.rate, tax.payment_method) for tax in item.duty_taxes] == [("ID", Decimal(5), "1")]
    assert [tax.assessed.value for tax in item.duty_taxes if tax.assessed] == [Decimal(100_000)]
    assert [(one.type, one.number, one.issued) for one in item.documents] == [("INV", "F-1", date(2026, 1, 15))]
    assert [one.number for one in item.previous_documents] == ["BL-77"]


def a_declaration_inside_another_element_is_read(read_xml: ReadXml) -> None:
    inside = SAD.replace("<ASYCUDA>", "<ASYCUDA><SAD>").replace("</ASYCUDA>", "</SAD></ASYCUDA>")
    assert _read(read_xml, inside) == _read(read_xml, SAD)


def the_head_names_the_format(opened: Callable[..., XmlMessage]) -> None:
    message = opened(SAD).head.message
    assert message.interchange is not None
    assert (message.type, message.interchange.format) == ("SAD", "asycuda-xml")


@pytest.mark.parametrize(
    ("text", "code"), [("2/3/26", "ambiguous-date"), ("31/31/26", "not-a-date"), ("soon", "not-a-date")]
)
def a_day_that_may_be_another_is_said(read_xml: ReadXml, text: str, code: str) -> None:
    (one,) = read_xml(SAD.replace("1/31/26", text))
    assert isinstance(one.record, Declaration)
    assert one.record.accepted is None
    assert [fault.code for fault in one.faults] == [code]


@pytest.mark.parametrize(("text", "day"), [("31/1/2026", 31), ("1.31.2026", 31), ("3/3/26", 3)])
def a_day_that_is_one_alone_is_read(read_xml: ReadXml, text: str, day: int) -> None:
    record = _read(read_xml, SAD.replace("1/31/26", text))
    assert record.accepted is not None
    assert record.accepted.day == day


def a_number_with_a_decimal_comma_is_said(read_xml: ReadXml) -> None:
    (one,) = read_xml(SAD.replace("110.5", "110,5"))
    assert [fault.code for fault in one.faults] == ["decimal-comma"]

"""Test declarations and responses of the WCO Data Model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Amendment,
    Declaration,
    GoodsShipment,
    Party,
    Response,
    ResponseError,
    ResponseStatus,
)
from tidewaiter.stages import receive
from tidewaiter.stages.receive.xml.wco import write_declaration, write_declarations, write_response

ReadXml = Callable[..., list[receive.Reading]]


def a_declaration_is_read(read_xml: ReadXml, declaration: str) -> None:
    (one,) = read_xml(declaration)
    record = one.record
    assert isinstance(record, Declaration)
    assert one.faults == ()
    assert (one.offset, one.length, one.row) == (0, len(declaration.encode()), 1)
    assert (record.function, record.lrn, record.type, record.item_count, record.packages) == (
        "9",
        "LRN-7",
        "IMA",
        2,
        12,
    )
    assert record.accepted == datetime(2026, 2, 3, 9, 15, tzinfo=UTC)
    assert record.invoice_amount is not None
    assert (record.invoice_amount.value, record.invoice_amount.currency) == (Decimal("1250.50"), "EUR")
    roles = {party.role: party.id or party.name for party in record.parties}
    assert roles == {"exporter": "Invented Yarns & Sons", "importer": "QQ333", "declarant": "QQ111", "agent": "QQ222"}
    shipment = record.goods_shipment
    assert shipment is not None
    assert (shipment.export_country, shipment.destination_country) == ("NO", "SE")
    assert shipment.trade_terms is not None
    assert (shipment.trade_terms.code, shipment.trade_terms.place) == ("CIF", "Gothenburg")
    (previous,) = shipment.previous_documents
    assert (previous.category, previous.type, previous.number, previous.item) == ("Z", "785", "MAN-5", 3)
    assert shipment.consignment is not None
    assert [(one.stage, one.mode, one.id, one.id_type) for one in shipment.consignment.transport_means] == [
        ("border", "1", None, None),
        ("arrival", None, "9074729", "IMO"),
    ]
    (equipment,) = shipment.consignment.equipment
    assert (equipment.id, [seal.id for seal in equipment.seals]) == ("CSQU3054383", ["S-1"])


def an_item_is_read(read_xml: ReadXml, declaration: str) -> None:
    (one,) = read_xml(declaration)
    assert isinstance(one.record, Declaration)
    item, second = one.record.items
    assert item.commodity is not None
    assert item.commodity.description == "Woollen yarn, undyed"
    assert [(code.id, code.type) for code in item.commodity.classifications] == [("51071000", "TSP")]
    assert [(mass.value, mass.unit) for mass in (item.commodity.gross_mass, item.commodity.net_mass) if mass] == [
        (Decimal(110), "KGM"),
        (Decimal(100), "KGM"),
    ]
    assert (item.procedure, item.previous_procedure, item.additional_procedures) == ("40", "00", ("1CS",))
    assert (item.origin, item.preferential_origin, item.preference) == ("NO", "IS", "100")
    assert [(tax.type, tax.payment_method) for tax in item.duty_taxes] == [("A00", "E")]
    assert item.equipment == ("CSQU3054383",)
    assert [(pack.type, pack.quantity, pack.marks) for pack in item.packaging] == [("CT", 10, "YARN")]
    assert second.sequence == 2


def a_bare_declaration_is_read(read_xml: ReadXml, declaration: str) -> None:
    start, end = declaration.index(" <Declaration>"), declaration.index("</md:MetaData>")
    bare = declaration[start:end].replace(
        "<Declaration>",
        '<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:2" xmlns:ds="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">',
    )
    (one,), (wrapped,) = read_xml(bare), read_xml(declaration)
    assert one.record == wrapped.record


@pytest.mark.parametrize(("kind", "function"), [("COR", "4"), ("INV", "1")])
def a_request_to_change_or_cancel_has_its_function(read_xml: ReadXml, kind: str, function: str) -> None:
    (one,) = read_xml(f"""<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"><FunctionCode>13</FunctionCode>
    <FunctionalReferenceID>R-1</FunctionalReferenceID><ID>26QQ1</ID><TypeCode>{kind}</TypeCode>
    <TotalPackageQuantity>5</TotalPackageQuantity>
    <AdditionalInformation><StatementDescription>because</StatementDescription><StatementTypeCode>AES</StatementTypeCode>
    </AdditionalInformation>
    <Amendment><ChangeReasonCode>28</ChangeReasonCode>
    <Pointer><SequenceNumeric>1</SequenceNumeric><DocumentSectionCode>42A</DocumentSectionCode></Pointer>
    <Pointer><SequenceNumeric>2</SequenceNumeric><DocumentSectionCode>68A</DocumentSectionCode><TagID>144</TagID></Pointer>
    </Amendment></Declaration>""")
    assert one.record == Declaration(
        function=function,
        lrn="R-1",
        mrn="26QQ1",
        packages=5,
        goods_shipment=None,
        additional_information=(AdditionalInformation(type="AES", text="because"),),
        amendments=(Amendment(reason="28", location="42A[1]/68A[2].144"),),
    )


def a_response_is_read(read_xml: ReadXml) -> None:
    (one,) = read_xml("""<MetaData><WCOTypeName>RES</WCOTypeName><Response><FunctionCode>03</FunctionCode>
    <FunctionalReferenceID>A-1</FunctionalReferenceID>
    <IssueDateTime><DateTimeString formatCode="304">20260116151356Z</DateTimeString></IssueDateTime>
    <Error><Description>Too heavy</Description><ValidationCode>ARI-001</ValidationCode>
     <Pointer><DocumentSectionCode>42A</DocumentSectionCode></Pointer>
     <Pointer><SequenceNumeric>1</SequenceNumeric><DocumentSectionCode>68A</DocumentSectionCode><TagID>126</TagID>
     </Pointer></Error>
    <Status><NameCode>39</NameCode><ReleaseDateTime><DateTimeString formatCode="102">20260117</DateTimeString>
    </ReleaseDateTime></Status>
    <Declaration><FunctionalReferenceID>L-1</FunctionalReferenceID><ID>26QQ1</ID></Declaration></Response></MetaData>""")
    assert one.record == Response(
        type="RES",
        function="03",
        result="rejected",
        reference="A-1",
        issued=datetime(2026, 1, 16, 15, 13, 56, tzinfo=UTC),
        lrn="L-1",
        mrn="26QQ1",
        errors=(ResponseError(code="ARI-001", text="Too heavy", location="42A/68A[1].126"),),
        statuses=(ResponseStatus(code="39", released=datetime(2026, 1, 17, tzinfo=UTC)),),
    )


def two_responses_in_a_wrapper_are_two_records(read_xml: ReadXml) -> None:
    written = write_response(Response(type="RES", function="01", lrn="A"), Response(type="RES", function="03", lrn="B"))
    first, second = read_xml(written)
    assert [(one.number, one.row) for one in (first, second)] == [(1, 1), (2, 2)]
    assert [one.record.lrn for one in (first, second) if isinstance(one.record, Response)] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20260203101500Z", datetime(2026, 2, 3, 10, 15, tzinfo=UTC)),
        ("202602031015", datetime(2026, 2, 3, 10, 15, tzinfo=UTC)),
        ("20260203", datetime(2026, 2, 3, tzinfo=UTC)),
        ("20260203101500-0330", datetime(2026, 2, 3, 10, 15, tzinfo=timezone(-timedelta(hours=3, minutes=30)))),
        ("2026-02-03T10:15:00+01:00", datetime(2026, 2, 3, 9, 15, tzinfo=UTC)),
    ],
)
def a_moment_is_read_in_each_of_its_formats(read_xml: ReadXml, declaration: str, text: str, moment: datetime) -> None:
    (one,) = read_xml(declaration.replace("20260203101500+01", text))
    assert isinstance(one.record, Declaration)
    assert one.record.accepted == moment


@pytest.mark.parametrize("text", ["20260231101500Z", "yesterday", "20260203101500+99", "99999999999999Z"])
def a_moment_that_is_none_is_left_out_with_a_fault(read_xml: ReadXml, declaration: str, text: str) -> None:
    (one,) = read_xml(declaration.replace("20260203101500+01", text))
    assert isinstance(one.record, Declaration)
    assert one.record.accepted is None
    (fault,) = one.faults
    assert (fault.code, fault.path, fault.params["found"]) == ("not-a-date", "/accepted", text)


def a_moment_keeps_its_offset_when_it_is_written() -> None:
    moment = datetime(2026, 2, 3, 10, 15, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert b">20260203101500+0545<" in write_declaration(Declaration(lrn="A", issued=moment))
    assert b">20260203101500+02<" in write_declaration(
        Declaration(lrn="A", issued=moment.replace(tzinfo=timezone(timedelta(hours=2))))
    )


def a_fault_stands_on_its_bytes_and_names_no_person(read_xml: ReadXml, declaration: str) -> None:
    raw = declaration.replace("<QuantityQuantity>10", "<QuantityQuantity>ten").encode()
    (one,) = read_xml(raw)
    (fault,) = one.faults
    assert (fault.code, fault.path) == ("not-an-integer", "/goodsShipment/items/0/packaging/0/quantity")
    assert fault.place is not None
    assert (
        fault.place.xpath
        == "/MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[1]/Packaging/QuantityQuantity"
    )
    assert (fault.place.offset, fault.place.length) == (raw.index(b"ten<"), 3)
    assert fault.place.line == raw[: raw.index(b"ten<")].count(b"\n") + 1


def what_xml_cannot_hold_is_replaced_when_it_is_written(read_xml: ReadXml) -> None:
    (one,) = read_xml(write_declaration(Declaration(lrn="A\x00B\x0bC", function="9")))
    assert isinstance(one.record, Declaration)
    assert one.record.lrn == "A\ufffdB\ufffdC"


def a_role_that_the_message_does_not_have_is_left_out(read_xml: ReadXml) -> None:
    record = Declaration(lrn="A", function="9", parties=(Party(role="notify", id="N"), Party(role="exporter", id="E")))
    (one,) = read_xml(write_declaration(record))
    assert isinstance(one.record, Declaration)
    assert [party.id for party in one.record.parties] == ["E"]
    assert one.record.goods_shipment in (None, GoodsShipment())


def two_declarations_are_written_into_one_document(read_xml: ReadXml) -> None:
    records = [Declaration(lrn=f"L{number}", function="9") for number in range(3)]
    assert [one.record for one in read_xml(write_declarations(records))] == records

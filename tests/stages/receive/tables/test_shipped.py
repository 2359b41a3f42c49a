"""Test the mappings that ship, on the tables that they are for."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tidewaiter.kernel.records import Declaration, Outcome
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive

Read = Callable[..., list[receive.Reading]]
KOREAN = Path(__file__).parents[5] / "shared" / "data" / "customs-declarations-kcs" / "df_syn_valid_eng.csv"
needs_korean = pytest.mark.skipif(not KOREAN.exists(), reason=f"the Korean declarations are not at {KOREAN}")

KCS = (
    b"Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,Mode of Transport,Declarant ID,"
    b"Importer ID,Seller ID,Courier ID,HS6 Code,Country of Departure,Country of Origin,Tax Rate,Tax Type,"
    b"Country of Origin Indicator,Net Mass,Item Price,Fraud,Critical Fraud\n"
    b"1,2020-01-01,30,B,11,21,11,90,D1,I1,,X1,10121,BE,DE,8.0,FEU1,G,108.0,372254.4,1,2\n"
)


def a_korean_row_becomes_a_declaration(reading: Read) -> None:
    (one,) = reading(KCS, receive.load_mapping("kcs"))
    record = one.record
    assert one.faults == ()
    assert isinstance(record, Declaration)
    assert (record.lrn, record.type, record.function, record.office, record.item_count) == ("1", "IM", "9", "30", 1)
    assert record.issued == datetime(2020, 1, 1, tzinfo=UTC)
    assert {party.role: party.id for party in record.parties} == {"declarant": "D1", "importer": "I1", "carrier": "X1"}
    assert {one.type: one.code for one in record.additional_information} == {"processType": "B", "importUse": "21"}
    shipment = record.goods_shipment
    assert shipment is not None
    assert shipment.consignment is not None
    assert (shipment.export_country, shipment.destination_country) == ("BE", "KR")
    assert shipment.consignment.departure_country == "BE"
    means = shipment.consignment.transport_means[0]
    assert (means.stage, means.mode) == ("border", "0")
    (item,) = shipment.items
    assert (item.sequence, item.origin, item.transaction_nature) == (1, "DE", "11")
    assert item.commodity is not None
    assert [(code.id, code.type) for code in item.commodity.classifications] == [("010121", "HS")]
    assert item.commodity.net_mass is not None
    assert (item.commodity.net_mass.value, item.commodity.net_mass.unit) == (Decimal("108.0"), "KGM")
    assert item.customs_value is not None
    assert (item.customs_value.value, item.customs_value.currency) == (Decimal("372254.4"), "KRW")
    tax = item.duty_taxes[0]
    assert (tax.type, tax.rate, tax.payment_method) == ("FEU1", Decimal("8.0"), "11")
    assert [(one.type, one.code) for one in item.additional_information] == [("originMarking", "G")]


@pytest.mark.parametrize(("code", "result"), [(b"0,0", "conform"), (b"1,1", "irregular"), (b"1,2", "offence")])
def a_korean_label_becomes_an_outcome(reading: Read, code: bytes, result: str) -> None:
    (one,) = reading(KCS[:-4] + code + b"\n", receive.load_mapping("kcs-outcome"))
    assert one.faults == ()
    assert one.record == Outcome(
        declaration="1",
        declarant="D1",
        controlled=datetime(2020, 1, 1, tzinfo=UTC),
        control="physical",
        selection="all",
        result=result,
    )


def a_korean_label_that_contradicts_itself_is_a_fault(reading: Read) -> None:
    (one,) = reading(KCS[:-4] + b"0,2\n", receive.load_mapping("kcs-outcome"))
    assert [(fault.code, fault.path, fault.params["found"]) for fault in one.faults] == [
        ("not-in-list", "/result", "0 2")
    ]


@needs_korean
def every_korean_row_is_read_without_a_fault_and_as_it_is_written() -> None:
    mapping = receive.load_mapping("kcs")
    with KOREAN.open("rb") as stream, KOREAN.open(newline="", encoding="utf-8") as text:
        opened = receive.open_source(stream, name=KOREAN.name, settings=Settings(), mapping=mapping)
        written = csv.DictReader(text)
        count = 0
        for reading, row in zip(opened.readings(), written, strict=True):
            record = reading.record
            assert reading.faults == ()
            assert isinstance(record, Declaration)
            assert record.lrn == row["Declaration ID"]
            item = record.items[0]
            assert item.customs_value is not None
            assert str(item.customs_value.value) == row["Item Price"]
            count += 1
    assert count == 8_134


@needs_korean
def every_korean_label_is_counted() -> None:
    with KOREAN.open("rb") as stream:
        mapping = receive.load_mapping("kcs-outcome")
        opened = receive.open_source(stream, name=KOREAN.name, settings=Settings(), mapping=mapping)
        results = Counter(one.record.result for one in opened.readings() if isinstance(one.record, Outcome))
    assert results == {"conform": 6_430, "irregular": 1_626, "offence": 78}


WORLD = b"""IDE_CUO_COD,IDE_REG_DAT,IDE_REG_SER,IDE_REG_NBR,IDE_TYP_SAD,CMP_CON_COD,CMP_CON_NAM,DEC_COD,DEC_REF_YER,\
DEC_REF_NBR,TPT_MOT_BRD_COD,KEY_ITM_NBR,TAR_HSC_NB1,GDS_DS3,VIT_WGT_NET,VIT_CIF,GDS_CTN_CT1,GDS_CTN_CT2,TAR_PRC_EXT,TPT_CTF
BIEXP,2021-03-04 00:00:00.0,C,12,IM,1234,ACME,D1,2021,77,10,1,84713000,Laptops,12.5,1000,MSKU1234565,(null),4071,1
BIEXP,2021-03-04 00:00:00.0,C,12,IM,1234,ACME,D1,2021,77,10,2,84713001,Cables,1.5,10,,,4000,1
BIEXP,2021-03-05 00:00:00.0,C,13,IM,1234,ACME,D1,2021,78,40,1,84713000,Laptops,2,20,,,4000,0
"""


def the_rows_of_an_asycuda_export_become_declarations_with_items(reading: Read) -> None:
    one, two = reading(WORLD, receive.load_mapping("asycuda-sad"))
    record = one.record
    assert one.faults == two.faults == ()
    assert isinstance(record, Declaration)
    assert (record.mrn, record.lrn, record.office, record.type) == ("BIEXP-2021-C-12", "2021/77", "BIEXP", "IM")
    assert record.accepted == datetime(2021, 3, 4, tzinfo=UTC)
    first, second = record.items
    assert (first.procedure, first.previous_procedure, first.equipment) == ("40", "71", ("MSKU1234565",))
    assert (second.sequence, second.equipment) == (2, ())
    assert record.goods_shipment is not None
    assert record.goods_shipment.consignment is not None
    assert record.goods_shipment.consignment.container_indicator is True
    assert record.goods_shipment.consignment.transport_means[0].mode == "1"
    assert isinstance(two.record, Declaration)
    assert two.record.mrn == "BIEXP-2021-C-13"


def the_columns_of_the_older_asycuda_are_read_too(reading: Read) -> None:
    data = (
        b"KEY_CUO;SAD_REG_DATE;SAD_REG_SERIAL;SAD_REG_NBER;SAD_CONSIGNEE;ITM_NBER;SADITM_HS_COD;SADITM_NET_MASS;"
        b"SADITM_STAT_VAL\n201;14/03/2016;C;9;NIT1;1;8471.30.00;7;900\n"
    )
    (one,) = reading(data, receive.load_mapping("asycuda-sad"))
    record = one.record
    assert one.faults == ()
    assert isinstance(record, Declaration)
    assert record.mrn == "201-2016-C-9"
    assert record.items[0].statistical_value is not None
    assert record.items[0].statistical_value.value == Decimal(900)


def an_inspection_names_the_declaration_as_the_declaration_does(reading: Read) -> None:
    data = (
        "Bureau;IDE_CUO_COD;IDE_REG_DAT;IDE_REG_SER;IDE_REG_NBR;Date de visite;PTY_COL_DSC;Résultat\n"
        "x;BIEXP;2021-03-04;C;12;2021-03-06;Red;Irrégulier\n"
    ).encode()
    (one,) = reading(data, receive.load_mapping("asycuda-sad-outcome"))
    assert one.faults == ()
    assert isinstance(one.record, Outcome)
    assert (one.record.declaration, one.record.control, one.record.result) == (
        "BIEXP-2021-C-12",
        "physical",
        "irregular",
    )

"""Test air waybills in the names of IATA ONE Record."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tidewaiter.kernel.records import (
    CargoReport,
    Commodity,
    Consignment,
    Document,
    GoodsItem,
    Location,
    Measure,
    Party,
)
from tidewaiter.stages.receive import Reading

Read = Callable[..., list[Reading]]
Example = Callable[[str], bytes]


def an_air_waybill_is_a_cargo_report_with_one_consignment(read: Read, example: Example) -> None:
    (one,) = read(example("one-record"))
    assert one.faults == ()
    assert one.record == CargoReport(
        lrn="123-45678906",
        consignments=(
            Consignment(
                transport_document=Document(number="123-45678906"),
                level="master",
                loading=Location(code="AMS"),
                unloading=Location(code="SIN"),
                gross_mass=Measure(value=Decimal("312.5"), unit="KGM"),
                packages=4,
                parties=(
                    Party(role="consignor", name="Invented Shipper"),
                    Party(role="consignee", name="Invented Consignee"),
                ),
                items=(GoodsItem(commodity=Commodity(description="Invented machine parts")),),
            ),
        ),
    )


def a_number_with_its_prefix_already_stays_as_it_is(read: Read, example: Example) -> None:
    (one,) = read(example("one-record").replace(b'"45678906"', b'"123-45678906"'))
    assert isinstance(one.record, CargoReport)
    assert one.record.lrn == "123-45678906"


def a_waybill_without_a_number_is_a_fault(read: Read, example: Example) -> None:
    (one,) = read(example("one-record").replace(b'"45678906"', b"null"))
    assert [(said.code, said.params["where"]) for said in one.faults] == [("schema", "/waybillNumber")]

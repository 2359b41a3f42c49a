"""Show what rules say of values that come from messages of carriers and terminals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tidewaiter.kernel.records import (
    CargoReport,
    Commodity,
    Consignment,
    DangerousGoods,
    GoodsItem,
    Measure,
    MovementStep,
    TransitMovement,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.validate import Checker


@pytest.mark.parametrize(("unit", "codes"), [("CEL", []), ("FAH", []), ("KGM", ["negative"])])
def a_temperature_may_be_below_zero(checker: Checker, unit: str, codes: list[str]) -> None:
    box = TransportEquipment(id="CSQU3054383", temperature=Measure(value=Decimal(-18), unit=unit))
    found = checker.check(CargoReport(lrn="L1", consignments=(Consignment(equipment=(box,)),)))
    assert [one.code for one in found if one.rule == "STR-005"] == codes


def the_goods_of_a_bay_plan_may_be_known_by_their_hazard_alone(checker: Checker) -> None:
    for goods, codes in (
        (Commodity(dangerous_goods=(DangerousGoods(un_number="1993", hazard_class="3"),)), []),
        (Commodity(gross_mass=Measure(value=Decimal(1), unit="KGM")), ["no-goods"]),
    ):
        report = CargoReport(lrn="L1", consignments=(Consignment(items=(GoodsItem(commodity=goods),)),))
        assert [one.code for one in checker.check(report) if one.code == "no-goods"] == codes


def a_call_sign_identifies_a_ship(checker: Checker) -> None:
    for mode, codes in (("1", []), (None, []), ("3", ["mismatch"])):
        means = TransportMeans(mode=mode, id="DLHV", id_type="CALLSIGN")
        found = checker.check(CargoReport(lrn="L1", transport_means=means))
        assert [one.code for one in found if one.rule == "XFD-002"] == codes


@pytest.mark.parametrize(
    ("unit", "codes"), [("KGM#G", []), ("KGM", []), ("KGM#", ["unknown"]), ("XX1Q#G", ["unknown"])]
)
def a_unit_may_have_a_qualifier(checker: Checker, unit: str, codes: list[str]) -> None:
    goods = Commodity(description="Cheese", tariff_quantity=Measure(value=Decimal(5), unit=unit))
    found = checker.check(CargoReport(lrn="L1", consignments=(Consignment(items=(GoodsItem(commodity=goods),)),)))
    assert [one.code for one in found if one.rule == "COD-003"] == codes


@pytest.mark.parametrize(("step", "codes"), [(None, ["no-office"]), ("departure", ["no-office"]), ("arrival", [])])
def a_report_of_an_arrival_need_not_name_the_office_of_departure(
    checker: Checker, step: str | None, codes: list[str]
) -> None:
    steps = (MovementStep(type=step),) if step else ()
    found = checker.check(TransitMovement(mrn="26GH000000003617M5", destination_office="GHTEM001", steps=steps))
    assert [one.code for one in found if one.code == "no-office"] == codes

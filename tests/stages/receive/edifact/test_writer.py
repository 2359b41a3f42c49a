"""Check how messages are written: where elements go, what is released, what is described once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tidewaiter import edifact
from tidewaiter.kernel.records import CargoReport, Consignment, Document, GoodsItem, TransportEquipment

AT = datetime(2026, 1, 6, tzinfo=UTC)


def segments(report: CargoReport) -> Sequence[str]:
    """Return the segments of a cargo report's message."""
    data = edifact.write([("CUSCAR", [report])], sender="S", recipient="R", reference="1", at=AT, lines=True)
    return [one.rstrip("'") for one in data.decode().splitlines()]


def consigned(number: str, *boxes: str) -> Consignment:
    """Return a consignment in boxes that its one item names."""
    return Consignment(
        transport_document=Document(type="705", number=number),
        equipment=tuple(TransportEquipment(id=one, size_type="22G1") for one in boxes),
        items=(GoodsItem(sequence=1, equipment=boxes),),
    )


def a_box_that_several_consignments_name_is_described_once() -> None:
    report = CargoReport(lrn="L", consignments=(consigned("B1", "BOX1", "BOX2"), consigned("B2", "BOX2", "BOX3")))
    written = segments(report)
    assert [one for one in written if one.startswith("EQD")] == [
        "EQD+CN+BOX1+22G1",
        "EQD+CN+BOX2+22G1",
        "EQD+CN+BOX3+22G1",
    ]
    assert [one for one in written if one.startswith("SGP")] == ["SGP+BOX1", "SGP+BOX2", "SGP+BOX2", "SGP+BOX3"]


def a_box_that_no_item_names_is_named_in_the_first_place_for_it() -> None:
    one = Consignment(transport_document=Document(type="705", number="B"), equipment=(TransportEquipment(id="BOX1"),))
    assert "SGP+BOX1" in segments(CargoReport(lrn="L", consignments=(one,)))


def the_service_characters_are_released_and_controls_are_blanks() -> None:
    (beginning,) = (one for one in segments(CargoReport(lrn="it's+1:2?\x07end")) if one.startswith("BGM"))
    assert beginning == "BGM+785+it?'s?+1?:2?? end"

"""Read air waybills in the names of IATA ONE Record: a cargo report with one consignment."""

from __future__ import annotations

from typing import Any

from tidewaiter.kernel.records import (
    Address,
    CargoReport,
    Commodity,
    Consignment,
    Document,
    GoodsItem,
    Location,
    Measure,
    Party,
)
from tidewaiter.stages.receive.json.shape import Shape
from tidewaiter.stages.receive.json.tree import NUMBER, WHOLE, json_node
from tidewaiter.stages.receive.json.unit import Format, Unit, View
from tidewaiter.stages.receive.lens import Codes, Lens, Line, Node, each, leaf, lens, part
from tidewaiter.stages.receive.model import Fault

LEVELS = {"MASTER": "master", "DIRECT": "master", "HOUSE": "house", "Master": "master", "House": "house"}
"""waybillType → level of the consignment."""

ROLES = {"SHP": "consignor", "CNE": "consignee", "NFY": "notify", "CAR": "carrier", "FFW": "forwarder", "AGT": "agent"}
"""partyRole → role of the party; others keep their code."""

_SHIPMENT = "shipment|shipmentInformation"


class _Number:
    """The number of an air waybill: the airline's prefix, a hyphen, the serial number."""

    def read(self, node: Node) -> str | None:
        """Return the number."""
        text, waybill = node.text(), json_node(node).up
        prefix = waybill.value(("waybillPrefix",)) if waybill is not None else None
        return text if text is None or prefix is None or "-" in text else f"{prefix}-{text}"

    def write(self, node: Node, value: str) -> None:
        """Write nothing: such a waybill is read, and never written."""


def _place(name: str, address: str) -> Line:
    """Return the line of an airport."""
    return part(name, address, Location, leaf("code", "locationCodes|locationCode|code/code"), leaf("code", "code"))


def _mass(name: str, address: str) -> Line:
    """Return the line of a mass."""
    return part(name, address, Measure, leaf("value", "", NUMBER), leaf("unit", "unit"), leaf("unit", "unit/code|@id"))


ONE_RECORD: Lens[CargoReport] = lens(
    CargoReport,
    leaf("lrn", "waybillNumber", _Number()),
    each(
        "consignments",
        "",
        Consignment,
        part("transport_document", "", Document, leaf("number", "waybillNumber", _Number())),
        leaf("level", "waybillType", Codes(LEVELS, other="drop")),
        _place("loading", "departureLocation"),
        _place("unloading", "arrivalLocation"),
        _mass("gross_mass", f"{_SHIPMENT}/totalGrossWeight"),
        leaf("packages", f"{_SHIPMENT}/totalPieceCount|pieceCount", WHOLE),
        each(
            "parties",
            "involvedParties",
            Party,
            leaf("role", "partyRole|role", Codes(ROLES)),
            leaf("role", "partyRole|role/code", Codes(ROLES)),
            leaf("name", "partyDetails|party/name"),
            part(
                "address",
                "partyDetails|party/basedAtLocation|location/address",
                Address,
                leaf("line", "street|streetAddressLines"),
                leaf("city", "cityName|city"),
                leaf("postcode", "postalCode"),
                leaf("country", "country"),
                leaf("country", "country/code|countryCode"),
            ),
        ),
        each(
            "items",
            _SHIPMENT,
            GoodsItem,
            part("commodity", "", Commodity, leaf("description", "goodsDescription")),
        ),
    ),
)
"""How a ONE Record waybill and a cargo report correspond; it is read, and never written."""

SHAPE = Shape(
    ("waybillNumber",),
    {
        "waybillNumber|waybillPrefix": "text|number",
        f"{_SHIPMENT}|departureLocation|arrivalLocation": "object",
        "involvedParties": "list|object",
        "involvedParties/*": "object",
    },
)


def is_one(data: Any) -> bool:
    """Say whether a value is an air waybill."""
    return isinstance(data, dict) and "waybillNumber" in data


def views(unit: Unit) -> list[View]:
    """Return the one cargo report of a unit."""
    return [View(ONE_RECORD, unit.node())]


def lacks(unit: Unit, most: int) -> list[Fault]:
    """Return what a waybill lacks."""
    return SHAPE.faults(unit.node(), most)


ONE_RECORDS = Format(
    name="one-record", title="IATA ONE Record waybill", lists=((),), is_one=is_one, views=views, lacks=lacks
)

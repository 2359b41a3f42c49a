"""Read and write BAPLIE: the bay plan of a ship, one consignment for each container on board."""

from __future__ import annotations

from tidewaiter.kernel.records import (
    AdditionalInformation,
    CargoReport,
    Commodity,
    Consignment,
    Document,
    GoodsItem,
    TransportEquipment,
)
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.codecs import EQUIPMENT_ID, FREE_TEXT, LONG_NUMBER, TRUE_NUMBER
from tidewaiter.stages.receive.edifact.phrases.codes import FULLNESS, REFERENCE_OF, REFERENCE_TYPE
from tidewaiter.stages.receive.edifact.phrases.lines import filler, whole
from tidewaiter.stages.receive.edifact.phrases.parts import (
    CONTAINERS,
    EQUIPMENT_SELF,
    GROSS,
    HEADER,
    carrier,
    dangerous_goods,
    mass,
    means,
    measure,
    parties,
    place,
    places,
    temperature,
)
from tidewaiter.stages.receive.lens import Line, const, each, leaf, part

EQD = f"EQD[8053={CONTAINERS}]"
CELL = "LOC[3227=147]"

_ONWARD = ("83", "13", "7", "76", "20", "8", "64", "68", "70", "72", "97")
_REFERENCES = "|".join(REFERENCE_OF)
_NUMBER = leaf("number", "C506/1154", TRUE_NUMBER)
"""The number of a bill of lading; where there is none, senders write 1, because the directory asks for something."""

_NUMBERED = (leaf("type", "C506/1153", REFERENCE_TYPE), leaf("number", "C506/1154"))
_TDT = "TDT[8051=20]"


_BESIDE: tuple[Line, ...] = tuple(
    each("equipment", f"EQD#{number}", TransportEquipment, leaf("id", "C237/8260", EQUIPMENT_ID), *EQUIPMENT_SELF)
    for number in (2, 3)
)
"""Further containers in one cell, such as flats that are stacked."""

_WEIGHT: tuple[Line, ...] = (
    measure("verified_gross_mass", "MEA[6311=VGM]"),
    measure("verified_gross_mass", "MEA[6311=AAE|WT][C502/6313=VGM]"),
    measure("verified_gross_mass", "EQD/MEA[6311=AAE|WT][C502/6313=VGM]"),
    measure("gross_mass", "MEA[6311=WT][!C502/6313=T|VGM]"),
    mass("gross_mass", *GROSS),
    mass("gross_mass", *GROSS, at="EQD"),
    mass("tare", "T"),
    mass("tare", "T", at="EQD"),
    temperature("TMP[6245=2]/C239"),
    temperature("TMP/C239"),
    temperature("EQD/TMP/C239"),
)

_STATEMENT: tuple[Line, ...] = (
    leaf("type", "4451"),
    leaf("code", "C107/4441"),
    leaf("text", "C108", FREE_TEXT),
)

CELLS: Line = each(
    "consignments",
    CELL,
    Consignment,
    each("documents", "RFF[C506/1153=BM]", Document, const("type", "705"), _NUMBER),
    each("documents", "EQD/RFF[C506/1153=BM]", Document, const("type", "705"), _NUMBER),
    each("documents", f"RFF[C506/1153={_REFERENCES}]", Document, *_NUMBERED),
    each("documents", f"EQD/RFF[C506/1153={_REFERENCES}]", Document, *_NUMBERED),
    filler("RFF/C506/1153", "BM", unless="RFF"),
    filler("RFF/C506/1154", "1"),
    filler("MEA/6311", "WT", unless="MEA"),
    place("loading", "9"),
    place("loading", "9", at="EQD"),
    place("unloading", "11", "12"),
    place("unloading", "11", "12", at="EQD"),
    places("itinerary", *_ONWARD),
    places("itinerary", *_ONWARD, at="EQD"),
    each(
        "equipment",
        "",
        TransportEquipment,
        leaf("id", f"{EQD}/C237/8260", EQUIPMENT_ID),
        leaf("size_type", f"{EQD}/C224/8155"),
        leaf("fullness", f"{EQD}/8169", FULLNESS),
        leaf("stowage", "C517/3225"),
        *_WEIGHT,
    ),
    *_BESIDE,
    parties("EQD", "CA", "CF"),
    each(
        "items",
        "",
        GoodsItem,
        part(
            "commodity",
            "",
            Commodity,
            whole("description", "FTX[4451=AAA]/C108", FREE_TEXT),
            whole("description", "EQD/FTX[4451=AAA]/C108", FREE_TEXT),
            dangerous_goods(),
            dangerous_goods("EQD/DGS"),
        ),
    ),
    each("additional_information", "FTX[!4451=AAA]", AdditionalInformation, *_STATEMENT),
    each("additional_information", "EQD/FTX[!4451=AAA]", AdditionalInformation, *_STATEMENT),
)
"""What the group of a cell says: SMDG 1.5 and 2.x say it there, 3.x mostly in the group of EQD inside."""

BAPLIE = Correspondence(
    "BAPLIE",
    message_lens(
        CargoReport,
        *HEADER,
        leaf("lrn", "BGM/C002/1001", LONG_NUMBER, read_only=True),
        *carrier(),
        means("transport_means", "border", "20"),
        place("call", "5", at=_TDT),
        places("itinerary", "61", "125", "92", "60", at=_TDT),
        parties("", "MS", "CF", "CG", "FW"),
        CELLS,
    ),
    directory="D.95B.UN.SMDG22",
)
"""`call` is the port that the ship leaves with this plan.

A bill of lading is one of a container's documents: it may cover further containers, each a consignment here.
"""

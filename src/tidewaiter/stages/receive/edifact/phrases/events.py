"""Say how events of containers correspond to EQD groups, with what the message says of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tidewaiter.kernel.records import Part, TransportMeans
from tidewaiter.stages.receive.edifact.phrases.codecs import EQUIPMENT_ID, FREE_TEXT
from tidewaiter.stages.receive.edifact.phrases.codes import FULLNESS
from tidewaiter.stages.receive.edifact.phrases.lines import whole
from tidewaiter.stages.receive.edifact.phrases.moments import AT
from tidewaiter.stages.receive.edifact.phrases.parts import (
    CONTAINERS,
    GROSS,
    MEANS,
    SEALS,
    dangerous_goods,
    mass,
    measure,
    place,
    times,
)
from tidewaiter.stages.receive.lens import Codes, Line, Node, const, leaf, part
from tidewaiter.stages.receive.lens.address import Address
from tidewaiter.stages.receive.lens.lines import Sighting, Values

EACH = f"EQD[8053={CONTAINERS}]"
"""Where each event of a message begins."""

_OPERATOR = "NAD[3035=CF]/C082/3039"


class Packed(Line):
    """What the goods that stand in a container say, in GID groups that name it in SGP; it is read only."""

    name = ""

    def __init__(self, *lines: Line) -> None:
        self._lines = lines

    def bind(self, kind: type[Part]) -> None:
        """Learn the struct that the lines' fields are of."""
        for line in self._lines:
            line.bind(kind)

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the lines from every goods item in the container."""
        container = node.value(("C237", "8260"))
        for goods in node.root().select("GID") if container is not None else ():
            if any(one.value(("C237", "8260")) == container for one in goods.select("SGP")):
                for line in self._lines:
                    line.read(goods, values, sighting, pointer)

    def write(self, struct: object, node: Node) -> None:
        """Write nothing: the container's own group says it."""

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the addresses of the lines."""
        return tuple(one for line in self._lines for one in line.addresses())


def report(codes: Mapping[str, str]) -> tuple[Line, ...]:
    """Return the lines of what a message says of all its events; `codes` are what happened by its name (1001)."""
    return (
        leaf("code", "/BGM/C002/1001", Codes(codes)),
        leaf("report", "/BGM/C106/1004"),
        leaf("function", "/BGM/1225"),
        leaf("recorded", "/DTM[C507/2005=137]/C507", AT),
        leaf("source", "/NAD[3035=MS]/C082/3039"),
        leaf("source", "/NAD[3035=TR]/C082/3039", read_only=True),
        leaf("operator", f"/{_OPERATOR}"),
        leaf("operator", _OPERATOR, read_only=True),
        leaf("operator", "/NAD[3035=CA]/C082/3039", read_only=True),
    )


def ship(name: str, *moments: Line) -> Line:
    """Return the line of the ship that a message is about; `moments` are the lines of its times."""
    return part(name, "/TDT[8051=20]", TransportMeans, const("stage", "border"), *MEANS, *(moments or times()))


def inland(*functions: str) -> Line:
    """Return the line of the truck, train or barge that brings or takes a container."""
    return part("transport_means", f"TDT[8051={'|'.join(functions)}]", TransportMeans, *MEANS)


def container(*moments: str) -> tuple[Line, ...]:
    """Return the lines of one container; `moments` are the functions (2005) of when it happened, the first written."""
    first, *others = moments
    return (
        leaf("equipment", "C237/8260", EQUIPMENT_ID),
        leaf("size_type", "C224/8155"),
        leaf("fullness", "8169", FULLNESS),
        leaf("booking", "RFF[C506/1153=BN]/C506/1154"),
        leaf("booking", "/RFF[C506/1153=BN]/C506/1154", read_only=True),
        leaf("transport_document", "RFF[C506/1153=BM]/C506/1154"),
        leaf("at", f"DTM[C507/2005={first}]/C507", AT),
        *(leaf("at", f"DTM[C507/2005={one}]/C507", AT, read_only=True) for one in others),
        leaf("stowage", "LOC[3227=147]/C517/3225"),
        place("loading", "9"),
        place("unloading", "11", "12"),
        place("destination", "7", "8", "83", "20"),
        mass("tare", "T"),
        measure("verified_gross_mass", "MEA[6311=AAE|WT][C502/6313=VGM]"),
        measure("verified_gross_mass", "MEA[6311=VGM]"),
        mass("gross_mass", *GROSS),
        measure("gross_mass", "MEA[6311=AAE|WT][!C502/6313]"),
        SEALS,
        whole("goods", "FTX[4451=AAA]/C108", FREE_TEXT),
        dangerous_goods(),
        Packed(whole("goods", "FTX[4451=AAA]/C108", FREE_TEXT), dangerous_goods()),
    )

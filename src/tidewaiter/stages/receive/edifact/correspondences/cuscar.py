"""Read and write CUSCAR: the cargo on a means of transport, at master and house level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tidewaiter.kernel.records import (
    AdditionalInformation,
    CargoReport,
    Consignment,
    Document,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.codecs import TO_ORDER
from tidewaiter.stages.receive.edifact.phrases.codes import (
    DOCUMENT_OF,
    DOCUMENT_TYPE,
    LEVEL,
    MASTER_REFERENCES,
    REFERENCE_OF,
    REFERENCE_TYPE,
    ROLE_OF,
    STAGE,
    STAGE_OF,
)
from tidewaiter.stages.receive.edifact.phrases.goods import BY_TARIFF, items
from tidewaiter.stages.receive.edifact.phrases.lines import described, filler, known
from tidewaiter.stages.receive.edifact.phrases.parts import (
    CONTAINERS,
    EQUIPMENT_SELF,
    HEADER,
    ITINERARY,
    MEANS,
    amount,
    carrier,
    country,
    means,
    parties,
    place,
    places,
    times,
    total,
)
from tidewaiter.stages.receive.edifact.tree import SegmentNode
from tidewaiter.stages.receive.lens import INTEGER, Line, Node, each, key, leaf, part
from tidewaiter.stages.receive.lens.address import Address, parse
from tidewaiter.stages.receive.lens.lines import Each, Nested, Sighting, Values, settle
from tidewaiter.stages.receive.lens.node import make, select

CNI, RFF = parse("CNI"), parse("RFF")
NO_DOCUMENT = "ZZZ"
"""The reference (1153) of a consignment without a transport document."""

_DOCUMENTS = "|".join(code for code in DOCUMENT_OF if code not in MASTER_REFERENCES)
_MASTERS = "|".join(MASTER_REFERENCES)
_OTHERS = "|".join(("UCN", *REFERENCE_OF))

_DOCUMENT: tuple[Line, ...] = (leaf("type", "1153", DOCUMENT_TYPE), leaf("number", "1154"))

REFERENCES: tuple[Line, ...] = (
    part("transport_document", f"C506[1153={_DOCUMENTS}]", Document, *_DOCUMENT),
    part("transport_document", f"C506[1153={_MASTERS}]", Document, *_DOCUMENT),
    part("transport_document", f"C506[!1153={_OTHERS}|{NO_DOCUMENT}]", Document, leaf("number", "1154")),
)
"""What RFF says of the transport document."""

MENTIONS: tuple[Line, ...] = (
    part("master_document", f"C506[1153={_MASTERS}]", Document, *_DOCUMENT),
    leaf("level", "C506/1153", LEVEL),
    leaf("ucr", "C506[1153=UCN]/1154", read_only=True),
    each(
        "documents",
        f"C506[1153={'|'.join(REFERENCE_OF)}]",
        Document,
        leaf("type", "1153", REFERENCE_TYPE),
        leaf("number", "1154"),
    ),
)
"""What else references say; read where senders put it, before the reference that the consignment hangs on."""

CONSOLIDATION: tuple[Line, ...] = (part("master_document", "C503", Document, leaf("number", "1004")),)
"""What CNI says: the master document of the consignments in it."""

DETAILS: tuple[Line, ...] = (
    total("gross_mass", "7"),
    leaf("packages", "CNT[C270/6069=11]/C270/6066", INTEGER),
    leaf("packages", "CNT[C270/6069=8]/C270/6066", INTEGER, read_only=True),
    amount("freight", "64", "135"),
    place("loading", "9"),
    place("unloading", "11", "12"),
    place("goods_location", "14"),
    *country("departure_country", "35"),
    *country("destination_country", "28", "36"),
    places("itinerary", *ITINERARY),
    each(
        "additional_information",
        "GEI|GIS",
        AdditionalInformation,
        leaf("type", "9649"),
        leaf("code", "C012|C529/7365"),
    ),
    leaf("freight_payment", "CPI/C231/4215"),
    leaf("freight_payment", "CPI/4237", read_only=True),
    known(
        "transport_means",
        f"TDT[8051={'|'.join(STAGE_OF)}]",
        TransportMeans,
        "stage",
        set(STAGE_OF.values()),
        leaf("stage", "8051", STAGE),
        *MEANS,
        *times(),
    ),
    parties(),
    leaf("ucr", "NAD[3035=CZ]/RFF[C506/1153=UCN]/C506/1154"),
    leaf("ucr", "TDT/RFF[C506/1153=UCN]/C506/1154", read_only=True),
    leaf("to_order", "NAD[3035=CN]/C080/3036", TO_ORDER, read_only=True),
    leaf("to_order", "NAD[3035=CN]/C058/3124", TO_ORDER, read_only=True),
    items(BY_TARIFF),
    filler("GID/1496", "1", unless="GID"),
    described(
        "equipment",
        "GID/SGP/C237/8260",
        TransportEquipment,
        f"EQD[8053={CONTAINERS}][C237/8260=$]",
        key("id"),
        *EQUIPMENT_SELF,
    ),
)
"""What the group of RFF says of one consignment."""


class Consignments(Nested):
    """The consignments of a report: RFF groups in CNI groups, which stand for one master document.

    Senders put further references of a consignment into RFF segments before or after that of its transport document,
    so that the details hang on the last of them: references without details go with the next that has some.
    """

    def __init__(self) -> None:
        super().__init__("consignments", "CNI", Consignment, (*REFERENCES, *MENTIONS, *DETAILS))
        settle(Consignment, CONSOLIDATION)

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read every consignment."""
        found = list(values.get(self.name, ()))
        for group in select(node, CNI):
            for unit in _units(group):
                here = f"{pointer}/{self.json}/{len(found)}" if sighting.places is not None else ""
                found.append(self._read(group, unit, sighting, here))
        if found:
            values[self.name] = tuple(found)

    def _read(self, group: Node, unit: Sequence[Node], sighting: Sighting, pointer: str) -> Consignment:
        """Read one consignment: its references, what is around it, its details."""
        values: Values = {}
        for line in (*REFERENCES, *MENTIONS):
            for one in unit:
                line.read(one, values, sighting, pointer)
        if values.get("master_document") == values.get("transport_document"):
            values.pop("master_document", None)
        for line in CONSOLIDATION:
            line.read(group, values, sighting, pointer)
        for line in DETAILS:
            line.read(unit[-1], values, sighting, pointer)
        consignment = Consignment(**values)
        return _settled(consignment, values)

    def write(self, struct: Any, node: Node) -> None:
        """Write each consignment; those of one master document that follow each other stand in one CNI."""
        group, last, number = None, None, 0
        for value in struct.consignments:
            if group is None or last is None or value.master_document != last:
                group, last, number = make(node, CNI, again=True), value.master_document, number + 1
                group.make("1490").put(str(number))
                for line in CONSOLIDATION:
                    line.write(value, group)
            reference = make(group, RFF, again=True)
            if value.transport_document is None:
                reference.make("C506/1153").put(NO_DOCUMENT)
            for line in (*REFERENCES, *DETAILS):
                line.write(value, reference)

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the addresses of both groups."""
        return ((CNI, CONSOLIDATION), (parse("CNI/RFF"), self.lines))


def _settled(consignment: Consignment, values: Values) -> Consignment:
    """Return a consignment whose master document is not its own, and whose level follows from it."""
    master, own = consignment.master_document, consignment.transport_document
    if master is not None and (own is None or own.number == master.number):
        values = {**values, "transport_document": own or master, "master_document": None}
    elif master is not None and consignment.level is None:
        values = {**values, "level": "house"}
    else:
        return consignment
    return Consignment(**values)


def _units(group: Node) -> Iterator[list[Node]]:
    """Yield the references of each consignment in a CNI group, that with the details last."""
    unit: list[Node] = []
    for one in select(group, RFF):
        kind = one.value(("C506", "1153"))
        if any(kind in DOCUMENT_OF and other.value(("C506", "1153")) == kind for other in unit):
            yield unit
            unit = []
        unit.append(one)
        if isinstance(one, SegmentNode) and one.matched.children:
            yield unit
            unit = []
    if unit:
        yield unit


class Unnamed(Each):
    """The equipment of the report that no goods are said to be in: empty containers, or goods not yet assigned."""

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the equipment whose number stands in no SGP."""
        named = {one.text() for one in select(node.root(), _NAMED)}
        found: list[Any] = []
        for one in select(node, self.address):
            if one.value(("C237", "8260")) not in named:
                here = f"{pointer}/{self.json}/{len(found)}" if sighting.places is not None else ""
                struct = self.made(one, sighting, here, {})
                if struct is not None:
                    found.append(struct)
        if found:
            values[self.name] = tuple(found)


_NAMED = parse("CNI/RFF/GID/SGP/C237/8260")
_MEANS = "TDT[8051=20|11|21]"
_HERE = ("60", "87", "153", "11")

CUSCAR = Correspondence(
    "CUSCAR",
    message_lens(
        CargoReport,
        filler("BGM/C002/1001", "785"),
        *HEADER,
        leaf("reference", "RFF[C506/1153=AFB|ABT]/C506/1154"),
        leaf("office", "LOC[3227=41|22|42|118]/C517/3225"),
        leaf("office", f"{_MEANS}/LOC[3227=41|22|42|118]/C517/3225", read_only=True),
        *carrier(),
        means("transport_means", "border", "20", "11", "21"),
        *(place("call", one, at=_MEANS) for one in _HERE),
        places("itinerary", "5", "61", "125", "92", "24", "9", "11", at=_MEANS),
        parties("", *(code for code, role in ROLE_OF.items() if role != "carrier")),
        Consignments(),
        Unnamed(
            "equipment",
            f"EQD[8053={CONTAINERS}]",
            TransportEquipment,
            (leaf("id", "C237/8260"), *EQUIPMENT_SELF),
        ),
    ),
    directory="D.05B.UN",
)

"""Read and write CUSDEC: goods declared to customs for import, export or another procedure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tidewaiter.kernel.records import (
    Consignment,
    Contact,
    Declaration,
    Document,
    GoodsShipment,
    Guarantee,
    Invoice,
    Measure,
    Part,
    Party,
    Seal,
    TradeTerms,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.codecs import EQUIPMENT_ID, NUMBER
from tidewaiter.stages.receive.edifact.phrases.codes import (
    DOCUMENT_OF,
    DOCUMENT_TYPE,
    FULLNESS,
    MASTER_REFERENCES,
    ROLE,
    ROLE_OF,
    SEAL_CONDITION,
)
from tidewaiter.stages.receive.edifact.phrases.declared import DOCUMENT, ITEMS, NATURE, statements
from tidewaiter.stages.receive.edifact.phrases.lines import known, measured, otherwise
from tidewaiter.stages.receive.edifact.phrases.moments import AT, ON
from tidewaiter.stages.receive.edifact.phrases.parts import (
    CONTAINERS,
    HEADER,
    MEANS,
    PARTY,
    amount,
    country,
    mass,
    measure,
    place,
    places,
)
from tidewaiter.stages.receive.lens import INTEGER, Codes, Line, Node, const, each, leaf, part
from tidewaiter.stages.receive.lens.address import Address
from tidewaiter.stages.receive.lens.lines import Each, Sighting, Values, settle
from tidewaiter.stages.receive.lens.node import make, select

TRANSPORT_ROLES = frozenset(("consignor", "consignee", "notify", "carrier", "forwarder", "consolidator"))
"""Roles of parties that are the consignment's; the others are the declaration's."""

INVOICES = "380|325|384|385|386|388|326"
"""Kinds of documents (1001) that are invoices."""

KINDS = Codes({"830": "EX", "929": "IM"}, other="drop")
"""Kind of declaration (1001) → its type, where nothing says it better."""

SCHEMES = Codes({"167": "VAT", "52": "VAT", "EORI": "EORI", "LEI": "LEI", "NATIONAL": "NATIONAL"}, other="drop")
"""Code list of a party's identifier (1131) → scheme."""


class _Kind(Line):
    """Whether the declaration is for import or export, as the beginning of the message says it (1001)."""

    name = "type"

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Leave it to the lines of the type."""

    def write(self, struct: Any, node: Node) -> None:
        """Put the kind that the type belongs to: a type that begins with E is of export."""
        if struct.type:
            node.make("BGM/C002/1001").put("830" if struct.type.startswith("E") else "929")


class _Headed(Each):
    """A tuple of structs of which the first is also what the header speaks of; with `alone` only if there is no second.

    The header says when the goods cross the border, and which seals there are, but not by which of several means, or
    on which of several containers.
    """

    def __init__(
        self,
        name: str,
        address: str,
        kind: type[Part],
        lines: Sequence[Line],
        header: Sequence[Line],
        *,
        alone: bool = False,
    ) -> None:
        super().__init__(name, address, kind, lines)
        settle(kind, header)
        self._header, self._alone = header, alone

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read every node, the first with what the header says."""
        found = list(values.get(self.name, ()))
        nodes = select(node, self.address)
        for at, one in enumerate(nodes):
            here = f"{pointer}/{self.json}/{len(found)}"
            given: Values = {}
            for line in self._header if self._is_meant(at, len(nodes)) else ():
                line.read(one, given, sighting, here)
            struct = self.made(one, sighting, here, given)
            if struct is not None:
                found.append(struct)
        if found:
            values[self.name] = tuple(found)

    def write(self, struct: Any, node: Node) -> None:
        """Write every struct that fits, and what the header says of the first."""
        fitting = [one for one in getattr(struct, self.name) if self.fits(one)]
        for at, value in enumerate(fitting):
            place = make(node, self.address, again=True)
            self.put(value, place)
            for line in self._header if self._is_meant(at, len(fitting)) else ():
                line.write(value, place)

    def _is_meant(self, at: int, count: int) -> bool:
        """Say whether the header speaks of the struct at an index among so many."""
        return not at and (count == 1 or not self._alone)

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the address, with all lines."""
        return ((self.address, (*self.lines, *self._header)),)


def _parties(*, transport: bool) -> Line:
    """Return the line of the parties of the consignment, or of the declaration."""
    codes = [code for code, role in ROLE_OF.items() if (role in TRANSPORT_ROLES) is transport]
    return known(
        "parties",
        f"NAD[3035={'|'.join(codes)}]",
        Party,
        "role",
        {ROLE_OF[code] for code in codes},
        leaf("role", "3035", ROLE),
        *PARTY[:-1],
        leaf("scheme", "C082/1131", SCHEMES),
        leaf("id", "RFF[C506/1153=VA|AHP|GN|ABP]/C506/1154", read_only=True),
        part(
            "contact",
            "",
            Contact,
            leaf("name", "CTA[3139=IC]/C056/3412"),
            leaf("name", "CTA/C056/3412", read_only=True),
            leaf("phone", "COM/C076[3155=TE|AL|MA]/3148"),
            leaf("email", "COM/C076[3155=EM]/3148"),
        ),
    )


def _means(stage: str, functions: str) -> Line:
    """Return the line of the means of transport of one stage."""
    return each("transport_means", f"TDT[8051={functions}]", TransportMeans, const("stage", stage), *MEANS)


_BORDER: tuple[Line, ...] = (
    *(
        leaf(name, f"/DTM[C507/2005={code}]/C507", AT, read_only=code not in {"132", "133"})
        for name, codes in (("arrival", ("178", "132", "232")), ("departure", ("136", "186", "133", "189")))
        for code in codes
    ),
    leaf("office", "/LOC[3227=41]/C517/3225"),
)
"""What the header says of the means of transport that crosses the border."""

_REFERENCE: tuple[Line, ...] = (
    leaf("type", "C506/1153", DOCUMENT_TYPE),
    leaf("number", "C506/1154"),
    leaf("issued", "DTM[C507/2005=137|171|182|95]/C507", ON),
)
_WAYBILLS = "|".join(code for code in DOCUMENT_OF if code not in MASTER_REFERENCES)

CONSIGNMENT = part(
    "consignment",
    "",
    Consignment,
    part("transport_document", f"RFF[C506/1153={_WAYBILLS}]", Document, *_REFERENCE),
    part("master_document", f"RFF[C506/1153={'|'.join(MASTER_REFERENCES)}]", Document, *_REFERENCE),
    place("loading", "9"),
    place("unloading", "11", "12"),
    place("goods_location", "14", "43"),
    places("itinerary", "24", "23", "13", "125", "80", "7"),
    amount("freight", "64", "144"),
    _Headed(
        "equipment",
        f"EQD[8053={CONTAINERS}]",
        TransportEquipment,
        (
            leaf("id", "C237/8260", EQUIPMENT_ID),
            leaf("size_type", "C224/8155"),
            leaf("fullness", "8169", FULLNESS),
        ),
        (
            each(
                "seals",
                "/SEL",
                Seal,
                leaf("id", "9308"),
                leaf("party", "C215/9303"),
                leaf("condition", "4517", SEAL_CONDITION),
            ),
        ),
        alone=True,
    ),
    _means("departure", "12|10"),
    _Headed("transport_means", "TDT[8051=20|11|21|2]", TransportMeans, (const("stage", "border"), *MEANS), _BORDER),
    _means("arrival", "30|13|1"),
    _parties(transport=True),
)

_INVOICE: tuple[Line, ...] = (leaf("issued", "DTM[C507/2005=3|137|171]/C507", AT), amount("amount", "39", "77", "128"))

SHIPMENT = part(
    "goods_shipment",
    "",
    GoodsShipment,
    *country("export_country", "35", "113", "37"),
    *country("destination_country", "36", "28"),
    leaf("transaction_nature", f"CST[!1496]/C246[1131={NATURE}]/7361"),
    leaf("ucr", "RFF[C506/1153=UCN]/C506/1154"),
    each("previous_documents", "RFF[C506/1153=AEI]", Document, leaf("number", "C506/1154"), _REFERENCE[-1]),
    CONSIGNMENT,
    part(
        "trade_terms",
        "TOD",
        TradeTerms,
        leaf("code", "C100/4053"),
        leaf("place", "LOC[3227=1]/C517/3224"),
        leaf("place", "LOC/C517/3224"),
        leaf("place", "LOC/C517/3225"),
        leaf("place", "C100/4052"),
    ),
    each("invoices", f"DMS[C002/1001={INVOICES}]", Invoice, leaf("number", "C106/1004"), *_INVOICE),
    otherwise("invoices", f"DOC[C002/1001={INVOICES}]", Invoice, leaf("number", "C503/1004"), *_INVOICE[:1]),
    ITEMS,
)

CUSDEC = Correspondence(
    "CUSDEC",
    message_lens(
        Declaration,
        _Kind(),
        leaf("type", "CST[!1496]/C246[1131=105]/7361"),
        leaf("type", "CST[!1496]/C246/7361"),
        leaf("type", "BGM/C002/1000"),
        leaf("type", "BGM/C002/1001", KINDS),
        *HEADER,
        leaf("lrn", "RFF[C506/1153=ABE]/C506/1154"),
        leaf("mrn", "RFF[C506/1153=ABT|AAE]/C506/1154"),
        leaf("accepted", "DTM[C507/2005=148]/C507", AT),
        leaf("office", "LOC[3227=22|114|118|96]/C517/3225"),
        leaf("exit_office", "LOC[3227=42]/C517/3225"),
        leaf("supervising_office", "LOC[3227=122]/C517/3225"),
        mass("gross_mass", "AAD", "G", "AAB"),
        measure("gross_mass", "MEA[6311=WT|AAE|G][!C502/6313]"),
        each("guarantees", "RFF[C506/1153=ABL|ABK]", Guarantee, leaf("reference", "C506/1154")),
        each("documents", f"DOC[!C002/1001={INVOICES}]", Document, *DOCUMENT),
        _parties(transport=False),
        *statements(but="ZZZ"),
        amount("invoice_amount", "39", "77", "128"),
        SHIPMENT,
        leaf("item_count", "CNT[C270/6069=5]/C270/6066", INTEGER),
        leaf("packages", "CNT[C270/6069=11]/C270/6066", INTEGER),
        measured("gross_mass", "CNT[C270/6069=7]/C270", Measure, leaf("value", "6066", NUMBER), leaf("unit", "6411")),
    ),
    directory="D.05B.UN",
)
"""What stands before the goods items is written before them: a code of goods (CST) may stand in the header too."""

"""Say how goods items of a declaration correspond to CST groups: codes, masses, values, duties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Classification,
    Commodity,
    Document,
    DutyTax,
    GoodsItem,
    Packaging,
    Party,
)
from tidewaiter.stages.receive.edifact.phrases.codecs import DIGITS, FREE_TEXT, MARKS, NUMBER
from tidewaiter.stages.receive.edifact.phrases.codes import ROLE, ROLE_OF
from tidewaiter.stages.receive.edifact.phrases.lines import known, otherwise, whole
from tidewaiter.stages.receive.edifact.phrases.moments import ON
from tidewaiter.stages.receive.edifact.phrases.parts import PARTY, amount, country, mass, measure
from tidewaiter.stages.receive.lens import INTEGER, Codes, Line, Node, each, leaf, part, texts
from tidewaiter.stages.receive.lens.lines import Each

TARIFF, PROCEDURE, PREFERENCE, NATURE, VALUATION, PAYMENT = "122", "117", "116", "112", "127", "134"
"""Code lists (1131): of commodities, procedures, preferences, transactions, valuation, payment."""

_TARIFFS = f"{TARIFF}|108|169|39|HS|CN|TSP"
_OWN = f"{PROCEDURE}|{VALUATION}|{PAYMENT}"
_INDICATORS = f"GEI|GIS[!C012|C529/1131={_OWN}]"
_INDICATOR_LENGTH = 3

NOMENCLATURES = Codes({"169": "HS", "HS": "HS", "CN": "CN", "TSP": "TSP"}, other="drop")
"""Code list of a code of goods (1131) → nomenclature."""


class _Digits:
    """A code of goods that no code list names: six digits or more, in the first places of the codes."""

    def read(self, node: Node) -> str | None:
        """Return the code, where it can be one."""
        text = DIGITS.read(node) or ""
        return text if _GOODS.fullmatch(text) else None

    def write(self, node: Node, value: str) -> None:
        """Put the code."""
        node.put(value)


_GOODS = re.compile(r"[0-9]{6,14}", re.ASCII)
_REGIME = re.compile(r"(?P<requested>[0-9]{2})(?P<previous>[0-9]{2})(?P<additional>[0-9A-Z]{3})?", re.ASCII)


class _Procedure:
    """A part of a procedure code such as 4071000: requested, previous, additional; other codes are the whole.

    The parts are written one after the other into one code, but the additional ones apart.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, node: Node) -> str | None:
        """Return the part."""
        text = node.text()
        found = _REGIME.fullmatch(text or "")
        if found is not None:
            return found[self._name]
        return text if self._name == "requested" else None

    def write(self, node: Node, value: str) -> None:
        """Put the part after what is there."""
        node.put((node.text() or "") + value)


class Indicators(Each):
    """Statements that are a code alone, in GEI or GIS; those with words, or a longer code, are for FTX."""

    def matches(self, struct: Any) -> bool:
        """Say whether the statement is a code that an indicator holds."""
        return struct.text is None and struct.code is not None and len(struct.code) <= _INDICATOR_LENGTH


def statements(*, but: str = "AAA") -> tuple[Line, ...]:
    """Return the lines of statements, by indicators and by texts but those of one subject."""
    return (
        Indicators(
            "additional_information",
            _INDICATORS,
            AdditionalInformation,
            (leaf("type", "9649"), leaf("type", "C529/1131"), leaf("code", "C012|C529/7365")),
        ),
        each(
            "additional_information",
            f"FTX[!4451={but}]",
            AdditionalInformation,
            leaf("type", "4451"),
            leaf("code", "C107/4441"),
            leaf("text", "C108", FREE_TEXT),
        ),
    )


DOCUMENT: tuple[Line, ...] = (
    leaf("type", "C002/1001"),
    leaf("name", "C002/1000"),
    leaf("number", "C503/1004"),
    leaf("exemption", "C503/1373"),
    leaf("issued", "DTM[C507/2005=137|182|171|3]/C507", ON),
    leaf("expires", "DTM[C507/2005=36|192|206]/C507", ON),
)
"""A document in DOC."""

_DUTY: Mapping[str, tuple[str, ...]] = {
    "base": ("56", "125"),
    "assessed": ("55", "161", "124", "150"),
    "deducted": ("46",),
    "payable": ("9", "176"),
}
"""Amount of a duty → what it is called in MOA (5025), that which is written first."""

_TAX = each(
    "duty_taxes",
    "TAX[5283=1|5|6|7|9]",
    DutyTax,
    leaf("type", "C241/5153"),
    leaf("rate", "C243/5278", NUMBER),
    *(amount(name, *codes) for name, codes in _DUTY.items()),
    leaf("payment_method", f"GEI[9649=ZZZ][C012/1131={PAYMENT}]/C012/7365"),
    leaf("payment_method", f"GIS[C529/1131={PAYMENT}]/C529/7365", read_only=True),
)

_COMMODITY = part(
    "commodity",
    "",
    Commodity,
    whole("description", "FTX[4451=AAA]/C108", FREE_TEXT),
    leaf("description", "RFF/IMD/C273", FREE_TEXT, read_only=True),
    each(
        "classifications",
        f"C246[1131={_TARIFFS}]",
        Classification,
        leaf("id", "7361", DIGITS),
        leaf("type", "1131", NOMENCLATURES),
    ),
    otherwise("classifications", "C246[!1131]", Classification, leaf("id", "7361", _Digits())),
    otherwise("classifications", "RFF[C506/1153=HS|ABD|AFG]", Classification, leaf("id", "C506/1154", DIGITS)),
    mass("gross_mass", "AAB", "AAE", "G", "AAG", "AAD"),
    measure("gross_mass", "MEA[6311=WT|AAI|G|AAE][!C502/6313]"),
    mass("net_mass", "AAA", "AAL", "AAC", "N", "AAF"),
    measure("net_mass", "MEA[6311=AAA|AAL|ABW|N][!C502/6313]"),
    measure("tariff_quantity", "MEA[6311=AAR|AAS|AAF]"),
)

ITEMS = each(
    "items",
    "CST[1496]",
    GoodsItem,
    leaf("sequence", "1496", INTEGER),
    _COMMODITY,
    leaf("procedure", f"C246[1131={PROCEDURE}]/7361", _Procedure("requested")),
    leaf("previous_procedure", f"C246[1131={PROCEDURE}]/7361", _Procedure("previous")),
    leaf("preference", f"C246[1131={PREFERENCE}]/7361"),
    leaf("transaction_nature", f"C246[1131={NATURE}]/7361"),
    texts("additional_procedures", f"C246[1131={PROCEDURE}]/7361", _Procedure("additional"), read_only=True),
    texts("additional_procedures", f"GEI[9649=ZZZ][C012/1131={PROCEDURE}]/C012/7365"),
    texts("additional_procedures", f"GIS[C529/1131={PROCEDURE}]/C529/7365", read_only=True),
    leaf("valuation_method", f"GEI[9649=ZZZ][C012/1131={VALUATION}]/C012/7365"),
    leaf("valuation_method", f"C246[1131={VALUATION}]/7361"),
    leaf("valuation_method", f"GIS[C529/1131={VALUATION}]/C529/7365"),
    *country("origin", "27"),
    *country("preferential_origin", "39"),
    *country("export_country", "35"),
    *country("destination_country", "36", "28"),
    amount("customs_value", "40", "43", "41"),
    amount("statistical_value", "123"),
    amount("invoice_amount", "38", "66", "203", "77"),
    each(
        "packaging",
        "PAC",
        Packaging,
        leaf("quantity", "7224", INTEGER),
        leaf("type", "C202/7065"),
        leaf("marks", "PCI/C210", MARKS),
    ),
    texts("equipment", "RFF[C506/1153=AAQ]/C506/1154"),
    leaf("ucr", "RFF[C506/1153=UCN]/C506/1154"),
    each(
        "previous_documents",
        "RFF[C506/1153=AEI]",
        Document,
        leaf("number", "C506/1154"),
        leaf("item", "C506/1156", INTEGER),
        leaf("issued", "DTM/C507", ON, read_only=True),
    ),
    each("documents", "DOC", Document, *DOCUMENT),
    known(
        "parties",
        f"NAD[3035={'|'.join(ROLE_OF)}]",
        Party,
        "role",
        set(ROLE_OF.values()),
        leaf("role", "3035", ROLE),
        *PARTY[:-1],
    ),
    _TAX,
    *statements(),
)
"""The goods items: a group each that begins with CST and the item's number."""

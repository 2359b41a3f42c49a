"""Say how goods items correspond to GID groups: packages, descriptions, codes, masses, containers."""

from __future__ import annotations

from tidewaiter.kernel.records import AdditionalInformation, Classification, Commodity, GoodsItem, Packaging
from tidewaiter.stages.receive.edifact.phrases.codecs import DIGITS, FREE_TEXT, MARKS
from tidewaiter.stages.receive.edifact.phrases.lines import beside, otherwise, whole
from tidewaiter.stages.receive.edifact.phrases.parts import GROSS, amount, country, dangerous_goods, mass, measure
from tidewaiter.stages.receive.lens import INTEGER, Line, each, leaf, part, texts

PACKAGES: tuple[Line, ...] = (
    each(
        "packaging",
        "C213",
        Packaging,
        leaf("quantity", "7224", INTEGER),
        leaf("type", "7065"),
        beside("marks", "PCI/C210", MARKS, of="C213"),
    ),
    otherwise("packaging", "PAC", Packaging, leaf("quantity", "7224", INTEGER), leaf("type", "C202/7065")),
    otherwise("packaging", "PCI", Packaging, leaf("marks", "C210", MARKS)),
)
"""Packages in GID itself; only where it names none, those of PAC, which tells of packages inside packages."""

STATEMENTS: Line = each(
    "additional_information",
    "FTX[!4451=AAA]",
    AdditionalInformation,
    leaf("type", "4451"),
    leaf("code", "C107/4441"),
    leaf("text", "C108", FREE_TEXT),
)
"""Texts that are no description of goods."""

_TARIFFS = "HS|CC|CG|CV|TG"
"""Kinds of item numbers (7143) that are codes of goods."""

BY_TARIFF: tuple[Line, ...] = (
    each("classifications", "CST/C246", Classification, leaf("id", "7361", DIGITS)),
    each("classifications", f"PIA[4347=5|1|2|3|4]/C212[7143={_TARIFFS}]", Classification, leaf("id", "7140", DIGITS)),
)
"""Codes of goods where CST has them."""

BY_PRODUCT: tuple[Line, ...] = BY_TARIFF[1:]
"""Codes of goods where PIA alone has them."""


def items(codes: tuple[Line, ...], *lines: Line) -> Line:
    """Return the line of the goods items in GID, with where their codes stand and what else a message says of them."""
    return each(
        "items",
        "GID",
        GoodsItem,
        leaf("sequence", "1496", INTEGER),
        *PACKAGES,
        part(
            "commodity",
            "",
            Commodity,
            whole("description", "FTX[4451=AAA]/C108", FREE_TEXT),
            *codes,
            mass("gross_mass", *GROSS),
            measure("gross_mass", "MEA[6311=WT|AAI|G|AAB|AAD|AAE][!C502/6313][C174/6411=KGM|TNE|K|KG|LBR]"),
            mass("net_mass", "AAC", "AAL", "N", "AAA", "AAF"),
            measure("volume", "MEA[6311=VOL|AAE|AAX|AAI][C502/6313=AAW|ABJ|AAX]"),
            measure("volume", "MEA[6311=VOL]"),
            dangerous_goods(),
        ),
        amount("customs_value", "40", "43"),
        amount("invoice_amount", "38", "77", "66"),
        *country("origin", "27"),
        texts("equipment", "SGP/C237/8260"),
        STATEMENTS,
        *lines,
    )

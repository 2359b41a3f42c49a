"""Say how one consignment corresponds to a message about its transport alone."""

from __future__ import annotations

from tidewaiter.kernel.records import Consignment, Document, TransportMeans
from tidewaiter.stages.receive.edifact.phrases.codecs import TO_ORDER
from tidewaiter.stages.receive.edifact.phrases.codes import REFERENCE_OF, REFERENCE_TYPE, ROLE_OF, STAGE, STAGE_OF
from tidewaiter.stages.receive.edifact.phrases.goods import BY_PRODUCT, STATEMENTS, items
from tidewaiter.stages.receive.edifact.phrases.lines import filler, known
from tidewaiter.stages.receive.edifact.phrases.parts import (
    HEADER,
    ITINERARY,
    MEANS,
    amount,
    carrier,
    country,
    equipment,
    means,
    parties,
    place,
    places,
    times,
    total,
)
from tidewaiter.stages.receive.lens import INTEGER, Line, each, leaf

_MAIN = "TDT[8051=20]"
_OTHER_STAGES = "|".join(code for code in STAGE_OF if code != "20")


def consignment(*document: Line) -> Line:
    """Return the line of the consignment; `document` are the lines of its transport document."""
    return each(
        "consignments",
        "",
        Consignment,
        *document,
        leaf("ucr", "RFF[C506/1153=UCN]/C506/1154"),
        each(
            "documents",
            f"RFF[C506/1153={'|'.join(REFERENCE_OF)}]",
            Document,
            leaf("type", "C506/1153", REFERENCE_TYPE),
            leaf("number", "C506/1154"),
        ),
        total("gross_mass", "7"),
        leaf("packages", "CNT[C270/6069=11]/C270/6066", INTEGER),
        leaf("packages", "CNT[C270/6069=8]/C270/6066", INTEGER, read_only=True),
        amount("freight", "64", "135"),
        leaf("freight_payment", "CPI/C231/4215"),
        leaf("freight_payment", "CPI/4237", read_only=True),
        place("loading", "9"),
        place("loading", "9", at=_MAIN),
        place("unloading", "11", "12"),
        place("unloading", "11", "12", at=_MAIN),
        place("goods_location", "14"),
        *country("departure_country", "35"),
        *country("destination_country", "28", "36"),
        places("itinerary", *ITINERARY),
        places("itinerary", *ITINERARY, at=_MAIN),
        known(
            "transport_means",
            f"TDT[8051={_OTHER_STAGES}]",
            TransportMeans,
            "stage",
            ("departure", "arrival"),
            leaf("stage", "8051", STAGE),
            *MEANS,
            *times(),
        ),
        parties("", *(code for code, role in ROLE_OF.items() if role != "carrier")),
        leaf("to_order", "NAD[3035=CN]/C080/3036", TO_ORDER, read_only=True),
        leaf("to_order", "NAD[3035=CN]/C058/3124", TO_ORDER, read_only=True),
        items(BY_PRODUCT),
        equipment(),
        STATEMENTS,
    )


def heading(name: str) -> tuple[Line, ...]:
    """Return the lines of what the message says of itself and of the main carriage; `name` is what it is (1001)."""
    return (
        filler("BGM/C002/1001", name),
        *HEADER,
        *carrier(),
        means("transport_means", "border", "20"),
    )

"""Read and write PAXLST: who is on board a flight or a ship, passengers or crew."""

from __future__ import annotations

from typing import Any

from tidewaiter.kernel.records import (
    Address,
    Baggage,
    Contact,
    Document,
    Journey,
    Leg,
    Location,
    Measure,
    Traveller,
)
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.codecs import NUMBER, STREET
from tidewaiter.stages.receive.edifact.phrases.flights import AIRLINE, BIRTH, EXPIRY, FLIGHT_NUMBER, GIVEN_NAMES
from tidewaiter.stages.receive.edifact.phrases.moments import AT, ON
from tidewaiter.stages.receive.lens import INTEGER, Codes, Line, Node, each, leaf, part, texts
from tidewaiter.stages.receive.lens.lines import Sighting, Values

SOURCES = Codes({"745": "API", "250": "CREW", "266": "API"})
"""Kind of list (1001) → source of the journey; 266 says who was on board when the flight closed."""

ROLES = Codes({"FL": "passenger", "FM": "crew", "DDU": "transit", "DDT": "transit crew"})
"""Party function (3035) → role of the traveller."""

_BORDER = {"125": "92", "87": "92"}
"""Place before and after the border (3227) → what it is called of a leg that crosses none."""

_LEAVES, _ARRIVES = "189|136|186|133", "232|132|178|252"
"""Departure and arrival (2005): as scheduled, which is written, or otherwise known."""


class _Crosses(Line):
    """Whether a leg crosses the border: its places are the last before it and the first behind it."""

    name = "crosses"

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read True where a place is called so."""
        for one in node.select("LOC[3227=125|87]/3227")[:1]:
            values[self.name] = True
            if sighting.places is not None:
                sighting.places[f"{pointer}/{self.json}"] = one

    def write(self, struct: Any, node: Node) -> None:
        """Call the places otherwise where the leg does not cross it; they were written as if it did."""
        if struct.crosses:
            return
        for place in node.select("LOC[3227=125|87]/3227"):
            place.put(_BORDER[place.text() or ""])


class _Count(Line):
    """How many travellers the list has, crew (41) or passengers (42): said for the reader's control alone."""

    name = "travellers"

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read nothing: the travellers are there."""

    def write(self, struct: Any, node: Node) -> None:
        """Put the number."""
        kind = "41" if struct.source == "CREW" else "42"
        node.make(f"CNT[C270/6069={kind}]/C270/6066").put(str(len(struct.travellers)))


def _place(name: str, address: str) -> Line:
    """Return the line of a place."""
    return part(name, address, Location, leaf("code", "C517/3225"), leaf("name", "C517/3224"))


LEG = (
    leaf("carrier", "C040/3127"),
    leaf("carrier", "8028", AIRLINE),
    leaf("number", "8028", FLIGHT_NUMBER),
    _place("origin", "LOC[3227=125]"),
    _place("origin", f"LOC[3227=92|5|9|60][DTM/C507/2005={_LEAVES}]"),
    _place("origin", f"LOC[3227=92|5|9][!DTM/C507/2005={_ARRIVES}]"),
    _place("destination", "LOC[3227=87]"),
    _place("destination", f"LOC[3227=92|130|8|60|11][DTM/C507/2005={_ARRIVES}]"),
    _place("destination", "LOC#2[3227=92|5|9|130|8|60|11]"),
    leaf("departure", f"LOC[3227=125|92|5|9]/DTM[C507/2005={_LEAVES}]/C507", AT),
    leaf("departure", f"DTM[C507/2005={_LEAVES}]/C507", AT),
    leaf("arrival", f"LOC[3227=87|92|130|8|60|11]/DTM[C507/2005={_ARRIVES}]/C507", AT),
    leaf("arrival", f"DTM[C507/2005={_ARRIVES}]/C507", AT),
    _Crosses(),
)
"""Read and written from the segment of the means of transport; that which says who crosses the border comes last."""

BAGGAGE = (
    leaf("pieces", "MEA[6311=CT]/C174/6314", INTEGER),
    part(
        "mass",
        "MEA[6311=WT]/C174",
        Measure,
        leaf("value", "6314", NUMBER),
        leaf("unit", "6411"),
    ),
    texts("tags", "FTX[4451=BAG]/C108/4440"),
)

TRAVELLER = (
    leaf("role", "3035", ROLES),
    leaf("family_name", "C080/3036"),
    leaf("given_names", "C080/3036#2", GIVEN_NAMES),
    leaf("sex", "ATT[9017=2]/C956/9019"),
    leaf("birth_date", "DTM[C507/2005=329]/C507", BIRTH),
    leaf("nationality", "NAT[3493=2]/C042/3293"),
    part(
        "address",
        "",
        Address,
        leaf("line", "C059", STREET),
        leaf("city", "3164"),
        leaf("region", "C819/3229"),
        leaf("postcode", "3251"),
        leaf("country", "3207"),
    ),
    each("baggage", "", Baggage, *BAGGAGE),
    _place("clearance", "LOC[3227=22]"),
    leaf("residence", "LOC[3227=174]/C517/3225"),
    _place("embarkation", "LOC[3227=178]"),
    _place("debarkation", "LOC[3227=179]"),
    part("birth_place", "LOC[3227=180]", Location, leaf("id", "C517/3225"), leaf("name", "C517/3224")),
    part(
        "contact",
        "",
        Contact,
        leaf("phone", "COM/C076[3155=TE|AL|AM]/3148"),
        leaf("email", "COM/C076[3155=EM]/3148"),
    ),
    leaf("function", "EMP[9003=1]/C948/9005"),
    leaf("booking", "RFF[C506/1153=AVF]/C506/1154"),
    leaf("reference", "RFF[C506/1153=ABO]/C506/1154"),
    leaf("seat", "RFF[C506/1153=SEA]/C506/1154"),
    each(
        "documents",
        "DOC",
        Document,
        leaf("type", "C002/1001"),
        leaf("number", "C503/1004"),
        leaf("expires", "DTM[C507/2005=36|192]/C507", EXPIRY),
        leaf("issued", "DTM[C507/2005=182]/C507", ON),
        leaf("issuer", "LOC[3227=91]/C517/3225"),
    ),
)
"""Read and written from the segment of the traveller's name. A country is of three letters, as in the passport."""

PAXLST = Correspondence(
    "PAXLST",
    message_lens(
        Journey,
        leaf("source", "BGM/C002/1001", SOURCES),
        leaf("function", "BGM/C106/1004"),
        leaf("reference", "RFF[C506/1153=TN]/C506/1154"),
        leaf("issued", "DTM[C507/2005=137]/C507", AT),
        each(
            "contacts",
            "NAD[3035=MS]",
            Contact,
            leaf("name", "C080/3036"),
            leaf("phone", "COM/C076[3155=TE]/3148"),
            leaf("email", "COM/C076[3155=EM]/3148"),
        ),
        each("itinerary", "TDT[8051=20|10|11|12|13|30]", Leg, *LEG),
        each("travellers", "NAD[3035=FL|FM|DDU|DDT]", Traveller, *TRAVELLER),
        _Count(),
    ),
    directory="D.12B.UN.IATA",
)

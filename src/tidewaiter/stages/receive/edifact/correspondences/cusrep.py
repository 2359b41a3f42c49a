"""Read and write CUSREP: a means of transport reported at its arrival or departure, without cargo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tidewaiter.kernel.records import CargoReport, Document, Location, TransportMeans
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.codes import PLACE_OF, PLACE_ROLE, ROLE_OF
from tidewaiter.stages.receive.edifact.phrases.lines import known
from tidewaiter.stages.receive.edifact.phrases.moments import AT, ON, At, moment_of
from tidewaiter.stages.receive.edifact.phrases.parts import HEADER, MEANS, PLACE, carrier, parties
from tidewaiter.stages.receive.lens import INTEGER, Codes, Line, Node, const, each, leaf, part, texts
from tidewaiter.stages.receive.lens.address import Address, parse
from tidewaiter.stages.receive.lens.lines import Nested, Sighting, Values
from tidewaiter.stages.receive.lens.node import make, select

BOTH = "arrival and departure"

MOVEMENTS = Codes(
    {"185": "arrival", "186": "departure", "187": BOTH, "933": "arrival", "833": "departure"}, other="drop"
)
"""Kind of report (1001) → movement of the means."""

NAMED: Mapping[str, str] = {
    "DEPART": "departure",
    "ARRIV": "arrival",
    "SEAAAR": "arrival",
    "SEAIAR": "arrival",
    "AIRAAR": "arrival",
    "AIRIAR": "arrival",
}
"""Beginning of a report's name (1000) → movement; the short ones are Australia's."""

_ARRIVALS, _DEPARTURES = ("178", "132", "232"), ("136", "186", "133", "189")
"""Arrival and departure (2005): as it was, as it is estimated, as it is planned."""

_WRITTEN = ("132", "133")
"""Arrival and departure as they are written, since a record does not say how sure they are: as estimated."""

_MEANS = "TDT[8051=20|11|12|13|1|2|10|30]"
_ROLES = tuple(code for code in PLACE_OF if code not in {"60", "153", "5"})


class _Named:
    """What the name of a report says of the movement."""

    def read(self, node: Node) -> str | None:
        """Return the movement, where the name is a known one."""
        text = (node.text() or "").upper()
        return next((movement for name, movement in NAMED.items() if text.startswith(name)), None)

    def write(self, node: Node, value: str) -> None:
        """Write nothing: the code says it."""


class _DayAndHour(At):
    """A moment whose day and hour stand in two segments with the same qualifier (format 401 for the hour)."""

    def read(self, node: Node) -> datetime | None:
        """Return the day with its hour, where the message has one."""
        moment = super().read(node)
        if moment is None or node.value(("2379",)) != _DAY:
            return moment
        beside = f"DTM[C507/2005={node.value(('2005',))}][C507/2379={_HOUR}]/C507/2380"
        for hour in node.root().select(beside)[:1]:
            text = f"{node.value(('2380',))}{hour.text() or ''}"
            return moment_of(text, "203")
        return moment


_DAY, _HOUR = "102", "401"
_DAY_AND_HOUR = _DayAndHour()


class _Call(Nested):
    """The place of the call: that of departure in a report of a departure, otherwise that of arrival."""

    def __init__(self) -> None:
        super().__init__("call", "LOC", Location, PLACE)
        arrival = tuple(parse(f"{at}LOC[3227={code}]") for code in ("60", "153", "87", "11") for at in ("", "TDT/"))
        departure = tuple(parse(f"{at}LOC[3227={code}]") for code in ("5", "9") for at in ("", "TDT/"))
        self._at = {True: (*departure, *arrival), False: (*arrival, *departure)}

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the first of the places that the report may mean."""
        for address in self._at[values.get("movement") == "departure"]:
            for one in select(node, address)[:1]:
                here = f"{pointer}/{self.json}" if sighting.places is not None else ""
                struct = self.made(one, sighting, here, {})
                if struct is not None:
                    values[self.name] = struct
                    return

    def write(self, struct: Any, node: Node) -> None:
        """Write the place."""
        if struct.call is not None:
            self.put(struct.call, make(node, self._at[struct.movement == "departure"][0]))

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the first address of each."""
        return tuple((addresses[0], self.lines) for addresses in self._at.values())


def _times() -> tuple[Line, ...]:
    """Return the lines of departure and arrival: what was before what is estimated before what is planned."""
    return tuple(
        leaf(
            name,
            f"{at}DTM[C507/2005={code}][!C507/2379={_HOUR}]/C507",
            _DAY_AND_HOUR,
            read_only=code not in _WRITTEN or at != "/",
        )
        for name, codes in (("departure", _DEPARTURES), ("arrival", _ARRIVALS))
        for code in codes
        for at in ("/", "/LOC/", "/TDT/", "/TDT/LOC/")
    )


CUSREP = Correspondence(
    "CUSREP",
    message_lens(
        CargoReport,
        leaf("movement", "BGM/C002/1001", MOVEMENTS),
        leaf("movement", "BGM/C002/1000", _Named()),
        leaf(
            "movement",
            f"DTM[C507/2005={'|'.join((*_ARRIVALS, *_DEPARTURES))}]/C507/2005",
            Codes({**dict.fromkeys(_ARRIVALS, "arrival"), **dict.fromkeys(_DEPARTURES, "departure")}),
        ),
        *HEADER,
        leaf("reference", "RFF[C506/1153=ABT|AFB|AFM]/C506/1154"),
        leaf("office", "LOC[3227=41|42|22|118]/C517/3225"),
        leaf("office", f"{_MEANS}/LOC[3227=41|42|22|118]/C517/3225"),
        leaf("crew", "QTY[C186/6063=115]/C186/6060", INTEGER),
        leaf("crew", "TDT/LOC/QTY[C186/6063=115]/C186/6060", INTEGER),
        leaf("passengers", "QTY[C186/6063=114]/C186/6060", INTEGER),
        leaf("passengers", "TDT/LOC/QTY[C186/6063=114]/C186/6060", INTEGER),
        texts("purposes", "POC/C525/8025"),
        texts("purposes", "TDT/LOC/POC/C525/8025", read_only=True),
        _Call(),
        each(
            "documents",
            "DOC",
            Document,
            leaf("type", "C002/1001"),
            leaf("number", "C503/1004"),
            leaf("number", "RFF/C506/1154"),
            leaf("issued", "DTM[C507/2005=137|182]/C507", ON),
        ),
        *carrier(),
        parties("", *(code for code, role in ROLE_OF.items() if role != "carrier")),
        part("transport_means", _MEANS, TransportMeans, const("stage", "border"), *MEANS, *_times()),
        part("transport_means", "", TransportMeans, const("stage", "border"), *_times()),
        known(
            "itinerary",
            f"{_MEANS}/LOC[3227={'|'.join(_ROLES)}]",
            Location,
            "role",
            {PLACE_OF[code] for code in _ROLES},
            leaf("role", "3227", PLACE_ROLE),
            *PLACE,
            leaf("at", f"DTM[C507/2005={'|'.join(('132', '178', '232', *_DEPARTURES, '253'))}]/C507", AT),
        ),
    ),
    directory="D.05B.UN",
)

"""Read and write the travellers of a booking, with what is said of them at the flights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from tidewaiter.kernel.records import Address, Baggage, Contact, Document, Measure, Traveller
from tidewaiter.stages.receive.edifact.phrases.bookings import (
    LOYALTY,
    TAG,
    DayField,
    Field,
    Mail,
    Phone,
    PlainMail,
    SexField,
    anywhere,
    family_of,
    is_named,
    is_of_infant,
)
from tidewaiter.stages.receive.edifact.phrases.codecs import NUMBER
from tidewaiter.stages.receive.lens import INTEGER, Codes, Line, Node, leaf, part, texts
from tidewaiter.stages.receive.lens.address import Address as Steps
from tidewaiter.stages.receive.lens.address import parse
from tidewaiter.stages.receive.lens.lines import Each, Sighting, Values, settle
from tidewaiter.stages.receive.lens.node import make, select

AGES = Codes({"A": "adult", "C": "child", "IN": "infant"}, other="drop")
"""Kind of traveller (6353) → age group."""

UNITS = Codes({"700": "KGM", "701": "LBR"})
"""Unit of a mass (6411) → UN/ECE Recommendation 20 code."""

ADDRESS: tuple[Line, ...] = (
    leaf("line", "3042"),
    leaf("city", "3164"),
    leaf("region", "3229"),
    leaf("country", "3207"),
    leaf("postcode", "3251"),
)
REMARK = "IFT[C346/4451=4][C346/9980=28]"

TRAVELLER: tuple[Line, ...] = (
    leaf("family_name", "C322/9936"),
    leaf("given_names", "C324/9942"),
    leaf("age_group", "C324/6353", AGES),
    leaf("reference", "C324/9944"),
    texts("loyalty", "FTI/C326", LOYALTY),
    texts("tickets", "TKT/C667/1004"),
    part(
        "contact",
        "",
        Contact,
        anywhere("phone", f"{REMARK}/4440", Phone()),
        anywhere("email", f"{REMARK}/4440", Mail()),
        leaf("phone", "SSR[C332/9962=CTCM]/C332/4440", read_only=True),
        leaf("email", "SSR[C332/9962=CTCE]/C332/4440", PlainMail(), read_only=True),
    ),
    part("address", "ADD/C032", Address, *ADDRESS),
    part(
        "address",
        "SSR[C332/9962=DOCA]/C332/4440",
        Address,
        *(leaf(name, "", Field(at)) for at, name in enumerate(("country", "line", "city", "region", "postcode"), 2)),
    ),
)
"""A traveller in TIF, besides what is said of the traveller at the flights and in travel documents."""

_HELD: tuple[Line, ...] = (
    leaf("nationality", "", Field(4)),
    leaf("birth_date", "", DayField(5, born=True)),
    leaf("sex", "", SexField(6)),
)
"""What the text of a travel document says of the traveller."""

_DOCUMENT: tuple[Line, ...] = (
    leaf("type", "", Field(1)),
    leaf("issuer", "", Field(2)),
    leaf("number", "", Field(3)),
    leaf("expires", "", DayField(7)),
)
"""What it says of the document itself; the names in it follow, and are kept as the document's."""

_NAMES = Field(8, rest=True)
_NAMED = leaf("name", "", _NAMES)

BAGGAGE: tuple[Line, ...] = (
    leaf("pieces", "C675/6350", INTEGER),
    part("mass", "C675", Measure, leaf("value", "6314", NUMBER), leaf("unit", "6411", UNITS)),
    texts("tags", "C358", TAG),
)
"""Baggage in TBD."""


TIF, TRI, TBD = parse("TIF[!C322/6353=G]"), parse("TRI"), parse("TBD")
_TEXT = "SSR[C332/9962=DOCS]/C332/4440"
DOCS, TEXTS = parse("SSR[C332/9962=DOCS]"), parse(_TEXT)
_FLIGHT = ("C310/9916", "C328#1/3225", "C328#2/3225")
"""What tells a flight from others of a booking: its day and its places."""

_MOST = 99
"""How many flights of a booking, and how many things that one of them says of a traveller, are looked at."""

_SEAT_LETTERS = frozenset("ABCDEFGHJKLMNPQRSTUVWXYZ")

Key = TypeVar("Key")
Who = tuple[str | None, str | None]
"""A traveller's family name and given names."""


class Boardings(NamedTuple):
    """What a flight of a booking says of travellers: by reference, or by name where there is none."""

    by_reference: Mapping[str, list[Node]]
    by_name: Mapping[Who, list[Node]]
    seats: Mapping[str, list[Node]]

    def of(self, reference: str, who: Who) -> Sequence[Node]:
        """Return the boardings (TRI) of a traveller."""
        return self.by_reference.get(reference) or self.by_name.get(who) or ()

    def reserved(self, reference: str) -> Sequence[Node]:
        """Return the seats that are reserved for a traveller."""
        return self.seats.get(reference, ())


class Aboard(NamedTuple):
    """What stands in a booking outside the travellers' own segments."""

    flights: Sequence[Boardings]
    documents: Mapping[str, list[Node]]
    infants: Mapping[str, list[Node]]


class Travellers(Each):
    """The travellers of a booking: names in TIF, travel documents there or at a flight, seat and baggage at a flight.

    What stands at a flight names the traveller by the reference that TIF gives. Seat and baggage are those of the
    flight that is reported, else of the first that has some. A document of an infant may hang on the adult's name.
    """

    def __init__(self) -> None:
        super().__init__("travellers", "TIF", Traveller, TRAVELLER)
        for kind, lines in ((Traveller, _HELD), (Document, (*_DOCUMENT, _NAMED)), (Baggage, BAGGAGE)):
            settle(kind, lines)

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read every traveller."""
        found: list[Traveller] = []
        aboard = _aboard(node)
        for tif in select(node, TIF):
            here = f"{pointer}/{self.json}/{len(found)}"
            traveller: Values = {}
            for line in self.lines:
                line.read(tif, traveller, sighting, here)
            if traveller:
                _read_documents(tif, aboard, traveller, sighting, here)
                reference, who = tif.value(("C324", "9944")) or "", _who(tif)
                for flight in aboard.flights:
                    groups, seats = flight.of(reference, who), flight.reserved(reference)
                    if groups or seats:
                        _read_boarding(groups, seats, traveller, sighting, here)
                found.append(Traveller(role="passenger", **traveller))
        if found:
            values[self.name] = tuple(found)

    def write(self, struct: Any, node: Node) -> None:
        """Write every traveller; seat and baggage at the flight that is reported, for those who have a reference."""
        flights = _flights(node)
        for traveller in struct.travellers:
            tif = make(node, TIF, again=True)
            self.put(traveller, tif)
            _write_documents(traveller, tif)
            if flights and traveller.reference is not None and (traveller.seat is not None or traveller.baggage):
                group = make(flights[0].make("DAT"), TRI, again=True)
                group.make("C671/9944").put(traveller.reference)
                if traveller.seat is not None:
                    group.make("SSD/9809").put(traveller.seat)
                for baggage in traveller.baggage:
                    bag = make(group, TBD, again=True)
                    for line in BAGGAGE:
                        line.write(baggage, bag)

    def addresses(self) -> Sequence[tuple[Steps, Sequence[Line]]]:
        """Return the addresses of the parts that stand elsewhere, too."""
        return ((TIF, self.lines), (TEXTS, (*_HELD, *_DOCUMENT)), (parse("TVL/DAT/TRI/TBD"), BAGGAGE))


def _flights(node: Node) -> list[Node]:
    """Return the flights of a booking, that which is reported first: it has the places and the day of the header's."""
    wanted = [one.text() for name in _FLIGHT for one in node.root().select(f"TVL#1/{name}")]
    flights = list(node.select("TVL[C328/3225]"))
    return sorted(flights, key=lambda one: [part.text() for name in _FLIGHT for part in one.select(name)] != wanted)


def _aboard(node: Node) -> Aboard:
    """Return what a booking says of travellers outside their own segments."""
    documents: dict[str, list[Node]] = defaultdict(list)
    flights = _flights(node)[:_MOST]
    for flight in flights:
        for one in select(flight, DOCS):
            text = one.select("C332/4440")[:1]
            for reference in one.select("C333/9944"):
                _note(documents, reference.text() or "", text)
    infants: dict[str, list[Node]] = defaultdict(list)
    for at in ("TIF", "TVL"):
        for one in node.select(f"{at}/{_TEXT}"):
            if is_of_infant(one):
                _note(infants, family_of(one), (one,))
    return Aboard([one for one in map(_boardings, flights) if any(one)], documents, infants)


def _note(found: dict[Key, list[Node]], key: Key, nodes: Sequence[Node]) -> None:
    """Note what was found for a key, up to a limit."""
    if len(found[key]) < _MOST:
        found[key].extend(nodes)


def _boardings(flight: Node) -> Boardings:
    """Return what a flight says of travellers."""
    by_reference: dict[str, list[Node]] = defaultdict(list)
    by_name: dict[Who, list[Node]] = defaultdict(list)
    seats: dict[str, list[Node]] = defaultdict(list)
    for group in flight.select("DAT/TRI"):
        reference = group.value(("TIF", "C324", "9944")) or group.value(("C671", "9944"))
        if reference is not None:
            _note(by_reference, reference, (group,))
        for name in group.select("TIF")[:1]:
            _note(by_name, _who(name), (group,))
    for seat in flight.select("SSR[C332/9962=SEAT]/C333"):
        reference = seat.value(("9944",))
        if reference is not None:
            _note(seats, reference, seat.select("9960"))
    return Boardings(by_reference, by_name, seats)


def _who(tif: Node) -> Who:
    """Return the names in TIF."""
    return tif.value(("C322", "9936")), tif.value(("C324", "9942"))


def _read_documents(tif: Node, aboard: Aboard, traveller: Values, sighting: Sighting, pointer: str) -> None:
    """Read the travel documents of a traveller."""
    documents: list[Document] = []
    for text in _texts(tif, aboard, traveller):
        for line in _HELD:
            line.read(text, traveller, sighting, pointer)
        here = f"{pointer}/documents/{len(documents)}"
        values: Values = {}
        for line in _DOCUMENT:
            line.read(text, values, sighting, here)
        if values:
            if _NAMES.read(text) != _names(traveller.get("family_name"), traveller.get("given_names")):
                _NAMED.read(text, values, sighting, here)
            documents.append(Document(**values))
    if documents:
        traveller["documents"] = tuple(documents)


def _texts(tif: Node, aboard: Aboard, traveller: Values) -> Iterator[Node]:
    """Yield the texts of a traveller's travel documents, each text once."""
    seen: set[str] = set()
    infant = traveller.get("age_group") == "infant"
    family, given = traveller.get("family_name"), traveller.get("given_names")
    own = (one for one in select(tif, TEXTS) if infant or not is_of_infant(one))
    at_flights = aboard.documents.get(traveller.get("reference") or "", ())
    elsewhere = (one for one in at_flights if is_of_infant(one) is infant)
    named = aboard.infants.get(family or "", ()) if infant else ()
    with_adults = (one for one in named if is_named(one, given))
    for found in (own, elsewhere, with_adults):
        for one in found:
            text = (one.text() or "").strip("/ ")
            if text and text not in seen:
                seen.add(text)
                yield one


def _read_boarding(
    groups: Sequence[Node], reserved: Sequence[Node], traveller: Values, sighting: Sighting, pointer: str
) -> None:
    """Read the seat and the baggage of a traveller at a flight, where those are not known yet."""
    seats = (seat for one in groups for seat in one.select("SSD/9809"))
    for seat in chain(seats, reserved) if "seat" not in traveller else ():
        if _is_seat(seat.text() or ""):
            traveller["seat"] = seat.text()
            if sighting.places is not None:
                sighting.places[f"{pointer}/seat"] = seat
            break
    if "baggage" in traveller:
        return
    found: list[Baggage] = []
    for bag in (bag for one in groups for bag in select(one, TBD)):
        values: Values = {}
        for line in BAGGAGE:
            line.read(bag, values, sighting, f"{pointer}/baggage/{len(found)}")
        if values:
            found.append(Baggage(**values))
    if found:
        traveller["baggage"] = tuple(found)


def _is_seat(text: str) -> bool:
    """Say whether a text is a seat, and no sign for none such as XXX."""
    return text[:-1].isascii() and text[:-1].isdigit() and text[-1] in _SEAT_LETTERS


def _write_documents(traveller: Traveller, tif: Node) -> None:
    """Write the travel documents of a traveller; the first says who the traveller is."""
    documents = traveller.documents
    if not documents and (traveller.nationality or traveller.birth_date or traveller.sex):
        documents = (Document(),)
    for at, document in enumerate(documents):
        text = make(make(tif, DOCS, again=True), parse("C332/4440"))
        for line in _DOCUMENT:
            line.write(document, text)
        for line in _HELD if not at else ():
            line.write(traveller, text)
        if not at and traveller.sex and traveller.age_group == "infant":
            Field(_SEX).write(text, f"{traveller.sex}I")
        names = document.name or _names(traveller.family_name, traveller.given_names)
        if names is not None:
            _NAMES.write(text, names)


_SEX = 6


def _names(family: str | None, given: str | None) -> str | None:
    """Return a traveller's names as a travel document's text says them."""
    return f"{family or ''}/{given or ''}".strip("/ ") or None

"""Say what a consignment is: what is really in it, what each paper says of it, and what happens to it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from tidewaiter.world.model.carriage import Box, Leg
from tidewaiter.world.model.goods import Good
from tidewaiter.world.model.traders import Broker, Trader
from tidewaiter.world.model.truth import Planted, Slip

T = TypeVar("T")

EXPORT, IMPORT, HOUSE, MASTER, TRANSIT = "export", "import", "house", "master", "transit"
"""Kinds of papers: export declaration, import declaration, house and master cargo report, transit declaration."""


@dataclass(slots=True)
class Line:
    """One line of goods; masses in kilograms, `price` in the invoice's currency for the whole line."""

    good: Good
    hs: str
    wording: str
    origin: str
    net: float
    gross: float
    packages: int
    pack: str
    units: int
    price: float

    def twin(self) -> Line:
        """Return a line that says the same."""
        return Line(
            *(self.good, self.hs, self.wording, self.origin, self.net, self.gross),
            *(self.packages, self.pack, self.units, self.price),
        )


@dataclass(slots=True)
class Invoice:
    """A commercial invoice.

    `freight` and `insurance` are in its currency, and are what carriage to the port of unloading costs, whoever pays
    it under the `incoterm` (2020) and its named `place`.
    """

    number: str
    issued: datetime
    currency: str
    incoterm: str
    place: str
    freight: float
    insurance: float

    def twin(self) -> Invoice:
        """Return an invoice that says the same."""
        return Invoice(
            *(self.number, self.issued, self.currency, self.incoterm, self.place, self.freight, self.insurance)
        )


@dataclass(slots=True)
class Paper:
    """What one document says, which need not be what is true.

    `country` is whose node it reaches, `office` where it is lodged, `at` when; `number` is what customs gave it (MRN
    of a declaration, number of a report), `local` the declarant's own number (LRN); `exporter` and `importer` are who
    is named as such (consignor and consignee in a cargo report); `lines`, `invoice`, `boxes`, `loading`, `unloading`,
    `sent_from` (country of export or dispatch), `sent_to` are as declared; `procedure` is the customs procedure, four
    digits; `document` and `master` are the transport documents; `function` is 9 original, 4 change, 1 cancel.
    `packages_off`, `items_off` and `total_off` are what the header says more than its lines add up to.
    `lodged` False means that it never comes. `later` are amendments, whole papers with another function and
    moment; `slips` are the honest mistakes in it.
    """

    kind: str
    country: str
    office: str
    at: datetime
    number: str
    local: str
    broker: Broker | None
    exporter: Trader
    importer: Trader
    lines: list[Line]
    invoice: Invoice
    boxes: list[Box]
    sent_from: str
    sent_to: str
    loading: str
    unloading: str
    procedure: str
    document: str
    master: str = ""
    previous: str = ""
    function: str = "9"
    lodged: bool = True
    packages_off: int = 0
    items_off: int = 0
    total_off: float = 0.0
    later: list[Paper] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    def twin(self) -> Paper:
        """Return a paper that says the same, with lines, boxes and invoice of its own, no amendments and no slips."""
        again = copy(self)
        again.lines = [line.twin() for line in self.lines]
        again.boxes = [box.twin() for box in self.boxes]
        again.invoice, again.later, again.slips = self.invoice.twin(), [], []
        return again


@dataclass(slots=True)
class Happening:
    """Something that happened to a box or a vehicle, as a source tells a country's node.

    `code` is a DCSA code: GTIN, GTOT, STUF, STRP, LOAD, DISC (equipment), ARRI, DEPA (transport); `teller` is
    terminal or carrier, which settles the form; `full` says whether the box is laden; `leg` counts the consignment's
    legs from 0; `seal` is what was read on the box. `seen_by` are the countries whose nodes are told.
    """

    code: str
    at: datetime
    place: str
    box: str
    teller: str
    leg: int
    seal: str
    full: bool = True
    seen_by: tuple[str, ...] = ()
    lost: bool = False


@dataclass(slots=True)
class Step:
    """A step of a transit movement as an office reports it.

    `type` is departure, passage, arrival, unloading or discharge; `seals` are those seen; `mass` is the gross mass
    found at unloading, in kilograms, or None; `told` False means that the office never reports it.
    """

    type: str
    office: str
    country: str
    at: datetime
    seals: tuple[str, ...]
    result: str = ""
    remarks: str = ""
    mass: float | None = None
    told: bool = True


@dataclass(slots=True, eq=False)
class Shipment:
    """A consignment with its whole life, from the order to the delivery.

    `lines` and `invoice` are what was really sold and shipped, `seller` and `buyer` who really dealt; `papers` what is
    said, by kind; `legs` how it travels; `happenings` and `steps` (of transit) what is reported of it; `shared` says
    that its box holds others' goods too. `planted` is the truth, `document` the carrier's document once settled.
    """

    number: int
    ordered: datetime
    seller: Trader
    buyer: Trader
    lines: list[Line]
    invoice: Invoice
    legs: list[Leg]
    boxes: list[Box]
    shared: bool = False
    papers: dict[str, Paper] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    planted: Planted | None = None
    document: str = ""

    def settle(self) -> None:
        """Let papers share what they say alike with what is true: from now on nothing of it is changed.

        A world holds what is under way many times over, and most papers say what is true.
        """
        self.document = next((one.master or one.document for one in self.papers.values() if one.document), "")
        for paper in self.papers.values():
            for one in (paper, *paper.later):
                one.lines = [_shared(line, self.lines, place) for place, line in enumerate(one.lines)]
                one.boxes = [_shared(box, self.boxes, place) for place, box in enumerate(one.boxes)]
                if one.invoice == self.invoice:
                    one.invoice = self.invoice

    def forget(self, paper: Paper) -> None:
        """Drop a paper that was heard of, and is needed no more."""
        self.papers = {kind: one for kind, one in self.papers.items() if one is not paper}

    @property
    def origin(self) -> str:
        """The country that it is sent from."""
        return self.seller.country

    @property
    def destination(self) -> str:
        """The country that it is sent to."""
        return self.buyer.country


def _shared(said: T, true: list[T], place: int) -> T:
    """Return what is true in place of what is said, where the two are the same."""
    return true[place] if place < len(true) and true[place] == said else said

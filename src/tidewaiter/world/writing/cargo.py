"""Put what a call brings into a cargo report, and the call itself into another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tidewaiter.kernel.records import (
    CargoReport,
    Classification,
    Commodity,
    Consignment,
    Document,
    GoodsItem,
    Location,
    Packaging,
    Party,
)
from tidewaiter.world.chain.route import boxes_of
from tidewaiter.world.model import Leg, Line, Paper
from tidewaiter.world.writing.declarations import document_type
from tidewaiter.world.writing.parts import boxes, kilograms, means, trader


def cargo_report(leg: Leg, reference: str, office: str, at: datetime, papers: Sequence[Paper]) -> CargoReport:
    """Return the report of what a call brings: every consignment, houses after one another under their master."""
    return CargoReport(
        reference=reference,
        lrn=f"{leg.carrier.code}-{leg.voyage}-{leg.destination}"[:22],
        function="9",
        issued=at,
        office=office,
        carrier=Party(role="carrier", id=leg.carrier.code, name=leg.carrier.name),
        transport_means=means(leg, arrival=True, due=True),
        call=Location(code=leg.destination),
        consignments=tuple(
            consignment(paper, leg) for paper in sorted(papers, key=lambda one: (one.master, one.document))
        ),
    )


def ship_call(leg: Leg, reference: str, office: str, at: datetime, places: tuple[str, str]) -> CargoReport:
    """Return the report of a ship's call; `places` are the port before and the one after, empty where not known."""
    return CargoReport(
        reference=reference,
        lrn=f"CALL-{leg.voyage}-{leg.destination}"[:22],
        function="9",
        issued=at,
        office=office,
        movement="arrival",
        carrier=Party(role="carrier", id=leg.carrier.code, name=leg.carrier.name),
        transport_means=means(leg, arrival=True, due=True),
        call=Location(code=leg.destination),
        crew=17 + int(leg.means.id) % 9,
        passengers=0,
        itinerary=tuple(
            Location(code=code, role=role) for code, role in zip(places, ("last", "next"), strict=True) if code
        ),
    )


def consignment(paper: Paper, leg: Leg) -> Consignment:
    """Return what the report says of one consignment."""
    mode, house = leg.means.mode, bool(paper.master)
    master = Document(number=paper.master) if house else None
    return Consignment(
        transport_document=Document(type=document_type(mode, house=house), number=paper.document),
        level="house" if house else None,
        master_document=master,
        loading=Location(code=paper.loading),
        unloading=Location(code=paper.unloading),
        gross_mass=kilograms(sum(line.gross for line in paper.lines)),
        packages=sum(line.packages for line in paper.lines),
        equipment=boxes(paper.boxes, described=True),
        parties=(
            trader(paper.exporter, "consignor"),
            trader(paper.importer, "consignee"),
        ),
        items=tuple(_item(paper, place, line) for place, line in enumerate(paper.lines)),
    )


def _item(paper: Paper, place: int, line: Line) -> GoodsItem:
    """Return a line as a cargo report has it: words, packages, mass, and the heading."""
    return GoodsItem(
        sequence=place + 1,
        commodity=Commodity(
            description=line.wording,
            classifications=(Classification(id=line.hs),),
            gross_mass=kilograms(line.gross),
        ),
        packaging=(Packaging(type=line.pack, quantity=line.packages),),
        equipment=boxes_of(paper.boxes, place, len(paper.lines)),
    )

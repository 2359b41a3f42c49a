"""Put a transit movement, and what offices report of it, into the records of its messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tidewaiter.kernel.records import (
    Classification,
    Commodity,
    Consignment,
    Document,
    GoodsItem,
    Guarantee,
    MovementStep,
    Packaging,
    Party,
    Seal,
    TransitMovement,
    TransportMeans,
)
from tidewaiter.world.chain.route import boxes_of
from tidewaiter.world.chain.worth import owed
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import Leg, Line, Paper, Shipment, Step
from tidewaiter.world.writing.parts import amount, boxes, kilograms, scheme, trader

_TRANSIT_OFFICES_TYPE = "passage"
_GUARANTEE = "1"


@dataclass(frozen=True, slots=True)
class Told:
    """One message about a movement: when, to which countries' nodes, its type, what it says."""

    at: datetime
    countries: tuple[str, ...]
    message: str
    record: TransitMovement


def messages(shipment: Shipment, paper: Paper, day: int) -> Iterator[Told]:
    """Yield what is sent about the movement, in order: the declaration, and a message for every step that is told."""
    leg = shipment.legs[-1]
    yield Told(paper.at, (paper.country,), "CC015C", _whole(shipment, paper, leg, day))
    for step in shipment.steps:
        if not step.told:
            continue
        at = step.at + timedelta(minutes=20)
        both = tuple(dict.fromkeys((step.country, paper.country)))
        if step.type == "departure":
            yield Told(at, _both(paper, shipment), "CC029C", _released(shipment, paper, leg, day, step))
        elif step.type == "passage":
            yield Told(at, both, "CD118C", _passed(paper, step))
        elif step.type == "arrival":
            yield Told(at, (step.country,), "CC007C", _arrived(paper, step))
        elif step.type == "unloading":
            yield Told(at, (step.country,), "CC044C", _unloaded(paper, step))
        else:
            yield Told(at, both, "CC045C", _discharged(paper, step))


def _both(paper: Paper, shipment: Shipment) -> tuple[str, ...]:
    """Return the countries of departure and of destination."""
    return tuple(dict.fromkeys((paper.country, shipment.legs[-1].destination[:2])))


def _principal(paper: Paper) -> Party:
    """Return the holder of the procedure: the broker, or the importer where it lodges itself."""
    one = paper.broker
    if one is None:
        return trader(paper.importer, "principal")
    return Party(role="principal", id=one.id, scheme=scheme(one.country), name=one.name)


def _released(shipment: Shipment, paper: Paper, leg: Leg, day: int, step: Step) -> TransitMovement:
    """Return the release at departure."""
    steps = (MovementStep(type="departure", office=step.office, at=_midnight(step.at), result="A3"),)
    return _whole(shipment, paper, leg, day, mrn=paper.number, steps=steps)


def _whole(
    shipment: Shipment,
    paper: Paper,
    leg: Leg,
    day: int,
    *,
    mrn: str | None = None,
    steps: tuple[MovementStep, ...] = (),
) -> TransitMovement:
    """Return the whole movement: who, how, from where to where, and the goods."""
    passages = tuple(
        dict.fromkeys(one.office for one in shipment.steps if one.type == _TRANSIT_OFFICES_TYPE and not one.remarks)
    )
    destination = shipment.steps[-1].office
    currency = COUNTRIES[paper.country].currency
    covered = owed(paper.lines, paper.invoice, paper.country, day)
    lorry = TransportMeans(stage="departure", mode="3", id=leg.means.id, id_type="PLATE", nationality=leg.means.flag)
    mass = kilograms(sum(line.gross for line in paper.lines))
    return TransitMovement(
        mrn=mrn,
        lrn=paper.local,
        function=None if mrn else "9",
        type="T1",
        additional_type="A",
        security="0",
        reduced_dataset=False,
        binding_itinerary=False,
        issued=paper.at,
        principal=_principal(paper),
        guarantees=(
            Guarantee(
                type=_GUARANTEE, reference=f"{paper.number[:4]}G{paper.number[4:16]}", amount=amount(covered, currency)
            ),
        ),
        departure_office=paper.office,
        transit_offices=passages,
        destination_office=destination,
        consignment=Consignment(
            level="master",
            container_indicator=bool(paper.boxes),
            gross_mass=mass,
            departure_country=paper.sent_from,
            destination_country=paper.sent_to,
            equipment=boxes(paper.boxes),
            transport_means=(lorry,),
            transport_document=Document(type="N705", number=paper.document),
        ),
        houses=(
            Consignment(
                level="house",
                gross_mass=mass,
                parties=(trader(paper.exporter, "consignor"), trader(paper.importer, "consignee")),
                items=tuple(_item(paper, place, line) for place, line in enumerate(paper.lines)),
            ),
        ),
        steps=steps,
    )


def _item(paper: Paper, place: int, line: Line) -> GoodsItem:
    """Return a line under transit."""
    return GoodsItem(
        sequence=place + 1,
        commodity=Commodity(
            description=line.wording,
            classifications=(Classification(type="HS", id=line.hs),),
            gross_mass=kilograms(line.gross),
            net_mass=kilograms(line.net),
        ),
        packaging=(Packaging(type=line.pack, quantity=line.packages),),
        equipment=boxes_of(paper.boxes, place, len(paper.lines)),
    )


def _passed(paper: Paper, step: Step) -> TransitMovement:
    """Return what an office of transit reports."""
    one = MovementStep(type="passage", office=step.office, at=_midnight(step.at))
    return TransitMovement(mrn=paper.number, issued=step.at, departure_office=paper.office, steps=(one,))


def _arrived(paper: Paper, step: Step) -> TransitMovement:
    """Return the notice of arrival."""
    one = MovementStep(type="arrival", office=step.office, at=step.at.replace(second=0))
    return TransitMovement(
        mrn=paper.number,
        issued=step.at,
        destination_office=step.office,
        simplified=False,
        trader=Party(role="consignee", id=paper.importer.id or None),
        steps=(one,),
    )


def _unloaded(paper: Paper, step: Step) -> TransitMovement:
    """Return the remarks at unloading: the mass found, and the seals that were seen."""
    seals = tuple(Seal(id=number) for number in step.seals if number)
    declared = {box.seal for box in paper.boxes if box.seal}
    intact = {seal.id for seal in seals} == declared
    one = MovementStep(
        type="unloading",
        office=step.office,
        at=_midnight(step.at),
        result="conform" if not step.result else step.result,
        complete=True,
        seals_intact=intact,
        seals=seals,
        remarks=step.remarks or None,
    )
    seen = [box.twin() for box in paper.boxes]
    for place, box in enumerate(seen):
        box.seal = step.seals[place] if place < len(step.seals) else ""
    return TransitMovement(
        mrn=paper.number,
        issued=step.at,
        destination_office=step.office,
        trader=Party(role="consignee", id=paper.importer.id or None),
        steps=(one,),
        consignment=Consignment(
            level="master",
            gross_mass=kilograms(step.mass if step.mass is not None else sum(line.gross for line in paper.lines)),
            equipment=boxes(seen),
        ),
    )


def _discharged(paper: Paper, step: Step) -> TransitMovement:
    """Return the discharge of the movement by the office of departure."""
    one = MovementStep(type="discharge", office=paper.office, at=_midnight(step.at))
    return TransitMovement(
        mrn=paper.number,
        issued=step.at,
        departure_office=paper.office,
        principal=_principal(paper),
        steps=(one,),
    )


def _midnight(moment: datetime) -> datetime:
    """Return the day of a moment: such messages say no hour."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)

"""Draw up the papers of a consignment: honest ones, that say what is true."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.route import Way, main_legs, office_at
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import (
    AIR,
    EXPORT,
    HOUSE,
    IMPORT,
    MASTER,
    ROAD,
    SEA,
    TRANSIT,
    Broker,
    Leg,
    Paper,
    Shipment,
    Step,
    Trader,
)

_PRELODGED = 0.18
"""Share of import declarations lodged before the goods arrive."""

_WAREHOUSE, _INWARD = 0.05, 0.04
"""Share of import declarations for a customs warehouse, and for inward processing."""

_AIR_PREFIXES = 900


def transport_document(scene: Scene, leg: Leg) -> str:
    """Return a carrier's number for a transport document: a bill, an air waybill with its check digit, a note."""
    if leg.means.mode == AIR:
        serial = scene.numbers.next() % 10**7
        prefix = 100 + zlib.crc32(leg.carrier.code.encode()) % _AIR_PREFIXES
        return f"{prefix:03d}-{serial:07d}{serial % 7}"
    return scene.numbers.document(leg.carrier.code if leg.means.mode == SEA else "CMR")


def draw_up(  # noqa: PLR0917 - all that they say
    scene: Scene, rng: Random, shipment: Shipment, way: Way, house: str, master: str
) -> None:
    """Draw up every paper that reaches a node, from what is true."""
    if scene.told(shipment.origin):
        shipment.papers[EXPORT] = _export(scene, rng, shipment, way, house)
    arrival = main_legs(shipment)[-1]
    reached = arrival.destination[:2]
    if scene.told(reached):
        shipment.papers[HOUSE if master != house else MASTER] = _cargo(scene, shipment, way, house, master)
    leg = shipment.legs[-1]
    if way.inland and scene.told(reached):
        _under_transit(scene, rng, shipment, leg, house)
    if scene.told(shipment.destination):
        shipment.papers[IMPORT] = _import(scene, rng, shipment, way, house, master)


def local_reference(scene: Scene, broker: Broker | None, trader: Trader, at: datetime) -> str:
    """Return a declarant's own number."""
    owner = broker.id if broker is not None else trader.id
    return f"{owner[-4:]}-{at:%y%m%d}-{scene.numbers.next() % 10**7:07d}"


def _paper(
    scene: Scene,
    shipment: Shipment,
    way: Way,
    *,
    kind: str,
    country: str,
    office: str,
    at: datetime,
    trader: Trader,
    procedure: str,
    document: str,
    master: str = "",
    letter: str = "M",
) -> Paper:
    """Return a paper that says what is true."""
    broker = scene.broker_of(trader)
    cargo = kind in {HOUSE, MASTER}
    return Paper(
        kind=kind,
        country=country,
        office=office,
        at=at,
        number="" if cargo else scene.numbers.movement_reference(at.year, country, letter),
        local=local_reference(scene, broker, trader, at) if not cargo else "",
        broker=broker,
        exporter=shipment.seller,
        importer=shipment.buyer,
        lines=[line.twin() for line in shipment.lines],
        invoice=shipment.invoice.twin(),
        boxes=[box.twin() for box in shipment.boxes],
        sent_from=shipment.origin,
        sent_to=shipment.destination,
        loading=way.loading,
        unloading=way.unloading,
        procedure=procedure,
        document=document,
        master=master,
    )


def _export(scene: Scene, rng: Random, shipment: Shipment, way: Way, house: str) -> Paper:
    """Return the export declaration, lodged one to four days before the goods leave."""
    leaves = shipment.legs[0].departs
    country = shipment.origin
    at = at_work(rng, leaves - timedelta(hours=rng.uniform(26, 100)), scene.hours(country))
    at = max(min(at, leaves - timedelta(hours=2)), shipment.ordered + timedelta(minutes=30))
    office = office_at(shipment.legs[0].origin, shipment.legs[0].means.mode)
    own = any(line.origin == country for line in shipment.lines)
    return _paper(
        *(scene, shipment, way),
        kind=EXPORT,
        country=country,
        office=office,
        at=at,
        trader=shipment.seller,
        procedure="1000" if own else "3171",
        document=house,
        letter="E",
    )


def _import(scene: Scene, rng: Random, shipment: Shipment, way: Way, house: str, master: str) -> Paper:  # noqa: PLR0917 - what it is drawn from
    """Return the import declaration: some before the goods arrive, most within days after it."""
    arrives, country = shipment.legs[-1].arrives, shipment.destination
    if rng.random() < _PRELODGED:
        ready = arrives - timedelta(hours=rng.uniform(8, 60))
        ready = max(ready, shipment.legs[-1].departs)
    else:
        days = rng.lognormvariate(-0.6 if shipment.legs[-1].means.mode == AIR else 0.75, 0.7)
        ready = arrives + timedelta(days=min(days, 21.0))
    chance = rng.random()
    procedure = "7100" if chance < _WAREHOUSE else "5100" if chance < _WAREHOUSE + _INWARD else "4000"
    return _paper(
        *(scene, shipment, way),
        kind=IMPORT,
        country=country,
        office=office_at(shipment.legs[-1].destination, shipment.legs[-1].means.mode),
        at=at_work(rng, ready, scene.hours(country)),
        trader=shipment.buyer,
        procedure=procedure,
        document=house,
        master=master if master != house else "",
        letter="I",
    )


def _cargo(scene: Scene, shipment: Shipment, way: Way, house: str, master: str) -> Paper:
    """Return what the cargo report of the call says of the consignment."""
    leg = main_legs(shipment)[-1]
    lead = {SEA: 24, AIR: 4, ROAD: 1}[leg.means.mode]
    at = max(leg.due - timedelta(hours=lead), leg.departs + timedelta(minutes=40))
    return _paper(
        *(scene, shipment, way),
        kind=HOUSE if master != house else MASTER,
        country=leg.destination[:2],
        office=office_at(leg.destination, leg.means.mode),
        at=at,
        trader=shipment.buyer,
        procedure="",
        document=house,
        master=master if master != house else "",
    )


def _under_transit(scene: Scene, rng: Random, shipment: Shipment, leg: Leg, house: str) -> None:
    """Draw up the transit declaration for the last leg, by road, and what the offices on it report."""
    country = leg.origin[:2]
    way = Way(shipment.legs, leg.origin, leg.destination)
    at = at_work(rng, leg.departs - timedelta(hours=rng.uniform(6, 30)), scene.hours(country))
    paper = _paper(
        *(scene, shipment, way),
        kind=TRANSIT,
        country=country,
        office=office_at(leg.origin),
        at=min(at, leg.departs - timedelta(hours=1)),
        trader=shipment.buyer,
        procedure="",
        document=house,
        letter="J",
    )
    shipment.papers[TRANSIT] = paper
    seals = tuple(box.seal for box in shipment.boxes)
    steps = [Step("departure", paper.office, country, leg.departs, seals)]
    for left, entered, moment in leg.crossings:
        before = max(leg.departs, moment - timedelta(minutes=rng.randrange(20, 300)))
        if left:
            steps.append(Step("passage", left, country, before, seals))
        country = shipment.destination
        if entered:
            steps.append(Step("passage", entered, country, moment, seals))
    office = office_at(leg.destination)
    steps.append(Step("arrival", office, country, leg.arrives, seals))
    unloaded = at_work(rng, leg.arrives + timedelta(hours=2), COUNTRIES[country].hours)
    steps.append(Step("unloading", office, country, unloaded, seals, mass=sum(line.gross for line in shipment.lines)))
    discharged = at_work(rng, unloaded + timedelta(hours=1), COUNTRIES[country].hours)
    steps.append(Step("discharge", office, country, discharged, ()))
    shipment.steps = steps

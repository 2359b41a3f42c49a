"""Say where it went: transit movements and the events of equipment and means of transport."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from tidewaiter.kernel.records._base import Measure, Part, Record, own, wco
from tidewaiter.kernel.records.consignment import Consignment, Location, Seal, TransportMeans
from tidewaiter.kernel.records.declaration import Authorisation, Guarantee
from tidewaiter.kernel.records.goods import DangerousGoods
from tidewaiter.kernel.records.parties import Party


class MovementStep(Part, frozen=True, kw_only=True):
    """One step of a transit movement as an office reported it."""

    type: Annotated[str | None, own("departure, passage, incident, arrival, unloading, discharge or enquiry.")] = None
    office: Annotated[str | None, own("Customs office that reported it.")] = None
    at: Annotated[datetime | None, own("When, with offset.")] = None
    result: Annotated[str | None, own("Control result or conformity.")] = None
    remarks: Annotated[str | None, own("What the office wrote.")] = None
    seals: Annotated[tuple[Seal, ...], wco("44B", "Seals seen or affixed.")] = ()
    code: Annotated[str | None, own("Code of the incident.")] = None
    place: Annotated[Location | None, own("Where it was.")] = None
    transport_means: Annotated[TransportMeans | None, own("What the goods were moved to.")] = None
    complete: Annotated[bool | None, own("Whether all was unloaded.")] = None
    seals_intact: Annotated[bool | None, own("Whether the seals were found intact.")] = None


class TransitMovement(Record, frozen=True, kw_only=True):
    """Goods moving under customs control from an office of departure to one of destination."""

    mrn: Annotated[str | None, wco("D014", "Movement reference number.")] = None
    lrn: Annotated[str | None, wco("D026", "Local reference number.")] = None
    function: Annotated[str | None, wco("017", "1 cancel, 4 change, 5 replace, 9 original.")] = None
    type: Annotated[str | None, wco("D013", "Type of transit, for example T1, T2 or TIR.")] = None
    issued: Annotated[datetime | None, wco("D011", "When it was issued.")] = None
    principal: Annotated[Party | None, own("Holder of the transit procedure.")] = None
    guarantees: Annotated[tuple[Guarantee, ...], wco("90A", "Guarantees.")] = ()
    departure_office: Annotated[str | None, own("Office of departure.")] = None
    transit_offices: Annotated[tuple[str, ...], own("Offices of transit, in order.")] = ()
    destination_office: Annotated[str | None, own("Office of destination.")] = None
    binding_itinerary: Annotated[bool | None, own("Whether the itinerary must be followed.")] = None
    time_limit: Annotated[datetime | None, own("Latest arrival at the office of destination.")] = None
    consignment: Annotated[Consignment | None, wco("28A", "Goods, equipment and route.")] = None
    seals: Annotated[tuple[Seal, ...], wco("44B", "Seals at departure.")] = ()
    steps: Annotated[tuple[MovementStep, ...], own("What offices reported, in order.")] = ()
    additional_type: Annotated[str | None, own("A standard, D lodged before the goods are presented.")] = None
    security: Annotated[str | None, own("Which safety data it holds: 0 none, 1 entry, 2 exit, 3 both.")] = None
    reduced_dataset: Annotated[bool | None, own("Whether it holds the reduced set of data.")] = None
    tir_carnet: Annotated[str | None, own("Number of the TIR carnet.")] = None
    simplified: Annotated[bool | None, own("Whether the simplified procedure is used on arrival.")] = None
    exit_offices: Annotated[tuple[str, ...], own("Offices of exit for transit, in order.")] = ()
    authorisations: Annotated[tuple[Authorisation, ...], wco("17C", "Permits used.")] = ()
    representative: Annotated[Party | None, own("Who acts for the holder of the procedure.")] = None
    trader: Annotated[Party | None, own("Who receives the goods at the destination.")] = None
    houses: Annotated[tuple[Consignment, ...], own("House consignments, each with its items.")] = ()


class Event(Record, frozen=True, kw_only=True):
    """Something that happened, or is planned to happen, to equipment, a means or a shipment."""

    id: Annotated[str | None, own("Identifier given by the source.")] = None
    type: Annotated[str | None, own("equipment, transport, shipment, gate, seal or position.")] = None
    code: Annotated[str | None, own("What happened, for example LOAD, DISC, GTIN, GTOT, ARRI, DEPA, STUF, STRP.")] = (
        None
    )
    classifier: Annotated[str | None, own("planned, estimated or actual.")] = None
    at: Annotated[datetime | None, own("When, with offset.")] = None
    recorded: Annotated[datetime | None, own("When the source wrote it down, with offset.")] = None
    place: Annotated[Location | None, own("Where.")] = None
    latitude: Annotated[float | None, own("WGS 84, degrees.")] = None
    longitude: Annotated[float | None, own("WGS 84, degrees.")] = None
    equipment: Annotated[str | None, wco("159", "ISO 6346 identification.")] = None
    transport_document: Annotated[str | None, own("Bill of lading or waybill number.")] = None
    transport_means: Annotated[TransportMeans | None, wco("46A 15A 10A", "Means of transport.")] = None
    fullness: Annotated[str | None, own("full or empty.")] = None
    seals: Annotated[tuple[Seal, ...], wco("44B", "Seals.")] = ()
    source: Annotated[str | None, own("Who said so.")] = None
    report: Annotated[str | None, own("Number of the report that says so.")] = None
    function: Annotated[str | None, wco("017", "1 cancel, 4 change, 5 replace, 9 original.")] = None
    booking: Annotated[str | None, own("Booking or order that the equipment moves under.")] = None
    size_type: Annotated[str | None, own("ISO 6346 size and type of the equipment.")] = None
    stowage: Annotated[str | None, own("Place on the ship: bay, row and tier.")] = None
    tare: Annotated[Measure | None, own("Mass of the empty equipment.")] = None
    gross_mass: Annotated[Measure | None, own("Gross mass, as reported.")] = None
    verified_gross_mass: Annotated[Measure | None, own("SOLAS VGM: equipment, goods and packaging.")] = None
    goods: Annotated[str | None, own("Goods inside, in words.")] = None
    dangerous_goods: Annotated[tuple[DangerousGoods, ...], wco("12C", "Dangerous goods inside.")] = ()
    operator: Annotated[str | None, own("Code of the operator of the equipment.")] = None
    main_carriage: Annotated[TransportMeans | None, own("Ship that it came with or leaves with.")] = None
    loading: Annotated[Location | None, own("Where it is loaded to that ship.")] = None
    unloading: Annotated[Location | None, own("Where it is unloaded from that ship.")] = None
    destination: Annotated[Location | None, own("Where it goes in the end.")] = None

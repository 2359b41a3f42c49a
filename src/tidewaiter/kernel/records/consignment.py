"""Say how it travels: consignments, means of transport, containers, seals, cargo reports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from tidewaiter.kernel.records._base import Amount, Measure, Part, Record, own, wco
from tidewaiter.kernel.records.goods import AdditionalInformation, Document, GoodsItem
from tidewaiter.kernel.records.parties import Party


class Location(Part, frozen=True, kw_only=True):
    """A place; the ids are those of a place of loading (83A) and, for the country, of an itinerary (81A)."""

    code: Annotated[str | None, wco("L010", "UN/LOCODE, five characters.")] = None
    name: Annotated[str | None, wco("L009", "Name of the place.")] = None
    country: Annotated[str | None, wco("064", "ISO 3166-1 alpha-2 code.")] = None
    at: Annotated[datetime | None, own("When the goods or the means are there, with offset.")] = None
    id: Annotated[str | None, wco("L017", "Identifier in another list than UN/LOCODE.")] = None
    type: Annotated[str | None, wco("L110", "Kind of place, for example A for a designated one.")] = None
    qualifier: Annotated[str | None, wco("410", "What identifies it, for example U for UN/LOCODE.")] = None
    role: Annotated[
        str | None, own("What it is on the way: receipt, transhipment, delivery, next, last and so on.")
    ] = None


class TransportMeans(Part, frozen=True, kw_only=True):
    """A ship, aircraft, train or vehicle (46A departure, 15A border, 10A arrival; ids in that order)."""

    stage: Annotated[str | None, own("departure, border or arrival.")] = None
    mode: Annotated[str | None, wco("T021 T022 T020", "UN/ECE Recommendation 19 mode, one digit.")] = None
    id: Annotated[str | None, wco("T004 T006 T002", "IMO number, flight, registration or plate.")] = None
    id_type: Annotated[str | None, wco("T029 T018 T034", "IMO, MMSI, CALLSIGN, FLIGHT, PLATE, RAIL or NAME.")] = None
    name: Annotated[str | None, wco("T003 T005 T001", "Name of the means, for example of a ship.")] = None
    nationality: Annotated[str | None, wco("T014", "Registration country, ISO 3166-1 alpha-2.")] = None
    journey: Annotated[str | None, own("Voyage, flight or trip number.")] = None
    departure: Annotated[datetime | None, own("Departure, with offset.")] = None
    arrival: Annotated[datetime | None, own("Arrival, with offset.")] = None
    office: Annotated[str | None, own("Customs office at the border that it crosses.")] = None


class Seal(Part, frozen=True, kw_only=True):
    """A seal on equipment (44B)."""

    id: Annotated[str | None, wco("165", "Number on the seal.")] = None
    party: Annotated[str | None, own("Who affixed it: CA carrier, SH shipper, CU customs, TO terminal.")] = None
    condition: Annotated[str | None, own("Intact, damaged or absent.")] = None


class TransportEquipment(Part, frozen=True, kw_only=True):
    """A container or trailer (31B)."""

    id: Annotated[str | None, wco("159", "ISO 6346 identification, eleven characters.")] = None
    size_type: Annotated[str | None, own("ISO 6346 size and type, four characters.")] = None
    fullness: Annotated[str | None, own("full or empty.")] = None
    seals: Annotated[tuple[Seal, ...], wco("44B", "Seals.")] = ()
    tare: Annotated[Measure | None, own("Mass of the empty equipment.")] = None
    gross_mass: Annotated[Measure | None, own("Mass of the goods and packaging inside.")] = None
    verified_gross_mass: Annotated[Measure | None, own("SOLAS VGM: equipment, goods and packaging.")] = None
    stowage: Annotated[str | None, own("Place on the ship: bay, row and tier.")] = None
    temperature: Annotated[Measure | None, own("Temperature that it is set to, in CEL or FAH.")] = None


class Consignment(Part, frozen=True, kw_only=True):
    """Goods under one transport document (28A)."""

    transport_document: Annotated[Document | None, own("Bill of lading or waybill.")] = None
    level: Annotated[str | None, own("house or master.")] = None
    master_document: Annotated[Document | None, own("Master document of a house consignment.")] = None
    container_indicator: Annotated[bool | None, wco("096", "Whether the goods travel in containers.")] = None
    loading: Annotated[Location | None, wco("83A", "Place of loading.")] = None
    unloading: Annotated[Location | None, own("Place of unloading.")] = None
    departure_country: Annotated[str | None, own("Country the goods were sent from.")] = None
    itinerary: Annotated[tuple[Location, ...], wco("81A", "Places passed, in order.")] = ()
    transport_means: Annotated[tuple[TransportMeans, ...], wco("46A 15A 10A", "Means of transport by stage.")] = ()
    freight: Annotated[Amount | None, wco("117", "Freight charges.")] = None
    freight_payment: Annotated[str | None, wco("098", "How freight is paid.")] = None
    gross_mass: Annotated[Measure | None, wco("131", "Total gross mass.")] = None
    packages: Annotated[int | None, wco("146", "Total packages.")] = None
    equipment: Annotated[tuple[TransportEquipment, ...], wco("31B", "Containers and trailers.")] = ()
    parties: Annotated[tuple[Party, ...], wco("30A 27A 18A", "Consignor, consignee, notify party, carrier.")] = ()
    items: Annotated[tuple[GoodsItem, ...], wco("29A", "Goods items.")] = ()
    ucr: Annotated[str | None, wco("016", "Unique consignment reference.")] = None
    to_order: Annotated[bool | None, own("Whether the transport document is made out to order.")] = None
    destination_country: Annotated[str | None, own("Country the goods are sent to.")] = None
    goods_location: Annotated[Location | None, wco("64A", "Where the goods can be examined.")] = None
    documents: Annotated[tuple[Document, ...], wco("02A", "Supporting and further transport documents.")] = ()
    previous_documents: Annotated[tuple[Document, ...], wco("99A", "Documents that came before.")] = ()
    additional_information: Annotated[tuple[AdditionalInformation, ...], wco("03A", "Coded statements.")] = ()


class CargoReport(Record, frozen=True, kw_only=True):
    """A means of transport, one call, and the consignments on it at master and house level."""

    reference: Annotated[str | None, wco("D014", "Number of the report given by customs.")] = None
    lrn: Annotated[str | None, wco("D026", "Number of the report given by the sender.")] = None
    function: Annotated[str | None, wco("017", "1 cancel, 4 change, 5 replace, 9 original.")] = None
    issued: Annotated[datetime | None, wco("D011", "When it was issued, with offset.")] = None
    office: Annotated[str | None, own("Customs office of the call.")] = None
    carrier: Annotated[Party | None, wco("18A", "Carrier.")] = None
    transport_means: Annotated[TransportMeans | None, wco("15A", "The means of transport.")] = None
    call: Annotated[Location | None, own("Port or airport of the call.")] = None
    consignments: Annotated[tuple[Consignment, ...], wco("28A", "Consignments.")] = ()
    itinerary: Annotated[tuple[Location, ...], wco("81A", "Further places of the voyage, each with its role.")] = ()
    parties: Annotated[tuple[Party, ...], own("Who reports, agents, the terminal.")] = ()
    equipment: Annotated[
        tuple[TransportEquipment, ...], own("Equipment that no consignment names, such as empties.")
    ] = ()
    movement: Annotated[
        str | None, own("What is reported of the means alone: arrival, departure, or arrival and departure.")
    ] = None
    crew: Annotated[int | None, own("Number of the crew.")] = None
    passengers: Annotated[int | None, own("Number of the passengers.")] = None
    purposes: Annotated[tuple[str, ...], own("What the call is for: UN/EDIFACT 8025 codes.")] = ()
    documents: Annotated[tuple[Document, ...], own("Papers of the means, and documents of what it carries.")] = ()

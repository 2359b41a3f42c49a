"""Say who travels: passenger, crew and booking records, for their own purpose-bound store."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from tidewaiter.kernel.records._base import Measure, Part, Record, own
from tidewaiter.kernel.records.consignment import Location
from tidewaiter.kernel.records.goods import Document
from tidewaiter.kernel.records.parties import Address, Contact, Party


class Leg(Part, frozen=True, kw_only=True):
    """One leg of a traveller's itinerary."""

    carrier: Annotated[str | None, own("Carrier code.")] = None
    number: Annotated[str | None, own("Flight or voyage number.")] = None
    origin: Annotated[Location | None, own("Place of departure.")] = None
    destination: Annotated[Location | None, own("Place of arrival.")] = None
    departure: Annotated[datetime | None, own("Departure, with offset where known.")] = None
    arrival: Annotated[datetime | None, own("Arrival, with offset where known.")] = None
    crosses: Annotated[bool | None, own("Whether it is the leg that crosses the border.")] = None
    operator: Annotated[str | None, own("Code of the carrier that operates it, where another one sells it.")] = None


class Baggage(Part, frozen=True, kw_only=True):
    """A traveller's baggage."""

    tag: Annotated[str | None, own("Tag number.", personal=True)] = None
    pieces: Annotated[int | None, own("Number of pieces.")] = None
    mass: Annotated[Measure | None, own("Mass of all pieces.")] = None
    tags: Annotated[tuple[str, ...], own("Tag numbers, where it has several.", personal=True)] = ()


class Traveller(Part, frozen=True, kw_only=True):
    """A person on board."""

    role: Annotated[str | None, own("passenger, crew, transit or transit crew.")] = None
    family_name: Annotated[str | None, own("Family name.", personal=True)] = None
    given_names: Annotated[str | None, own("Given names.", personal=True)] = None
    sex: Annotated[str | None, own("F, M or X as on the document.", personal=True)] = None
    birth_date: Annotated[date | None, own("Date of birth.", personal=True)] = None
    nationality: Annotated[str | None, own("ISO 3166-1 alpha-3 or ICAO 9303 code.", personal=True)] = None
    documents: Annotated[tuple[Document, ...], own("Travel documents.", personal=True)] = ()
    contact: Annotated[Contact | None, own("Contact.", personal=True)] = None
    baggage: Annotated[tuple[Baggage, ...], own("Baggage.", personal=True)] = ()
    seat: Annotated[str | None, own("Seat.", personal=True)] = None
    reference: Annotated[str | None, own("What the carrier calls the traveller by.", personal=True)] = None
    booking: Annotated[str | None, own("Record locator of the traveller's booking.", personal=True)] = None
    tickets: Annotated[tuple[str, ...], own("Numbers of the tickets.", personal=True)] = ()
    loyalty: Annotated[tuple[str, ...], own("Carrier and number of frequent travellers.", personal=True)] = ()
    age_group: Annotated[str | None, own("adult, child or infant.")] = None
    function: Annotated[str | None, own("What a member of the crew does, a code: CR1 cockpit, CR2 cabin.")] = None
    address: Annotated[Address | None, own("Address, of the stay where it is said for a visit.")] = None
    residence: Annotated[str | None, own("Country of residence, as the nationality is.", personal=True)] = None
    birth_place: Annotated[Location | None, own("Place of birth.", personal=True)] = None
    embarkation: Annotated[Location | None, own("Where the traveller boards.")] = None
    debarkation: Annotated[Location | None, own("Where the traveller leaves.")] = None
    clearance: Annotated[Location | None, own("Where the traveller is cleared by customs and border control.")] = None


class Journey(Record, frozen=True, kw_only=True):
    """Advance passenger information or a booking; never joined with trade records by default."""

    reference: Annotated[str | None, own("Record locator or report number.", personal=True)] = None
    source: Annotated[str | None, own("API, PNR or CREW.")] = None
    issued: Annotated[datetime | None, own("When it was sent.")] = None
    booked: Annotated[datetime | None, own("When the booking was made.")] = None
    changed: Annotated[datetime | None, own("When the booking was changed last.")] = None
    itinerary: Annotated[tuple[Leg, ...], own("Legs, in order.")] = ()
    flight: Annotated[Leg | None, own("The flight or voyage of the booking that is reported.")] = None
    travellers: Annotated[tuple[Traveller, ...], own("People on it.")] = ()
    contacts: Annotated[tuple[Contact, ...], own("Contacts of the booking.", personal=True)] = ()
    addresses: Annotated[tuple[Address, ...], own("Addresses of the booking.")] = ()
    payment: Annotated[str | None, own("Form of payment, never a card number.", personal=True)] = None
    carrier: Annotated[str | None, own("Carrier whose booking it is, or that reports.")] = None
    agency: Annotated[Party | None, own("Travel agency or office that made the booking.")] = None
    function: Annotated[str | None, own("Code of what is done, for example CL flight closed or XR cancelled.")] = None

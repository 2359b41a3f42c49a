"""Say who travels: passenger, crew and booking records, for their own purpose-bound store."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from tidewaiter.kernel.records._base import Measure, Part, Record, own
from tidewaiter.kernel.records.consignment import Location
from tidewaiter.kernel.records.goods import Document
from tidewaiter.kernel.records.parties import Contact


class Leg(Part, frozen=True, kw_only=True):
    """One leg of a traveller's itinerary."""

    carrier: Annotated[str | None, own("Carrier code.")] = None
    number: Annotated[str | None, own("Flight or voyage number.")] = None
    origin: Annotated[Location | None, own("Place of departure.")] = None
    destination: Annotated[Location | None, own("Place of arrival.")] = None
    departure: Annotated[datetime | None, own("Departure, with offset where known.")] = None
    arrival: Annotated[datetime | None, own("Arrival, with offset where known.")] = None


class Baggage(Part, frozen=True, kw_only=True):
    """A traveller's baggage."""

    tag: Annotated[str | None, own("Tag number.", personal=True)] = None
    pieces: Annotated[int | None, own("Number of pieces.")] = None
    mass: Annotated[Measure | None, own("Mass of all pieces.")] = None


class Traveller(Part, frozen=True, kw_only=True):
    """A person on board."""

    role: Annotated[str | None, own("passenger, crew or transit.")] = None
    family_name: Annotated[str | None, own("Family name.", personal=True)] = None
    given_names: Annotated[str | None, own("Given names.", personal=True)] = None
    sex: Annotated[str | None, own("F, M or X as on the document.", personal=True)] = None
    birth_date: Annotated[date | None, own("Date of birth.", personal=True)] = None
    nationality: Annotated[str | None, own("ISO 3166-1 alpha-3 or ICAO 9303 code.", personal=True)] = None
    documents: Annotated[tuple[Document, ...], own("Travel documents.", personal=True)] = ()
    contact: Annotated[Contact | None, own("Contact.", personal=True)] = None
    baggage: Annotated[tuple[Baggage, ...], own("Baggage.", personal=True)] = ()
    seat: Annotated[str | None, own("Seat.", personal=True)] = None


class Journey(Record, frozen=True, kw_only=True):
    """Advance passenger information or a booking; never joined with trade records by default."""

    reference: Annotated[str | None, own("Record locator or report number.", personal=True)] = None
    source: Annotated[str | None, own("API, PNR or CREW.")] = None
    issued: Annotated[datetime | None, own("When it was sent.")] = None
    booked: Annotated[datetime | None, own("When the booking was made.")] = None
    itinerary: Annotated[tuple[Leg, ...], own("Legs, in order.")] = ()
    travellers: Annotated[tuple[Traveller, ...], own("People on it.")] = ()
    contacts: Annotated[tuple[Contact, ...], own("Contacts of the booking.", personal=True)] = ()
    payment: Annotated[str | None, own("Form of payment, never a card number.", personal=True)] = None

"""Put bookings and passenger lists into journeys, as carriers report them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tidewaiter.kernel.records import (
    Address,
    Baggage,
    Contact,
    Document,
    Journey,
    Leg,
    Location,
    Measure,
    Party,
    Traveller,
)
from tidewaiter.world.model import Leg as Flight
from tidewaiter.world.model import Person, Trip


def _leg(flight: Flight, *, crosses: bool | None = None) -> Leg:
    """Return the flight as a leg of an itinerary; places by their IATA codes."""
    carrier, number = flight.carrier.code, flight.means.id.removeprefix(flight.carrier.code)
    return Leg(
        carrier=carrier,
        number=number,
        origin=Location(code=flight.origin[2:]),
        destination=Location(code=flight.destination[2:]),
        departure=flight.departs.replace(second=0),
        arrival=flight.due.replace(second=0),
        crosses=crosses,
    )


def _document(person: Person) -> Document:
    """Return a traveller's passport."""
    return Document(type="P", number=person.document, expires=person.expires, issuer=person.issuer)


def booking(trip: Trip, at: datetime) -> Journey:
    """Return a booking as its carrier pushes it (PNRGOV)."""
    flight = _leg(trip.flight)
    return Journey(
        source="PNR",
        reference=trip.locator,
        issued=None,
        carrier=trip.flight.carrier.code,
        booked=min(trip.booked, at).replace(second=0, microsecond=0),
        flight=flight,
        itinerary=(flight,),
        travellers=tuple(
            Traveller(
                role="passenger",
                family_name=one.family,
                given_names=one.given,
                sex=one.sex,
                birth_date=one.born,
                nationality=one.nationality,
                reference=str(place + 1),
                age_group="adult",
                documents=(_document(one),),
                baggage=(Baggage(pieces=trip.bags[place]),) if trip.bags[place] else (),
            )
            for place, one in enumerate(trip.people)
        ),
        contacts=(Contact(phone=trip.phone),),
        addresses=(Address(line=trip.line, city=trip.city, country=trip.country),),
        payment=trip.payment,
        agency=Party(role="agent", id=trip.agency),
    )


def passengers(flight: Flight, trips: Iterable[Trip], at: datetime) -> Journey:
    """Return the list of everybody on board at departure (PAXLST)."""
    leg = _leg(flight, crosses=True)
    return Journey(
        source="API",
        reference=f"{flight.means.id}-{flight.departs:%Y%m%d}",
        issued=at.replace(second=0),
        itinerary=(leg,),
        travellers=tuple(
            Traveller(
                role="passenger",
                family_name=one.family,
                given_names=one.given,
                sex=one.sex,
                birth_date=one.born,
                nationality=one.nationality,
                documents=(_document(one),),
                embarkation=Location(code=flight.origin[2:]),
                debarkation=Location(code=flight.destination[2:]),
                booking=trip.locator,
                baggage=(Baggage(pieces=trip.bags[place], mass=_mass(trip)),) if trip.bags[place] else (),
            )
            for trip in trips
            for place, one in enumerate(trip.people)
        ),
        contacts=(Contact(name=flight.carrier.name.upper()),),
    )


def _mass(trip: Trip) -> Measure:
    """Return the mass of a traveller's bags: an even share of the booking's."""
    people = sum(number > 0 for number in trip.bags) or 1
    return Measure(value=Decimal(max(1, round(trip.kilograms / people))), unit="KGM")

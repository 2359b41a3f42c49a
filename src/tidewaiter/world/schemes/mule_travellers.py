"""Send travellers with drugs in their bags, who are booked by a company that imports other things."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import Leg, Planted, Shipment, Trader, Trip
from tidewaiter.world.schemes.scheme import Ring, Scheme, found_buyer, usual
from tidewaiter.world.schemes.skill import by_skill, within
from tidewaiter.world.traders import person

_AHEAD = (5, 9)
"""How many days ahead of a flight its seats are bought, at least and at most; flights are made up four days before."""

_TOLD = timedelta(hours=24)
"""How long before a flight its bookings are told."""

_BOUGHT_DAYS = ((0.5, 2.5), (4.0, 30.0))
"""How long before those days a booking was made, by those without skill and by those with all of it, in days."""

_MULES = ((2, 5), (1, 2))
"""How many travel on one flight, each with a booking of their own."""

_KILOGRAMS = ((4.0, 14.0), (1.5, 6.0))
"""What one of them carries, in kilograms."""

_BAG = ((21.0, 31.0), (12.0, 24.0))
"""What one bag weighs, in kilograms."""

_TIES = (("phone", 0.7), ("address", 0.45), ("agency", 0.8))
"""How often those without skill give the company's telephone and address, and book with the same agency."""

_LEAST_TIE = 0.3
"""Which part of that is left of those with all skill."""

_STREETS = ("Station Road", "Market Street", "Harbour Road", "Mill Lane", "School Street", "Church Road")
_AGENCIES = 400
_SOURCES = ("BR", "CO", "PE", "MA", "ZA", "KE", "ET", "TR", "IN", "PK", "TH", "AE", "GH", "CI")
"""Countries that mules are sent from."""


class MuleTravellers(Scheme):
    """Fly drugs in, in the bags of travellers who have nothing in common but who booked them.

    Each has a booking of their own, made by one agency, paid in cash by those without skill and shortly before the
    flight, with the telephone or the address of a company that imports ordinary goods all the while. The bags are
    heavy. The skilled send one or two at a time, with telephones of their own, and keep the agency.
    """

    name = "mule-travellers"
    law = (
        "United Nations Convention against Illicit Traffic in Narcotic Drugs and Psychotropic Substances (1988), "
        "Article 3(1)(a); ICAO Annex 9, Chapter 9, and WCO Recommendation on the use of API and PNR data."
    )
    irregularity = "prohibited"
    story = "Drugs were in the bags of travellers booked by the people behind a company."
    rings = 1.0
    rate = 1.5
    cover = 0.3
    safety = True

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether people fly into the country."""
        return scene.told(country) and bool(COUNTRIES[country].air)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring a company, an agency, and countries to send from."""
        ring.companies = [found_buyer(scene, ring, rng, self.fits)]
        ring.notes["agency"] = f"{10_000_000 + rng.randrange(_AGENCIES) * 137}"
        ring.offer("source", [one for one in _SOURCES if one != ring.country and one in COUNTRIES])

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Book the travellers of one flight; return an ordinary consignment of the company, where it has one."""
        company = ring.companies[0]
        flight = _flight(scene, ring, moment, rng)
        if flight is not None:
            low, high = (round(by_skill(ring.skill, few, many)) for few, many in zip(*_MULES, strict=True))
            for _ in range(rng.randint(low, high)):
                ring.trips.append(self._trip(scene, ring, company, flight, rng))
        shipment = usual(scene, ring, moment, rng, self.fits)
        return [shipment] if shipment is not None else []

    def _trip(self, scene: Scene, ring: Ring, company: Trader, flight: Leg, rng: Random) -> Trip:
        """Return the booking of one traveller."""
        skill = ring.skill
        tied = {what: rng.random() < share * by_skill(skill, 1.0, _LEAST_TIE) for what, share in _TIES}
        bags = rng.choices((1, 2, 3), (0.35, 0.5, 0.15))[0]
        of = rng.choice((ring.country, flight.origin[:2], flight.origin[:2]))
        locator = scene.numbers.locator()
        carried = within(rng, skill, *_KILOGRAMS)
        days = within(rng, skill, *_BOUGHT_DAYS)
        tie = " and ".join(what for what in tied if tied[what]) or "nothing"
        story = (
            f"{carried:.1f} kg of drugs were in the bags of the traveller of booking {locator}, which has {tie} in "
            f"common with {company.name} or its other travellers."
        )
        return Trip(
            locator=locator,
            booked=flight.departs - timedelta(days=_AHEAD[0] - 1 + days),
            flight=flight,
            people=[person(rng, of)],
            phone="".join(one for one in company.phone if one.isdigit())
            if tied["phone"]
            else f"{rng.randrange(10**9, 10**10)}{rng.randrange(100):02d}",
            line=company.line if tied["address"] else f"{rng.randrange(1, 240)} {rng.choice(_STREETS)}",
            city=flight.destination[2:],
            country=ring.country,
            agency=ring.notes["agency"] if tied["agency"] else f"{10_000_000 + rng.randrange(_AGENCIES) * 137}",
            payment="CA" if rng.random() > skill else rng.choice(("CC VI", "CC CA", "CA", "MS INV")),
            bags=[bags],
            kilograms=sum(round(within(rng, skill, *_BAG)) for _ in range(bags)),
            planted=Planted(
                scheme=self.name,
                ring=ring.number,
                skill=round(skill, 2),
                irregularity=self.irregularity,
                country=ring.country,
                references=(locator,),
                item=0,
                evaded=0.0,
                currency=COUNTRIES[ring.country].currency,
                story=story,
                day=scene.day(flight.departs - _TOLD),
                safety=True,
            ),
        )


def _flight(scene: Scene, ring: Ring, moment: datetime, rng: Random) -> Leg | None:
    """Return a flight into the country some days on, from where the ring sends people if any does; None for none."""
    source = ring.choose(rng, "source")
    day = scene.day(moment)
    any_flight: Leg | None = None
    for ahead in rng.sample(range(_AHEAD[0], _AHEAD[1] + 1), _AHEAD[1] - _AHEAD[0] + 1):
        flights: list[Leg] = scene.flights(ring.country, day + ahead)
        from_there = [leg for leg in flights if leg.origin[:2] == source]
        if from_there:
            return rng.choice(from_there)
        from_any = [leg for leg in flights if leg.origin[:2] in _SOURCES]
        any_flight = any_flight or (rng.choice(from_any) if from_any else None)
    return any_flight

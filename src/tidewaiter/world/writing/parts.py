"""Put amounts, masses, parties, boxes and means into parts of records."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tidewaiter.kernel.records import (
    Address,
    Amount,
    Contact,
    Measure,
    Party,
    Seal,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.world.chain.worth import money
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import Box, Broker, Leg, Trader


def amount(value: float, currency: str) -> Amount:
    """Return an amount of money, with as many places as its currency has in use."""
    return Amount(value=plain(money(value, currency)), currency=currency)


def kilograms(value: float) -> Measure:
    """Return a mass in kilograms, to three places."""
    return Measure(value=plain(round(value, 3)), unit="KGM")


def plain(value: float) -> Decimal:
    """Return a number as a decimal, as people write it: without trailing zeros."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return Decimal(text or "0")


def scheme(country: str) -> str | None:
    """Return the register that a country's identifiers are of; None abroad."""
    practice = COUNTRIES[country].practice
    return practice.identifiers if practice is not None else None


def trader(one: Trader, role: str, *, full: bool = True) -> Party:
    """Return a trader as a party; with its address unless it is named in short."""
    place = Address(line=one.line, city=one.city, postcode=one.postcode or None, country=one.country)
    return Party(
        role=role,
        id=one.id or None,
        scheme=scheme(one.country) if one.id else None,
        name=one.name,
        address=place if full else None,
        contact=Contact(phone=one.phone) if full and one.phone and one.id else None,
        status=one.authorised or None,
    )


def broker(one: Broker | None, instead: Trader) -> Party:
    """Return the declarant: the broker, or the trader who lodges itself."""
    if one is None:
        return Party(role="declarant", id=instead.id or None, scheme=scheme(instead.country), name=instead.name)
    return Party(role="declarant", id=one.id, scheme=scheme(one.country), name=one.name, representation="2")


def boxes(found: Iterable[Box], *, described: bool = False) -> tuple[TransportEquipment, ...]:
    """Return boxes as equipment, each with its seal; described with size, tare and fullness too."""
    return tuple(
        TransportEquipment(
            id=box.number,
            size_type=box.size_type if described else None,
            fullness="full" if described else None,
            seals=(Seal(id=box.seal),) if box.seal else (),
            tare=kilograms(box.tare) if described else None,
        )
        for box in found
    )


def means(leg: Leg, *, arrival: bool = False, due: bool = False, stage: str | None = "border") -> TransportMeans:
    """Return the means of a leg with its voyage; with its arrival where that is said, the one that is due if so."""
    return TransportMeans(
        stage=stage,
        mode=leg.means.mode,
        id=leg.means.id,
        id_type=leg.means.id_type,
        name=leg.means.name or None,
        nationality=leg.means.flag or None,
        journey=leg.voyage or None,
        arrival=(leg.due if due else leg.arrives) if arrival else None,
    )

"""Carry goods between any two places of trade, by sea, air and road, alike for everybody who asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tidewaiter.world.carriage._air import Sky
from tidewaiter.world.carriage._road import Roads
from tidewaiter.world.carriage._sea import Sea
from tidewaiter.world.carriage._services import ANCHOR
from tidewaiter.world.model import SEA, Carrier, Leg


class Carriage:
    """The carriers of a world and what they do.

    `countries` are the homes whose nodes are told, `start` is the first moment (UTC) and `days` how many follow; the
    ships, flights and lorries depend on the seed alone, so that a longer world or one of more countries begins alike.
    The legs that are returned are shared by all who take them: change a copy (`dataclasses.replace`), never a leg.
    Nothing is worked out before it is asked for.
    """

    def __init__(self, seed: str, countries: Sequence[str], start: datetime, days: int) -> None:
        self.countries = tuple(countries)
        self.start = start
        self.days = days
        self._sea = Sea(seed)
        self._sky = Sky(seed)
        self._roads = Roads(seed)

    @property
    def sea_carriers(self) -> tuple[Carrier, ...]:
        """Return the sea carriers, in the order of their codes."""
        found = {service.carrier.code: service.carrier for service in self._sea.services}
        return tuple(found[code] for code in sorted(found))

    def sea(self, origin: str, destination: str, ready: datetime) -> list[Leg]:
        """Return the ships for goods that are ready in a seaport at a moment, in order: those that arrive first.

        One leg, or two with a change at a hub; one more where weather made a ship pass the port by. None where origin
        and destination are one. Raises KeyError where no ship goes.
        """
        return self._sea.way(origin, destination, ready)

    def hubs(self, origin: str, destination: str, needless: bool) -> list[str]:  # noqa: FBT001 - asked for by name
        """Return the hubs by which boxes can go: those that make sense, quickest first, or those out of the way."""
        return list((self._sea.needless if needless else self._sea.hubs)(origin, destination))

    def sea_by(self, origin: str, destination: str, ready: datetime, hub: str) -> list[Leg]:
        """Return the ships by way of a hub, one of `hubs`; raises KeyError where none connect there."""
        return self._sea.by(origin, hub, destination, ready)

    def air(self, origin: str, destination: str, ready: datetime) -> list[Leg]:
        """Return the flights for goods that are ready at an airport at a moment: one, or two with a change.

        None where origin and destination are one. Raises KeyError where no flights go.
        """
        return self._sky.way(origin, destination, ready)

    def road(self, origin: str, destination: str, ready: datetime) -> list[Leg]:
        """Return the lorry for goods that are ready at a moment: one leg, with the borders that it crosses.

        None where origin and destination are one. Raises KeyError where no road leads there.
        """
        return self._roads.way(origin, destination, ready)

    def hauliers(self, country: str) -> tuple[Carrier, ...]:
        """Return a country's hauliers; raises KeyError for an unknown country."""
        return self._roads.hauliers(country)

    def voyage_of(self, leg: Leg) -> tuple[Leg, ...]:
        """Return the legs into each call of the ship's round that a leg ends in, outward and homeward, in order.

        One of them has the leg's `call`. Ports that were passed by are left out. For a flight or a lorry it is the leg
        alone.
        """
        return self._sea.voyage(leg) if leg.means.mode == SEA else (leg,)

    def flights_of(self, home: str, day: int) -> list[Leg]:
        """Return the passenger flights that the timetable has arrive in a country on a day of the world (UTC).

        Day 0 is the first. They come in the order in which they are due; one that departs late may arrive a day later.
        """
        return self._sky.arriving(home, (self.start - ANCHOR).days + day)

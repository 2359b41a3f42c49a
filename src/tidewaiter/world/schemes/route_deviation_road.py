"""Send a lorry under transit by a longer road than it needs, to the post where nobody looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES, road_km
from tidewaiter.world.model import IMPORT, TRANSIT, Good, Shipment, Step
from tidewaiter.world.schemes.detours import Detour, detours
from tidewaiter.world.schemes.laden import BULKY, box_order, boxed, open_companies
from tidewaiter.world.schemes.moving import to_minute, weigh
from tidewaiter.world.schemes.relabel import known_by
from tidewaiter.world.schemes.scheme import Ring, Scheme, found_buyer, plant
from tidewaiter.world.schemes.skill import within
from tidewaiter.world.schemes.stowing import stow

_HIDDEN = ((2_000.0, 6_000.0), (300.0, 1_200.0))
"""Kilograms that are hidden in the load and go past the post."""

_TIRED_HOURS = ((12.0, 60.0), (0.0, 6.0))
"""How many hours beyond what the longer road takes the lorry is on the way."""

_WEIGHED = 0.95
"""How often the hidden goods of those without skill are still in the load when it is unloaded."""

_TRIES = 6
"""How many orders a ring makes until one can go by another road."""


class RouteDeviationRoad(Scheme):
    """Cross the border far from the usual road, where a post has no scanner and a friend, with hidden goods.

    The transit declaration names the detour's offices: the way is longer, by a third country, and no cheaper. Those
    without skill take much longer than even that road needs, and what is found at unloading is more than was declared.
    The skilled hide little, go on at once and unload the hidden goods before the terminal.
    """

    name = "route-deviation-road"
    law = (
        "ECOWAS Convention A/P4/5/82 on Inter-State Road Transit of goods, on approved routes; Revised Kyoto "
        "Convention, Specific Annex E, Chapter 1: customs may prescribe the itinerary."
    )
    irregularity = "quantity"
    story = "A lorry took a longer road to a border post where hidden goods passed."
    rings = 2.0
    rate = 2.5

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether the country has no coast and is reached through a told country from which another road leads."""
        return scene.told(country) and bool(_ports(scene, country))

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring a company, and the ports from which another road leads."""
        ring.companies = [found_buyer(scene, ring, rng, self.fits)]
        ring.offer("gateway", _ports(scene, ring.country))
        ring.offer("detour", ("0", "1"))

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are dull and bulky, so that nobody looks at them."""
        del country
        return good.mass >= BULKY and good.duty <= 20 and not good.sensitive  # noqa: PLR2004 - per cent

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Return a movement by another road."""
        buyers = open_companies(ring.companies, scene.day(moment))
        gateway = ring.choose(rng, "gateway")
        for _ in range(_TRIES):
            order = box_order(scene, gateway[:2], rng.choice(buyers), moment, rng, self.fits) if buyers else None
            if order is None:
                return []
            order.ports = ("", gateway)
            shipment = boxed(scene, rng, order)
            if shipment is not None and self.bend(scene, ring, shipment, rng):
                return [shipment]
        return []

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Let the leg by road, and the steps of the movement, follow the detour."""
        leg = shipment.legs[-1]
        ways = detours(leg.origin, leg.destination) if IMPORT in shipment.papers and TRANSIT in shipment.papers else ()
        if not ways or not leg.crossings:
            return False
        way = ways[min(int(ring.choose(rng, "detour")), len(ways) - 1)]
        usual = road_km(leg.origin, leg.destination)
        slower = way.km / usual
        rest = timedelta(hours=within(rng, ring.skill, *_TIRED_HOURS))
        took = (leg.arrives - leg.departs) * slower + rest
        arrives = to_minute(leg.departs + took)
        crossings = tuple(
            (one.left.office, one.entered.office, to_minute(leg.departs + took * (one.km / way.km)))
            for one in way.crossings
        )
        shipment.legs[-1] = replace(
            leg, arrives=arrives, due=to_minute(leg.departs + (leg.due - leg.departs) * slower), crossings=crossings
        )
        _follow(rng, shipment, way, crossings)
        later = arrives - leg.arrives
        inward = shipment.papers[IMPORT]
        inward.at = at_work(rng, inward.at + max(later, timedelta(0)), scene.hours(inward.country))
        before = sum(line.gross for line in shipment.lines)
        hidden = stow(scene, rng, shipment, within(rng, ring.skill, *_HIDDEN))
        if rng.random() < _WEIGHED * (1.0 - ring.skill):
            weigh(rng, ring, shipment, before + hidden.gross)
        posts = ", ".join(step.office for step in shipment.steps if step.type == "passage")
        story = (
            f"{hidden.gross:,.0f} kg of {hidden.wording} were hidden in a load that went {way.km:,.0f} instead of "
            f"{usual:,.0f} km from {leg.origin} to {leg.destination}, past {posts}."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, references=known_by(shipment))
        return True


def _ports(scene: Scene, country: str) -> list[str]:
    """Return the gateways of a country, in told countries, from which more than one road leads there."""
    home = COUNTRIES[country]
    ends = [port.place.code for port in home.inland]
    return [code for code, _ in home.gateways if scene.told(code[:2]) and any(detours(code, end) for end in ends)]


def _follow(rng: Random, shipment: Shipment, way: Detour, crossings: Sequence[tuple[str, str, datetime]]) -> None:
    """Let the steps of a movement be those of the detour; posts abroad that have no office report nothing."""
    leg = shipment.legs[-1]
    departure, (arrival, unloading, discharge) = shipment.steps[0], shipment.steps[-3:]
    seals = departure.seals
    steps = [departure]
    for crossed, (left, entered, at) in zip(way.crossings, crossings, strict=True):
        if left:
            before = at - timedelta(minutes=rng.randrange(20, 300))
            steps.append(Step("passage", left, crossed.left.place.country, before, seals))
        if entered:
            steps.append(Step("passage", entered, crossed.entered.place.country, at, seals))
    hours = COUNTRIES[arrival.country].hours
    arrival.at = leg.arrives
    unloading.at = at_work(rng, arrival.at + timedelta(hours=2), hours)
    discharge.at = at_work(rng, unloading.at + timedelta(hours=1), hours)
    shipment.steps = [*steps, arrival, unloading, discharge]

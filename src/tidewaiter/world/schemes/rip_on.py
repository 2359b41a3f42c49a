"""Put drugs into the box of an importer who knows nothing of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.order import Order, goods_of, lines_of
from tidewaiter.world.chain.route import by_road, seaport
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.model import IMPORT, SEA, Box, Happening, Shipment
from tidewaiter.world.schemes.laden import BULK_KILOGRAMS, FULL_KILOGRAMS, boxed
from tidewaiter.world.schemes.moving import weigh
from tidewaiter.world.schemes.relabel import known_by
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant
from tidewaiter.world.schemes.skill import within

_DRUGS = {
    "cocaine": ("BR", "CO", "EC", "PE", "CR", "PA", "CL", "GT", "AR", "UY", "PY"),
    "cannabis resin": ("MA", "LB"),
    "methamphetamine": ("VN", "TH", "KH", "MY", "CN"),
    "heroin": ("PK", "IN", "TR", "ZA", "KE", "TZ", "MZ"),
    "MDMA": ("NL", "BE", "DE"),
    "tramadol without a licence": ("IN", "AE", "CN"),
}
"""What is put into boxes that come from where."""

_KILOGRAMS = ((20.0, 120.0), (150.0, 700.0))
"""What is put in, in kilograms, by those without skill and by those with all of it."""

_SEEKS = 300
"""How many honest orders a ring's people in the port look at until one suits."""

_NEEDLESS = 0.75
"""How often those without skill have to send a box by a hub that is out of the way."""

_COPIED = 0.8
"""How often those with all skill close the box with a copy of its seal."""

_OUT_OF_GATE = 0.85
"""How often those without skill have to take the box out of the hub's terminal."""

_HANDLED = (2.0, 9.0)
"""How many hours a box is out of the terminal."""


class RipOn(Scheme):
    """Stuff drugs into a stranger's box while it lies in a port, to be taken out at the other end.

    The importer, the goods and all papers are honest. Between the port of loading and the other end the box lies at a
    hub: with the unskilled one that is out of the way, where it leaves the terminal by the gate, is opened and comes
    back under another seal. The skilled work inside a terminal where the box lies anyway, and copy the seal. Carriers
    that publish tell of the hub; the terminal at the end reads the seal.
    """

    name = "rip-on"
    law = (
        "United Nations Convention against Illicit Traffic in Narcotic Drugs and Psychotropic Substances (1988), "
        "Article 3(1)(a); WCO SAFE Framework of Standards, Seal Integrity Programme."
    )
    irregularity = "prohibited"
    story = "Drugs were put into the box of an importer who knew nothing of it."
    rings = 1.2
    rate = 1.5
    cover = 0.0
    safety = True

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether the country has seaports."""
        return scene.told(country) and bool(COUNTRIES[country].sea)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring drugs and people in the ports of arrival."""
        del scene, rng
        sources = [drug for drug, countries in _DRUGS.items() if any(one != ring.country for one in countries)]
        ring.offer("drug", sources)
        ring.offer("port", [port.place.code for port in COUNTRIES[ring.country].sea])

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Return somebody's ordinary consignment that comes from the right place, by way of a hub."""
        drug, port = ring.choose(rng, "drug"), ring.choose(rng, "port")
        order = _somebodys(scene, ring.country, _DRUGS[drug], moment, rng)
        if order is None:
            return []
        start = seaport(rng, order.seller.country)
        order.ports = (start, port)
        sensible = scene.carriage.hubs(start, port, needless=False)
        needless = scene.carriage.hubs(start, port, needless=True)
        out_of_the_way = rng.random() < _NEEDLESS * (1.0 - ring.skill)
        hubs = (needless or sensible) if out_of_the_way else (sensible or needless)
        if hubs:
            order.hub = rng.choice(hubs[:3])
        ring.notes["drug"] = drug
        shipment = boxed(scene, rng, order)
        return [shipment] if shipment is not None and self.bend(scene, ring, shipment, rng) else []

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Open one box at the hub; everything that is read on it afterwards is of the second seal."""
        legs = [(place, leg) for place, leg in enumerate(shipment.legs) if leg.means.mode == SEA]
        if IMPORT not in shipment.papers or len(legs) < 2:  # noqa: PLR2004 - a leg to the hub and one from it
            return False
        skill = ring.skill
        box = rng.choice(shipment.boxes)
        (_, first), (after, second) = legs[0], legs[1]
        seal = box.seal if rng.random() < _COPIED * skill else scene.boxes.seal(rng)
        lies = second.departs - first.arrives
        opened = first.arrives + lies * rng.uniform(0.3, 0.5)
        for one in shipment.happenings:
            if one.box == box.number and one.at > opened:
                one.seal = seal
        told = tuple(country for country in (first.origin[:2], legs[-1][1].destination[:2]) if scene.told(country))
        if rng.random() < _OUT_OF_GATE * (1.0 - skill) and second.carrier.publishes and told:
            shipment.happenings += _out_and_in(rng, box, seal, first.destination, (opened, lies), after, told)
            shipment.happenings.sort(key=lambda one: one.at)
        for step in shipment.steps:
            step.seals = tuple(seal if one == box.seal else one for one in step.seals)
        kilograms = within(rng, skill, *_KILOGRAMS)
        weigh(rng, ring, shipment, sum(line.gross for line in shipment.lines) + kilograms)
        story = (
            f"{kilograms:,.0f} kg of {ring.notes['drug']} were put into {box.number} of {shipment.buyer.name} at "
            f"{first.destination}, and {'a copy of its seal' if seal == box.seal else f'seal {seal}'} was put on; "
            "the importer knew nothing."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, lost=0.0, references=known_by(shipment))
        return True


def _somebodys(scene: Scene, home: str, sources: tuple[str, ...], moment: datetime, rng: Random) -> Order | None:
    """Return an ordinary order of somebody in a home that fills a box from one of some countries; None for none."""
    day = scene.day(moment)
    for _ in range(_SEEKS):
        buyer = scene.register.draw_buyer(rng, home, day)
        seller, good = scene.register.draw_partner(rng, buyer, day)
        if seller.country not in sources or seller.country == home or by_road(seller.country, home):
            continue
        order = Order(moment, seller, buyer, goods_of(rng, seller, buyer, good), mode=SEA)
        order.lines = lines_of(rng, order, day)
        if FULL_KILOGRAMS <= sum(line.gross for line in order.lines) <= BULK_KILOGRAMS:
            return order
    return None


def _out_and_in(  # noqa: PLR0917 - one of each
    rng: Random, box: Box, seal: str, hub: str, when: tuple[datetime, timedelta], leg: int, told: tuple[str, ...]
) -> list[Happening]:
    """Return that a box left the terminal of the hub and came back, as the carrier tells it."""
    opened, lies = when
    hours = min(rng.uniform(*_HANDLED), max(0.5, 0.3 * lies / timedelta(hours=1)))
    back = opened + timedelta(hours=hours)
    return [
        Happening("GTOT", opened.replace(microsecond=0), hub, box.number, "carrier", leg, box.seal, seen_by=told),
        Happening("GTIN", back.replace(microsecond=0), hub, box.number, "carrier", leg, seal, seen_by=told),
    ]

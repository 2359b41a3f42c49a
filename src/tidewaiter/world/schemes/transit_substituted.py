"""Exchange goods under transit for cheaper ones on the road."""

from __future__ import annotations

from random import Random

from tidewaiter.world import goods as catalogue
from tidewaiter.world.chain.order import FREIGHT_PAID, asked, weighed
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import rate
from tidewaiter.world.goods import BY_HS, GOODS
from tidewaiter.world.model import IMPORT, Good, Line, Shipment
from tidewaiter.world.schemes.moving import (
    UnderTransit,
    owed_at_departure,
    to_stop,
    weigh,
)
from tidewaiter.world.schemes.relabel import insure, known_by
from tidewaiter.world.schemes.scheme import Ring, plant
from tidewaiter.world.schemes.skill import within

_MATCHES = ((0.45, 0.85), (0.97, 1.0))
"""The mass of what arrives beside that of what left."""

_CLONED_SEAL = 0.9
"""How often those with all skill close the box with a copy of the seal of departure."""

_FILLED = 0.982
"""Which part of its content a package holds on average."""

_CHEAP_DUTY, _CHEAP_PRICE = 5, 2.5
"""What takes the goods' place has at most this duty, in per cent, and this price, in dollars a kilogram."""


class TransitSubstituted(UnderTransit):
    """Sell goods under transit on the way, and let others arrive in their place.

    The box is opened at a store and filled with cheap goods, which are declared at the destination. Those without skill
    deliver less mass, of something quite different, under new seals (XDO-002 fires); the skilled deliver what the goods
    could be taken for, to the kilogram, under a copy of the seal. What the import declaration names is then not what
    the transit declaration and the cargo report name (XDO-001 may fire).
    """

    name = "transit-substituted"
    law = (
        "Convention on a Common Transit Procedure, Appendix I, Articles 8 and 112; Revised Kyoto Convention, Specific "
        "Annex E, Chapter 1: the same goods are presented at the office of destination, with their seals intact."
    )
    irregularity = "classification"
    story = "Goods under transit were sold on the way and cheaper ones took their place."
    rings = 1.0
    rate = 2.5

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring its consignees, and cheap goods to choose between."""
        super().open(scene, ring, rng)
        ring.offer("substitute", rng.sample([good.hs for good in _cheap()], 4))

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Let other goods be unloaded, and be declared where they are imported."""
        skill = ring.skill
        match = within(rng, skill, *_MATCHES)
        cheap = BY_HS[ring.choose(rng, "substitute")]
        others = [
            _in_place_of(scene, shipment, line, _substitute(line, cheap, rng, skill), match, rng)
            for line in shipment.lines
        ]
        found = sum(line.gross for line in others)
        seals = tuple(scene.boxes.seal(rng) for _ in shipment.boxes) if rng.random() > _CLONED_SEAL * skill else ()
        first = rng.choice((1, max(1, len(shipment.steps) - 3)))
        for step in shipment.steps[first:]:
            step.seals = seals if seals and step.seals else step.seals
        weigh(rng, ring, shipment, found)
        inward = shipment.papers.get(IMPORT)
        if inward is not None:
            inward.lines = others
            insure([inward])
        mass = sum(line.gross for line in shipment.lines)
        story = (
            f"{mass:,.0f} kg of {shipment.lines[0].wording} were sold on the way, and {found:,.0f} kg of "
            f"{others[0].wording} arrived in their place{' under other seals' if seals else ''}."
        )
        shipment.planted = plant(
            *(self, scene, ring, shipment, story),
            paper=to_stop(shipment),
            lost=owed_at_departure(scene, shipment),
            references=known_by(shipment),
        )
        return True


def _cheap() -> list[Good]:
    """Return goods that are traded by the box, cost little and owe little."""
    return [
        good
        for good in GOODS
        if good.duty <= _CHEAP_DUTY and good.price <= _CHEAP_PRICE and good.mass >= 5_000 and not good.sensitive  # noqa: PLR2004 - kilograms
    ]


def _substitute(line: Line, cheap: Good, rng: Random, skill: float) -> Good:
    """Return what takes a line's place: the skilled find something that the goods are taken for."""
    decoys = [BY_HS[hs] for hs in line.good.decoys if hs in BY_HS]
    return rng.choice(decoys) if decoys and rng.random() < skill else cheap


def _in_place_of(  # noqa: PLR0917 - what it is made of
    scene: Scene, shipment: Shipment, line: Line, good: Good, match: float, rng: Random
) -> Line:
    """Return a line of other goods of nearly the same mass, at their own usual price under the invoice's terms."""
    net = weighed(line.net * match, shipment.seller)
    gross = max(weighed(line.gross * match, shipment.seller), net)
    day, invoice = scene.day(shipment.ordered), shipment.invoice
    origins = [country for country, _ in good.origins]
    origin = line.origin if line.origin in origins else rng.choice(origins)
    dollars = catalogue.price(good, origin, day) * rng.lognormvariate(0.0, good.spread * 0.5)
    price = dollars * net / rate(invoice.currency, day)
    if invoice.incoterm in FREIGHT_PAID:
        price += invoice.freight * line.gross / sum(one.gross for one in shipment.lines)
    return Line(
        good=good,
        hs=good.hs,
        wording=rng.choice(good.wordings),
        origin=origin,
        net=net,
        gross=gross,
        packages=max(1, round(net / (good.pack_mass * _FILLED))),
        pack=good.pack,
        units=max(1, round(net / good.unit_mass)) if good.unit_mass else 0,
        price=asked(shipment.seller, price, rng),
    )

"""Declare fewer packages than are in the box."""

from __future__ import annotations

from random import Random

from tidewaiter.world.chain.order import asked, weighed
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.model import EXPORT, HOUSE, IMPORT, MASTER, TRANSIT, Line, Paper, Shipment, Trader
from tidewaiter.world.schemes.relabel import insure, known_by
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant
from tidewaiter.world.schemes.skill import within

_HIDDEN = ((0.35, 0.6), (0.1, 0.25))
"""Which share of the packages is not declared."""

_PACKAGES_MIN = 6
"""Fewer packages than this are counted by anybody."""

_CARRIER_TOLD = 0.35
"""Skill from which the carrier is given the same figures as customs."""

_SELLER_TELLS = 0.85
"""How often the seller of those without skill still declares the truth when it exports; the skilled have it lie too."""


class ExcessQuantity(Scheme):
    """Ship more than the papers say, and pay for what they say.

    The import declaration and an invoice made to fit name fewer packages and less mass. Those without skill forget the
    carrier, whose report has the figures of the scales (XDO-001 fires for packages and mass), and the seller, who
    declares all of it for export; what is found at unloading after transit is the truth in every case. The skilled
    hide less, and have one figure in all papers; then the freight paid is high for the mass.
    """

    name = "excess-quantity"
    law = (
        "Revised Kyoto Convention, General Annex, Standard 3.8 and Specific Annex H, Chapter 1 (customs offences); "
        "Regulation (EU) 952/2013, Articles 15 and 139: the declaration states the goods that are presented."
    )
    irregularity = "quantity"
    story = "More packages were in the consignment than the import declaration says."
    rings = 2.0
    rate = 3.0

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Take a share of the packages out of the papers that the ring can reach."""
        inward = shipment.papers.get(IMPORT)
        counted = sum(line.packages for line in shipment.lines)
        if inward is None or counted < _PACKAGES_MIN:
            return False
        share = within(rng, ring.skill, *_HIDDEN)
        kinds = [IMPORT]
        if ring.skill >= _CARRIER_TOLD:
            kinds += [HOUSE, MASTER, TRANSIT]
        if rng.random() > _SELLER_TELLS * (1.0 - ring.skill):
            kinds.append(EXPORT)
        lines = _fewer(shipment, rng, share)
        for kind in kinds:
            if kind in shipment.papers:
                _write(shipment.papers[kind], lines)
        declared = sum(line.packages for line in lines)
        if declared == counted:
            return False
        missing = sum(line.gross for line in shipment.lines) - sum(line.gross for line in lines)
        story = f"{counted:,} packages came and {declared:,} were declared; {missing:,.0f} kg were not."
        shipment.planted = plant(self, scene, ring, shipment, story, references=known_by(shipment))
        return True


def _fewer(shipment: Shipment, rng: Random, share: float) -> list[Line]:
    """Return lines like the true ones, with a share of their packages left out, but for lines of very few."""
    return [_less(line, shipment.seller, rng, share) for line in shipment.lines]


def _less(line: Line, seller: Trader, rng: Random, share: float) -> Line:
    """Return a line with fewer packages, and masses, units and price in proportion."""
    packages = max(1, round(line.packages * (1.0 - share)))
    part = packages / line.packages
    net = weighed(line.net * part, seller) if part < 1.0 else line.net
    return Line(
        good=line.good,
        hs=line.hs,
        wording=line.wording,
        origin=line.origin,
        net=net,
        gross=max(weighed(line.gross * part, seller), net) if part < 1.0 else line.gross,
        packages=packages,
        pack=line.pack,
        units=max(1, round(net / line.good.unit_mass)) if line.units and line.good.unit_mass else line.units,
        price=asked(seller, line.price * part, rng) if part < 1.0 else line.price,
    )


def _write(paper: Paper, lines: list[Line]) -> None:
    """Write quantities and prices of lines on a paper, and leave the rest as it is."""
    for said, line in zip(paper.lines, lines, strict=True):
        said.net, said.gross, said.packages, said.units, said.price = (
            *(line.net, line.gross, line.packages, line.units),
            line.price,
        )
    insure([paper])

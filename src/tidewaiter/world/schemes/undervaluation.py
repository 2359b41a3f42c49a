"""Undervalue: pay one price, declare another, with an invoice made to fit."""

from __future__ import annotations

from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.model import IMPORT, Shipment
from tidewaiter.world.schemes.relabel import show
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant

_DEEP, _SHALLOW = (0.2, 0.45), (0.62, 0.8)
"""Which share of the price paid is declared, by those without skill and by those with all of it."""


class Undervaluation(Scheme):
    """Declare a fraction of the price paid.

    The skilled stay near the lowest price that is usual; the others declare a fifth. The true invoice is paid in two
    parts, and only one of them is shown.
    """

    name = "undervaluation"
    law = "WTO Agreement on Customs Valuation, Article 1: the customs value is the price actually paid or payable."
    irregularity = "value"
    story = "Part of the price was paid aside, and an invoice for the rest was shown."
    rings = 4.0
    rate = 3.5

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Lower the prices of all lines of the import declaration by one share."""
        paper = shipment.papers.get(IMPORT)
        if paper is None:
            return False
        low = _DEEP[0] + (_SHALLOW[0] - _DEEP[0]) * ring.skill
        high = _DEEP[1] + (_SHALLOW[1] - _DEEP[1]) * ring.skill
        share = rng.uniform(low, high)
        paid, shown = show(shipment, [paper], share, rng)
        currency = paper.invoice.currency
        story = f"{paid:,.0f} {currency} was paid for the goods; {shown:,.0f} {currency} was declared."
        shipment.planted = plant(self, scene, ring, shipment, story)
        return True

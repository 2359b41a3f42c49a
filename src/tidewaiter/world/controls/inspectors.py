"""Choose declarations for control as an administration without a node does, and find what there is."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

from tidewaiter.world import goods as catalogue
from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.worth import tariff_good
from tidewaiter.world.geography import COUNTRIES, rate
from tidewaiter.world.model import EXPORT, Control, Line, Paper, Shipment

RANDOM_SHARE = 0.05
"""Share of import declarations controlled by lot."""

_EXPORT_SHARE = 0.25
"""How much less exports are controlled than imports."""

_FOUND = {"documents": 0.55, "scan": 0.7, "physical": 0.95}
"""Method → how often it finds what was planted by somebody without any skill."""

_HIDES = 0.55
"""Which part of that the most skilled take away."""

_SLIP_FOUND = 0.03
"""How often a control of an honest declaration finds a small irregularity, without revenue."""

_FEW_BEFORE = 5
_USUAL_SHARE = 0.6


class Inspectors:
    """The inspectors of every country: they see the declaration, and know nothing of the truth."""

    def __init__(self, scene: Scene, rng: Random) -> None:
        self._scene = scene
        self._rng = rng
        self._seen: Counter[str] = Counter()

    def look(self, shipment: Shipment, paper: Paper, skill: float, *, blind: bool = False) -> Control | None:
        """Return the control of a declaration with its result, or None where it is let go.

        `skill` is that of whoever smuggles, 0 where nobody does; `blind` says that the officer on duty is in it.
        """
        rng = self._rng
        inward = paper.kind != EXPORT
        trader = paper.importer if inward else paper.exporter
        share = RANDOM_SHARE * (1.0 if inward else _EXPORT_SHARE)
        by_lot = rng.random() < share
        hunch = rng.random() < self._suspicion(paper, self._seen[trader.name]) * (1.0 if inward else _EXPORT_SHARE)
        self._seen[trader.name] += 1
        if not by_lot and not hunch:
            return None
        method = rng.choices(("documents", "scan", "physical"), (0.4, 0.25, 0.35))[0]
        known = at_work(rng, paper.at + timedelta(hours=rng.uniform(6, 80)), COUNTRIES[paper.country].hours)
        result, irregularity, item, recovered = "conform", "", 0, 0.0
        planted = shipment.planted
        if planted is not None and planted.country == paper.country and paper.number in planted.references:
            if not blind and rng.random() < _FOUND[method] * (1.0 - _HIDES * skill):
                result, irregularity = "offence", planted.irregularity
                item, recovered = planted.item, planted.evaded
        elif planted is None and rng.random() < _SLIP_FOUND:
            result, irregularity, item = "irregular", "other", 1
        declarant = paper.broker.id if paper.broker is not None else trader.id
        return Control(
            country=paper.country,
            reference=paper.number,
            declarant=declarant,
            item=item,
            at=known,
            method=method,
            selection="random" if by_lot else "targeted",
            result=result,
            irregularity=irregularity,
            recovered=recovered,
            currency=COUNTRIES[paper.country].currency,
            weight=round(1 / share, 2) if by_lot else 0.0,
            shipment=shipment.number,
            planted=planted is not None,
        )

    def _suspicion(self, paper: Paper, before: int) -> float:
        """Return the chance that an officer picks a declaration, from what is visible in it."""
        chance = 0.008
        for line in paper.lines:
            if self._cheap(paper, line):
                chance += 0.18
            if line.origin != paper.sent_from:
                chance += 0.02
        return min(chance + (0.06 if before < _FEW_BEFORE else 0.0), 0.6)

    def _cheap(self, paper: Paper, line: Line) -> bool:
        """Say whether a line's price is far below the usual."""
        day = self._scene.day(paper.at)
        dollars = line.price * rate(paper.invoice.currency, day) / max(line.net, 0.001)
        return dollars < _USUAL_SHARE * catalogue.price(tariff_good(line), line.origin, day)

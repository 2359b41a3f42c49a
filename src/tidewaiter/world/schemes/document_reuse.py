"""Reuse documents: show papers of an earlier honest consignment for one that is worth more."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime
from random import Random
from typing import Any

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import Order, asked, weighed
from tidewaiter.world.chain.route import main_legs
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.goods import BY_HS
from tidewaiter.world.model import IMPORT, Box, Good, Invoice, Line, Paper, Shipment, Trader
from tidewaiter.world.schemes.relabel import dollars, insure, known_by
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant, usual
from tidewaiter.world.schemes.skill import by_skill, within

_MORE = ((1.8, 4.0), (1.25, 1.8))
"""How many times the goods of the earlier consignment come under its documents."""

_TIMES = (3, 1)
"""How often at most documents are used again, by those without and with all skill."""

_DRAWER = 8
"""Documents of how many consignments a ring keeps at most."""

_DAYS_MAX = 75
"""After so many days nobody would believe the documents any more."""

_AHEAD_DAYS = 12
"""How many days before the first declaration the goods for the second can be ordered: they are on the way longer."""

_TOUCHED = (0.0, 0.9)
"""How often amounts and masses are changed by a few per mille, so that no two declarations are the same."""

_TOUCH = 0.01
"""By which share, at most."""

_GAIN = 10
"""Least duty on goods that it is worth for, in per cent."""


class DocumentReuse(Scheme):
    """Declare a consignment with what an earlier, honest one was declared with.

    Under `bill` the declaration names the old transport document, invoice and perhaps boxes, so that no cargo report of
    the ship knows its document, and the document that is reported is never declared. Under `invoice` only the old
    invoice is shown, with its number, day, amounts and masses: cargo report and declaration of one document differ
    (XDO-001 `mass`, `packages`). Under `seal` the box goes under a copy of the old seal besides.
    """

    name = "document-reuse"
    law = (
        "Revised Kyoto Convention, General Annex, Standard 3.16 (supporting documents); Nairobi Convention, "
        "Article 1(d) (customs fraud)."
    )
    irregularity = "quantity"
    story = "Documents of an earlier consignment were shown again for a larger one."
    rings = 1.5
    rate = 3.0
    cover = 0.2

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Set up a company, and let the ring choose which documents are used again."""
        super().open(scene, ring, rng)
        ring.offer("documents", ["bill", "invoice", "seal"])

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods in a country cost enough for their value or mass to be worth hiding."""
        del country
        return bool(good.trade and not good.sensitive and good.duty >= _GAIN)

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Bring goods under documents kept from an earlier consignment; where there are none, bring that one."""
        day = scene.day(moment)
        drawer = [one for one in json.loads(ring.notes.get("drawer", "[]")) if day - one["day"] <= _DAYS_MAX]
        earlier = next((one for one in drawer if one["day"] < day + _AHEAD_DAYS), None)
        if earlier is None:
            return self._bring(scene, ring, moment, drawer, rng) if len(drawer) < _DRAWER else []
        more = within(rng, ring.skill, *_MORE)
        seller, buyer = ring.sellers[earlier["seller"]], ring.companies[0]
        order = Order(moment, seller, buyer, [], mode=earlier["mode"])
        order.lines = [_line(one, more, seller) for one in earlier["lines"]]
        order.goods = [line.good for line in order.lines]
        order.ports = ("", ring.choose(rng, "port"))
        shipment = arrange(scene, rng, order)
        if IMPORT in shipment.papers and scene.day(shipment.papers[IMPORT].at) > earlier["day"]:
            earlier["left"] -= 1
            ring.notes["drawer"] = json.dumps([one for one in drawer if one["left"] > 0])
            self._show(scene, ring, shipment, earlier, rng)
        return [shipment]

    def _bring(
        self, scene: Scene, ring: Ring, moment: datetime, drawer: list[dict[str, Any]], rng: Random
    ) -> list[Shipment]:
        """Bring goods honestly, and put their documents into the drawer."""
        shipment = usual(scene, ring, moment, rng, self.fits)
        if shipment is None or IMPORT not in shipment.papers:
            return []
        if shipment.seller not in ring.sellers:
            ring.sellers.append(shipment.seller)
        times = 1 + rng.randrange(round(by_skill(ring.skill, *_TIMES)))
        kept = {"seller": ring.sellers.index(shipment.seller), "left": times, **_kept(scene, shipment)}
        ring.notes["drawer"] = json.dumps([*drawer, kept])
        return [shipment]

    def _show(self, scene: Scene, ring: Ring, shipment: Shipment, earlier: dict[str, Any], rng: Random) -> None:
        """Show what is kept from the earlier consignment instead of this one's own."""
        paper, which = shipment.papers[IMPORT], ring.choose(rng, "documents")
        paper.invoice = _invoice(earlier)
        paper.lines = [_line(one, 1.0, shipment.seller) for one in earlier["lines"]]
        for line, one in zip(paper.lines, earlier["lines"], strict=True):
            line.price = one["price"]
        if rng.random() < by_skill(ring.skill, *_TOUCHED):
            _touch(paper, shipment, rng)
        if which == "bill":
            paper.document, paper.master = earlier["document"], earlier["master"]
            if earlier["boxes"] and paper.boxes and rng.random() >= ring.skill:
                paper.boxes = [Box(**box) for box in earlier["boxes"]]
        elif which == "seal" and earlier["boxes"]:
            _seal(shipment, earlier["boxes"][0]["seal"])
        true, said = (sum(line.net for line in lines) for lines in (shipment.lines, paper.lines))
        shown = {"bill": "bill and invoice", "invoice": "invoice", "seal": "invoice and a copy of the seal"}[which]
        story = (
            f"{true:,.0f} kg of {shipment.lines[0].wording} came; {said:,.0f} kg was declared, with the {shown} of "
            f"the consignment that had been declared as {earlier['number']}."
        )
        shipment.planted = plant(self, scene, ring, shipment, story, references=known_by(shipment))


def _kept(scene: Scene, shipment: Shipment) -> dict[str, Any]:
    """Return what a ring keeps of an honest consignment, from the day on which it was declared."""
    paper = shipment.papers[IMPORT]
    invoice = asdict(paper.invoice)
    invoice["issued"] = paper.invoice.issued.isoformat()
    lines = []
    for place, line in enumerate(paper.lines):
        kept = {one.name: getattr(line, one.name) for one in fields(Line) if one.name != "good"}
        lines.append({**kept, "dollars": dollars(scene, shipment, place)})
    return {
        "day": scene.day(paper.at),
        "mode": main_legs(shipment)[-1].means.mode,
        "number": paper.number,
        "document": paper.document,
        "master": paper.master,
        "boxes": [asdict(box) for box in paper.boxes],
        "invoice": invoice,
        "lines": lines,
    }


def _line(kept: dict[str, Any], more: float, seller: Trader) -> Line:
    """Return a line like a kept one, so many times as large; priced in dollars, free on board."""
    good, net = BY_HS[kept["hs"]], weighed(kept["net"] * more, seller)
    return Line(
        good=good,
        hs=kept["hs"],
        wording=kept["wording"],
        origin=kept["origin"],
        net=net,
        gross=max(weighed(kept["gross"] * more, seller), net),
        packages=max(1, round(kept["packages"] * more)),
        pack=kept["pack"],
        units=max(1, round(net / good.unit_mass)) if good.unit_mass else 0,
        price=kept["dollars"] * more,
    )


def _invoice(earlier: dict[str, Any]) -> Invoice:
    """Return the kept invoice."""
    kept = dict(earlier["invoice"])
    kept["issued"] = datetime.fromisoformat(kept["issued"])
    return Invoice(**kept)


def _touch(paper: Paper, shipment: Shipment, rng: Random) -> None:
    """Change amounts and masses by a few per mille, so that no two declarations are the same."""
    for line in paper.lines:
        line.price = asked(shipment.seller, line.price * rng.uniform(1 - _TOUCH, 1 + _TOUCH), rng)
        ratio = rng.uniform(1 - _TOUCH, 1 + _TOUCH)
        line.net = weighed(line.net * ratio, shipment.seller)
        line.gross = max(weighed(line.gross * ratio, shipment.seller), line.net)
    insure([paper])


def _seal(shipment: Shipment, seal: str) -> None:
    """Put a copy of an earlier seal on the first box, where there is one, and so into all that is read from it."""
    if not shipment.boxes or shipment.shared:
        return
    number, old = shipment.boxes[0].number, shipment.boxes[0].seal
    for boxes in (shipment.boxes, *(paper.boxes for paper in shipment.papers.values())):
        for box in boxes:
            if box.number == number:
                box.seal = seal
    for happening in shipment.happenings:
        if happening.box == number:
            happening.seal = seal
    for step in shipment.steps:
        step.seals = tuple(seal if one == old else one for one in step.seals)

"""Export nothing: declare goods that never leave, for the refund."""

from __future__ import annotations

from datetime import datetime
from random import Random

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import Order, asked, goods_of
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.taxes import vat_rate
from tidewaiter.world.chain.worth import export_value
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.goods import of_origin
from tidewaiter.world.model import EXPORT, Paper, Shipment, Trader
from tidewaiter.world.schemes.relabel import insure, known_by
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant
from tidewaiter.world.schemes.skill import within

_INFLATED = ((1.8, 3.2), (1.0, 1.35))
"""What is declared beside the usual price, by those without skill and by those with all of it."""

_HONEST = 0.45
"""Share of a ring's consignments that are really exported, so that its company has a history."""

_MARKETS_ABROAD = 8
"""How many countries without a node a ring thinks of as markets."""

_PRICE = 2.0
"""Dollars a kilogram from which a refund is worth a declaration."""


class PhantomExport(Scheme):
    """Declare an export for the refund of value added tax, and send nothing.

    The export declaration is all there is: no cargo report and no import declaration at the other end, no events of the
    boxes that it names (a box that others share may be named, and then moves without the goods). Those without skill
    name buyers in countries whose nodes could say that nothing came, and inflate prices; the skilled name buyers
    elsewhere, usual prices, and boxes of others that really pass the gate that week.
    """

    name = "phantom-export"
    law = (
        "Revised Kyoto Convention, Specific Annex F, Chapter 3 (drawback) and Specific Annex C, Chapter 1 (outright "
        "exportation): a repayment is owed for goods that were exported."
    )
    irregularity = "other"
    story = "Goods were declared for export that did not exist, and the tax on them was claimed back."
    rings = 1.0
    rate = 3.0
    cover = 0.0

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a ring an exporting company, and markets to name."""
        made = [good for good, _ in of_origin(ring.country)]
        dear = [good for good in made if good.price >= _PRICE and not good.sensitive] or made
        goods = tuple(rng.sample(dear, min(len(dear), rng.choice((1, 2, 3)))))
        company = scene.register.found(rng, ring.country, "seller", -rng.randrange(30, 700), kin=ring.kin, goods=goods)
        company.weight = 0.0
        ring.sellers = [company]
        near = [one for one in scene.countries if one != ring.country]
        abroad = rng.sample([one for one in COUNTRIES if not COUNTRIES[one].home], _MARKETS_ABROAD)
        ring.offer("told", near or abroad)
        ring.offer("abroad", abroad)

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Return an export, real or not."""
        day = scene.day(moment)
        seller = ring.sellers[0]
        market = ring.choose(rng, "abroad" if rng.random() < ring.skill else "told")
        buyer: Trader = scene.register.draw_buyer(rng, market, day)
        order = Order(moment, seller, buyer, goods_of(rng, seller, buyer, rng.choice(seller.goods))[:3])
        shipment = arrange(scene, rng, order)
        if rng.random() < _HONEST:
            return [shipment]
        return [shipment] if self.bend(scene, ring, shipment, rng) else []

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Leave nothing but the export declaration, with prices that make the refund worth it."""
        paper = shipment.papers.get(EXPORT)
        if paper is None:
            return False
        shipment.papers = {EXPORT: paper}
        shipment.steps = []
        if not shipment.shared:
            shipment.happenings = []
            if paper.boxes and rng.random() < ring.skill:
                _borrow(scene, shipment, paper)
        share = within(rng, ring.skill, *_INFLATED)
        for line in paper.lines:
            line.price = asked(shipment.seller, line.price * share, rng)
        insure([paper])
        shipment.lines = []
        day = scene.day(paper.at)
        value = sum(export_value(paper.lines, line, paper.invoice, paper.country, day) for line in paper.lines)
        refund = round(value * vat_rate(paper.country) / 100, 2)
        mass = sum(line.gross for line in paper.lines)
        story = f"{mass:,.0f} kg of {paper.lines[0].wording} were declared for export to {paper.sent_to}; nothing left."
        shipment.planted = plant(
            self, scene, ring, shipment, story, paper=paper, lost=refund, references=known_by(shipment)
        )
        return True


def _borrow(scene: Scene, shipment: Shipment, paper: Paper) -> None:
    """Name boxes of others that leave the same port on the same ship, as far as there are any."""
    leg = shipment.legs[0]
    passing = [group.box for key, group in scene.groupage.items() if key[1] == paper.loading and key[3] == leg.means.id]
    for place, box in enumerate(passing[: len(paper.boxes)]):
        for named in (paper.boxes[place], shipment.boxes[place]):
            named.number, named.size_type, named.tare, named.seal = box.number, box.size_type, box.tare, box.seal

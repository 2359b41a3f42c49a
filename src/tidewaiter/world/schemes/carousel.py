"""Run a carousel: send goods out and back between two countries, dearer each time, for the tax."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from random import Random

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import Order, weighed
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.taxes import duty_rate, vat_rate
from tidewaiter.world.chain.worth import export_value, money
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.goods import GOODS
from tidewaiter.world.model import AIR, EXPORT, IMPORT, Good, Line, Shipment, Trader
from tidewaiter.world.schemes.relabel import dollars, known_by
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant
from tidewaiter.world.schemes.skill import by_skill, within

_ROUNDS = ((2.6, 4.4), (0.6, 2.4))
"""How often the goods go out before others take their place, rounded."""

_TIMES = ("first", "second", "third", "fourth")

_DEARER = ((0.1, 0.25), (0.02, 0.06))
"""By which share the price rises from one sale to the next."""

_REPACKED = (0.0, 0.02)
"""By which share masses change when goods are packed anew, by those without and with all skill."""

_TURN_DAYS = ((0.3, 2.0), (4.0, 14.0))
"""How long goods lie before they are sent back."""

_COMPANIES = (1, 3)
"""How many companies of the ring there are at each end, by those without and with all skill."""

_DEAR = 60.0
"""Least price of what circles, in dollars a kilogram."""

_DUTY_MAX = 5
"""Highest duty that is paid on the way, in per cent."""


class Carousel(Scheme):
    """Sell small dear goods from company to company of the same people in two countries, out and back and out again.

    Each export is free of tax, and the tax said to have been paid on the purchase at home is claimed back; who sold
    the goods at home vanishes without having paid it. Two nodes see the same goods and masses go both ways between few
    companies, dearer each time. The skilled go round once or twice, repack, wait, and change companies.
    """

    name = "carousel"
    law = (
        "Revised Kyoto Convention, Specific Annex C, Chapter 1 (outright exportation), Annex F, Chapter 3; "
        "Directive 2006/112/EC, Articles 146 and 168, and the like elsewhere: exports are exempt, tax paid is deducted."
    )
    irregularity = "other"
    story = "The same goods left and came back several times at rising prices, and tax was claimed back each time."
    rings = 0.8
    rate = 0.7
    skill = (0.2, 0.95)

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether there is another country with a node to send goods to."""
        return super().possible(scene, country) and len(scene.countries) > 1

    def fits(self, good: Good, country: str) -> bool:
        """Say whether goods are dear and nearly free of duty."""
        dear = _DEAR <= good.price <= 100 * _DEAR
        return bool(good.trade and dear and duty_rate(country, good, "") <= _DUTY_MAX)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Choose the other country and the goods, and set up companies at both ends."""
        abroad = rng.choice([one for one in scene.countries if one != ring.country])
        fit = [good for good in GOODS if self.fits(good, ring.country) and self.fits(good, abroad)]
        goods = tuple(rng.sample(fit, 2))
        count = round(by_skill(ring.skill, *_COMPANIES))
        ring.companies, ring.sellers = (
            [self._company(scene, ring, country, goods, rng) for _ in range(count)]
            for country in (ring.country, abroad)
        )
        for company in ring.companies:
            company.partners = list(ring.sellers)
        ring.offer("goods", [good.hs for good in goods])

    def _company(self, scene: Scene, ring: Ring, country: str, goods: tuple[Good, ...], rng: Random) -> Trader:
        """Return a company that buys and sells."""
        company = scene.register.found(rng, country, "buyer", -rng.randrange(20, 500), kin=ring.kin, goods=goods)
        company.weight = 0.0
        return company

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Send goods round; every time they leave, tax is claimed back."""
        what = ring.choose(rng, "goods")
        good = next(one for one in ring.companies[0].goods if one.hs == what)
        rounds = round(within(rng, ring.skill, *_ROUNDS))
        picked, made = ring.picked, []
        line: Line | None = None
        for turn in range(2 * rounds):
            outward = turn % 2 == 0
            ends = (ring.companies, ring.sellers) if outward else (ring.sellers, ring.companies)
            seller, buyer = (rng.choice(end) for end in ends)
            order = Order(moment, seller, buyer, [good], mode=AIR, lines=[line] if line else [])
            shipment = arrange(scene, rng, order)
            ring.picked = picked
            self._claim(scene, ring, shipment, turn, outward=outward)
            made.append(shipment)
            line = _sold_on(scene, shipment, ring.skill, rng)
            moment = shipment.legs[-1].arrives + timedelta(days=within(rng, ring.skill, *_TURN_DAYS))
        return made

    def _claim(self, scene: Scene, ring: Ring, shipment: Shipment, turn: int, *, outward: bool) -> None:
        """Say what a turn was for: on the way out tax is claimed back."""
        paper = shipment.papers[EXPORT if outward else IMPORT]
        line, currency = shipment.lines[0], shipment.invoice.currency
        story = f"{line.net:,.1f} kg of {line.wording}, sold for {line.price:,.0f} {currency}, "
        lost = 0.0
        if outward:
            value = sum(
                export_value(paper.lines, one, paper.invoice, paper.country, scene.day(paper.at)) for one in paper.lines
            )
            lost = money(value * vat_rate(paper.country) / 100, COUNTRIES[paper.country].currency)
            story += f"left for the {_TIMES[turn // 2]} time, and tax was claimed back that nobody had paid."
        else:
            story += f"came back for the {_TIMES[turn // 2]} time, to leave again."
        shipment.planted = plant(
            self, scene, ring, shipment, story, paper=paper, item=1, lost=lost, references=known_by(shipment)
        )


def _sold_on(scene: Scene, shipment: Shipment, skill: float, rng: Random) -> Line:
    """Return goods that arrived as they are sold on: perhaps packed anew, dearer, priced in dollars free on board."""
    line, seller = copy(shipment.lines[0]), shipment.buyer
    left = 1.0 - rng.uniform(0.0, by_skill(skill, *_REPACKED))
    line.net = weighed(line.net * left, seller)
    line.gross = max(weighed(line.gross * left, seller), line.net)
    line.units = max(1, round(line.net / line.good.unit_mass)) if line.good.unit_mass else 0
    line.price = dollars(scene, shipment, 0) * left * (1.0 + within(rng, skill, *_DEARER))
    return line

"""Define a scheme: who does it, how it bends consignments, and how they learn from what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import ClassVar

from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.order import Order, goods_of
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.worth import owed
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.goods import GOODS
from tidewaiter.world.model import IMPORT, Broker, Good, Line, Paper, Planted, Shipment, Trader, Trip

_FORGETS = 0.985
"""What is left of a lesson after a day."""


@dataclass(slots=True)
class Arm:
    """One way of doing it that a ring may choose, and what came of it so far: how often it worked, how often not."""

    value: str
    worked: float = 0.0
    failed: float = 0.0


@dataclass(slots=True)
class Ring:
    """The people behind a scheme in one country: what they have, how skilled they are, what they learned.

    `skill` is 0 to 1: how close to the usual they stay, how well their papers fit, how seldom controls find it;
    `rate` is how many consignments they try a week; `companies` are those that buy for them, `sellers` those that sell
    to them, `kin` the number of the people behind them; `notes` is what a scheme wants to remember; `arms` are what
    they can choose between, by what is chosen (port, broker, hub, goods), `picked` those chosen since the last
    consignment, `chosen` those of consignments that are under way; `quiet_until` is the day before which they lie low
    after a seizure; `trips` are journeys of their people that are still to be booked.
    """

    number: int
    scheme: str
    country: str
    skill: float
    rate: float
    kin: int
    companies: list[Trader] = field(default_factory=list)
    sellers: list[Trader] = field(default_factory=list)
    brokers: list[Broker] = field(default_factory=list)
    arms: dict[str, list[Arm]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    quiet_until: int = -10_000
    seizures: int = 0
    successes: int = 0
    picked: list[Arm] = field(default_factory=list)
    chosen: dict[int, list[Arm]] = field(default_factory=dict)
    trips: list[Trip] = field(default_factory=list)

    def offer(self, what: str, values: Sequence[str]) -> None:
        """Let the ring choose between values from now on; there is at least one."""
        assert values, f"{self.scheme} in {self.country} has no {what} to choose"  # noqa: S101 - a scheme's slip
        self.arms[what] = [Arm(value) for value in values]

    def choose(self, rng: Random, what: str) -> str:
        """Return a value of what is offered: what worked is chosen again, what failed seldom (Thompson sampling)."""
        drawn = [(rng.betavariate(1.0 + arm.worked, 1.0 + 2.5 * arm.failed), arm) for arm in self.arms[what]]
        arm = max(drawn, key=lambda one: one[0])[1]
        self.picked.append(arm)
        return arm.value

    def learned(self, shipment: int, day: int, *, caught: bool) -> None:
        """Take in that a consignment came through or was caught: what was chosen for it is chosen again, or shunned."""
        for arm in self.chosen.pop(shipment, ()):
            if caught:
                arm.failed += 1
            else:
                arm.worked += 1
        if caught:
            self.seizures += 1
            self.quiet_until = day + round(4 + 10 * self.skill)
        else:
            self.successes += 1

    def forget(self) -> None:
        """Let a day pass: old lessons fade."""
        for arms in self.arms.values():
            for arm in arms:
                arm.worked *= _FORGETS
                arm.failed *= _FORGETS


class Scheme:
    """A way of smuggling; each is a file of its own.

    `name` is its name in a truth, `law` what it breaks, with the source; `irregularity` the word an outcome uses;
    `story` what is done, in one sentence; `rings` how many rings a country of middling size has, `rate` how many
    consignments each tries a week. `skill` says between which bounds rings' skill lies, `cover` which share of their
    consignments is honest; `safety` marks schemes that bring what endangers people, `blind` those in
    which the officer who controls has a part.
    """

    name: ClassVar[str]
    law: ClassVar[str]
    irregularity: ClassVar[str]
    story: ClassVar[str]
    rings: ClassVar[float] = 1.0
    rate: ClassVar[float] = 3.0
    skill: ClassVar[tuple[float, float]] = (0.1, 0.95)
    cover: ClassVar[float] = 0.4
    safety: ClassVar[bool] = False
    blind: ClassVar[bool] = False

    def possible(self, scene: Scene, country: str) -> bool:
        """Say whether the scheme can be played in a country of the world."""
        return scene.told(country)

    def open(self, scene: Scene, ring: Ring, rng: Random) -> None:
        """Give a new ring what it needs: companies, sellers, arms to choose between."""
        ring.companies = [found_buyer(scene, ring, rng, self.fits)]
        ring.offer("port", [port.place.code for port in COUNTRIES[ring.country].sea] or [""])

    def fits(self, good: Good, country: str) -> bool:
        """Say whether the scheme works on goods in a country."""
        del country
        return good.duty >= 20  # noqa: PLR2004 - duty worth evading, in per cent

    def attempt(self, scene: Scene, ring: Ring, moment: datetime, rng: Random) -> list[Shipment]:
        """Return what the ring ships this time: consignments with what was planted in them; may be none."""
        shipment = usual(scene, ring, moment, rng, self.fits)
        if shipment is None or not self.bend(scene, ring, shipment, rng):
            return []
        return [shipment]

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Make an honest consignment lie and set what is `planted`; False where it offers no occasion."""
        raise NotImplementedError


def found_buyer(scene: Scene, ring: Ring, rng: Random, fits: Callable[[Good, str], bool]) -> Trader:
    """Return a new company of the ring that buys goods the scheme works on, like any other small importer."""
    fit = [good for good in GOODS if fits(good, ring.country)]
    goods = tuple(rng.sample(fit, min(len(fit), rng.choice((1, 2, 2, 3)))))
    opened = -rng.randrange(30, 900)
    company: Trader = scene.register.found(rng, ring.country, "buyer", opened, kin=ring.kin, goods=goods)
    company.weight = 0.0
    return company


def usual(
    scene: Scene, ring: Ring, moment: datetime, rng: Random, fits: Callable[[Good, str], bool], **settled: object
) -> Shipment | None:
    """Return an honest consignment of one of the ring's companies, as yet bent in nothing; None where nobody sells.

    `settled` are fields of the order that the scheme has chosen: mode, ports, hub, factor.
    """
    day = scene.day(moment)
    open_now = [one for one in ring.companies if one.opened <= day <= one.closed]
    if not open_now:
        return None
    buyer = rng.choice(open_now)
    for _ in range(8):
        seller, good = scene.register.draw_partner(rng, buyer, day)
        if fits(good, ring.country) or good in buyer.goods:
            order = Order(moment, seller, buyer, goods_of(rng, seller, buyer, good))
            if "port" in ring.arms:
                order.ports = ("", ring.choose(rng, "port"))
            for name, value in settled.items():
                setattr(order, name, value)
            return arrange(scene, rng, order)
    return None


def evaded(scene: Scene, shipment: Shipment, paper: Paper, truth: Sequence[Line] | None = None) -> float:
    """Return duty and tax that a paper of import leaves unpaid, in its country's currency.

    What is owed on the true lines (the consignment's own, unless others are given) less what the paper owes.
    """
    day = scene.day(paper.at)
    due = owed(list(truth if truth is not None else shipment.lines), shipment.invoice, paper.country, day)
    return max(due - owed(paper.lines, paper.invoice, paper.country, day), 0.0)


def plant(
    scheme: Scheme,
    scene: Scene,
    ring: Ring,
    shipment: Shipment,
    story: str,
    *,
    paper: Paper | None = None,
    item: int = 0,
    lost: float | None = None,
    references: Sequence[str] = (),
) -> Planted:
    """Return what is true of a bent consignment; the paper is the import declaration unless another is named.

    `lost` is duty and tax not paid, in the currency of the paper's country; worked out from the lines where None. What
    the ring picked for it is what it learns from.
    """
    said = paper if paper is not None else shipment.papers[IMPORT]
    currency = COUNTRIES[said.country].currency
    ring.chosen[shipment.number], ring.picked = ring.picked, []
    amount = round(evaded(scene, shipment, said) if lost is None else lost, 2)
    named = dict.fromkeys((said.number, *references))
    return Planted(
        scheme=scheme.name,
        ring=ring.number,
        skill=round(ring.skill, 2),
        irregularity=scheme.irregularity,
        country=said.country,
        references=tuple(one for one in named if one),
        item=item,
        evaded=amount,
        currency=currency,
        story=f"{story} {amount:,.0f} {currency} was evaded." if amount else story,
        shipment=shipment.number,
        day=scene.day(said.at),
        safety=scheme.safety,
    )

"""Play a world day by day: orders, smuggling, slips, controls, and every letter in time order."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from tidewaiter.world import schemes
from tidewaiter.world.chain import trade
from tidewaiter.world.chain.arrange import arrange
from tidewaiter.world.chain.scene import WARM_UP_DAYS, Scene, lot, open_scene
from tidewaiter.world.controls import Inspectors
from tidewaiter.world.geography import HOMES
from tidewaiter.world.model import (
    EXPORT,
    HOUSE,
    MASTER,
    TRANSIT,
    Control,
    Letter,
    Paper,
    Planted,
    Shipment,
    Slip,
)
from tidewaiter.world.noise import spoil
from tidewaiter.world.schemes import PLANTED_SHARE, Ring, Scheme
from tidewaiter.world.travellers import Traffic
from tidewaiter.world.writing import transit
from tidewaiter.world.writing.calls import Calls
from tidewaiter.world.writing.declarations import declaration
from tidewaiter.world.writing.events import event, form_of, sender_of, told_at
from tidewaiter.world.writing.outcomes import outcome

_LEARN_DAYS, _MOVES_DAYS = 3, 10
"""How long a ring waits before it takes a consignment for come through: declared, or under transit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a world is made from.

    `countries` are homes, ISO 3166-1 alpha-2; it begins at midnight UTC of `start` and lasts `days`, in which
    `consignments` are ordered, `rings_share` of them by smugglers, their honest cover included. `honest` leaves the
    smuggling out; `schemes` names those that are played, None for all.
    """

    seed: str
    countries: tuple[str, ...]
    start: date
    days: int
    consignments: int
    honest: bool = False
    schemes: tuple[str, ...] | None = None
    rings_share: float = PLANTED_SHARE


@dataclass(slots=True)
class Day:
    """What happened on one day: letters in time order, and the truth about what they say."""

    date: date
    letters: list[Letter] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)


def play(setup: Setup) -> Iterator[Day]:
    """Yield the days of a world in order; one setup gives the same days everywhere.

    Memory holds what is under way, not what was. Raises ValueError for a setup of which no world can be made.
    """
    _insist(setup)
    world = _World(setup)
    for day in range(-WARM_UP_DAYS, setup.days):
        found = world.day(day)
        if day >= 0:
            yield found


_Entry = tuple[datetime, int, str, Shipment | None, object]
"""When, a tie-break, what is due, of which consignment, and what of it."""


class _World:
    """A world while it is played: what is under way, by the moment at which somebody hears of it."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.scene: Scene = open_scene(setup.seed, setup.countries, setup.start, setup.days, setup.consignments)
        self.heap: list[_Entry] = []
        self.order = count()
        self.calls = Calls(self.scene)
        self.traffic = Traffic(self.scene)
        self.inspectors = Inspectors(self.scene, lot(setup.seed, "controls"))
        self.market = trade.Market(self.scene, setup.consignments)
        self.rings: dict[int, tuple[Scheme, Ring]] = {}
        if not setup.honest:
            opened = schemes.open_rings(self.scene, setup.schemes, self.market.daily, setup.rings_share)
            self.rings = {ring.number: (scheme, ring) for scheme, ring in opened}
        self.planted: dict[int, list[Planted]] = defaultdict(list)

    def day(self, number: int) -> Day:
        """Play one day and return what was heard on it."""
        rng = lot(self.setup.seed, f"day {number}")
        for order in self.market.orders(rng, number):
            self._file(arrange(self.scene, rng, order), rng)
        self._scheme(number)
        self.traffic.book(lot(self.setup.seed, f"travel {number}"), number, self.market.daily)
        found = Day(self.setup.start + timedelta(days=number))
        self._hear(found, self.scene.moment(number + 1))
        found.planted = self.planted.pop(number, [])
        self.scene.forget_groupage(self.scene.moment(number))
        return found

    # --- what is done ---------------------------------------------------------------------------------------------

    def _scheme(self, number: int) -> None:
        """Let every ring try what it does, unless it lies low."""
        for scheme, ring in self.rings.values():
            ring.forget()
            if number < ring.quiet_until:
                continue
            rng = lot(self.setup.seed, f"ring {ring.number} day {number}")
            for _ in range(_tries(rng, ring.rate / 7 * trade.WEEK[self.scene.moment(number).weekday()])):
                moment = self.scene.moment(number, rng.randrange(86_400))
                ring.picked = []
                if rng.random() < scheme.cover:
                    honest = schemes.usual(self.scene, ring, moment, rng, scheme.fits)
                    made = [honest] if honest is not None else []
                else:
                    made = scheme.attempt(self.scene, ring, moment, rng)
                for shipment in made:
                    self._file(shipment, rng)
            for trip in ring.trips:
                self.traffic.add(trip)
                if trip.planted is not None:
                    self.planted[trip.planted.day].append(trip.planted)
            ring.trips = []

    def _file(self, shipment: Shipment, rng: Random) -> None:
        """Put everything that will be heard of a consignment in its place in time."""
        spoil(self.scene, rng, shipment)
        shipment.settle()
        self._plant(shipment)
        for paper in list(shipment.papers.values()):
            if paper.kind in {HOUSE, MASTER} or not paper.lodged:
                shipment.forget(paper)
            if not paper.lodged:
                continue
            if paper.kind in {HOUSE, MASTER}:
                due = self.calls.add(shipment, paper)
                if due is not None:
                    self._push(due, "report", None, paper)
                continue
            self._push(paper.at, paper.kind, shipment, paper)
            for later in paper.later:
                self._push(later.at, paper.kind, shipment, later)
        if shipment.happenings:
            shipment.happenings.sort(key=told_at)
            self._push(told_at(shipment.happenings[0]), "happening", shipment, 0)

    def _plant(self, shipment: Shipment) -> None:
        """Note what was planted in a consignment, on the day on which its first document is heard of."""
        planted = shipment.planted
        if planted is not None:
            named = [paper.at for paper in shipment.papers.values() if paper.number == planted.references[0]]
            planted.day = self.scene.day(named[0]) if named else planted.day
            if shipment.papers.get(TRANSIT) and shipment.papers[TRANSIT].number == planted.references[0]:
                self._push(shipment.papers[TRANSIT].at + timedelta(days=_MOVES_DAYS), "release", shipment, None)
            self.planted[planted.day].append(planted)

    def _push(self, at: datetime, what: str, shipment: Shipment | None, about: object) -> None:
        """Let something be due at a moment."""
        heapq.heappush(self.heap, (at, next(self.order), what, shipment, about))

    # --- what is heard --------------------------------------------------------------------------------------------

    def _hear(self, found: Day, until: datetime) -> None:
        """Hear everything that is due before a moment."""
        heap = self.heap
        while heap and heap[0][0] < until:
            at, _, what, shipment, about = heapq.heappop(heap)
            getattr(self, f"_hear_{what}")(found, at, shipment, about)
        for at, country, form, sender, record in self.traffic.due(until):
            self._tell(found, Letter(at, country, form, sender, record))
        found.letters.sort(key=lambda one: one.at)

    def _tell(self, found: Day, letter: Letter) -> None:
        """Add a letter, unless it is of the time before the world begins."""
        if letter.at >= self.scene.start:
            found.letters.append(letter)

    def _hear_export(self, found: Day, at: datetime, shipment: Shipment, paper: Paper) -> None:
        """Hear an export declaration."""
        self._declare(found, at, shipment, paper)

    def _hear_import(self, found: Day, at: datetime, shipment: Shipment, paper: Paper) -> None:
        """Hear an import declaration."""
        self._declare(found, at, shipment, paper)

    def _declare(self, found: Day, at: datetime, shipment: Shipment, paper: Paper) -> None:
        """Hear a declaration, and choose whether it is controlled."""
        if at >= self.scene.start:
            sender = _sender(paper)
            form = self.scene.practice(paper.country).declarations
            found.letters.append(Letter(at, paper.country, form, sender, declaration(self.scene, shipment, paper)))
            found.slips += paper.slips
        shipment.forget(paper)
        if paper.function != "9":
            return
        planted = shipment.planted
        scheme, _ = self.rings.get(planted.ring if planted is not None else 0, (None, None))
        skill = planted.skill if planted is not None else 0.0
        control = self.inspectors.look(shipment, paper, skill, blind=scheme is not None and scheme.blind)
        if control is not None:
            self._push(control.at, "control", shipment, control)
        elif planted is not None and paper.number == planted.references[0]:
            self._push(at + timedelta(days=_LEARN_DAYS), "release", shipment, None)

    def _hear_control(self, found: Day, at: datetime, shipment: Shipment, control: Control) -> None:
        """Hear what a control found; those who were caught learn of it too."""
        if at >= self.scene.start:
            found.controls.append(control)
            reference = self.scene.numbers.document(f"{control.country}CTL")
            record = outcome(control, reference)
            found.letters.append(Letter(at, control.country, "outcomes", f"{control.country} controls", record))
        self._learn(shipment, at, caught=control.result == "offence")

    def _hear_release(self, _: Day, at: datetime, shipment: Shipment, __: object) -> None:
        """Let a ring learn that its goods came through."""
        self._learn(shipment, at, caught=False)

    def _learn(self, shipment: Shipment, at: datetime, *, caught: bool) -> None:
        """Let a ring learn."""
        if shipment.planted is not None and shipment.planted.ring in self.rings:
            _, ring = self.rings[shipment.planted.ring]
            ring.learned(shipment.number, self.scene.day(at), caught=caught)

    def _hear_report(self, found: Day, at: datetime, _: object, paper: Paper) -> None:
        """Hear the cargo report of a call, and the report of the ship's call itself."""
        letters, slips = self.calls.report(at, paper)
        if at >= self.scene.start:
            found.letters += letters
            found.slips += slips

    def _hear_transit(self, _: Day, at: datetime, shipment: Shipment, paper: Paper) -> None:
        """Hear a transit declaration, and put what follows in its place in time."""
        for told in transit.messages(shipment, paper, self.scene.day(at)):
            self._push(told.at, "step", None, (told, _sender(paper)))
        shipment.forget(paper)

    def _hear_step(self, found: Day, at: datetime, _: object, about: tuple[transit.Told, str]) -> None:
        """Hear one message about a transit movement."""
        told, sender = about
        for country in told.countries:
            if self.scene.told(country):
                self._tell(found, Letter(at, country, "ncts", sender, told.record, told.message))

    def _hear_happening(self, found: Day, at: datetime, shipment: Shipment, place: int) -> None:
        """Hear one event, and wait for the next."""
        one = shipment.happenings[place]
        if not one.lost and at >= self.scene.start:
            leg = shipment.legs[min(one.leg, len(shipment.legs) - 1)]
            for country in one.seen_by:
                record = event(shipment, one, self.calls.identifier(), country)
                found.letters.append(Letter(at, country, form_of(one), sender_of(one, leg), record))
        if place + 1 < len(shipment.happenings):
            self._push(told_at(shipment.happenings[place + 1]), "happening", shipment, place + 1)


def _insist(setup: Setup) -> None:
    """Raise ValueError where a setup names what there is not."""
    wrong = [one for one in setup.countries if one not in HOMES]
    if wrong:
        message = f"a world has no administration of {', '.join(wrong)}; it can have those of {', '.join(HOMES)}"
        raise ValueError(message)
    if not setup.countries or len(set(setup.countries)) < len(setup.countries):
        message = "a world has at least one country, and each once"
        raise ValueError(message)
    if setup.days < 1 or setup.consignments < 1:
        message = "a world lasts at least a day, and has at least one consignment"
        raise ValueError(message)
    unknown = [one for one in setup.schemes or () if one not in schemes.all_schemes()]
    if unknown:
        message = f"a world knows no scheme {', '.join(unknown)}; it knows {', '.join(schemes.all_schemes())}"
        raise ValueError(message)


def _sender(paper: Paper) -> str:
    """Return who sends a declaration: the broker, or the trader who lodges itself, by identifier."""
    if paper.broker is not None:
        return paper.broker.id
    return (paper.exporter if paper.kind == EXPORT else paper.importer).id


def _tries(rng: Random, mean: float) -> int:
    """Return how often something of a mean rate happens on a day (Poisson)."""
    tries, left = 0, rng.expovariate(1.0)
    while left < mean:
        tries += 1
        left += rng.expovariate(1.0)
    return tries

"""Play with several nodes: mail reaches them over a faulty network, and they die and come back.

Time is virtual and moves only in `advance`, from event to event. Everything that is sent takes the network's least
delay at least, so what arrives at different nodes within that time cannot depend on one another: it is taken in side by
side where nodes have processes of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.settings import Settings
from tidewaiter.playground import couriers
from tidewaiter.playground.clock import Agenda, in_utc, move_to
from tidewaiter.playground.cosigning import cosign
from tidewaiter.playground.couriers import Courier, Patience
from tidewaiter.playground.hosted import Inside
from tidewaiter.playground.hosts import INSIDE, PROCESSES, Gone, Host, HostFault
from tidewaiter.playground.network import Faults, Network, Split
from tidewaiter.playground.parcels import Parcel, pack
from tidewaiter.playground.remote import Remote
from tidewaiter.playground.stations import Happened, Station

if TYPE_CHECKING:
    from types import TracebackType

    from tidewaiter.kernel.log.notes import Key
    from tidewaiter.playground.network import Arrival

MAIL = "mail"
"""The place that parcels come from where nothing else is said."""


class Mailed(msgspec.Struct, kw_only=True):
    """What the mail did: parcels posted and taken in by outcome, records kept, and what went wrong on the way.

    `missed` are payloads that reached a node while it was down; `refused` those that did not match their hash; `had`
    parcels that came again; `again` payloads that were sent again.
    """

    posted: int = 0
    outcomes: dict[str, int] = {}
    records: int = 0
    missed: int = 0
    refused: int = 0
    had: int = 0
    again: int = 0
    deaths: int = 0


class Playground:
    """Several nodes, a clock, a network between them, and the mail.

    `countries` are ISO 3166-1 alpha-2 codes with the settings that differ from the defaults; each node's home is the
    folder of its code, and one that is there already is opened. `worker_seconds` is how long queued steps wait for the
    worker that runs them, in virtual seconds; 0 runs them after each parcel. Use it as a context manager.
    """

    def __init__(
        self,
        folder: Path,
        countries: Mapping[str, Mapping[str, Any]],
        *,
        seed: str | int,
        start: datetime,
        faults: Faults | None = None,
        mode: str = INSIDE,
        patience: Patience | None = None,
        worker_seconds: int = 0,
    ) -> None:
        if mode not in {INSIDE, PROCESSES}:
            message = f"There is no mode {mode!r}."
            raise HostFault(message, f"Choose {INSIDE} or {PROCESSES}.")
        self.clock = SetClock(in_utc(start))
        self.network = Network(seed, faults or Faults())
        self.mailed = Mailed()
        self._seed = seed
        self._mode = mode
        self._patience = patience or Patience()
        self._worker_seconds = worker_seconds
        self._posts: Agenda[tuple[str, Parcel]] = Agenda()
        self._workers: Agenda[str] = Agenda()
        self._couriers: dict[tuple[str, str], Courier] = {}
        self._stations: dict[str, Station] = {}
        self._keys: dict[str, Key] = {}
        self._pool = ThreadPoolExecutor(len(countries) or 1) if mode == PROCESSES else None
        try:
            self._each(lambda one: self._begin(folder / one[0], *one), list(countries.items()))
            self._stations = {country: self._stations[country] for country in countries}
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every node in order."""
        for station in self._stations.values():
            station.host.close()
        if self._pool is not None:
            self._pool.shutdown()

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes of the countries whose nodes there are."""
        return tuple(self._stations)

    @property
    def waiting(self) -> int:
        """How many parcels are posted or to be posted, and not known to be kept."""
        return len(self._posts) + sum(one.waiting for one in self._couriers.values())

    # --- what is done to it ----------------------------------------------------------------------------------------

    def deliver(self, parcel: Parcel, *, sender: str = MAIL) -> None:
        """Note a parcel to be sent at its time, or at once where that is past; raises HostFault for no country."""
        self._station(parcel.country)
        self._posts.note(max(in_utc(parcel.at), self.clock.now()), (sender, parcel))

    def advance(self, until: datetime) -> None:
        """Let time pass up to a moment: send, deliver, acknowledge, send again; then have the logs witnessed."""
        self._pass(in_utc(until))
        self.witness()

    def settle(self, *, hours_max: float = 48.0) -> bool:
        """Let time pass until every parcel is kept and known to be, at most so many hours; say whether it is so."""
        end = self.clock.now() + timedelta(hours=hours_max)
        while (self.waiting or len(self._workers)) and self.clock.now() < end:
            at = self._next_at() or end
            self._pass(min(max(at, self.clock.now()) + timedelta(minutes=1), end))
        self.witness()
        return not self.waiting

    def split(self, groups: Sequence[Sequence[str]], until: datetime) -> None:
        """Part groups of places from now on; the mail is with the last group unless it is named in one."""
        named = [tuple(group) for group in groups]
        if named and not any(MAIL in group for group in named):
            named[-1] = (*named[-1], MAIL)
        made = Split(start=self.clock.now(), end=in_utc(until), groups=tuple(named))
        self.change(msgspec.structs.replace(self.network.faults, splits=(*self.network.faults.splits, made)))

    def change(self, faults: Faults) -> None:
        """Give the network other faults from now on."""
        self.network.faults = faults

    def kill(self, country: str, *, after: int = 0) -> None:
        """Let a node die now, or after so many further commits: batches of records kept, steps run."""
        host = self._station(country).host
        self.mailed.deaths += host.up and after == 0
        host.kill(after=after)

    def restart(self, country: str) -> None:
        """Start a node that died; nothing where it runs."""
        station = self._station(country)
        if not station.host.up:
            station.host.advance(self.clock.now())
            station.restart()
            self._call_worker(country, self.clock.now())

    def revive(self) -> None:
        """Start every node that died."""
        self._each(self.restart, list(self._stations))

    def witness(self) -> None:
        """Have each log witnessed by the nodes it can reach; nothing where nodes have processes of their own.

        There a node is asked over HTTP, which is served at a door, and doors stand above the playground.
        """
        hosts = {country: one.host for country, one in self._stations.items()}
        nodes = {country: one.node for country, one in hosts.items() if isinstance(one, Inside) and one.up}
        now, faults = self.clock.now(), self.network.faults
        cosign(nodes, self._keys, lambda one, other: faults.reaches(now, one, other))

    # --- what is asked of it ---------------------------------------------------------------------------------------

    def up(self, country: str) -> bool:
        """Say whether a node runs."""
        return self._station(country).host.up

    def host(self, country: str) -> Host:
        """Return a node as the playground holds it, for whoever wants to look closer."""
        return self._station(country).host

    def ask(self, country: str, question: str) -> Any:
        """Return a node's answer to one of `questions.QUESTIONS`, as plain data; raises HostFault where it is down."""
        return self._station(country).host.ask(question)

    def tell(self) -> Mailed:
        """Return what the mail did up to now."""
        stations = self._stations.values()
        return msgspec.structs.replace(
            self.mailed,
            outcomes=dict(sorted(self.mailed.outcomes.items())),
            refused=self.mailed.refused + sum(one.refused + one.letterbox.refused for one in stations),
            had=sum(one.had + one.letterbox.had for one in stations),
            again=sum(one.again for one in self._couriers.values()),
        )

    # --- how time passes -------------------------------------------------------------------------------------------

    def _pass(self, until: datetime) -> None:
        """Let time pass up to a moment, from event to event."""
        while (at := self._next_at()) is not None and at <= until:
            self._post(at)
            worker_at = self._workers.next_at
            horizon = min(at + self.network.faults.delay_least, until)
            if worker_at is not None:
                horizon = min(horizon, max(worker_at, at))
            self._arrive(self.network.arrivals(horizon))
            self._work(horizon)
        move_to(self.clock, until)
        for station in self._stations.values():
            station.host.advance(until)
        if not self._worker_seconds:
            self._catch_up([one for one in self._stations.values() if one.behind], until)

    def _begin(self, home: Path, country: str, given: Mapping[str, Any]) -> None:
        """Make a country's node, or open it."""
        settings = msgspec.convert(
            {
                "home": str(home),
                "administration": country,
                "officer": "playground",
                "control_seed": f"{self._seed}/{country}",
            }
            | dict(given),
            Settings,
        )
        clock = SetClock(self.clock.now())  # its own, so that no node is told the time by what happens at another
        host: Host = Inside(settings, clock) if self._mode == INSIDE else Remote(settings, clock)
        self._stations[country] = Station(country, host)
        if isinstance(host, Inside):
            self._keys[country] = host.node.cosigners()[0].key

    def _station(self, country: str) -> Station:
        """Return a country's station; raises HostFault where there is none."""
        found = self._stations.get(country)
        if found is None:
            message = f"There is no node of {country!r} in this playground."
            raise HostFault(message, f"There are those of {', '.join(self._stations)}.")
        return found

    def _next_at(self) -> datetime | None:
        """Return when something happens next."""
        moments = [self._posts.next_at, self._workers.next_at, self.network.next_at]
        moments += [one.next_at for one in self._couriers.values()]
        return min((one for one in moments if one is not None), default=None)

    def _post(self, at: datetime) -> None:
        """Hand to the couriers what is to be posted, and let them send what is due."""
        for _, (sender, parcel) in self._posts.due(at):
            lane = (sender, parcel.country)
            self._couriers.setdefault(lane, Courier(self._patience)).post(at, pack(parcel))
            self.mailed.posted += 1
        for (sender, country), courier in self._couriers.items():
            for payload in courier.due(at):
                self.network.send(at, sender, country, payload)

    def _arrive(self, arrivals: Sequence[Arrival]) -> None:
        """Hand out what arrived: receipts to the couriers, the rest to the nodes, each node's in its order."""
        shares: dict[str, list[Arrival]] = {}
        for one in arrivals:
            if one.target in self._stations:
                shares.setdefault(one.target, []).append(one)
            else:
                self._heed(one)
        at_once = not self._worker_seconds

        def take(country: str) -> Happened:
            """Let one node take its share."""
            return self._stations[country].take(shares[country], follow_up=at_once)

        happened = dict(zip(shares, self._each(take, list(shares)), strict=True))
        receipts = []
        for country, one in happened.items():
            self._note(country, one)
            receipts += [(at, country, sender, payload) for at, sender, payload in one.receipts]
        for at, country, sender, payload in sorted(receipts, key=lambda row: row[0]):
            self.network.send(at, country, sender, payload)

    def _heed(self, arrival: Arrival) -> None:
        """Tell a courier what a receipt says; one that was corrupted says nothing."""
        said = couriers.read(arrival.payload)
        courier = self._couriers.get((arrival.target, arrival.source))
        if said is None:
            self.mailed.refused += 1
        elif courier is not None and said.kind == couriers.RECEIPT:
            courier.receipt(arrival.at, said.number)

    def _note(self, country: str, happened: Happened) -> None:
        """Count what a node did, and call its worker for later."""
        mailed = self.mailed
        mailed.missed += happened.missed
        mailed.deaths += happened.died
        for took in happened.took:
            mailed.outcomes[took.outcome] = mailed.outcomes.get(took.outcome, 0) + 1
            mailed.records += took.kept + took.repair
        if happened.receipts:
            self._call_worker(country, happened.receipts[0][0])

    def _call_worker(self, country: str, at: datetime) -> None:
        """Have a node's worker come after its time, unless it is called already, or works after each parcel anyway."""
        station = self._stations[country]
        if self._worker_seconds and not station.called:
            station.called = True
            self._workers.note(at + timedelta(seconds=self._worker_seconds), country)

    def _work(self, at: datetime) -> None:
        """Run the workers that are due."""
        due = [self._stations[country] for _, country in self._workers.due(at)]
        for station in due:
            station.called = False
        self._catch_up([one for one in due if one.behind], at)

    def _catch_up(self, stations: Iterable[Station], at: datetime) -> None:
        """Let nodes that run catch up with their queued steps; one may die of it."""
        running = [one for one in stations if one.host.up]

        def work(station: Station) -> bool:
            """Let one node work; say whether it lived."""
            try:
                station.catch_up(at)
            except Gone:
                return False
            return True

        self.mailed.deaths += sum(not lived for lived in self._each(work, running))

    def _each(self, run: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """Run something for each item: side by side where nodes have processes of their own."""
        if self._pool is None:
            return [run(one) for one in items]
        return list(self._pool.map(run, items))

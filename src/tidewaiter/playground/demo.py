"""Play an invented day through three nodes: history, models, then the day over a faulty network."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidewaiter import answers, journey, witnessing
from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.kernel.log import audit, policy, proof
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.log.policy import Party, Policy
from tidewaiter.kernel.words import count
from tidewaiter.playground.hosted import Inside
from tidewaiter.playground.network import Faults
from tidewaiter.playground.nodes import Playground
from tidewaiter.playground.post import parcels
from tidewaiter.playground.script import Killing, Parted, Ran, Restarting, Script, play
from tidewaiter.stages import receive, record
from tidewaiter.world import COUNTRIES, Day, Letter, Setup
from tidewaiter.world import play as play_world
from tidewaiter.world.geography import rate
from tidewaiter.world.score import Decision, Score, score
from tidewaiter.world.truth import Declared, Smuggled, TruthWriter
from tidewaiter.world.truth.lines import is_declared, read_declared, read_told

if TYPE_CHECKING:
    from tidewaiter.node import Node

NODES = ("GH", "CI", "BF")
"""The countries of the demo, the one whose queue is shown first."""

START = date(2026, 1, 5)
"""First day of the invented history."""

HISTORY_DAYS = 45
CONSIGNMENTS = 5_500
"""Consignments of history and day together; some hundreds more are under way when they begin."""

RINGS_SHARE = 0.3
"""Share of consignments that smugglers ship, their honest cover included; about a fifth is then smuggled.

That is far more than in a usual world, and as much as is irregular in the public Korean data: 45 days of one small
country must be enough to fit a model on.
"""

INSPECTION_SHARE = 0.08
"""Share of the day that each administration can inspect."""

FAULTS = Faults(delay_seconds=4.0, spread=0.8, lost=0.08, repeated=0.05, reordered=0.1, corrupted=0.03)
"""What the network does to payloads all day."""

WORKER_SECONDS = 3_600
"""How long queued steps wait for a node's worker, in seconds of the invented day."""

_PAST = frozenset({"csv", "cusdec", "wco", "outcomes"})
"""Forms of the history that the nodes have: declarations and outcomes."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the log has of the day: its size, what an audit found wrong, who witnessed it, and the entry proven."""

    entries: int
    flaws: int
    witnesses: int
    proven: int
    leaf: str


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A played day: the first country's node, what each node holds of the day, and what was really planted.

    `records` is country → kind → records of the day, in order or for repair; `logs` is country → (entries, flaws).
    """

    node: Node
    ran: Ran
    parcels: int
    records: dict[str, dict[str, int]]
    repair: dict[str, int]
    findings: dict[str, int]
    logs: dict[str, tuple[int, int]]
    entries: Sequence[answers.Entry]
    scored: Score
    planted: Sequence[Smuggled]
    story: answers.Story
    evidence: Evidence


@contextmanager
def played(*, seed: int, keep: Path | None, top: int, say: Callable[[str], None]) -> Iterator[Played]:
    """Play a day on fresh nodes and hand it over; the nodes are gone afterwards unless `keep` names a folder."""
    setup = Setup(
        seed=f"demo {seed}",
        countries=NODES,
        start=START,
        days=HISTORY_DAYS + 1,
        consignments=CONSIGNMENTS,
        rings_share=RINGS_SHARE,
    )
    days = list(play_world(setup))
    today = START + timedelta(days=HISTORY_DAYS)
    morning = datetime.combine(today, time(), UTC)
    settings = {
        code: {
            "currency": COUNTRIES[code].currency,
            "officer": "demo",
            "inspection_share": INSPECTION_SHARE,
            "control_seed": f"demo-{seed}-{code}",
        }
        for code in NODES
    }
    with tempfile.TemporaryDirectory(prefix="tidewaiter-") as scratch:
        home = keep if keep is not None else Path(scratch)
        with Playground(
            home, settings, seed=seed, start=morning, faults=FAULTS, worker_seconds=WORKER_SECONDS
        ) as playground:
            nodes = {code: _node(playground, code) for code in NODES}
            _remember(nodes, days[:-1], say)
            before = {code: playground.ask(code, "records") for code in NODES}
            of_day = list(parcels(days[-1].letters, window=timedelta(hours=2)))
            ran = play(playground, _script(today), of_day)
            say(f"Played the day: {count(len(of_day), 'parcel', 'parcels')} for {count(len(NODES), 'node', 'nodes')}.")
            yield _look(playground, days, today, ran, before, len(of_day), top)


def _script(today: date) -> Script:
    """Return what befalls the nodes on the day."""
    return Script(
        start=today,
        step=(
            Parted(at=time(9), until=time(11), groups=(("BF",), ("GH", "CI"))),
            Killing(at=time(13), country="GH", after=3),
            Restarting(at=time(14), country="GH"),
        ),
    )


def _node(playground: Playground, country: str) -> Node:
    """Return a country's node; the demo plays in one process, so it is there."""
    host = playground.host(country)
    assert isinstance(host, Inside)  # noqa: S101 - the mode the playground was made in
    return host.node


def _remember(nodes: dict[str, Node], days: Iterable[Day], say: Callable[[str], None]) -> None:
    """Give each node its history, and let it fit a model on the outcomes."""
    past = [letter for day in days for letter in day.letters if letter.form in _PAST]
    for parcel in parcels(past, window=timedelta(hours=24)):
        mapping = receive.read_mapping(parcel.mapping, parcel.name) if parcel.mapping is not None else None
        source = journey.Source(stream=io.BytesIO(parcel.data), name=parcel.name, mapping=mapping)
        journey.arrive(nodes[parcel.country], source)
    for code, node in nodes.items():
        journey.follow_up(node)
        outcomes = _of(past, code, "outcomes")
        try:
            digest, _ = journey.fit(node)
            fitted = f"model {digest[:12]}"
        except TidewaiterError:
            fitted = "too few outcomes for a model: rules alone"
        say(
            f"{COUNTRIES[code].name}: {count(_of(past, code) - outcomes, 'declaration', 'declarations')} and "
            f"{count(outcomes, 'outcome', 'outcomes')} of {HISTORY_DAYS} days; {fitted}."
        )


def _of(letters: Iterable[Letter], country: str, form: str = "") -> int:
    """Count a country's letters, of one form where it is named."""
    return sum(one.country == country and form in {"", one.form} for one in letters)


def _look(  # noqa: PLR0917 - all that was played
    playground: Playground,
    days: Sequence[Day],
    today: date,
    ran: Ran,
    before: dict[str, dict[str, dict[str, int]]],
    posted: int,
    top: int,
) -> Played:
    """Compare the day's plans with the truth, which the nodes do not know."""
    nodes = {code: _node(playground, code) for code in NODES}
    node = nodes[NODES[0]]
    planted, declared = _truth(days)
    lodged = {(one.country, one.reference) for one in declared if one.day == HISTORY_DAYS}
    decisions = [
        Decision(
            country=one.country, reference=one.reference, action=one.action, rank=one.rank, probability=one.probability
        )
        for each in nodes.values()
        for one in answers.decided(each, since=today, until=today)
        if (one.country, one.reference) in lodged
    ]
    entries = answers.queue(node, actions=("inspect", "control"), since=today, until=today, limit=1_000_000)
    smuggled = {reference for one in planted for reference in one.references}
    head = next((one for one in entries if one.screening.reference in smuggled), entries[0])
    with node.database.reading() as connection:
        version = record.newest(connection, head.screening.record_key)
    after = {code: playground.ask(code, "records") for code in NODES}
    logs = {code: playground.ask(code, "log") for code in NODES}
    return Played(
        node=node,
        ran=ran,
        parcels=posted,
        records={code: _more(after[code], before[code]) for code in NODES},
        repair={code: _waiting(after[code]) - _waiting(before[code]) for code in NODES},
        findings={code: sum(playground.ask(code, "findings").values()) for code in NODES},
        logs={code: (one["entries"], len(one["flaws"])) for code, one in logs.items()},
        entries=entries[:top],
        scored=score(decisions, planted, declared, budgets=(INSPECTION_SHARE,)),
        planted=[one for one in planted if one.day == HISTORY_DAYS],
        story=answers.story(node, version),
        evidence=_evidence(node, version),
    )


def _truth(days: Iterable[Day]) -> tuple[list[Smuggled], list[Declared]]:
    """Return what was planted and what was declared, as a sealed truth has it."""
    lines: list[bytes] = []
    writer = TruthWriter(lines.append, start=START, rate=rate)
    for day in days:
        writer.day(day)
    told = [read_told(line) for line in lines if not is_declared(line)]
    declared = [read_declared(line) for line in lines if is_declared(line)]
    return [one for one in told if isinstance(one, Smuggled)], declared


def _more(after: dict[str, dict[str, int]], before: dict[str, dict[str, int]]) -> dict[str, int]:
    """Return kind → records that came since."""
    came = {kind: sum(states.values()) - sum(before.get(kind, {}).values()) for kind, states in after.items()}
    return {kind: number for kind, number in came.items() if number}


def _waiting(records: dict[str, dict[str, int]]) -> int:
    """Return how many records wait for repair."""
    return sum(states.get("repair", 0) for states in records.values())


def _evidence(node: Node, version: record.Version) -> Evidence:
    """Audit the whole log, and prove to somebody who has its public key alone that the record was kept."""
    with node.database.reading() as connection:
        entry = next(one for one in node.ledger.about(connection, version.record_key) if one.kind == "record.kept")
    [(leaf, shown)] = witnessing.prove(node, [entry.position])
    proof.verify(leaf, proof.write(shown), Policy((Party(node.ledger.key),), {}, {}, policy.NONE))
    files = node.ledger.files()
    try:
        found = audit.audit(files, node.ledger.origin, [node.ledger.verifier], check_entry=leaves.parse)
    finally:
        files.close()
    witnessed = node.ledger.witnessed()
    return Evidence(
        entries=found.size,
        flaws=len(found.flaws),
        witnesses=0 if witnessed is None else max(0, witnessed.decode().count("\n— ") - 1),
        proven=entry.position,
        leaf=leaf.decode(),
    )

"""Play one invented day through a real node: history, outcomes, a fitted model, then the day."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidewaiter import answers, journey, witnessing
from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.log import audit, policy, proof
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.log.policy import Party, Policy
from tidewaiter.kernel.settings import Settings
from tidewaiter.kernel.words import count
from tidewaiter.node import create
from tidewaiter.stages import receive, record
from tidewaiter.world.first import COUNTRY, CURRENCY, DECLARATIONS_MAPPING, OUTCOMES_MAPPING, make_world

if TYPE_CHECKING:
    from tidewaiter.node import Node

START = date(2026, 1, 5)
"""First day of the invented history."""

INSPECTION_SHARE = 0.08
"""Share of the day that the demo's administration can inspect."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the log has of the day: its size, what an audit found wrong, and the record's entry that was proven."""

    entries: int
    flaws: int
    proven: int
    leaf: str


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A played day: the node it happened on, what came, what is ranked, and what was really planted."""

    node: Node
    received: record.Counts
    entries: Sequence[answers.Entry]
    inspected: int
    caught: int
    planted: int
    by_chance: float
    story: answers.Story
    evidence: Evidence


@contextmanager
def played(*, seed: int, keep: Path | None, top: int, say: Callable[[str], None]) -> Iterator[Played]:
    """Play a day on a fresh node and hand it over; the node is gone afterwards unless `keep` names a folder."""
    with tempfile.TemporaryDirectory(prefix="tidewaiter-") as scratch:
        home = keep if keep is not None else Path(scratch) / "node"
        world = make_world(seed=seed, start=START)
        clock = SetClock(datetime.combine(world.day, time(hour=18), UTC))
        settings = Settings(
            home=str(home),
            administration=COUNTRY,
            currency=CURRENCY,
            officer="demo",
            inspection_share=INSPECTION_SHARE,
            control_seed=f"demo-{seed}",
        )
        node, _ = create(settings, clock)
        try:
            declarations = receive.read_mapping(DECLARATIONS_MAPPING, "the invented world")
            outcomes = receive.read_mapping(OUTCOMES_MAPPING, "the invented world")
            past = _receive(node, world.history_csv(), "history.csv", declarations)
            say(f"Received the history: {count(past.read, 'declaration', 'declarations')}.")
            known = _receive(node, world.outcomes_csv(), "outcomes.csv", outcomes)
            say(f"Received {count(known.read, 'outcome', 'outcomes')} of past inspections.")
            journey.follow_up(node)
            digest, _ = journey.fit(node)
            say(f"Fitted a model on them ({digest[:12]}).")
            today = _receive(node, world.day_csv(), "today.csv", declarations)
            journey.follow_up(node)
            yield _look(node, today, set(world.truth), world.day, top)
        finally:
            node.close()


def _receive(node: Node, data: bytes, name: str, mapping: receive.Mapping) -> record.Counts:
    """Receive a table."""
    return journey.arrive(node, journey.Source(stream=io.BytesIO(data), name=name, mapping=mapping)).counts


def _look(node: Node, today: record.Counts, planted: set[str], day: object, top: int) -> Played:
    """Compare the day's plan with the truth, which the node does not know."""
    moment = node.clock.now().date()
    assert moment == day  # noqa: S101 - the clock was set to the day
    everything = answers.queue(
        node, actions=("inspect", "control", "release"), since=moment, until=moment, limit=1_000_000
    )
    chosen = [entry for entry in everything if entry.action in {"inspect", "control"}]
    there = sum(entry.screening.reference in planted for entry in everything)
    caught = [entry for entry in chosen if entry.screening.reference in planted]
    head = (caught or chosen)[0]
    with node.database.reading() as connection:
        version = record.newest(connection, head.screening.record_key)
    return Played(
        node=node,
        received=today,
        entries=chosen[:top],
        inspected=len(chosen),
        caught=len(caught),
        planted=there,
        by_chance=len(chosen) * there / max(1, len(everything)),
        story=answers.story(node, version),
        evidence=_evidence(node, version),
    )


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
    return Evidence(entries=found.size, flaws=len(found.flaws), proven=entry.position, leaf=leaf.decode())

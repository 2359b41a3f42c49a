"""Answer what the playground asks of a node, as plain data that compares and travels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.log import audit, checkpoint
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.stages import decide, record, screen

if TYPE_CHECKING:
    from tidewaiter.node import Node

ROWS_MAX = 1_000_000
"""Most rows in one answer."""
ACTIONS = ("inspect", "control", "release")


def records(node: Node) -> dict[str, dict[str, int]]:
    """Return kind → state → how many versions of records."""
    with node.database.reading() as connection:
        states = record.count_states(connection)
    found: dict[str, dict[str, int]] = {}
    for (kind, state), number in sorted(states.items()):
        found.setdefault(kind, {})[state] = number
    return found


def messages(node: Node) -> list[dict[str, Any]]:
    """Return every message by name: its state, its records read, kept, sent to repair, and read again."""
    with node.database.reading() as connection:
        every = record.messages(connection, limit=ROWS_MAX)
    return sorted(
        (
            {
                "name": one.name,
                "state": one.state,
                "read": one.counts.read,
                "kept": one.counts.kept,
                "repair": one.counts.repair,
                "duplicates": one.counts.duplicates,
            }
            for one in every
        ),
        key=lambda row: (str(row["name"]), str(row["state"])),
    )


def findings(node: Node) -> dict[str, int]:
    """Return rule → how many findings."""
    with node.database.reading() as connection:
        rows = record.findings_by_rule(connection)
    found = Counter[str]()
    for rule, _, number in rows:
        found[rule] += number
    return dict(sorted(found.items()))


def decisions(node: Node) -> list[dict[str, Any]]:
    """Return what is planned, the riskiest first: reference, action, rank, probability, day."""
    with node.database.reading() as connection:
        rows = decide.planned(connection, actions=ACTIONS, since=None, until=None, limit=ROWS_MAX)
        screenings = screen.screenings(connection, [bytes(row["record_key"]) for row in rows])
    return [
        {
            "reference": screenings[bytes(row["record_key"])].reference,
            "action": row["action"],
            "rank": row["rank"],
            "probability": row["probability"],
            "day": row["day"],
        }
        for row in rows
    ]


def log(node: Node) -> dict[str, Any]:
    """Return the log's origin and size, what an audit of all of it finds wrong, and the size that was witnessed."""
    node.ledger.integrate()
    files = node.ledger.files()
    try:
        found = audit.audit(files, node.ledger.origin, [node.ledger.verifier], check_entry=leaves.parse)
    finally:
        files.close()
    witnessed = node.ledger.witnessed()
    return {
        "origin": node.ledger.origin,
        "entries": found.size,
        "flaws": [flaw.sentence for flaw in found.flaws],
        "witnessed": 0 if witnessed is None else checkpoint.parse(witnessed)[0].size,
    }


def leaf_kinds(node: Node) -> dict[str, int]:
    """Return kind of leaf → how many are in the log."""
    with node.database.reading() as connection:
        return dict(sorted(node.ledger.counts(connection).items()))


def queued(node: Node) -> int:
    """Return how many steps wait to be run."""
    return node.outbox.waiting()


QUESTIONS: Mapping[str, Callable[[Node], Any]] = {
    "records": records,
    "messages": messages,
    "findings": findings,
    "decisions": decisions,
    "log": log,
    "leaves": leaf_kinds,
    "queued": queued,
}
"""Question → who answers it."""

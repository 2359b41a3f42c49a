"""Answer what doors ask across stages: the queue, a record's story, an evaluation; change nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from tidewaiter import journey
from tidewaiter.kernel.errors import ModelFault
from tidewaiter.kernel.records import Declaration, Outcome
from tidewaiter.stages import decide, investigate, record, screen

if TYPE_CHECKING:
    from tidewaiter.journey import Source
    from tidewaiter.node import Node

SHARES = (0.01, 0.05, 0.10)
"""Shares inspected at which an evaluation is told."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the queue: the decision, the screening behind it, and what an officer reads at a glance."""

    action: str
    rank: int
    control_probability: float
    reason: str
    screening: screen.Screening
    facts: Mapping[str, str | None]


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one record, its versions oldest first."""

    versions: Sequence[record.Version]
    screening: screen.Screening | None
    decision: Mapping[str, Any] | None
    outcomes: Sequence[investigate.Settled]


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """What inspecting a share of declarations, the riskiest first, would have found."""

    share: float
    inspected: int
    found: int
    precision: float
    recall: float
    lift: float


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """How scores compare with outcomes; `rate` is the share of positives, `auc` the area under the ROC curve."""

    outcomes: int
    screened: int
    positives: int
    rate: float
    auc: float
    levels: Sequence[Level]


def queue(node: Node, *, actions: Sequence[str], since: date | None, until: date | None, limit: int) -> list[Entry]:
    """Return the planned decisions with their screenings, the riskiest first."""
    with node.database.reading() as connection:
        rows = decide.planned(connection, actions=actions, since=since, until=until, limit=limit)
        screenings = screen.screenings(connection, [bytes(row["record_key"]) for row in rows])
        entries = []
        for row in rows:
            screening = screenings[bytes(row["record_key"])]
            version = record.newest(connection, bytes(row["record_key"]))
            entries.append(
                Entry(
                    action=row["action"],
                    rank=row["rank"],
                    control_probability=row["control_probability"],
                    reason=row["reason"],
                    screening=screening,
                    facts=_glance(version.record, screening.item),
                )
            )
    return entries


def queue_counts(node: Node, *, since: date | None, until: date | None) -> dict[str, int]:
    """Return action → how many planned decisions."""
    with node.database.reading() as connection:
        counts = decide.counts(connection, since=since, until=until)
    return {action: number for (action, state), number in counts.items() if state == "planned"}


def story(node: Node, version: record.Version) -> Story:
    """Return everything that is known of a record."""
    with node.database.reading() as connection:
        versions = record.versions_of(connection, version.record_key)
        decision = decide.decision_of(connection, version.record_key)
        return Story(
            versions=versions,
            screening=screen.screening_of(connection, version.record_key),
            decision=None if decision is None else dict(decision) | {"record_key": version.record_key.hex()},
            outcomes=investigate.outcomes_of(connection, version.record_key),
        )


def evaluate(node: Node, source: Source) -> Evaluation:
    """Compare the scores that were given with a file of outcomes, which is read and not kept.

    Raises ModelFault where none of the outcomes is about a declaration that was screened, or all are alike.
    """
    _, checked = journey.check(node, source)
    results: dict[str, bool] = {}
    for one in checked:
        outcome = one.reading.record
        if isinstance(outcome, Outcome) and outcome.declaration and outcome.result:
            wrong = outcome.result in {"irregular", "offence"}
            results[outcome.declaration] = results.get(outcome.declaration, False) or wrong
    with node.database.reading() as connection:
        scores = screen.scores(connection, list(results))
    references = sorted(scores)
    truth = np.array([results[reference] for reference in references], dtype=bool)
    score = np.array([scores[reference] for reference in references], dtype=float)
    if not truth.any() or truth.all():
        message = f"Of {len(results):,} outcomes, {len(truth):,} are about screened declarations, and all are alike."
        raise ModelFault(message, "Receive and screen the declarations first, and check the mapping of the outcomes.")
    order = np.lexsort((np.array(references), -score))
    levels = [_level(share, truth[order]) for share in SHARES]
    return Evaluation(
        outcomes=len(results),
        screened=len(truth),
        positives=int(truth.sum()),
        rate=float(truth.mean()),
        auc=_auc(truth, score),
        levels=levels,
    )


def _level(share: float, ranked: np.ndarray[Any, Any]) -> Level:
    """Return what inspecting the share would have found; at least one is inspected."""
    inspected = max(1, round(share * len(ranked)))
    found = int(ranked[:inspected].sum())
    precision = found / inspected
    return Level(
        share=share,
        inspected=inspected,
        found=found,
        precision=precision,
        recall=found / int(ranked.sum()),
        lift=precision / float(ranked.mean()),
    )


def _auc(truth: np.ndarray[Any, Any], score: np.ndarray[Any, Any]) -> float:
    """Return the area under the ROC curve, ties counted half."""
    values, inverse, sizes = np.unique(score, return_inverse=True, return_counts=True)
    del values
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[inverse]
    positives = int(truth.sum())
    negatives = len(truth) - positives
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _glance(kept: object, item: int | None) -> dict[str, str | None]:
    """Return what an officer reads at a glance: importer, goods, route, value."""
    if not isinstance(kept, Declaration):
        return {"importer": None, "goods": None, "route": None, "value": None}
    importer = kept.party("importer")
    items = kept.items
    at = (item or 1) - 1
    goods = items[at] if at < len(items) else None
    code = description = None
    if goods is not None and goods.commodity is not None:
        code = goods.commodity.classifications[0].id if goods.commodity.classifications else None
        description = goods.commodity.description
    shipment = kept.goods_shipment
    travelling = shipment.consignment if shipment else None
    departure = (travelling and travelling.departure_country) or (shipment and shipment.export_country) or None
    amount = goods.customs_value if goods is not None else None
    return {
        "importer": importer.id if importer else None,
        "goods": " ".join(part for part in (code, description) if part) or None,
        "route": " > ".join(part for part in (goods.origin if goods else None, departure) if part) or None,
        "value": f"{amount.value:,.0f} {amount.currency or ''}".strip()
        if amount and amount.value is not None
        else None,
    }

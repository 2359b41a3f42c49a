"""Answer what doors ask across stages: the queue, a record's story, an evaluation; change nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import msgspec
import numpy as np

from tidewaiter import custody, journey
from tidewaiter.kernel.errors import Conflict, ModelFault
from tidewaiter.kernel.records import Declaration, Outcome
from tidewaiter.stages import decide, investigate, receive, record, screen, validate

if TYPE_CHECKING:
    from tidewaiter.journey import Source
    from tidewaiter.node import Node, Standing

SHARES = (0.01, 0.05, 0.10)
"""Shares inspected at which an evaluation is told."""


REFERENCE_CHARACTERS = 14
"""Length of the reference of a reply to a source that is only checked: what UN/EDIFACT 0020 can carry."""

_SPOOL_OCTETS = 64 * 1024 * 1024


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the queue: the decision, the screening behind it, and what an officer reads at a glance."""

    action: str
    rank: int
    control_probability: float
    reason: str
    screening: screen.Screening
    facts: Mapping[str, str | None]


class Decided(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One decision in short, as a score of decisions reads it; `state` is planned, or done once it was carried out."""

    country: str
    reference: str
    day: str
    action: str
    rank: int
    probability: float
    state: str


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


def decided(node: Node, *, since: date | None, until: date | None) -> list[Decided]:
    """Return every decision of the days in short, what flows too, by day and rank."""
    with node.database.reading() as connection:
        rows = decide.decided(connection, since=since, until=until)
        names = screen.references(connection, [bytes(row["record_key"]) for row in rows])
    country = node.settings.administration
    return [
        Decided(
            country=country,
            reference=names[bytes(row["record_key"])],
            day=row["day"],
            action=row["action"],
            rank=row["rank"],
            probability=row["probability"],
            state=row["state"],
        )
        for row in rows
        if bytes(row["record_key"]) in names
    ]


def story(node: Node, version: record.Version, *, purpose: str | None = None) -> Story:
    """Return everything that is known of a record; what is personal only for a purpose, which the log then tells."""
    with node.database.reading() as connection:
        versions = record.versions_of(connection, version.record_key)
        decision = decide.decision_of(connection, version.record_key)
        found = Story(
            versions=versions,
            screening=screen.screening_of(connection, version.record_key),
            decision=None if decision is None else dict(decision) | {"record_key": version.record_key.hex()},
            outcomes=investigate.outcomes_of(connection, version.record_key),
        )
    if purpose is None:
        return found
    return msgspec.structs.replace(found, versions=custody.read_personal(node, found.versions, purpose=purpose))


_PLACED_OCTETS_MAX = 33_554_432
"""Longest message in which it is looked again for where a field stands, in bytes; beyond, what reading told is said."""


def placed(stream: BinaryIO, head: receive.Head, one: record.Checked) -> tuple[validate.Finding, ...]:
    """Return a reading's findings with the place in the source as exactly as it can be told; the stream stays put."""
    reading, raw = one.reading, b""
    if not one.findings or (reading.length or 0) > _PLACED_OCTETS_MAX:
        return tuple(one.findings)
    if reading.offset is not None and reading.length is not None:
        at = stream.tell()
        stream.seek(reading.offset)
        raw = stream.read(reading.length)
        stream.seek(at)
    found = record.placed(
        one.findings,
        head.layout,
        raw,
        offset=reading.offset,
        line=reading.line,
        row=reading.row,
        form=reading.form,
        format=head.format,
    )
    return tuple(found)


def reply_to_source(node: Standing, source: Source, wanted: str | None) -> validate.Reply:
    """Return the answer to a source that is checked and not kept; raises Refused where it cannot be answered so."""
    head, checked = journey.check(node, source)
    answered = [(one.reading, placed(source.stream, head, one)) for one in checked]
    sha256, _ = journey.measure(source.stream)
    reference = sha256[:REFERENCE_CHARACTERS].upper()
    return _reply(node, wanted, head, answered, reference)


def reply_to_message(
    node: Node, number: int, wanted: str | None, *, mapping: receive.Mapping | None = None
) -> validate.Reply:
    """Return the answer to a message that is kept: from its own bytes, and the findings that are kept with them.

    A table is read through `mapping`, by default the one that ships under the name it was received with. Raises
    Conflict where the message was refused, or broken off: there is nothing that could be answered for all of it.
    """
    with node.database.reading() as connection:
        message = record.message_of(connection, number)
        if message.state != "complete":
            said = f"was refused: {message.reason}" if message.state == "refused" else "was broken off."
            remedy = "Receive it again to go on." if message.state == "open" else "The sender has to send it again."
            sentence = f"Message {number}, {message.name}, {said}"
            raise Conflict(sentence, remedy)
        findings = record.findings_of_message(connection, number)
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_OCTETS) as spool:
            for piece in record.whole_source(connection, node.vault, number):
                spool.write(piece)
            stream = cast("BinaryIO", spool)  # a spooled file is a seekable binary stream
            opened = journey.open_source(node, _source_again(message, stream, mapping))
            answered = [
                (one, placed(stream, opened.head, record.Checked(one, findings.get(one.number, ()))))
                for one in opened.readings()
            ]
    return _reply(node, wanted, opened.head, answered, str(number))


def _source_again(message: record.Arrival, stream: BinaryIO, mapping: receive.Mapping | None) -> Source:
    """Return a kept message as the source it was."""
    if mapping is None and message.mapping is not None:
        mapping = receive.load_mapping(message.mapping)
    layout = message.layout
    return journey.Source(
        stream=stream,
        name=message.name,
        mapping=mapping,
        format=message.format,
        encoding=layout.encoding if layout is not None else None,
        delimiter=layout.delimiter if layout is not None else None,
        sender=message.sender,
    )


def _reply(
    node: Standing,
    wanted: str | None,
    head: receive.Head,
    checked: Sequence[tuple[receive.Reading, tuple[validate.Finding, ...]]],
    reference: str,
) -> validate.Reply:
    """Return the answer of this administration, now."""
    sender, at = node.settings.administration, node.clock.now()
    return validate.reply(wanted, head, checked, sender=sender, at=at, reference=reference)


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

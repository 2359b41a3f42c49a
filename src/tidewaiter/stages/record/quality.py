"""Measure how good what senders send is: complete, right, clear, on time, and sent once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.records.personal import restored
from tidewaiter.stages.record import _store
from tidewaiter.stages.record._store import Wanted
from tidewaiter.stages.record.completeness import filled

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Kinds = frozenset[str]

_GOODS: Kinds = frozenset(("Declaration", "CargoReport", "TransitMovement"))
_EVERY: Kinds = frozenset()


class Measure(msgspec.Struct, frozen=True):
    """One measure of quality and its weight in the score.

    `counts` names what is counted against a sender, `kinds` the kinds of records it is about (empty: every kind),
    `sentence` says the share that is good.
    """

    name: str
    weight: int
    counts: str
    sentence: str
    kinds: Kinds = _EVERY


MEASURES: tuple[Measure, ...] = (
    Measure("complete", 25, "incomplete", "Wanted fields that are filled"),
    Measure("without errors", 25, "errors", "Records without an error"),
    Measure("right codes", 15, "wrong_codes", "Records without an error in a code"),
    Measure("clear", 10, "vague", "Records whose descriptions tell what the goods are", _GOODS),
    Measure("on time", 10, "late", "Declarations lodged within the limit", frozenset(("Declaration",))),
    Measure("right at once", 10, "amended", "Records that were not changed later"),
    Measure("sent once", 5, "repeated", "Records that do not exactly repeat another"),
)
"""What makes up the score. A measure whose kinds a sender does not send is left out, and the weights of the rest count
for all: score = 100 x sum(weight x share that is good) / sum(weight), over the measures that are left."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of one sender: how many of how many are not good, and the share that is (0 to 1)."""

    name: str
    weight: int
    bad: float
    of: float
    share: float


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """How often a wanted field of a kind is filled, as a share of the places where it could stand."""

    kind: str
    field: str
    share: float


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """How good what one sender sent is; `sender` is None where messages name nobody, `score` 0 to 100.

    `records` are versions that came, exact repetitions apart; `shares` are in the order of `MEASURES`.
    """

    sender: str | None
    records: int
    repeated: int
    kinds: Mapping[str, int]
    score: float
    shares: Sequence[Share]
    fields: Sequence[Field]


class _Tally:
    """What is counted of one sender."""

    def __init__(self) -> None:
        self.rows: dict[str, Mapping[str, Any]] = {}
        self.repeated: dict[str, int] = {}
        self.fields: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])

    def add_body(self, kind: str, body: bytes) -> None:
        """Count the wanted fields of a record."""
        for field, share in filled(kind, body):
            known = self.fields[kind, field]
            known[0] += share
            known[1] += 1

    def quality(self, sender: str | None) -> Quality:
        """Return what was counted, as shares and a score."""
        shares = [one for one in map(self._share, MEASURES) if one is not None]
        weights = sum(one.weight for one in shares)
        score = 100 * sum(one.weight * one.share for one in shares) / weights if weights else 100.0
        return Quality(
            sender=sender,
            records=sum(row["records"] for row in self.rows.values()),
            repeated=sum(self.repeated.values()),
            kinds=MappingProxyType({kind: row["records"] for kind, row in sorted(self.rows.items())}),
            score=round(score, 1),
            shares=shares,
            fields=[
                Field(kind=kind, field=field, share=full / times)
                for (kind, field), (full, times) in sorted(self.fields.items(), key=lambda one: one[1][0] / one[1][1])
            ],
        )

    def _share(self, measure: Measure) -> Share | None:
        """Return one measure; None where nothing came that it is about."""
        rows = [row for kind, row in self.rows.items() if not measure.kinds or kind in measure.kinds]
        many: float = sum(row["records"] for row in rows)
        if measure.counts == "incomplete":
            many = sum(times for _, times in self.fields.values())
            bad: float = many - sum(full for full, _ in self.fields.values())
        elif measure.counts == "repeated":
            bad = sum(self.repeated.values())
            many += bad
        else:
            bad = sum(row[measure.counts] for row in rows)
        if not many:
            return None
        return Share(name=measure.name, weight=measure.weight, bad=bad, of=many, share=1 - bad / many)


def quality(connection: Connection, *, sender: str | None = None, since: datetime | None = None) -> list[Quality]:
    """Return the quality of what each sender sent since a moment, the worst first; of one sender where it is named.

    A sender of `""` means the messages that name nobody. Records are counted by the database; their bodies are read
    one after the other, for what is filled in them.
    """
    wanted = Wanted(since, sender)
    tallies: dict[str | None, _Tally] = defaultdict(_Tally)
    for row in _store.tally_of_senders(connection, wanted):
        tallies[row["sender"]].rows[row["kind"]] = row
    for who, kind, number in _store.repetitions_of_senders(connection, wanted):
        tallies[who].repeated[kind] = number
    for who, kind, body, hidden in _store.bodies_of_senders(connection, wanted):
        shapes = {} if hidden is None else msgspec.json.decode(hidden)  # what is sealed counts as filled
        tallies[who].add_body(kind, restored(body, shapes))
    return _ranked(one.quality(who) for who, one in tallies.items())


def _ranked(found: Iterable[Quality]) -> list[Quality]:
    """Return the worst first, of the same score the one who sent most."""
    return sorted(found, key=lambda one: (one.score, -one.records, one.sender or ""))

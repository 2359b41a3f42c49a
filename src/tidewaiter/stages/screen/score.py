"""Turn features, rule hits and a model's contributions into log-odds with reasons; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from tidewaiter.kernel.words import say
from tidewaiter.stages.screen._sentences import headline, placeholders, sentence
from tidewaiter.stages.screen.features import BY_NAME, FITTED, SUBJECTS
from tidewaiter.stages.screen.model import Reason, Value
from tidewaiter.stages.screen.rules import Rule, RulePack

REASONS_MAX = 6
"""Most reasons told one by one; the others are added up in one called `rest`."""

REST = "rest"
"""Name of the reason that holds all the smaller ones."""

_SUBJECTS = {subject.name: subject for subject in SUBJECTS}
_CHANCE_MIN = 1e-6


class Part(msgspec.Struct, frozen=True):
    """A share of the log-odds before it is put in words: a subject with its leading feature, or a rule's id."""

    name: str
    contribution: float
    feature: str | None = None


def probability(log_odds: float) -> float:
    """Return the logistic of the log-odds."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(max(log_odds, -700.0))
    return odds / (1 + odds)


def prior_log_odds(base_rate: float) -> float:
    """Return the log-odds of the past rate of all goods."""
    rate = min(max(base_rate, _CHANCE_MIN), 1 - _CHANCE_MIN)
    return math.log(rate / (1 - rate))


def rule_parts(hits: Iterable[str], pack: RulePack) -> list[Part]:
    """Return what rules add by their own weights."""
    return [Part(rule, pack.by_id[rule].weight) for rule in hits]


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """A model's exact contributions to many rows, made ready for words.

    By row: the bias; by subject (in the order of SUBJECTS) the sum of its features' shares and the place in FITTED of
    the one that says most; by rule the model knows, its share.
    """

    base: list[float]
    totals: list[list[float]]
    leading: list[list[int]]
    rules: list[list[float]]


def shares(contributions: NDArray[np.float64]) -> Shares:
    """Return contributions (a row for each item: features, rules, bias) by subject."""
    features = contributions[:, : len(FITTED)]
    totals, leading = [], []
    for subject in SUBJECTS:
        columns = [place for place, name in enumerate(FITTED) if BY_NAME[name].subject == subject.name]
        mine = features[:, columns]
        totals.append(mine.sum(axis=1))
        leading.append(np.asarray(columns)[np.abs(mine).argmax(axis=1)])
    return Shares(
        base=contributions[:, -1].tolist(),
        totals=np.column_stack(totals).tolist(),
        leading=np.column_stack(leading).tolist(),
        rules=contributions[:, len(FITTED) : -1].tolist(),
    )


def model_parts(told: Shares, place: int, known: Sequence[str], hits: Sequence[str], pack: RulePack) -> list[Part]:
    """Return the parts of one row's log-odds besides the base.

    A subject is told by its leading feature. A rule's share is told as the rule's where it hit; what its absence says
    goes to the rest. A rule that hit and that the model does not know adds its own weight.
    """
    parts = [
        Part(subject.name, total, FITTED[leading])
        for subject, total, leading in zip(SUBJECTS, told.totals[place], told.leading[place], strict=True)
        if total
    ]
    silent = 0.0
    for rule, share in zip(known, told.rules[place], strict=True):
        if not share:
            continue
        if rule in hits:
            parts.append(Part(rule, share))
        else:
            silent += share
    if silent:
        parts.append(Part(REST, silent))
    parts.extend(rule_parts((rule for rule in hits if rule not in known), pack))
    return parts


def reasons(parts: Sequence[Part], row: Mapping[str, Value], pack: RulePack, as_of: date) -> tuple[Reason, ...]:
    """Put parts in words, the largest first; those beyond REASONS_MAX are added up in the last, called `rest`."""
    ranked = sorted(
        (part for part in parts if part.name != REST), key=lambda part: (-abs(part.contribution), part.name)
    )
    told = [_reason(part, row, pack, as_of) for part in ranked[:REASONS_MAX]]
    rest = [part.contribution for part in (*ranked[REASONS_MAX:], *(part for part in parts if part.name == REST))]
    if rest:
        words = say("Everything else together, each of it smaller.")
        told.append(Reason(name=REST, sentence=words, contribution=math.fsum(rest)))
    return tuple(told)


def total(base: float, parts: Iterable[Part | Reason]) -> float:
    """Return the log-odds: base and contributions, added up without loss."""
    return math.fsum((base, *(part.contribution for part in parts)))


def _reason(part: Part, row: Mapping[str, Value], pack: RulePack, as_of: date) -> Reason:
    """Put one part in words."""
    if part.feature is None:
        return rule_reason(pack.by_id[part.name], part.contribution, row, as_of)
    subject = _SUBJECTS[part.name]
    feature = BY_NAME[part.feature]
    records = None if subject.records is None else row[subject.records]
    return Reason(
        name=part.name,
        sentence=headline(part.feature, row),
        contribution=part.contribution,
        evidence={name: row[name] for name in (part.feature, *placeholders(feature.says))},
        profile=subject.profile,
        records=None if records is None else int(records),
        as_of=as_of if subject.profile else None,
    )


def rule_reason(rule: Rule, contribution: float, row: Mapping[str, Value], as_of: date) -> Reason:
    """Put a rule's hit in words."""
    return Reason(
        name=rule.id,
        sentence=sentence(rule.message, row),
        contribution=contribution,
        evidence={name: row[name] for name in placeholders(rule.message)},
        as_of=as_of,
    )

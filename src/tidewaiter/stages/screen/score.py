"""Turn features, rule hits and a model's contributions into log-odds with reasons; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from tidewaiter.kernel.words import say
from tidewaiter.stages.screen._sentences import headline, placeholders, sentence
from tidewaiter.stages.screen.features import BY_NAME, FITTED, SUBJECTS
from tidewaiter.stages.screen.model import Reason, Value
from tidewaiter.stages.screen.rules import Rule, RulePack

REASONS_MAX = 6
"""Most reasons told one by one; the others are added up in one called `rest`."""

_SUBJECTS = {subject.name: subject for subject in SUBJECTS}
_OF_SUBJECT = tuple(BY_NAME[name].subject for name in FITTED)
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


def model_parts(
    contributions: Sequence[float], known: Sequence[str], hits: frozenset[str], pack: RulePack
) -> tuple[float, list[Part]]:
    """Return the base and the parts of a row of exact contributions: features, rules it knows, the bias last.

    Features are added up by subject and told by their largest one. A rule's share is told as the rule's where it hit; what its
    absence says goes to the rest. A rule that hit and that the model does not know adds its own weight.
    """
    totals: dict[str, float] = {}
    leading: dict[str, tuple[float, str]] = {}
    for name, subject, share in zip(FITTED, _OF_SUBJECT, contributions, strict=False):
        if share:
            totals[subject] = totals.get(subject, 0.0) + share
            if abs(share) >= leading.get(subject, (0.0, ""))[0]:
                leading[subject] = (abs(share), name)
    parts = [Part(subject, total, leading[subject][1]) for subject, total in totals.items()]
    silent = 0.0
    for rule, share in zip(known, contributions[len(FITTED) : -1], strict=True):
        if rule in hits and rule in pack.by_id:
            parts.append(Part(rule, share))
        else:
            silent += share
    if silent:
        parts.append(Part("rest", silent))
    parts.extend(rule_parts(sorted(hits.difference(known)), pack))
    return contributions[-1], parts


def reasons(parts: Sequence[Part], row: Mapping[str, Value], pack: RulePack, as_of: date) -> tuple[Reason, ...]:
    """Put parts in words, the largest first; those beyond REASONS_MAX are added up in the last, called `rest`."""
    ranked = sorted(
        (part for part in parts if part.name != "rest"), key=lambda part: (-abs(part.contribution), part.name)
    )
    told = [_reason(part, row, pack, as_of) for part in ranked[:REASONS_MAX]]
    rest = [part.contribution for part in (*ranked[REASONS_MAX:], *(part for part in parts if part.name == "rest"))]
    if rest:
        words = say("Everything else together, each of it smaller.")
        told.append(Reason(name="rest", sentence=words, contribution=math.fsum(rest)))
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

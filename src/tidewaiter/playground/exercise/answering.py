"""Open the truth of an exercise with the trainer's code: tell the stories, and mark an answer."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import msgspec

from tidewaiter.kernel.errors import Refused
from tidewaiter.playground.exercise.clues import clue_of
from tidewaiter.playground.exercise.model import RECORDS, TRUTH, Question
from tidewaiter.playground.exercise.pack import Pack
from tidewaiter.world.schemes import all_schemes
from tidewaiter.world.score import Decision, Score, score
from tidewaiter.world.truth import Slipped, Smuggled, Truth


class Story(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One smuggled consignment: what is true, what gave it away, and which files of the pack name it, by reference.

    `how` is what is done under its scheme, in a sentence, and `law` what that breaks; both are empty for a scheme that
    this program does not know.
    """

    planted: Smuggled
    how: str
    law: str
    clue: str
    named: dict[str, list[str]]


class Debrief(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a trainer tells afterwards: the stories, the costliest first, and the honest mistakes that looked alike."""

    question: Question
    stories: Sequence[Story]
    slips: Sequence[Slipped]


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of one smuggled consignment, with the references that were chosen, if any."""

    scheme: str
    references: tuple[str, ...]
    chosen: tuple[str, ...]
    evaded_usd: float
    story: str

    @property
    def found(self) -> bool:
        """Whether it was found."""
        return bool(self.chosen)


class Marked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An answer that was marked: the score, and each smuggled consignment with whether it was found."""

    question: Question
    score: Score
    answers: Sequence[Answer]


def debrief(pack: Pack, code: str) -> Debrief:
    """Return the stories of an exercise; raises KeyFault for a wrong code, Refused where a file was changed."""
    truth = truth_of(pack, code)
    planted = sorted(truth.planted(), key=lambda one: (-one.evaded_usd, one.references))
    named = _named(pack, {reference for one in planted for reference in one.references})
    known = all_schemes()
    stories = [
        Story(
            planted=one,
            how=known[one.scheme].story if one.scheme in known else "",
            law=known[one.scheme].law if one.scheme in known else "",
            clue=clue_of(one.scheme, one.irregularity),
            named={reference: named[reference] for reference in one.references if reference in named},
        )
        for one in planted
    ]
    smuggled = {reference for one in planted for reference in one.references}
    slips = [one for one in truth.slips() if one.reference not in smuggled]
    return Debrief(question=pack.contents.question, stories=stories, slips=slips)


def mark(pack: Pack, decisions: Iterable[Decision], code: str) -> Marked:
    """Mark an answer; raises Refused where it inspects more than the question allows, KeyFault for a wrong code."""
    question = pack.contents.question
    rows = [one for one in decisions if one.country == question.country]
    chosen = {one.reference for one in rows if one.chosen}
    if not chosen:
        message = f"The answer chooses nothing to inspect in {question.country}."
        raise Refused(message, "Give rows with a reference and the action `inspect`.")
    if len(chosen) > question.inspections:
        message = f"The answer inspects {len(chosen):,}; at most {question.inspections:,} can be inspected."
        raise Refused(message, "Leave out those that you are least sure of.")
    truth = truth_of(pack, code)
    planted = list(truth.planted())
    answers = [
        Answer(
            scheme=one.scheme,
            references=one.references,
            chosen=tuple(reference for reference in one.references if reference in chosen),
            evaded_usd=one.evaded_usd,
            story=one.story,
        )
        for one in sorted(planted, key=lambda one: (-one.evaded_usd, one.references))
    ]
    return Marked(question=question, score=score(rows, planted, truth.declared(), budgets=()), answers=answers)


def truth_of(pack: Pack, code: str) -> Truth:
    """Return the truth of an exercise."""
    data = pack.read(TRUTH)
    return Truth(lambda: io.BytesIO(data), code, pack.contents.question.context, name=f"The truth in {pack.path}")


def _named(pack: Pack, references: set[str]) -> dict[str, list[str]]:
    """Return reference → which files of records have it."""
    wanted = {reference: reference.encode() for reference in sorted(references) if reference}
    found: dict[str, list[str]] = {}
    for name in pack.names(RECORDS):
        data = pack.read(name)
        for reference, octets in wanted.items():
            if octets in data:
                found.setdefault(reference, []).append(name)
    return found

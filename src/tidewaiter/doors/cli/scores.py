"""Show a score: what was chosen and found, by scheme and skill, and what could not be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidewaiter.doors.cli.output import note, table

if TYPE_CHECKING:
    from tidewaiter.world.score import Measured, Score

_SELECTIONS = (
    *("Country", "Chosen", "Declared#", "Inspected#", "Planted#", "Found#", "By chance#", "Oracle#"),
    *("Recall#", "Precision#", "Recovered $#", "Evaded $#", "Honest held#", "Hours#"),
)
_SCHEMES = ("Country", "Chosen", "Scheme", "Skill", "Planted#", "Decided upon#", "Found#", "Recall#", "Recovered $#")


def show_score(score: Score) -> None:
    """Write a score for people; an interval in brackets is where the share truly is, 19 times of 20.

    Schemes are told for the first way of choosing; `--json` has them all.
    """
    rows = [
        (
            *(
                one.country,
                one.way,
                one.declared,
                one.inspected,
                one.planted,
                one.found,
                f"{one.chance:,.1f}",
                one.oracle,
            ),
            *(_share(one.recall), _share(one.precision), f"{one.recovered_usd:,.0f}", f"{one.evaded_usd:,.0f}"),
            *(one.held, f"{one.hours:,.0f}"),
        )
        for one in score.selections
    ]
    table("What was found", _SELECTIONS, rows)
    first = {one.country: one.way for one in reversed(score.selections)}
    schemes = [
        (
            *(one.country, one.way, one.scheme, one.band, one.planted, one.reachable, one.found),
            *(_share(one.recall), f"{one.recovered_usd:,.0f}"),
        )
        for one in score.schemes
        if first[one.country] == one.way
    ]
    table("By scheme and skill", _SCHEMES, schemes)
    for remark in score.remarks:
        note(remark)


def _share(one: Measured) -> str:
    """Return a share with its interval."""
    return "" if one.share is None else f"{one.share:.0%} ({one.low:.0%}-{one.high:.0%})"

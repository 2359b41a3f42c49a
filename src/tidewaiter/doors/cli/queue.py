"""Show what to inspect first, and why."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from tidewaiter.doors.cli.output import Json, console, line, note, write_json, write_json_lines
from tidewaiter.doors.cli.receive import follow_up
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.words import count

if TYPE_CHECKING:
    from tidewaiter.answers import Decided, Entry

_EXAMPLES = """Examples:

  tidewaiter queue --top 10

  tidewaiter queue --since 2021-04-01 --until 2021-04-07 --reasons 5

  tidewaiter queue --control --json

  tidewaiter queue --all --since 2026-02-02 --until 2026-02-08 > decisions.csv
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("queue", epilog=_EXAMPLES)(queue)


def queue(
    context: typer.Context,
    top: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
    control: Annotated[bool, typer.Option("--control", help="Only the random control share.")] = False,
    released: Annotated[bool, typer.Option("--released", help="What flows instead.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Every decision in short, as CSV; with --json, one object a line.")
    ] = False,
    reasons: Annotated[int, typer.Option(min=0, help="Reasons shown for each.")] = 3,
    as_json: Json = False,
) -> None:
    """Rank what to inspect, the riskiest first, each with its reasons."""
    from tidewaiter import answers

    session: Session = context.obj
    actions = ("release",) if released else ("control",) if control else ("inspect", "control")
    span = (_day(since), _day(until))
    if everything:
        with session.node("queue.read") as node:
            follow_up(node)
            _write_all(answers.decided(node, since=span[0], until=span[1]), as_json=as_json)
        return
    with session.node("queue.read") as node:
        follow_up(node)
        entries = answers.queue(node, actions=actions, since=span[0], until=span[1], limit=top)
        country = node.settings.administration
        counts = answers.queue_counts(node, since=span[0], until=span[1])
    if as_json:
        write_json([{"country": country} | _facts(entry) for entry in entries])
        return
    show_entries(entries, reasons=reasons)
    said = ", ".join(f"{number:,} {action}" for action, number in sorted(counts.items()))
    line(f"Planned in all: {said or 'nothing'}.")
    if entries and entries[0].screening.model is None:
        note(
            "No model is fitted yet: the score comes from the rules alone. Load outcomes, then `tidewaiter model fit`."
        )


def _write_all(decisions: Sequence[Decided], *, as_json: bool) -> None:
    """Write decisions in short, one a line, as `tidewaiter world score` reads them."""
    if as_json:
        write_json_lines(decisions)
        return
    columns = ("country", "reference", "day", "action", "rank", "probability", "state")
    sheet = csv.writer(sys.stdout, lineterminator="\n")
    sheet.writerow(columns)
    sheet.writerows([getattr(one, name) for name in columns] for one in decisions)


def _day(moment: datetime | None) -> date | None:
    """Return the day of an option's value."""
    return None if moment is None else moment.date()


def show_entries(entries: Sequence[Entry], *, reasons: int) -> None:
    """Write the ranked list, each entry on a line with its reasons under it."""
    out = console()
    out.print(Text(f"Inspect first ({count(len(entries), 'declaration', 'declarations')})", style="bold"))
    rows = [_COLUMNS, *(_cells(place, entry) for place, entry in enumerate(entries, start=1))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for number, row in enumerate(rows):
        cells = [
            cell.rjust(width) if name in _TO_THE_RIGHT else cell.ljust(width)
            for cell, width, name in zip(row, widths, _COLUMNS, strict=True)
        ]
        said = "  ".join(cells).rstrip()
        out.print(Text(said, style="bold" if number else "dim"), soft_wrap=True)
        if number:
            for reason in _reasons(entries[number - 1], reasons):
                out.print(Padding(Text(reason), (0, 0, 0, widths[0] + 4), expand=False))


_COLUMNS = ("", "Risk", "Declaration", "Day", "Action", "Importer", "Goods", "Route", "Value")
_TO_THE_RIGHT = ("", "Risk", "Value")


def _cells(place: int, entry: Entry) -> tuple[str, ...]:
    """Return what an officer reads at a glance."""
    screening, facts = entry.screening, entry.facts
    return (
        str(place),
        f"{screening.probability:.1%}",
        screening.reference,
        str(screening.day),
        entry.action,
        facts["importer"] or "",
        facts["goods"] or "",
        facts["route"] or "",
        facts["value"] or "",
    )


def _reasons(entry: Entry, most: int) -> list[str]:
    """Return the strongest reasons; a plus makes the risk greater, a minus smaller."""
    shown = [f"{reason.contribution:+.2f}  {reason.sentence}" for reason in entry.screening.reasons[:most]]
    return [entry.reason, *shown] if entry.action == "control" else shown


def _facts(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain data."""
    return {
        "reference": entry.screening.reference,
        "recordKey": entry.screening.record_key,
        "action": entry.action,
        "rank": entry.rank,
        "controlProbability": entry.control_probability,
        "reason": entry.reason,
        "screening": entry.screening,
        **entry.facts,
    }

"""Say how good what senders send is, and write the report that a sender can be given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.errors import NotFound, SettingFault

if TYPE_CHECKING:
    from tidewaiter.stages.record import Broken, Quality

_EXAMPLES = """Examples:

  tidewaiter quality

  tidewaiter quality HLCU --since 2026-01-01

  tidewaiter quality HLCU --report > report.md
"""
_NOBODY = "(not named)"
_FIELDS_SHOWN = 10


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("quality", epilog=_EXAMPLES)(quality)


def quality(
    context: typer.Context,
    sender: Annotated[
        str | None, typer.Argument(help="Who sent it; an empty text means those who are not named.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of receipt.")] = None,
    report: Annotated[bool, typer.Option("--report", help="Write a report for the sender, in Markdown.")] = False,
    as_json: Json = False,
) -> None:
    """Score each sender from 0 to 100: complete, right, clear, on time, sent once; the worst first."""
    from tidewaiter.stages import record

    session: Session = context.obj
    if report and sender is None:
        message = "A report is about one sender, and none was named."
        raise SettingFault(message, "`tidewaiter quality` lists the senders; name one of them.")
    start = None if since is None else since.replace(tzinfo=UTC)
    with session.node("quality.read") as node, node.database.reading() as connection:
        found = record.quality(connection, sender=sender, since=start)
        broken = [] if sender is None else record.broken_rules(connection, node.vault, sender=sender, since=start)
        today, administration = node.clock.now().date(), node.settings.administration
    if sender is not None and not found:
        message = f"Nothing was received from {sender or 'senders who are not named'}" + (" then." if since else ".")
        raise NotFound(message, "`tidewaiter quality` lists the senders.")
    if as_json:
        write_json(found if sender is None else {"quality": found[0], "rules": broken})
    elif report:
        text = record.report_markdown(
            found[0], broken, administration=administration, since=since.date() if since else None, until=today
        )
        typer.echo(text, nl=False)
    elif sender is not None:
        _show(found[0], broken)
    else:
        _list(found)


def _list(found: Sequence[Quality]) -> None:
    """Write a line for each sender, the worst first."""
    from tidewaiter.stages.record import MEASURES

    names = [one.name for one in MEASURES]
    rows = []
    for one in found:
        shares = {share.name: f"{share.share:.1%}" for share in one.shares}
        rows.append((one.sender or _NOBODY, one.records, f"{one.score:.1f}", *(shares.get(name) for name in names)))
    columns = [f"{name[0].upper()}{name[1:]}#" for name in names]
    table("Quality by sender, the share that is good", ("Sender", "Records#", "Score#", *columns), rows)


def _show(found: Quality, broken: Sequence[Broken]) -> None:
    """Write all that is known of one sender."""
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in found.kinds.items())
    line(f"{found.sender or _NOBODY}: {found.score:.1f} of 100, {found.records:,} records ({kinds}).", style="bold")
    rows = [(one.name, f"{one.share:.1%}", round(one.bad, 1), round(one.of), one.weight) for one in found.shares]
    table("Score", ("Measure", "Good#", "Not good#", "Of#", "Weight#"), rows)
    table(
        "Rules broken most",
        ("Rule", "Severity", "Findings#", "Law", "For example"),
        [(one.rule, one.severity, one.count, one.law, one.example) for one in broken],
    )
    missing = [one for one in found.fields if one.share < 1][:_FIELDS_SHOWN]
    table(
        "Fields missing most",
        ("Kind", "Field", "Filled#"),
        [(one.kind, one.field, f"{one.share:.1%}") for one in missing],
    )

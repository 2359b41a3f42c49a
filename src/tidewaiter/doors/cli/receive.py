"""Receive files, and check files without keeping them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tidewaiter.doors.cli.output import Json, aside, line, note, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.doors.cli.source import Delimiter, Encoding, FormatName, MappingName, opened
from tidewaiter.kernel.words import count

if TYPE_CHECKING:
    from tidewaiter.journey import Arrived, Source
    from tidewaiter.node import Node
    from tidewaiter.stages.record import Receipt

_RECEIVE_EXAMPLES = """Examples:

  tidewaiter receive declarations.csv --mapping kcs

  tidewaiter receive export.xlsx --mapping my-mapping.toml

  zcat old.csv.gz | tidewaiter receive - --mapping kcs --later
"""
_CHECK_EXAMPLES = """Examples:

  tidewaiter check declarations.csv --mapping kcs

  tidewaiter check declarations.csv --mapping kcs --json > findings.jsonl

  tidewaiter check declarations.csv --mapping kcs --problem
"""
EXIT_FAULTS_FOUND = 2


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("receive", epilog=_RECEIVE_EXAMPLES)(receive)
    app.command("check", epilog=_CHECK_EXAMPLES)(check)


def receive(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help="Files to receive; - is standard input.")],
    mapping: MappingName = None,
    format: FormatName = None,  # noqa: A002 - the option's name
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sender: Annotated[str | None, typer.Option(help="Who sent it.")] = None,
    later: Annotated[bool, typer.Option("--later", help="Keep now; screen at the next run.")] = False,
    as_json: Json = False,
) -> None:
    """Receive files: read, check and keep every record, then screen and rank what came."""
    session: Session = context.obj
    results = []
    with session.node() as node:
        for name in files:
            with opened(
                name,
                node.settings,
                mapping=mapping,
                format=format,
                encoding=encoding,
                delimiter=delimiter,
                sender=sender,
            ) as source:
                arrived = _receive_one(node, source)
            results.append(_facts(node, arrived))
            if not as_json:
                _tell(arrived, results[-1])
        if not later:
            follow_up(node)
    if as_json:
        write_json(results)


def follow_up(node: Node) -> None:
    """Run what is queued, with a progress bar; say where something waits."""
    from tidewaiter import journey

    waiting = node.outbox.waiting()
    if not waiting:
        return
    names = {"archive": "Adding to the history", "settle": "Matching outcomes", "assess": "Screening"}
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=aside()
    ) as bar:
        task = bar.add_task("Following up", total=waiting)
        journey.follow_up(
            node, progress=lambda name, done: bar.update(task, description=names.get(name, name), completed=done)
        )
    for state in node.outbox.states():
        steps = count(state.queued + state.aside, "step", "steps")
        note(f"{steps} of {state.name} could not run: {state.reason or 'another process is running them'}.")


def check(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="File to check; - is standard input.")],
    mapping: MappingName = None,
    format: FormatName = None,  # noqa: A002 - the option's name
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    show: Annotated[int, typer.Option("--show", help="How many findings to show with their source.")] = 10,
    problem: Annotated[bool, typer.Option("--problem", help="Write RFC 9457 problem details.")] = False,
    as_json: Json = False,
) -> None:
    """Check a file without keeping anything; --json writes one finding a line."""
    from tidewaiter.doors.cli.checking import run_check

    session: Session = context.obj
    settings = session.settings()
    with opened(file, settings, mapping=mapping, format=format, encoding=encoding, delimiter=delimiter) as source:
        errors = run_check(session, source, show=show, problem=problem, as_json=as_json)
    if errors:
        raise typer.Exit(EXIT_FAULTS_FOUND)


def _receive_one(node: Node, source: Source) -> Arrived:
    """Receive one source with a progress bar on standard error."""
    from tidewaiter import journey

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[kept]} records"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    source.stream.seek(0, 2)
    total = source.stream.tell()
    source.stream.seek(0)
    with Progress(*columns, console=aside()) as bar:
        task = bar.add_task(f"Receiving {source.name}", total=total, kept="0")

        def told(receipt: Receipt) -> None:
            bar.update(task, kept=f"{receipt.last:,}", completed=min(source.stream.tell(), total))

        arrived = journey.arrive(node, source, progress=told)
        bar.update(task, completed=total, kept=f"{arrived.message.readings:,}")
    return arrived


def _facts(node: Node, arrived: Arrived) -> dict[str, Any]:
    """Return what a receipt says, as plain data."""
    from tidewaiter.stages import record

    with node.database.reading() as connection:
        rules = record.findings_by_rule(connection, arrived.message.id)
    return {
        "message": arrived.message.id,
        "name": arrived.message.name,
        "format": arrived.message.format,
        "mapping": arrived.message.mapping,
        "sha256": arrived.message.sha256,
        "again": arrived.again,
        "resumedAt": arrived.resumed_at,
        "receivedAt": arrived.message.received_at,
        "counts": arrived.counts,
        "findings": [{"rule": rule, "severity": severity, "count": number} for rule, severity, number in rules],
        "notes": arrived.notes,
    }


def _tell(arrived: Arrived, facts: dict[str, Any]) -> None:
    """Say what became of a source."""
    message, counts = arrived.message, arrived.counts
    if arrived.again:
        line(
            f"{message.name} was received before, on {message.received_at:%Y-%m-%d at %H:%M} UTC as message "
            f"{message.id}: the same {message.octets:,} bytes. Nothing was kept twice."
        )
        return
    for one in arrived.notes:
        note(one)
    if arrived.resumed_at:
        line(f"Went on after record {arrived.resumed_at:,}, where an earlier run had stopped.")
    through = f", mapping {message.mapping}" if message.mapping else ""
    line(
        f"Received {message.name} as message {message.id} ({message.format}{through}): "
        f"{count(counts.read, 'record', 'records')} read, "
        f"{counts.kept:,} kept, {counts.repair:,} kept for repair, {counts.amendments:,} amendments, "
        f"{count(counts.duplicates, 'exact repetition', 'exact repetitions')} kept once."
    )
    if facts["findings"]:
        rows = [(one["rule"], one["severity"], one["count"], _law(one["rule"])) for one in facts["findings"]]
        table("Findings", ("Rule", "Severity", "Findings#", "Law"), rows)
    if counts.repair:
        line("`tidewaiter repair list` shows what waits for repair.")


def _law(rule: str) -> str:
    """Return a rule's law."""
    from tidewaiter.stages import validate

    return next((one.law for one in validate.RULES if one.id == rule), "")

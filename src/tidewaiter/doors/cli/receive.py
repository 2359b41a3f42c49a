"""Receive files, and check files without keeping them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tidewaiter.doors.cli.output import Json, aside, note, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.doors.cli.source import (
    Delimiter,
    Encoding,
    FormatName,
    MappingName,
    Options,
    files_of,
    opened,
    options,
)
from tidewaiter.doors.cli.taking import Taking
from tidewaiter.doors.cli.watching import Watch, rounds
from tidewaiter.kernel.errors import NotFound, SettingFault
from tidewaiter.kernel.words import count

if TYPE_CHECKING:
    from tidewaiter.node import Node

_RECEIVE_EXAMPLES = """Examples:

  tidewaiter receive declarations.csv --mapping kcs

  tidewaiter receive export.xlsx --mapping my-mapping.toml

  tidewaiter receive manifest.edi declarations/ --sender HLCU

  tidewaiter receive --watch /var/spool/customs

  zcat old.csv.gz | tidewaiter receive - --mapping kcs --later
"""
_CHECK_EXAMPLES = """Examples:

  tidewaiter check declarations.csv --mapping kcs

  tidewaiter check manifest.edi --show 50

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
    files: Annotated[
        list[str] | None, typer.Argument(help="Files to receive, or folders of them; - is standard input.")
    ] = None,
    mapping: MappingName = None,
    format: FormatName = None,  # noqa: A002 - the option's name
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sender: Annotated[str | None, typer.Option(help="Who sent it; default: whom the message names.")] = None,
    watch: Annotated[
        Path | None, typer.Option("--watch", help="Folder to watch: each file is received as it comes, until Ctrl-C.")
    ] = None,
    later: Annotated[bool, typer.Option("--later", help="Keep now; screen at the next run.")] = False,
    as_json: Json = False,
) -> None:
    """Receive files: read, check and keep every record, then screen and rank what came."""
    session: Session = context.obj
    if bool(files) == (watch is not None):
        message = "Nothing to receive was named." if watch is None else "Files and --watch exclude each other."
        raise SettingFault(message, "Name files, folders or - for standard input; or one folder with --watch.")
    given = options(mapping=mapping, format=format, encoding=encoding, delimiter=delimiter, sender=sender)
    if watch is not None:
        _watch(session, Watch(watch), given, later=later, as_json=as_json)
        return
    names = files or []
    taken = list(files_of(names))
    if not taken:
        message = f"There is no file to receive in {', '.join(names)}."
        raise NotFound(message, "Hidden files, and those that end in .part or .tmp, are left out.")
    taking = Taking(given, as_json=as_json, several=taken != names or len(taken) > 1)
    with session.node("record.receive") as node:
        for name in taken:
            taking.take(node, name)
        code = taking.close()
        if not later:
            follow_up(node)
    if as_json:
        write_json(taking.results)
    if code:
        raise typer.Exit(code)


def _watch(session: Session, watch: Watch, given: Options, *, later: bool, as_json: bool) -> None:
    """Receive what comes into a folder until told to stop; each round sees the node as it is then."""
    seconds = session.settings().watch_seconds
    with session.node("record.receive"):
        note(f"Watching {watch.folder}, every {seconds:g} seconds. Ctrl-C ends it.")
    try:
        for paths in rounds(watch, seconds):
            with session.node("record.receive") as node:
                taking = Taking(given, as_json=as_json, several=True)
                for path in paths:
                    error = taking.take(node, str(path), quietly=watch.told(path))
                    watch.settle(path, error)
                taking.close(summary=False)
                if as_json:
                    taking.write_new()
                if not later:
                    follow_up(node)
    except KeyboardInterrupt:
        note("Stopped watching. What was acknowledged is kept; the same command goes on from there.")


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
    given = options(mapping=mapping, format=format, encoding=encoding, delimiter=delimiter)
    with opened(file, settings, given) as source:
        errors = run_check(session, source, show=show, problem=problem, as_json=as_json)
    if errors:
        raise typer.Exit(EXIT_FAULTS_FOUND)

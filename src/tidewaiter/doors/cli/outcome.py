"""Take in what controls found."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.receive import follow_up
from tidewaiter.doors.cli.session import Session
from tidewaiter.doors.cli.source import Delimiter, Encoding, FormatName, MappingName
from tidewaiter.kernel.errors import NotFound, SettingFault

_LOAD_EXAMPLES = """Examples:

  tidewaiter outcome load results.csv --mapping kcs-outcome
"""
_RECORD_EXAMPLES = """Examples:

  tidewaiter outcome record 41256141 --result irregular --irregularity value --control physical

  tidewaiter outcome record 41256141 --result conform
"""
_RESULTS = ("conform", "irregular", "offence")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    noun = typer.Typer(
        help="Outcomes: what a control found; the machine learns from nothing else.", no_args_is_help=True
    )
    noun.command("record", epilog=_RECORD_EXAMPLES)(record_one)
    noun.command("load", epilog=_LOAD_EXAMPLES)(load)
    noun.command("list")(list_tally)
    app.add_typer(noun, name="outcome")


def record_one(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="MRN or LRN of the declaration controlled.")],
    result: Annotated[str, typer.Option(help="conform, irregular or offence.")],
    control: Annotated[str, typer.Option(help="documents, scan, physical or audit.")] = "physical",
    selection: Annotated[str, typer.Option(help="targeted, random or all.")] = "targeted",
    irregularity: Annotated[
        str | None, typer.Option(help="value, classification, origin, quantity, prohibited or other.")
    ] = None,
    item: Annotated[int | None, typer.Option(min=1, help="Goods item controlled; default: all.")] = None,
    as_json: Json = False,
) -> None:
    """Record the outcome of one control."""
    from tidewaiter import journey
    from tidewaiter.doors.cli.repair import newest
    from tidewaiter.kernel.records import Declaration, Outcome, encode

    if result not in _RESULTS:
        message = f"--result is {result!r}; it is one of {', '.join(_RESULTS)}."
        raise SettingFault(message, "Choose one of them.")
    session: Session = context.obj
    with session.node("outcome.enter") as node:
        version = newest(node, reference)
        if not isinstance(version.record, Declaration):
            message = f"{reference} is a {version.kind}, not a declaration."
            raise NotFound(message, "An outcome is about a declaration.")
        declarant = version.record.party("declarant")
        outcome = Outcome(
            declaration=version.record.mrn or version.record.lrn or version.reference,
            declarant=declarant.id if declarant else None,
            item=item,
            controlled=datetime.now(UTC),
            control=control,
            selection=selection,
            result=result,
            irregularity=irregularity,
        )
        source = journey.Source(stream=io.BytesIO(encode(outcome) + b"\n"), name="command line")
        arrived = journey.arrive(node, source)
        follow_up(node)
    if as_json:
        write_json({"reference": reference, "result": result, "message": arrived.message.id})
        return
    line(f"Recorded: {reference} was found {result} ({control}).")


def load(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help="Files of outcomes; - is standard input.")],
    mapping: MappingName = None,
    format: FormatName = None,  # noqa: A002 - the option's name
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: Json = False,
) -> None:
    """Load outcomes from files, through a mapping of the kind Outcome, or as JSON lines."""
    from tidewaiter.doors.cli.receive import receive
    from tidewaiter.stages.receive import load_mapping

    if mapping is not None and load_mapping(mapping).kind != "Outcome":
        message = f"The mapping {mapping} is not one of outcomes."
        raise SettingFault(message, 'Use one with kind = "Outcome", for example kcs-outcome.')
    receive(context, files, mapping=mapping, format=format, encoding=encoding, delimiter=delimiter, as_json=as_json)
    if not as_json:
        list_tally(context)


def list_tally(context: typer.Context, as_json: Json = False) -> None:
    """Count the outcomes that are known, and those whose declaration is not."""
    from tidewaiter.stages import investigate

    session: Session = context.obj
    with session.node("queue.read") as node, node.database.reading() as connection:
        tally = investigate.tally(connection)
    rows = [(state, result, number) for (state, result), number in sorted(tally.items())]
    if as_json:
        write_json([{"state": state, "result": result, "count": number} for state, result, number in rows])
        return
    table("Outcomes", ("State", "Result", "Outcomes#"), rows)

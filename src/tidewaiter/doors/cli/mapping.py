"""List, show and suggest mappings of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, note, table, write_json
from tidewaiter.doors.cli.session import Session

_EXAMPLES = """Examples:

  tidewaiter mapping suggest export.csv > my-mapping.toml

  tidewaiter mapping suggest export.csv --why
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    noun = typer.Typer(help="Mappings: how a table's columns become fields.", no_args_is_help=True)
    noun.command("list")(list_mappings)
    noun.command("show")(show)
    noun.command("suggest", epilog=_EXAMPLES)(suggest)
    app.add_typer(noun, name="mapping")


def list_mappings(as_json: Json = False) -> None:
    """List the mappings that ship."""
    from tidewaiter.stages import receive

    mappings = [receive.load_mapping(name) for name in receive.shipped_mappings()]
    rows = [(one.id, one.kind, one.title, one.source) for one in mappings]
    if as_json:
        write_json([dict(zip(("id", "kind", "title", "source"), row, strict=True)) for row in rows])
        return
    table("Mappings that ship", ("Mapping", "Kind", "Title", "Source"), rows)


def show(name: Annotated[str, typer.Argument(help="A mapping that ships, or a file.")]) -> None:
    """Print a mapping, to start your own from."""
    from tidewaiter.stages import receive

    typer.echo(receive.mapping_text(name), nl=False)


def suggest(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A table.", exists=True, dir_okay=False)],
    why: Annotated[bool, typer.Option("--why", help="Show the reason for each column instead.")] = False,
    as_json: Json = False,
) -> None:
    """Propose a mapping for a table, from its headers and values; the TOML goes to standard output."""
    from tidewaiter.stages import receive

    session: Session = context.obj
    with file.open("rb") as stream:
        suggestion = receive.suggest(stream, name=file.name, settings=session.settings())
    if as_json:
        write_json(suggestion)
    elif why:
        rows = [(one.column, one.to, f"{one.confidence:.0%}", one.why) for one in suggestion.columns]
        table(f"Columns of {file.name}", ("Column", "Field", "Sure#", "Why"), rows)
    else:
        typer.echo(suggestion.toml, nl=False)
        unsure = [one.column for one in suggestion.columns if one.to is None]
        if unsure:
            note(f"Not mapped: {', '.join(unsure)}. Complete the file by hand: docs/reference/mappings.md.")
        line()

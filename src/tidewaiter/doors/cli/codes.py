"""List the code lists, and load one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.words import count

_EXAMPLES = """Examples:

  tidewaiter codes load hs harmonized-system.csv --edition 2022 --code hscode --description description

  tidewaiter codes load office offices.csv --edition 2026-11
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    noun = typer.Typer(help="Code lists: what there is, and loading one.", no_args_is_help=True)
    noun.command("list")(list_codes)
    noun.command("load", epilog=_EXAMPLES)(load)
    app.add_typer(noun, name="codes")


def list_codes(context: typer.Context, as_json: Json = False) -> None:
    """List the code lists with their edition, source and licence."""
    from tidewaiter.node import standing

    session: Session = context.obj
    lists = standing(session.settings()).codes.lists()
    if as_json:
        write_json(lists)
        return
    rows = [(one.id, one.edition, one.count, one.source, one.licence, one.sha256[:12]) for one in lists]
    table("Code lists", ("List", "Edition", "Codes#", "Source", "Licence", "SHA-256"), rows)


def load(
    context: typer.Context,
    list_id: Annotated[str, typer.Argument(help="Which list: hs, office, or a name of your own.")],
    file: Annotated[Path, typer.Argument(help="CSV file with a header.", exists=True, dir_okay=False)],
    edition: Annotated[str, typer.Option(help="Edition, for example 2022.")],
    code: Annotated[str | None, typer.Option(help="Column of the code; found out where it can be.")] = None,
    description: Annotated[str | None, typer.Option(help="Column of the description.")] = None,
    source: Annotated[str | None, typer.Option(help="Who publishes the list.")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the list.")] = None,
    as_json: Json = False,
) -> None:
    """Load a code list from a CSV file; it is current from now on."""
    from tidewaiter.kernel.codes import load_csv

    session: Session = context.obj
    with session.node("codes.load") as node, file.open("rb") as stream:
        loaded = load_csv(
            stream,
            list_id,
            edition,
            columns={key: name for key, name in (("code", code), ("name", description)) if name is not None},
            source=source or file.name,
            licence=licence or "as loaded",
        )
        digest = node.load_codes(loaded)
    size = len(loaded.entries)
    if as_json:
        write_json({"id": list_id, "edition": edition, "codes": size, "sha256": digest})
        return
    line(f"Loaded {count(size, 'code', 'codes')} as list {list_id}, edition {edition}.")
    line("`tidewaiter repair recheck` checks waiting records against it.")

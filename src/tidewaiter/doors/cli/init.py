"""Make a node, or bring one up to date."""

from __future__ import annotations

from typing import Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, write_json
from tidewaiter.doors.cli.session import Session

_EXAMPLES = """Examples:

  tidewaiter init --administration KR --currency KRW

  tidewaiter --home /srv/node init
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", epilog=_EXAMPLES)(init)


def init(
    context: typer.Context,
    administration: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-2 code of the administration.")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of amounts that name none, ISO 4217.")] = None,
    as_json: Json = False,
) -> None:
    """Make a node in the home folder, or bring the one that is there up to date."""
    from tidewaiter.node import create

    session: Session = context.obj
    node, new = create(session.settings(administration=administration, currency=currency))
    try:
        facts = {
            "home": str(node.folder.absolute()),
            "new": new,
            "database": node.database.place,
            "nodeId": node.fact("node_id"),
        }
    finally:
        node.close()
    if as_json:
        write_json(facts)
        return
    line(f"{'Made a node' if new else 'The node is up to date'} in {facts['home']} (node {facts['nodeId']}).")
    line("Next: tidewaiter receive FILE --mapping NAME")

"""Back a node up, and restore it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.doors.cli.acting import opened
from tidewaiter.doors.cli.output import Json, line, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.words import count


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.")],
    keys: Annotated[Path | None, typer.Option(help="Folder for the key store's copy: on another medium.")] = None,
    as_json: Json = False,
) -> None:
    """Copy database, log, history and artefacts while the node runs; the keys only where they are asked for."""
    from tidewaiter import backup as backups

    session: Session = context.obj
    with session.node("backup.make") as node:
        made = backups.back_up(node, folder, keys=keys)
    if as_json:
        write_json(made)
        return
    line(f"Backed up {count(len(made.files), 'file', 'files')} to {folder}.")
    if keys is None:
        line("The keys are not in it: back them up with --keys, elsewhere, and keep the root apart from both.")


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="What `tidewaiter backup` wrote.", exists=True, file_okay=False)],
    keys: Annotated[Path | None, typer.Option(help="Folder of the key store's copy.", exists=True)] = None,
    as_json: Json = False,
) -> None:
    """Make a node of a backup in the home folder; it signs nothing before a witness says that it is the newest."""
    from tidewaiter import backup as backups
    from tidewaiter import witnessing

    session: Session = context.obj
    made = backups.restore(session.settings(), folder, keys=keys)
    with opened(session) as node:  # who has the backup and the keys need not be an officer of the node as it was
        node.note(witnessing.RESTORED, made.made_at)
        with node.deed() as deed:
            node.access.after_restore(deed)
        with node.work() as work:
            work.leave("node.restored", {"from": made.made_at})
        witnesses = len(witnessing.policy_of(node).witnesses)
    if as_json:
        write_json(made)
        return
    line(f"Restored the node as it was at {made.made_at}.")
    if not witnesses:
        line("No witness is named, so nobody can say whether this is its newest state. Be sure that it is.")

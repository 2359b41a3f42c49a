"""Look after the keys: status, check, new epochs."""

from __future__ import annotations

from typing import Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session

group = typer.Typer(help="The keys of what is sealed: status, check, epochs.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="keys")


@group.command()
def status(context: typer.Context, as_json: Json = False) -> None:
    """Say which epoch it is, where the root of the keys is, and how many keys there are for what."""
    session: Session = context.obj
    with session.node("keys.read-status") as node:
        found = node.vault.status()
    if as_json:
        write_json(found)
        return
    line(f"Epoch {found.epoch}, since {found.since}.", style="bold")
    if found.begun is not None:
        line(f"Epoch {found.begun} is being begun; the next program that opens the keys goes on with it.")
    guarded = "guarded by a secret that is not on this disk" if found.passphrase else "open to whoever has this disk"
    line(f"Root: {found.root} with {', '.join(found.root_keys)}; {guarded}.")
    table("Data keys", ("Purpose", "Number#"), list(found.keys.items()))


@group.command()
def check(context: typer.Context) -> None:
    """Unwrap a key of each kind, so that a lost root is noticed before it is needed."""
    session: Session = context.obj
    with session.node("keys.read-status") as node:
        node.vault.check()
    line("Every kind of key can be unwrapped.")


@group.command()
def rotate(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why; kept in the log.")],
    as_json: Json = False,
) -> None:
    """Begin a new epoch: what survives is wrapped anew; older copies of the key store can be opened no more."""
    from tidewaiter import custody

    session: Session = context.obj
    with session.node("keys.rotate") as node:
        asked = {"epoch": node.vault.refresh() + 1}
        with session.seen_by_two(node, "keys.rotate", asked, purpose=None, reason=reason) as allow:
            done = custody.begin_epoch(node, reason=reason, allow=allow)
    if as_json:
        write_json(done)
        return
    line(f"Epoch {done.epoch} has begun; {done.rewrapped:,} keys were wrapped anew, and those before it are destroyed.")
    line("Back up the key store now: copies from before this epoch open nothing any more.")

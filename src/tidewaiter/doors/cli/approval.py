"""Answer what other officers ask for: list, give, refuse, withdraw."""

from __future__ import annotations

from typing import Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session

group = typer.Typer(help="What needs a second officer: list, give, refuse, withdraw.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="Number of the approval.")]
_NEWEST = 50


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group.command("list")(list_approvals)
    app.add_typer(group, name="approval")


def list_approvals(
    context: typer.Context,
    closed: Annotated[bool, typer.Option("--all", help="Those that are closed too.")] = False,
    as_json: Json = False,
) -> None:
    """List what is asked and can still be given or used, with exactly what it is for."""
    session: Session = context.obj
    with session.node("approval.read") as node:
        access, now = node.access, node.clock.now()
        with node.database.reading() as connection:
            found = (
                access.approvals.newest(connection, now, most=_NEWEST)
                if closed
                else access.approvals.open_ones(connection, now)
            )
    if as_json:
        write_json([one.facts() for one in found])
        return
    rows = [
        (one.id, one.state, one.permission, one.asked_by, one.answered_by, f"{one.expires_at:%F %R}", one.asks, why)
        for one, why in ((one, one.reason) for one in found)
    ]
    table("Approvals", ("No.#", "State", "Permission", "Asked by", "Answered by", "Until", "For", "Why"), rows)


@group.command()
def give(context: typer.Context, number: Number) -> None:
    """Give an approval; look at what it is for first."""
    session: Session = context.obj
    with session.node(None) as node:
        access, actor = node.access, session.actor(node)
        with node.deed() as deed:
            given = access.give(deed, actor, number)
    line(f"Approval {number} is given: {given.permission}, {given.asks}. {given.asked_by} may do it once.")


@group.command()
def refuse(context: typer.Context, number: Number) -> None:
    """Refuse an approval, also one that was given and not used yet."""
    session: Session = context.obj
    with session.node(None) as node:
        access, actor = node.access, session.actor(node)
        with node.deed() as deed:
            access.refuse(deed, actor, number)
    line(f"Approval {number} is refused.")


@group.command()
def withdraw(context: typer.Context, number: Number) -> None:
    """Withdraw what you asked for."""
    session: Session = context.obj
    with session.node(None) as node:
        access, actor = node.access, session.actor(node)
        with node.deed() as deed:
            access.withdraw(deed, actor, number)
    line(f"Approval {number} is withdrawn.")

"""Look after officers: register, roles, leaving, factors, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidewaiter.doors.cli.acting import ask_secret, with_grant
from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session, account
from tidewaiter.kernel.errors import SettingFault
from tidewaiter.kernel.words import count

if TYPE_CHECKING:
    from tidewaiter.kernel.access import Deed, Grant, Officer
    from tidewaiter.node import Node

_MANAGE = "officer.manage"
_EXAMPLES = """Examples:

  tidewaiter officer add kim --role targeting-officer --account kim --reason "joins the port team"

  tidewaiter officer roles kim --role targeting-officer --role supervisor --reason "leads it now"

  tidewaiter officer leave kim
"""

group = typer.Typer(
    help="Officers: who is there, what they may, their factors.", no_args_is_help=True, epilog=_EXAMPLES
)
Name = Annotated[str, typer.Argument(help="Login of the officer.")]
Roles = Annotated[list[str], typer.Option("--role", help="A role; give it as often as needed.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the log. Name nobody.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group.command("list")(list_officers)
    app.add_typer(group, name="officer")


@group.command()
def add(
    context: typer.Context,
    name: Name,
    role: Roles,
    reason: Reason,
    account_name: Annotated[str | None, typer.Option("--account", help="The officer's account of this system.")] = None,
    display: Annotated[str, typer.Option(help="The name that colleagues read.")] = "",
) -> None:
    """Register an officer; the first one is an administrator too, and of your own account unless you say another."""
    session: Session = context.obj
    with session.node(None) as node:
        access = node.access
        with node.database.reading() as connection:
            first = access.register.is_empty(connection)
        if first:
            made = _add_first(node, name, role, account_name or account(), display)
        else:
            asked = {"name": name, "roles": list(access.table.check_roles(role)), "account": account_name}

            def act(deed: Deed, grant: Grant) -> Officer:
                return access.register.add(
                    deed,
                    grant,
                    name,
                    roles=role,
                    account=account_name,
                    display=display,
                    pseudonym=node.ledger.pseudonym(deed.connection, name),
                )

            made = with_grant(session, node, _MANAGE, {"add": asked}, reason=reason, act=act)
    line(f"{made.name} is registered: {', '.join(made.roles)}.")
    if made.account is None:
        line(f"Without an account here, {made.name} needs factors: `tidewaiter officer reset {made.name}`.")


def _add_first(node: Node, name: str, roles: list[str], of: str, display: str) -> Officer:
    """Register the first officer."""
    node.acts(name)
    with node.deed() as deed:
        pseudonym = node.ledger.pseudonym(deed.connection, name)
        return node.access.register.bootstrap(deed, name, account=of, roles=roles, display=display, pseudonym=pseudonym)


def list_officers(context: typer.Context, as_json: Json = False) -> None:
    """List the officers, those who left too."""
    session: Session = context.obj
    with session.node("officer.read") as node:
        access = node.access
        with node.database.reading() as connection:
            found = access.register.all(connection)
            second = {one.name: access.factors.has_second(connection, one.name) for one in found}
    if as_json:
        write_json([one.facts() | {"second_factor": second[one.name]} for one in found])
        return
    rows = [
        (one.name, one.display, ", ".join(one.roles), one.account, second[one.name], one.state, f"{one.added_at:%F}")
        for one in found
    ]
    table("Officers", ("Name", "Display", "Roles", "Account", "Second factor", "State", "Since"), rows)


@group.command()
def roles(context: typer.Context, name: Name, role: Roles, reason: Reason) -> None:
    """Give an officer these roles and no others; the officer's sessions end."""
    session: Session = context.obj
    with session.node(None) as node:
        access = node.access
        asked = {"name": name, "roles": list(access.table.check_roles(role))}

        def act(deed: Deed, grant: Grant) -> Officer:
            return access.register.change_roles(deed, grant, name, role)

        made = with_grant(session, node, _MANAGE, {"roles": asked}, reason=reason, act=act)
    line(f"{made.name} is {', '.join(made.roles)} from now on.")


@group.command("account")
def set_account(
    context: typer.Context,
    name: Name,
    reason: Reason,
    to: Annotated[str | None, typer.Option("--to", help="The account; without it, none.")] = None,
) -> None:
    """Say which account of this system is an officer's; the officer's sessions end."""
    session: Session = context.obj
    with session.node(None) as node:
        access = node.access

        def act(deed: Deed, grant: Grant) -> Officer:
            return access.register.change_account(deed, grant, name, to)

        asked = {"account": {"name": name, "to": to}}
        made = with_grant(session, node, _MANAGE, asked, reason=reason, act=act)
    line(f"{made.name} has {'the account ' + made.account if made.account else 'no account'} here.")


@group.command()
def leave(context: typer.Context, name: Name) -> None:
    """Put an officer out everywhere at once: sessions, factors, approvals."""
    session: Session = context.obj
    with session.node(None) as node:
        access = node.access

        def act(deed: Deed, grant: Grant) -> Officer:
            return access.register.leave(deed, grant, name)

        with_grant(session, node, "officer.leave", {"name": name}, reason="", act=act)
    line(f"{name} has left, and is out everywhere.")


@group.command()
def reset(context: typer.Context, name: Name, reason: Reason) -> None:
    """Take all factors from another officer, and print recovery codes to hand over in person."""
    session: Session = context.obj
    with session.node(None) as node:
        access = node.access

        def act(deed: Deed, grant: Grant) -> list[str]:
            return access.factors.reset(deed, grant, name)

        made = with_grant(session, node, "factor.reset", {"name": name}, reason=reason, act=act)
    _tell_codes(made)
    line(f"With one of them, {name} signs in to set up factors: `tidewaiter login {name}`.")


@group.command()
def password(context: typer.Context) -> None:
    """Set your own fallback password; it lets nobody in without a second factor."""
    session: Session = context.obj
    with session.node(None) as node:
        access, actor = node.access, session.actor(node)
        with node.database.reading() as connection:
            has = any(one.kind == "password" for one in access.factors.of(connection, actor.officer))
        current = ask_secret("Current password") if has else ""
        new = ask_secret("New password")
        if new != ask_secret("New password, again"):
            message = "The two are not the same."
            raise SettingFault(message, "Type the same command again.")
        access.factors.set_password(actor, new, current=current)
    line("The password is set; your other sessions have ended.")


@group.command()
def totp(
    context: typer.Context,
    label: Annotated[str, typer.Option(help="What you call the device.")] = "",
) -> None:
    """Set up an app for codes of your own: type its secret into the app, then the code that it shows."""
    from tidewaiter.kernel.access import new_totp

    session: Session = context.obj
    with session.node(None) as node:
        access, actor = node.access, session.actor(node)
        secret = new_totp()
        with node.database.reading() as connection:
            uri = access.factors.totp_uri(access.register.active(connection, actor.officer), secret)
        line(f"Secret: {secret}")
        line(uri)
        code = ask_secret("Code that the app shows")
        with node.deed() as deed:
            access.factors.add_totp(deed, actor, secret, code, label=label)
    line("The app is set up. Print recovery codes now: `tidewaiter officer recovery`.")


@group.command()
def recovery(context: typer.Context) -> None:
    """Print new recovery codes of your own; the ones before are good no more."""
    session: Session = context.obj
    with session.node(None) as node:
        access, actor = node.access, session.actor(node)
        with node.deed() as deed:
            made = access.factors.new_recovery(deed, actor)
    _tell_codes(made)


@group.command()
def factors(
    context: typer.Context,
    remove: Annotated[int | None, typer.Option(help="Number of a factor of yours to remove.")] = None,
    as_json: Json = False,
) -> None:
    """List your own factors, or remove one."""
    session: Session = context.obj
    with session.node(None) as node:
        access, actor = node.access, session.actor(node)
        if remove is not None:
            with node.deed() as deed:
                access.factors.remove(deed, actor, remove)
        with node.database.reading() as connection:
            found = access.factors.of(connection, actor.officer)
    if as_json:
        write_json(found)
        return
    rows = [(one.id, one.kind, one.label, f"{one.added_at:%F}", one.used_at and f"{one.used_at:%F}") for one in found]
    table("Your factors", ("No.#", "Kind", "Device", "Since", "Last used"), rows)


@group.command()
def sessions(
    context: typer.Context,
    end: Annotated[str | None, typer.Option(help="Id of a session to end.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Of all officers, not of yourself alone.")] = False,
    as_json: Json = False,
) -> None:
    """List sessions, or end one."""
    session: Session = context.obj
    with session.node(None) as node:
        access, actor, now = node.access, session.actor(node), node.clock.now()
        if everybody:
            access.authorise(actor, "session.end", now=now)
        whose = None if everybody else actor.officer
        if end is not None:
            with node.deed() as deed:
                access.sessions.end_named(deed, end, whose)
        with node.database.reading() as connection:
            found = access.sessions.of(connection, whose, now)
    if as_json:
        write_json([one.facts() for one in found])
        return
    rows = [
        (one.id, one.officer, one.method, one.place, f"{one.begun_at:%F %R}", f"{one.seen_at:%F %R}") for one in found
    ]
    table("Sessions", ("Id", "Officer", "With", "From", "Begun", "Last used"), rows)


def _tell_codes(made: list[str]) -> None:
    """Print recovery codes."""
    line(f"{count(len(made), 'code', 'codes')}, each good once; they are never shown again:")
    for one in made:
        line(f"  {one}")

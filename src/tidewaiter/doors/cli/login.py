"""Sign in, sign out, and say who acts."""

from __future__ import annotations

from typing import Annotated

import typer

from tidewaiter.doors.cli.acting import ask_secret, forget_token, keep_token, kept_token, opened
from tidewaiter.doors.cli.output import Json, line, write_json
from tidewaiter.doors.cli.session import Session, account

_PLACE = "command line"
_EXAMPLES = """Examples:

  tidewaiter login

  tidewaiter login kim --show-token
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("login", epilog=_EXAMPLES)(login)
    app.command("logout")(logout)
    app.command("whoami")(whoami)


def login(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Officer; default: the one of your account.")] = None,
    show_token: Annotated[bool, typer.Option("--show-token", help="Print the token instead of keeping it.")] = False,
) -> None:
    """Sign in with a password and a code, or with your account and a code; what is delicate needs it."""
    session: Session = context.obj
    with opened(session) as node:
        settings, own = node.settings, account()
        who = name or settings.officer or node.access.actor_by_account(own).officer
        node.acts(own)  # until it is proven, nobody acts but the account, and a name is only what somebody typed
        password, code = ask_secret("Password (empty: none)"), ask_secret("Code (empty: none)")
        made = node.access.sign_in.with_factors(
            who,
            password=password,
            code=code,
            account=own,
            place=_PLACE,
            replacing="" if show_token else kept_token(settings),
        )
        if show_token:
            line(made.token)
            return
        path = keep_token(settings, made.token)
    line(f"Signed in as {who}; the session is kept in {path}.")
    if made.session.limited:
        line("It is for setting up factors alone: `tidewaiter officer totp` or `tidewaiter officer password`.")


def logout(context: typer.Context) -> None:
    """End the session."""
    session: Session = context.obj
    with opened(session) as node:
        token = kept_token(node.settings)
        ended = bool(token) and node.access.end_session(token)
        forget_token(node.settings)
    line("Signed out." if ended else "Nobody was signed in.")


def whoami(context: typer.Context, as_json: Json = False) -> None:
    """Say who acts, in which roles, and how that is known."""
    session: Session = context.obj
    with session.node(None) as node:
        access, actor = node.access, session.actor(node)
        with node.database.reading() as connection:
            officer = None if actor.via == "open" else access.register.active(connection, actor.officer)
            current = access.session_of(connection, actor, node.clock.now())
    facts = {
        "officer": actor.officer,
        "via": actor.via,
        "roles": [] if officer is None else list(officer.roles),
        "session": None if current is None else current.id,
        "second_factor_at": None if current is None else current.step_up_at,
    }
    if as_json:
        write_json(facts)
        return
    how = {"session": "by a session", "account": "by the account of the operating system", "open": "unregistered"}
    line(f"{actor.officer}, {how[actor.via]}: {', '.join(officer.roles) if officer else 'everything goes'}.")

"""Destroy personal data for good, and hold what the law forbids to destroy."""

from __future__ import annotations

from typing import Annotated

import typer

from tidewaiter.doors.cli.log import entry_of
from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.errors import SettingFault
from tidewaiter.kernel.words import count

group = typer.Typer(help="Destroy personal data for good; legal holds.", no_args_is_help=True)
Reason = Annotated[str, typer.Option(help="Why, for instance the request of the person; kept in the log.")]

Purpose = Annotated[str, typer.Option(help="What for: data-subject-request, or operation where retention has ended.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="shred")


@group.command()
def record(
    context: typer.Context,
    references: Annotated[list[str], typer.Argument(metavar="REFERENCE...", help="MRN, LRN or key.")],
    reason: Reason,
    purpose: Purpose = "data-subject-request",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be undone.")] = False,
    as_json: Json = False,
) -> None:
    """Destroy the personal part of records, and the bytes that they were read from; the rest and the log stay."""
    from tidewaiter import custody

    session: Session = context.obj
    with session.node("data.shred") as node:
        keys = [entry_of(node, one) for one in references]
        _insist(yes, f"the personal data of {count(len(keys), 'record', 'records')}")
        asked = {"records": sorted(key.hex() for key in keys)}
        with session.seen_by_two(node, "data.shred", asked, purpose=purpose, reason=reason) as allow:
            done = custody.shred(node, keys, {}, reason=reason, allow=allow)
    _tell(done, as_json=as_json)


@group.command()
def subject(
    context: typer.Context,
    by: Annotated[list[str], typer.Option("--by", help="KIND=VALUE, for instance document=L01X00T47.")],
    reason: Reason,
    purpose: Purpose = "data-subject-request",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be undone.")] = False,
    as_json: Json = False,
) -> None:
    """Destroy what is kept of a person that any of these identifiers finds."""
    from tidewaiter import custody

    session: Session = context.obj
    identifiers = {}
    for one in by:
        kind, equals, value = one.partition("=")
        if not equals or not value:
            message = "An identifier is KIND=VALUE."
            raise SettingFault(message, "For example: --by document=L01X00T47")
        identifiers[kind] = value
    with session.node("data.shred") as node:
        _insist(yes, "what is kept of this person")
        asked = {"identifiers": identifiers}
        with session.seen_by_two(node, "data.shred", asked, purpose=purpose, reason=reason) as allow:
            done = custody.shred(node, [], identifiers, reason=reason, allow=allow)
    _tell(done, as_json=as_json)


@group.command()
def hold(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="MRN, LRN or key.")],
    reason: Reason,
) -> None:
    """Forbid to destroy a record until the hold is lifted."""
    from tidewaiter.stages import record as records

    session: Session = context.obj
    with session.node("data.hold") as node:
        key = entry_of(node, reference)
        with node.work() as work:
            number = records.place_hold(work, key, reason=reason)
    line(f"Hold {number} is in force.")


@group.command()
def lift(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Number of the hold.")],
    reason: Reason,
) -> None:
    """Lift a hold."""
    from tidewaiter.stages import record as records

    session: Session = context.obj
    with session.node("data.hold") as node, node.work() as work:
        records.lift_hold(work, number, reason=reason)
    line(f"Hold {number} is lifted.")


@group.command()
def holds(context: typer.Context, as_json: Json = False) -> None:
    """List the holds that are in force."""
    from tidewaiter.stages import record as records

    session: Session = context.obj
    with session.node("data.hold") as node, node.database.reading() as connection:
        found = records.holds(connection)
    if as_json:
        write_json(found)
        return
    rows = [(one.id, one.record, one.placed_at, one.officer, one.reason) for one in found]
    table("Holds in force", ("Hold#", "Record", "Placed", "Officer", "Why"), rows)


def _insist(yes: bool, what: str) -> None:
    """Ask once more before what cannot be undone."""
    if not yes:
        typer.confirm(f"Destroy {what}? It cannot be undone", abort=True)


def _tell(done: object, *, as_json: bool) -> None:
    """Say what was destroyed."""
    from tidewaiter.stages.record import Shredding

    assert isinstance(done, Shredding)  # noqa: S101 - its only caller
    if as_json:
        write_json(done)
        return
    said = [count(len(done.records), "record", "records")] if done.records else []
    said += [count(done.people, "person on journeys", "people on journeys")] if done.people else []
    line(f"Destroyed the personal data of {' and '.join(said)}, with {count(done.keys, 'key', 'keys')}.")
    line("Copies of the key store from before can open it until `tidewaiter keys rotate` begins a new epoch.")

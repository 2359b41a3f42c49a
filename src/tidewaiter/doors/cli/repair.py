"""Work the repair queue: list, show with the place in the source, correct, check again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.errors import SettingFault
from tidewaiter.kernel.words import count

if TYPE_CHECKING:
    from tidewaiter.node import Node
    from tidewaiter.stages.record import Arrival, Version
    from tidewaiter.stages.validate import Finding

_LIST_EXAMPLES = """Examples:

  tidewaiter repair list

  tidewaiter repair list --rule COD-001 --json
"""
_CORRECT_EXAMPLES = """Examples:

  tidewaiter repair correct 41256141 --set /goodsShipment/items/0/origin=RO --reason "invoice says RO"

  tidewaiter repair correct 41256141 --unset /mrn --reason "not an MRN"
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    noun = typer.Typer(
        help="Work the repair queue: records with errors wait here, nothing is lost.", no_args_is_help=True
    )
    noun.command("list", epilog=_LIST_EXAMPLES)(list_waiting)
    noun.command("show")(show)
    noun.command("correct", epilog=_CORRECT_EXAMPLES)(correct)
    noun.command("close")(close)
    noun.command("recheck")(recheck)
    app.add_typer(noun, name="repair")


def list_waiting(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
    rule: Annotated[str | None, typer.Option(help="Only records that broke this rule.")] = None,
    as_json: Json = False,
) -> None:
    """List the records that wait for repair, oldest first."""
    from tidewaiter.stages import record

    session: Session = context.obj
    with session.node("record.read") as node, node.database.reading() as connection:
        entries = record.waiting(connection, limit=limit, rule=rule)
        states = record.count_states(connection)
    if as_json:
        write_json(entries)
        return
    rows = [
        (one.reference, one.kind, one.version, one.message_name, one.line, one.errors, ", ".join(one.rules))
        for one in entries
    ]
    table("Waiting for repair", ("Reference", "Kind", "Version#", "From", "Line#", "Errors#", "Rules"), rows)
    total = sum(number for (_, state), number in states.items() if state == "repair")
    line(f"{count(total, 'record waits', 'records wait')} in all.")


def show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="MRN, LRN or key.")],
    as_json: Json = False,
) -> None:
    """Show a record's findings on the source bytes they speak of."""
    from tidewaiter import custody
    from tidewaiter.doors.cli.checking import show_finding
    from tidewaiter.doors.cli.excerpt import written

    session: Session = context.obj
    with session.node("record.read-personal", purpose="repair") as node:
        version = newest(node, reference)
        raw, findings = placed_findings(node, version, purpose=custody.REPAIR)
        message = message_of(node, version)
    if as_json:
        write_json({"version": version, "source": raw.decode("utf-8", errors="replace"), "findings": findings})
        return
    line(f"{version.kind} {version.reference}, version {version.version}, {version.state}.")
    stream = io.BytesIO(raw)
    layout = message.layout if message is not None else None
    kind = message.format if message is not None else ""
    how = written(stream, kind, layout.encoding if layout is not None else None, version.form)
    for finding in findings:
        place = finding.place
        if place is not None and place.offset is not None:
            inside = msgspec.structs.replace(place, offset=place.offset - (version.offset or 0))
            finding = msgspec.structs.replace(finding, place=inside)  # noqa: PLW2901 - the same finding, placed in `raw`
        show_finding(stream, f"record {version.number:,}", finding, how)
        if finding.path is not None:
            line(f"    Field: {finding.path}")
    if not findings:
        line("Nothing is wrong with it.")


def correct(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="MRN, LRN or key.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the correction.")],
    put: Annotated[list[str] | None, typer.Option("--set", help="PATH=VALUE; give it as often as needed.")] = None,
    unset: Annotated[list[str] | None, typer.Option("--unset", help="PATH to take out.")] = None,
    as_json: Json = False,
) -> None:
    """Correct fields of a record: a new version is checked and kept, the original stays."""
    from tidewaiter import journey
    from tidewaiter.doors.cli.receive import follow_up
    from tidewaiter.stages.record import Change

    session: Session = context.obj
    changes = [Change(path=path, value=value) for path, value in map(_split, put or [])]
    changes += [Change(path=path, value=None) for path in unset or []]
    if not changes:
        message = "Nothing to correct was named."
        raise SettingFault(message, "Give --set PATH=VALUE or --unset PATH.")
    with session.node("record.correct", purpose="repair") as node:
        before = newest(node, reference)
        journey.correct(node, before, changes, reason=reason)
        follow_up(node)
        after = newest(node, reference, key=before.record_key)
        _, findings = placed_findings(node, after)
    _tell_change(after, findings, as_json=as_json)


def close(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="MRN, LRN or key.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")],
    as_json: Json = False,
) -> None:
    """Take a record off the queue as it is, for instance a message that its sender has sent again."""
    from tidewaiter import journey

    session: Session = context.obj
    with session.node("record.correct", purpose="repair") as node:
        before = newest(node, reference)
        journey.close(node, before, reason=reason)
        after = newest(node, reference, key=before.record_key)
        _, findings = placed_findings(node, after)
    _tell_change(after, findings, as_json=as_json)


def recheck(
    context: typer.Context,
    reference: Annotated[str | None, typer.Argument(help="MRN, LRN or key; without it, the whole queue.")] = None,
    as_json: Json = False,
) -> None:
    """Check waiting records again, for instance after a code list was loaded."""
    from tidewaiter import journey
    from tidewaiter.doors.cli.receive import follow_up

    session: Session = context.obj
    with session.node("record.correct", purpose="repair") as node:
        keys = None if reference is None else [newest(node, reference).record_key]
        checked, cleared = journey.recheck(node, keys)
        follow_up(node)
    if as_json:
        write_json({"checked": checked, "cleared": cleared})
        return
    line(f"{count(checked, 'record', 'records')} checked again; {cleared:,} need no repair any more.")


def newest(node: Node, reference: str, *, key: bytes | None = None) -> Version:
    """Return the newest version of the record that the reference means; several are refused with their keys."""
    from tidewaiter.kernel.errors import Conflict
    from tidewaiter.stages import record

    with node.database.reading() as connection:
        if key is not None:
            return record.newest(connection, key)
        versions = record.find(connection, node.vault, reference)
        keys = sorted({version.record_key for version in versions})
        kinds = {version.record_key: version.kind for version in versions}
        if len(keys) > 1:
            declarations = [one for one in keys if kinds[one] == "Declaration"]
            if len(declarations) != 1:
                message = f"{reference} is the reference of {len(keys)} records."
                raise Conflict(message, "Name one by its key: " + ", ".join(one.hex() for one in keys[:5]) + ".")
            keys = declarations
        return record.newest(connection, keys[0])


def message_of(node: Node, version: Version) -> Arrival | None:
    """Return the message that a version came in; None for an officer's correction."""
    from tidewaiter.stages import record

    if version.message is None:
        return None
    with node.database.reading() as connection:
        return record.message_of(connection, version.message)


def placed_findings(node: Node, version: Version, *, purpose: str | None = None) -> tuple[bytes, list[Finding]]:
    """Return a version's source bytes and its findings with their places; no bytes where no purpose is given."""
    from tidewaiter import custody
    from tidewaiter.stages import record

    message = message_of(node, version)
    raw = custody.source_of(node, version, purpose=purpose)
    with node.database.reading() as connection:
        findings = record.findings_of(connection, version)
    placed = record.placed(
        findings,
        message.layout if message is not None else None,
        raw,
        offset=version.offset,
        line=version.line,
        row=version.row,
        form=version.form,
        format=message.format if message is not None else None,
    )
    return raw if purpose is not None else b"", placed


def _split(text: str) -> tuple[str, str]:
    """Split PATH=VALUE."""
    path, equals, value = text.partition("=")
    if not equals:
        message = f"{text!r} is not PATH=VALUE."
        raise SettingFault(message, "For example: --set /goodsShipment/items/0/origin=RO")
    return path, value


def _tell_change(after: Version, findings: list[Finding], *, as_json: bool) -> None:
    """Say what a correction led to."""
    errors = [finding for finding in findings if finding.severity == "error"]
    facts: dict[str, Any] = {
        "reference": after.reference,
        "version": after.version,
        "state": after.state,
        "findings": findings,
    }
    if as_json:
        write_json(facts)
        return
    line(f"{after.reference} is at version {after.version}, {after.state}; the original stays as version 1.")
    for finding in errors:
        line(f"  {finding.rule} {finding.path or ''}: {finding.message}")

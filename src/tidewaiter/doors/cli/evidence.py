"""Hand over evidence, and verify what others hand over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.doors.cli.log import Keys, PolicyFile, trusted
from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.words import count

group = typer.Typer(help="Evidence that whoever gets it can verify offline.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="evidence")


@group.command("bundle")
def make(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="MRN, LRN or key.")],
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default: REFERENCE.evidence.json.")] = None,
    purpose: Annotated[
        str | None, typer.Option(help="Disclose the personal data in it, for this; without it they stay sealed.")
    ] = None,
) -> None:
    """Write what the log has of a record, with proofs, and the record; nobody needs this node to verify it."""
    from tidewaiter import evidence
    from tidewaiter.doors.cli.repair import newest
    from tidewaiter.kernel.log import bundle

    session: Session = context.obj
    with session.node("evidence.disclose" if purpose else "record.read") as node:
        version = newest(node, reference)
        asked = {"record": version.record_key.hex(), "version": version.version}
        with session.seen_by_two(node, "evidence.disclose", asked, purpose=purpose, reason="evidence") as allow:
            data = evidence.bundle_of(node, version, purpose=purpose, allow=allow)
        key = node.ledger.key.vkey
    name = out or Path("".join(one if one.isalnum() or one in "-." else "_" for one in reference) + bundle.SUFFIX)
    _write(name, data, own=purpose is not None)
    line(f"Wrote {name} ({len(data):,} bytes); its personal data are {'disclosed in it' if purpose else 'sealed'}.")
    line("Whoever gets it verifies it with this log's key, which they should have from elsewhere:")
    line(f"  {key}")


def _write(path: Path, data: bytes, *, own: bool) -> None:
    """Write a file; one that is its owner's own was never readable by others."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600 if own else 0o666)
    with os.fdopen(handle, "wb") as file:
        if own:
            os.fchmod(file.fileno(), 0o600)
        file.truncate()
        file.write(data)


@group.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="BUNDLE", exists=True, dir_okay=False)],
    log_key: Keys = None,
    policy: PolicyFile = None,
    as_json: Json = False,
) -> None:
    """Verify a bundle offline, against keys that you bring yourself; no node is needed."""
    from tidewaiter import evidence
    from tidewaiter.kernel.log import bundle

    found = bundle.verify(file.read_bytes(), trusted(log_key, policy), (), evidence.open_sealed)
    if as_json:
        write_json(found)
        return
    rows = [(one.index, one.kind, one.time, _said(one.statement)) for one in found.entries]
    table(f"Proven, in the log {found.origin}", ("Entry#", "What", "When", "Statement"), rows)
    if found.public is not None:
        line(f"The record is the one that was kept: {found.public}")
        table("Disclosed", ("Field", "Value"), [(path, str(value)) for path, value in found.disclosed.items()])
        line(f"{count(found.undisclosed, 'sealed part is', 'sealed parts are')} not disclosed.")
    line("Everything in it holds.")


def _said(statement: dict[str, object]) -> str:
    """Return a statement's facts in a line, without hashes."""
    return ", ".join(f"{name} {value}" for name, value in statement.items() if name not in {"public", "sealed", "v"})

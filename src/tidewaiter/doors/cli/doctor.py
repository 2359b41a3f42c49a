"""Check the node and say what is wrong and what to do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.kernel.settings import FILE, describe
from tidewaiter.kernel.words import count, size

_SECRETS = ("root_passphrase_file", "pkcs11_pin_file", "vault_token_file", "api_token_file")
"""Settings that name a file with a secret in it."""
_OTHERS = 0o077
_PASSWORD = re.compile(r"(://[^/?#\s]*?:)[^/?#\s]*@")
"""A password in an address: what is between the name's colon and the last @ before the path."""

_FREE_OCTETS_MIN = 1024**3
"""Below this much free disk the doctor warns, in bytes."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    settings: Annotated[bool, typer.Option("--settings", help="List every setting instead.")] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Queue again the steps that were set aside, and run them.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check the folder, the database, the history, the queue of steps and the disk."""
    session: Session = context.obj
    if settings:
        _settings(session, as_json=as_json)
        return
    findings = _examine(session, retry=retry)
    if as_json:
        write_json(findings)
    else:
        table("Node", ("Check", "State", "Detail"), [(one["check"], one["state"], one["detail"]) for one in findings])
    if any(one["state"] == "wrong" for one in findings):
        raise typer.Exit(1)


def _settings(session: Session, *, as_json: bool) -> None:
    """List every setting with its value."""
    current = session.settings()
    rows = [(name, _told(getattr(current, name)), str(default), meaning) for name, meaning, default in describe()]
    if as_json:
        keys = ("name", "value", "default", "meaning")
        write_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    table("Settings", ("Setting", "Value", "Default", "Meaning"), rows)
    line("Set them in tidewaiter.toml, or as TIDEWAITER_NAME in the environment.")


def _told(value: object) -> str:
    """Return a setting's value, without the password that an address may have in it."""
    return _PASSWORD.sub(r"\1***@", str(value))


def _examine(session: Session, *, retry: bool) -> list[dict[str, str]]:
    """Run every check."""
    from tidewaiter.doors.cli.receive import follow_up
    from tidewaiter.stages import record

    found: list[dict[str, str]] = []
    with session.node("settings.read") as node:
        if retry:
            node.outbox.requeue()
            follow_up(node)
        found.append(_said("folder", "well", str(node.folder.absolute())))
        found.append(_said("database", *_integrity(node)))
        with node.database.reading() as connection:
            for (kind, state), number in sorted(record.count_states(connection).items()):
                found.append(_said("records", "well", f"{kind}: {number:,} versions {state}"))
            unfinished = [one for one in record.messages(connection, limit=1_000) if one.state == "open"]
        for one in unfinished:
            detail = f"{one.name} was broken off after record {one.readings:,}; receive it again to go on"
            found.append(_said("message", "look", detail))
        found.extend(_steps(node))
        found.append(_said("history", *_history(node)))
        found.append(_said("log", *_log(node)))
        found.append(_said("keys", *_keys(node)))
        found.append(_said("officers", *_officers(node)))
        found.append(_said("secrets", *_secrets(node)))
        found.append(_disk(node.folder))
    return found


def _integrity(node: Any) -> tuple[str, str]:
    """Check the database's own structure."""
    if not node.database.is_sqlite:
        return "well", node.database.place
    with node.database.reading() as connection:
        answer = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    return ("well", node.database.place) if answer == "ok" else ("wrong", f"{answer}; restore the last backup")


def _steps(node: Any) -> list[dict[str, str]]:
    """Say what waits in the queue of steps."""
    states = node.outbox.states()
    if not states:
        return [_said("steps", "well", "nothing waits")]
    return [
        _said(
            "steps",
            "wrong" if state.aside else "look",
            f"{state.name}: {state.queued:,} queued, {state.aside:,} set aside"
            + (f" ({state.reason}); --retry runs them again" if state.reason else ""),
        )
        for state in states
    ]


def _history(node: Any) -> tuple[str, str]:
    """Check that every history file is there and has its hash."""
    damaged, octets, files = node.lake.examine()
    if damaged:
        return "wrong", f"{count(len(damaged), 'file is', 'files are')} missing or changed, the first {damaged[0]}"
    return "well", f"{count(files, 'file', 'files')}, {size(octets)}"


def _log(node: Any) -> tuple[str, str]:
    """Check that the log is open to be written, belongs to the database, and has all that was committed."""
    try:
        size = node.ledger.integrate()
    except TidewaiterError as error:
        return "wrong", f"{error.sentence} {error.remedy}"
    witnessed = node.ledger.witnessed()
    return "well", f"{count(size, 'entry', 'entries')}, {'witnessed' if witnessed is not None else 'never witnessed'}"


def _officers(node: Any) -> tuple[str, str]:
    """Say where nobody is registered: then whoever can open the node may do everything."""
    with node.database.reading() as connection:
        found = [one for one in node.access.register.all(connection) if one.state == "active"]
    if not found:
        return "look", "nobody is registered, so everything goes: `tidewaiter officer add` registers the first"
    return "well", f"{count(len(found), 'officer is', 'officers are')} registered"


def _keys(node: Any) -> tuple[str, str]:
    """Check that a key of each kind can be unwrapped, and that the root is not open to whoever has the disk."""
    try:
        node.vault.check()
    except TidewaiterError as error:
        return "wrong", f"{error.sentence} {error.remedy}"
    found = node.vault.status()
    if found.root == "file" and not found.passphrase:
        return "look", f"epoch {found.epoch}; the root is a file without a passphrase: set root_passphrase_file"
    return "well", f"epoch {found.epoch}, root in {found.root}"


def _secrets(node: Any) -> tuple[str, str]:
    """Check that no file that holds a secret, or says where one is, can be read by others."""
    named = {name: getattr(node.settings, name) for name in _SECRETS}
    paths = [Path(file) for file in named.values() if file] + [node.folder / FILE]
    wide = [path for path in paths if path.exists() and path.stat().st_mode & _OTHERS]
    if wide:
        return "look", f"others may read {', '.join(map(str, wide))}: chmod 600"
    return "well", "no file with a secret can be read by others"


def _disk(folder: Path) -> dict[str, str]:
    """Say how much disk is free."""
    free = shutil.disk_usage(folder).free
    return _said("disk", "well" if free >= _FREE_OCTETS_MIN else "look", f"{size(free)} free")


def _said(check: str, state: str, detail: str) -> dict[str, str]:
    """Return one check's result: state is well, look or wrong."""
    return {"check": check, "state": state, "detail": detail}

"""List the XML schemas that were loaded, and load a set of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.errors import SchemaFault
from tidewaiter.kernel.words import count

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_EXAMPLES = """Examples:

  tidewaiter schemas load ncts-p6/ --name ncts

  tidewaiter schemas load wco/schemas/ --name wco-dec
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    noun = typer.Typer(help="XML schemas: what there is, and loading a set.", no_args_is_help=True)
    noun.command("list")(list_schemas)
    noun.command("load", epilog=_EXAMPLES)(load)
    app.add_typer(noun, name="schemas")


def list_schemas(context: typer.Context, as_json: Json = False) -> None:
    """List the sets of XML schemas, with the messages that they are for."""
    from tidewaiter.node import standing
    from tidewaiter.stages.receive.xml.schemas import roots_of

    session: Session = context.obj
    node = standing(session.settings())
    found = []
    for name in node.schema_names():
        files = node.schema_set(name)
        roots = sorted({root for several in roots_of(files).values() for root in several})
        found.append({"name": name, "files": len(files), "roots": roots, "sha256": node.schema_hash(name)})
    if as_json:
        write_json(found)
        return
    rows = [(one["name"], one["files"], _shortened(one["roots"]), str(one["sha256"])[:12]) for one in found]
    table("XML schemas", ("Set", "Files#", "Messages", "SHA-256"), rows)


def load(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="Folder of .xsd files, or one that stands alone.", exists=True)],
    name: Annotated[str, typer.Option("--name", help="Name of the set, for example wco-dec or ncts.")],
    as_json: Json = False,
) -> None:
    """Load a set of XML schemas; documents are checked against it from now on."""
    from tidewaiter.stages.receive.xml.schemas import checked

    if _NAME.fullmatch(name) is None:
        message = f"{name!r} is no name for a set of schemas."
        raise SchemaFault(message, "Take lower-case letters, digits and hyphens, at most 40.")
    session: Session = context.obj
    files = _files(source)
    roots = checked(files)
    with session.node("schemas.load") as node:
        digest = node.load_schemas(name, files)
    if as_json:
        write_json({"name": name, "files": len(files), "roots": roots, "sha256": digest})
        return
    line(f"Loaded {count(len(files), 'file', 'files')} as set {name}, for {_shortened(roots)}.")


def _files(source: Path) -> Mapping[str, bytes]:
    """Return path → bytes of the schemas in a folder; raises SchemaFault where there is none."""
    if source.is_file():
        return {source.name: source.read_bytes()}
    found = {file.relative_to(source).as_posix(): file.read_bytes() for file in sorted(source.rglob("*.xsd"))}
    if not found:
        message = f"{source} holds no XML schema."
        raise SchemaFault(message, "Name the folder with the .xsd files that the publisher gives.")
    return found


_ROOTS_MAX = 6


def _shortened(roots: object) -> str:
    """Say the names of roots, not too many."""
    names = [str(one) for one in roots] if isinstance(roots, list | tuple) else []
    more = f" and {len(names) - _ROOTS_MAX} more" if len(names) > _ROOTS_MAX else ""
    return ", ".join(names[:_ROOTS_MAX]) + more

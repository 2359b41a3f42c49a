"""Answer a message in its own protocol."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidewaiter.doors.cli.output import note
from tidewaiter.doors.cli.session import Session
from tidewaiter.doors.cli.source import MappingName, opened, options
from tidewaiter.kernel.words import size

if TYPE_CHECKING:
    from tidewaiter.stages.validate import Reply

_EXAMPLES = """Examples:

  tidewaiter reply 12 --out answer.edi

  tidewaiter reply manifest.edi --format contrl

  tidewaiter reply declarations.csv --mapping kcs --format problem
"""

_DIGITS_MAX = 9
"""Longest number that can be a message's, in digits."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reply", epilog=_EXAMPLES)(reply)


def reply(
    context: typer.Context,
    message: Annotated[
        str,
        typer.Argument(
            help="Number of a message that was received, or a file that is only checked; - is standard input."
        ),
    ],
    format: Annotated[  # noqa: A002 - the option's name
        str | None, typer.Option("--format", help="contrl, cusres, wco, ncts or problem; default: what fits.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write the answer to.")] = None,
    mapping: MappingName = None,
) -> None:
    """Write the answer to a message: what was taken, what is wrong and where, for its sender's system to read."""
    session: Session = context.obj
    answer = _answer(session, message, format, mapping)
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(answer.body)
        sys.stdout.buffer.flush()
        return
    out.write_bytes(answer.body)
    note(f"Wrote {out} ({answer.format}, {size(len(answer.body))}).")


def _answer(session: Session, message: str, wanted: str | None, mapping: str | None) -> Reply:
    """Answer the message that was received under a number, else a file that is checked now."""
    from tidewaiter import answers
    from tidewaiter.node import standing

    given = options(mapping=mapping)
    if message.isdecimal() and len(message) <= _DIGITS_MAX and not Path(message).exists():
        with session.node("reply.send") as node:
            return answers.reply_to_message(node, int(message), wanted, mapping=given.mapping)
    settings = session.settings()
    with opened(message, settings, given) as source:
        return answers.reply_to_source(standing(settings), source, wanted)

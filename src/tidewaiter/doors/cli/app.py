"""Put the command together, and turn errors into sentences and exit codes."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from typing import Annotated

import typer

from tidewaiter import __version__
from tidewaiter.doors.cli import (
    approval,
    backup,
    codes,
    demo,
    doctor,
    evidence,
    exercise,
    init,
    keys,
    log,
    login,
    mapping,
    model,
    officer,
    outcome,
    quality,
    queue,
    receive,
    repair,
    reply,
    schemas,
    serve,
    show,
    shred,
    world,
)
from tidewaiter.doors.cli.output import show_error
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.errors import NotFound, Refused, StorageFault, TidewaiterError

_EXIT_PROGRAM_FAULT = 70
_EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="tidewaiter",
    help="Take trade data in, check it, keep it, and rank what to inspect, with reasons.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 error, 2 wrong usage or faults found; the others: docs/reference/errors.md.",
)


def _version(asked: bool) -> None:
    """Print the version and stop."""
    if asked:
        typer.echo(f"tidewaiter {__version__}")
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    home: Annotated[
        str | None, typer.Option("--home", help="Folder of the node.", envvar="TIDEWAITER_HOME", show_envvar=True)
    ] = None,
    officer: Annotated[str | None, typer.Option("--officer", help="Who acts; default: your account.")] = None,
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that every command has."""
    context.obj = Session(home=home, officer=officer)


_NOUNS = (
    *(init, receive, queue, show, repair, quality, reply, outcome),
    *(model, codes, schemas, mapping, doctor, demo),
    *(log, evidence, keys, shred, backup, serve),
    *(login, officer, approval),
    *(world, exercise),
)
for _noun in _NOUNS:
    _noun.add_to(app)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; every error ends as a sentence on standard error."""
    try:
        code = app(arguments, standalone_mode=False)
    except BrokenPipeError:  # who read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (TidewaiterError, OSError) as error:
        said = error if isinstance(error, TidewaiterError) else _say_os(error)
        return show_error(said, as_json="--json" in arguments)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("Stopped. What was acknowledged is kept; the same command goes on from there.\n")
        return _EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a person gets a sentence, never a traceback
        return _program_fault(error)
    return code if isinstance(code, int) else 0


def _say_os(error: OSError) -> TidewaiterError:
    """Say an operating system's error as a sentence."""
    place = error.filename or "the disk"
    if error.errno == errno.ENOSPC:
        return StorageFault(
            f"The disk that holds {place} is full; what was acknowledged before is kept.",
            "Free some space and run the same command again: it goes on where it stopped.",
        )
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return StorageFault(f"{place} cannot be read or written: {error.strerror}.", "Check its permissions.")
    if error.errno == errno.ENOENT:
        return NotFound(f"There is no file {place}.", "Check the name and the folder you are in.")
    if error.errno == errno.EISDIR:
        return Refused(f"{place} is a folder.", "Name the files in it.")
    return StorageFault(f"{place}: {error.strerror or error}.", "`tidewaiter doctor` checks the node.")


def _program_fault(error: Exception) -> int:
    """Say that the program itself is at fault, with the place in its code and no data."""
    click_message = getattr(error, "format_message", None)
    if click_message is not None:  # a usage error of the command-line library
        sys.stderr.write(f"{click_message()}\n`tidewaiter --help` shows how.\n")
        return int(getattr(error, "exit_code", 2))
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(last.filename)}:{last.lineno}"  # noqa: PTH119 - a frame's name is text
    sys.stderr.write(
        f"This is a fault of the program, not of your data: {type(error).__name__} at {where}. "
        "What was acknowledged is kept. Please report it with the command you ran.\n"
    )
    if os.environ.get("TIDEWAITER_DEBUG"):
        traceback.print_exception(error)
    return _EXIT_PROGRAM_FAULT

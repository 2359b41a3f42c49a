"""Open what the command line names: a file or standard input, with the mapping it is read through."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple

import typer

from tidewaiter.kernel.errors import NotFound, StorageFault

if TYPE_CHECKING:
    from tidewaiter.journey import Source
    from tidewaiter.kernel.settings import Settings
    from tidewaiter.stages.receive import Mapping

MappingName = Annotated[
    str | None,
    typer.Option("--mapping", "-m", help="Mapping of the table: one that ships (`tidewaiter mapping list`) or a file."),
]
FormatName = Annotated[
    str | None, typer.Option("--format", help="csv, xlsx, parquet or jsonl; default: told from the content.")
]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Character set of a text table; default: UTF-8.")]
Delimiter = Annotated[str | None, typer.Option("--delimiter", help="Delimiter of a text table; default: found out.")]

LEFT_OUT = (".part", ".tmp", ".why.txt")
"""Ends of the names that a folder's files may have without being taken: unfinished ones, and our own notes."""

_SPOOL_OCTETS = 64 * 1024 * 1024


class Unreadable(StorageFault):
    """A file cannot be read by this account; others are not concerned."""


class Options(NamedTuple):
    """How the sources of one command are to be read, whatever they are called."""

    mapping: Mapping | None = None
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sender: str | None = None


def options(
    *,
    mapping: str | None = None,
    format: str | None = None,  # noqa: A002 - the option's name
    encoding: str | None = None,
    delimiter: str | None = None,
    sender: str | None = None,
) -> Options:
    """Make the options of the command line ready; raises MappingFault where there is no such mapping."""
    from tidewaiter.stages import receive

    chosen = None if mapping is None else receive.load_mapping(mapping)
    return Options(chosen, format, encoding, "\t" if delimiter in {"tab", "\\t"} else delimiter, sender)


@contextmanager
def opened(name: str, settings: Settings, given: Options) -> Iterator[Source]:
    """Open a file, or standard input for `-`, as a source."""
    from tidewaiter.journey import Source

    with _stream(name, settings) as stream:
        said = "standard input" if name == "-" else Path(name).name
        yield Source(stream=stream, name=said, **given._asdict())


def files_of(names: Iterable[str]) -> Iterator[str]:
    """Yield the files that names stand for: of a folder every file below it, in the order of their names."""
    for name in names:
        if name != "-" and Path(name).is_dir():
            yield from map(str, files_below(Path(name)))
        else:
            yield name


def files_below(folder: Path, *, without: Collection[str] = ()) -> list[Path]:
    """Return the files below a folder in the order of their names; hidden and unfinished ones, and links, are left out.

    A link is not followed: whoever may write into a folder could have the node read what only the node may read.
    `without` names folders directly in it that are not looked into.
    """
    found = []
    for place, folders, files in os.walk(folder):
        here = Path(place)
        aside = without if here == folder else ()
        folders[:] = [one for one in folders if not one.startswith(".") and one not in aside]
        found += [here / one for one in files if not one.startswith(".") and not one.lower().endswith(LEFT_OUT)]
    return sorted(one for one in found if one.is_file() and not one.is_symlink())


@contextmanager
def _stream(name: str, settings: Settings) -> Iterator[BinaryIO]:
    """Open the bytes; standard input is spooled so that it can be read twice."""
    if name != "-":
        with _file(Path(name)) as stream:
            yield stream
        return
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL_OCTETS) as spool:
        total = 0
        while piece := sys.stdin.buffer.read(1024 * 1024):
            total += len(piece)
            if total > settings.source_bytes_max:
                message = f"Standard input is longer than source_bytes_max ({settings.source_bytes_max:,} bytes)."
                raise StorageFault(message, "Raise the setting, or send the data in pieces.")
            spool.write(piece)
        spool.seek(0)
        yield spool  # type: ignore[misc] # a spooled file is a seekable binary stream


def _file(path: Path) -> BinaryIO:
    """Open a file; raises NotFound or Unreadable, which say so of this file alone."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        message = f"There is no file {path}."
        raise NotFound(message, "Check the name and the folder you are in.") from error
    except PermissionError as error:
        message = f"{path} cannot be read or written: {error.strerror}."
        raise Unreadable(message, "Check its permissions.") from error

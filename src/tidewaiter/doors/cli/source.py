"""Open what the command line names: a file or standard input, with the mapping it is read through."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from tidewaiter.kernel.errors import StorageFault

if TYPE_CHECKING:
    from tidewaiter.journey import Source
    from tidewaiter.kernel.settings import Settings

MappingName = Annotated[
    str | None,
    typer.Option("--mapping", "-m", help="Mapping of the table: one that ships (`tidewaiter mapping list`) or a file."),
]
FormatName = Annotated[
    str | None, typer.Option("--format", help="csv, xlsx, parquet or jsonl; default: told from the content.")
]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Character set of a text table; default: UTF-8.")]
Delimiter = Annotated[str | None, typer.Option("--delimiter", help="Delimiter of a text table; default: found out.")]

_SPOOL_OCTETS = 64 * 1024 * 1024


@contextmanager
def opened(
    name: str,
    settings: Settings,
    *,
    mapping: str | None,
    format: str | None = None,  # noqa: A002 - the option's name
    encoding: str | None = None,
    delimiter: str | None = None,
    sender: str | None = None,
) -> Iterator[Source]:
    """Open a file, or standard input for `-`, as a source."""
    from tidewaiter.journey import Source
    from tidewaiter.stages import receive

    chosen = None if mapping is None else receive.load_mapping(mapping)
    with _stream(name, settings) as stream:
        yield Source(
            stream=stream,
            name="standard input" if name == "-" else Path(name).name,
            mapping=chosen,
            format=format,
            encoding=encoding,
            delimiter="\t" if delimiter in {"tab", "\\t"} else delimiter,
            sender=sender,
        )


@contextmanager
def _stream(name: str, settings: Settings) -> Iterator[BinaryIO]:
    """Open the bytes; standard input is spooled so that it can be read twice."""
    if name != "-":
        with Path(name).open("rb") as stream:
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

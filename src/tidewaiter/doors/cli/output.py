"""Write results for people (tables, sentences) and for machines (JSON)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.kernel.records import Part

Json = Annotated[bool, typer.Option("--json", help="Write JSON for machines.")]

_MARKS = (0x061C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Marks of direction (UAX 9), which make text read as it is not written, and ends of lines that are none."""
_SIGNS = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "\u2421",
    **dict.fromkeys((*range(0x80, 0xA0), *_MARKS), "·"),
}
"""Control character (ISO 6429) or mark → the sign that is shown for it."""

_encoder = msgspec.json.Encoder(decimal_format="string", enc_hook=str)


def console() -> Console:
    """Return the console for results; plain and as wide as needed where it is not a terminal."""
    return _Tame(soft_wrap=False, width=None if sys.stdout.isatty() else 160, highlight=False)


def aside() -> Console:
    """Return the console for progress and notes, on standard error."""
    return _Tame(stderr=True, highlight=False)


def tame(text: str) -> str:
    """Return text in which nothing drives a terminal: what would is shown as a sign for it.

    What is shown comes from those who sent it; an escape sequence in a name could rewrite what an officer reads.
    """
    return text.translate(_SIGNS)


class _Tame(Console):
    """A console on which no text drives the terminal, whatever it is part of; colours are rich's own."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield what is to be printed, with signs for what would drive the terminal."""
        for one in super().render(renderable, options):
            yield one if one.control else Segment(tame(one.text), one.style)


def write_json(value: object) -> None:
    """Write one JSON document and a line end."""
    plain = _encoder.encode(_plain(value))
    sys.stdout.write(msgspec.json.format(plain, indent=2).decode() + "\n")


def write_json_lines(values: Iterable[object]) -> None:
    """Write one JSON document a line."""
    for value in values:
        sys.stdout.write(_encoder.encode(_plain(value)).decode() + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; numbers to the right, an empty table as a sentence. A name that ends in # is a number's."""
    sheet = Table(title=Text(title, justify="left"), title_justify="left", header_style="bold")
    for column in columns:
        sheet.add_column(column.rstrip("#"), justify="right" if column.endswith("#") else "left", overflow="fold")
    count = 0
    for row in rows:
        sheet.add_row(*(cell if isinstance(cell, Text) else escape(_cell(cell)) for cell in row))
        count += 1
    if count:
        console().print(sheet)
    else:
        console().print(f"{title}: none.")


def line(text: str = "", *, style: str | None = None) -> None:
    """Write a line of text as it is."""
    console().print(Text(text), style=style, soft_wrap=True)


def note(text: str) -> None:
    """Write a note beside the results."""
    aside().print(Text(text), style="dim", soft_wrap=True)


def show_error(error: TidewaiterError, *, as_json: bool) -> int:
    """Write an error as a sentence and what to do, or as RFC 9457 problem details; return the exit code."""
    if as_json:
        problem = {
            "type": f"urn:tidewaiter:problem:{error.slug}",
            "title": (type(error).__doc__ or "").strip().splitlines()[0],
            "detail": error.sentence,
            "remedy": error.remedy,
        }
        sys.stderr.write(_encoder.encode(problem).decode() + "\n")
        return error.exit_code
    out = aside()
    out.print(Text(error.sentence, style="bold red"), soft_wrap=True)
    if error.remedy:
        out.print(Text(error.remedy), soft_wrap=True)
    return error.exit_code


def _cell(value: object) -> str:
    """Return a cell's text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def _camel(name: str) -> str:
    """Return a field's name in lowerCamel, as all our JSON has it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _plain(value: object) -> Any:
    """Turn keys of bytes into hexadecimal text, and structs into their plain form."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Part):
        return msgspec.to_builtins(value, builtin_types=(Decimal,))
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        return {_camel(field.encode_name): _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value

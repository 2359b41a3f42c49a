"""Define the transforms that a mapping may apply to a cell: a closed table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import msgspec

from tidewaiter.stages.receive.faults import CellFault
from tidewaiter.stages.receive.tables.values import Conventions, moment

TextStep = Callable[[str], str]
ValueStep = Callable[[Any], Any]

COUNT_MAX = 200
"""Largest count that a transform may be given, in characters."""


class TransformFault(ValueError):
    """A transform is unknown or its arguments are wrong; the message says which and what it takes."""


class Transform(msgspec.Struct, frozen=True, kw_only=True):
    """One transform of the table: how it is written, what it does, an example and what it makes of a text."""

    usage: str
    does: str
    example: str
    before: str
    after: str
    arguments: tuple[int, int] = (0, 0)
    text: Callable[[list[str], Conventions], TextStep] | None = None
    value: Callable[[list[str]], ValueStep] | None = None
    wants: type | None = None


def _count(argument: str) -> int:
    """Read a count of characters or parts."""
    if not argument.isdecimal() or not 0 < int(argument) <= COUNT_MAX:
        message = f"{argument!r} is not a count from 1 to {COUNT_MAX}"
        raise TransformFault(message)
    return int(argument)


def _strip(arguments: list[str], _: Conventions) -> TextStep:
    characters = arguments[0] if arguments else None
    return lambda text: text.strip(characters)


def _pad_left(arguments: list[str], _: Conventions) -> TextStep:
    width, fill = _count(arguments[0]), arguments[1] if len(arguments) > 1 else "0"
    if len(fill) != 1:
        message = f"pad_left fills with one character, not {fill!r}"
        raise TransformFault(message)
    return lambda text: text.rjust(width, fill)


def _digits(_: list[str], __: Conventions) -> TextStep:
    others = re.compile(r"[^0-9]+")
    return lambda text: text if text.isdecimal() and text.isascii() else others.sub("", text)


def _take(arguments: list[str], _: Conventions) -> TextStep:
    width = _count(arguments[0])
    return lambda text: text[:width]


def _drop(arguments: list[str], _: Conventions) -> TextStep:
    width = _count(arguments[0])
    return lambda text: text[width:]


def _part(arguments: list[str], _: Conventions) -> TextStep:
    separator, place = arguments[0], _count(arguments[1])
    if not separator:
        message = "part needs the text that separates the parts, for example part:/:2"
        raise TransformFault(message)

    def step(text: str) -> str:
        parts = text.split(separator)
        return parts[place - 1].strip() if place <= len(parts) else ""

    return step


def _replace(arguments: list[str], _: Conventions) -> TextStep:
    old, new = arguments[0], arguments[1] if len(arguments) > 1 else ""
    if not old:
        message = "replace needs the text to replace, for example replace:O:0"
        raise TransformFault(message)
    return lambda text: text.replace(old, new)


def _year(_: list[str], conventions: Conventions) -> TextStep:
    read = moment(conventions)
    return lambda text: str(read(text).year)


def _divide(arguments: list[str]) -> ValueStep:
    by = _factor(arguments[0])
    return lambda value: value / by


def _multiply(arguments: list[str]) -> ValueStep:
    by = _factor(arguments[0])
    return lambda value: value * by


def _factor(argument: str) -> Decimal:
    """Read the number to multiply or divide by."""
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", argument) or not Decimal(argument):
        message = f"{argument!r} is not a number above zero"
        raise TransformFault(message)
    return Decimal(argument)


def choose(table: Mapping[str, str]) -> TextStep:
    """Return the step that looks the text up; `*` is every other text, and `*` to `*` leaves it as it is."""
    listed = dict(table)
    other = listed.pop("*", None)
    empty = [key for key, value in table.items() if not value.strip()]
    if empty or not table:
        message = f"choose gives nothing for {', '.join(empty) or 'anything'}; name such texts under `empty` instead"
        raise TransformFault(message)
    expected = ", ".join(list(listed)[:20])

    def step(text: str) -> str:
        found = listed.get(text)
        if found is not None:
            return found
        if other is None:
            code = "not-in-list"
            raise CellFault(code, expected)
        return text if other == "*" else other

    return step


def _choose_written(arguments: list[str], _: Conventions) -> TextStep:
    pairs = [pair.split("=", 1) for pair in ":".join(arguments).strip("{}").split(",")]
    wrong = [pair[0] for pair in pairs if len(pair) != 2]  # noqa: PLR2004 - a pair is two
    if wrong:
        message = f"{wrong[0]!r} is not written as text=value"
        raise TransformFault(message)
    return choose({key.strip(): value.strip() for key, value in pairs})


TRANSFORMS: Mapping[str, Transform] = MappingProxyType(
    {
        "strip": Transform(
            example="strip:'",
            usage="strip, strip:CHARACTERS",
            does="Takes the characters off both ends. Spaces are always taken off.",
            before="'0402",
            after="0402",
            arguments=(0, 1),
            text=_strip,
        ),
        "upper": Transform(
            example="upper",
            usage="upper",
            does="Makes capital letters.",
            before="kr",
            after="KR",
            text=lambda _, __: str.upper,
        ),
        "lower": Transform(
            example="lower",
            usage="lower",
            does="Makes small letters.",
            before="IMO",
            after="imo",
            text=lambda _, __: str.lower,
        ),
        "digits": Transform(
            example="digits",
            usage="digits",
            does="Keeps the digits 0 to 9 only.",
            before="0101.21.00",
            after="01012100",
            text=_digits,
        ),
        "pad_left": Transform(
            example="pad_left:6:0",
            usage="pad_left:WIDTH:CHARACTER",
            does="Fills up on the left to the width.",
            before="10121",
            after="010121",
            arguments=(1, 2),
            text=_pad_left,
        ),
        "take": Transform(
            example="take:6",
            usage="take:COUNT",
            does="Keeps the first characters.",
            before="0101210000",
            after="010121",
            arguments=(1, 1),
            text=_take,
        ),
        "drop": Transform(
            example="drop:2",
            usage="drop:COUNT",
            does="Leaves out the first characters.",
            before="KR12345",
            after="12345",
            arguments=(1, 1),
            text=_drop,
        ),
        "part": Transform(
            example="part:/:2",
            usage="part:SEPARATOR:PLACE",
            does="Keeps one part of a text with separators, counted from 1.",
            before="C/1234",
            after="1234",
            arguments=(2, 2),
            text=_part,
        ),
        "replace": Transform(
            example="replace:-:/",
            usage="replace:OLD:NEW",
            does="Replaces one text by another.",
            before="12-34",
            after="12/34",
            arguments=(1, 2),
            text=_replace,
        ),
        "choose": Transform(
            example="choose:10=1,40=4",
            usage="choose:TEXT=VALUE,TEXT=VALUE,*=VALUE",
            does="Looks the text up. What is not listed is a fault, unless * says what it becomes; *=* keeps it.",
            before="40",
            after="4",
            arguments=(1, 99),
            text=_choose_written,
        ),
        "year": Transform(
            example="year", usage="year", does="Keeps the year of a day.", before="2020-01-31", after="2020", text=_year
        ),
        "split": Transform(
            example="split:/",
            usage="split:SEPARATOR",
            does="Makes several values of one text, for a field that is a list of values.",
            before="MSKU1/MSKU2",
            after="MSKU1 MSKU2",
            arguments=(1, 1),
        ),
        "decimal": Transform(
            example="decimal:,",
            usage="decimal, decimal:MARK",
            does="Reads a number with this decimal mark, whatever the table's is.",
            before="1,5",
            after="1.5",
            arguments=(0, 1),
            wants=Decimal,
        ),
        "integer": Transform(
            example="integer", usage="integer", does="Reads a whole number.", before="12.0", after="12", wants=int
        ),
        "date": Transform(
            example="date:%d/%m/%Y",
            usage="date, date:FORMAT",
            does="Reads a day in this format, whatever the table's are.",
            before="31/01/2020",
            after="2020-01-31",
            arguments=(0, 99),
            wants=date,
        ),
        "datetime": Transform(
            example="datetime:%d/%m/%Y %H:%M",
            usage="datetime, datetime:FORMAT",
            does="Reads a moment in this format; without an offset it is UTC.",
            before="31/01/2020 09:30",
            after="2020-01-31T09:30:00+00:00",
            arguments=(0, 99),
            wants=datetime,
        ),
        "bool": Transform(
            example="bool",
            usage="bool",
            does="Reads yes or no in English, French or Spanish, true or false, 1 or 0.",
            before="oui",
            after="true",
            wants=bool,
        ),
        "divide": Transform(
            example="divide:1000",
            usage="divide:NUMBER",
            does="Divides the number.",
            before="1500",
            after="1.5",
            arguments=(1, 1),
            value=_divide,
        ),
        "multiply": Transform(
            example="multiply:1000",
            usage="multiply:NUMBER",
            does="Multiplies the number, for example tonnes into kilograms.",
            before="1.5",
            after="1500.0",
            arguments=(1, 1),
            value=_multiply,
        ),
    }
)
"""Name → transform. Nothing else can be done to a cell; the manual's table is made from this."""

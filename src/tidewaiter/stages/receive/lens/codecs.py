"""Turn a node's text into a field's value and back: text, numbers, codes, days, moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeVar

import msgspec

from tidewaiter.stages.receive.lens.node import Node

T = TypeVar("T")

_DIGITS_MAX = 60
"""Longest number read, in characters, and its largest power of ten: far more than any quantity has."""


class BadValue(ValueError):
    """A node's text cannot become the field's value; `code` is one of FAULTS, `expected` says what would do."""

    def __init__(self, code: str, expected: str, found: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected
        self.found = found


class Codec(Protocol):
    """Reads a value from a node, and writes it there."""

    def read(self, node: Node) -> Any:
        """Return the value, or None where there is none; raises BadValue where the text cannot be one."""
        ...

    def write(self, node: Node, value: Any) -> None:
        """Write the value."""
        ...


class _Text:
    """Text as it is, without blanks around it."""

    def read(self, node: Node) -> str | None:
        """Return the text."""
        return node.text()

    def write(self, node: Node, value: str) -> None:
        """Put the text."""
        node.put(value)


class _Integer:
    """A whole number."""

    def read(self, node: Node) -> int | None:
        """Return the number."""
        text = node.text()
        if text is None:
            return None
        whole = text.removeprefix("-").removeprefix("+")
        if whole.isascii() and whole.isdigit() and len(whole) <= _DIGITS_MAX:
            return int(text)
        value = decimal_of(text, "a whole number", "not-an-integer")
        if value != value.to_integral_value():
            raise BadValue(code="not-an-integer", expected="a whole number")
        return int(value)

    def write(self, node: Node, value: int) -> None:
        """Put the digits."""
        node.put(str(value))


class _Decimal:
    """A decimal number with a point."""

    def read(self, node: Node) -> Decimal | None:
        """Return the number."""
        text = node.text()
        return None if text is None else decimal_of(text, "a number with a decimal point", "not-a-number")

    def write(self, node: Node, value: Decimal) -> None:
        """Put the number, never with an exponent."""
        node.put(plain(value))


class Flag:
    """Yes or no, by the texts given; more texts may be read than are written."""

    def __init__(self, yes: str, no: str, *, also: Mapping[str, bool] | None = None) -> None:
        self._read = {yes.lower(): True, no.lower(): False} | {one.lower(): met for one, met in (also or {}).items()}
        self._write = {True: yes, False: no}

    def read(self, node: Node) -> bool | None:
        """Return whether it is yes."""
        text = node.text()
        if text is None:
            return None
        if text.lower() not in self._read:
            raise BadValue(code="not-a-bool", expected=" or ".join(self._write.values()))
        return self._read[text.lower()]

    def write(self, node: Node, value: bool) -> None:  # noqa: FBT001 - the value is the flag
        """Put the text."""
        node.put(self._write[value])


class Codes:
    """A code of the document for a word of the record. `other`: what becomes of codes that the table lacks.

    With "keep" they stay as they are, both ways; with "drop" they are left out. Where several codes stand for one
    word, the first is written.
    """

    def __init__(self, words: Mapping[str, str], *, other: str = "keep") -> None:
        self._words = dict(words)
        self._codes: dict[str, str] = {}
        for code, word in words.items():
            self._codes.setdefault(word, code)
        self._keep = other == "keep"

    def read(self, node: Node) -> str | None:
        """Return the word."""
        text = node.text()
        if text is None:
            return None
        return self._words.get(text, text if self._keep else None)

    def write(self, node: Node, value: str) -> None:
        """Put the code."""
        code = self._codes.get(value, value if self._keep else None)
        if code is not None:
            node.put(code)


class Day:
    """A day in one of the formats given (strptime); the first is written. ISO 8601 without any."""

    def __init__(self, *formats: str) -> None:
        self._formats = formats

    def read(self, node: Node) -> date | None:
        """Return the day."""
        text = node.text()
        if text is None:
            return None
        if not self._formats:
            return _converted(text[:10], date, "YYYY-MM-DD")
        for one in self._formats:
            try:
                return datetime.strptime(text, one).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        raise BadValue(code="not-a-date", expected=" or ".join(self._formats))

    def write(self, node: Node, value: date) -> None:
        """Put the day."""
        node.put(value.strftime(self._formats[0]) if self._formats else value.isoformat())


class Moment:
    """A moment in ISO 8601; without an offset in UTC, a day alone its midnight. `writes` is a strftime format."""

    def __init__(self, writes: str | None = None) -> None:
        self._writes = writes

    def read(self, node: Node) -> datetime | None:
        """Return the moment, with its offset."""
        text = node.text()
        if text is None:
            return None
        moment = _converted(text if len(text) > len("YYYY-MM-DD") else f"{text}T00:00:00", datetime, "ISO 8601")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def write(self, node: Node, value: datetime) -> None:
        """Put the moment."""
        if self._writes is not None:
            node.put(value.astimezone(UTC).strftime(self._writes))
        else:
            node.put(msgspec.to_builtins(value, builtin_types=()))


def decimal_of(text: str, expected: str, code: str) -> Decimal:
    """Return the number that a text is; raises BadValue with the code for anything else, infinities included."""
    if len(text) <= _DIGITS_MAX:
        try:
            value = Decimal(text)
        except InvalidOperation:
            pass
        else:
            if value.is_finite() and "_" not in text and abs(value.adjusted()) <= _DIGITS_MAX:
                return value
    raise BadValue("decimal-comma" if text.count(",") == 1 and "." not in text else code, expected)


def plain(value: Decimal) -> str:
    """Return a number in digits, never with an exponent."""
    return format(value, "f")


def _converted(text: str, kind: type[T], expected: str) -> T:
    """Convert a text of ISO 8601."""
    try:
        return msgspec.convert(text, kind)
    except (msgspec.ValidationError, OverflowError) as error:
        raise BadValue(code="not-a-date", expected=expected) from error


TEXT = _Text()
INTEGER = _Integer()
DECIMAL = _Decimal()
DAY = Day()
MOMENT = Moment()

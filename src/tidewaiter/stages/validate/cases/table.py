"""Read the table of cases, and make the record or the source that a case speaks of."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import msgspec

from tidewaiter.kernel.records import AnyRecord, decode

ABSENT = "(absent)"
"""Stands in the table for a field that is removed."""

_FOLDER = files("tidewaiter.stages.validate.cases")


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What keeps a rule, what breaks it and what nearly does, each as edits of something that is clean.

    `base` names a record, or with a dot the file of a source. Edits of a record map a JSON pointer, without its first
    slash, to the new value, `ABSENT` to remove it; edits of a source map a piece of its text, which it has once, to
    another. `code` and `path` are the finding's that `breaks` has; a record's path is that of its first edit where
    none is given. `why` says why the near miss keeps the rule. `beside` names the record that is known already, in
    rules across documents. `settings` are those of the node, where the rule is about them.
    """

    base: str
    keeps: dict[str, Any] = {}
    breaks: dict[str, Any]
    code: str
    path: str | None = None
    nearly: dict[str, Any]
    why: str
    beside: str | None = None
    settings: dict[str, Any] = {}

    @property
    def of_source(self) -> bool:
        """Whether it is about a source's bytes rather than a record."""
        return "." in self.base

    @property
    def found_at(self) -> str | None:
        """The path of the finding; None where it has none."""
        if self.path is not None or self.of_source:
            return self.path
        return f"/{next(iter(self.breaks))}"


@cache
def cases() -> Mapping[str, Case]:
    """Return rule id → its cases, in the order of the table."""
    found = tomllib.loads((_FOLDER / "cases.toml").read_text(encoding="utf-8"))
    return MappingProxyType(msgspec.convert(found, dict[str, Case]))


@cache
def base_records() -> Mapping[str, Any]:
    """Return the clean records, as JSON-ready data, by their name."""
    return MappingProxyType(msgspec.json.decode((_FOLDER / "records.json").read_bytes()))


@cache
def base_source(name: str) -> str:
    """Return a clean source, one character a byte; of an interchange without the line ends that it is kept with."""
    text = (_FOLDER / "sources" / name).read_bytes().decode("latin-1")
    return text.replace("\n", "") if name.endswith(".edi") else text


@cache
def mapping_text() -> str:
    """Return the mapping through which the clean table is read, as TOML."""
    return (_FOLDER / "sources" / "rows.toml").read_text(encoding="utf-8")


def record_of(base: str, edits: Mapping[str, Any]) -> AnyRecord:
    """Return a clean record with edits made; raises msgspec.ValidationError where it is no record afterwards.

    A value for a member of a list replaces the rest of the list from there.
    """
    data = copy.deepcopy(base_records()[base])
    for path, value in edits.items():
        *way, last = path.split("/")
        spot: Any = data
        for step in way:
            spot = spot[int(step)] if isinstance(spot, list) else spot.setdefault(step, {})
        if value is None or value == ABSENT:
            spot.pop(last, None)
        elif isinstance(spot, list):
            spot[int(last) :] = [value]
        else:
            spot[last] = value
    return decode(msgspec.json.encode(data))


def source_of(base: str, edits: Mapping[str, str]) -> bytes:
    """Return a clean source with edits made; raises ValueError where a text is not there exactly once."""
    text = base_source(base)
    for old, new in edits.items():
        if text.count(old) != 1:
            message = f"{base} has {old!r} {text.count(old)} times, not once"
            raise ValueError(message)
        text = text.replace(old, new)
    return text.encode("latin-1")

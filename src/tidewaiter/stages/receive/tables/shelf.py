"""Fetch mappings: those that ship with the package by their id, others by their path."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from tidewaiter.kernel.errors import MappingFault
from tidewaiter.stages.receive.tables.header import fit
from tidewaiter.stages.receive.tables.mapping import Mapping, read_mapping

MAPPING_BYTES_MAX = 1_048_576
"""Largest mapping file that is read, in bytes."""

_SHELF = files("tidewaiter.stages.receive.tables") / "mappings"


@cache
def shipped_mappings() -> tuple[str, ...]:
    """Return the ids of the mappings that ship, sorted."""
    return tuple(sorted(one.name.removesuffix(".toml") for one in _SHELF.iterdir() if one.name.endswith(".toml")))


def mapping_text(name_or_path: str) -> str:
    """Return the TOML of a mapping that ships, or of a file; raises MappingFault where there is neither."""
    if name_or_path in shipped_mappings():
        return (_SHELF / f"{name_or_path}.toml").read_text(encoding="utf-8")
    path = Path(name_or_path)
    try:
        if path.stat().st_size > MAPPING_BYTES_MAX:
            message = f"{path} is too long for a mapping: the most is {MAPPING_BYTES_MAX:,} bytes."
            raise MappingFault(message, "Check that it is the mapping and not the table.")
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        near = difflib.get_close_matches(name_or_path, shipped_mappings(), n=1)
        hint = f" The nearest that ships is {near[0]}." if near else ""
        message = f"There is no mapping {name_or_path}: {reason or 'it cannot be read'}.{hint}"
        remedy = f"Give a path, or one of those that ship: {', '.join(shipped_mappings())}."
        raise MappingFault(message, remedy) from error


def load_mapping(name_or_path: str) -> Mapping:
    """Return a mapping that ships, by id, else the one in the file; raises MappingFault."""
    shipped = name_or_path in shipped_mappings()
    return read_mapping(mapping_text(name_or_path), f"{name_or_path}.toml" if shipped else name_or_path)


def best_mappings(header: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the shipped mappings whose required columns the header has, the best fitting first."""
    scored: list[tuple[tuple[int, int], str]] = []
    for name in shipped_mappings():
        mapping = load_mapping(name)
        fitted = fit(mapping, header)
        whole = not mapping.group or fitted.group is not None
        if fitted.columns and not fitted.missing and whole:
            scored.append((fitted.score, name))
    return tuple(name for _, name in sorted(scored, key=lambda one: (one[0], one[1]), reverse=True))
